"""The same input through the embedded form, in this process: what the cluster must come to."""

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from services.console.intake_door import intake_door
from services.console.system import bootstrap
from services.intake.bus.door import BusMessage
from services.platform.clock import VirtualClock
from services.platform.settings import load_settings
from tests.cluster import state


class Came(NamedTuple):
    """What a run came to."""

    state_hash: str
    types: Mapping[str, int]


def embedded_run(
    folder: Path,
    master_key_file: Path,
    some: Iterable[Mapping[str, str]],
    moments: Iterable[datetime],
) -> Came:
    """All reports at the first moment, then what becomes due by each."""
    first, *later = moments
    clock = VirtualClock(first)
    environment = {"YOUSU_MASTER_KEY_FILE": str(master_key_file), "YOUSU_SIMILAR": "off"}
    with closing(bootstrap(load_settings(folder, environment=environment), clock)) as system:
        values = [json.dumps(one, ensure_ascii=False).encode() for one in some]
        messages = [BusMessage(n, n, value, first) for n, value in enumerate(values)]
        intake_door(system).take({"embedded": messages})
        system.transport.run_until_idle()
        for moment in later:
            clock.advance_to(moment)
            system.transport.run_until_idle()
        return Came(state.state_hash(system.log), state.types(system.log))
