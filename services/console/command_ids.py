"""What a command is called by which nobody has named it."""

from services.console.system import System
from services.platform.ids import system_entropy, time_ordered_id


def new_command_id(system: System) -> str:
    return time_ordered_id(system.clock.now(), system_entropy)
