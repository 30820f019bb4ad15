"""Ways to change a schema: those that break somebody, those that only widen, and harmless ones.

Each takes the object that holds the field, and the field's name; it changes the object in place and
says whether there was anything to change.
"""

from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
Mutation = Callable[[Schema, str], bool]

SHIFT = {"minLength": 1, "minimum": 1, "maxLength": -1, "maximum": -1}
OTHER_TYPE = {"string": "integer", "integer": "string", "number": "string", "boolean": "string"}


def _types(field: Schema) -> list[str]:
    return [field["type"]] if isinstance(field["type"], str) else field["type"]


def remove(owner: Schema, name: str) -> bool:
    del owner["properties"][name]
    owner["required"] = [one for one in owner["required"] if one != name]
    return True


def rename(owner: Schema, name: str) -> bool:
    owner["properties"] = {
        f"{key}_now" if key == name else key: field for key, field in owner["properties"].items()
    }
    owner["required"] = [f"{one}_now" if one == name else one for one in owner["required"]]
    return True


def change_type(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    field["type"] = [OTHER_TYPE.get(one, "string") for one in _types(field) if one != "null"]
    return True


def require(owner: Schema, name: str) -> bool:
    if name in owner["required"]:
        return False
    owner["required"].append(name)
    return True


def require_a_new_one(owner: Schema, name: str) -> bool:
    owner["properties"][f"{name}_too"] = {"type": "string"}
    owner["required"].append(f"{name}_too")
    return True


def drop_a_choice(owner: Schema, name: str) -> bool:
    choices = owner["properties"][name].get("enum", [])
    return bool(choices) and choices.pop() is not owner


def introduce_choices(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    if "enum" in field or "const" in field:
        return False
    field["enum"] = ["one", "other"]
    return True


def rename_the_constant(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    if "const" not in field:
        return False
    field["const"] += "2"
    return True


def tighten(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    found = [keyword for keyword in SHIFT if keyword in field]
    for keyword in found:
        field[keyword] += SHIFT[keyword]
    return bool(found)


def introduce_a_limit(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    keyword = "minItems" if "items" in field else "exclusiveMaximum"
    if field.get(keyword) == 1:
        return False
    field[keyword] = 1
    return True


def change_the_pattern(owner: Schema, name: str) -> bool:
    owner["properties"][name]["pattern"] = "^other$"
    return True


def change_the_default(owner: Schema, name: str) -> bool:
    owner["properties"][name]["default"] = ["another"]
    return True


def forget_the_default(owner: Schema, name: str) -> bool:
    return owner["properties"][name].pop("default", owner) is not owner


def change_the_list(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    if "items" not in field:
        return False
    field["items"]["type"] = "boolean" if field["items"].get("type") == "integer" else "integer"
    return True


BREAKING: tuple[Mutation, ...] = (
    remove,
    rename,
    change_type,
    require,
    require_a_new_one,
    drop_a_choice,
    introduce_choices,
    rename_the_constant,
    tighten,
    introduce_a_limit,
    change_the_pattern,
    change_the_default,
    forget_the_default,
    change_the_list,
)


def allow_another_choice(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    if "enum" not in field:
        return False
    field["enum"].append("something new")
    return True


def loosen(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    found = [keyword for keyword in SHIFT if keyword in field]
    for keyword in found:
        field[keyword] -= SHIFT[keyword]
    return bool(found)


def forget_a_limit(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    found = [keyword for keyword in (*SHIFT, "pattern", "enum") if keyword in field]
    for keyword in found:
        del field[keyword]
    return bool(found)


def allow_another_type(owner: Schema, name: str) -> bool:
    field = owner["properties"][name]
    field["type"] = [*_types(field), "object"]
    return True


def no_longer_require(owner: Schema, name: str) -> bool:
    if name not in owner["required"]:
        return False
    owner["required"].remove(name)
    return True


WIDENING: tuple[Mutation, ...] = (
    allow_another_choice,
    loosen,
    forget_a_limit,
    allow_another_type,
    no_longer_require,
)


def add_an_optional_one(owner: Schema, name: str) -> bool:
    owner["properties"][f"{name}_too"] = {"type": "string", "maxLength": 64}
    return True


def add_one_with_a_default(owner: Schema, name: str) -> bool:
    owner["properties"][f"{name}_too"] = {"enum": ["a", "b"], "default": "a"}
    return True


def describe_otherwise(owner: Schema, name: str) -> bool:
    owner["properties"][name] |= {"description": "In other words.", "title": "Other"}
    return True


def sort_otherwise(owner: Schema, name: str) -> bool:
    owner["properties"] = dict(reversed(owner["properties"].items()))
    owner["required"].reverse()
    for choices in (owner["properties"][name].get("enum", []),):
        choices.reverse()
    return True


HARMLESS: tuple[Mutation, ...] = (
    add_an_optional_one,
    add_one_with_a_default,
    describe_otherwise,
    sort_otherwise,
)
