"""`yousu router`: teach a model what texts are about, measure it, use it, take it back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from services.console.classifier_publishing import NotPublished, check_sayable, publish, withdraw
from services.console.labelled_files import Columns
from services.console.live_classifier import classifier_facts, in_use
from services.console.model_source import MODEL_PUBLISHED, content_of
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
    reason_of,
)
from services.console.router_lessons import Source, lessons_from, told_on_stderr
from services.console.router_tables import evaluation_document, tell_evaluation
from services.console.system import System
from services.domain.classifier_events import ClassifierPublished, ClassifierWithdrawn
from services.platform.failures import ConcurrentAppend
from services.router.classifier.evaluating import Evaluation
from services.router.classifier.model_file import ModelInvalid, pack

Fact = TypeVar("Fact")
BY, WHY = "operator:cli", "taught again"


@click.group("router")
def router() -> None:
    """事项识别: the model that tells from a text what it is about."""


def lesson_options(command: Any) -> Any:
    existing = click.Path(path_type=Path)
    for option in (
        click.option("--labelled", type=existing, help="CSV of messages with their labels."),
        click.option("--text-column", default="text", show_default=True),
        click.option("--label-column", default="label", show_default=True),
        click.option("--title-column", help="Where titles are, if they stand apart."),
        click.option("--level", type=click.IntRange(1, 5), help="Cut items to this level."),
    ):
        command = option(command)
    return command


def publishing_options(command: Any) -> Any:
    command = click.option("--why", default=WHY, show_default=True, help="It stands in the log.")(
        command
    )
    return click.option(
        "--by", default=BY, show_default=True, help="Who does it, as `operator:name`."
    )(command)


@router.command("train")
@lesson_options
@click.option("--from-log", is_flag=True, help="Learn from this log's resolved tickets.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the model's file here too.")
@click.option("--precision", type=click.FloatRange(0.5, 1), default=0.98, show_default=True,
              help="Nobody looks where at least this share is right.")  # fmt: skip
@click.option("--cost-wrong", type=click.FloatRange(0, min_open=True), help="Of a wrong dispatch.")
@click.option("--cost-look", type=click.FloatRange(0, min_open=True), help="Of a person's look.")
@publishing_options
@json_option
@data_options
def train_command(
    from_log: bool,
    out: Path | None,
    precision: float,
    cost_wrong: float | None,
    cost_look: float | None,
    why: str,
    by: str,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
    **given: Any,
) -> None:
    """Learn, measure on texts held out, and use the model from now on."""
    from services.router.classifier.lessons import TooLittle
    from services.router.classifier.training import Sureness, train

    if (cost_wrong is None) != (cost_look is None):
        fail("--cost-wrong and --cost-look go together")
    with open_system(data_dir, database_url) as system:
        _told(lambda: check_sayable(system, actor=by, why=why))
        lessons = lessons_from(system, _source(given, from_log))
        sureness = Sureness(precision, cost_wrong, cost_look)
        try:
            trained = train(
                lessons.labelled, system.directory.version, lessons.unspoken, sureness,
                told_on_stderr,
            )  # fmt: skip
            content = pack(trained.model)
        except (TooLittle, ModelInvalid) as error:
            fail(str(error))
        for code, count in trained.rare_codes.items():
            click.echo(f"{count} rows left out: too few texts for {code}", err=True)
        if out is not None:
            try:
                out.write_bytes(content)
            except OSError as error:
                fail(reason_of(error))
        event = _published(system, content, by, why)
        names = _names(system)
    document = {
        **_document(event),
        "labelled_rows": lessons.rows,
        "left_out": lessons.left_out_document() + [
            {"reason": "too few texts", "label": code, "total": count, "rows": []}
            for code, count in trained.rare_codes.items()
        ],
        "distinct_texts": trained.groups,
        "precision_elsewhere": trained.model.figures.precision,
        "held_out": evaluation_document(trained.evaluation),
    }  # fmt: skip
    if as_json:
        print_json(document)
        return
    tell_evaluation(trained.evaluation, names)
    click.echo(
        f"sure from {event.sure_from}: {event.coverage:.1%} of texts,"
        f" {trained.model.figures.precision:.1%} of them right (threshold chosen on other texts)"
    )
    click.echo(f"model {event.version} is used from now on")


@router.command("evaluate")
@lesson_options
@click.option("--from-log", is_flag=True, help="On this log's resolved tickets.")
@click.option("--model", "source", default=MODEL_PUBLISHED, show_default=True,
              help="A file, a version, or `published`.")  # fmt: skip
@click.option("--cross-validate", is_flag=True, help="Teach anew on these texts, 5 folds.")
@click.option("--apart-from", type=click.Path(path_type=Path),
              help="CSV (the same columns) of texts learnt from: what nearly repeats one of them"
              " is measured apart.")  # fmt: skip
@click.option("--apart-text-column", help="Its column of texts, if it has another name.")
@json_option
@data_options
def evaluate_command(
    from_log: bool,
    source: str,
    cross_validate: bool,
    apart_from: Path | None,
    apart_text_column: str | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
    **given: Any,
) -> None:
    """Macro-F1, coverage at 98 % precision, calibration error, confusion table."""
    from services.console.router_measuring import apart, cross_validated, measured

    with open_system(data_dir, database_url) as system:
        lessons = lessons_from(system, _source(given, from_log))
        names = _names(system)
        found: dict[str, Evaluation]
        if cross_validate:
            found = {"held_out": cross_validated(lessons.labelled, lessons.unspoken)}
        else:
            content = content_of(system, source)
            found = {"all": measured(content, lessons.labelled)}
            if apart_from is not None:
                columns = Columns(
                    apart_text_column or given["text_column"], given["label_column"], None
                )
                others = lessons_from(system, Source(apart_from, columns, False, given["level"]))
                new = apart(lessons.labelled, others.labelled)
                click.echo(
                    f"{len(lessons.labelled) - len(new)} texts nearly repeat one learnt from",
                    err=True,
                )
                if new:
                    found["apart"] = measured(content, new)
    if as_json:
        documents = {name: evaluation_document(one) for name, one in found.items()}
        print_json(documents | {"left_out": lessons.left_out_document()})
        return
    for name, one in found.items():
        click.echo(f"{name}: {one.texts:,} texts")
        tell_evaluation(one, names)


@router.command("models")
@json_option
@data_options
def models(as_json: bool, data_dir: Path | None, database_url: str | None) -> None:
    """What was published and withdrawn; * is in use."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        facts, used = classifier_facts(system.log), in_use(system.log)
    if as_json:
        shown = [fact.model_dump(mode="json") for fact in facts]
        print_json({"in_use": used.version if used else None, "facts": shown})
        return
    for fact in facts:
        mark = "*" if fact is facts[-1] and used else " "
        when = f"{fact.occurred_at:%Y-%m-%d %H:%M}"
        if isinstance(fact, ClassifierPublished):
            figures = f"{fact.texts:,} texts, macro-F1 {fact.macro_f1:.3f}"
            click.echo(f"{mark} {when}  {fact.version}  {figures}  {fact.actor}  {fact.why}")
        else:
            click.echo(f"{mark} {when}  withdrawn  {fact.actor}  {fact.why}")
    if used is None:
        click.echo("no model is used: aliases alone tell the item")


