"""Hooks of pytest that distribute the tests over processes, and report skipped ones."""

import gc
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling
    from xdist.workermanage import WorkerController

__all__ = [
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_terminal_summary",
    "pytest_xdist_auto_num_workers",
    "pytest_xdist_make_scheduler",
]

WORKER_BYTES: Final = 2 << 30
"""Memory for a worker and the servers, browsers and nodes that it starts."""

CLUSTER: Final = "cluster"
"""The fixture that all tests of a run share, and the group of the files that use it."""

YOUNG: Final = 20_000
"""The garbage collector's threshold of new objects, instead of Python's 700."""

LONG: Final = ("slow", "browser")
"""Marks of tests that take long."""

_GROUP: Final = re.compile(r"^pytestmark = .*\bxdist_group\(\"(\w+)\"\)", re.MULTILINE)


@cache
def _group(root: Path, file: str) -> str:
    """The unit of tests for one process: a file's named group, or else the file, which shares fixtures."""
    named = _GROUP.search((root / file).read_text("utf-8"))
    return named[1] if named else file


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Workers of ``-n auto``: one more than cores, since some wait for servers, if memory suffices.

    None for a few tests, which end before workers would have started.
    """
    if config.option.keyword or config.args != config.getini("testpaths"):
        return 0
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores + 1, memory // WORKER_BYTES))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadScopeScheduling":
    """Give a worker a whole group at a time; `--dist loadgroup` finds no group with pytest 9.2.

    A worker that dies in a test fails that test: xdist 3.8 alone would retry it without end, and a worker
    that replaces another waits for ever where the first group that it gets has one test.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 (the process that spreads tests alone has it)

    class ByGroup(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            return _group(config.rootpath, _file(nodeid))

        def remove_node(self, node: "WorkerController") -> str | None:
            groups = self.assigned_work[node].values()
            left = (test for group in groups for test, is_done in group.items() if not is_done)
            ended_in: str | None = next(left, None)
            if ended_in is not None:
                self.assigned_work[node][self._split_scope(ended_in)][ended_in] = True
            super().remove_node(node)
            return ended_in

        def _reschedule(self, node: "WorkerController") -> None:
            super()._reschedule(node)
            # A worker's last test waits for the next one, or for the news that there is none.
            if not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
                self._reschedule(node)

    return ByGroup(config, log)


def pytest_configure() -> None:
    """Collect garbage seldom: it took a sixth of the processor time of thousands of tests."""
    gc.set_threshold(YOUNG)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Exempt the tests themselves, which stay until the end, from garbage collection."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Give each test its id, and put long groups first, so that all workers have something to do."""
    yield
    _name(items)
    ranks: dict[str, int] = {}
    groups = [_group(config.rootpath, _file(item.nodeid)) for item in items]
    for item, group in zip(items, groups, strict=True):
        if CLUSTER in getattr(item, "fixturenames", []) and group != CLUSTER:
            raise pytest.UsageError(
                f'{item.nodeid} asks for the cluster: mark its file xdist_group("{CLUSTER}")'
            )
        rank = 0 if group == CLUSTER else 1 if any(map(item.get_closest_marker, LONG)) else 2
        ranks[group] = min(rank, ranks.get(group, rank))
    order = sorted(range(len(items)), key=lambda number: ranks[groups[number]])
    items[:] = [items[number] for number in order]


def _name(items: Iterable[pytest.Item]) -> None:
    """Make the ids of tests distinct: of several with one id, xdist runs only the first."""
    names: set[str] = set()
    for item in items:
        if not item.nodeid.endswith(item.name):  # pytest 9.2 drops the operation from schemathesis's names
            item._id = item.id.parse(f"{item.nodeid.rpartition('::')[0]}::{item.name}")
        if item.nodeid in names:
            raise pytest.UsageError(f"{item.nodeid}: there are two, of which one would not run")
        names.add(item.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: "TerminalReporter") -> None:
    """Report in a line how many tests were skipped and why, the most common reason first."""
    skipped = terminalreporter.getreports("skipped")
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    if reasons:
        told = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        terminalreporter.write_line(f"{reasons.total()} skipped: {told}")
