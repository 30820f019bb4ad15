"""The shipped policy with some values changed."""

from typing import Any

from services.notices.policy import NoticePolicy, default_notice_policy

ALL_DAY = {"begins": "00:00", "ends": "23:59", "days": "all"}


def policy_with(**values: Any) -> NoticePolicy:
    document = default_notice_policy().model_dump(mode="json")
    return NoticePolicy.model_validate(document | values)


def without_haste() -> NoticePolicy:
    """What is urgent keeps the hours, too."""
    kinds = default_notice_policy().model_dump(mode="json")["kinds"]
    for values in kinds.values():
        values["urgent_any_hour"] = False
    return policy_with(kinds=kinds)


def at_any_hour(name: str, **channel: Any) -> NoticePolicy:
    """Everything at once, through one channel, without daily lists."""
    kinds = default_notice_policy().model_dump(mode="json")["kinds"]
    kinds["daily_list"]["on"] = False
    return policy_with(
        kinds=kinds,
        hours={"waking": ALL_DAY, "office": ALL_DAY},
        channels={name: {"adapter": "webhook", "url": "http://127.0.0.1:9/", **channel}},
        residents={"phone": name, "email": name},
        units={"through": name},
    )
