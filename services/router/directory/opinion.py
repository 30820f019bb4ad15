"""What a trained model says about one matter, in items of this directory."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.platform.folded_text import CHARACTERS_MAX
from services.router.classifier.guess import Classifier, Guess
from services.router.directory.answers import RouteQuery
from services.router.directory.model import Directory


@dataclass(frozen=True, slots=True)
class Opinion:
    """ranked: (item, probability), the best first. best: the smallest item that reaches sure_from,
    all below it taken together, else the likeliest subject; None if the model says nothing.
    unknown: how many of the model's codes this directory has not; they are left out."""

    version: str
    ranked: tuple[tuple[str, float], ...]
    words: tuple[str, ...]
    best: tuple[str, float] | None
    sure_from: float
    subjects: frozenset[str]
    unknown: int

    @property
    def is_sure(self) -> bool:
        return self.best is not None and self.best[1] >= self.sure_from

    def knows(self, item: str) -> bool:
        """Whether the model was taught the item's first-level subject at all."""
        return subject_of(item) in self.subjects

    def of(self, item: str) -> float:
        """The probability of the item and all below it."""
        return min(1.0, sum(found for code, found in self.ranked if is_within(code, item)))


def subject_of(item: str) -> str:
    return item.partition(".")[0]


def is_within(item: str, around: str) -> bool:
    return item == around or item.startswith(f"{around}.")


def opinion_of(directory: Directory, classifier: Classifier, guess: Guess) -> Opinion:
    items = directory.items
    known = [code for code in classifier.codes if code in items]
    ranked = tuple((code, found) for code, found in guess.ranked if code in items)
    dropped = ranked[:1] != guess.ranked[:1]  # its words spoke for another answer
    return Opinion(
        version=classifier.version,
        ranked=ranked,
        words=() if dropped else guess.words,
        best=_best(directory, ranked, classifier.sure_from),
        sure_from=classifier.sure_from,
        subjects=frozenset(map(subject_of, known)),
        unknown=len(classifier.codes) - len(known),
    )


def guess_where_needed(
    directory: Directory, classifier: Classifier | None, queries: Sequence[RouteQuery]
) -> list[Guess | None]:
    """One for each query whose item is not given, in one call of the model; None for the rest."""
    wanted = [query.item not in directory.items for query in queries]
    if classifier is None or not any(wanted):
        return [None] * len(queries)
    words = [words_of(query) for query, needed in zip(queries, wanted, strict=True) if needed]
    found = iter(classifier.guess_many(words))
    return [next(found) if needed else None for needed in wanted]


def words_of(query: RouteQuery) -> tuple[str, str]:
    """What the model reads; of a text that is too long what everything else reads, too."""
    return query.title[:CHARACTERS_MAX], query.text[:CHARACTERS_MAX]


def fits(directory: Directory, classifier: Classifier | None, text: str, item: str) -> bool:
    """Whether the model, if there is one, is not sure that a text is about another subject."""
    if classifier is None:
        return True
    opinion = opinion_of(directory, classifier, classifier.guess("", text))
    if not opinion.is_sure or opinion.best is None:
        return True
    return subject_of(opinion.best[0]) == subject_of(item)


def _best(
    directory: Directory, ranked: Sequence[tuple[str, float]], sure_from: float
) -> tuple[str, float] | None:
    """The likeliest subject need not be that of the likeliest leaf."""
    subjects: dict[str, float] = {}
    for code, found in ranked:
        subjects[subject_of(code)] = subjects.get(subject_of(code), 0.0) + found
    if not subjects:
        return None
    subject = max(subjects, key=lambda code: subjects[code])
    inside = next(code for code, _ in ranked if subject_of(code) == subject)
    for around in directory.items[inside].lineage:
        found = min(1.0, sum(share for code, share in ranked if is_within(code, around)))
        if found >= sure_from:
            return around, found
    return subject, min(1.0, subjects[subject])
