"""The processes that a server keeps: when they work, their idle tasks, and that they end with the server."""

import contextlib
import io
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filelock import FileLock

from onneshon.index.commands import kept_process
from onneshon.index.commands.kept_process import MEND_SECONDS, PRUNE_SECONDS
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import open_index
from tests.building import build_numbered, overwrite

SECONDS = 30


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of three articles, and a queue with an article and a deletion."""
    build_numbered(tmp_path / "index", 3)
    Journal(tmp_path / "index").append([Operation("নতুন", '{"title": "মেঘনা নদী"}'), Operation("0", None)])
    return tmp_path / "index"


@contextlib.contextmanager
def _handlers() -> Iterator[None]:
    """Restore the signal handlers afterwards."""
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


class _Ending(threading.Event):
    """An event that is set as soon as there is nothing to do."""

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002  # as that of an event
        self.set()
        return True


def test_it_ends_when_the_other_end_of_its_input_is_closed() -> None:
    """Not before, whatever input came; so it ends with its server, even with one that was killed."""
    reading, writing = os.pipe()
    with _handlers(), open(reading, "rb") as stream:  # noqa: PTH123  # a pipe has no path
        ending = kept_process.ending_with(stream)
        os.write(writing, b"x" * 3000)
        assert not ending.wait(0.05)
        # A failure ends the process, though its input is still open.
        assert [thread.daemon for thread in threading.enumerate() if thread.name == "ending"] == [True]
        os.close(writing)
        assert ending.wait(SECONDS)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(number: int) -> None:
    """Ctrl-C is ignored: a terminal sends it to the server too, which then ends this process."""
    reading, writing = os.pipe()
    with _handlers(), open(reading, "rb") as stream:  # noqa: PTH123  # as above
        ending = kept_process.ending_with(stream)
        os.kill(os.getpid(), signal.SIGINT)
        assert not ending.is_set()
        os.kill(os.getpid(), number)
        assert ending.is_set()
        os.close(writing)


def test_only_one_works_at_a_time(tmp_path: Path) -> None:
    """The next process begins when the first has ended, unless it was to end meanwhile."""
    worked, lock = list[str](), tmp_path / "writer.lock"
    ending = threading.Event()

    def act() -> None:
        with pytest.raises(TimeoutError), FileLock(lock).acquire(timeout=0):
            pass
        worked.append("second")
        ending.set()

    with FileLock(lock):
        second = threading.Thread(target=kept_process.work_alone, args=(lock, ending, act))
        second.start()
        second.join(2 * kept_process.LOCK_SECONDS)
        assert worked == []
    second.join(SECONDS)
    assert worked == ["second"]
    kept_process.work_alone(lock, ending, act)
    assert worked == ["second"]


def test_what_it_does_begins_again_until_it_is_time_to_end(tmp_path: Path) -> None:
    """The work is begun again, for instance after the lease of a store was lost."""
    ending, times = threading.Event(), list[int]()

    def act() -> None:
        times.append(1)
        if len(times) == 3:
            ending.set()

    kept_process.work_alone(tmp_path / "writer.lock", ending, act)
    assert len(times) == 3


def test_what_came_over_http_is_in_the_index(directory: Path) -> None:
    """Articles are added and deleted; without a store they are only in the index."""
    kept_process.keep_publishing(directory, _Ending())
    with open_index(directory) as reader:
        assert (reader.count, reader.article("নতুন").title) == (3, "মেঘনা নদী")
    assert ProgressFile(directory).read().newest == Generations(directory).current().name


@pytest.mark.parametrize("to_a_store", [False, True])
def test_its_command_line_says_what_is_published_where(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, to_a_store: bool
) -> None:
    """An index, and a store for each generation if one is given; another process follows that store."""
    address = f"file://{tmp_path}/store"
    monkeypatch.setattr(kept_process, "run", lambda keep: keep(_Ending()))
    kept_process.main("publish", str(directory), *([address] if to_a_store else []))
    with open_index(directory) as reader:
        assert reader.article("নতুন").title == "মেঘনা নদী"
    assert (tmp_path / "store").exists() == to_a_store
    if to_a_store:
        (tmp_path / "replica").mkdir()
        kept_process.main("follow", str(tmp_path / "replica"), address)
        with open_index(tmp_path / "replica") as reader:
            assert reader.article("নতুন").title == "মেঘনা নদী"


def test_it_runs_until_its_input_ends_and_then_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an error, though one of its threads may still work."""
    codes, given = list[int](), list[threading.Event]()
    monkeypatch.setattr(os, "_exit", codes.append)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO()))

    def keep(ending: threading.Event) -> None:
        assert ending.wait(SECONDS)
        given.append(ending)

    with _handlers():
        kept_process.run(keep)
    assert (codes, len(given)) == ([0], 1)


class _Noted:
    """Notes the idle tasks that are run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        for name in ("merge_in_background", "mend_in_background", "_prune"):
            monkeypatch.setattr(kept_process, name, self._noting(name))

    def _noting(self, name: str) -> Callable[..., None]:
        return lambda *_given: self.done.append(name.strip("_").partition("_")[0])


def test_damage_is_looked_for_at_first_and_then_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """That reads the whole index; a merge costs nothing where there is nothing to merge."""
    noted, now = _Noted(monkeypatch), [5.0]
    upkeep = kept_process._Upkeep(Path("index"), bool, clock=lambda: now[0])
    for seconds, done in ((0, ["merge", "mend"]), (MEND_SECONDS - 1, ["merge"]), (1, ["merge", "mend"])):
        now[0] += seconds
        noted.done.clear()
        upkeep()
        assert noted.done == done
    now[0] += 2 * PRUNE_SECONDS  # there is no store from which anything could be removed
    upkeep()
    assert "prune" not in noted.done


def test_a_store_is_not_looked_through_before_a_day_has_gone_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a server that is restarted often would list the store each time."""
    noted, now = _Noted(monkeypatch), [5.0]
    lease: Any = object()
    upkeep = kept_process._Upkeep(Path("index"), bool, lease, clock=lambda: now[0])
    for seconds, times in ((PRUNE_SECONDS - 1, 0), (1, 1), (1, 1), (PRUNE_SECONDS - 1, 2)):
        now[0] += seconds
        upkeep()
        assert noted.done.count("prune") == times


def test_damage_is_mended_while_nothing_comes(tmp_path: Path) -> None:
    """Parity mends it, in a generation of its own, before a search meets the damage."""
    build_numbered(tmp_path / "index", 3)
    (path,) = tmp_path.glob("index/generations/*/vocabulary.bin")
    content = path.read_bytes()
    overwrite(path, content[:-1] + bytes([content[-1] ^ 1]))
    kept_process._Upkeep(tmp_path / "index", bool)()
    with open_index(tmp_path / "index", verify=True) as reader:
        assert reader.count == 3


@pytest.mark.parametrize("state", ["nothing", "a batch", "the end"])
def test_merging_makes_way_for_what_comes_and_for_the_end(
    directory: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """Between two merges, each of which may take minutes, the merger checks for both."""
    kept_process.keep_publishing(directory, _Ending())
    asked = list[Callable[[], bool]]()
    monkeypatch.setattr(kept_process, "work", lambda *given: asked.append(given[2]._is_wanted))
    ending = threading.Event()
    kept_process._publish_in(directory, ending)
    if state == "a batch":
        Journal(directory).append([Operation("আরও", '{"title": "যমুনা"}')])
    elif state == "the end":
        ending.set()
    assert asked[0]() == (state != "nothing")
