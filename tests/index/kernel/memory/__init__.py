"""A pytest plugin for ``./dev sanitize``: runs each test of the kernel also while memory allocations fail."""

import ctypes
import gc
import random
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest

__all__ = ["pytest_addoption", "pytest_pyfunc_call"]

_KERNEL: Final = ctypes.CDLL(None)
"""The C library of this process, into which ``failing.c`` was loaded first."""

SETTLED: Final = 5
"""Runs after which no more memory is held: Cython keeps each line named in a traceback, and threads vary."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the number of such runs."""
    parser.addoption(
        "--failing",
        type=float,
        default=0.1,
        help="calls for memory that fail in turn, of each test on average",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Run a test while one allocation or all from one on fail; pytest itself then runs it as usual."""
    drawn = random.Random(f"{random.random()} {pyfuncitem.nodeid}")  # noqa: S311 (each test begins with the seed of the run)
    tries = int(pyfuncitem.config.option.failing + drawn.random())
    if not tries or getattr(pyfuncitem.obj, "is_hypothesis_test", False):
        return  # Hypothesis would search for the smallest example
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    run = partial(pyfuncitem.obj, **arguments)
    calls = _calls_for_memory(run)
    for number in drawn.sample(range(1, calls + 1), min(calls, tries)):
        for which in (number, -number):
            assert any(_gives_all_back(run, which) for _ in range(SETTLED)), f"call {which}: memory is lost"


def _gives_all_back(run: Callable[[], Any], which: int) -> bool:
    before = _held()
    _run_without(run, which)
    return _held() <= before


def _calls_for_memory(run: Callable[[], Any]) -> int:
    """The number of memory allocations in a test."""
    _KERNEL.fail_memory(0)
    run()
    return int(_KERNEL.memory_asked())


def _held() -> int:
    gc.collect()
    return int(_KERNEL.memory_held())


def _run_without(run: Callable[[], Any], which: int) -> None:
    """Run a test with failing allocations; a ``MemoryError`` is the right outcome."""
    _KERNEL.fail_memory(which)
    try:
        run()
    except MemoryError:
        pass
    finally:
        _KERNEL.fail_memory(0)
