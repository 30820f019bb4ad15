"""多口归一: which reports are plainly the same matter. Deeper merging goes behind `same_matter`."""

import re
import unicodedata

from services.intake.report import NewReport

RULE_VERSION = "same-words-same-place.1"
TEXT_ALONE_MIN = 40  # letters that no two residents write alike by chance, without a place
_NOISE = re.compile(r"[\W_]+")


def normalised(words: str) -> str:
    """Letters and digits only: width, case, spaces and punctuation say nothing."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", words).casefold())


def place(report: NewReport) -> str:
    """Where it is, as far as the report says; empty if it does not."""
    if report.address:
        return f"{report.area or ''}|{normalised(report.address)}"
    if report.longitude is not None and report.latitude is not None:
        return f"{report.longitude:.4f},{report.latitude:.4f}"  # about ten metres
    return report.area or ""


def same_matter(report: NewReport) -> str | None:
    """Reports with equal texts here are one matter; None if it can be compared with no other."""
    said = normalised(f"{report.title or ''}{report.text}")
    where = place(report)
    if not where and len(said) < TEXT_ALONE_MIN:
        return None
    return f"{where}|{said}"
