from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import reporting_recount as recount
from city_history import open_city

from services.console.directory_past import names_of
from services.console.report_forms import make_daily
from services.console.system import System
from services.platform.names import Names
from services.reporting.daily_model import DailyReport, Line
from services.reporting.rendering import daily_html, late

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = [date(2026, 3, 2) + timedelta(days=n) for n in (0, 1, 5, 9, 16, 25, 40)]


def pair(line: Line) -> tuple[int, int]:
    return line.day, line.total


def last_of_tickets(system: System, upto: int) -> int:
    """The last position up to there that says something of a ticket."""
    some = system.log.read_all(0, 10**6, upto)
    return max(one.position for one in some if one.type in recount.TICKET_TYPES)


@pytest.fixture(params=DAYS, ids=str)
def day(request: pytest.FixtureRequest) -> date:
    found: date = request.param
    return found


@pytest.fixture
def made(reported_city: System, day: date) -> DailyReport:
    return make_daily(reported_city, day)


@pytest.fixture(scope="session")
def events(reported_city: System) -> list[recount.Json]:
    return recount.documents(reported_city.log)


def test_the_flow_is_what_the_events_say(
    made: DailyReport, events: list[recount.Json], day: date
) -> None:
    def happened(name: str, **values: object) -> tuple[int, int]:
        return recount.happened(events, day.isoformat(), name, **values)

    expected = {
        "received": recount.plus(happened("opened", split_from=None), happened("report_joined")),
        "opened": happened("opened"),
        "joined": happened("report_joined"),
        "split": happened("report_split"),
        "declined": happened("declined", handed_over=False),
        "handed_over": happened("declined", handed_over=True),
        "answered": happened("answered_at_once"),
        "triaged": happened("sent_to_triage"),
        "extended": happened("extension_granted"),
        "met_resolve": happened("deadline_met", clock="resolve"),
        "missed_accept": happened("deadline_missed", clock="accept"),
        "missed_resolve": happened("deadline_missed", clock="resolve"),
        "warned_resolve": happened("deadline_warned", clock="resolve"),
        **{f"escalated_{n}": happened("escalated", level=n) for n in (1, 2, 3, 4)},
    }
    same_name = ("routed", "accepted", "returned", "suspended", "resolved", "evaluated")
    expected |= {name: happened(name) for name in (*same_name, "reopened", "closed")}
    assert {line.code: pair(line) for line in made.flow} == expected


def test_channels_count_every_report_where_it_came_in(
    made: DailyReport, events: list[recount.Json], day: date
) -> None:
    channels = {d["channel"] for d in events if "channel" in d}
    expected = {
        channel: recount.plus(
            recount.happened(events, day.isoformat(), "opened", channel=channel, split_from=None),
            recount.happened(events, day.isoformat(), "report_joined", channel=channel),
        )
        for channel in channels
    }
    assert {line.code: pair(line) for line in made.by_channel} == {
        channel: counts for channel, counts in expected.items() if counts[1]
    }


def test_opened_tickets_are_told_by_stage_item_and_area(
    reported_city: System, made: DailyReport, events: list[recount.Json], day: date
) -> None:
    directory = reported_city.directory
    names = names_of(directory)
    group = {"stage": str, "item": names.top_item, "area": names.district}
    found = {"stage": made.by_stage, "item": made.by_item, "area": made.by_area}
    for key, group_of in group.items():
        on_day, in_all = recount.opened_by(events, day.isoformat(), key)
        days: Counter[str] = Counter()
        totals: Counter[str] = Counter()
        for code, n in on_day.items():
            days[group_of(code)] += n
        for code, n in in_all.items():
            totals[group_of(code)] += n
        lines = {line.code: pair(line) for line in found[key] if line.total}
        assert lines == {code: (days[code], n) for code, n in totals.items()}, key


