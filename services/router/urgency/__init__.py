"""How urgent a matter is: what its item or duty says, raised by the directory's rules. Pure."""

from services.router.urgency.model import (
    NO_RULES,
    Season,
    Urgency,
    UrgencyRule,
    UrgencyTable,
    build_urgency_table,
)
from services.router.urgency.raising import find_claims, raised_urgency

__all__ = [
    "NO_RULES",
    "Season",
    "Urgency",
    "UrgencyRule",
    "UrgencyTable",
    "build_urgency_table",
    "find_claims",
    "raised_urgency",
]
