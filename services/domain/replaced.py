"""A named tuple with some fields changed."""

from typing import Any, TypeVar

Value = TypeVar("Value", bound=tuple[Any, ...])
_PLACES: dict[type, dict[str, int]] = {}


def places_of(form: type) -> dict[str, int]:
    """Where each field of a named tuple stands."""
    known = _PLACES.get(form)
    if known is None:
        names: tuple[str, ...] = form._fields  # type: ignore[attr-defined]  # NamedTuple has no type
        known = _PLACES[form] = {name: place for place, name in enumerate(names)}
    return known


def replaced(value: Value, **changes: object) -> Value:
    """What `_replace` does, several times as fast: replaying a log is little else but this.
    Raises KeyError for a field that it has not."""
    form = type(value)
    places = _PLACES.get(form) or places_of(form)
    values: list[object] = list(value)
    for name, new in changes.items():
        values[places[name]] = new
    return tuple.__new__(form, values)
