"""Where the log of a test is: a file in its data folder, or a cluster of its own. Tests do not ask;
what runs a command or looks into the log for them does.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from services.console.system import System, bootstrap
from services.platform.settings import load_settings

if TYPE_CHECKING:  # programs that only read a folder must run without the tests' servers
    from end_to_end_cluster import Cluster

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("YOUSU_")}


def opened(data: Path) -> System:
    """The whole system in this process, on the test's log."""
    return bootstrap(load_settings(data, environment=ENVIRONMENT))


_here: "list[Cluster]" = []


def here() -> "Cluster | None":
    """None: in the data folder."""
    return _here[-1] if _here else None


def enter(cluster: "Cluster") -> None:
    """Commands and look-ups go there until `leave`."""
    _here.append(cluster)
    ENVIRONMENT.update(cluster.settings)


def leave() -> None:
    cluster = _here.pop()
    for name in cluster.settings:
        del ENVIRONMENT[name]
    cluster.close()
