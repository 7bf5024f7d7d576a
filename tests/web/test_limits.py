import contextlib
import json
import socket
import subprocess
import sys
import time
from ast import literal_eval
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException

import pytest

from onneshon.web.server import MAX_BODY
from tests.serving import SECONDS, Site

REQUEST_SECONDS = 1

PROGRAM = f"""
from onneshon.index import Article
from tests.fake_engine import ARTICLES, FakeEngine
from onneshon.web import create_app
from onneshon.web.server import listen, make_server
from onneshon.web.threads import WorkerThreads
LARGE = Article("large", "নদী", "নদী " * 4_000_000)
sockets = listen("127.0.0.1", 0)
app = create_app(FakeEngine((*ARTICLES, LARGE)))
server = make_server(app, sockets, WorkerThreads(), request_seconds={REQUEST_SECONDS})
print(server.effective_listen[0][1], flush=True)
server.run()
"""

ONE_THREAD = """
import threading
begin = threading.Thread.start
def start(thread):
    if any(each.name == "answers" for each in threading.enumerate()):
        raise RuntimeError("can't start new thread")
    begin(thread)
threading.Thread.start = start
"""


@contextlib.contextmanager
def _served(program: str) -> Iterator[Site]:
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield Site(int(process.stdout.readline()))
        process.kill()


@pytest.fixture(scope="module")
def hasty_site() -> Iterator[Site]:
    """A server that waits at most a second for a request."""
    with _served(PROGRAM) as site:
        yield site


@pytest.mark.parametrize("count", [99, 900])
def test_silent_connections_lock_nobody_out(sample_site: Site, count: int) -> None:
    """A request is answered while silent connections are open."""
    with contextlib.ExitStack() as silent:
        for _ in range(count):
            silent.enter_context(sample_site.connect())
        answer = sample_site.get(b"/healthz")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["ok"] is True


@pytest.mark.parametrize(
    ("begun", "piece"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"a"),
        (b"", b"\r\n\r\n"),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n", b"a"),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b""),
    ],
    ids=["silence", "a header", "blank lines", "a body", "silence after an answer"],
)
def test_who_dawdles_is_cut_off(hasty_site: Site, begun: bytes, piece: bytes) -> None:
    """A connection without a whole request in time is closed, whatever it sends."""
    with hasty_site.connect(seconds=0.1) as connection:
        connection.sendall(begun)
        end = time.monotonic() + SECONDS
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            while time.monotonic() < end:
                with contextlib.suppress(TimeoutError):
                    if not connection.recv(1 << 16):
                        break
                connection.sendall(piece)
        assert time.monotonic() < end


def _asked_again_in_time(site: Site) -> bool:
    """Ask on one connection beyond the limit of a request; False if this process was too slow."""
    with contextlib.closing(HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)) as connection:
        connection.connect()
        first, last = connection.sock, time.monotonic()
        for _ in range(10):
            try:
                connection.request("GET", "/healthz")
                assert json.load(connection.getresponse())["ok"] is True
            except (ConnectionError, HTTPException):
                if time.monotonic() - last < REQUEST_SECONDS:
                    raise
                return False
            last = time.monotonic()
            time.sleep(0.15)
            site.connect().close()  # the server checks for late connections when something happens
            time.sleep(0.15)
        assert connection.sock is first
    return True


def test_who_asks_again_in_time_is_answered_again(hasty_site: Site) -> None:
    """A connection in use outlives the limit of one request."""
    assert any(_asked_again_in_time(hasty_site) for _ in range(5))


def test_who_reads_nothing_of_a_large_answer_keeps_no_thread(hasty_site: Site) -> None:
    """A client that asks for more without reading is dropped after a while, and its thread is free."""
    with contextlib.ExitStack() as readers:
        for _ in range(4):
            reader = readers.enter_context(hasty_site.connect())
            reader.sendall(b"GET /api/v1/articles/large HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
        time.sleep(1)
        assert hasty_site.get(b"/healthz").startswith(b"HTTP/1.1 200 ")


def test_a_large_answer_stops_nobody_where_no_thread_is_to_be_had() -> None:
    """The only thread does not wait for itself to send it."""
    with _served(ONE_THREAD + PROGRAM) as site, site.connect() as reader:
        reader.sendall(b"GET /api/v1/articles/large HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
        assert b" 200 " in reader.recv(100)
        assert b" 200 " in site.get(b"/healthz").splitlines()[0]


def test_a_large_body_is_refused_before_it_is_sent(hasty_site: Site) -> None:
    """The announced length of a body is enough: nothing of it is read or kept."""
    head = b"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (200 << 20)
    with hasty_site.connect() as connection:
        connection.sendall(head)
        assert connection.recv(1 << 16).split()[1] == b"413"
    assert MAX_BODY < 200 << 20


def test_a_name_may_stand_for_several_addresses() -> None:
    """``localhost`` is often both ::1 and 127.0.0.1, and the server listens on each."""
    addresses = {entry[4][0] for entry in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)}
    program = PROGRAM.replace('"127.0.0.1"', '"localhost"').replace("[0][1]", "").replace("server.run()", "")
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert {host for host, _ in literal_eval(ran.stdout)} == addresses


def test_a_client_that_asks_before_sending_is_refused_at_once(hasty_site: Site) -> None:
    """With Expect: 100-continue curl gets the refusal at once, not the go-ahead."""
    head = b"POST /api/x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n"
    with hasty_site.connect() as connection:
        connection.sendall(head)
        assert connection.recv(1 << 16).split()[1] == b"413"


@pytest.mark.parametrize("chunked", [False, True])
def test_who_sends_all_of_a_large_body_first_gets_the_refusal(hasty_site: Site, chunked: bool) -> None:
    """Many clients read the answer only after sending everything; it is still there then."""
    size = 20 << 20
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % size
    body = b"%x\r\n" % size * chunked + b"a" * size
    with hasty_site.connect() as connection:
        connection.sendall(b"PUT /api/x HTTP/1.1\r\nHost: localhost\r\n" + length + b"\r\n\r\n" + body)
        answer = connection.recv(1 << 16)
        assert answer.split()[1] == b"413"
        assert answer.count(b"HTTP/1.1 ") == 1
        assert connection.recv(1) == b""  # nothing else is answered


def test_who_goes_on_sending_after_a_refusal_is_cut_off(hasty_site: Site) -> None:
    """The limit is that of a request."""
    with hasty_site.connect() as connection, contextlib.suppress(ConnectionResetError, BrokenPipeError):
        connection.sendall(b"PUT /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\n")
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            connection.sendall(b"a")
            time.sleep(0.05)
        pytest.fail("still open")
