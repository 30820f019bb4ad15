"""What a resident left to be reached by: a mobile number, or an address for mail."""

import re
from typing import Literal, NamedTuple

from services.platform.keys import plain_contact

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"
)
ADDRESS_MAX = 254


class Contact(NamedTuple):
    means: Literal["phone", "email"]
    address: str

    def __repr__(self) -> str:
        return f"Contact({self.means})"


def contact_of(words: str) -> Contact | None:
    """None: nobody can be reached by it. A landline takes no short messages."""
    plain = plain_contact(words)
    if _MOBILE.fullmatch(plain):
        return Contact("phone", plain)
    stripped = words.strip()
    if len(stripped) <= ADDRESS_MAX and _MAIL.fullmatch(stripped):
        return Contact("email", stripped)
    return None
