"""The model that is used now: the published one, or none."""

import logging
import threading
import time
from collections.abc import Callable

from services.domain.city_events import AnyCityEvent
from services.domain.classifier_events import ClassifierPublished, ClassifierWithdrawn
from services.domain.codec import Undecodable
from services.platform.city_streams import city_facts, last_version
from services.platform.event_log import EventLog
from services.platform.failures import Outage
from services.platform.seldom import Seldom
from services.router.classifier.guess import Classifier
from services.router.classifier.store import STREAM, kept
from services.router.directory import Directory

logger = logging.getLogger(__name__)


class LiveClassifier:
    """Call it for the model as of now. It is seen without a restart, and so is its withdrawal.

    Never raises: a model that cannot be used is as good as none, and is told once in the log of
    the program. Codes that the directory in use does not have are not given.
    """

    def __init__(
        self,
        log: EventLog,
        directory: Callable[[], Directory],
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._directory = directory
        self._lock = threading.Lock()
        self._seldom = Seldom(stopwatch)
        self._seen: tuple[int, str] | None = None
        self._current: Classifier | None = None
        self._outage = ""  # the last one that was told

    def __call__(self) -> Classifier | None:
        with self._lock:
            if self._seldom.is_due():
                self._seldom.looked()
                try:
                    self._look()
                    self._outage = ""
                except (Outage, Undecodable) as error:  # whoever has to will stop for it
                    if str(error) != self._outage:
                        logger.warning("the model in use could not be looked up: %s", error)
                    self._outage = str(error)
            return self._current

    def refresh(self) -> None:
        """This process has published."""
        self._seldom.look_at_once()

    def _look(self) -> None:
        number = last_version(self._log, STREAM)
        if not number:
            return
        directory = self._directory()
        seen = number, directory.version
        if seen != self._seen:
            self._current = _opened(self._log, directory)
            self._seen = seen


def in_use(log: EventLog) -> ClassifierPublished | None:
    """Raises Outage, Undecodable."""
    facts = classifier_facts(log)
    last = facts[-1] if facts else None
    return last if isinstance(last, ClassifierPublished) else None


def classifier_facts(log: EventLog) -> list[ClassifierPublished | ClassifierWithdrawn]:
    """In order. Raises Outage, Undecodable."""
    facts: list[AnyCityEvent] = city_facts(log, STREAM)
    return [one for one in facts if isinstance(one, (ClassifierPublished, ClassifierWithdrawn))]


def _opened(log: EventLog, directory: Directory) -> Classifier | None:
    fact = in_use(log)
    if fact is None:
        return None
    # Only here: without a model nobody waits for a library of numbers.
    from services.console.model_fitting import ModelInvalid, fitting

    content = kept(log, fact.version)
    try:
        if content is None:
            raise ModelInvalid("its bytes are not in this database: publish its file again")
        return fitting(content, directory, fact.version)
    except ModelInvalid as error:
        logger.warning("model %s is not used, aliases are: %s", fact.version, error)
        return None