def test_units_are_told_what_they_did(
    made: DailyReport, events: list[recount.Json], day: date
) -> None:
    leads = Counter(
        d["lead"]
        for d in events
        if recount.kind(d) == "routed" and recount.local_day(d["occurred_at"]) <= day.isoformat()
    )
    assert made.units == len(leads)
    assert [line.total_routed for line in made.by_unit] == [n for _, n in leads.most_common(20)]
    for line in made.by_unit:
        for name in ("accepted", "returned", "resolved"):
            on_day, in_all = recount.happened(events, day.isoformat(), name, unit=line.code)
            assert getattr(line, name) == on_day
            assert name != "resolved" or line.total_resolved == in_all


def test_measures_are_what_the_events_say(
    made: DailyReport, events: list[recount.Json], day: date
) -> None:
    on = day.isoformat()

    def evaluated(key: str, **values: object) -> tuple[int, int]:
        return recount.happened(recount.measured(events, key), on, "evaluated", **values)

    satisfied = evaluated("satisfaction_rate", satisfaction="satisfied")
    fairly = evaluated("satisfaction_rate", satisfaction="fairly")
    first = recount.first_tries(recount.never_appealed(events, "first_try_rate"), on)
    redone = recount.redone(recount.measured(events, "redo_rate"), on)
    asked = recount.measured(events, "return_rate")
    right = recount.first_tries(events, on, only_upheld=True)
    expected = {
        "response_rate": (
            evaluated("response_rate", responded=True),
            evaluated("response_rate", reached=True),
        ),
        "solution_rate": (
            evaluated("solution_rate", solved=True),
            evaluated("solution_rate", reached=True),
        ),
        "satisfaction_rate": (
            tuple(pytest.approx(s + 0.6 * f) for s, f in zip(satisfied, fairly, strict=True)),
            evaluated("satisfaction_rate", reached=True),
        ),
        "return_rate": (
            recount.happened(asked, on, "returned"),
            recount.happened(asked, on, "routed"),
        ),
        "return_upheld_rate": (
            recount.happened(events, on, "return_decided", decision="upheld"),
            recount.happened(events, on, "return_decided"),
        ),
        "first_right_rate": ((right[0][0], right[1][0]), (right[0][1], right[1][1])),
        "first_try_rate": ((first[0][0], first[1][0]), (first[0][1], first[1][1])),
        "redo_rate": ((redone[0][0], redone[1][0]), (redone[0][1], redone[1][1])),
    }
    for clock, kept, broken in (
        ("resolve", "on_time_rate", "overdue_rate"),
        ("accept", "accept_on_time_rate", "accept_overdue_rate"),
    ):
        judged = recount.measured(events, kept)
        met = recount.verdicts_due(judged, on, clock, "deadline_met")
        missed = recount.verdicts_due(judged, on, clock, "deadline_missed")
        expected[kept] = (met, recount.plus(met, missed))
        expected[broken] = (missed, recount.plus(met, missed))
    for line in made.measures:
        if line.key in expected:
            numerators, denominators = expected[line.key]
            assert (line.day.numerator, line.total.numerator) == numerators, line.key
            assert (line.day.denominator, line.total.denominator) == denominators, line.key
    assert {line.key for line in made.measures} - set(expected) == {"answered_at_once_rate"}


def test_direct_answers_are_measured_over_the_tickets_of_their_day(
    made: DailyReport, events: list[recount.Json], day: date
) -> None:
    line = next(line for line in made.measures if line.key == "answered_at_once_rate")
    days = [
        recount.local_day(stream[0]["occurred_at"])
        for stream in recount.streams(events).values()
        for place, document in enumerate(stream)
        if recount.kind(document) == "answered_at_once"
        and "reopened" not in map(recount.kind, stream[:place])
    ]
    on = day.isoformat()
    assert line.day.numerator == sum(d == on for d in days)
    assert line.total.numerator == sum(d <= on for d in days)


