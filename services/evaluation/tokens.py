"""The link by which a resident answers without a login: good for one handling, used once.

`<ticket>.<handling>.<digest>`: the digest is keyed with the installation's own secret, so nobody
else can make one; nothing is stored. It says nothing about the resident.
"""

from typing import NamedTuple

from services.platform.keys import Keyring

PURPOSE = "call-back-link"
LENGTH_MAX = 160


class LinkInvalid(ValueError):
    """The link is not one of ours."""


class Link(NamedTuple):
    ticket_id: str
    handling: int


def token_of(keyring: Keyring, link: Link) -> str:
    name = f"{link.ticket_id}.{link.handling}"
    return f"{name}.{keyring.digest(name, PURPOSE)}"


def link_of(keyring: Keyring, token: str) -> Link:
    """Raises LinkInvalid."""
    ticket_id, _, rest = token.partition(".")
    number, _, _ = rest.partition(".")
    if len(token) > LENGTH_MAX or not (number.isascii() and number.isdigit() and len(number) < 5):
        raise LinkInvalid("not a link of ours")
    link = Link(ticket_id, int(number))
    # Compared by digests of both: how long it takes tells nothing about where they differ.
    if keyring.digest(token, PURPOSE) != keyring.digest(token_of(keyring, link), PURPOSE):
        raise LinkInvalid("not a link of ours")
    return link
