"""The queue of operations to be published: a journal on the disk that loses nothing acknowledged.

    DIR/publishing/journal.lock
    DIR/publishing/journal/00000000000000000000.log   a line an operation, from this position on
    DIR/publishing/journal/00000000000016777216.log

Lines are appended and made durable (fsync) before ``append`` returns. A position is a number of bytes from
the beginning of the first journal that ever was; positions only grow, and that of an operation is where its
line ends. A process killed while it appends leaves a torn line at the end, which nobody was told of: the next
to append cuts it off. Several processes may append, one at a time; one reads.
"""

import contextlib
import datetime as dt
import json
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Final, Self

from filelock import FileLock

from onneshon.index.article import Article
from onneshon.index.errors import JournalError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.ingest.records import json_object
from onneshon.index.storage.durable import explain, sync_folder

__all__ = ["KEPT_SECONDS", "SEGMENT_BYTES", "Batch", "Journal", "Operation", "latest"]

_CHECKED: Final = 9
"""Characters before the JSON of a line: eight of its sum, and a space."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do to an index.

    Attributes:
        id: of the article.
        record: the article as JSON, as ingest reads it; None to take the article out.
        client: name of the key with which it came.
        received: when, ISO 8601, UTC.
    """

    id: str
    record: str | None
    client: str = ""
    received: str = ""

    @classmethod
    def now(cls, article_id: str, record: str | None, client: str) -> Self:
        """One that was received at this moment."""
        return cls(article_id, record, client, dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"))

    def article(self, records: SiteRecords) -> Article | None:
        """The article to put in; None where it is to be taken out.

        Args:
            records: reads records as the site says.

        Raises:
            CorpusError: it is none, which was looked at before it was queued.
        """
        if self.record is None:
            return None
        where = f"article {self.id}"
        return records.read(json_object(self.record.encode(), where), where, self.id).article

    def encode(self) -> bytes:
        """As a line of the journal, with a sum by which a torn or altered one is known."""
        fields = {"id": self.id, "record": self.record, "client": self.client, "received": self.received}
        text = json.dumps(fields).encode()
        return b"%08x %b\n" % (zlib.crc32(text), text)

    @classmethod
    def decode(cls, line: bytes) -> Self | None:
        """Read what `encode` wrote; None where the line is torn or altered."""
        text = line[_CHECKED:].removesuffix(b"\n")
        if not line.endswith(b"\n") or line[:_CHECKED] != b"%08x " % zlib.crc32(text):
            return None
        return cls(**json.loads(text))


def latest(operations: Iterable[Operation]) -> list[Operation]:
    """Of several for one article the last, which undoes what the others did; in order."""
    return list({operation.id: operation for operation in operations}.values())


SEGMENT_BYTES: Final = 16 << 20
"""A file that is longer gets a successor."""

KEPT_SECONDS: Final = 48 * 3600
"""So long files stay whose operations are all in the index, so that they can be applied again."""

BATCH_OPERATIONS: Final = 1000
BATCH_BYTES: Final = 32 << 20
"""Most that is read, and then published, at once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Operations that follow each other.

    Attributes:
        operations: in the order in which they were appended.
        position: up to which they reach.
        damaged: lines among them that could not be read.
    """

    operations: tuple[Operation, ...]
    position: int
    damaged: int = 0


class Journal:
    """The journal of an index directory; threads and processes may share it.

    Args:
        directory: the index directory; made if need be, for its owner only.
        floor: tells up to which position all is in the index, so that none is given again should files of the
            journal be lost.
        segment_bytes: as SEGMENT_BYTES has it.

    Raises:
        JournalError: the folder cannot be made.
    """

    def __init__(
        self, directory: Path, floor: Callable[[], int] = int, *, segment_bytes: int = SEGMENT_BYTES
    ) -> None:
        self.folder = directory / "publishing" / "journal"
        self._floor = floor
        self._segment_bytes = segment_bytes
        self._thread_lock = Lock()
        self._known: tuple[Path, int] | None = None
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(f"the queue cannot be made: {explain(error, self.folder)}") from error
        lock = self.folder.with_name("journal.lock")
        self._file_lock = FileLock(lock, thread_local=False, fallback_to_soft=False)

    def append(self, operations: Sequence[Operation]) -> int:
        """Append operations, all or none, and make them durable.

        Returns:
            The position of the last.

        Raises:
            JournalError: the disk refused it; none of them is queued.
        """
        content = b"".join(operation.encode() for operation in operations)
        try:
            with self._thread_lock, self._file_lock:
                return self._append(content)
        except OSError as error:
            raise JournalError(f"nothing was queued: {explain(error, self.folder)}") from error

    def _append(self, content: bytes) -> int:
        path, end = self._tail()
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            _write_durably(descriptor, content, end)
        finally:
            os.close(descriptor)
        self._known = (path, end + len(content))
        return _base(path) + end + len(content)

    def _tail(self) -> tuple[Path, int]:
        """Which file to append to, and where in it."""
        path, floor = self._last(), self._floor()
        if path is None:
            return self._begin(floor), 0
        end = self._sound_end(path)
        position = _base(path) + end
        if end >= self._segment_bytes or position < floor:
            return self._begin(max(position, floor)), 0
        return path, end

    def _last(self) -> Path | None:
        segments = self._segments()
        return segments[-1] if segments else None

    def _segments(self) -> list[Path]:
        # Not by ``glob``, to which a folder that it may not list is an empty one.
        return sorted(path for path in self.folder.iterdir() if path.suffix == ".log")

    def _begin(self, position: int) -> Path:
        path = self.folder / f"{position:020}.log"
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        sync_folder(self.folder)
        return path

    def _sound_end(self, path: Path) -> int:
        """Where to append: behind the last whole line; a torn one behind it is cut off."""
        size = path.stat().st_size
        known_path, known = self._known or (None, 0)
        start = known if known_path == path and known <= size else 0
        with path.open("rb") as stream:
            stream.seek(start)
            end = start + _end_of_lines(stream.read(size - start))
        if end < size:
            os.truncate(path, end)
        self._known = (path, end)
        return end

    def read(self, position: int, end: int | None = None) -> Batch:
        """What was appended behind a position, as much as is published at once.

        A line that was altered on the disk is passed over and counted.

        Args:
            position: behind which to begin.
            end: position of the last operation that is wanted; None for all.

        Raises:
            JournalError: the files cannot be read.
        """
        operations: list[Operation] = []
        damaged = taken = 0
        for line, at in self._lines(position):
            if end is not None and at > end:
                break
            operation = Operation.decode(line)
            if operation is None:
                damaged += 1
            else:
                operations.append(operation)
            position, taken = at, taken + len(line)
            if len(operations) >= BATCH_OPERATIONS or taken >= BATCH_BYTES:
                break
        return Batch(tuple(operations), position, damaged)

    def _lines(self, position: int) -> Iterator[tuple[bytes, int]]:
        """Lines behind a position, each with the position of its end."""
        try:
            with self._thread_lock, self._file_lock:  # nobody is in the middle of appending
                ends = self._ends()
            for path, size in ends:
                base = _base(path)
                if base + size > position:
                    yield from _lines_of(path, max(position - base, 0), size)
        except OSError as error:
            raise JournalError(f"the queue cannot be read: {explain(error, self.folder)}") from error

    def _ends(self) -> list[tuple[Path, int]]:
        segments = self._segments()
        if segments:
            self._sound_end(segments[-1])
        return [(path, path.stat().st_size) for path in segments]

    def end(self) -> int:
        """The position of the last operation."""
        path = self._last()
        return _base(path) + path.stat().st_size if path else 0

    def waiting_since(self, position: int) -> str:
        """When the first operation behind a position was received; empty if there is none."""
        for line, _ in self._lines(position):
            operation = Operation.decode(line)
            return operation.received if operation else ""
        return ""

    def forget(self, position: int, now: float | None = None) -> None:
        """Remove files that hold nothing behind a position, once they are old; the last one stays."""
        oldest = (time.time() if now is None else now) - KEPT_SECONDS
        segments = self._segments()
        for path, following in pairwise(segments):
            if _base(following) <= position and path.stat().st_mtime < oldest:
                path.unlink()


def _base(path: Path) -> int:
    return int(path.stem)


def _end_of_lines(content: bytes) -> int:
    """Where the last line ends that can be read, if nothing but a torn one follows."""
    end = content.rfind(b"\n") + 1
    start = content.rfind(b"\n", 0, max(end - 1, 0)) + 1
    # A power cut may leave zeros, or anything, where a line was about to be: such an end is no line either.
    while end and Operation.decode(content[start:end]) is None:
        end, start = start, content.rfind(b"\n", 0, max(start - 1, 0)) + 1
    return end


def _lines_of(path: Path, start: int, size: int) -> Iterator[tuple[bytes, int]]:
    base = _base(path)
    with path.open("rb") as stream:
        stream.seek(start)
        while start < size and (line := stream.readline(size - start)):
            start += len(line)
            yield line, base + start


def _write_durably(descriptor: int, content: bytes, end: int) -> None:
    """Append to a file, and make it durable; what the disk refuses leaves nothing behind."""
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, end)
        raise
