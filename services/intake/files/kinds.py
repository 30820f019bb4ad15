"""The six kinds of report, by code or by the clerks' word."""

from typing import Final

from services.domain.event_base import Kind

KINDS: Final[dict[str, Kind]] = {
    "inquiry": "inquiry",
    "咨询": "inquiry",
    "help": "help",
    "求助": "help",
    "complaint": "complaint",
    "投诉": "complaint",
    "tipoff": "tipoff",
    "举报": "tipoff",
    "suggestion": "suggestion",
    "建议": "suggestion",
    "thanks": "thanks",
    "感谢": "thanks",
}


def kind_named(word: str) -> Kind | None:
    return KINDS.get(word.strip().lower())
