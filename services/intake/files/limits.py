"""How large and how old things in a file may be."""

from dataclasses import dataclass
from datetime import timedelta

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file; characters are Unicode code points."""

    text_chars_max: int = 10_000  # text and reply
    title_chars_max: int = 500
    short_chars_max: int = (
        500  # contact, name, address, kind; area and item as the channel has them
    )
    code_chars_max: int = 64  # area and item as we keep them, after [values]
    reference_chars_max: int = 200
    attachments_max: int = 20
    attachment_chars_max: int = 2_000
    cell_bytes_max: int = MIB
    record_chars_max: int = 16 * MIB  # what one record of a CSV may hold in memory
    uncompressed_bytes_max: int = 1024 * MIB  # of an XLSX, all parts together
    shared_strings_bytes_max: int = 256 * MIB  # of an XLSX: this part is held in memory
    future_max: timedelta = timedelta(days=1)
    year_min: int = 1990
