"""Office files are zip archives: written so that the same parts are the same bytes."""

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001  office libraries write it as UTC
OLDEST = (1980, 1, 1, 0, 0, 0)  # zip knows nothing earlier


def same_every_time(archive: bytes) -> bytes:
    """The same parts in the same order, without the moment at which they were packed."""
    out = BytesIO()
    with ZipFile(BytesIO(archive)) as packed, ZipFile(out, "w", ZIP_DEFLATED) as again:
        for part in packed.infolist():
            entry = ZipInfo(part.filename, OLDEST)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            again.writestr(entry, packed.read(part))
    return out.getvalue()
