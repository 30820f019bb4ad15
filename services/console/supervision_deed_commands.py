"""`yousu supervision`: what people do with cases 督办单 and cards."""

from pathlib import Path
from typing import Any, get_args

import click

from services.console.options import FELL_SHORT, data_options, fail, json_option, print_json
from services.console.supervision_doing import (
    asking_of,
    by_option,
    do,
    opened,
    said_no,
    tell,
    why_option,
)
from services.console.supervision_door import desk_of
from services.domain import supervision_commands as k
from services.domain.supervision_cards import Withdraw
from services.domain.supervision_values import CaseReason

WORDS_MAX = 10_000
days_option = click.option("--days", type=click.IntRange(1, 250), help="Working days to reply.")


@click.command("open")
@click.option("--reason", required=True, type=click.Choice(get_args(CaseReason)))
@why_option
@click.option("--basis", required=True, help="The rule or order that it rests on.")
@click.option("--unit", required=True, help="The unit that owes the reply.")
@click.option("--ticket", "tickets", multiple=True, help="A ticket; may be repeated.")
@click.option("--reference", help="A finding or a topic, if it is about one.")
@days_option
@by_option
@json_option
@data_options
def open_case(
    tickets: tuple[str, ...], days: int | None, by: str, as_json: bool, **rest: Any
) -> None:
    """立单: one or several tickets, or a finding or topic, and who owes a reply."""
    where, values = _apart(rest)
    done = do(
        where,
        by,
        lambda desk, asking: desk.open(
            k.OpenCase(**values, tickets=tickets, working_days=days), asking
        ),
    )
    tell(done, as_json)


@click.command("reply")
@click.argument("code")
@click.option("--unit", required=True, help="The unit that replies.")
@click.option("--text", help="What it says; sealed.")
@click.option("--text-file", type=click.Path(path_type=Path), help="The same from a file, UTF-8.")
@by_option
@json_option
@data_options
def reply(
    code: str,
    unit: str,
    text: str | None,
    text_file: Path | None,
    by: str,
    as_json: bool,
    **where: Any,
) -> None:
    """回复 of the unit that owes it."""
    words = _words(text, text_file)
    tell(do(where, by, lambda desk, asking: desk.reply(code, unit, words, asking)), as_json)


@click.command("review")
@click.argument("code")
@click.argument("verdict", type=click.Choice(["accept", "send-back", "extend"]))
@click.option("--why", help="Needed to send back or to extend.")
@days_option
@by_option
@json_option
@data_options
def review(
    code: str,
    verdict: str,
    why: str | None,
    days: int | None,
    by: str,
    as_json: bool,
    **where: Any,
) -> None:
    """审核: accept (closes the case), send back (a new date), or extend before it is late."""

    def deed() -> k.HandDeed:
        match verdict:
            case "accept":
                return k.AcceptReply(remark=why)
            case "send-back":
                return k.SendBack(why=why or "", working_days=days)
            case _:
                return k.ExtendReply(why=why or "", working_days=days or 1)

    tell(do(where, by, lambda desk, asking: desk.on_case(code, deed(), asking)), as_json)


@click.command("close")
@click.argument("code")
@why_option
@by_option
@json_option
@data_options
def close(code: str, why: str, by: str, as_json: bool, **where: Any) -> None:
    """销单 by decision, with the reason."""
    deed = do(where, by, lambda desk, asking: desk.on_case(code, k.CloseCase(why=why), asking))
    tell(deed, as_json)


@click.command("withdraw")
@click.argument("unit")
@click.argument("card")
@why_option
@by_option
@json_option
@data_options
def withdraw(unit: str, card: str, why: str, by: str, as_json: bool, **where: Any) -> None:
    """撤牌: a card that an appeal has shown to be wrong, and those that rest on it."""
    with said_no(), opened(**where) as system:
        written = desk_of(system).withdraw(unit, Withdraw(card, why), asking_of(system, by))
    codes = [getattr(fact, "card", "") for fact in written.facts]
    if as_json:
        print_json({"withdrawn": codes, "position": written.position})
    else:
        click.echo(f"withdrawn: {', '.join(codes) or 'nothing to do'}")


def _apart(rest: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Where the data is, and the deed's own values."""
    where = {name: rest.pop(name) for name in ("data_dir", "database_url")}
    return where, rest


def _words(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        fail("give one of --text and --text-file")
    try:
        words = text if file is None else file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        fail(f"{file}: not UTF-8 text")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    words = (words or "").strip()
    if not 0 < len(words) <= WORDS_MAX:
        fail(f"the reply has 1 to {WORDS_MAX:,} characters", FELL_SHORT)
    return words


DEED_COMMANDS = (open_case, reply, review, close, withdraw)
