"""What can be wrong in the files of a directory: one value per fault, all of them in one error."""

from collections.abc import Sequence
from dataclasses import dataclass, field

FAULTS_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong, at one line of one file. Line 1 is the header; 0 means the whole file.

    kind, item and area are for `yousu directory lint`; empty where the fault is of no pair.
    """

    file: str
    line: int
    reason: str
    kind: str = field(default="invalid", compare=False)
    item: str = field(default="", compare=False)
    area: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class DirectoryInvalid(ValueError):
    """The files do not make a directory. `faults` holds all, in file and line order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        shown = [str(fault) for fault in self.faults[:FAULTS_SHOWN_MAX]]
        hidden = len(self.faults) - len(shown)
        more = [f"... and {hidden} more"] if hidden else []
        super().__init__("\n".join([f"{len(self.faults)} faults in the directory", *shown, *more]))
