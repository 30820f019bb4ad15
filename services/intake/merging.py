"""多口归一: which reports are plainly the same matter. Deeper merging goes behind `same_matter`."""

import re
import unicodedata

from services.intake.report import NewReport

RULE_VERSION = "same-words-same-place.2"
TEXT_ALONE_MIN = 40  # letters that no two residents write alike by chance, without a place
_NOISE = re.compile(r"[\W_]+")


def normalised(words: str) -> str:
    """Letters and digits only: width, case, spaces and punctuation say nothing."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", words).casefold())


def place(report: NewReport) -> str:
    """Where it is, as far as the report says; empty if it does not. A dash is no address, and an
    area alone is no place: a whole district lives in it."""
    address = normalised(report.address or "")
    if address:
        return f"{report.area or ''}|{address}"
    if report.longitude is not None and report.latitude is not None:
        return f"{report.longitude:.4f},{report.latitude:.4f}"  # about ten metres
    return ""


def words_and_place(report: NewReport) -> str:
    """Equal for two reports that say the same of the same place, as far as we can tell."""
    return _compared(report, place(report), _said(report))


def same_matter(report: NewReport) -> str | None:
    """Reports with equal texts here are one matter; None if it can be compared with no other."""
    said, where = _said(report), place(report)
    if not said or (not where and len(said) < TEXT_ALONE_MIN):
        return None
    return _compared(report, where, said)


def _compared(report: NewReport, where: str, said: str) -> str:
    return f"{where or report.area or ''}|{said}"


def _said(report: NewReport) -> str:
    return normalised(f"{report.title or ''}{report.text}")
