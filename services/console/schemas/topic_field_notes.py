"""What each field of the facts about topics 每月一题 means, and an example of it."""

from collections.abc import Mapping

from services.console.schemas.field_note import FieldNote

TOPIC_FIELDS: Mapping[str, FieldNote] = {
    "on": FieldNote("The local day on which it was written down.", "2026-03-09"),
    "heading": FieldNote("What it is about, in one line, in the city's words.", "失管小区供热"),
    "month": FieldNote("YYYY-MM.", "2026-03"),
    "problem": FieldNote("What is wrong, in the city's words.", "物业撤离后供热无人负责"),
    "source": FieldNote("A finding of the reports, somebody's hand, or a survey.", "finding"),
    "figures": FieldNote("Figures that speak for it.", None),
    "value": FieldNote("How many.", 471),
    "tickets": FieldNote(
        "Tickets that speak for it; linked.", ["01936f2e-5b00-7c41-9a52-6f1d2b3c4d5e"]
    ),
    "request_items": FieldNote(
        "Items 事项 whose requests it is about, with all below them; none: all.", ["01.01.01"]
    ),
    "request_areas": FieldNote(
        "Areas whose requests it is about, with all within them; none: all.", ["630104"]
    ),
    "target": FieldNote("The local day by which all of it is to be done.", "2026-06-30"),
    "measure_code": FieldNote("One measure of the topic; unique within it.", "m1"),
    "wording": FieldNote("What will be done.", "指定应急供热单位"),
    "responsible": FieldNote("The unit that does it 责任单位.", "heating-office"),
    "evidence": FieldNote("What proves it: documents and files by name.", ["验收单-2026-03"]),
    "remark": FieldNote("In the city's words.", "管网已接通"),
    "item_code": FieldNote("One item of the topic's list 问题清单; unique within it.", "1"),
    "aspect": FieldNote("The group of a survey's list.", "供热保障"),
    "counted_in": FieldNote("What is counted: 户, 人, 个小区, …", "户"),
    "total": FieldNote("How many there are.", 471),
    "due": FieldNote("The local day by which the item is to be done.", "2026-05-31"),
    "imported_from": FieldNote("The file and row that it came from.", "survey.csv 第3行"),
    "done": FieldNote("How many are done so far.", 200),
    "week": FieldNote("Monday of the week reported on.", "2026-03-09"),
    "correction": FieldNote("Why less is done than was reported before.", "重复统计"),
    "exemption": FieldNote("Why it is struck off although not all is done.", "两户长期无人"),
    "held": FieldNote("Struck-off items that still hold.", ["1"]),
    "failed": FieldNote("Struck-off items that do not; each is reopened.", ["2"]),
    "outcome": FieldNote("What has come of it.", "471户恢复供热"),
    "position": FieldNote("The position of the log that it was made from.", 481216),
}
