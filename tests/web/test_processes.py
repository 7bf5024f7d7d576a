"""Several processes at one address, through the real command."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import NoReturn

import pytest

from benchmarks.reliability.split import connections
from onneshon.index.storage.durable import cores
from onneshon.web.processes import Keeper
from tests.publishing import key_for
from tests.serving import SECONDS, Program, Site, start, start_command

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="/proc tells who is there"),
]


def _children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()}


def _has_children(pid: int, count: int) -> bool:
    return len(_children(pid)) == count


def _comes_true(wanted: Callable[[], object]) -> bool:
    """Whether a condition becomes true within the time limit."""
    end = time.monotonic() + SECONDS
    while not wanted():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def _stopped(pid: int) -> Iterator[None]:
    """A context in which a process does nothing: each of its threads is stopped."""
    os.kill(pid, signal.SIGSTOP)
    try:
        assert _comes_true(
            lambda: all(_state(thread) == "T" for thread in Path(f"/proc/{pid}/task").iterdir())
        )
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _state(process: Path) -> str:
    return (process / "stat").read_text("utf-8").rpartition(")")[2].split()[0]


def _is_there(pid: int) -> bool:
    """Whether a process runs; a zombie does not count."""
    try:
        return _state(Path(f"/proc/{pid}")) != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def _kept(directory: Path, *options: str) -> Iterator[tuple[Program, Site]]:
    """The parent of two processes, which is killed at the end if it still runs."""
    with start(directory, "--port", "0", "--processes", "2", *options) as keeper:
        try:
            assert keeper.stderr
            line = keeper.stderr.readline()
            found = re.search(r"http://[^ ]*:(\d+)/", line)
            assert found, line
            assert _comes_true(lambda: len(_children(keeper.pid)) == 2)
            yield keeper, Site(int(found[1]))
        finally:
            keeper.kill()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_both_answer_and_end_together(tmp_path: Path, end: signal.Signals) -> None:
    """Each answers while the other is stopped; no process is left, and nothing failed."""
    with _kept(tmp_path) as (keeper, site):
        pids = _children(keeper.pid)
        for pid in pids:
            with _stopped(pid):
                assert b" 200 " in site.get(b"/help").splitlines()[0]
        keeper.send_signal(end)
        _, errors = keeper.communicate(timeout=SECONDS)
    assert keeper.returncode == 0
    assert "Ended." in errors
    assert "Traceback" not in errors
    assert not any(_is_there(pid) for pid in pids)


TOLD_AT_ONCE = """
import os, signal, time
from onneshon.web.processes import Keeper

fork = os.fork

def told_at_once():
    pid = fork()
    if pid:
        os.kill(pid, signal.SIGTERM)
    return pid

os.fork = told_at_once
for _ in range(20):
    try:
        if Keeper(1).fork():
            time.sleep(1)
            os._exit(7)
    except SystemExit as ended:
        print(ended.code)
"""


def test_a_process_that_is_stopped_as_it_begins_ends() -> None:
    """Python loses a signal that comes while it forks, and the parent would wait for ever."""
    command = [sys.executable, "-c", TOLD_AT_ONCE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == [f"{-signal.SIGTERM}"] * 20


TOLD_AS_IT_WAITS = """
import os, signal, time
from onneshon.web.processes import Keeper

def told_late(wait):
    def waits(*arguments):
        os.wait, os.waitpid = whole
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            return wait(*arguments)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    return waits

whole = os.wait, os.waitpid
keeper = Keeper(2)
if answering := keeper.fork():
    answering.begin()
    time.sleep(60)
os.wait, os.waitpid = map(told_late, whole)
print(keeper.stay())
"""


def test_a_process_that_is_stopped_as_it_begins_to_wait_ends() -> None:
    """A signal between two Python instructions and a blocking call is handled only after that call."""
    command = [sys.executable, "-c", TOLD_AS_IT_WAITS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    assert done.stdout.split() == ["None"]


def test_once_told_to_end_the_keeper_listens_no_more() -> None:
    """Its processes still answer; who connected then would be accepted by none of them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        Keeper(1, [listener])._end(signal.SIGTERM, None)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=SECONDS)


