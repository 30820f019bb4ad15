"""Where a directory comes from when a command names it: current, shipped, a version, a path."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from services.console.directory_workbook import read_workbook
from services.console.system import System
from services.domain.directory_events import DirectoryPublished
from services.platform.city_streams import city_facts
from services.router.directory.load import FILES
from services.router.directory.packing import files_of, unpack
from services.router.directory.versions import STREAM, in_force

CURRENT, SHIPPED = "current", "shipped"


class SourceUnknown(ValueError):
    """Nothing is called that."""


def published(system: System) -> list[DirectoryPublished]:
    """In the order of publishing. Raises Undecodable."""
    facts = city_facts(system.log, STREAM)
    return [fact for fact in facts if isinstance(fact, DirectoryPublished)]


class Sources(NamedTuple):
    """What names can be found in. system: None if there is no log; then nothing is published.
    configured: the operator's own folder, if the settings name one."""

    system: System | None
    today: date
    configured: Path | None = None

    def files(self, source: str) -> Mapping[str, str]:
        """The texts by file name. Raises SourceUnknown, WorkbookInvalid, OSError,
        DirectoryInvalid, UnicodeDecodeError."""
        if source == SHIPPED:
            return files_of(files("services.router") / "data" / "xining", FILES)
        if source == CURRENT:
            return self._current()
        path = Path(source)
        if path.is_dir():
            return files_of(path, FILES)
        if path.is_file():
            return read_workbook(path, FILES)
        for event in reversed(published(self.system)) if self.system is not None else ():
            if source in (event.version, event.version.rpartition("+")[2]):
                return unpack(event.content).files
        raise SourceUnknown(f"{source}: no folder, no workbook, and no published version")

    def _current(self) -> Mapping[str, str]:
        chosen = in_force(published(self.system), self.today) if self.system else None
        if chosen is not None:
            return unpack(chosen.content).files
        return files_of(self.configured, FILES) if self.configured else self.files(SHIPPED)
