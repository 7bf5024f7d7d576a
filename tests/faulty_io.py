"""A file system where one call fails: the n-th open, read, write, fsync, rename, mkdir, stat or the like.

Calls of C code (NumPy's ``tofile``, ``mmap``) are not counted; the opening of their files is.
"""

import builtins
import errno
import io
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

__all__ = ["CODES", "FaultyIo", "faults_to_try"]

OS_CALLS: Final = (
    "open",
    "write",
    "fsync",
    "rename",
    "replace",
    "mkdir",
    "listdir",
    "scandir",
    "stat",
    "lstat",
    "unlink",
    "rmdir",
    "link",
    "chmod",
    "truncate",
    "ftruncate",
)

CODES: Final = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.ENOMEM)
"""Error numbers with which a call fails."""

WALK: Final = os.environ.get("ONNESHON_FAULTS", "")


def faults_to_try(total: int, *, last: int, others: int) -> Iterator[tuple[int, int]]:
    """Yield numbers of calls, from 1, each with the error with which it is to fail.

    With ``ONNESHON_FAULTS=all`` each call fails in each way, with ``once`` each in one way; ``pytest -s``
    shows the total number of faults.

    Args:
        total: the number of calls.
        last: the number of last calls that fail without that variable; publishing happens there.
        others: the number of earlier calls that fail then.
    """
    if WALK:
        print(f"{total * (len(CODES) if WALK == 'all' else 1):,} failing calls")  # noqa: T201  # asked for
    if WALK == "all":
        yield from ((number, code) for number in range(1, total + 1) for code in CODES)
        return
    chance = random.Random(1952)  # noqa: S311  # a sample need not be secret
    first = range(1, max(1, total - last + 1))
    chosen = first if WALK == "once" else chance.sample(first, min(others, len(first)))
    for number in (*chosen, *range(first.stop, total + 1)):
        yield number, chance.choice(CODES)


class FaultyIo:
    """Counts the calls that concern one folder, and fails one of them.

    Args:
        folder: the folder; files elsewhere, such as modules, are not affected.
        failing: the number of the failing call, from 1; 0 for none.
        code: the error number, one of ``errno``.

    Attributes:
        calls: the names of all calls so far, in order.
        in_removal: whether the failing call was part of a removal of obsolete files.
    """

    def __init__(self, folder: Path, failing: int, code: int) -> None:
        self.calls: list[str] = []
        self.in_removal = False
        self._folder = str(folder)
        self._failing = failing
        self._code = code

    def step(self, name: str, path: object = "") -> None:
        """Count a call, and fail if it is the failing one."""
        self.calls.append(name)
        if len(self.calls) == self._failing:
            self.in_removal = any("rmtree" in frame or frame == "_remove" for frame in _callers())
            raise OSError(
                self._code, os.strerror(self._code), os.fspath(path) if isinstance(path, str | Path) else None
            )

    def concerns(self, path: object) -> bool:
        """Whether calls on a path, or on a descriptor, are counted."""
        return not isinstance(path, str | Path) or str(path).startswith(self._folder)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Replace the functions of ``os`` and ``io`` in the block."""
        with pytest.MonkeyPatch.context() as patched:
            for name in OS_CALLS:
                patched.setattr(os, name, self._counted(name, getattr(os, name)))
            for module in (io, builtins):
                patched.setattr(module, "open", self._opener(io.open))
            yield

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if self.concerns(arguments[0] if arguments else ""):
                self.step(f"os.{name}", arguments[0])
            return real(*arguments, **options)

        return call

    def _opener(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def open_counted(file: Any, mode: str = "r", buffering: int = -1, *text: Any, **options: Any) -> Any:
            if isinstance(file, int) or not self.concerns(file):
                return real(file, mode, buffering, *text, **options)
            self.step("open", file)
            raw = _Raw(self, file, mode.replace("b", "").replace("t", ""))
            if buffering == 0:
                return raw
            binary = _buffered(raw, mode)
            return binary if "b" in mode else io.TextIOWrapper(binary, *text, **options)

        return open_counted


def _buffered(raw: io.FileIO, mode: str) -> Any:
    if "+" in mode:
        return io.BufferedRandom(raw)
    return io.BufferedReader(raw) if "r" in mode else io.BufferedWriter(raw)


def _callers() -> Iterator[str]:
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        yield frame.f_code.co_name


class _Raw(io.FileIO):
    """An open file whose reads and writes are counted."""

    def __init__(self, faults: FaultyIo, path: Any, mode: str) -> None:
        super().__init__(path, mode)
        self._faults = faults
        self._path = path

    def readinto(self, buffer: Any) -> Any:
        """Read a piece, or fail."""
        self._faults.step("read", self._path)
        return super().readinto(buffer)

    def readall(self) -> Any:
        """Read the rest, or fail."""
        self._faults.step("read", self._path)
        return super().readall()

    def write(self, content: Any) -> Any:
        """Write a piece, or fail."""
        self._faults.step("write", self._path)
        return super().write(content)
