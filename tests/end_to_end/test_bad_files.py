"""Files as they really come: each row ends in the log or among the rejects, none in a traceback."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Import
from end_to_end_log import by_ticket, facts, head, received
from end_to_end_place import opened
from end_to_end_program import Finished, yousu, yousu_here
from end_to_end_reports import Row, row, write_reports

from services.domain.codec import decode
from services.platform.words import open_words

CANNOT_RUN, FELL_SHORT = 2, 1
REJECTED = {
    "control": (row(1, 1, text="坏\x07了"), "control_characters"),
    "no text": (row(2, 2, text="  "), "empty_text"),
    "no reference": (row(3, 3)._replace(ref=""), "reference_missing"),
    "long": (row(4, 4, text="长" * 10_001), "too_long"),
    "not a date": (row(5, 5, time="昨天"), "time_invalid"),
    "no such date": (row(6, 6, time="2026-02-30 10:00"), "time_invalid"),
    "future": (row(7, 7, time="2999-01-01"), "time_in_future"),
    "zero date": (row(8, 8, time="1970-01-01 08:00:00"), "time_implausible"),
    "zero place": (row(9, 9, longitude="0", latitude="0"), "coordinates_zero"),
    "swapped": (row(10, 10, longitude="36.62", latitude="101.78"), "coordinates_swapped"),
    "no number": (row(11, 11, longitude="east", latitude="36.62"), "coordinates_invalid"),
    "half a place": (row(12, 12, longitude="101.78"), "coordinates_incomplete"),
    "10 MB": (row(13, 13, text="x" * 10_000_000), "cell_too_large"),
}
KEPT = {
    "html": '<script>alert("1")</script><b>急</b>&nbsp;',
    "formula": '=HYPERLINK("http://example.org";"请点")',
    "plus": "+1+1",
    "emoji": "🚧 路断了",
    "quotes": '他说"很吵",\n第二行\r\n第三行',
    "null word": "NULL",
}
Run = Callable[..., Finished]


@pytest.fixture
def run(data: Path, mapping: Path) -> Run:
    def run(file: Path, channel: str = "hotline", mapping: Path = mapping) -> Finished:
        return yousu_here(
            "import", file, "--channel", channel, "--mapping", mapping, "--data", data, "--json"
        )

    return run


def reject_codes(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [record["code"] for record in csv.DictReader(file)]


def test_bad_rows_are_set_apart_with_their_reasons_and_good_ones_come_in(
    tmp_path: Path, data: Path, take_in: Import
) -> None:
    good = [row(100 + number, 100 + number) for number in range(5)]
    bad = [one for one, _ in REJECTED.values()]
    done = take_in([*good[:2], *bad, *good[2:]])
    assert done.code == FELL_SHORT
    assert "Traceback" not in done.err
    assert reject_codes(tmp_path / "hotline.rejects.csv") == [c for _, c in REJECTED.values()]
    tally = done.document
    assert (tally["received"], tally["opened"], tally["rejected"]) == (
        len(good) + len(bad),
        len(good),
        len(bad),
    )
    assert {ref for _, ref in received(facts(data))} == {one.ref for one in good}


def test_what_looks_dangerous_in_a_text_is_kept_as_it_is(data: Path, take_in: Import) -> None:
    reports = [
        row(number, number, text=text, title=text.splitlines()[0])
        for number, text in enumerate(KEPT.values())
    ]
    assert take_in(reports).code == 0
    system = opened(data)
    events = [(one, decode(one.type, one.data)) for one in system.log.read_all(0, 100)]
    words = [open_words(system.keyring, event, one.version, "text") for one, event in events]
    system.close()
    assert words == list(KEPT.values())


def test_an_unknown_item_code_is_accepted_and_put_before_a_person(
    data: Path, take_in: Import
) -> None:
    assert take_in([row(1, 1, item="没有这一项", text="一件说不清楚的事情")]).code == 0
    assert yousu("process", "--until-idle", "--data", data).code == 0
    (history,) = by_ticket(facts(data)).values()
    assert [fact.type for fact in history] == ["ticket.opened.v1", "ticket.sent_to_triage.v1"]
    assert history[0].data["item"] == "没有这一项"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_that_channels_use_are_found_out(
    encoding: str, tmp_path: Path, data: Path, run: Run
) -> None:
    file = write_reports(tmp_path / "reports.csv", [row(1, 1), row(2, 2)], encoding)
    done = run(file)
    assert done.code == 0, done.err
    assert done.document["opened"] == 2


def test_half_a_file_comes_in_by_half_and_the_whole_one_brings_the_rest(
    tmp_path: Path, data: Path, run: Run
) -> None:
    reports = [row(n, n, text=f"第{n}件，\n很吵") for n in range(50)]
    whole = write_reports(tmp_path / "whole.csv", reports)
    content = whole.read_bytes()
    half = tmp_path / "half.csv"
    half.write_bytes(content[: content.rindex("很".encode()) + 1])  # inside quotes and a character
    first = run(half)
    assert first.code == FELL_SHORT
    assert (first.document["opened"], first.document["rejected"]) == (49, 1)
    second = run(whole)
    assert second.code == 0
    assert (second.document["opened"], second.document["duplicates"]) == (1, 49)


def test_ten_thousand_invalid_rows_are_all_answered(
    tmp_path: Path, data: Path, take_in: Import
) -> None:
    bad = [row(number, number, time="31/12/2025 25:61") for number in range(10_000)]
    done = take_in([row(20_000, 20_000), *bad])
    assert done.code == FELL_SHORT
    assert (done.document["opened"], done.document["rejected"]) == (1, 10_000)
    path = tmp_path / "hotline.rejects.csv"
    assert reject_codes(path) == ["time_invalid"] * 10_000
    # and the rejects file, corrected, is a file like any other
    corrected = tmp_path / "corrected.csv"
    text = path.read_text("utf-8-sig").replace("31/12/2025 25:61", "2025-12-31 23:59")
    corrected.write_text(text, "utf-8", newline="")
    again = take_in_file(corrected, data, tmp_path)
    assert again.code == 0, again.err
    assert again.document["opened"] == 10_000


def take_in_file(file: Path, data: Path, folder: Path) -> Finished:
    return yousu(
        "import", file, "--channel", "hotline", "--mapping", folder / "mapping.toml",
        "--data", data, "--json",
    )  # fmt: skip


def unreadable(folder: Path) -> dict[str, tuple[Path, str]]:
    """Files that cannot be read at all, and a word of what must be said about each."""
    good = write_reports(folder / "good.csv", [row(n, n) for n in range(200)])
    content = good.read_bytes()
    middle = len(content) // 2
    files = {
        "bytes": (bytes(range(128, 256)) * 20, "not utf-8"),
        "damaged": (content[:middle] + b"\xff\xfe\xff" + content[middle:], "not utf-8"),
        "empty": (b"", "empty"),
        "page": (b"<html><body>login</body></html>", "web page"),
        "workbook.xlsx": (b"PK\x03\x04 no, it is not", "damaged"),
        "columns": ("编号,内容\n1,吵\n".encode(), "no column"),
    }
    for name, (made, _) in files.items():
        (folder / name).write_bytes(made)
    found = {name: (folder / name, word) for name, (_, word) in files.items()}
    return found | {
        "missing": (folder / "missing.csv", "No such file"),
        "folder": (folder, "directory"),
    }


def test_a_file_that_cannot_be_read_stops_before_its_first_row(
    tmp_path: Path, data: Path, run: Run
) -> None:
    for name, (file, word) in unreadable(tmp_path).items():
        done = run(file)
        assert done.code == CANNOT_RUN, name
        assert word in done.err, name
        assert done.err.startswith(f"yousu: {file}"), name
        assert len(done.err.splitlines()) == 1, name
        assert done.out == ""
        assert head(data) == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (None, "No such file"),
        ("reference = ", "TOML"),
        ('reference = { column = "ref" }\n[columns]\nvolume = "text"', "unknown key"),
        ('reference = { column = "ref" }\n[columns]\ntext = "内容"', "no column"),
        ('reference = "content"\n[columns]\n', "title and text"),
    ],
)
def test_a_mapping_that_cannot_be_used_stops_before_the_first_row(
    text: str | None, word: str, tmp_path: Path, data: Path, run: Run
) -> None:
    mapping = tmp_path / "other.toml"
    if text is not None:
        mapping.write_text(text, "utf-8")
    done = run(write_reports(tmp_path / "reports.csv", [row(1, 1)]), mapping=mapping)
    assert done.code == CANNOT_RUN
    assert word in done.err
    assert len(done.err.splitlines()) == 1
    assert head(data) == 0


@pytest.mark.parametrize("channel", ["", "  ", "c" * 65, "a\nb"])
def test_a_channel_that_cannot_be_a_key_is_refused(
    channel: str, tmp_path: Path, data: Path, run: Run
) -> None:
    done = run(write_reports(tmp_path / "reports.csv", [Row("r1")]), channel=channel)
    assert done.code == CANNOT_RUN
    assert "--channel" in done.err
    assert "Traceback" not in done.err
