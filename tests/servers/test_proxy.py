"""The proxy's faults are real ones: seen from a client of a server that sends back what it gets."""

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.servers.proxy import Proxy

SHORT_S = 0.3
LONG_S = 5.0


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        try:
            while piece := self.request.recv(65_536):
                self.request.sendall(piece)
        except ConnectionError:
            return


class EchoServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@pytest.fixture(scope="module")
def echo_port() -> Iterator[int]:
    with EchoServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def proxy(echo_port: int) -> Iterator[Proxy]:
    with Proxy("127.0.0.1", echo_port) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: Proxy) -> Iterator[socket.socket]:
    with connected(proxy) as client:
        yield client


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), LONG_S)


def received(client: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size and (piece := client.recv(size - len(got))):
        got += piece
    return got


def asked(client: socket.socket, question: bytes) -> bytes:
    client.sendall(question)
    return received(client, len(question))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_goes_in_comes_out_unchanged(client: socket.socket) -> None:
    much = bytes(range(256)) * 4_000
    sender = threading.Thread(target=client.sendall, args=(much,))
    sender.start()
    assert received(client, len(much)) == much
    sender.join()


def test_the_end_of_the_stream_is_passed_on(client: socket.socket) -> None:
    client.sendall(b"last words")
    client.shutdown(socket.SHUT_WR)
    assert received(client, 100) == b"last words"


def test_cut_resets_what_is_open_and_serves_what_comes(proxy: Proxy, client: socket.socket) -> None:
    assert asked(client, b"before") == b"before"
    proxy.cut()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    with connected(proxy) as another:
        assert asked(another, b"after") == b"after"


def test_held_connections_are_silent_but_open_and_lose_nothing(
    proxy: Proxy, client: socket.socket
) -> None:
    assert asked(client, b"before") == b"before"
    proxy.hold()
    client.sendall(b"held")
    client.settimeout(SHORT_S)
    with pytest.raises(TimeoutError):
        client.recv(1)
    client.settimeout(LONG_S)
    proxy.release()
    assert received(client, 4) == b"held"


def test_while_holding_new_connections_are_taken_and_get_no_answer(proxy: Proxy) -> None:
    proxy.hold()
    with connected(proxy) as client:
        client.sendall(b"held")
        client.settimeout(SHORT_S)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.settimeout(LONG_S)
        proxy.release()
        assert received(client, 4) == b"held"


def test_what_was_held_is_lost_when_it_is_cut(proxy: Proxy, client: socket.socket) -> None:
    assert asked(client, b"before") == b"before"
    proxy.hold()
    client.sendall(b"held")
    proxy.cut()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    proxy.release()
    with connected(proxy) as another:
        assert asked(another, b"after") == b"after"


def test_a_delay_counts_in_both_directions(proxy: Proxy, client: socket.socket) -> None:
    proxy.delay(SHORT_S)
    started = time.monotonic()
    assert asked(client, b"slow") == b"slow"
    assert time.monotonic() - started >= 2 * SHORT_S
    proxy.delay(0)
    started = time.monotonic()
    assert asked(client, b"quick") == b"quick"
    assert time.monotonic() - started < 2 * SHORT_S


def test_a_delay_does_not_add_up_over_a_long_answer(proxy: Proxy, client: socket.socket) -> None:
    proxy.delay(SHORT_S)
    started = time.monotonic()
    pieces = b"x" * 65_536 * 20
    sender = threading.Thread(target=client.sendall, args=(pieces,))
    sender.start()
    assert received(client, len(pieces)) == pieces
    sender.join()
    assert 2 * SHORT_S <= time.monotonic() - started < 8 * SHORT_S


def test_the_server_does_not_hear_of_a_client_that_goes_while_held(
    proxy: Proxy, client: socket.socket
) -> None:
    assert asked(client, b"before") == b"before"
    proxy.hold()
    client.close()
    time.sleep(SHORT_S)
    assert proxy.connections == 1
    proxy.release()
    wait_until(lambda: proxy.connections == 0)


def test_refusing_turns_new_connections_away_and_keeps_open_ones(
    proxy: Proxy, client: socket.socket
) -> None:
    assert asked(client, b"before") == b"before"
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        connected(proxy)
    assert asked(client, b"still here") == b"still here"
    port = proxy.port
    proxy.accept()
    assert proxy.port == port
    with connected(proxy) as another:
        assert asked(another, b"again") == b"again"


def test_a_target_that_is_down_is_a_reset(echo_port: int) -> None:
    """It may come so soon that connecting hears of it already."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with (
            Proxy("127.0.0.1", nobody.getsockname()[1]) as proxy,
            pytest.raises(ConnectionResetError),
            connected(proxy) as client,
        ):
            client.recv(1)


def test_closing_resets_clients_and_frees_the_port(echo_port: int) -> None:
    proxy = Proxy("127.0.0.1", echo_port)
    with connected(proxy) as client:
        assert asked(client, b"hello") == b"hello"
        proxy.close()
        proxy.close()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    with Proxy("127.0.0.1", echo_port, port=proxy.port) as again, connected(again) as client:
        assert asked(client, b"hello") == b"hello"
