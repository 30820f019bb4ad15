"""What a person may choose from, and the best guess at a matter's subject."""

from collections.abc import Iterable, Sequence

from services.router.directory.answers import Candidate
from services.router.directory.items import ScoredItem
from services.router.directory.model import Directory
from services.router.directory.opinion import Opinion, subject_of
from services.router.directory.weigh import SCORE_SURE

CANDIDATES_MAX = 5
BY_MODEL_MAX = 3
PROBABILITY_MIN = 0.05


def candidates_of(
    directory: Directory, scored: Sequence[ScoredItem], opinion: Opinion | None
) -> tuple[Candidate, ...]:
    """The top of both, the likeliest first. What only the model says has no words: its words spoke
    for its best answer alone."""
    if opinion is None and not scored:
        return ()
    by_alias = [
        Candidate(
            found.item,
            directory.items[found.item].name,
            found.score,
            found.words,
            (opinion.of(found.item) or None)
            if opinion
            else None,  # 0: it was taught nothing so fine
        )
        for found in scored[:CANDIDATES_MAX]
    ]
    if opinion is None or not opinion.ranked:
        return tuple(by_alias)
    listed = {candidate.item for candidate in by_alias}
    by_model = [
        Candidate(
            code,
            directory.items[code].name,
            round(share * SCORE_SURE),
            opinion.words if position == 0 else (),
            share,
        )
        for position, (code, share) in enumerate(opinion.ranked[:BY_MODEL_MAX])
        if share >= PROBABILITY_MIN and code not in listed
    ]
    both = sorted([*by_alias, *by_model], key=lambda one: -_weight(one, opinion))
    return tuple(both[:CANDIDATES_MAX])


def _weight(candidate: Candidate, opinion: Opinion) -> float:
    said = min(1.0, candidate.score / SCORE_SURE)
    return said + opinion.of(subject_of(candidate.item))


def best_subject(scored: Iterable[ScoredItem], opinion: Opinion | None) -> tuple[str | None, float]:
    """(first-level code, how sure): the model's, else the one that most aliases speak for."""
    sums: dict[str, float] = {}
    if opinion is not None and opinion.best is not None:
        subject = subject_of(opinion.best[0])
        return subject, round(opinion.of(subject), 2)
    for found in scored:
        sums[subject_of(found.item)] = sums.get(subject_of(found.item), 0.0) + found.score
    best_said = max(sums, key=lambda code: sums[code], default=None)
    if best_said is None:
        return None, 0.0
    said = min(1.0, sums[best_said] / SCORE_SURE)
    return best_said, round(said * sums[best_said] / sum(sums.values()), 2)
