"""解答知识库 as of now: articles out of the log, and the index that finds them."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from services.domain.codec import Undecodable
from services.domain.knowledge import FAMILY, Article
from services.domain.knowledge_events import ArticlePublished, ArticleWithdrawn
from services.knowledge.catalogue import in_force, told
from services.platform.city_streams import family_facts, family_size
from services.platform.event_log import EventLog
from services.platform.failures import Outage
from services.platform.seldom import Seldom
from services.router.directory import Directory

if TYPE_CHECKING:
    from services.knowledge.index import ArticleIndex

INDICES_MAX = 3  # days that stay indexed: today's, and what somebody looks at


class LiveKnowledge:
    """Published versions are seen without a restart; an index is made again when an article, the
    directory or the day has changed. Raises Outage if a fact cannot be read here."""

    def __init__(
        self,
        log: EventLog,
        directory: Callable[[], Directory],
        today: Callable[[], date],
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._directory = directory
        self.today = today
        self._lock = threading.Lock()
        self._seldom = Seldom(stopwatch)
        self._size = 0
        self._position = 0
        self._articles: Mapping[str, Article] = {}
        self._indices: dict[tuple[int, str, date], ArticleIndex] = {}

    def articles(self) -> Mapping[str, Article]:
        """By code, withdrawn ones too."""
        with self._lock:
            self._look()
            return self._articles

    def article(self, code: str) -> Article:
        """An empty one if nobody has published it."""
        return self.articles().get(code, Article())

    def index(self, on: date | None = None) -> "ArticleIndex":
        """Of what is in force on a day; today, if it is not given."""
        with self._lock:
            self._look()
            directory, day = self._directory(), on or self.today()
            key = (self._size, directory.version, day)
            # Only here: numpy and a segmenter, and most commands search for nothing.
            from services.knowledge.index import ArticleIndex

            if key not in self._indices:
                made = ArticleIndex(in_force(self._articles, day), item_words_of(directory))
                kept = [one for one in self._indices.items() if one[0][:2] == key[:2]]
                self._indices = {**dict(kept[1 - INDICES_MAX :]), key: made}
            return self._indices[key]

    def refresh(self) -> None:
        """This process has published."""
        self._seldom.look_at_once()

    def _look(self) -> None:
        if not self._seldom.is_due():
            return
        size = family_size(self._log, FAMILY)
        if size != self._size:
            self._take_in()
        self._seldom.looked()

    def _take_in(self) -> None:
        try:
            found = family_facts(self._log, FAMILY, self._position)
        except Undecodable as error:
            raise Outage(f"the published knowledge cannot be used: {error}") from error
        ours = [fact for _, fact in found if isinstance(fact, ArticlePublished | ArticleWithdrawn)]
        self._articles = told(self._articles, ours)
        self._size += len(found)
        self._position = found[-1][0] if found else self._position


def item_words_of(directory: Directory) -> Callable[[str], tuple[str, ...]]:
    """What residents call an item. An item that this directory does not have is called nothing."""

    def words(code: str) -> tuple[str, ...]:
        item = directory.items.get(code)
        return () if item is None else (item.name, *item.aliases)

    return words
