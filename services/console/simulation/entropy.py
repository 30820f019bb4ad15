"""Noise that can be made again, for cities in which nobody lives. Never for real residents."""

from random import Random


class SeededEntropy:
    """An `Entropy`. Give every run of a city its own seed: noise used twice breaks seals."""

    def __init__(self, *seed: object) -> None:
        self._chance = Random("/".join(map(str, ("entropy", *seed))))

    def __call__(self, count: int) -> bytes:
        return self._chance.randbytes(count)
