"""`yousu directory`: check, compare, publish, carry to a spreadsheet and back, look at."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from services.console.directory_learning import returns_command, suggestions_command
from services.console.directory_opening import files_of_source, loaded, opened
from services.console.directory_publishing import NotPublished, publish
from services.console.directory_sources import (
    CURRENT,
    Sources,
    published,
)
from services.console.directory_workbook import WorkbookInvalid, write_workbook
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    print_json,
    reason_of,
)
from services.console.what_if_command import what_if_command
from services.platform.failures import ConcurrentAppend
from services.router.directory.diff import KEYS, diff_file, moved_pairs
from services.router.directory.lint import LintReport, lint_folder
from services.router.directory.packing import PackedFolder
from services.router.directory.versions import in_force

SHOWN_MAX = 50
DAY = click.DateTime(["%Y-%m-%d"])


@click.group("directory")
def directory() -> None:
    """派单目录: who answers for what and where. SOURCE is a folder, an .xlsx, `current`,
    `shipped`, or a published version (or its 12 digits)."""


@directory.command("lint")
@click.argument("source", default=CURRENT)
@click.option("--on", type=DAY, help="The day from which to look; today if not given.")
@json_option
@data_options
def lint(source: str, on: datetime | None, as_json: bool, **where: Any) -> None:
    """Every fault of SOURCE over all item × area pairs: 谁都不管, 谁都管 and the rest. 1 if any
    is an error."""
    with opened(source, **where) as found_in:
        report = lint_folder(
            PackedFolder(files_of_source(source, found_in)), _day(on) or found_in.today
        )
    if as_json:
        print_json(_document(report))
    else:
        _tell(report)
    if report.errors:
        raise SystemExit(FELL_SHORT)


@directory.command("diff")
@click.argument("old")
@click.argument("new", default=CURRENT)
@click.option("--on", type=DAY, help="The day on which leads are compared; today if not given.")
@json_option
@data_options
def diff(old: str, new: str, on: datetime | None, as_json: bool, **where: Any) -> None:
    """What NEW has that OLD has not, and how many item × area pairs go to another lead."""
    with opened(old, new, **where) as found_in:
        texts = [files_of_source(one, found_in) for one in (old, new)]
    before, after = (loaded(one) for one in texts)
    moved = moved_pairs(before, after, _day(on) or found_in.today)
    changes = {
        name: diff_file(name, texts[0].get(name, ""), texts[1].get(name, "")) for name in KEYS
    }
    if as_json:
        files = {name: asdict(one) for name, one in changes.items() if not one.is_empty}
        versions = {"old": before.version, "new": after.version}
        print_json({**versions, "files": files, "moved": asdict(moved)})
        return
    click.echo(f"{before.version} -> {after.version}")
    for name, one in changes.items():
        counts = f"+{len(one.added)} -{len(one.removed)} ~{len(one.changed)}"
        click.echo(f"{name}: {counts}")
        for sign, keys in (("+", one.added), ("-", one.removed)):
            for key in keys[:SHOWN_MAX]:
                click.echo(f"  {sign} {' '.join(key)}")
        for key, fields in one.changed[:SHOWN_MAX]:
            what = "; ".join(f"{f}: {a or '-'} -> {b or '-'}" for f, (a, b) in fields.items())
            click.echo(f"  ~ {' '.join(key)}: {what}")
    click.echo(f"{moved.moved:,} of {moved.pairs:,} item × area pairs go to another lead")
    for start, end, count in moved.by_units[:SHOWN_MAX]:
        click.echo(f"  {count:>8,}  {start} -> {end}")


@directory.command("publish")
@click.argument("source")
@click.option("--why", required=True, help="What has changed and why: it stands in the log.")
@click.option("--by", required=True, help="Who publishes, as `operator:name`.")
@click.option("--from", "valid_from", type=DAY, help="First day; today if not given.")
@click.option("--force", is_flag=True, help="Although lint finds errors.")
@json_option
@data_options
def publish_command(
    source: str,
    why: str,
    by: str,
    valid_from: datetime | None,
    force: bool,
    as_json: bool,
    **where: Any,
) -> None:
    """Make SOURCE the directory from a day on. Running processes see it without a restart."""
    with opened(source, must_open=True, **where) as found_in:
        system = found_in.system
        assert system is not None
        files = files_of_source(source, found_in)
        try:
            event, position = publish(
                system, files, actor=by, why=why, valid_from=_day(valid_from), force=force
            )
        except NotPublished as refused:
            if refused.report is not None:
                _tell(refused.report)
            fail(str(refused), FELL_SHORT)
        except ValueError as error:  # an actor or a text that a fact may not hold
            fail(f"not published: {_first_line(error)}", FELL_SHORT)
        except ConcurrentAppend:
            fail("somebody else has just published: look at it, and try again", FELL_SHORT)
    answer = event.model_dump(mode="json", exclude={"content"}) | {"position": position}
    if as_json:
        print_json(answer)
    else:
        click.echo(f"published {event.version}, in use from {event.valid_from}")


@directory.command("export")
@click.argument("to", type=click.Path(path_type=Path))
@click.option("--source", default=CURRENT, show_default=True)
@data_options
def export(to: Path, source: str, **where: Any) -> None:
    """Write a directory to TO: a workbook if it ends in .xlsx, else a new folder of files."""
    with opened(source, **where) as found_in:
        files = files_of_source(source, found_in)
    try:
        if to.suffix.lower() == ".xlsx":
            write_workbook(files, to)
        else:
            _write_folder(files, to)
    except (OSError, WorkbookInvalid) as error:
        fail(reason_of(error))
    click.echo(f"{len(files)} files in {to}")


@directory.command("import")
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def import_command(workbook: Path, folder: Path) -> None:
    """Check WORKBOOK and write it to a new FOLDER. With faults nothing is written."""
    files = files_of_source(str(workbook), Sources(None, date.min))
    version = loaded(files).version
    try:
        _write_folder(files, folder)
    except OSError as error:
        fail(reason_of(error))
    click.echo(f"{version} in {folder}")


@directory.command("show")
@click.argument("source", default=CURRENT)
@json_option
@data_options
def show(source: str, as_json: bool, **where: Any) -> None:
    """What a directory holds."""
    with opened(source, **where) as found_in:
        found = loaded(files_of_source(source, found_in))
    counts = {
        "version": found.version,
        "name": found.name,
        "areas": len(found.areas),
        "units": len(found.units),
        "items": len(found.items),
        "leaf_items": len(found.leaves()),
        "community_matters": len(found.community_matters),
        "urgency_rules": len(found.urgency.rules),
    }
    if as_json:
        print_json(counts)
        return
    for name, value in counts.items():
        click.echo(f"{name:<20}{value}")


@directory.command("versions")
@json_option
@data_options
def versions(as_json: bool, **where: Any) -> None:
    """What has been published, and which version is in use today (marked *)."""
    with opened(must_open=True, **where) as found_in:
        system, today = found_in.system, found_in.today
        assert system is not None
        events = published(system)
        used = in_force(events, today)
        current = system.directory.version
    if as_json:
        shown = [event.model_dump(mode="json", exclude={"content"}) for event in events]
        print_json({"current": current, "published": shown})
        return
    for event in events:
        mark = "*" if event is used else " "
        click.echo(f"{mark} {event.valid_from}  {event.version}  {event.actor}  {event.why}")
    if used is None:
        click.echo(f"* nothing published is in use: {current}")


directory.add_command(what_if_command)
directory.add_command(returns_command)
directory.add_command(suggestions_command)


def _write_folder(files: dict[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=False)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _first_line(error: ValueError) -> str:
    return str(error).splitlines()[-1].strip() or type(error).__name__


def _document(report: LintReport) -> dict[str, Any]:
    return {
        "version": report.directory.version if report.directory else None,
        "pairs": report.pairs,
        "days": report.days,
        "errors": report.errors,
        "warnings": len(report.findings) - report.errors,
        "findings": [asdict(finding) for finding in report.findings],
    }


def _tell(report: LintReport) -> None:
    for finding in report.findings[:SHOWN_MAX]:
        since = f" (from {finding.since})" if finding.since else ""
        pair = " ".join(part for part in (finding.item, finding.area) if part)
        sign = "error" if finding.is_error else "warning"
        place = f"{finding.file}:{finding.line}"
        click.echo(f"{place}: {sign} {finding.kind} [{pair}] {finding.reason}{since}")
    if len(report.findings) > SHOWN_MAX:
        click.echo(f"... and {len(report.findings) - SHOWN_MAX} more")
    warnings = len(report.findings) - report.errors
    days = f"{report.pairs:,} item × area pairs on {report.days} days"
    click.echo(f"{report.errors} errors, {warnings} warnings; {days}")
