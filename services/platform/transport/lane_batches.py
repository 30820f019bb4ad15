"""What a lane takes in, cut to fit transactions. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from services.platform.event_log import Recorded
from services.platform.processor import Batch, Runner, decode_all
from services.platform.transport.ticket_message import TicketMessage

BATCH_MAX = 1_000  # facts in one transaction: others wait for the log meanwhile

Part = tuple[Runner, Batch]


def has_hole(fresh: Sequence[TicketMessage], position: int) -> bool:
    """Whether something is missing between a lane's position and these, or among them."""
    for message in fresh:
        if message.after > position:
            return True
        position = max(position, message.position)
    return False


def batches_of(recorded: Sequence[Recorded], upto: int = 0) -> list[Batch]:
    """In pieces that fit a transaction. Sorted, each position once: what comes again out of order
    must not go backwards. `upto`: how far the lane has been seen, beyond its last event."""
    unique = sorted({one.position: one for one in recorded}.values())
    pieces = [unique[i : i + BATCH_MAX] for i in range(0, len(unique), BATCH_MAX)]
    batches = [Batch(*decode_all(piece), piece[-1].position) for piece in pieces]
    last = batches.pop() if batches else Batch((), (), 0)
    return [*batches, last._replace(upto=max(upto, last.upto))]


def side_by_side(batches: Mapping[Runner, Sequence[Batch]]) -> Iterator[list[Part]]:
    """Parts that go in one transaction: of each lane at most one, and few facts in all."""
    for round_number in range(max(map(len, batches.values()), default=0)):
        group: list[Part] = []
        for runner, some in batches.items():
            if round_number >= len(some):
                continue
            batch = some[round_number]
            if group and sum(len(b.facts) for _, b in group) + len(batch.facts) > BATCH_MAX:
                yield group
                group = []
            group.append((runner, batch))
        if group:
            yield group
