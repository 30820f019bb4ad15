"""A directory's files as one text, for an event, and back."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from services.router.directory.faults import DirectoryInvalid, Fault
from services.router.directory.table import Folder

UNPACKED_BYTES_MAX = 20_000_000  # far above any city's directory; a bomb is not unpacked
CONTENT = "content"


@dataclass(frozen=True, slots=True)
class PackedFile:
    name: str
    data: bytes | None

    def read_bytes(self) -> bytes:
        if self.data is None:
            raise FileNotFoundError(self.name)
        return self.data


@dataclass(frozen=True, slots=True)
class PackedFolder:
    """What `load_directory` reads, in memory."""

    files: Mapping[str, str]

    def __truediv__(self, name: str, /) -> PackedFile:
        text = self.files.get(name)
        return PackedFile(name, None if text is None else text.encode())


def files_of(folder: Folder, names: tuple[str, ...]) -> dict[str, str]:
    """The texts of those files that are there. Raises UnicodeDecodeError."""
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = (folder / name).read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            continue
    return found


def pack(files: Mapping[str, str]) -> str:
    """The same files give the same text."""
    document = json.dumps(dict(sorted(files.items())), ensure_ascii=False)
    return base64.b64encode(zlib.compress(document.encode(), 9)).decode()


def unpack(content: str) -> PackedFolder:
    """Raises DirectoryInvalid."""
    try:
        inflating = zlib.decompressobj()
        document = inflating.decompress(
            base64.b64decode(content, validate=True), UNPACKED_BYTES_MAX
        )
        if not inflating.eof:
            raise ValueError("it is longer than any directory, or cut off")
        files = json.loads(document)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise DirectoryInvalid([Fault(CONTENT, 0, f"cannot be unpacked: {error}")]) from None
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise DirectoryInvalid([Fault(CONTENT, 0, "is not a folder of texts")])
    return PackedFolder(files)
