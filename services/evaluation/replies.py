"""What a resident writes back by text message. Only what is known word for word is understood."""

import unicodedata
from collections.abc import Iterable
from typing import Protocol, TypeVar

LETTERS_MAX = 40


class HasWords(Protocol):
    @property
    def words(self) -> tuple[str, ...]: ...


Meaning = TypeVar("Meaning", bound=HasWords)


class NotUnderstood(ValueError):
    """The reply says nothing that the city's text message offers. The message quotes nothing."""


def understood(text: str, replies: Iterable[Meaning]) -> Meaning:
    """Raises NotUnderstood: a guess would be put into a resident's mouth."""
    said = normal(text[: LETTERS_MAX * 4])
    if said and len(said) <= LETTERS_MAX:
        for reply in replies:
            if said in map(normal, reply.words):
                return reply
    raise NotUnderstood("the reply is none of those that the text message offers")


def normal(text: str) -> str:
    """Full width as half, without spaces and punctuation: `１。` is `1`."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
