"""Which small changes of a room would its tests not notice?

    python -m benchmarks.mutants.run ROOM [--module NAME...] [--count 10] [--seed 1] [--tests PATH...]

Runs the fast tests of the room once, and records which run which line. Then draws mutants of each module, and
runs over each, in a process of its own, the tests that run its line, until one fails. Prints those that none
noticed, and how many were, by module. A mutant that takes 120 s of the processor has been noticed too.
"""

import argparse
import importlib.abc
import importlib.util
import os
import random
import resource
import sys
from collections import Counter
from collections.abc import Collection, Container, Iterable
from importlib.machinery import ModuleSpec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, ModuleType
from typing import Final

import pytest

import onneshon.index  # noqa: F401  # what no mutant changes is loaded once, for all processes
from benchmarks.mutants.covering import Covering, record, run_tests
from benchmarks.mutants.mutations import Mutant, mutants_of

__all__ = ["is_noticed", "main"]

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 120
"""Processor time of a mutant's tests."""


class _Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a module other code."""

    def __init__(self, name: str, code: CodeType, file: Path) -> None:
        self._name, self._code, self._file = name, code, file

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Of the one module."""
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._file, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the other code."""
        exec(self._code, module.__dict__)  # noqa: S102  # that is the purpose


class _Chosen:
    """Runs some tests and no others."""

    def __init__(self, names: Container[str]) -> None:
        self._names = names

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self._names]


def is_noticed(file: Path, mutant: Mutant, tests: Collection[str]) -> bool:
    """Whether one of some tests fails with a mutant in place of its module.

    Args:
        file: the module.
        mutant: what is tried.
        tests: their names, as pytest has them.
    """
    if not tests:
        return False
    if child := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code == pytest.ExitCode.NO_TESTS_COLLECTED:
            raise RuntimeError(f"no test is called so: {min(tests)}")
        return code != 0
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))
    name = ".".join(("onneshon", *file.relative_to(ROOT).with_suffix("").parts))
    sys.meta_path.insert(0, _Loader(name, compile(mutant.tree, str(file), "exec"), file))
    os._exit(run_tests(["-x", *_files(file, tests)], _Chosen(tests)))


def _files(module: Path, tests: Iterable[str]) -> list[str]:
    """The files of tests, first those that are called as the module, and of others those of few tests."""
    words = set(module.stem.split("_"))
    files = Counter(sorted(test.partition("::")[0] for test in tests))
    return sorted(files, key=lambda file: (-len(words & set(Path(file).stem.split("_"))), files[file]))


def _tried(file: Path, count: int, seed: int, covering: Covering) -> tuple[int, int]:
    """How many mutants of a module were noticed, and how many were tried; prints the others."""
    every = list(mutants_of(file.read_text("utf-8")))
    chosen = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311  # no secret
    noticed = 0
    for mutant in chosen:
        if is_noticed(file, mutant, covering.tests_of(file, mutant.line)):
            noticed += 1
        else:
            print(f"{file.relative_to(ROOT)}:{mutant.line}: {mutant.change}", flush=True)
    print(f"{file.stem}: {noticed} of {len(chosen)} noticed, drawn from {len(every):,}", flush=True)
    return noticed, len(chosen)


def main() -> None:
    """Draw, try, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("room", type=Path)
    parser.add_argument("--module", nargs="*", help="names of modules; all unless given")
    parser.add_argument("--count", type=int, default=10, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="*", help="files or folders; those of the room unless given")
    given = parser.parse_args()
    os.chdir(ROOT)
    names = given.module or [path.stem for path in given.room.glob("*.py") if path.stem != "__init__"]
    files = [given.room / f"{name}.py" for name in sorted(names)]
    with TemporaryDirectory() as folder:
        tests = given.tests or [str(Path("tests") / given.room)]
        covering = Covering(record(given.room, tests, Path(folder) / "coverage"))
        results = [_tried(ROOT / file, given.count, given.seed, covering) for file in files]
    noticed, tried = (sum(counts) for counts in zip(*results, strict=True))
    print(f"together: {noticed} of {tried}, {noticed / tried:.0%}")


if __name__ == "__main__":
    main()
