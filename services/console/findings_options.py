"""Which days and which position are looked at, as the commands of findings take them."""

from datetime import date, datetime, timedelta
from typing import Any

import click

ON_A_DAY_DAYS = 30  # of a day: what was still going on so many days before it
YEARS = (1970, 2199)


class _Day(click.ParamType):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            day = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(f"{value!r}: expected a day, YYYY-MM-DD", param, ctx)
        if not YEARS[0] <= day.year <= YEARS[1]:
            self.fail(f"{value}: expected a day of the years {YEARS[0]} to {YEARS[1]}", param, ctx)
        return day


DAY = _Day()
as_of_option = click.option("--as-of", "position", type=int, help="From the log up to there.")
day_option = click.option(
    "--date", "day", type=DAY, help="As on this local day: later tickets are not known."
)


def period(
    first: date | None, last: date | None, day: date | None
) -> tuple[date | None, date | None]:
    if day is not None:
        if first or last:
            raise click.UsageError("--date and --from or --to exclude each other")
        return date.fromordinal(max(1, (day - timedelta(days=ON_A_DAY_DAYS)).toordinal())), day
    if first and last and first > last:
        raise click.UsageError(f"--from {first} lies after --to {last}")
    return first, last
