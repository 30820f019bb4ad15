"""Aliases and model together: what a matter is about, or why a person has to say.

The model knows subjects well and few of them; aliases know every item and are easily misled. So
what the aliases say makes the model surer or less sure, and what it is then sure of they settle
down to the item.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.router.directory.answers import Method
from services.router.directory.items import ScoredItem
from services.router.directory.opinion import Opinion, is_within, subject_of

SCORE_MIN = 6  # one short word in the title, or three in the text
SCORE_SURE = 15  # from here on more words do not make the choice surer
LEAD_RATIO_MIN = 1.5  # the best must score this many times what the best for another unit scores
# How many times likelier aliases say so where the model is right than where it is wrong: measured
# on messages that it had not seen.
SAME_SUBJECT = 2.4
OTHER_SUBJECT = 1 / 5
UNTAUGHT_SUBJECT = 1 / 4
STRONG_MIN = 0.75  # aliases of this confidence need a model no more than to agree, or not to know

LeadOf = Callable[[str], str]  # item -> the unit it would go to


@dataclass(frozen=True, slots=True)
class Choice:
    """An item that needs no person. `words`: the aliases that spoke for it."""

    item: str
    method: Method
    confidence: float
    words: tuple[str, ...] = ()


Doubt = Literal["ambiguous_item", "no_item"]


def weigh(scored: Sequence[ScoredItem], opinion: Opinion | None, lead_of: LeadOf) -> Choice | Doubt:
    """`scored`: the best first. `opinion`: None where there is no model."""
    by_words = by_alias(scored, lead_of)
    if opinion is None or opinion.best is None:
        return by_words
    around, share = opinion.best
    share = _weighed(share, around, by_words, opinion)
    if share >= opinion.sure_from:
        return _inside(scored, around, share, lead_of)
    if not isinstance(by_words, Choice):
        return by_words
    if opinion.is_sure or by_words.confidence < STRONG_MIN:
        return "ambiguous_item"
    if subject_of(by_words.item) == subject_of(around):
        return Choice(by_words.item, "model_and_alias", round(share, 2), by_words.words)
    return "ambiguous_item" if opinion.knows(by_words.item) else by_words


def by_alias(scored: Sequence[ScoredItem], lead_of: LeadOf) -> Choice | Doubt:
    if not scored or scored[0].score < SCORE_MIN:
        return "no_item"
    best = scored[0]
    rival = _rival(scored, lead_of)
    if best.score < LEAD_RATIO_MIN * rival:
        return "ambiguous_item"
    return Choice(best.item, "alias", _confidence(best, rival), best.words)


def _rival(scored: Sequence[ScoredItem], lead_of: LeadOf) -> int:
    """The best score among items that would go elsewhere; 0 if none could matter.

    Two items of one unit are no reason to ask a person: the matter arrives where it belongs.
    """
    lead = lead_of(scored[0].item)
    for other in scored[1:]:
        if scored[0].score >= LEAD_RATIO_MIN * other.score or lead_of(other.item) != lead:
            return other.score
    return 0


def _confidence(best: ScoredItem, rival: int) -> float:
    """How much was said (0 to 1) times how clearly it beats what would go elsewhere (0.5 to 1)."""
    said = min(1.0, best.score / SCORE_SURE)
    return round(said * (1 - 0.5 * rival / best.score), 2)


def _weighed(share: float, around: str, by_words: Choice | Doubt, opinion: Opinion) -> float:
    """The model's probability after what aliases clearly say; the same where they say nothing."""
    if not isinstance(by_words, Choice) or share >= 1:
        return share
    if subject_of(by_words.item) == subject_of(around):
        ratio = SAME_SUBJECT
    else:
        ratio = OTHER_SUBJECT if opinion.knows(by_words.item) else UNTAUGHT_SUBJECT
    odds = share / (1 - share) * ratio
    return odds / (1 + odds)


def _inside(
    scored: Sequence[ScoredItem], around: str, share: float, lead_of: LeadOf
) -> Choice | Doubt:
    """The clear item in what the model is sure of; that itself where no alias speaks."""
    inside = [found for found in scored if is_within(found.item, around)]
    within = by_alias(inside, lead_of)
    if within == "ambiguous_item":
        return within
    if not isinstance(within, Choice):
        return Choice(around, "model", round(share, 2))
    clear = 1 - 0.5 * _rival(inside, lead_of) / inside[0].score
    return Choice(within.item, "model_and_alias", round(share * clear, 2), within.words)
