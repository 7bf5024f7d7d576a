"""Records which tests run which lines of a room, so that only tests that can notice a mutant try it."""

import ast
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Final

import coverage
import pytest

from benchmarks.mutants.applying import constant_at, function_at

__all__ = ["Covering", "record", "run_tests"]

UNUSED: Final = ("cacheprovider", "randomly", "tests.watching")
"""Plugins that are left out: with the last, only the first cases of tables would be recorded."""

OPTIONS: Final = ["-q", *(f"-pno:{name}" for name in UNUSED), "-m", "not slow and not browser"]
"""Options of pytest: the fast tests, in a fixed order."""


CLUSTER: Final = "cluster"
"""The group of test files that need a cluster."""


class _WithoutCluster:
    """Leaves out tests that need a cluster, as three servers would have to start for each mutant."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        groups = [(item, item.get_closest_marker("xdist_group")) for item in items]
        items[:] = [item for item, group in groups if group is None or CLUSTER not in group.args]


def run_tests(arguments: Sequence[str], plugin: object | None) -> int:
    """Run tests that need no cluster in this process, in silence; return the exit code of pytest."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):  # noqa: PTH123
        plugins = [_WithoutCluster(), *([plugin] if plugin else [])]
        return int(pytest.main([*OPTIONS, *arguments], plugins=plugins))


class _Recorder:
    """Reports to coverage which test runs, and clears caches so that no test relies on an earlier one."""

    def __init__(self, measured: coverage.Coverage, room: Path) -> None:
        self._measured, self._room = measured, ".".join(("onneshon", *room.parts, ""))
        self.failed: list[str] = []
        self._tests: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, bool, bool]:
        self._forget()
        self._tests.add(item.nodeid)
        self._measured.switch_context(item.nodeid)
        done = yield
        self._measured.switch_context("")
        return done

    def save(self) -> None:
        """Save the record, including tests that run no line but use what modules created when loaded."""
        data = self._measured.get_data()
        for name in self._tests - data.measured_contexts():
            data.set_context(name)
            data.add_lines({min(data.measured_files()): []})
        self._measured.save()

    def _forget(self) -> None:
        """Empty the caches of functions of the room."""
        for name, module in [*sys.modules.items()]:
            if name.startswith(self._room):
                for value in vars(module).values():
                    if hasattr(type(value), "cache_clear"):  # a stand-in for another object may have none now
                        value.cache_clear()


def record(room: Path, tests: Sequence[str], file: Path) -> tuple[coverage.CoverageData, float]:
    """Run tests once, and record which lines of a room each test runs.

    Args:
        room: the room's folder, from the root of the project.
        tests: files or folders of tests.
        file: where the record is stored while it is in use.

    Returns:
        The record, and the processor time of all tests.

    Raises:
        RuntimeError: a test fails without any mutant; its name is printed.
    """
    if child := os.fork():
        _, status, used = os.wait4(child, 0)
        if os.waitstatus_to_exitcode(status):
            raise RuntimeError("a test fails as the room is: mend that first")
    else:
        measured = coverage.Coverage(data_file=file, include=[f"{room.resolve()}/*"], config_file=False)
        measured.start()
        recorder = _Recorder(measured, room)
        code = run_tests(tests, recorder)
        measured.stop()
        recorder.save()
        print("".join(f"{name}\n" for name in recorder.failed), end="", flush=True)
        os._exit(code)
    data = coverage.CoverageData(str(file))
    data.read()
    return data, used.ru_utime + used.ru_stime


class Covering:
    """Finds the tests that can notice a change.

    Args:
        data: the record, with the names of tests as contexts.
        room: the folder whose modules may use each other's constants.
    """

    def __init__(self, data: coverage.CoverageData, room: Path) -> None:
        self._data = data
        self._room = [
            (file, ast.parse(file.read_text("utf-8"))) for file in sorted(room.resolve().glob("*.py"))
        ]
        self._every = data.measured_contexts() - {""}

    def tests_of(self, file: Path, line: int) -> tuple[set[str], bool]:
        """The tests that run a line, or else the function it is in, or that use the constant it assigns.

        Also whether the module must be loaded again for the change; all tests are then returned.
        """
        tree = next(tree for known, tree in self._room if known == file)
        if function := function_at(tree, line):
            if self._runs_at_load(file, line):
                return self._every, True
            return self._running(file, line) or self._running_any(file, function), False
        constant = constant_at(tree, line)
        uses = self._uses(constant[0]) if constant else None
        if uses is None:
            return self._every, True
        return {name for file, line in uses for name in self._running(file, line)}, False

    def _running(self, file: Path, line: int) -> set[str]:
        return {*self._data.contexts_by_lineno(str(file)).get(line, ())} - {""}

    def _runs_at_load(self, file: Path, line: int) -> bool:
        return "" in self._data.contexts_by_lineno(str(file)).get(line, ())

    def _running_any(self, file: Path, function: ast.FunctionDef) -> set[str]:
        lines = range(function.body[0].lineno, (function.end_lineno or 0) + 1)
        return {name for line in lines for name in self._running(file, line)}

    def _uses(self, name: str) -> list[tuple[Path, int]] | None:
        """Where functions of the room use a name; None if the name is used while a module is loaded."""
        used = [
            (file, node.lineno, function_at(tree, node.lineno))
            for file, tree in self._room
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        ]
        if not used or any(not function or self._runs_at_load(file, line) for file, line, function in used):
            return None
        return [(file, line) for file, line, _ in used]
