"""May a shipped message change like this? One line per change that may not be.

A fact is read for ever by us and today by others: nothing that they rely on may narrow or widen.
What channels send is read by us alone: it may widen, so that what was right stays right.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Schema = Mapping[str, Any]
INTAKE_PREFIX = "intake."
ANNOTATIONS = frozenset({"$schema", "$id", "$comment", "title", "description", "examples"})
LOWER_LIMITS = ("minLength", "minimum", "exclusiveMinimum", "minItems")
UPPER_LIMITS = ("maxLength", "maximum", "exclusiveMaximum", "maxItems")
_STRUCTURE = frozenset(
    {"properties", "required", "items", "type", "enum", "const", "default", "additionalProperties"}
)
_COMPARED = ANNOTATIONS | _STRUCTURE | {*LOWER_LIMITS, *UPPER_LIMITS}
_ABSENT = object()


class Place(NamedTuple):
    """Where a difference is. may_widen: values that were refused before may be allowed now."""

    message: str
    field: str
    may_widen: bool

    def at(self, part: str) -> "Place":
        return self._replace(field=f"{self.field}.{part}" if self.field else part)

    def says(self, words: str) -> str:
        return f"{self.message}: {f'field {self.field!r}' if self.field else 'document'}: {words}"


def breaking_changes(shipped: Mapping[str, Schema], current: Mapping[str, Schema]) -> list[str]:
    """Both by message name. Empty: whatever fits the shipped schemas still means the same."""
    lines: list[str] = []
    for name, schema in shipped.items():
        if name not in current:
            lines.append(f"{name}: shipped, and no longer there: removed or renamed")
            continue
        place = Place(name, "", may_widen=name.startswith(INTAKE_PREFIX))
        lines += _differences(place, schema, current[name])
    return lines


def _differences(place: Place, old: Schema, new: Schema) -> Iterator[str]:
    yield from _values(place, old, new)
    yield from _limits(place, old, new)
    yield from _other_keywords(place, old, new)
    yield from _openness(place, old, new)
    yield from _fields(place, old, new)
    if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
        items = place._replace(field=f"{place.field}[]")
        yield from _differences(items, old["items"], new["items"])
    elif old.get("items") != new.get("items"):
        yield place.says("what the list holds has changed")


def _fields(place: Place, old: Schema, new: Schema) -> Iterator[str]:
    fields, fields_now = old.get("properties", {}), new.get("properties", {})
    required, required_now = set(old.get("required", ())), set(new.get("required", ()))
    for name, field in fields.items():
        if name not in fields_now:
            yield place.at(name).says("removed or renamed")
        else:
            yield from _differences(place.at(name), field, fields_now[name])
    for name in sorted(required_now - required):
        new_one = "is new and required: give it a default" if name not in fields else "is required"
        yield place.at(name).says(f"{new_one}; messages without it were shipped")
    for name in sorted((required - required_now) & set(fields_now)):
        if not place.may_widen:
            yield place.at(name).says("is no longer required; readers rely on it")


def _values(place: Place, old: Schema, new: Schema) -> Iterator[str]:
    """Type, enumeration and default."""
    if lost := _types(old) - _types(new):
        yield place.says(f"type changed: no longer {_listed(lost)}, now {_listed(_types(new))}")
    elif gained := _types(new) - _types(old):
        yield from _widened(place, f"type changed: now also {_listed(gained)}")
    yield from _choices(place, _allowed(old), _allowed(new))
    if not _same(old.get("default", _ABSENT), new.get("default", _ABSENT)):
        yield place.says(f"default changed from {_shown(old)} to {_shown(new)}")


def _choices(place: Place, old: list[Any] | None, new: list[Any] | None) -> Iterator[str]:
    if old is None and new is None:
        return
    if new is None:
        yield from _widened(place, "any value is allowed now")
    elif old is None:
        yield place.says(f"only {_listed(new)} are allowed now")
    elif lost := [one for one in old if not _holds(new, one)]:
        yield place.says(f"{_listed(lost)} no longer allowed")
    elif gained := [one for one in new if not _holds(old, one)]:
        yield from _widened(place, f"{_listed(gained)} newly allowed")


def _limits(place: Place, old: Schema, new: Schema) -> Iterator[str]:
    for keyword in (*LOWER_LIMITS, *UPPER_LIMITS):
        sign = 1 if keyword in LOWER_LIMITS else -1
        limit, limit_now = old.get(keyword), new.get(keyword)
        if limit == limit_now:
            continue
        words = f"{keyword} changed from {limit} to {limit_now}"
        if limit is None or (limit_now is not None and sign * limit_now > sign * limit):
            yield place.says(f"{words}: narrower")
        else:
            yield from _widened(place, words)


def _openness(place: Place, old: Schema, new: Schema) -> Iterator[str]:
    """Fields that are not named: allowed, unless `additionalProperties` is false."""
    before, now = (schema.get("additionalProperties", True) for schema in (old, new))
    if before == now:
        return
    if now is True:
        yield from _widened(place, "fields that are not named are allowed now")
    else:
        yield place.says("fields that are not named may hold less now, or are refused")


def _other_keywords(place: Place, old: Schema, new: Schema) -> Iterator[str]:
    """Pattern, format, anyOf …: nobody can tell whether another one is wider."""
    for keyword in sorted((old.keys() | new.keys()) - _COMPARED):
        if _same(old.get(keyword, _ABSENT), new.get(keyword, _ABSENT)):
            continue
        if keyword in new:
            yield place.says(f"{keyword} changed")
        else:
            yield from _widened(place, f"{keyword} is gone")


def _widened(place: Place, words: str) -> Iterator[str]:
    if not place.may_widen:
        yield place.says(f"{words}; readers do not expect it")


def _types(schema: Schema) -> frozenset[str]:
    types = schema.get("type", "anything")
    return frozenset([types] if isinstance(types, str) else types)


def _allowed(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _same(one: object, other: object) -> bool:
    """As JSON: false is not 0."""
    return type(one) is type(other) and one == other


def _holds(values: list[Any], value: object) -> bool:
    return any(_same(one, value) for one in values)


def _listed(values: Any) -> str:
    return ", ".join(sorted(map(str, values)))


def _shown(schema: Schema) -> str:
    return repr(schema["default"]) if "default" in schema else "none"