def test_what_is_overdue_is_listed_with_unit_and_lateness(
    made: DailyReport, events: list[recount.Json]
) -> None:
    assert made.as_at is not None
    expected = recount.overdue(events, made.as_at)
    assert {(line.ticket_id, line.clock, line.unit) for line in made.overdue} == expected
    assert made.overdue_accept + made.overdue_resolve == len(expected)
    as_at = datetime.fromisoformat(made.as_at)
    for line in made.overdue:
        late_for = as_at - datetime.fromisoformat(line.due_at)
        assert line.late_s == int(late_for.total_seconds()) >= 0


def test_the_report_stands_still_at_the_end_of_its_day(
    reported_city: System, made: DailyReport, day: date
) -> None:
    ended = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
    assert made.as_at is not None
    as_at = datetime.fromisoformat(made.as_at)
    assert as_at == min(ended, as_at)
    assert made.position == last_of_tickets(reported_city, reported_city.log.head())


def test_the_same_position_gives_the_same_bytes(reported_city: System, made: DailyReport) -> None:
    again = make_daily(reported_city, made.day, made.position)
    assert again.model_dump_json() == made.model_dump_json()
    assert daily_html(again) == daily_html(made)


def test_an_earlier_position_knows_only_what_came_before(
    reported_city: System, events: list[recount.Json]
) -> None:
    position = last_of_tickets(reported_city, reported_city.log.head() // 2)
    earlier = make_daily(reported_city, DAYS[-1], position)
    assert earlier.position == position
    some = recount.documents(reported_city.log, position)
    resolved = next(line for line in earlier.flow if line.code == "resolved")
    assert resolved.total == sum(recount.kind(d) == "resolved" for d in some)


def test_a_day_without_tickets_is_a_report_of_zeros(reported_city: System) -> None:
    made = make_daily(reported_city, date(2020, 2, 29))
    assert all(pair(line) == (0, 0) for line in (*made.flow, *made.by_stage))
    assert (made.by_channel, made.by_item, made.by_unit, made.overdue) == ((), (), (), ())
    assert all(line.day.value is None and line.day.text == "–" for line in made.measures)
    assert "无逾期工单" in daily_html(made)


def test_an_empty_log_has_a_report(tmp_path_factory: pytest.TempPathFactory) -> None:
    system = open_city(tmp_path_factory.mktemp("empty"))
    made = make_daily(system, date(2026, 3, 2))
    assert (made.position, made.as_at) == (0, None)
    assert make_daily(system, date(2026, 3, 2), 0) == made
    assert "日报告" in daily_html(made)
    system.close()


def test_the_page_escapes_what_it_shows_and_runs_nothing(made: DailyReport) -> None:
    page = daily_html(made)
    assert "<b>letter</b>" not in page
    assert "&lt;b&gt;letter&lt;/b&gt;" in page
    assert "<script" not in page
    assert "http" not in page.replace("https", "http").partition("<main>")[2]
    assert f"{made.position:,}" in page
    assert all(line.definition in page and line.definition_en in page for line in made.measures)


def test_names_of_units_and_items_are_escaped(made: DailyReport) -> None:
    evil = made.model_copy(
        update={"by_item": (Line(code="1", name="<img src=x>", day=1, total=1),)}
    )
    assert "<img" not in daily_html(evil)


def test_a_report_holds_nothing_that_a_resident_wrote(made: DailyReport) -> None:
    text = made.model_dump_json() + daily_html(made)
    for words in ("尽快处理", "测试路", "1380000", "小区问题", "情况属实"):
        assert words not in text


def test_a_code_without_a_name_stands_for_itself() -> None:
    assert Names().top_item("9.9") == "9.9"
    assert Names().district("999999") == "999999"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(59, "0 分钟"), (3_599, "59 分钟"), (7_200, "2 小时"), (90_000, "1 天 1 小时")],
)
def test_lateness_is_told_in_days_and_hours(seconds: int, words: str) -> None:
    assert late(seconds) == words
