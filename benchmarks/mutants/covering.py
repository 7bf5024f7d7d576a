"""Which tests run which lines of a room, so that a mutant is tried by those alone that can notice it."""

import ast
import os
from collections.abc import Generator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Final

import coverage
import pytest

__all__ = ["Covering", "record", "run_tests"]

OPTIONS: Final = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", "not slow and not browser"]
"""What is fast, in an order that does not change."""


def run_tests(arguments: Sequence[str], plugin: object) -> int:
    """Run tests within this process, in silence; gives the exit code of pytest."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):  # noqa: PTH123
        return int(pytest.main([*OPTIONS, *arguments], plugins=[plugin]))


class _Recorder:
    """Tells coverage which test runs."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, bool, bool]:
        self._measured.switch_context(item.nodeid)
        done = yield
        self._measured.switch_context("")
        return done


def record(room: Path, tests: Sequence[str], file: Path) -> coverage.CoverageData:
    """Run tests once, and record by test which lines of a room run.

    Args:
        room: its folder.
        tests: files or folders.
        file: where the record is kept while it is used.
    """
    if child := os.fork():
        os.waitpid(child, 0)
    else:
        measured = coverage.Coverage(data_file=file, include=[f"{room.resolve()}/*"], config_file=False)
        measured.start()
        run_tests(tests, _Recorder(measured))
        measured.stop()
        measured.save()
        os._exit(0)
    data = coverage.CoverageData(str(file))
    data.read()
    return data


class Covering:
    """Which tests can notice a change of a line.

    Args:
        data: what was recorded, with the names of tests as contexts.
    """

    def __init__(self, data: coverage.CoverageData) -> None:
        self._data = data
        self._every = data.measured_contexts() - {""}

    def tests_of(self, file: Path, line: int) -> set[str]:
        """Names of the tests that run a line, or the function that it is in.

        What runs when its module is imported is part of what every test sees.
        """
        contexts = self._data.contexts_by_lineno(str(file))
        lines = [line] if contexts.get(line) else _function(file, line)
        names = {name for number in lines for name in contexts.get(number, ())}
        return self._every if "" in names else names


def _function(file: Path, line: int) -> range:
    """The lines of the body of the innermost function that has a line."""
    functions = (
        range(node.body[0].lineno, (node.end_lineno or 0) + 1)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    )
    return min(functions, key=len, default=range(0))
