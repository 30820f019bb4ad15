"""How far a topic has come: quantities done, items struck off, what is late. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from services.domain.topic import Topic, TopicItem


class Quantity(NamedTuple):
    """So many of so many 户, 人, …; quantities in other units are never added up."""

    counted_in: str
    done: int
    total: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.done / self.total if self.total else 0.0


class TopicFigures(NamedTuple):
    """strike_off_rate 销号率: items struck off ÷ items, from 0 to 1; None without items. exempt:
    of those struck off, the ones of which not all was done. to_check 待销号: all done, and not yet
    struck off. late: due before today, and not all done."""

    quantities: tuple[Quantity, ...]
    items: int
    struck_off: int
    exempt: int
    reopened: int
    to_check: int
    late: int
    measures: int
    measures_completed: int

    @property
    def strike_off_rate(self) -> float | None:
        return self.struck_off / self.items if self.items else None


def figures_of(topic: Topic, today: date) -> TopicFigures:
    items = list(topic.items.values())
    struck_off = [item for item in items if not item.is_open]
    return TopicFigures(
        quantities=quantities(items),
        items=len(items),
        struck_off=len(struck_off),
        exempt=sum(item.exemption is not None for item in struck_off),
        reopened=sum(item.reopened for item in items),
        to_check=sum(item.is_open and item.is_done for item in items),
        late=sum(is_late(item, today) for item in items),
        measures=len(topic.measures),
        measures_completed=sum(one.completed_on is not None for one in topic.measures.values()),
    )


def quantities(items: Iterable[TopicItem]) -> tuple[Quantity, ...]:
    """Sums by unit of quantity, in the order in which the units first come."""
    sums: dict[str, tuple[int, int]] = {}
    for item in items:
        done, total = sums.get(item.plan.counted_in, (0, 0))
        sums[item.plan.counted_in] = (done + item.done, total + item.plan.total)
    return tuple(Quantity(counted_in, *both) for counted_in, both in sums.items())


def is_late(item: TopicItem, today: date) -> bool:
    return item.is_open and not item.is_done and item.plan.due < today
