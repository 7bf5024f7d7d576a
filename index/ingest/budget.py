"""What reading a source may cost in bytes and time, of libraries too, which run in a process of their own."""

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
"""Most values of a record in JSON or a table, and signs of the markup of a page."""

MAX_DEPTH: Final = 1_000
"""Most elements of a document or a page that are within each other."""

REQUEST_SECONDS: Final = 60.0
"""Seconds from asking a server to the last byte of its answer."""

LIST_BYTES: Final = 50 << 20
"""Bytes of a sitemap or a feed, as many as the format allows."""

MOST_LISTS: Final = 1_000
"""Most sitemaps of a site."""

_FREE_BYTES: Final = 256 << 20
_BYTES_A_BYTE: Final = 200
"""Limit of the bytes that a source gives: _FREE_BYTES + _BYTES_A_BYTE x bytes read."""
_FREE_SECONDS: Final = 300.0
_BYTES_A_SECOND: Final = 64 << 10
"""Limit of its processor time in seconds: _FREE_SECONDS + bytes / _BYTES_A_SECOND."""


def crawl_bytes(asked: int) -> int:
    """Bytes that a site may send in one crawl, for the number of answers so far."""
    return _FREE_BYTES + asked * (1 << 20)


class Budget:
    """Counts what one source gives and takes; all that is read goes through it, whatever the format.

    Args:
        where: the source, for messages.
        clock: of the processor, in seconds; another thread's time does not count.
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
        """How long reading it may take, as far as it was read."""
        return _FREE_SECONDS + max(self._read, self._unpacked) / _BYTES_A_SECOND

    def read(self, count: int) -> None:
        """Bytes came, of a file as it is or of a database."""
        self._read += count

    def unpacked(self, count: int) -> None:
        """Bytes came out of a compression, or as they are.

        Raises:
            CorpusError: there are too many of them, or they took too long.
        """
        self._unpacked += count
        self._check_bytes(self._unpacked)
        self._check_time(self._spent + self._clock() - self._since)

    def given(self, size: int) -> None:
        """A record was made.

        Args:
            size: bytes of it.

        Raises:
            CorpusError: there are too many of them in all records.
        """
        self._given += size
        self._check_bytes(self._given)

    def during(self, steps: Iterator[Any]) -> Iterator[Any]:
        """Each step of a reader, whose time counts; that of whoever asks for them does not.

        Raises:
            CorpusError: they took too long.
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
    """Bytes of some fields: of texts in UTF-8, of numbers eight; of too many values more than may be."""
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
"""Bytes that such a process may have of its own."""

_ENVIRONMENT: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
"""Without these, libraries ask for more memory than they use, and the system counts what is asked for."""
_PROGRAM: Final = "from onneshon.index.ingest.budget import main; main()"


def in_a_limited_process(
    function: Callable[..., Iterator[Any]], *arguments: Any, seconds: float
) -> Iterator[Any]:
    """What a function gives, one by one, run where neither its memory nor its time can be more than it may.

    Args:
        function: of a module.
        arguments: of the function; they and what it gives are pickled.
        seconds: of the processor.

    Raises:
        ValueError: the function raised something, or needs more than it may have; the message says which.
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
    """Why a process ended before it said so."""
    if code == -signal.SIGXCPU:
        return f"takes more than {round(seconds)} s of the processor"
    return f"the process that reads it ended ({code}), out of {MEMORY >> 20} MiB of memory perhaps"


def main() -> None:
    """Run what standard input says, and write what it gives to standard output."""
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
    except Exception as error:  # noqa: BLE001  # reported by whoever asked
        fault = (str(error) or type(error).__name__).splitlines()[0][:200]
    pickle.dump((None, fault), out)
    out.flush()


def _limit(seconds: int) -> None:
    """Ask the system for limits, where it knows of any."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  # not on every system

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
