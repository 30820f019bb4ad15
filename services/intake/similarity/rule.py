"""The rule: are two reports the same matter? Named, versioned, and pure.

Each figure was measured on pairs labelled by hand: docs/similar-matters.md.
"""

from math import exp, sqrt
from typing import NamedTuple

from services.intake.similarity.evidence import Evidence, evidence, evidence_of, place_letters
from services.intake.similarity.letters import letters_agree
from services.intake.similarity.matter import RULE_VERSION as RULE_VERSION
from services.intake.similarity.matter import Verdict
from services.intake.similarity.places import Places
from services.intake.similarity.reading import Prepared
from services.intake.similarity.subjects import subjects_agree

PLACE_SAYS = {
    "address": 1.0,
    "named": 0.9,
    "shop": 0.9,
    "junction": 0.9,
    "line": 0.9,
    "near": 0.8,
    "village": 0.7,
    "zone": 0.5,
    "road": 0.5,
    "": 0.0,
}
ABOUT_PROBABLE = 0.5  # of the subjects
# How likely it is one subject: logistic, fitted to labelled pairs of one place and time, with whole
# themes left out to choose the bar (docs/similar-matters.md).
LIKELY_LETTERS, LIKELY_WORDS, LIKELY_ABOUT, LIKELY_FOCUS = 2.24, 1.55, 1.41, 0.54
LIKELY_WRONG, LIKELY_OWN, LIKELY_ITEM, LIKELY_AGAIN = 2.16, -1.34, 0.39, 0.65
LIKELY_BASE, LIKELY_SURE = -2.63, 0.85
ABOUT_UNKNOWN = 0.4
LETTERS_ALONE, LETTERS_OF_A_VILLAGE, LETTERS_LEAST = 0.4, 0.25, 0.08
SPOT_M = 150.0  # a lamp further away is another lamp
COPY_CONTAINED, COPY_UNION, COPY_WEIGHT = 0.8, 0.5, 120  # nearly the same text
LETTER_UNION, LETTER_WEIGHT = 0.75, 300  # the same letter, without a known place
AGAIN_CONTAINED, AGAIN_UNION, AGAIN_WEIGHT = 0.5, 0.38, 100  # by the same resident
AGAIN_LETTERS, AGAIN_LETTERS_ABOUT = 0.3, 0.15  # at one place; there on one subject
OTHER_NAMES_CONTAINED = 0.35
PROBABLE_CONTAINED, PROBABLE_WEIGHT = 0.3, 40
ANYWHERE_CONTAINED, ANYWHERE_WEIGHT = 0.6, 80  # without a place in common
# The same words mean another matter after so many days: little alike, half alike, a copy.
DAYS_SOON_OVER = 10.0
DAYS_LITTLE, DAYS_HALF, DAYS_COPY = 31.0, 92.0, 184.0
HALF_CONTAINED, HALF_UNION = 0.3, 0.1
FADING_DAYS = 365.0
FLOOR = {"sure": 0.8, "probable": 0.5, None: 0.0}
ROOM = {"sure": 0.2, "probable": 0.29, None: 0.49}
# Another building of the same compound may have the same cause: a person looks. Another house
# along a road has not.
WHOLES = frozenset(("named", "shop", "village"))
OPEN_WITHIN = frozenset(("building", "unit", "room", "phase", "section", "side"))
OPEN_WITHIN_WHOLES = OPEN_WITHIN | {"house", "group", "address", "shop"}


class Comparison(NamedTuple):
    """score: 0 to 1; from 0.8 on it is sure, from 0.5 on probable."""

    score: float
    verdict: Verdict | None
    evidence: Evidence


def compare(one: Prepared, other: Prepared) -> Comparison:
    """Pure and symmetric; raises nothing."""
    return judge(evidence(one, other))


def compare_known(one: Prepared, other: Prepared, weight: int) -> Comparison:
    """The same, with the weight of their pairs in common."""
    return judge(evidence_of(one, other, weight))


def can_match(one: Prepared, other: Prepared, weight: int) -> bool:
    """False only where `compare` gives no verdict wherever the two are: told before the places
    are looked at, which is the dearest part."""
    if weight >= PROBABLE_CONTAINED * min(one.weight, other.weight):
        return True
    if one.resident is not None and one.resident == other.resident:
        return True
    about = subjects_agree(one.subjects, other.subjects)
    if about is None:
        return letters_agree(one.letters, other.letters, place_letters(one, other)) >= LETTERS_ALONE
    return about >= ABOUT_PROBABLE


def judge(found: Evidence) -> Comparison:
    verdict: Verdict | None = None
    if _is_sure(found):
        verdict = "sure"
    elif _is_probable(found):
        verdict = "probable"
    score = FLOOR[verdict] + ROOM[verdict] * _strength(found)
    return Comparison(round(min(score, 1.0), 4), verdict, found)


def _strength(found: Evidence) -> float:
    """0 to 1, to tell the likelier of two alike verdicts."""
    about = found.shared.contained if found.about is None else found.about
    said = PLACE_SAYS[found.places.agree] + (0.1 if found.places.exact else 0.0)
    whole = 0.4 * min(said, 1.0) + 0.3 * about + 0.3 * sqrt(found.shared.union)
    faded = whole * exp(-found.days / FADING_DAYS)
    return faded / 2 if found.places.differ else faded


