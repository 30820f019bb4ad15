"""Whether the bus still speaks to us: consumers are known to fall silent without an error."""

from collections.abc import Mapping

DEAF_AFTER_S = 30.0


class Ear:
    """Compares what the relay has put on the partitions we hold with what has come from them."""

    def __init__(self, deaf_after_s: float = DEAF_AFTER_S) -> None:
        self._deaf_after_s = deaf_after_s
        self._heard: dict[int, int] = {}
        self._missing_since_s: float | None = None

    def begin(self) -> None:
        """The bus is read from its end from now on: what was before will not come."""
        self._heard = {}
        self._missing_since_s = None

    def heard(self, partition: int, position: int) -> None:
        self._heard[partition] = max(position, self._heard.get(partition, 0))

    def is_deaf(self, relayed: Mapping[int, int], now_s: float) -> bool:
        """relayed: by partition, the last position that the broker has confirmed. True if some of
        it has not come for too long."""
        missing = False
        for partition, position in relayed.items():
            if self._heard.setdefault(partition, position) < position:
                missing = True
        if not missing:
            self._missing_since_s = None
        elif self._missing_since_s is None:
            self._missing_since_s = now_s
        return (
            self._missing_since_s is not None and now_s - self._missing_since_s > self._deaf_after_s
        )