@router.command("use")
@click.argument("source")
@publishing_options
@json_option
@data_options
def use(
    source: str, why: str, by: str, as_json: bool, data_dir: Path | None, database_url: str | None
) -> None:
    """Use SOURCE, a model's file or a version that was published before, from now on."""
    with open_system(data_dir, database_url) as system:
        event = _published(system, content_of(system, source), by, why)
    if as_json:
        print_json(_document(event))
    else:
        click.echo(f"model {event.version} is used from now on")


@router.command("withdraw")
@publishing_options
@json_option
@data_options
def withdraw_command(
    why: str, by: str, as_json: bool, data_dir: Path | None, database_url: str | None
) -> None:
    """Use no model from now on: aliases alone tell the item."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        event = _told(lambda: withdraw(system, actor=by, why=why))
    if as_json:
        print_json(_document(event))
    else:
        click.echo("no model is used from now on")


def _source(given: dict[str, Any], from_log: bool) -> Source:
    columns = Columns(given["text_column"], given["label_column"], given["title_column"])
    return Source(given["labelled"], columns, from_log, given["level"])


def _names(system: System) -> dict[str, str]:
    return {code: item.name for code, item in system.directory.items.items()}


def _published(system: System, content: bytes, by: str, why: str) -> ClassifierPublished:
    return _told(lambda: publish(system, content, actor=by, why=why))


def _told(act: Callable[[], Fact]) -> Fact:
    """What it gives; a refusal ends the command."""
    try:
        return act()
    except (NotPublished, ModelInvalid) as refused:
        fail(str(refused), FELL_SHORT)
    except ConcurrentAppend:
        fail("somebody else has just published: look at it, and try again", FELL_SHORT)
    except ValueError as error:  # an actor or a text that a fact may not hold
        fail(f"not published: {str(error).splitlines()[-1].strip()}", FELL_SHORT)


def _document(event: ClassifierPublished | ClassifierWithdrawn) -> dict[str, Any]:
    return event.model_dump(mode="json")
