"""Counts what an import must say, out of the CSV alone and with nothing of the program.

`python recount.py FILE [FILE …]`: files of a message board (UTF-8; 留言编号, 留言主题, 留言详情),
imported in this order, each through its own channel, with no ticket closed in between.
"""

import csv
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

TEXT_ALONE_MIN = 40  # docs/import.md: without a place, only texts this long are compared


def letters(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words).casefold()
    return "".join(character for character in plain if character.isalnum())


def recount(files: Iterable[Path]) -> dict[str, Counter[str]]:
    """File name → received, opened, joined, duplicates."""
    told: set[str] = set()
    counts: dict[str, Counter[str]] = {}
    for path in files:
        count = counts[path.name] = Counter()
        references: set[str] = set()
        with path.open(encoding="utf-8-sig", newline="") as file:
            for record in csv.DictReader(file):
                said = letters(record["留言主题"] + record["留言详情"])
                count["received"] += 1
                if record["留言编号"] in references:
                    count["duplicates"] += 1
                elif said in told and len(said) >= TEXT_ALONE_MIN:
                    count["joined"] += 1
                else:
                    count["opened"] += 1
                references.add(record["留言编号"])
                told.add(said)
    return counts


if __name__ == "__main__":
    for name, count in recount(map(Path, sys.argv[1:])).items():
        print(name, *(f"{what} {number}" for what, number in sorted(count.items())), sep="  ")
