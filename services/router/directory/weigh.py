"""Aliases and model together: what a matter is about, or why a person has to say.

The model knows subjects well and few of them; aliases know every item and are easily misled. So
the model settles the subject where it is sure, aliases the item within it, and where the two
clearly contradict each other a person decides.
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
CONTRADICTION_MIN = 18  # points that stand against a model that is sure
CONTRADICTION_RATIO = 3
UNTAUGHT_MIN = 12  # of a subject that the model was never taught: a word of four in the title
UNTAUGHT_CONFIDENCE_MIN = 0.75
AGREEMENT_MIN = 0.5  # what the model must think of a subject that it is not sure of

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
    if opinion is None or not opinion.ranked:
        return by_words
    if opinion.sure is None:
        return _unsure(by_words, opinion)
    return _sure(scored, opinion, *opinion.sure, lead_of)


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


def _unsure(by_words: Choice | Doubt, opinion: Opinion) -> Choice | Doubt:
    """Aliases alone, unless the model was taught that subject and thinks of another."""
    if not isinstance(by_words, Choice):
        return by_words
    if not opinion.knows(by_words.item):
        return by_words if by_words.confidence >= UNTAUGHT_CONFIDENCE_MIN else "ambiguous_item"
    thought = opinion.of(subject_of(by_words.item))
    first = subject_of(opinion.ranked[0][0])
    if first != subject_of(by_words.item) or thought < AGREEMENT_MIN:
        return "ambiguous_item"
    return Choice(
        by_words.item, "model_and_alias", agreed(thought, by_words.confidence), by_words.words
    )


def agreed(thought: float, said: float) -> float:
    """Two witnesses who say the same and did not hear each other: their odds are multiplied."""
    right, wrong = thought * said, (1 - thought) * (1 - said)
    return round(right / (right + wrong), 2) if right + wrong else 0.0


def _sure(
    scored: Sequence[ScoredItem],
    opinion: Opinion,
    around: str,
    share: float,
    lead_of: LeadOf,
) -> Choice | Doubt:
    inside = [found for found in scored if is_within(found.item, around)]
    outside = next((found for found in scored if not is_within(found.item, around)), None)
    if outside is not None and _contradicts(outside, inside, opinion):
        return "ambiguous_item"
    within = by_alias(inside, lead_of)
    if within == "ambiguous_item":
        return within
    if isinstance(within, Choice):
        rival = _rival(inside, lead_of)
        clear = 1 - 0.5 * rival / inside[0].score
        return Choice(within.item, "model_and_alias", round(share * clear, 2), within.words)
    return Choice(around, "model", round(share, 2))


def _contradicts(outside: ScoredItem, inside: Sequence[ScoredItem], opinion: Opinion) -> bool:
    """Of a subject that the model was never taught it cannot know better: less will do there."""
    against = inside[0].score if inside else 0
    if not opinion.knows(outside.item):
        return outside.score >= UNTAUGHT_MIN and outside.score >= LEAD_RATIO_MIN * against
    return outside.score >= CONTRADICTION_MIN and outside.score >= CONTRADICTION_RATIO * against
