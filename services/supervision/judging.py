"""黄牌 and 红牌: once in each part of a working day, what units have earned by the rules."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from services.domain.supervision_cards import CardCommand, Cards, Judged, decide_cards
from services.domain.supervision_union import CardFact
from services.domain.supervision_values import Counted, CountedOnce
from services.platform.event_log import EventLog
from services.supervision.book import Book
from services.supervision.parts import Part, part_of
from services.supervision.policy_values import CardRule, period_of
from services.supervision.reading import cards_of
from services.supervision.rules import SupervisionRules

ACTOR = "processor:supervision"
UNITS_MAX = 200
THINGS_MAX = 100_000
ROUNDS_MAX = 5  # a card may count for another one
NAMES = {
    "accept_missed": "逾期签收",
    "resolve_missed": "逾期办结",
    "criticised": "通报",
    "bad_return": "退单不成立",
    "reply_missed": "督办逾期未回复",
    "yellow_card": "黄牌",
}
COLOURS = {"yellow": "黄牌", "red": "红牌"}
# What no rule counts (most of it: what was accepted too late) is not looked at.
_SIZES = (
    "SELECT unit, COUNT(*), MAX(on_day || source) FROM supervision_counted"
    " WHERE on_day >= ? AND kind IN ({marks}) GROUP BY unit ORDER BY unit"
)
_OF_UNIT = (
    "SELECT kind, source, on_day, ticket_id FROM supervision_counted"
    " WHERE unit = ? AND on_day >= ? AND kind IN ({marks}) ORDER BY on_day, source"
)


class Judge:
    """Looks only at units of which more (or less) is counted than when it last looked."""

    def __init__(self, log: EventLog, book: Book, rules: Callable[[], SupervisionRules]) -> None:
        self._log = log
        self._book = book
        self._rules = rules
        self._judged: Part | None = None
        self._sizes: dict[str, tuple[int, str]] = {}
        self._cards: dict[str, Cards] = {}  # of each unit, as it was last looked at

    def tick(self, now: datetime) -> int:
        """How many facts. The same cards whenever somebody looks: each rests on the first things
        that no card of its rule has counted, by their own days."""
        rules = self._rules()
        part = part_of(now, rules)
        if part is None or part == self._judged:
            return 0
        rounds = (self._round(part, rules, now) for _ in range(ROUNDS_MAX))
        written = sum(takewhile(bool, rounds))
        self._judged = part
        return written

    def _round(self, part: Part, rules: SupervisionRules, now: datetime) -> int:
        since = _quarter_before(part.day).isoformat()
        kinds = _kinds(rules)
        rows = self._log.query(_marked(_SIZES, kinds), (since, *kinds))
        sizes = {unit: (count, last) for unit, count, last in rows}
        units = [unit for unit, size in sizes.items() if self._sizes.get(unit) != size]
        written = 0
        for start in range(0, len(units), UNITS_MAX):
            some = units[start : start + UNITS_MAX]

            def decide(some: Sequence[str] = some) -> list[CardFact]:
                return [
                    fact for unit in some for fact in self._facts(unit, since, part, rules, now)
                ]

            written += len(self._book.write(decide).facts)
        self._sizes = sizes
        return written

    def _facts(
        self, unit: str, since: str, part: Part, rules: SupervisionRules, now: datetime
    ) -> Sequence[CardFact]:
        kinds = _kinds(rules)
        rows = self._log.query(_marked(_OF_UNIT, kinds), (unit, since, *kinds))
        things = [_thing(*row) for row in rows]
        command = CardCommand(
            unit=unit,
            actor=ACTOR,
            cause=f"clock:{part.day}T{part.at:%H:%M}",
            now=now,
            today=part.day,
            deed=list(judged(things, rules)),
        )
        cards = cards_of(self._log, unit, self._cards.get(unit, Cards()))
        self._cards[unit] = cards
        return decide_cards(command, cards)


def _kinds(rules: SupervisionRules) -> list[Counted]:
    """What some rule counts."""
    return sorted({kind for rule in rules.policy.cards for kind in rule.counts})


def _marked(statement: str, kinds: Sequence[Counted]) -> str:
    return statement.format(marks=",".join("?" * len(kinds)) or "NULL")


@lru_cache(THINGS_MAX)  # a thing is looked at again whenever another one is counted
def _thing(kind: Counted, source: str, day: str, ticket_id: str | None) -> CountedOnce:
    return CountedOnce(kind=kind, source=source, on=date.fromisoformat(day), ticket_id=ticket_id)


def judged(things: Sequence[CountedOnce], rules: SupervisionRules) -> Iterable[Judged]:
    """What each rule counts in each of its periods, oldest first. Pure."""
    for rule in rules.policy.cards:
        periods: dict[str, list[CountedOnce]] = {}
        for thing in things:
            if thing.kind in rule.counts:
                name, _, _ = period_of(thing.on, rule.within)
                periods.setdefault(name, []).append(thing)
        for name, counted in periods.items():
            if len(counted) >= rule.at_least:
                _, first, last = period_of(counted[0].on, rule.within)
                yield Judged(
                    rule=rule.code,
                    colour=rule.colour,
                    at_least=rule.at_least,
                    first_day=first,
                    last_day=last,
                    period=name,
                    counted=counted,
                    policy_version=rules.policy.version,
                    wording=wording(rule, name),
                )


def wording(rule: CardRule, period: str) -> str:
    """Why there is a card, in one line."""
    kinds = "、".join(NAMES[kind] for kind in rule.counts)
    return f"{period}内{kinds}每满{rule.at_least}件次，发{COLOURS[rule.colour]}（规则{rule.code}）"


def _quarter_before(day: date) -> date:
    """The first day of the quarter before this one: so late may something be written down."""
    _, first, _ = period_of(day, "quarter")
    return period_of(first - timedelta(days=1), "quarter")[1]
