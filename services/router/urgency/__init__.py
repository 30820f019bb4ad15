"""How urgent a matter is: what its item or duty says, raised by the directory's rules. Pure."""

from services.router.urgency.model import Season, Urgency, UrgencyRule, UrgencyTable
from services.router.urgency.raising import find_claims, raised_urgency
from services.router.urgency.table import build_urgency_table

__all__ = [
    "Season",
    "Urgency",
    "UrgencyRule",
    "UrgencyTable",
    "build_urgency_table",
    "find_claims",
    "raised_urgency",
]
