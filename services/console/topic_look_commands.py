"""`yousu topic`: what stands, and what is due."""

from collections.abc import Callable, Iterable
from typing import Any

import click

from services.console.options import FELL_SHORT, data_options, fail, json_option, print_json
from services.console.topic_doing import day_in_week, opened
from services.console.topic_words import STAGES, effect_lines, item_line, progress_line
from services.domain.topic import Topic
from services.governance.documents import (
    effect_document,
    schedule_document,
    summary_document,
    topic_document,
)
from services.governance.figures import figures_of
from services.governance.schedule import Line


@click.command("list")
@click.option("--stage", type=click.Choice(list(STAGES)))
@json_option
@data_options
def list_topics(stage: str | None, as_json: bool, **where: Any) -> None:
    """All topics, the newest month first."""
    with opened(where) as (_, governance):
        topics = [one for one in governance.topics.all() if stage in (None, one.stage)]
        today = governance.desk.today()
    if as_json:
        print_json({"topics": [summary_document(one, today) for one in topics]})
        return
    for topic in topics:
        heading = topic.proposal.heading if topic.proposal else ""
        month = topic.proposal.month if topic.proposal else ""
        click.echo(f"{month}  {topic.code}  {STAGES[topic.stage]}  {heading}")
        if topic.items:
            click.echo(f"         {progress_line(figures_of(topic, today))}")


@click.command("show")
@click.argument("code")
@click.option("--history", is_flag=True, help="Every fact, with its position.")
@json_option
@data_options
def show(code: str, history: bool, as_json: bool, **where: Any) -> None:
    """One topic: plan, items, progress, tickets, and what it has changed."""
    with opened(where) as (system, governance):
        topic = governance.topics.get(code)
        if topic is None:
            fail("there is no such topic", FELL_SHORT)
        today = governance.desk.today()
        effect = governance.effect(topic)
        facts = governance.history(code) if history else []

        def named(unit_code: str) -> str:
            unit = system.directory.unit(unit_code)
            return unit.name if unit else unit_code

        if as_json:
            document = topic_document(topic, today) | {"effect": effect_document(effect)}
            print_json(document | ({"history": facts} if history else {}))
            return
        for line in _lines(topic, named):
            click.echo(line)
        click.echo(progress_line(figures_of(topic, today)))
        for line in [*effect_lines(effect), *map(_fact_line, facts)]:
            click.echo(line)


@click.command("schedule")
@click.option("--week", help="2026-W11, or any day of it; this week if not given.")
@click.option("--unit", help="Only what this unit is responsible for.")
@json_option
@data_options
def schedule(week: str | None, unit: str | None, as_json: bool, **where: Any) -> None:
    """周调度清单: late, due this week and next, and what nobody has reported on."""
    day = None if week is None else day_in_week(week)
    with opened(where) as (_, governance):
        found = governance.schedule(day, unit)
    if as_json:
        print_json(schedule_document(found))
        return
    click.echo(f"{found.monday:%G-W%V}")
    for title, lines in (
        ("逾期 late", found.late),
        ("本周到期 due this week", found.due_this_week),
        ("下周到期 due next week", found.due_next_week),
        ("本周未报 no report this week", found.silent),
        ("待销号 to be checked", found.to_check),
    ):
        click.echo(f"{title}: {len(lines)}")
        for line in lines:
            click.echo(f"  {_schedule_line(line)}")


def _lines(topic: Topic, named: Callable[[str], str]) -> Iterable[str]:
    proposal = topic.proposal
    if proposal is not None:
        yield f"{topic.code}  {proposal.month}  {proposal.heading}  {STAGES[topic.stage]}"
        yield proposal.problem
        for figure in proposal.figures:
            yield f"  {figure.label} {figure.value:g}{figure.counted_in or ''}"
    if topic.declined_why:
        yield f"不予立题：{topic.declined_why}"
    if topic.lead:
        yield f"牵头 {named(topic.lead)}，目标 {topic.target}"
    if topic.assisting:
        yield f"协办 {'、'.join(map(named, topic.assisting))}"
    for measure in topic.measures.values():
        standing = f"{measure.completed_on} 完成" if measure.completed_on else "进行中"
        yield f"  措施 {measure.code} {measure.wording}（{named(measure.responsible)}）{standing}"
    for item in topic.items.values():
        yield f"  {item_line(item, named)}"
    if topic.tickets:
        yield f"工单 {len(topic.tickets)}：{', '.join(list(topic.tickets)[:5])}" + (
            " …" if len(topic.tickets) > 5 else ""
        )
    if topic.outcome:
        yield f"结题 {topic.closed_on}：{topic.outcome}"


def _schedule_line(line: Line) -> str:
    late = f"，逾期 {line.days_late} 天" if line.days_late else ""
    return (
        f"{line.due}  {line.topic}/{line.item_code}  {line.heading}  {line.responsible}"
        f"  {line.done}/{line.total}{line.counted_in}{late}"
    )


def _fact_line(fact: dict[str, Any]) -> str:
    return f"#{fact['position']}  {fact['on']}  {fact['type']}  {fact['actor']}"


LOOK_COMMANDS = (list_topics, show, schedule)
