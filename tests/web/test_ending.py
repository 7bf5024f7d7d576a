"""A server ends when a signal tells it to, at whatever moment."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TypeAlias

import pytest

from onneshon.web.processes import EndSignal
from onneshon.web.server import listen, make_server
from onneshon.web.threads import WorkerThreads
from tests.serving import SECONDS

Address: TypeAlias = tuple[str, int]

PROGRAM = """
import os, signal, weakref
from onneshon.web import create_app
from onneshon.web.processes import EndSignal
from onneshon.web.server import listen, make_server
from onneshon.web.threads import WorkerThreads
from tests.fake_engine import ARTICLES, FakeEngine

class Imported:
    pass

end = EndSignal()
server = make_server(
    create_app(FakeEngine(ARTICLES)), listen("127.0.0.1", 0), WorkerThreads(), end=end
)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, end)
module = Imported()
reference = weakref.ref(module, lambda _: os.kill(os.getpid(), int({number})))
del module  # Python says that it ignored what the handler raised
server.run()
"""


@pytest.mark.no_cover  # the test is about when it ends, not about what it runs
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_in_a_callback_ends_the_server(number: signal.Signals) -> None:
    """In a callback, as after each import, Python drops the exception of a signal handler."""
    program = PROGRAM.replace("{number}", str(int(number)))
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert "Exception ignored" in ended.stderr
    assert ended.returncode == 0


@contextmanager
def serving(
    application: Callable[..., list[bytes]], threads: WorkerThreads
) -> Iterator[tuple[Address, EndSignal]]:
    """A server in a thread of its own: its address, and what tells it to end."""
    sockets, end = listen("127.0.0.1", 0), EndSignal()
    address = sockets[0].getsockname()
    running = threading.Thread(target=make_server(application, sockets, threads, end=end).run, daemon=True)
    running.start()
    yield address, end
    running.join(SECONDS)
    assert not running.is_alive()


def tell(end: EndSignal) -> None:
    """Tell a server to end; it does not run in the thread that a signal interrupts."""
    with pytest.raises(KeyboardInterrupt):
        end(signal.SIGTERM, None)


def is_refused(address: Address) -> bool:
    """Whether nobody listens there any more; who comes as the listener is closed is reset by the system."""
    try:
        socket.create_connection(address, timeout=SECONDS).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        return False
    return False


def answer_to(client: HTTPConnection, path: str) -> tuple[bool, bytes]:
    """Whether the connection ends with the answer to a request, and the answer."""
    client.request("GET", path)
    response = client.getresponse()
    return response.getheader("Connection") == "close", response.read()


@pytest.mark.parametrize("size", [100, 900_000])
def test_who_waited_as_the_server_was_told_to_end_gets_an_answer(size: int) -> None:
    """A request that waits for something else, such as a generation, is answered, however long its answer."""
    threads, begun, may_end = WorkerThreads(), threading.Event(), threading.Event()
    answer = "নদী".encode() * (size // 9)

    def application(environ: dict[str, str], start: Callable[..., object]) -> list[bytes]:
        if environ["PATH_INFO"] == "/waiting":
            with threads.aside():
                begun.set()
                may_end.wait(SECONDS)
        start("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    with (
        serving(application, threads) as (address, end),
        ThreadPoolExecutor() as pool,
        closing(HTTPConnection(*address, timeout=SECONDS)) as waiting,
        closing(HTTPConnection(*address, timeout=SECONDS)) as kept,
    ):
        assert answer_to(kept, "/") == (False, answer)
        answered = pool.submit(answer_to, waiting, "/waiting")
        assert begun.wait(SECONDS)
        tell(end)
        until = time.monotonic() + SECONDS
        while not is_refused(address):
            assert time.monotonic() < until
        assert answer_to(kept, "/") == (True, answer)  # sent before its client could know
        may_end.set()
        assert answered.result()[1] == answer
