import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from onneshon.web import create_app
from onneshon.web.server import listen, make_server
from onneshon.web.threads import WorkerThreads
from tests.fake_engine import ARTICLES, FakeEngine
from tests.serving import SECONDS

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Steps:
    """A server whose loop a test runs round by round, with its check for connections without a request."""

    def __init__(self) -> None:
        self._sockets = listen("127.0.0.1", 0)
        self._threads = WorkerThreads()
        self._server = make_server(
            create_app(FakeEngine(ARTICLES)), self._sockets, self._threads, request_seconds=0
        )

    def connect(self, *, accepted: bool = True) -> socket.socket:
        """A connection that the server has accepted."""
        before = self.count()
        connection = socket.create_connection(self._sockets[0].getsockname(), timeout=SECONDS)
        while accepted and self.count() == before:
            self._round()
        return connection

    def count(self) -> int:
        """The number of connections."""
        return sum(map(len, (server.active_channels for server in self._listening())))

    def look_for_late(self) -> None:
        """Run one round, with the check for late connections."""
        self._round(look_for_late=True)

    def answer(self, connection: socket.socket) -> bytes:
        """The bytes that arrive on a connection, in rounds without that check."""
        connection.setblocking(False)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            self._round()
            try:
                return connection.recv(1 << 16)
            except BlockingIOError:
                continue
        return pytest.fail("no answer")

    def close(self) -> None:
        """Close the server."""
        self._server.close()

    def _listening(self) -> list[Any]:
        return [entry for entry in self._server.map.values() if hasattr(entry, "active_channels")]

    def _round(self, *, look_for_late: bool = False) -> None:
        for server in self._listening():
            server.next_channel_cleanup = 0 if look_for_late else time.time() + SECONDS
        self._server.look(0.01)
        while self._threads.has_tasks:
            self._threads.answer_next()


@pytest.fixture
def steps() -> Iterator[Steps]:
    """A server whose rounds a test runs."""
    server = Steps()
    yield server
    server.close()


def test_a_request_that_came_while_the_server_was_held_up_is_answered(steps: Steps) -> None:
    """The server itself was late, between accepting the connection and reading from it."""
    with steps.connect() as connection:
        connection.sendall(REQUEST)
        steps.look_for_late()
        assert steps.answer(connection).startswith(b"HTTP/1.1 200 ")


def test_a_connection_that_comes_as_a_late_one_is_closed_is_answered(steps: Steps) -> None:
    """The system may give it the file descriptor that has just become free."""
    with steps.connect() as late:
        steps.look_for_late()
        with steps.connect(accepted=False) as connection:
            connection.sendall(REQUEST)
            steps.look_for_late()
            assert steps.answer(connection).startswith(b"HTTP/1.1 200 ")
            assert late.recv(1) == b""


def test_who_is_late_twice_is_closed(steps: Steps) -> None:
    """A connection late for the second time is closed although something was read in between."""
    with steps.connect() as connection:
        connection.sendall(REQUEST[:10])
        for _ in range(3):
            steps.look_for_late()
        assert steps.count() == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells how many wait")
def test_all_that_wait_are_accepted_in_one_look(steps: Steps) -> None:
    """A busy server checks fifty times a second."""
    waiting = [steps.connect(accepted=False) for _ in range(7)]
    while not steps.count():
        steps.look_for_late()
    assert steps.count() == len(waiting)
    for connection in waiting:
        connection.close()


def test_where_the_system_does_not_tell_what_waits_one_is_accepted(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are accepted in later rounds."""
    monkeypatch.setattr("sys.platform", "elsewhere")
    waiting = [steps.connect(accepted=False) for _ in range(3)]
    while not steps.count():
        steps.look_for_late()
    assert steps.count() == 1
    for connection in waiting:
        connection.close()