def _is_sure(found: Evidence) -> bool:
    """One place, one subject, one time, and nothing that speaks against it."""
    if found.places.differ or found.items == "other" or found.days > _days_max(found):
        return False
    if _is_told_by_the_same(found):
        return True
    if found.places.unmatched and not _is_told_anew(found):
        return False
    if _is_same_letter(found):
        return True
    if not found.places.firm:
        return False
    return _is_copy(found) or (not _is_doubtful(found) and _is_one_subject(found))


def _is_told_by_the_same(found: Evidence) -> bool:
    """Who tells much of the same again means the same; there are people who begin and end all
    their letters alike, so half of both together is not far from what it takes."""
    if not found.one_resident:
        return False
    shared = found.shared
    if shared.contained >= AGAIN_CONTAINED and shared.union >= AGAIN_UNION:
        return shared.weight >= AGAIN_WEIGHT
    if not found.places.firm or found.places.unmatched or found.subject.own:
        return False
    about = found.about is not None and found.about >= ABOUT_PROBABLE
    return found.subject.letters >= (AGAIN_LETTERS_ABOUT if about else AGAIN_LETTERS)


def _is_doubtful(found: Evidence) -> bool:
    """The place as told is not fine enough for such a matter, or they want different things."""
    places, subject = found.places, found.subject
    if subject.in_one_building and places.half:
        return True
    if subject.at_a_spot and places.metres is not None and places.metres > SPOT_M:
        return True
    if found.stance:
        return True
    return found.wish and not (places.exact or found.shared.contained >= HALF_CONTAINED)


def _is_told_anew(found: Evidence) -> bool:
    """Where each names something that the other does not: too much alike is a form letter, too
    little is another matter beside a name they happen to share."""
    alike = (
        found.shared.contained >= OTHER_NAMES_CONTAINED or found.subject.letters >= LETTERS_ALONE
    )
    return alike and found.shared.union < COPY_UNION


def _days_max(found: Evidence) -> float:
    if found.subject.soon_over and not found.again:
        return DAYS_SOON_OVER
    shared = found.shared
    if _is_copy(found) and shared.weight >= LETTER_WEIGHT:
        return DAYS_COPY
    half = shared.contained >= HALF_CONTAINED and shared.union >= HALF_UNION
    half = half or found.one_resident
    return DAYS_HALF if half or found.subject.letters >= LETTERS_ALONE else DAYS_LITTLE


def _is_copy(found: Evidence) -> bool:
    shared = found.shared
    return (
        shared.contained >= COPY_CONTAINED
        and shared.union >= COPY_UNION
        and shared.weight >= COPY_WEIGHT
    )


def _is_same_letter(found: Evidence) -> bool:
    """Long, and what differs is little. Where only one names a place, the other may mean another:
    a letter that goes round among schools, say."""
    shared = found.shared
    alike = shared.union >= LETTER_UNION and shared.weight >= LETTER_WEIGHT
    return alike and not found.places.lone


def _is_one_subject(found: Evidence) -> bool:
    """By several signals together, none of which is enough alone: the letters, which know no list
    of subjects, must agree at least a little."""
    wide = found.places.agree == "village" and not found.places.exact
    if found.items == "kin" or found.subject.letters < (
        LETTERS_OF_A_VILLAGE if wide else LETTERS_LEAST
    ):
        return False
    return likelihood(found) >= LIKELY_SURE


def likelihood(found: Evidence) -> float:
    """0 to 1, of one subject, between reports of one place."""
    said = LIKELY_BASE + sum(
        weight * signal
        for weight, signal in (
            (LIKELY_LETTERS, found.subject.letters),
            (LIKELY_WORDS, sqrt(found.shared.contained)),
            (LIKELY_ABOUT, ABOUT_UNKNOWN if found.about is None else found.about),
            (LIKELY_FOCUS, found.subject.focus),
            (LIKELY_WRONG, found.subject.wrong),
            (LIKELY_OWN, found.subject.own),
            (LIKELY_ITEM, found.items == "same"),
            (LIKELY_AGAIN, found.again),
        )
    )
    return 1 / (1 + exp(-said))


def _is_probable(found: Evidence) -> bool:
    if not _may_be_one_place(found.places) or found.days > DAYS_COPY or found.items == "other":
        return False
    shared = found.shared
    if found.places.agree:
        if found.about is not None and found.about >= ABOUT_PROBABLE:
            return True
        least = LETTERS_LEAST if found.one_resident else LETTERS_ALONE
        if (found.about is None or found.one_resident) and found.subject.letters >= least:
            return True
        return shared.contained >= PROBABLE_CONTAINED and shared.weight >= PROBABLE_WEIGHT
    anywhere = shared.contained >= ANYWHERE_CONTAINED and shared.weight >= ANYWHERE_WEIGHT
    return anywhere and not found.places.differ


def _may_be_one_place(places: Places) -> bool:
    if not places.differ:
        return True
    may = OPEN_WITHIN_WHOLES if places.agree in WHOLES else OPEN_WITHIN
    return places.agree != "" and places.differ in may
