"""Old facts in new clothes: upcasters run at read time, so `evolve` knows the newest form only.

An upcaster takes the stored JSON of one version and gives that of the next, type name included.
Shipped so far: nothing but first versions, so the table is empty.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import from_json

Json = dict[str, Any]
Upcaster = Callable[[Json], Json]

UPCASTERS: Mapping[str, Upcaster] = {}


def upcast(data: bytes, upcasters: Mapping[str, Upcaster]) -> Json:
    """The newest form of one stored event. Each type is left at most once: no cycles."""
    document: Json = from_json(data)
    passed: set[str] = set()
    while (name := document["type"]) in upcasters:
        if name in passed:
            raise ValueError(f"upcasters run in a circle at {name}")
        passed.add(name)
        document = upcasters[name](document)
    return document
