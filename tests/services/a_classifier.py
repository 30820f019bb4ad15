"""A small deterministic classifier: words that speak for codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.router.classifier.guess import Guess


@dataclass(frozen=True, slots=True)
class WordClassifier:
    """Each word found gives its answer's probabilities; the first in `says` that is there."""

    says: Mapping[str, Mapping[str, float]]
    codes: tuple[str, ...]
    version: str = "0123456789ab"
    sure_from: float = 0.9
    asked: list[int] = field(default_factory=list)

    def guess(self, title: str, text: str) -> Guess:
        for word, shares in self.says.items():
            if word in title or word in text:
                ranked = sorted(shares.items(), key=lambda pair: -pair[1])
                return Guess(tuple(ranked), (word,))
        return Guess((), ())

    def guess_many(self, matters: Sequence[tuple[str, str]]) -> list[Guess]:
        self.asked.append(len(matters))
        return [self.guess(title, text) for title, text in matters]
