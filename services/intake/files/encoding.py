"""Which encoding a text file is in: decided on the whole file before its first row is read."""

import codecs
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from services.intake.files.errors import FileUnreadable

CHUNK_BYTES = 1024 * 1024
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# GB18030 bytes hardly ever pass as this much multi-byte UTF-8: a fault after it is damage.
# Without this, a damaged UTF-8 file could pass as GB18030 and be read as gibberish.
UTF8_SURPLUS_BYTES = 32


@dataclass(frozen=True, slots=True)
class TextScan:
    """start/end: the bytes that decode. cut: the file ends inside a character."""

    encoding: str
    start: int
    end: int
    cut: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class _Fault:
    encoding: str
    offset: int
    line: int
    is_damage: bool

    def __str__(self) -> str:
        return f"not {self.encoding}: byte {self.offset}, line {self.line}"


def scan_text(path: Path, encodings: tuple[str, ...]) -> TextScan:
    """The first encoding in which every byte decodes; a byte order mark decides by itself."""
    with path.open("rb") as file:
        head = file.read(4)
        mark = next(((m, name) for m, name in BYTE_ORDER_MARKS if head.startswith(m)), None)
        candidates = [mark[1]] if mark else [_plain(name) for name in encodings]
        faults: list[str] = []
        for encoding in candidates:
            scan = _decode(file, encoding, len(mark[0]) if mark else 0)
            if isinstance(scan, TextScan):
                return scan
            faults.append(str(scan))
            if scan.is_damage:
                break
    raise FileUnreadable(path, "; ".join(faults))


def _plain(encoding: str) -> str:
    name = codecs.lookup(encoding).name
    return "utf-8" if name == "utf-8-sig" else name


def _decode(file: io.BufferedReader, encoding: str, start: int) -> TextScan | _Fault:
    file.seek(0)
    digest = hashlib.sha256(file.read(start))
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, line, surplus, pending = start, 1, 0, b""
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
        waiting = len(pending)
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            good = (pending + chunk)[: error.start]
            surplus += len(good) - len(good.decode(encoding, "ignore"))
            is_damage = encoding == "utf-8" and surplus >= UTF8_SURPLUS_BYTES
            line += good.count(b"\n")
            return _Fault(encoding, offset - waiting + error.start, line, is_damage)
        pending = decoder.getstate()[0]
        surplus += len(chunk) - len(text)
        line += chunk.count(b"\n")
        offset += len(chunk)
    return TextScan(encoding, start, offset - len(pending), bool(pending), digest.hexdigest())


class ByteWindow(io.RawIOBase):
    """The bytes of a file from start to end; `done` counts those read, for a progress bar."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._file = path.open("rb", buffering=0)
        self._file.seek(start)
        self._left = end - start
        self.done = start

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        wanted = memoryview(buffer)[: self._left]
        count = self._file.readinto(wanted) or 0
        self._left -= count
        self.done += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def open_text(path: Path, scan: TextScan) -> tuple[io.TextIOWrapper, ByteWindow]:
    """Text with its line ends untouched, as the csv module wants it."""
    window = ByteWindow(path, scan.start, scan.end)
    buffered = io.BufferedReader(window, CHUNK_BYTES)
    return io.TextIOWrapper(buffered, encoding=scan.encoding, newline=""), window
