"""Two small files in the form of a message board's exports, written for these tests.

The comments say by hand what each row must become.
"""

import csv
from pathlib import Path

HEADING = "暖气一直不热"
LONG = (
    "我们小区三号楼的暖气从供暖开始就一直不热，室内温度只有十二度，"
    "老人和孩子都冻得受不了，打了很多次电话也没有人来修。"
)
SAME_LONG = "我们小区 " + LONG.removeprefix("我们小区").replace("，", ", ")
OTHER = (
    "学校门口的路灯坏了三个多月了，孩子们晚自习放学走夜路很不安全，"
    "希望有关部门尽快派人来修理，谢谢你们的关心和帮助。"
)
SHORT = "路灯坏了"
ELSE = "同一个编号，别的文件" * 8
SQUARE = "广场舞声音太大了" * 8

_COMMON = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情")
REPLIES_HEADER = (*_COMMON, "答复意见", "答复时间")
WITH_REPLIES = (
    # opened
    ("101", "U1", HEADING, "2019/4/25 9:32:09", LONG, "已转。", "2019/5/6 10:00:00"),
    # joined: only blanks and commas differ
    ("102", "U2", HEADING, "2019-04-25 23:59:59", SAME_LONG, "已修。", "2019-05-07 08:30:00"),
    # opened, and opened: too short to be compared without a place
    ("103", "U3", SHORT, "2019/4/26 0:00:00", "请修", "已修。", "2019/4/28 9:00:00"),
    ("104", "U4", SHORT, "2019/4/26 12:00:00", "请修", "已修。", "2019/4/28 9:00:00"),
    # a duplicate, whatever the reply says now
    ("101", "U1", HEADING, "2019/4/25 9:32:09", LONG, "再答。", "2019/6/1 10:00:00"),
    # opened
    ("105", "U5", "路灯", "2019/4/26 12:00:01", OTHER, "已修。", "2019/4/29 9:00:00"),
    # rejected: answered before it was asked
    ("106", "U6", "催办", "2019/4/30 8:00:00", OTHER, "在等。", "2019/4/29 9:00:00"),
)

PLAIN_HEADER = (*_COMMON, "反对数", "点赞数")
WITHOUT_REPLIES = (
    # opened: the number is another file's
    ("101", "U7", "另一件事", "2019/4/26 7:00:00", ELSE, "0", "3"),
    # both joined to 105 of the first file
    ("202", "U8", "路灯", "2020-01-06 12:09:38", f"{OTHER}\n", "0", "0"),
    ("203", "U9", "路 灯", "2020/1/7 1:02:03", OTHER, "1", "0"),
    # opened, and a duplicate
    ("204", "U9", "广场", "2020/1/7 1:02:03", SQUARE, "1", "0"),
    ("204", "U9", "广场", "2020/1/7 1:02:03", SQUARE, "1", "0"),
    # rejected: says nothing
    ("205", "U9", "", "2020/1/7 1:02:03", " ", "1", "0"),
)


def write_board_files(folder: Path) -> tuple[Path, Path]:
    tables = {
        "messages_with_replies.csv": (REPLIES_HEADER, *WITH_REPLIES),
        "messages_unlabelled.csv": (PLAIN_HEADER, *WITHOUT_REPLIES),
    }
    paths = []
    for name, table in tables.items():
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
        paths.append(path)
    return paths[0], paths[1]
