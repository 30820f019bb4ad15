"""What makes a whole file or mapping unusable. Nothing of it has been read into the log then."""

from collections.abc import Sequence
from pathlib import Path


class MappingInvalid(Exception):
    """The mapping file itself is wrong. Says which file, which key, and why."""

    def __init__(self, file: Path, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


class FileUnreadable(Exception):
    """The file of reports cannot be read as a whole. Says which file and why."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


class ColumnsMissing(FileUnreadable):
    """The mapping names columns that the file does not have."""

    def __init__(self, file: Path, missing: Sequence[str], present: Sequence[str]) -> None:
        super().__init__(file, f"no column {_quoted(missing)}; {_described(present)}")
        self.missing = tuple(missing)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _described(present: Sequence[str]) -> str:
    # A file without a header has a resident's row where the names should be: do not repeat it.
    if any(len(name) > 40 or name.isdigit() for name in present):
        return f"its first line has {len(present)} cells that do not look like column names"
    return f"the file has {_quoted(present)}"
