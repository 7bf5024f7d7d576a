"""What reading one source may cost: how much it may give for its size, and how long that may take."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.streams import MAX_BYTES

MAX_COLUMNS: Final = 10_000
"""Most columns of a table."""

MAX_PARTS: Final = 200_000
"""Most values of a record in JSON or a table, and signs of the markup of a page."""

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
