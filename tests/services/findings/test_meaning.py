"""Messages of one matter are grouped whatever words they use; other places and matters are not."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from services.console.findings_commands import findings
from services.console.message_reading import read_message
from services.findings.meaning.grouping import grouped
from services.findings.meaning.hot import Message, hot_topics
from services.findings.meaning.labels import label_of
from services.findings.policy import default_policy

MIXER = [
    (
        "瑞禾家园旁边搅拌站噪音扰民",
        "瑞禾家园附近新建搅拌站，昼夜施工，噪音粉尘大，睡不好觉。",
    ),
    ("投诉瑞禾家园附近的搅拌站", "搅拌站离瑞禾家园只有一百米，灰尘大，噪音大，请查处搅拌站。"),
    ("搅拌站污染环境", "瑞禾家园业主反映，小区外面的搅拌站每天粉尘飞扬，噪音不断。"),
    ("瑞禾家园搅拌站何时搬走", "瑞禾家园边上的搅拌站粉尘、噪音严重，何时搬迁？"),
]
PARKING = [
    ("滨江名邸捆绑销售车位", "滨江名邸购房时开发商强制捆绑销售车位，不买车位不能签合同。"),
    ("滨江名邸车位捆绑", "开发商捆绑销售车位，滨江名邸业主不同意购买车位就不给签约。"),
    ("关于滨江名邸强制购买车位的投诉", "滨江名邸项目要求购房同时购买车位，捆绑销售，请查处。"),
]
OTHER = [
    ("公交线路咨询", "请问三十五路公交车末班时间是几点，能否延长运营时间。"),
    ("社保卡补办", "社保卡丢了，去哪里补办，需要带什么证件。"),
    ("路灯不亮", "建国路的路灯坏了两个星期，晚上很黑。"),
    ("学校招生", "孩子今年上小学，户口不在本区，怎么报名。"),
]
SAID = [*MIXER, *PARKING, *OTHER]


def messages(said: list[tuple[str, str]]) -> list[Message]:
    return [Message(str(n), t, x, f"u{n}", None, "") for n, (t, x) in enumerate(said)]


def test_messages_of_one_matter_are_one_group() -> None:
    groups = grouped([read_message(*one) for one in SAID])
    assert [group.tolist() for group in groups] == [[0, 1, 2, 3], [4, 5, 6]]


def test_the_same_trouble_at_two_places_is_two_matters() -> None:
    elsewhere = [
        (t.replace("瑞禾家园", "嘉乐家园"), x.replace("瑞禾家园", "嘉乐家园")) for t, x in MIXER
    ]
    groups = grouped([read_message(*one) for one in [*MIXER, *elsewhere, *OTHER]])
    assert all(set(group) <= {0, 1, 2, 3} or not set(group) & {0, 1, 3} for group in groups)


def test_a_topic_says_what_its_messages_share_and_no_more() -> None:
    first, second = hot_topics(messages(SAID), read_message, default_policy().index)
    assert first.members == ("0", "1", "2", "3")
    assert "搅拌站" in first.label
    assert "车位" in second.label
    assert 0 < second.index < first.index <= 100
    assert "热度" in first.explanation


def test_what_one_resident_says_again_and_again_is_no_topic() -> None:
    alone = [one._replace(resident="u") for one in messages(SAID)]
    assert hot_topics(alone, read_message, default_policy().index) == []


@pytest.mark.parametrize("said", [[], [("", "")], [("", ""), ("", "")], [("a", "?!"), ("…", "😀")]])
def test_nothing_to_group_is_no_error(said: list[tuple[str, str]]) -> None:
    assert hot_topics(messages(said), read_message, default_policy().index) == []


def test_a_label_holds_nobodys_number() -> None:
    titles = ["电话13800001234漏水", "电话13800001234漏水", "漏水13800001234"]
    assert "1380" not in label_of(titles, [*titles, *"一二三四五六七八九十"])
    assert label_of(["甲", "乙"], ["甲", "乙"]) == ""


def listed(path: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(findings, ["list", "--file", str(path), *options])
    return result.exit_code, result.output


def test_a_file_of_messages_needs_no_log(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    rows = [f"{n},{t},{x},2025/3/{n + 1} 10:00:00" for n, (t, x) in enumerate(SAID)]
    path.write_text("\n".join(["编号,标题,内容,时间", *rows]), encoding="utf-8")
    code, output = listed(path, "--text-column", "内容", "--time-column", "时间", "--json")
    assert code == 0
    assert '"members": ["0", "1", "2", "3"]' in output
    assert '"first_day": "2025-03-01"' in output
    assert "睡不好觉" not in output


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        ("", ["--text-column", "a"], "empty"),
        ("a,b\n1,2\n", ["--text-column", "c"], "c"),
        ("a,b\n1\n", ["--text-column", "a"], "line 2"),
        ("a,b\n1,soon\n", ["--text-column", "a", "--time-column", "b"], "row 2"),
        ("a,b\n1,2025-02-31\n", ["--text-column", "a", "--time-column", "b"], "row 2"),
        ("a\n1\n", [], "--text-column"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_by_row_and_column(
    content: str, options: list[str], told: str, tmp_path: Path
) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(content)
    code, output = listed(path, *options)
    assert code == 2
    assert told in output
