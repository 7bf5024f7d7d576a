"""Child processes that do a share of a build, such as the suggestions of an index.

The process that writes suggestions reads two lines of JSON: the directory, the file of the titles and the
number of articles; then, as soon as the segment is written, ``true``. If the second line does not come, the
build has ended, and nothing is written.
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
"""New objects before the garbage collector scans the youngest ones, hardly any of which can be freed."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect garbage less often inside the block: collections took a twentieth of a build."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _OBJECTS) if before[0] else 0)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def start_python(module: str, stderr_path: Path, stdout: int | None = None) -> subprocess.Popen[bytes]:
    """Run ``python -m MODULE`` with these packages, its standard input a pipe, its standard error a file.

    Args:
        module: the module that the process runs.
        stderr_path: the file for its standard error.
        stdout: its standard output, as ``subprocess.Popen`` takes it; None for that of this process.
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
    """The error for a dead process, with the last line of its standard error, or its exit code.

    Where the process died of an OSError or a MemoryError, ``__cause__`` is that error.
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
    """Runs ``python -m MODULE``; a context manager that kills the process at its end.

    Args:
        module: the module to run; it reads its standard input, and exits with code 0 once its share is done.
        stderr_path: the file for its standard error.
    """

    def __init__(self, module: str, stderr_path: Path) -> None:
        self._module = module
        self._stderr_path = stderr_path
        self._process = start_python(module, stderr_path)

    def send(self, task: bytes, *, more: bool = False) -> None:
        """Write the process's input and close it, or with ``more`` a first part, and leave it open."""
        stream = self._process.stdin
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):  # the process is dead, as ``wait`` will report
                stream.write(task)
                stream.flush() if more else stream.close()

    def wait(self) -> None:
        """Wait until the process is done.

        Raises:
            BuildError: the process failed; the message has the last line of its standard error.
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
"""Name of the file of titles, which is deleted after they are read."""


@contextmanager
def completion_beside(directory: Path, titles: TitleSpool, articles: int) -> Iterator[SideProcess]:
    """Start the process that writes the suggestions; ``send(SEGMENT_IS_THERE)`` lets it begin with the words.

    Args:
        directory: the folder of the generation, which has no segment yet.
        titles: the titles of its articles.
        articles: the number of its articles.
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
    """Write the suggestions as standard input says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    with rare_collections():
        directory, titles, articles = json.loads(sys.stdin.buffer.readline())
        with Path(titles).open("rb") as lines:
            write_completion(
                Path(directory), _words(Path(directory), sys.stdin.buffer), titles_in(lines), articles
            )


def _words(directory: Path, news: IO[bytes]) -> Iterator[WordCount]:
    """The words of the segment, once it is written."""
    if news.readline() != SEGMENT_IS_THERE:
        raise EOFError("the build ended before the segment was there")
    yield from word_counts(open_segments(directory))


if __name__ == "__main__":
    main()
