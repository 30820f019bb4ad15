"""Time-ordered ids: random ones make the log slower as it grows."""

import os
from collections.abc import Callable
from datetime import datetime

Entropy = Callable[[int], bytes]  # n -> n bytes; `os.urandom`, or a seeded one in simulations
system_entropy: Entropy = os.urandom


def time_ordered_id(now: datetime, entropy: Entropy) -> str:
    """A UUID version 7 (RFC 9562): milliseconds since 1970, then 74 random bits."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    noise = int.from_bytes(entropy(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (noise >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | noise & ((1 << 62) - 1)
    text = f"{value:032x}"  # `str(UUID(int=value))` gives the same in five times the time
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
