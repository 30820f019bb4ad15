"""Ports of this machine that a server can keep for its whole life."""

import random
import socket
from contextlib import ExitStack

# Below the range from which systems choose the ports of outgoing connections: while a server is
# down, a client that tries to reach it might otherwise be given, and so occupy, the server's port.
LOWEST, HIGHEST = 20_000, 32_000
ATTEMPTS_MAX = 1_000


def free_ports(count: int) -> list[int]:
    """Different ports on which nobody listens. Raises RuntimeError if there are none."""
    ports: list[int] = []
    with ExitStack() as held:
        for _ in range(ATTEMPTS_MAX):
            if len(ports) == count:
                return ports
            probe = held.enter_context(socket.socket())
            port = random.randrange(LOWEST, HIGHEST)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
    raise RuntimeError(f"no {count} free ports between {LOWEST} and {HIGHEST}")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
