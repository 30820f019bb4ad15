"""A real PostgreSQL for tests and benchmarks: the one that is named, else one of our own.

`YOUSU_TEST_DATABASE_URL` names a server on which databases may be made. Otherwise an installed
PostgreSQL is started on a free port of this machine, in a folder that goes when it stops.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

START_TIMEOUT_S = 30.0
ENVIRONMENT = "YOUSU_TEST_DATABASE_URL"


class PostgresMissing(RuntimeError):
    """There is no server to test on; says what was looked for."""


class Server:
    """A server that others own: databases can be made on it, and it cannot be stopped."""

    can_stop = False

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or 5432

    def url_of(self, database: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{database}"))

    def create_database(self, options: str = "") -> str:
        """The URL of a new, empty database. options: SQL that follows its name."""
        name = f"yousu_test_{uuid4().hex[:12]}"
        self._admin(sql.SQL("CREATE DATABASE {} " + options).format(sql.Identifier(name)))
        return self.url_of(name)

    def drop_database(self, url: str) -> None:
        name = sql.Identifier(urlsplit(url).path.lstrip("/"))
        self._admin(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    @contextlib.contextmanager
    def database(self, options: str = "") -> Iterator[str]:
        url = self.create_database(options)
        try:
            yield url
        finally:
            self.drop_database(url)

    def _admin(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)

    def close(self) -> None:
        """Nothing to stop."""


class OwnServer(Server):
    """Can be stopped, killed and started again; port and data stay."""

    can_stop = True

    def __init__(self, binaries: Path, folder: Path, settings: tuple[str, ...] = ()) -> None:
        self.port = free_port()
        super().__init__(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")
        self._binaries, self._folder, self._settings = binaries, folder, settings
        self._process: subprocess.Popen[bytes] | None = None
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        arguments = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C")
        command = [binaries / "initdb", "-D", folder / "data", "--no-sync", *arguments]
        self._run_as(command).wait()

    def start(self) -> None:
        """Returns when it answers. Right after a kill its old processes may still hold the data,
        so it is tried again for a while."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._started(deadline):
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {self.log()[-2_000:]}")

    def stop(self) -> None:
        """In an orderly way; connections are cut."""
        self._end(signal.SIGINT)

    def kill_9(self) -> None:
        """As a crash would; what it has acknowledged is on the disk."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")

    def _started(self, deadline: float) -> bool:
        place = ("-h", "127.0.0.1", "-p", str(self.port), "-k", str(self._folder))
        settings = ("max_connections=200", "shared_buffers=128MB", *self._settings)
        options = [*place, *(part for setting in settings for part in ("-c", setting))]
        self._process = self._run_as(
            [self._binaries / "postgres", "-D", self._folder / "data", *options]
        )
        while self._process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url, connect_timeout=2).close()
                return True
            if time.monotonic() > deadline:
                self._end(signal.SIGKILL)
                return False
            time.sleep(0.02)
        time.sleep(0.1)
        return False

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(START_TIMEOUT_S)
            self._process = None

    def _run_as(self, command: list[str | Path]) -> "subprocess.Popen[bytes]":
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                cwd=self._folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,  # Ctrl-C stops the tests, and they stop the server
            )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def binaries() -> Path | None:
    """The folder of the newest installed server."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: float(p.parts[-3])
    )
    found = [path.parent for path in reversed(debian)]
    config = shutil.which("pg_config")
    if config:
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True).stdout
        found.append(Path(told.strip()))
    in_path = shutil.which("postgres")
    found += [Path(in_path).resolve().parent] if in_path else []
    return next(filter(_is_complete, found), None)


def _is_complete(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("postgres", "initdb"))


@contextlib.contextmanager
def postgres_server(*settings: str, own: bool = False) -> Iterator[Server]:
    """A started server. own: one that can be stopped, never the one that is named. settings: of
    an own server, `name=value`. Raises PostgresMissing."""
    named = os.environ.get(ENVIRONMENT)
    if named and not own:
        yield Server(named)
        return
    server = _own_server(settings)
    try:
        server.start()
        yield server
    finally:
        server.close()


def _own_server(settings: tuple[str, ...]) -> OwnServer:
    folder = binaries()
    if folder is None:
        raise PostgresMissing(f"no PostgreSQL: neither {ENVIRONMENT} nor an installed server")
    data = Path(tempfile.mkdtemp(prefix="yousu-postgres-"))
    try:
        return OwnServer(folder, data, settings)
    except KeyError:
        shutil.rmtree(data, ignore_errors=True)
        raise PostgresMissing("PostgreSQL does not run as root, and no user `postgres`") from None
