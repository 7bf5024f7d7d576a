"""What coverage watches of the tests, by hooks of pytest: what is watched takes three times as long."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any, Final

import pytest

from tests.scheduling import LONG

__all__ = ["pytest_runtest_call", "pytest_runtest_protocol", "pytest_sessionstart"]

UNWATCHED: Final = "no_cover"
"""Mark of a test of many tries, whose lines other tests cover."""

CASES: Final = 3
"""How many of a table are watched."""

PROCESSES: Final = "COVERAGE_PROCESS_CONFIG"
"""Variable by which coverage watches processes that a test starts: seconds of each server."""

MEASURED: Final = ("onneshon", "deploy")
"""Packages whose lines coverage counts, as `pyproject.toml` says."""


class _Tracers:
    """Those of coverage, for this thread and for new ones; none where coverage runs without or not at all."""

    def __init__(self) -> None:
        self.kept: Any = (None, None)

    def take(self) -> None:
        """Take them away."""
        self.kept = (sys.gettrace() or self.kept[0], threading.gettrace() or self.kept[1])
        _trace(None, None)

    @contextmanager
    def put(self) -> Iterator[None]:
        """Put them back for a while."""
        before = sys.gettrace(), threading.gettrace()
        _trace(*self.kept)
        try:
            yield
        finally:
            _trace(*before)


def _trace(this: Any, new: Any) -> None:
    threading.settrace(new)
    sys.settrace(this)


_TRACERS: Final = pytest.StashKey[_Tracers]()


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Watch, from here on, only what the hooks below say; pytest itself is never what is measured."""
    tracers = session.config.stash[_TRACERS] = _Tracers()
    tracers.take()
    patched = pytest.MonkeyPatch()
    session.config.add_cleanup(patched.undo)
    load = SourceFileLoader.exec_module

    def exec_module(loader: SourceFileLoader, module: ModuleType) -> None:
        """Watch what runs as a module of ours is loaded, whoever asks for it first."""
        if module.__name__.partition(".")[0] not in MEASURED:
            return load(loader, module)
        with tracers.put():
            return load(loader, module)

    patched.setattr(SourceFileLoader, "exec_module", exec_module)


def _is_watched(item: pytest.Item) -> bool:
    """Of a table the first cases alone: the others go the same way, or one that another test goes."""
    if any(map(item.get_closest_marker, ("browser", UNWATCHED))):
        return False
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        return False
    callspec = getattr(item, "callspec", None)
    return callspec is None or max(callspec.indices.values(), default=0) < CASES


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watch a test and what is set up for it, and what it starts if it is quick; or nothing of it."""
    tracers = item.config.stash[_TRACERS]
    is_watched = _is_watched(item)
    with pytest.MonkeyPatch.context() as patched:
        if not is_watched or any(map(item.get_closest_marker, LONG)):
            patched.delenv(PROCESSES, raising=False)
        if is_watched:
            with tracers.put():
                return (yield)
        try:
            return (yield)
        finally:
            tracers.take()  # pytest-cov goes on watching after what is marked


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Watch nothing marked: of two tracers that pytest-cov starts in a worker it stops but one."""
    if item.get_closest_marker(UNWATCHED):
        item.config.stash[_TRACERS].take()
