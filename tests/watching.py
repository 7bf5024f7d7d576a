"""Hooks of pytest that limit which tests coverage traces, as traced ones take three times as long."""

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
"""The mark of a test with many cases whose lines other tests cover."""

CASES: Final = 3
"""The number of cases of a parametrised test that are traced."""

PROCESSES: Final = "COVERAGE_PROCESS_CONFIG"
"""The variable by which coverage traces child processes, which costs seconds for each server."""

MEASURED: Final = ("onneshon", "deploy")
"""Packages whose lines coverage counts, as in `pyproject.toml`."""


class _Tracers:
    """Coverage's trace functions, for this thread and new ones; None where coverage sets none."""

    def __init__(self) -> None:
        self.kept: Any = (None, None)

    def take(self) -> None:
        """Remove them, and remember them."""
        self.kept = (sys.gettrace() or self.kept[0], threading.gettrace() or self.kept[1])
        _trace(None, None)

    @contextmanager
    def put(self) -> Iterator[None]:
        """Restore them for the block."""
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
    """Trace, from here on, only what the hooks below select; pytest itself is never measured."""
    tracers = session.config.stash[_TRACERS] = _Tracers()
    tracers.take()
    patched = pytest.MonkeyPatch()
    session.config.add_cleanup(patched.undo)
    load = SourceFileLoader.exec_module

    def exec_module(loader: SourceFileLoader, module: ModuleType) -> None:
        """Trace the loading of our modules, whichever test imports them first."""
        if module.__name__.partition(".")[0] not in MEASURED:
            return load(loader, module)
        with tracers.put():
            return load(loader, module)

    patched.setattr(SourceFileLoader, "exec_module", exec_module)


def _is_watched(item: pytest.Item) -> bool:
    """Whether a test is traced: only the first cases of a table, as other cases run the same lines."""
    if any(map(item.get_closest_marker, ("browser", UNWATCHED))):
        return False
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        return False
    callspec = getattr(item, "callspec", None)
    return callspec is None or max(callspec.indices.values(), default=0) < CASES


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Trace a test with its fixtures, and its child processes if it is quick; or nothing of it."""
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
            tracers.take()  # pytest-cov resumes tracing after a marked test


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Trace nothing marked: pytest-cov starts two tracers in a worker, and stops only one."""
    if item.get_closest_marker(UNWATCHED):
        item.config.stash[_TRACERS].take()
