"""A TCP proxy between a client and a server that can fail on command."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65_536
UNDER_WAY_MAX = 256  # pieces per direction; then the sender has to wait
CALL_TIMEOUT_S = 10.0
RESET = struct.pack("ii", 1, 0)  # linger on, for 0 s: closing sends RST, not FIN
Piece = tuple[float, bytes]  # when it is due on the loop's clock, and what; empty is the end


class Proxy:
    """Listens at `servers` (127.0.0.1:`port`) from the start, and passes bytes on to the target.
    Every method returns once it is in effect, and may be called from any thread."""

    def __init__(self, target_host: str, target_port: int, port: int = 0) -> None:
        self._target = (target_host, target_port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._delay_s = 0.0
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self.port = port
        self.accept()

    @property
    def servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """Of clients, open now."""
        return len(self._writers) // 2

    def cut(self) -> None:
        """Resets every connection; new ones are served."""
        self._call(self._reset_all)

    def hold(self) -> None:
        """Half-open: connections are taken and kept, nothing is passed on, nobody is told."""
        self._call(self._flows.clear)

    def release(self) -> None:
        """What was held is passed on."""
        self._call(self._flows.set)

    def delay(self, seconds: float) -> None:
        """What comes from now on is under way for that long, in each direction; 0 ends it."""
        self._delay_s = seconds

    def refuse(self) -> None:
        """New connections are refused; open ones stay (see cut)."""
        self._call(self._stop_listening)

    def accept(self) -> None:
        """Ends refuse."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(CALL_TIMEOUT_S)

    def close(self) -> None:
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(CALL_TIMEOUT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def _call(self, function: Callable[[], None]) -> None:
        async def run() -> None:
            function()

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(CALL_TIMEOUT_S)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _reset_all(self) -> None:
        for writer in self._writers:
            _reset(writer)

    async def _end(self) -> None:
        self._stop_listening()
        self._reset_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(asyncio.CancelledError):
            await self._connect_and_pass_on(reader, writer)

    async def _connect_and_pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            target_reader, target_writer = await asyncio.open_connection(*self._target)
        except OSError:
            _reset(writer)
            return
        both = {writer, target_writer}
        self._writers |= both
        try:
            async with asyncio.TaskGroup() as directions:
                directions.create_task(self._pass_on(reader, target_writer))
                directions.create_task(self._pass_on(target_reader, writer))
        except* OSError:
            for one in both:
                _reset(one)
        finally:
            self._writers -= both
            for one in both:
                one.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction, until the end of the stream."""
        under_way: asyncio.Queue[Piece] = asyncio.Queue(UNDER_WAY_MAX)
        async with asyncio.TaskGroup() as ends:
            ends.create_task(self._take(reader, under_way))
            ends.create_task(self._give(under_way, writer))

    async def _take(self, reader: asyncio.StreamReader, under_way: "asyncio.Queue[Piece]") -> None:
        piece = b"something"
        while piece:
            try:
                piece = await reader.read(CHUNK_BYTES)
            except OSError:
                await self._flows.wait()  # while held, the other side does not hear of it
                raise
            await under_way.put((self._loop.time() + self._delay_s, piece))

    async def _give(self, under_way: "asyncio.Queue[Piece]", writer: asyncio.StreamWriter) -> None:
        piece = b"something"
        while piece:
            due, piece = await under_way.get()
            await asyncio.sleep(due - self._loop.time())
            await self._flows.wait()
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    end = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
