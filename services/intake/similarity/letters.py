"""Single characters: two tellings of one trouble share those that few residents write.

Beside pairs, which few tellings in other words share; no list of subjects is needed for it.
"""

from functools import lru_cache
from importlib.resources import files
from math import pow as powered
from math import sqrt

SAYS_MIN = 2  # log2: what every fourth resident writes says nothing
RARE_SAYS = 10
POWER = 1.5  # what is rare says more than its rareness


def letters_of(folded: str) -> str:
    """Those that say something, each once, in order of their code points."""
    says = letter_weights()
    return "".join(sorted(letter for letter in set(folded) if _says(says, letter)))


def letters_agree(one: str, other: str, of_places: str = "") -> float:
    """0 to 1: the weight in common, by both, without the letters of places. Symmetric."""
    mine, yours = set(one).difference(of_places), set(other).difference(of_places)
    common = mine & yours
    if not common:
        return 0.0
    return _weight(common) / sqrt(_weight(mine) * _weight(yours))


def _weight(letters: set[str]) -> int:
    says = letter_weights()
    return sum([says.get(letter, RARE_WEIGHT) for letter in letters])


@lru_cache(maxsize=1)
def letter_weights() -> dict[str, int]:
    """Whole numbers, so that the order in which they are summed says nothing."""
    path = files("services.intake.similarity") / "data" / "common_letters.txt"
    rows = [line.split() for line in path.read_text("utf-8").splitlines() if line[:1] != "#"]
    return {letter: _power(int(said)) for said, letters in rows for letter in letters}


def _power(said: int) -> int:
    return round(10 * powered(said, POWER))


RARE_WEIGHT = _power(RARE_SAYS)


def _says(says: dict[str, int], letter: str) -> bool:
    chinese = "\u4e00" <= letter <= "\u9fff"
    return chinese and says.get(letter, RARE_WEIGHT) >= _power(SAYS_MIN)
