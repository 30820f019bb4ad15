"""Who asks, what they looked at, and how they call their command: read from the headers."""

import re
from typing import Annotated, Final, NamedTuple
from urllib.parse import unquote

from fastapi import Header
from starlette.datastructures import Headers

from services.platform.http.faults import FieldFault
from services.platform.http.problems import Problem

# How the API's description shows them; `read_headers` reads them.
Actor = Annotated[str, Header(alias="X-Actor", description="`role:name`, as in `unit:heating`")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description='the version, as in `"3"`')]
Key = Annotated[
    str | None, Header(alias="Idempotency-Key", description="repeat it, and nothing happens twice")
]

_ACTOR: Final = re.compile(r"[a-z_]{1,32}:\S(?:.{0,62}\S)?")
_RESERVED: Final = frozenset({"processor", "channel", "system"})  # these act by themselves
_ETAG: Final = re.compile(r'"(\d{1,9})"')
_COMMAND_ID: Final = re.compile(r"[\x21-\x7e]{1,64}")


class Asked(NamedTuple):
    """expected_version: None if the actor does not mind. command_id: None if it has none."""

    actor: str
    expected_version: int | None
    command_id: str | None


def read_headers(headers: Headers) -> Asked:
    """Raises Problem."""
    return Asked(
        _actor(headers.get("x-actor", "")),
        _expected_version(headers.get("if-match")),
        checked_command_id(headers.get("idempotency-key")),
    )


def _actor(raw: str) -> str:
    """`role:name`; a name that is not ASCII comes as UTF-8 or percent-encoded."""
    try:
        actor = unquote(raw.encode("latin-1").decode("utf-8"), errors="strict").strip()
    except UnicodeError:
        actor = ""
    return checked_actor(actor)


def checked_actor(actor: str) -> str:
    """`role:name` of a person or a unit. Raises Problem."""
    if not _ACTOR.fullmatch(actor) or not actor.isprintable():
        raise _wrong("X-Actor", "actor", "`role:name` is needed, as in `unit:heating`")
    if actor.partition(":")[0] in _RESERVED:
        raise _wrong("X-Actor", "actor_reserved", "this role is kept for the service itself")
    return actor


def _expected_version(raw: str | None) -> int | None:
    if raw is None or raw.strip() == "*":
        return None
    found = _ETAG.fullmatch(raw.strip())
    if found is None:
        raise _wrong("If-Match", "if_match", 'one version in quotes is needed, as in `"3"`')
    return int(found[1])


def checked_command_id(raw: str | None) -> str | None:
    if raw is None:
        return None
    if not _COMMAND_ID.fullmatch(raw):
        raise _wrong("Idempotency-Key", "command_id", "1 to 64 visible ASCII characters")
    return raw


def _wrong(header: str, code: str, reason: str) -> Problem:
    return Problem(400, code, f"{header}: {reason}", [FieldFault(header, code, reason)])
