"""Which small changes of a room would its tests not notice?

    python -m benchmarks.mutants.run search/understanding [--module NAME...] [--count 60] [--seed 1]

Draws mutants of the modules of a room, and runs its fast tests over each in a process of its own, those of
the module first, until one fails. Prints those that none noticed, and the share that was. A mutant that does
not end in ten times the time of the tests has been noticed too.
"""

import argparse
import importlib.abc
import importlib.util
import os
import random
import resource
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

import pytest

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


def is_noticed(file: Path, mutant: Mutant, tests: Sequence[str]) -> bool:
    """Whether a test fails with a mutant in place of its module."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))
    name = ".".join(("onneshon", *file.relative_to(ROOT).with_suffix("").parts))
    sys.meta_path.insert(0, _Loader(name, compile(mutant.tree, str(file), "exec"), file))
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", "not slow and not browser"]
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):  # noqa: PTH123
        code = pytest.main([*options, *tests])
    os._exit(int(code))


def tests_of(room: Path, file: Path) -> list[str]:
    """The tests of a room, first those that are called as the module."""
    found = sorted((ROOT / "tests" / room).rglob("test_*.py"))
    words = set(file.stem.split("_"))
    return [str(path) for path in sorted(found, key=lambda path: -len(words & set(path.stem.split("_"))))]


def main() -> None:
    """Draw, try, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("room", type=Path)
    parser.add_argument("--module", nargs="*", help="names of modules; all unless given")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.chdir(ROOT)
    files = [
        path for path in sorted(given.room.glob("*.py")) if not given.module or path.stem in given.module
    ]
    every = [(ROOT / path, mutant) for path in files for mutant in mutants_of(path.read_text("utf-8"))]
    chosen = random.Random(given.seed).sample(every, min(given.count, len(every)))  # noqa: S311  # no secret
    lived = 0
    for file, mutant in chosen:
        if not is_noticed(file, mutant, tests_of(given.room, file)):
            lived += 1
            print(f"{file.relative_to(ROOT)}:{mutant.line}: {mutant.change}", flush=True)
    print(f"{len(chosen) - lived} of {len(chosen)} noticed, drawn from {len(every):,}")


if __name__ == "__main__":
    main()
