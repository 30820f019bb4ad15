"""Who is asking: the name that belongs to an API key."""

import hmac
from collections.abc import Mapping

from fastapi import Request

from services.platform.http.problems import Problem

OPEN = "local"  # the name of everybody while no keys are set (loopback use)


def client_of(api_keys: Mapping[str, str], key: str | None) -> str | None:
    """The client's name; None if the key is missing or unknown. Takes the same time either way."""
    if not api_keys:
        return OPEN
    found = None
    for name, known in api_keys.items():
        if hmac.compare_digest(known.encode(), (key or "").encode()):
            found = name
    return found


def key_in_headers(request: Request) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return key.strip()
    return request.headers.get("x-api-key")


class KeyGuard:
    """A dependency of every route that writes, or shows residents' words."""

    def __init__(self, api_keys: Mapping[str, str]) -> None:
        self._api_keys = api_keys

    async def __call__(self, request: Request) -> None:
        if client_of(self._api_keys, key_in_headers(request)) is None:
            raise Problem(
                401,
                "api_key_needed",
                "Send a known key as `Authorization: Bearer KEY` or `X-Api-Key: KEY`.",
                headers={"WWW-Authenticate": "Bearer"},
            )
