"""The log and the directories that a command names, opened for `yousu directory`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from services.console.directory_sources import SHIPPED, Sources, SourceUnknown
from services.console.directory_workbook import WorkbookInvalid
from services.console.options import FELL_SHORT, fail, open_system, reason_of
from services.domain.codec import Undecodable
from services.domain.working_time import ZONE_NAME
from services.platform.settings import SettingsInvalid, load_settings
from services.router.directory import Directory, DirectoryInvalid, load_directory
from services.router.directory.packing import PackedFolder


@contextmanager
def opened(
    *sources: str, must_open: bool = False, data_dir: Path | None, database_url: str | None
) -> Iterator[Sources]:
    """The log only if there is one: a folder can be checked where nothing else is."""
    try:
        settings = load_settings(data_dir, database_url)
    except SettingsInvalid as error:
        fail(str(error))
    named = all(Path(source).exists() or source == SHIPPED for source in sources)
    is_there = settings.database_url is not None or settings.log_file.exists()
    if not must_open and (named or not (is_there or data_dir)):
        yield Sources(None, datetime.now(ZoneInfo(ZONE_NAME)).date(), settings.directory)
        return
    with open_system(data_dir, database_url, must_exist=True) as system:
        today = system.rules().calendar.local_date(system.clock.now())
        yield Sources(system, today, settings.directory)


def files_of_source(source: str, found_in: Sources) -> dict[str, str]:
    try:
        return dict(found_in.files(source))
    except (SourceUnknown, WorkbookInvalid, DirectoryInvalid, Undecodable, UnicodeDecodeError) as e:
        fail(str(e))
    except OSError as error:
        fail(reason_of(error))


def loaded(files: dict[str, str]) -> Directory:
    try:
        return load_directory(PackedFolder(files))
    except DirectoryInvalid as error:
        fail(str(error), FELL_SHORT)
