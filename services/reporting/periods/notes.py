"""Notes on the data that a report was made from. Pure."""

from collections.abc import Iterator

from services.reporting.periods.model import Said
from services.reporting.periods.reading import Counted
from services.reporting.periods.spans import Bases


def notes_of(now: Counted, bases: Bases, in_progress: bool) -> tuple[Said, ...]:
    return (*_of_bases(now, bases, in_progress), *_of_late(now))


def _of_bases(now: Counted, bases: Bases, in_progress: bool) -> Iterator[Said]:
    if in_progress:
        yield Said(
            zh="本期之后尚无记录，数字截至报告所注时刻，不作环比、同比。",
            en="Nothing has been recorded after the period yet: figures are as of the moment given,"
            " without comparisons.",
        )
        return
    if bases.begins is None:
        return
    pairs = [
        (bases.previous, "上期", "the period before"),
        (bases.year_before, "去年同期", "the same period of last year"),
    ]
    for base, zh, en in pairs[:1] if now.period.kind == "annual" else pairs:
        if base is None:
            yield Said(
                zh=f"数据自{bases.begins}起，{zh}无可比数据，以“–”表示。",
                en=f"Data begin on {bases.begins}: no figures for {en}, shown as “–”.",
            )
        elif bases.begins > base.period.first:
            yield Said(
                zh=f"{zh}的数据自{bases.begins}起，少于整期。",
                en=f"Figures for {en} begin on {bases.begins} only.",
            )


def _of_late(now: Counted) -> Iterator[Said]:
    late, opened = now.sums.get("opened_late", 0), now.sums.get("opened", 0)
    if late:
        yield Said(
            zh=f"本期新立工单 {opened:,} 件中，{late:,} 件在受理一天以后才录入系统，按受理日计入。",
            en=f"Of {opened:,} tickets opened, {late:,} were entered more than a day after they"
            " came in; they count on the day on which they came in.",
        )
