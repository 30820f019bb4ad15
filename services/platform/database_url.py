"""Where a database is: checked before anything connects, and never printed with its password."""

import ipaddress
from urllib.parse import parse_qs, urlsplit

ENCRYPTED = ("require", "verify-ca", "verify-full")


class DatabaseUrlInvalid(ValueError):
    """Says which setting, never its value."""


def checked_url(url: str, setting: str) -> str:
    """`postgresql://…`, encrypted unless it stays on this machine. Raises DatabaseUrlInvalid."""
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        hosts = [_host(one) for one in parts.netloc.rpartition("@")[2].split(",")]
    except ValueError:
        raise DatabaseUrlInvalid(f"{setting}: is not a URL") from None
    if parts.scheme not in ("postgresql", "postgres"):
        raise DatabaseUrlInvalid(f"{setting}: expected postgresql://user@host/database")
    if not parts.path.strip("/"):
        raise DatabaseUrlInvalid(f"{setting}: names no database (postgresql://user@host/database)")
    hosts = [host for given in options.get("host", []) for host in given.split(",")] or hosts
    hosts += [host for given in options.get("hostaddr", []) for host in given.split(",")]
    beyond = [host for host in hosts if not _stays_here(host)]
    if beyond and options.get("sslmode", ["prefer"])[-1] not in ENCRYPTED:
        raise DatabaseUrlInvalid(
            f"{setting}: {beyond[0]} is not this machine, so it needs TLS: add sslmode=verify-full"
        )
    return url


def shown(url: str) -> str:
    """Host, port and database, and nothing else."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2] or 'local socket'}{parts.path}"


def _host(place: str) -> str:
    if place.startswith("["):
        return place[1:].partition("]")[0]
    return place.partition(":")[0]


def _stays_here(host: str) -> bool:
    """A socket in the file system, or this machine's own addresses."""
    if host in ("", "localhost") or host.startswith(("/", "%2F", "%2f", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
