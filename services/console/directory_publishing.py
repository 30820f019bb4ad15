"""Publishing a directory: checked, packed, and written into the log as a fact."""

from collections.abc import Mapping
from datetime import date

from services.console.system import System
from services.domain.city_event_base import CONTENT_CHARACTERS_MAX
from services.domain.directory_events import DirectoryPublished
from services.platform.city_streams import append_city, last_version
from services.platform.ids import system_entropy, time_ordered_id
from services.router.directory import Directory
from services.router.directory.lint import LintReport, lint_folder
from services.router.directory.packing import PackedFolder, pack
from services.router.directory.versions import STREAM


class NotPublished(Exception):
    """The rules say no; report: what lint found, if that is why."""

    def __init__(self, reason: str, report: LintReport | None = None) -> None:
        super().__init__(reason)
        self.report = report


def publish(
    system: System,
    files: Mapping[str, str],
    *,
    actor: str,
    why: str,
    valid_from: date | None = None,
    force: bool = False,
) -> tuple[DirectoryPublished, int]:
    """The fact and its position. What cannot be loaded at all is never published; other errors of
    lint are, with `force`. Raises NotPublished, ConcurrentAppend, Outage."""
    now = system.clock.now()
    today = system.rules().calendar.local_date(now)
    first_day = valid_from or today
    report = lint_folder(PackedFolder(files), first_day)
    directory = _publishable(report, force)
    content = pack(files)
    if first_day < today:
        raise NotPublished(f"{first_day} is over: what was routed then stays as it was")
    if not why.strip():
        raise NotPublished("say what has changed and why")
    if len(content) > CONTENT_CHARACTERS_MAX:
        raise NotPublished(f"packed it has {len(content):,} characters; a fact may hold 700,000")
    event = DirectoryPublished(
        stream_id=STREAM,
        actor=actor,
        cause=f"command:{time_ordered_id(now, system_entropy)}",
        occurred_at=now,
        recorded_at=now,
        version=directory.version,
        label=directory.version.rpartition("+")[0],
        valid_from=first_day,
        why=why.strip(),
        content=content,
        faults_accepted=report.errors,
    )
    version = last_version(system.log, STREAM) + 1
    position = append_city(system.log, event, version, system.transport.wake)
    system.directories.refresh()
    return event, position


def _publishable(report: LintReport, force: bool) -> Directory:
    unusable = any(f.kind in ("invalid", "cycle", "overlap", "community") for f in report.findings)
    if report.directory is None or unusable:
        raise NotPublished("it cannot be loaded, so it cannot be published", report)
    if report.errors and not force:
        raise NotPublished(f"lint finds {report.errors} errors", report)
    return report.directory
