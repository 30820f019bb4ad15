"""What a trained model says a text is about, and how whoever asks sees the model."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Guess(NamedTuple):
    """ranked: (item code, calibrated probability 0 to 1), the best first. A code may be of any
    level: a model that was taught first-level subjects answers with those.

    words: of the model's own vocabulary, those that spoke most for the best one; never a name, a
    number or anything that few residents wrote. Empty ranked: the text says nothing it knows.
    """

    ranked: tuple[tuple[str, float], ...]
    words: tuple[str, ...]


class Classifier(Protocol):
    """Pure once loaded; safe to call from several threads. Raises nothing, whatever the text.

    version: 12 hex digits of the SHA-256 of its content. sure_from: from this probability on
    nobody has to look. codes: all that it can answer with.
    """

    @property
    def version(self) -> str: ...

    @property
    def sure_from(self) -> float: ...

    @property
    def codes(self) -> tuple[str, ...]: ...

    def guess(self, title: str, text: str) -> Guess: ...

    def guess_many(self, matters: Sequence[tuple[str, str]]) -> list[Guess]:
        """(title, text) each; the same answers as one by one, sooner."""
        ...
