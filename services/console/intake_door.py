"""The intake's door of the bus, put together out of a system."""

from services.console.system import System
from services.intake.bus import set_aside
from services.intake.bus.door import IntakeDoor, StillRefused
from services.intake.bus.sealing import intake_private_key
from services.platform.keys import SealBroken
from services.platform.master_key import load_master_key
from services.platform.quarantine import Quarantined


def intake_door(system: System) -> IntakeDoor:
    """Raises MasterKeyInvalid."""
    private_key = intake_private_key(load_master_key(system.settings.master_key_file))
    return IntakeDoor(system.log, system.intake, system.keyring, system.clock, private_key)


def retry_message(system: System, letter: Quarantined) -> str | None:
    """Why it was refused again; None if it was taken in."""
    try:
        intake_door(system).retry(letter)
    except (StillRefused, SealBroken) as error:
        return str(error)
    return None


def open_message(system: System, letter: Quarantined) -> str | None:
    """A resident's words in the clear; None if they are gone. Raises SealBroken."""
    value = set_aside.opened(system.keyring, letter)
    return None if value is None else value.decode("utf-8", "backslashreplace")
