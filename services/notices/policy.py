"""Which notices there are, when they may be said, and through what. As data, from a TOML file."""

from collections.abc import Mapping
from datetime import time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic import model_validator as checked

from services.domain.notice_commands import Retrying
from services.domain.notice_hours import Hours
from services.domain.notice_values import KINDS, RESIDENT_KINDS, NoticeKind
from services.notices.channels.values import AnyChannel
from services.platform.toml_values import values_of

Lang = Literal["zh", "en"]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class NoticePolicyInvalid(ValueError):
    """A file that cannot be used: file, place in it, reason."""


class _Values(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class HoursValues(_Values):
    begins: TimeOfDay
    ends: TimeOfDay
    days: Literal["all", "working"]

    @checked(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.begins >= self.ends:
            raise ValueError("begins must be before ends")
        return self

    def hours(self) -> Hours:
        begins, ends = time.fromisoformat(self.begins), time.fromisoformat(self.ends)
        return Hours(begins, ends, self.days == "working")


class KindValues(_Values):
    on: bool
    hours: Name
    fresh_hours: Annotated[int, Field(ge=1, le=24 * 60)]
    optional: bool = False
    urgent_any_hour: bool = False

    @property
    def fresh_for(self) -> timedelta:
        return timedelta(hours=self.fresh_hours)


class Residents(_Values):
    phone: str
    email: str


class Units(_Values):
    through: Name
    addresses: Mapping[str, str] = Field(default_factory=dict)

    def address(self, recipient: str) -> str | None:
        """A unit's, or its leader's."""
        found = self.addresses.get(recipient)
        return found or self.addresses.get(recipient.removesuffix("/leader"))


class RetryValues(_Values):
    """How often a channel is tried, and how long apart: longer each time, up to the longest."""

    attempts_max: Annotated[int, Field(ge=1, le=50)] = 8
    first_rest_s: Annotated[int, Field(ge=1, le=3_600)] = 30
    longest_rest_s: Annotated[int, Field(ge=1, le=86_400)] = 21_600
    lease_s: Annotated[int, Field(ge=300, le=86_400)] = 900

    def retrying(self, resend_unsure: bool) -> Retrying:
        return Retrying(
            attempts_max=self.attempts_max,
            first_rest=timedelta(seconds=self.first_rest_s),
            longest_rest=timedelta(seconds=self.longest_rest_s),
            resend_unsure=resend_unsure,
        )


class NoticePolicy(_Values):
    name: Name
    lang: Lang
    rate_url: str
    stop_words: tuple[str, ...]
    start_words: tuple[str, ...]
    daily_list_at: TimeOfDay
    hours: Mapping[Name, HoursValues]
    kinds: Mapping[NoticeKind, KindValues]
    residents: Residents
    units: Units
    retry: RetryValues = RetryValues()
    channels: Mapping[Name, AnyChannel]

    @checked(mode="after")
    def _is_whole(self) -> Self:
        missing = [kind for kind in KINDS if kind not in self.kinds]
        if missing:
            raise ValueError(f"kinds.{missing[0]} is missing")
        for kind, values in self.kinds.items():
            if values.hours not in self.hours:
                raise ValueError(f"kinds.{kind}.hours: there is no hours.{values.hours}")
            if values.optional and kind not in RESIDENT_KINDS:
                raise ValueError(f"kinds.{kind}.optional: units cannot opt out")
        named = {"residents.phone": self.residents.phone, "residents.email": self.residents.email}
        named["units.through"] = self.units.through
        for place, channel in named.items():
            if channel and channel not in self.channels:
                raise ValueError(f"{place}: there is no channels.{channel}")
        self.link("t")
        return self

    def link(self, token: str) -> str:
        try:
            return self.rate_url.format(token=token)
        except (KeyError, IndexError, ValueError, AttributeError):
            raise ValueError("rate_url: may hold {token} and no other braces") from None

    def hours_of(self, kind: NoticeKind) -> Hours:
        return self.hours[self.kinds[kind].hours].hours()

    def optional_kinds(self) -> tuple[NoticeKind, ...]:
        return tuple(kind for kind in KINDS if self.kinds[kind].optional)


def load_notice_policy(path: Path) -> NoticePolicy:
    """Raises NoticePolicyInvalid naming all that is wrong, OSError if it cannot be read."""
    return _parsed(path.read_bytes(), str(path))


def default_notice_policy() -> NoticePolicy:
    content = (files("services.notices") / "default_policy.toml").read_bytes()
    return _parsed(content, "default policy of notices")


def _parsed(content: bytes, name: str) -> NoticePolicy:
    return values_of(content, name, NoticePolicy, NoticePolicyInvalid)
