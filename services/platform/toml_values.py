"""Values out of a TOML file, checked by a model: all that is wrong is named with its place."""

import tomllib
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Values = TypeVar("Values", bound=BaseModel)


def values_of(content: bytes, name: str, model: type[Values], invalid: type[ValueError]) -> Values:
    """name: of the file, for the errors. Raises `invalid`, a line for each thing that is wrong."""
    try:
        return model.model_validate(tomllib.loads(content.decode("utf-8")))
    except UnicodeDecodeError:
        raise invalid(f"{name}: not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise invalid(f"{name}: {error}") from None
    except ValidationError as error:
        raise invalid("\n".join(_reasons(name, error))) from None


def _reasons(name: str, error: ValidationError) -> list[str]:
    return [
        ": ".join(filter(None, (name, ".".join(map(str, item["loc"])), item["msg"])))
        for item in error.errors(include_url=False, include_input=False)
    ]
