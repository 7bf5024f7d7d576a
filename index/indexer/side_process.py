"""Processes beside this one that do a share of the work, such as what an index suggests.

The input of the one that writes suggestions is two lines of JSON: the directory, the file of the titles and
the number of articles; then, as soon as the segment is there, ``true``. If the second line does not come, the
build is gone, and nothing is written.
"""

import contextlib
import gc
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, Self

from onneshon.index.columnar.segment_list import open_segments
from onneshon.index.completion.titles import TitleSpool, titles_in
from onneshon.index.completion.writer import WordCount, word_counts, write_completion
from onneshon.index.errors import BuildError
from onneshon.index.storage.durable import our_environment

_OBJECTS: Final = 50_000
"""Containers that are made before the youngest are looked through: hardly any of them can be let go of."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Fewer collections as long as this lasts: they took a twentieth of a build."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _OBJECTS) if before[0] else 0)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def start_python(module: str, stderr_path: Path, stdout: int | None = None) -> subprocess.Popen[bytes]:
    """Run ``python -m MODULE`` with these packages, its standard input a pipe, its standard error a file.

    Args:
        module: what it runs.
        stderr_path: the file.
        stdout: what ``subprocess.Popen`` takes; None for this process's own.
    """
    with stderr_path.open("wb") as log:
        return subprocess.Popen(  # noqa: S603  # this very Python, no shell
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=log,
            env=our_environment(),
        )


_OS_ERROR = re.compile(r"(?:\w+Error): \[Errno (\d+)\] (.*)")
_OUT_OF_MEMORY = re.compile(r"(?:[\w.]+\.)?_?\w*MemoryError\b")


def died(who: str, stderr_path: Path, code: int) -> BuildError:
    """The error that tells of a dead process: what it said last on standard error, or its exit code.

    Where the system refused it something, ``__cause__`` is the error that the process met.
    """
    said = stderr_path.read_text("utf-8", "replace").strip().splitlines()
    last = said[-1] if said else f"it ended with code {code}, which it did not explain; was it out of memory?"
    error = BuildError(f"{who}: {last}")
    if found := _OS_ERROR.match(last):
        error.__cause__ = OSError(int(found[1]), os.strerror(int(found[1])))
    elif _OUT_OF_MEMORY.match(last):
        error.__cause__ = MemoryError(last)
    return error


class SideProcess:
    """Runs ``python -m MODULE``; a context manager that the process does not outlive.

    Args:
        module: what it runs; reads its standard input, and ends with code 0 once its share is done.
        stderr_path: file for its standard error.
    """

    def __init__(self, module: str, stderr_path: Path) -> None:
        self._module = module
        self._stderr_path = stderr_path
        self._process = start_python(module, stderr_path)

    def send(self, task: bytes, *, more: bool = False) -> None:
        """Give it its input, or the first part of it; it has begun to read when this returns."""
        stream = self._process.stdin
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):  # it is dead, as ``wait`` will tell
                stream.write(task)
                stream.flush() if more else stream.close()

    def wait(self) -> None:
        """Wait until it is done.

        Raises:
            BuildError: it failed; the message is what it said last.
        """
        code = self._process.wait()
        if code:
            raise died(f"{self._module}, a process of this build, died", self._stderr_path, code)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()


SEGMENT_IS_THERE: Final = b"true\n"
TITLES: Final = "titles"
"""Name of the file of titles, which goes when they are read."""


@contextmanager
def completion_beside(directory: Path, titles: TitleSpool, articles: int) -> Iterator[SideProcess]:
    """Another process writes the suggestions; ``send(SEGMENT_IS_THERE)`` lets it, ``wait`` waits for it.

    Args:
        directory: of the generation, which has no segment yet.
        titles: of its articles.
        articles: how many there are.
    """
    path, log = directory / TITLES, directory / f"{TITLES}.log"
    titles.copy_to(path)
    try:
        with SideProcess("onneshon.index.indexer.side_process", log) as other:
            other.send(json.dumps([str(directory), str(path), articles]).encode() + b"\n", more=True)
            yield other
    finally:
        path.unlink(missing_ok=True)
        log.unlink(missing_ok=True)


def main() -> None:
    """Do what the standard input says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    with rare_collections():
        directory, titles, articles = json.loads(sys.stdin.buffer.readline())
        with Path(titles).open("rb") as lines:
            write_completion(
                Path(directory), _words(Path(directory), sys.stdin.buffer), titles_in(lines), articles
            )


def _words(directory: Path, news: IO[bytes]) -> Iterator[WordCount]:
    """The words of the segment, once it is there."""
    if news.readline() != SEGMENT_IS_THERE:
        raise EOFError("the build ended before the segment was there")
    yield from word_counts(open_segments(directory))


if __name__ == "__main__":
    main()
