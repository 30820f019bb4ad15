"""Whether the bus still speaks to us: consumers are known to fall silent without an error."""

from collections.abc import Mapping

DEAF_AFTER_S = 30.0
SETTLED_AFTER_S = 2.0  # the relay writes down a little later what it has published


class Ear:
    """Compares what the relay has put on the partitions we hold with what has come from them."""

    def __init__(self, deaf_after_s: float = DEAF_AFTER_S) -> None:
        self._deaf_after_s = deaf_after_s
        self._began_s = 0.0
        self._before: dict[int, int] = {}  # by partition: what had been relayed when we began
        self._heard: dict[int, int] = {}
        self._missing_since_s: float | None = None

    def begin(self, now_s: float) -> None:
        """The bus is read from its end from now on: what was before will not come."""
        self._began_s = now_s
        self._before = {}
        self._missing_since_s = None

    def heard(self, partition: int, position: int) -> None:
        self._heard[partition] = max(position, self._heard.get(partition, 0))

    def is_deaf(self, relayed: Mapping[int, int], now_s: float) -> bool:
        """relayed: by partition, the last position that the broker has confirmed. True if some of
        it has not come for too long."""
        if now_s - self._began_s < SETTLED_AFTER_S:
            return False
        missing = [
            partition
            for partition, position in relayed.items()
            if max(self._before.setdefault(partition, position), self._heard.get(partition, 0))
            < position
        ]
        if not missing:
            self._missing_since_s = None
            return False
        if self._missing_since_s is None:
            self._missing_since_s = now_s
        return now_s - self._missing_since_s > self._deaf_after_s
