"""The arguments of a POST: form fields in, a draft of a report out. An empty one is absent."""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.formparsers import MultiPartException

from services.intake.open311.catalogue import UNSORTED, Catalogue, Service
from services.intake.report_rules import Draft
from services.platform.http.faults import FieldFault
from services.platform.http.problems import Problem

FIELDS_MAX: Final = 200
DESCRIPTION_CHARS_MAX: Final = 4_000
_ATTRIBUTE: Final = re.compile(r"attribute\[([^\]]{1,64})\](?:\[\])?")


class Arguments(NamedTuple):
    """fields and attributes: the first value that is not blank, trimmed."""

    fields: dict[str, str]
    attributes: dict[str, str]


async def read_arguments(request: Request) -> Arguments:
    """Raises Problem 400 if the body is no form."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        return sorted_out(await _multipart(request))
    if media_type not in {"application/x-www-form-urlencoded", ""}:
        raise Problem(400, "wrong_media_type", "send application/x-www-form-urlencoded")
    body = await request.body()
    try:
        pairs = parse_qsl(body.decode("utf-8"), errors="strict", max_num_fields=FIELDS_MAX)
    except ValueError:
        raise Problem(
            400, "invalid_form", "the form is not UTF-8, or has too many fields"
        ) from None
    return sorted_out(pairs)


async def _multipart(request: Request) -> Sequence[tuple[str, str]]:
    try:
        form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    except (MultiPartException, UnicodeDecodeError, KeyError, ValueError):
        reason = "a form of text fields is needed; give files by media_url"
        raise Problem(400, "invalid_form", reason) from None
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


def sorted_out(pairs: Sequence[tuple[str, str]]) -> Arguments:
    arguments = Arguments({}, {})
    for name, value in pairs:
        if not value.strip():
            continue
        attribute = _ATTRIBUTE.fullmatch(name)
        if attribute:
            arguments.attributes.setdefault(attribute[1], value.strip())
        else:
            arguments.fields.setdefault(name, value.strip())
    return arguments


def require_service(arguments: Arguments, catalogue: Catalogue) -> Service:
    """Raises Problem 400 if none is named, 404 if it is not offered."""
    code = arguments.fields.get("service_code")
    if code is None:
        raise Problem(400, "service_code_missing", "service_code was not provided")
    service = catalogue.service(code)
    if service is None:
        raise Problem(404, "service_code_unknown", "service_code was not found")
    return service


def draft_of(
    arguments: Arguments, service: Service, channel: str, new_reference: Callable[[], str]
) -> Draft:
    """Raises Problem 400 if there is no place, or the description is too long."""
    fields = arguments.fields
    _require_place(fields)
    description = fields.get("description", "")
    if len(description) > DESCRIPTION_CHARS_MAX:
        reason = f"{len(description):,} characters; {DESCRIPTION_CHARS_MAX:,} at most"
        raise _refused("description", "too_long", reason)
    media_url = fields.get("media_url")
    return Draft(
        channel=channel,
        reference=arguments.attributes.get("reference") or new_reference(),
        text=description or service.name,
        contact=fields.get("phone") or fields.get("email") or fields.get("account_id"),
        name=full_name(fields.get("first_name", ""), fields.get("last_name", "")),
        address=fields.get("address_string") or fields.get("address_id"),
        item=None if service.code == UNSORTED else service.code,
        kind=arguments.attributes.get("kind"),
        longitude=fields.get("long"),
        latitude=fields.get("lat"),
        attachments=(media_url,) if media_url else (),
    )


def _require_place(fields: dict[str, str]) -> None:
    if {"lat", "long"} & fields.keys():
        return  # both are needed then, and checked with their values
    if not {"address_string", "address_id"} & fields.keys():
        reason = "one of lat & long, address_string or address_id is needed"
        raise _refused("location", "location_missing", reason)


def _refused(field: str, code: str, reason: str) -> Problem:
    return Problem(400, code, f"{field}: {reason}", [FieldFault(field, code, reason)])


def full_name(first: str, last: str) -> str:
    """The family name comes first where it is written without a space."""
    if f"{first}{last}".isascii():
        return f"{first} {last}".strip()
    return f"{last}{first}"
