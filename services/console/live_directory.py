"""The directory that is used now: the published one, else the operator's folder, else ours."""

import threading
import time
from collections.abc import Callable
from datetime import date

from services.domain.directory_events import DirectoryPublished
from services.platform.city_streams import city_facts, last_version
from services.platform.event_log import EventLog
from services.platform.failures import Outage
from services.platform.seldom import Seldom
from services.router.directory import Directory, DirectoryInvalid, load_directory
from services.router.directory.packing import unpack
from services.router.directory.versions import STREAM, in_force

KEPT_MAX = 3


class LiveDirectory:
    """Call it for the directory as of now. Published versions are seen without a restart.

    today: the local day. Raises Outage if a version that was published later cannot be read here;
    `load`, for the start, raises DirectoryInvalid.
    """

    def __init__(
        self,
        log: EventLog,
        unpublished: Callable[[], Directory],
        today: Callable[[], date],
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._unpublished = unpublished
        self._today = today
        self._lock = threading.Lock()
        self._seldom = Seldom(stopwatch)
        self._version = -1
        self._published: list[DirectoryPublished] = []
        self._on: date | None = None
        self._loaded: dict[str, Directory] = {}
        self._current: Directory | None = None

    def __call__(self) -> Directory:
        try:
            return self.load()
        except DirectoryInvalid as error:
            raise Outage(f"the published directory cannot be used: {error}") from error

    def load(self) -> Directory:
        with self._lock:
            self._look()
            on = self._today()
            if self._current is None or on != self._on:
                self._current, self._on = self._directory(on), on
            return self._current

    def refresh(self) -> None:
        """This process has published."""
        self._seldom.look_at_once()

    def _look(self) -> None:
        if not self._seldom.is_due():
            return
        version = last_version(self._log, STREAM)
        if version != self._version:
            facts = city_facts(self._log, STREAM)
            self._published = [fact for fact in facts if isinstance(fact, DirectoryPublished)]
            self._version, self._current = version, None
        self._seldom.looked()

    def of(self, published: DirectoryPublished | None) -> Directory:
        """A version of before, or (None) what is used while nothing is published. Raises
        DirectoryInvalid."""
        with self._lock:
            return self._loaded_version(published)

    def _directory(self, on: date) -> Directory:
        return self._loaded_version(in_force(self._published, on))

    def _loaded_version(self, chosen: DirectoryPublished | None) -> Directory:
        key = chosen.version if chosen else ""
        if key not in self._loaded:
            found = load_directory(unpack(chosen.content)) if chosen else self._unpublished()
            kept = list(self._loaded.items())[1 - KEPT_MAX :]
            self._loaded = {**dict(kept), key: found}
        return self._loaded[key]
