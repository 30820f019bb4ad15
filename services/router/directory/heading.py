"""directory.toml: the directory's name and label, its dispatch centre, and decoys."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from services.router.directory.faults import Fault
from services.router.directory.table import Folder, read_text

HEADING_FILE = "directory.toml"
TEXTS = ("name", "label", "dispatch_centre")
LISTS = ("item_decoys", "area_decoys")


@dataclass(frozen=True, slots=True)
class Heading:
    """Decoys are words in which an alias means nothing: 城中 is no district in 城中村."""

    name: str
    label: str
    dispatch_centre: str
    item_decoys: tuple[str, ...]
    area_decoys: tuple[str, ...]


def read_heading(folder: Folder, faults: list[Fault]) -> Heading | None:
    text = read_text(folder, HEADING_FILE, faults)
    if text is None:
        return None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        found = f"not readable as TOML: {error}"
        faults.append(Fault(HEADING_FILE, int(line[1]) if line else 0, found))
        return None
    found_before = len(faults)
    faults.extend(_value_faults(values))
    return _heading(values) if len(faults) == found_before else None


def _heading(values: dict[str, Any]) -> Heading:
    texts = (values[key].strip() for key in TEXTS)
    lists = (tuple(word.lower() for word in values.get(key, ())) for key in LISTS)
    return Heading(*texts, *lists)


def _value_faults(values: dict[str, Any]) -> list[Fault]:
    reasons = [
        f"{key}: a text that is not empty is needed"
        for key in TEXTS
        if not (isinstance(values.get(key), str) and values[key].strip())
    ]
    reasons += [
        f"{key}: a list of words of two characters or more is needed"
        for key in LISTS
        if not _is_list_of_words(values.get(key, []))
    ]
    unknown = [key for key in values if key not in TEXTS + LISTS]
    return [Fault(HEADING_FILE, 0, reason) for reason in reasons] + [
        Fault(HEADING_FILE, 0, f"{key}: unknown key") for key in unknown
    ]


def _is_list_of_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(w, str) and len(w) > 1 for w in value)
