"""`yousu topic candidates` and `propose-finding`: from what the data show to a topic 每月一题."""

from datetime import date, datetime
from typing import Any

import click

from services.console.findings_commands import found_or_fail
from services.console.monthly_topics import governance_of
from services.console.options import FELL_SHORT, data_options, fail, json_option, print_json
from services.console.system import System
from services.console.topic_doing import (
    DAY,
    Doing,
    checked_month,
    day_of,
    do_on,
    doing,
    opened,
)
from services.domain.finding import Finding
from services.domain.topic_commands import Propose
from services.domain.topic_values import Month
from services.governance.candidates import Candidate, candidate_of, candidates
from services.governance.documents import candidate_document

DEFAULT_LIMIT = 10
month_option = click.option("--month", help="Of the topic, YYYY-MM. [default: this month]")
date_option = click.option("--date", "day", type=DAY, help="As on this local day.")


@click.command("candidates")
@month_option
@date_option
@click.option("--limit", type=click.IntRange(1, 500), default=DEFAULT_LIMIT, show_default=True)
@json_option
@data_options
def list_candidates(
    month: str | None, day: datetime | None, limit: int, as_json: bool, **where: Any
) -> None:
    """Findings that could be the next topic: those that no open topic covers, the strongest
    first; then those that one covers."""
    with opened(where) as (system, governance):
        found = found_or_fail(system, day_of(day), None)
        chosen = month_of(governance.desk.today(), month)
        listed = candidates(found.findings, governance.topics.all(), chosen, limit)
    if as_json:
        shown = [candidate_document(one) for one in listed]
        print_json({"position": found.position, "month": chosen, "candidates": shown})
        return
    for one in listed:
        _tell(one)
    if not listed:
        click.echo("nothing was found that could be a topic")


def _tell(one: Candidate) -> None:
    finding = one.finding
    covered = f"  (in {one.covered_by})" if one.covered_by else ""
    click.echo(f"{finding.index:5.1f}  {finding.finding_id}  {one.proposal.heading}{covered}")
    click.echo(f"       {finding.explanation}")


@click.command("propose-finding")
@doing
@click.argument("finding_id")
@month_option
@date_option
@click.option("--heading", help="In the city's words. [default: what was found]")
def propose_finding(
    doing: Doing, finding_id: str, month: str | None, day: datetime | None, heading: str | None
) -> None:
    """Propose the topic CODE from a finding, with its figures and its tickets. Give the --date
    that it was listed with."""

    def deed(system: System) -> Propose:
        finding = _finding(system, finding_id, day_of(day))
        governance = governance_of(system)
        chosen = month_of(governance.desk.today(), month)
        made = candidate_of(finding, governance.topics.all(), chosen)
        if made.covered_by:
            fail(f"{finding_id}: the open topic {made.covered_by} covers it", FELL_SHORT)
        changes = {} if heading is None else {"heading": heading}
        return Propose(**{**dict(made.proposal), **changes})

    do_on(doing, deed)


def _finding(system: System, finding_id: str, day: date | None) -> Finding:
    found = found_or_fail(system, day, None)
    one = next((one for one in found.findings if one.finding_id == finding_id), None)
    if one is None:
        fail(f"{finding_id}: there is no such finding at position {found.position}", FELL_SHORT)
    return one


def month_of(today: date, month: str | None) -> Month:
    return checked_month(month) if month else f"{today:%Y-%m}"
