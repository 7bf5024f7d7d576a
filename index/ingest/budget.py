"""Limits of bytes and time for reading a source, also for libraries, which run in a process of their own."""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, Final, cast

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.streams import MAX_BYTES

MAX_COLUMNS: Final = 10_000
"""Most columns of a table."""

MAX_PARTS: Final = 200_000
"""Most values of a record in JSON or a table, and most signs of wiki markup in a page."""

MAX_DEPTH: Final = 1_000
"""Most levels of nested elements of a document or a page."""

REQUEST_SECONDS: Final = 60.0
"""Most seconds from a request to the last byte of its answer."""

LIST_BYTES: Final = 50 << 20
"""Most bytes of a sitemap or a feed; the sitemap format allows as many."""

MOST_LISTS: Final = 1_000
"""Most sitemaps of a site."""

_FREE_BYTES: Final = 256 << 20
_BYTES_A_BYTE: Final = 200
"""Limit of the bytes that a source yields: _FREE_BYTES + _BYTES_A_BYTE x bytes read."""
_FREE_SECONDS: Final = 300.0
_BYTES_A_SECOND: Final = 64 << 10
"""Limit of the processor time of a source in seconds: _FREE_SECONDS + bytes / _BYTES_A_SECOND."""


def crawl_bytes(asked: int) -> int:
    """Most bytes that a site may send in one crawl, given the number of requests so far."""
    return _FREE_BYTES + asked * (1 << 20)


class Budget:
    """Counts the bytes and time of one source; the readers of all formats report to it.

    Args:
        where: the name of the source, for messages.
        clock: the processor time in seconds; time of other threads does not count.
    """

    def __init__(self, where: str, clock: Callable[[], float] = time.thread_time) -> None:
        self._where = where
        self._clock = clock
        self._read = 0
        self._unpacked = 0
        self._given = 0
        self._spent = 0.0
        self._since = clock()

    @property
    def seconds(self) -> float:
        """The limit of processor time in seconds, for the bytes read so far."""
        return _FREE_SECONDS + max(self._read, self._unpacked) / _BYTES_A_SECOND

    def read(self, count: int) -> None:
        """Count bytes read from a file, before decompression, or from a database."""
        self._read += count

    def unpacked(self, count: int) -> None:
        """Count bytes after decompression, or of a file that is not compressed.

        Raises:
            CorpusError: there are too many bytes, or they took too long.
        """
        self._unpacked += count
        self._check_bytes(self._unpacked)
        self._check_time(self._spent + self._clock() - self._since)

    def given(self, size: int) -> None:
        """Count a record.

        Args:
            size: the bytes of the record.

        Raises:
            CorpusError: all records together have too many bytes.
        """
        self._given += size
        self._check_bytes(self._given)

    def during(self, steps: Iterator[Any]) -> Iterator[Any]:
        """Yield the steps of a reader, counting the time of the reader but not that of the caller.

        Raises:
            CorpusError: the reader took too long.
        """
        while True:
            self._since = self._clock()
            step = next(steps, None)
            self._spent += self._clock() - self._since
            self._check_time(self._spent)
            if step is None:
                return
            yield step

    def _check_bytes(self, count: int) -> None:
        if count > _FREE_BYTES + _BYTES_A_BYTE * self._read:
            reason = f"gives more than {_BYTES_A_BYTE} times its bytes, as what was made to fill a disk does"
            raise CorpusError(self._where, "budget", reason, ends_source=True)

    def _check_time(self, spent: float) -> None:
        if spent > self.seconds:
            reason = f"takes more than {round(self.seconds):,} s of the processor for its size"
            raise CorpusError(self._where, "budget", reason, ends_source=True)


def size_of(fields: Mapping[str, Any]) -> int:
    """The bytes of some fields: texts in UTF-8, eight for a number; over the limit for too many values."""
    size, parts = 0, 0
    waiting: list[Any] = [fields]
    while waiting:
        value = waiting.pop()
        parts += 1
        if isinstance(value, str):
            size += len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
        elif isinstance(value, bytes):
            size += len(value)
        elif isinstance(value, Mapping):
            waiting += value.keys()
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
        else:
            size += 8
    return size if parts <= 2 * MAX_PARTS else MAX_BYTES + 1


MEMORY: Final = 448 << 20
"""Most bytes of memory of a limited process."""

_ENVIRONMENT: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
"""Without these, libraries reserve more memory than they use, and the system counts reserved memory."""
_PROGRAM: Final = "from onneshon.index.ingest.budget import main; main()"


def in_a_limited_process(
    function: Callable[..., Iterator[Any]], *arguments: Any, seconds: float
) -> Iterator[Any]:
    """Run a function in a process with limited memory and time, and yield its results one by one.

    Args:
        function: a function at the top level of a module.
        arguments: its arguments; arguments and results are pickled.
        seconds: the limit of processor time.

    Raises:
        ValueError: the function raised an exception, or exceeded a limit; the message says which.
    """
    command = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(  # noqa: S603  # this program itself
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as process:
        asked = cast("IO[bytes]", process.stdin)
        answer = cast("IO[bytes]", process.stdout)
        try:
            pickle.dump((function, arguments, max(1, round(seconds))), asked)
            asked.close()
            while True:
                found, fault = pickle.load(answer)  # noqa: S301  # of this program itself
                if fault is not None:
                    raise ValueError(fault)
                if found is None:
                    return
                yield found
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            raise ValueError(_why(process.wait(), seconds)) from None
        finally:
            process.kill()


def _why(code: int, seconds: float) -> str:
    """The reason why a process ended without reporting one."""
    if code == -signal.SIGXCPU:
        return f"takes more than {round(seconds)} s of the processor"
    return f"the process that reads it ended ({code}), out of {MEMORY >> 20} MiB of memory perhaps"


def main() -> None:
    """Run the function pickled on standard input, and write its results to standard output."""
    function, arguments, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301  # of this program itself
    out = sys.stdout.buffer
    sys.stdout = sys.stderr
    fault = None
    try:
        _limit(seconds)
        for found in function(*arguments):
            pickle.dump((found, None), out)
    except MemoryError:
        fault = f"needs more than {MEMORY >> 20} MiB of memory"
    except Exception as error:  # noqa: BLE001  # reported by the caller
        fault = (str(error) or type(error).__name__).splitlines()[0][:200]
    pickle.dump((None, fault), out)
    out.flush()


def _limit(seconds: int) -> None:
    """Set limits on this process, if the system supports them."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  # not on every system

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
