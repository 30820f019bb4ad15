"""`yousu topic bulletin`: what a month brought, at the terminal, as JSON or as a paper."""

from pathlib import Path
from typing import Any, get_args

import click

from services.console.command_ids import new_command_id
from services.console.options import data_options, fail, json_option, print_json
from services.console.system import System
from services.console.topic_doing import checked_month, opened, said_no
from services.console.topic_words import STAGES
from services.governance.bulletin_document import month_document
from services.governance.governance import Governance
from services.platform.documents.model import Language
from services.platform.documents.rendering import FORMATS, render

Json = dict[str, Any]


@click.command("bulletin")
@click.option("--month", required=True, help="YYYY-MM.")
@click.option("--pin", is_flag=True, help="Keep from which position it is made.")
@click.option("--by", help="Who pins it, as `role:name`.")
@click.option("--why", help="Of another one for this month: what it puts right.")
@click.option("--format", "form", type=click.Choice([*FORMATS, "json"]), help="A paper, or JSON.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--lang", type=click.Choice(get_args(Language)), default="zh", show_default=True)
@json_option
@data_options
def bulletin(
    month: str,
    pin: bool,
    by: str | None,
    why: str | None,
    form: str | None,
    out: Path | None,
    lang: Language,
    as_json: bool,
    **where: Any,
) -> None:
    """月通报: what a month brought. A pinned one is always made from the same position."""
    if pin and by is None:
        fail("--pin needs --by")
    if form in FORMATS and out is None:
        fail(f"--format {form} needs --out FILE")
    if out is not None and form not in FORMATS:
        fail("--out needs --format html, docx or xlsx")
    month = checked_month(month)
    with said_no(), opened(where) as (system, governance):
        if by is not None and pin:
            head, command_id = governance.head(), new_command_id(system)
            governance.desk.pin_bulletin(month, head, by, command_id, why)
        if out is not None:
            _write(out, system, governance, month, form, lang)
            return
        document = governance.bulletin(month)
    if as_json or form == "json":
        print_json(document)
    else:
        _tell(month, document)


def _write(
    out: Path, system: System, governance: Governance, month: str, form: str | None, lang: Language
) -> None:
    def named(code: str) -> str:
        unit = system.directory.unit(code)
        return unit.name if unit else code

    document = month_document(governance.month_made(month), lang, named)
    data = next(render(document, one) for one in FORMATS if one == form)
    try:
        out.write_bytes(data)
    except OSError as error:
        fail(f"{out}: {error.strerror}")


def _tell(month: str, document: Json) -> None:
    pinned = "pinned" if document["pinned"] else "not pinned"
    click.echo(f"{month}, from position {document['position']} ({pinned})")
    for one in document["topics"]:
        click.echo(f"{one['code']}  {STAGES[one['stage']]}  {one['heading']}")
        moved = [m for m in one["done"] if m["done"]]
        done = "，".join(f"{m['done']:+,}{m['counted_in']}" for m in moved) or "—"
        figures = one["figures"]
        click.echo(
            f"  本月完成 {done}；销号 {one['struck_off']}，累计 {figures['struck_off']}"
            f"/{figures['items']}；重开 {one['reopened']}；逾期 {figures['late']}"
        )
    for name in ("proposed", "declined"):
        if document[name]:
            click.echo(f"{name}: {', '.join(document[name])}")
