"""`yousu directory what-if`: the answer of `what_if`, for people and for programs."""

from datetime import date, datetime
from typing import Any

import click

from services.console.directory_opening import files_of_source, loaded, opened
from services.console.model_source import MODEL_PUBLISHED, content_of
from services.console.options import data_options, fail, json_option, print_json
from services.console.system import System
from services.console.what_if import WhatIf, what_if
from services.router.classifier.guess import Classifier
from services.router.directory import Directory

DAY = click.DateTime(["%Y-%m-%d"])
SHOWN_MAX = 20
LISTED_MAX = 1_000
NO_MODEL = "none"


@click.command("what-if")
@click.argument("draft")
@click.option("--since", type=DAY, help="Only tickets opened from this local day on.")
@click.option("--until", type=DAY, help="Only tickets opened up to this local day.")
@click.option("--on", type=DAY, help="The day whose duties are asked; today if not given.")
@click.option(
    "--model",
    default=MODEL_PUBLISHED,
    show_default=True,
    help="A model's file or version, or `none`: aliases alone.",
)
@click.option("--list", "listed", type=click.IntRange(0), default=LISTED_MAX, show_default=True)
@json_option
@data_options
def what_if_command(
    draft: str,
    since: datetime | None,
    until: datetime | None,
    on: datetime | None,
    model: str,
    listed: int,
    as_json: bool,
    **where: Any,
) -> None:
    """Which tickets of the log would go elsewhere by DRAFT, and what that would do. Changes
    nothing."""
    with opened(draft, must_open=True, **where) as found_in:
        system = found_in.system
        assert system is not None
        directory: Directory = loaded(files_of_source(draft, found_in))
        day = _day(on) or found_in.today
        classifier = chosen_model(system, model, directory)
        found = what_if(system, directory, day, _day(since), _day(until), classifier)
    if as_json:
        print_json(
            {
                "draft": directory.version,
                "on": day.isoformat(),
                **_document(found, listed, classifier),
            }
        )
    else:
        _tell(found, directory, classifier)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def chosen_model(system: System, source: str, draft: Directory) -> Classifier | None:
    """The model that the draft is asked with. Ends the command if there is none of that name."""
    if source == NO_MODEL:
        return None
    if source == MODEL_PUBLISHED:
        return system.classifiers()
    # Only here: without a model nobody waits for a library of numbers.
    from services.console.model_fitting import ModelInvalid, fitting

    try:
        return fitting(content_of(system, source), draft)
    except ModelInvalid as error:
        fail(f"{source}: {error}")


def _document(found: WhatIf, listed: int, model: Classifier | None) -> dict[str, Any]:
    units = sorted({*found.load_before, *found.load_after})
    return {
        "model": model.version if model else None,
        "tickets": found.tickets,
        "elsewhere": len(found.elsewhere),
        "moves": [
            {"from": start, "to": end, "tickets": count}
            for (start, end), count in found.moves.most_common()
        ],
        "list": [
            {"ticket_id": one.ticket_id, "from": one.start, "to": one.end, "why": one.why}
            for one in found.elsewhere[:listed]
        ],
        "first_time_right": {
            "resolved": found.resolved,
            "dispatched_before": found.dispatched_before,
            "dispatched_by_draft": found.dispatched_after,
            "before": _share(found.right_before, found.dispatched_before),
            "by_draft": _share(found.right_after, found.dispatched_after),
        },
        "new_gaps": [
            {"item": item, "area": area, "tickets": count}
            for (item, area), count in found.gaps.most_common()
        ],
        "triage_by_draft": dict(found.reasons.most_common()),
        "load": {
            unit: {"before": found.load_before[unit], "by_draft": found.load_after[unit]}
            for unit in units
        },
    }


def _tell(found: WhatIf, directory: Directory, model: Classifier | None) -> None:
    document = _document(found, 0, model)
    right = document["first_time_right"]
    click.echo(f"{found.tickets:,} tickets; {len(found.elsewhere):,} would go elsewhere")
    for (start, end), count in found.moves.most_common(SHOWN_MAX):
        click.echo(f"  {count:>8,}  {_named(directory, start)} -> {_named(directory, end)}")
    click.echo(
        f"一派到位率 of {found.resolved:,} resolved: {_percent(right['before'])} then,"
        f" {_percent(right['by_draft'])} by the draft"
        f" ({found.dispatched_after:,} dispatched without a person)"
    )
    gaps = sum(found.gaps.values())
    click.echo(f"{gaps:,} tickets in {len(found.gaps)} new gaps")


def _named(directory: Directory, code: str) -> str:
    unit = directory.unit(code)
    return f"{code} {unit.name}" if unit else code


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
