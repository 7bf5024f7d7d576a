"""When an engine reloads, and who waits for it; ``tests/contract`` tests real ones."""

from collections.abc import Callable
from threading import Event, Lock
from types import SimpleNamespace

import pytest

from onneshon.opensearch.searching.engine import ClusterEngine

Newer = Callable[[], str | None]


class Engine(ClusterEngine):
    """An engine without a cluster that gets newer generations from a test's function."""

    def __init__(self, newer: Newer, patience: float) -> None:
        self.moved: list[str] = []
        self._newer = newer  # type: ignore[method-assign,assignment]  # names stand for generations
        self._patience = patience
        self._look = None
        self._searchers = SimpleNamespace(replace=self.moved.append)  # type: ignore[assignment]  # notes it
        self._reloading = Lock()


def test_an_engine_moves_on_to_what_is_newer_and_only_to_that() -> None:
    """``reload`` says whether there was a newer generation, and a finished look is not used twice."""
    found = iter(["000002", None, "000003"])
    engine = Engine(lambda: next(found), 60)
    assert [engine.reload() for _ in range(3)] == [True, False, True]
    assert engine.moved == ["000002", "000003"]


def test_what_takes_longer_than_the_caller_waits_is_opened_later() -> None:
    """A look that outlasts the caller's patience is completed later, and no second one starts meanwhile."""
    ready, looked = Event(), []

    def newer() -> str | None:
        looked.append(1)
        ready.wait(60)
        return "000002"

    engine = Engine(newer, 0)
    assert [engine.reload(), engine.reload()] == [False, False]
    ready.set()
    assert engine._look is not None
    engine._look.join(60)
    assert engine.reload()
    assert (engine.moved, len(looked)) == (["000002"], 1)


def test_a_look_that_found_nothing_is_followed_by_another() -> None:
    """The same call looks again, as a newer generation may have come."""
    ready, found = Event(), iter([None, "000002"])

    def newer() -> str | None:
        ready.wait(60)
        return next(found)

    engine = Engine(newer, 0)
    assert not engine.reload()
    ready.set()
    assert engine._look is not None
    engine._look.join(60)
    engine._patience = 60
    assert engine.reload()
    assert engine.moved == ["000002"]


def test_what_keeps_a_generation_from_being_opened_is_reported() -> None:
    """The error reaches the caller, and the next call looks again."""
    faults = [ZeroDivisionError("no words")]

    def newer() -> str | None:
        if faults:
            raise faults.pop()
        return "000002"

    engine = Engine(newer, 60)
    with pytest.raises(ZeroDivisionError, match="no words"):
        engine.reload()
    assert engine.reload()


def test_only_one_looks_at_a_time() -> None:
    """A concurrent call returns at once with no change."""
    engine = Engine(lambda: pytest.fail("two look"), 60)
    with engine._reloading:
        assert not engine.reload()
    assert engine.moved == []