def test_signals_are_heeded_again_where_no_process_can_be_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent must still react to signals."""

    def fork() -> NoReturn:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    with pytest.raises(BlockingIOError):
        Keeper(1)._start(None)
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ()) & {signal.SIGINT, signal.SIGTERM}


def test_one_that_dies_is_started_again(tmp_path: Path) -> None:
    """The log says so; meanwhile the other process answers."""
    with _kept(tmp_path) as (keeper, site):
        killed = min(_children(keeper.pid))
        os.kill(killed, signal.SIGKILL)
        assert b" 200 " in site.get(b"/help").splitlines()[0]
        assert _comes_true(lambda: len(_children(keeper.pid) - {killed}) == 2)
        keeper.send_signal(signal.SIGTERM)
        _, errors = keeper.communicate(timeout=SECONDS)
    assert f"process {killed}, which answers requests, ended (-9), and is started again" in errors
    assert keeper.returncode == 0


def test_connections_that_are_kept_fall_to_both(tmp_path: Path) -> None:
    """Kept connections do not all fall to the first process to wake, also after a restart."""
    with _kept(tmp_path) as (keeper, site), ExitStack() as open_ones:
        assert _comes_true(lambda: _each_answers(keeper.pid, site))
        os.kill(min(_children(keeper.pid)), signal.SIGKILL)
        assert _comes_true(lambda: _each_answers(keeper.pid, site))
        for _ in range(8):
            connection = open_ones.enter_context(closing(HTTPConnection("127.0.0.1", site.port)))
            connection.request("GET", "/help")
            connection.getresponse().read()
        fell = connections(_children(keeper.pid), site.port)
    assert sum(fell) == 8
    assert max(fell) <= 6


def _each_answers(keeper: int, site: Site) -> bool:
    """Whether there are two processes, each of which answers while the other is stopped."""
    pids = _children(keeper)
    if len(pids) < 2:
        return False
    try:
        return all(_answers_without(pid, site) for pid in pids)
    except (ProcessLookupError, FileNotFoundError):  # it was dying
        return False


def _answers_without(pid: int, site: Site) -> bool:
    with _stopped(pid), site.connect(1) as connection:
        connection.sendall(b"GET /help HTTP/1.0\r\n\r\n")
        try:
            connection.recv(1)
        except TimeoutError:
            return False
    return True


def test_a_client_may_ask_no_more_often_of_several(tmp_path: Path) -> None:
    """Requests are counted together, whichever process answers."""
    key = key_for(tmp_path / "keys").encode()
    with _kept(tmp_path / "index", "--keys", str(tmp_path / "keys"), "--rate", "0.01") as (keeper, site):
        assert _comes_true(lambda: _each_answers(keeper.pid, site))
        statuses = []
        for pid in _children(keeper.pid):
            with _stopped(pid):
                answer = site.get(b"/api/v1/publications", b"Authorization: Bearer " + key)
            statuses.append(answer.split()[1])
    assert statuses == [b"200", b"429"]


def test_none_outlives_a_keeper_that_was_killed(tmp_path: Path) -> None:
    """The address is free again."""
    with _kept(tmp_path) as (keeper, _):
        pids = _children(keeper.pid)
        keeper.kill()
        keeper.wait()
        assert _comes_true(lambda: not any(_is_there(pid) for pid in pids))


def test_what_keeps_the_first_from_starting_is_said_once(tmp_path: Path) -> None:
    """The other processes are not started."""
    with start(tmp_path, "--port", "0", "--processes", "3", "--access-log", str(tmp_path)) as keeper:
        _, errors = keeper.communicate(timeout=SECONDS)
    assert keeper.returncode == 1
    assert errors.count("cannot be written") == 1
    assert "Traceback" not in errors


def test_counts_of_several_need_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise /metrics would have the counts of one process; with the folder they are added up."""
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    with start(tmp_path, "--port", "0", "--processes", "2", "--metrics") as keeper:
        _, errors = keeper.communicate(timeout=SECONDS)
    assert (keeper.returncode, "PROMETHEUS_MULTIPROC_DIR" in errors) == (2, True)
    counts = tmp_path / "counts"
    counts.mkdir()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(counts))
    with _kept(tmp_path, "--metrics") as (keeper, site):
        for pid in sorted(_children(keeper.pid)):
            with _stopped(pid):
                site.get(b"/help")
        told = site.get(b"/metrics").decode()
    counted = re.findall(r'onneshon_request_seconds_count\{.*route="/help".*\} (\S+)', told)
    assert sum(map(float, counted)) == 2, told


def test_without_options_there_are_as_many_as_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single process needs no parent; if metrics could not be added up there is one process."""
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    for options, most in (((), cores()), (("--metrics",), 1)):
        command = ("serve", "--index", str(tmp_path), "--port", "0", *options)
        with start_command(*command) as server:
            try:
                assert server.stderr
                assert "http://" in server.stderr.readline()
                count = most if most > 1 else 0
                assert _comes_true(partial(_has_children, server.pid, count))
            finally:
                server.send_signal(signal.SIGTERM)
                server.communicate(timeout=SECONDS)
