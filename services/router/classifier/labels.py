"""What a label means: an item of the directory, by its code, its path or its name."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from services.platform.folded_text import folded
from services.router.directory import Directory


class LabelTable(NamedTuple):
    """codes: how each item may be called -> its code. doubtful: names of several items."""

    codes: Mapping[str, str]
    doubtful: frozenset[str]

    def code(self, label: str) -> str | None:
        return self.codes.get(label.strip())

    def why_not(self, label: str) -> str:
        if not label.strip():
            return "no label"
        return "several items have this name" if label.strip() in self.doubtful else "no such item"


def label_table(directory: Directory) -> LabelTable:
    """A name that several items have is the one's that is higher than all others."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for item in directory.items.values():
        by_name[item.name].append(item.code)
    codes, doubtful = {}, set()
    for name, found in by_name.items():
        highest = min(map(len, found))
        top = [code for code in found if len(code) == highest]
        if len(top) == 1:
            codes[name] = top[0]
        else:
            doubtful.add(name)
    codes |= {item.path: item.code for item in directory.items.values()}
    codes |= {code: code for code in directory.items}
    return LabelTable(codes, frozenset(doubtful) - codes.keys())


def place_words(directory: Directory) -> frozenset[str]:
    """Names of areas and places: no model may know one. A word that residents also use for a
    matter stays."""
    matters = {
        folded(word) for item in directory.items.values() for word in (item.name, *item.aliases)
    }
    areas = {
        folded(name) for area in directory.areas.values() for name in (area.name, *area.aliases)
    }
    gazetteer = directory.gazetteer
    places = {folded(entry.name) for entry in gazetteer.entries}
    spelt = {name for names in gazetteer.spellings.values() for name in names}
    return frozenset(areas | places | spelt) - matters
