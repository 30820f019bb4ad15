"""The mapping file: which column of a channel's export means what. TOML, checked when loaded."""

import codecs
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from services.intake.files.errors import MappingInvalid
from services.intake.files.kinds import kind_named

CONTENT = "content"
SAMPLE = datetime(2019, 11, 23, 14, 56, 7)  # noqa: DTZ001  # only to try formats on

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
        "".encode(name)  # not a text encoding: LookupError
    except LookupError:
        raise ValueError(f"“{name}” is not an encoding") from None
    return name


def _usable_format(pattern: str) -> str:
    try:
        parsed = datetime.strptime(SAMPLE.strftime(pattern), pattern)  # noqa: DTZ007
    except ValueError:
        raise ValueError(f"“{pattern}” is not a usable strptime format") from None
    if parsed.date() != SAMPLE.date():
        raise ValueError(f"“{pattern}” does not hold year, month and day")
    return pattern


class FileSection(Section):
    encodings: Annotated[tuple[Annotated[str, AfterValidator(_known_encoding)], ...],
                         Field(min_length=1)] = ("utf-8-sig", "gb18030")  # fmt: skip
    delimiter: Literal["auto", ",", ";", "tab"] = "auto"
    sheet: Name | None = None  # of an XLSX; the first one if not given


class TimeSection(Section):
    formats: tuple[Annotated[str, AfterValidator(_usable_format)], ...] = ()  # () is "auto"
    zone: str = "Asia/Shanghai"  # of times that do not name theirs

    @field_validator("formats", mode="before")
    @classmethod
    def _auto_or_list(cls, formats: object) -> object:
        if formats == "auto":
            return ()
        if not formats or not isinstance(formats, list | tuple):
            raise ValueError('write formats = "auto", or a list of strptime formats')
        return formats

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"“{zone}” is not a time zone, such as Asia/Shanghai") from None
        return zone


class Columns(Section):
    title: Name | None = None
    text: Name | None = None
    contact: Name | None = None
    name: Name | None = None
    time: Name | None = None
    address: Name | None = None
    area: Name | None = None
    item: Name | None = None
    kind: Name | None = None
    longitude: Name | None = None
    latitude: Name | None = None
    attachments: Name | None = None
    reply: Name | None = None
    replied_at: Name | None = None

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.title is None and self.text is None:
            raise ValueError("at least one of title and text must be given")
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("longitude and latitude go together")
        return self


class Constants(Section):
    title: Name | None = None
    address: Name | None = None
    area: Code | None = None
    item: Code | None = None
    kind: Name | None = None


class Values(Section):
    area: dict[Name, Code] = {}
    item: dict[Name, Code] = {}
    kind: dict[Name, Name] = {}


class Attachments(Section):
    separator: Annotated[str, StringConstraints(min_length=1)] = ";"


class ReferenceColumn(Section):
    column: Name


class Mapping(Section):
    """`reference` is a column, or "content": the SHA-256 of what the row says."""

    reference: ReferenceColumn | Literal["content"]
    file: FileSection = FileSection()
    time: TimeSection = TimeSection()
    columns: Columns
    constants: Constants = Constants()
    values: Values = Values()
    attachments: Attachments = Attachments()

    @field_validator("reference", mode="before")
    @classmethod
    def _one_of_two_forms(cls, value: object) -> object:
        if value == CONTENT or isinstance(value, dict):
            return value
        raise ValueError('write reference = { column = "…" }, or reference = "content"')

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        twice = sorted(self.columns.model_fields_set & self.constants.model_fields_set)
        if twice:
            raise ValueError(f"both in [columns] and in [constants]: {', '.join(twice)}")
        for word in (*self.values.kind.values(), self.constants.kind):
            if word is not None and kind_named(word) is None:
                raise ValueError(f"“{word}” is not a kind")
        return self

    def mapped(self) -> dict[str, str]:
        """Field → column, `reference` among them when it is a column."""
        columns = {key: name for key, name in self.columns if name is not None}
        if isinstance(self.reference, ReferenceColumn):
            columns["reference"] = self.reference.column
        return columns


def load_mapping(path: Path) -> Mapping:
    """Raises MappingInvalid: not readable, not TOML, an unknown key, a value that cannot be."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingInvalid(path, "TOML", str(error)) from None
    except OSError as error:
        raise MappingInvalid(path, "file", error.strerror or "cannot be read") from None
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        raise MappingInvalid(path, *_first_reason(error)) from None


def _first_reason(error: ValidationError) -> tuple[str, str]:
    first: Any = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"]) or "mapping"
    key = key.replace(".ReferenceColumn", "")
    if first["type"] == "extra_forbidden":
        return key, f"unknown key; known here: {', '.join(_known_keys(first['loc'][:-1]))}"
    return key, first["msg"].removeprefix("Value error, ")


def _known_keys(section: tuple[str, ...]) -> list[str]:
    sections: dict[str, type[Section]] = {
        "reference": ReferenceColumn,
        "file": FileSection,
        "time": TimeSection,
        "columns": Columns,
        "constants": Constants,
        "values": Values,
        "attachments": Attachments,
    }
    return list((sections[section[0]] if section else Mapping).model_fields)
