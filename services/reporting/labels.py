"""Chinese and English words of a report's rows."""

from collections.abc import Mapping

STAGES: Mapping[str, tuple[str, str]] = {
    "received": ("待派单", "Received"),
    "triage": ("待研判", "Triage"),
    "routed": ("待签收", "Routed"),
    "returned": ("已退单", "Returned"),
    "handling": ("办理中", "Handling"),
    "resolved": ("已办结", "Resolved"),
    "answered": ("直接答复", "Answered at once"),
    "declined": ("不予受理", "Declined"),
    "closed": ("已结案", "Closed"),
    "merged": ("已并单", "Merged"),
    "new": ("未知", "Unknown"),
}
FLOW: Mapping[str, tuple[str, str]] = {
    "received": ("接收诉求", "Reports received"),
    "opened": ("新立工单", "Tickets opened"),
    "joined": ("并入工单", "Joined to a ticket"),
    "split": ("诉求拆出", "Split out again"),
    "declined": ("不予受理", "Declined"),
    "handed_over": ("紧急移交", "Handed over"),
    "answered": ("直接答复", "Answered at once"),
    "routed": ("派单", "Routed"),
    "triaged": ("转人工研判", "Sent to triage"),
    "accepted": ("签收", "Accepted"),
    "returned": ("退单", "Returned"),
    "suspended": ("挂起", "Suspended"),
    "extended": ("延期", "Extended"),
    "resolved": ("办结", "Resolved"),
    "met_resolve": ("其中按期", "… on time"),
    "missed_accept": ("签收逾期", "Accept deadline missed"),
    "missed_resolve": ("办理逾期", "Resolve deadline missed"),
    "evaluated": ("回访", "Call-backs"),
    "reopened": ("重办", "Reopened"),
    "closed": ("结案", "Closed"),
    "warned_resolve": ("临期提醒", "Warned"),
    "escalated_1": ("提醒", "Reminded (level 1)"),
    "escalated_2": ("催办", "Urged (level 2)"),
    "escalated_3": ("督办", "Supervised (level 3)"),
    "escalated_4": ("通报", "Criticised (level 4)"),
}
CHANNELS: Mapping[str, str] = {
    "hotline": "12345 热线",
    "wechat": "微信",
    "app": "手机应用",
    "web": "网站",
    "letter": "来信",
    "community": "社区网格",
    "inspector": "巡查",
    "open311": "Open311 接口",
    "mailbox": "领导信箱",
}
CHANNELS_EN: Mapping[str, str] = {
    "hotline": "12345 hotline",
    "wechat": "WeChat",
    "app": "mobile app",
    "web": "web site",
    "letter": "letters",
    "community": "community workers",
    "inspector": "inspectors",
    "open311": "Open311",
    "mailbox": "leaders' mailbox",
}
KINDS: Mapping[str, tuple[str, str]] = {
    "inquiry": ("咨询", "Inquiries"),
    "help": ("求助", "Requests for help"),
    "complaint": ("投诉", "Complaints"),
    "tipoff": ("举报", "Tip-offs"),
    "suggestion": ("建议", "Suggestions"),
    "thanks": ("感谢", "Thanks"),
}
CLOCKS: Mapping[str, str] = {"accept": "签收", "resolve": "办理"}
UNKNOWN_ZH, UNKNOWN_EN = "未确定", "not known"
