"""`yousu findings hot`: 热点问题 of the log, by what residents say."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from services.console.findings_meaning import by_meaning
from services.console.findings_options import DAY, as_of_option, day_option, period
from services.console.hot_topics import SHOWN_MAX, tell_topic
from services.console.log_messages import TooManyMessages
from services.console.options import data_options, fail, json_option, open_system, print_json
from services.findings.policy import FindingPolicyInvalid
from services.platform.positions import PositionUnknown


@click.command("hot")
@click.option("--from", "first", type=DAY, help="First local day. Default: 90 days.")
@click.option("--to", "last", type=DAY, help="Last local day. Default: of the tickets.")
@day_option
@as_of_option
@json_option
@data_options
def hot_command(
    first: date | None,
    last: date | None,
    day: date | None,
    position: int | None,
    as_json: bool,
    data_dir: Path | None,
    database_url: str | None,
) -> None:
    """热点问题: reports grouped by what they say, whatever items they were given."""
    first, last = period(first, last, day)
    with open_system(data_dir, database_url, must_exist=True) as system:
        try:
            document = by_meaning(system, first, last, position)
        except PositionUnknown as error:
            fail(f"--as-of {error}")
        except (TooManyMessages, FindingPolicyInvalid) as error:
            fail(str(error))
    if as_json:
        print_json(document)
    else:
        _tell(document)


def _tell(document: dict[str, Any]) -> None:
    days = f"{document['first_day']} to {document['last_day']}"
    click.echo(f"{document['count']} topics in {document['messages']} reports of {days}")
    for one in document["topics"][:SHOWN_MAX]:
        tell_topic(one)
        for asked in ("where", "what", "who"):
            named = "、".join(f"{named['name']} {named['count']}" for named in one[asked])
            if named:
                click.echo(f"     {asked}: {named}")
