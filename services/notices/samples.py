"""What each kind of notice may speak of, by made-up examples; the names of the first are all."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.domain.notice_values import NoticeKind

Values = Mapping[str, Any]
NUMBER = "01936f2e-5b00-7c41-9a52-6f1d2b3c4d5e"
UNIT = "市供热办（heating）"

# The second of each has nothing where nothing may be: a template must be able to say that, too.
SAMPLES: Mapping[NoticeKind, Sequence[Values]] = {
    "received": (
        {"number": NUMBER, "received_on": "2026-03-09", "joined": True},
        {"number": NUMBER, "received_on": "2026-03-09", "joined": False},
    ),
    "routed": (
        {"number": NUMBER, "unit": UNIT, "due_on": "2026-03-12"},
        {"number": NUMBER, "unit": UNIT, "due_on": None},
    ),
    "resolved": (
        {
            "number": NUMBER,
            "unit": UNIT,
            "reply": "已派人检修，室温恢复正常。",
            "declined": False,
            "legal_route": None,
        },
        {
            "number": NUMBER,
            "unit": None,
            "reply": None,
            "declined": True,
            "legal_route": "向法院提起诉讼",
        },
    ),
    "rate": (
        {"number": NUMBER, "unit": UNIT, "link": "https://12345.example/rate?ticket=1"},
        {"number": NUMBER, "unit": None, "link": "https://12345.example/rate?ticket=1"},
    ),
    "assigned": (
        {
            "number": NUMBER,
            "unit": UNIT,
            "assisting": False,
            "subtask": None,
            "item": "城乡建设 › 供热 › 室温不达标",
            "area": "城西区",
            "urgency_days": 3,
            "accept_by": "2026-03-10 18:00",
            "due_on": "2026-03-12",
        },
        {
            "number": NUMBER,
            "unit": UNIT,
            "assisting": True,
            "subtask": None,
            "item": None,
            "area": None,
            "urgency_days": None,
            "accept_by": None,
            "due_on": None,
        },
        {
            "number": NUMBER,
            "unit": UNIT,
            "assisting": False,
            "subtask": 2,
            "item": None,
            "area": None,
            "urgency_days": None,
            "accept_by": None,
            "due_on": "2026-03-12",
        },
    ),
    "due_soon": (
        {"number": NUMBER, "unit": UNIT, "clock": "resolve", "due_at": "2026-03-12 18:00"},
        {"number": NUMBER, "unit": UNIT, "clock": "accept", "due_at": "2026-03-12 18:00"},
        {"number": NUMBER, "unit": UNIT, "clock": "assist", "due_at": "2026-03-12 18:00"},
        {"number": NUMBER, "unit": UNIT, "clock": "subtask", "due_at": "2026-03-12 18:00"},
    ),
    "escalated": (
        {
            "number": NUMBER,
            "unit": UNIT,
            "clock": "resolve",
            "due_at": "2026-03-12 18:00",
            "level": "2",
            "measure": "催办",
        },
        {
            "number": NUMBER,
            "unit": UNIT,
            "clock": "assist",
            "due_at": "2026-03-12 18:00",
            "level": "",
            "measure": "逾期",
        },
    ),
    "daily_list": (
        {
            "unit": UNIT,
            "day": "2026-03-12",
            "open": 2,
            "overdue": 1,
            "due_today": 1,
            "more": 0,
            "tickets": [
                {"number": NUMBER, "due_at": "2026-03-11 18:00", "overdue": True, "part": ""},
                {
                    "number": NUMBER,
                    "due_at": "2026-03-12 18:00",
                    "overdue": False,
                    "part": "assist",
                },
            ],
        },
        {
            "unit": UNIT,
            "day": "2026-03-12",
            "open": 0,
            "overdue": 0,
            "due_today": 0,
            "more": 0,
            "tickets": [],
        },
    ),
}
FIELDS: Mapping[NoticeKind, frozenset[str]] = {
    kind: frozenset(samples[0]) for kind, samples in SAMPLES.items()
}
