"""`yousu findings score`: how well findings fare against what a planted city hides.

Nothing else opens the ground truth: what finds problems must not know them.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from services.console.live_findings import LiveFindings
from services.console.options import data_options, fail, json_option, open_system, print_json
from services.console.simulation.truth import TruthInvalid, load_truth
from services.domain.finding import Finding
from services.findings.policy import FindingPolicyInvalid
from services.findings.scoring import Score, score
from services.platform.settings import SettingsInvalid, load_settings

_FINDINGS = TypeAdapter(tuple[Finding, ...])


@click.command("score")
@click.option(
    "--findings",
    "listed",
    type=click.Path(path_type=Path, allow_dash=True, exists=True, dir_okay=False),
    help="What was found, as JSON: a list of findings, or an object that has one; - is stdin."
    " Default: what is found now.",
)
@json_option
@data_options
def score_command(
    listed: Path | None, as_json: bool, data_dir: Path | None, database_url: str | None
) -> None:
    """Compare findings with what is hidden in a city made by `yousu simulate --plant`."""
    try:
        settings = load_settings(data_dir, database_url)
        truth = load_truth(settings.data_dir)
    except (SettingsInvalid, TruthInvalid) as error:
        fail(str(error))
    found = read_findings(listed) if listed else _found_now(data_dir)
    show_score(score(truth, found), as_json=as_json)


def _found_now(data_dir: Path | None) -> Sequence[Finding]:
    with open_system(data_dir, None, must_exist=True) as system:
        try:
            return LiveFindings(system).found().findings
        except FindingPolicyInvalid as error:
            fail(str(error))


def read_findings(path: Path) -> tuple[Finding, ...]:
    with click.open_file(str(path), encoding="utf-8") as file:
        try:
            content = json.load(file)
            return _FINDINGS.validate_python(_list_in(content), strict=False)
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, fault["loc"]))
            fail(f"{path}: is not a list of findings: at {where or 'the top'}: {fault['msg']}")
        except ValueError as error:
            fail(f"{path}: is not JSON ({error})")


def _list_in(content: object) -> object:
    return content.get("findings") if isinstance(content, dict) else content


def show_score(result: Score, *, as_json: bool) -> None:
    if as_json:
        print_json(result.model_dump(mode="json"))
        return
    for kind, (planted, found) in result.by_kind.items():
        click.echo(f"{kind:13} {found} of {planted} found")
    click.echo(
        f"{result.found} of {result.planted} planted problems found ({_percent(result.recall)});"
        f" {_percent(result.false)} of {result.listed} findings are about nothing."
    )
    for name, listed in (("missed", result.missed), ("false", result.false_findings)):
        if listed:
            click.echo(f"{name}: {', '.join(listed)}")


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.1%}"
