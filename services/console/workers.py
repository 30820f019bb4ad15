"""Workers put together out of a system: which processor, over lanes or over the whole log."""

from services.console.system import System
from services.platform.processor import Processor, Watch, unwatched
from services.platform.transport.lane_worker import LaneWorker
from services.platform.transport.lanes import WorkersNeeded, set_lanes
from services.platform.transport.whole_worker import WholeWorker
from services.platform.transport.worker import AT_ONCE_S, SOON_S

SERVICES = ("intake", "router", "sla", "supervision", "evaluation", "reporting", "notices")
AWAITED = ("router",)  # a resident waits for it


def build_worker(
    system: System, service: str, lanes: int, watch: Watch = unwatched
) -> LaneWorker | WholeWorker:
    """A policy goes by lanes; a projection keeps the log's one order."""
    processor, parts = processor_of(system, service), (system.log, system.handler, system.clock)
    if processor.is_projection:
        return WholeWorker(processor, *parts, watch=watch)
    pace_s = AT_ONCE_S if service in AWAITED else SOON_S
    return LaneWorker(processor, *parts, lanes, watch=watch, pace_s=pace_s)


def processor_of(system: System, service: str) -> Processor:
    """Raises WorkersNeeded if it is switched off."""
    found = next((one for one in processors_of(system) if one.name == service), None)
    if found is None:
        raise WorkersNeeded(f"{service} are switched off: set YOUSU_{service.upper()}=on")
    return found


def processors_of(system: System) -> list[Processor]:
    return [runner.processor for runner in system.transport.runners]


def split_processors(system: System) -> list[str]:
    """Those whose checkpoints are per lane."""
    return [one.name for one in processors_of(system) if not one.is_projection]


def split_log(system: System, lanes: int) -> bool:
    """One lane for each partition; False if it is so already. Raises LanesInUse."""
    return set_lanes(system.log, lanes, split_processors(system))
