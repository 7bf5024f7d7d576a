"""The queue of operations to be published: a journal on the disk that loses no acknowledged operation.

    DIR/publishing/journal.lock
    DIR/publishing/journal/00000000000000000000.log   one operation a line, from this position on
    DIR/publishing/journal/00000000000016777216.log
    DIR/publishing/journal/acknowledged               the position up to which requests were acknowledged

Requests are appended and made durable (fsync) before ``append`` returns. A position is a number of bytes from
the beginning of the very first file of the journal; positions only grow, and the position of a request is the
end of its last line. A process killed while it appends leaves an incomplete request at the end, which was
never acknowledged: the next append cuts it off. Acknowledged requests are never cut off, even if they cannot
be read any more: they are then reported as lost. Several processes may append, one at a time; one reads.
"""

import contextlib
import os
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Final

from onneshon.index.errors import JournalError
from onneshon.index.publishing.operation import (
    Batch,
    BatchReader,
    Operation,
    encode_request,
    end_of_requests,
    read_line,
)
from onneshon.index.storage.durable import explain, file_lock, make_folder, sync_folder

SEGMENT_BYTES: Final = 16 << 20
"""Size of a file of the journal at which the next file is begun."""

KEPT_SECONDS: Final = 48 * 3600
"""Seconds that files whose operations are all in the index stay, so that they can be applied again."""

_DIGITS: Final = 20
"""Digits of a position in file names and in the file of the acknowledged position."""


class Journal:
    """The journal of an index directory; threads and processes may share it.

    Args:
        directory: the index directory; made if it is missing, for its owner only.
        floor: returns the position up to which all operations are in the index, so that no position is used
            twice if files of the journal are lost.
        segment_bytes: the size at which the next file is begun, see SEGMENT_BYTES.

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
        try:
            make_folder(directory)
            make_folder(self.folder)
        except OSError as error:
            raise JournalError(f"the queue cannot be made: {explain(error, self.folder)}") from error
        self._mark = _Mark(self.folder / "acknowledged")
        self._file_lock = file_lock(self.folder.with_name("journal.lock"))

    def append(self, operations: Sequence[Operation]) -> int:
        """Append the operations of a request, all or none, and make them durable.

        Returns:
            The position of the request.

        Raises:
            JournalError: the disk refused the request; no operation of it is queued.
        """
        content = encode_request(operations)
        try:
            with self._thread_lock, self._file_lock:
                return self._append(content)
        except OSError as error:
            raise JournalError(f"nothing was queued: {explain(error, self.folder)}") from error

    def append_after(self, position: int, make: Callable[[Sequence[Operation]], Sequence[Operation]]) -> int:
        """Append operations derived from those after a position; the journal stays locked in between.

        Args:
            position: the position of an operation; all operations after it are read.
            make: gets these operations in order and returns those to append; if it raises, none is appended.

        Returns:
            The position of the request.

        Raises:
            JournalError: the operations cannot be read, or the disk refused the request; nothing is queued.
        """
        try:
            with self._thread_lock, self._file_lock:
                found = BatchReader(position)
                for line, at in self._between(position, self._ends()):
                    found.take(line, at)
                return self._append(encode_request(make(found.batch().operations)))
        except OSError as error:
            raise JournalError(f"nothing was queued: {explain(error, self.folder)}") from error

    def _append(self, content: bytes) -> int:
        path, end = self._tail()
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            _write_durably(descriptor, content, end)
        finally:
            os.close(descriptor)
        position = _base(path) + end + len(content)
        self._mark.write(position)
        return position

    def _tail(self) -> tuple[Path, int]:
        """The file to append to, and the offset in it."""
        path, floor = self._last(), max(self._floor(), self._mark.read() or 0)
        if path is None:
            return self._begin(floor), 0
        end = self._sound_end(path)
        position = _base(path) + end
        if end >= self._segment_bytes or position < floor or not _ends_a_line(path, end):
            return self._begin(max(position, floor)), 0
        return path, end

    def _last(self) -> Path | None:
        segments = self._segments()
        return segments[-1] if segments else None

    def _segments(self) -> list[Path]:
        # ``glob`` would treat a folder that it has no permission to list as empty.
        return sorted(path for path in self.folder.iterdir() if path.suffix == ".log")

    def _begin(self, position: int) -> Path:
        path = self.folder / f"{position:020}.log"
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        sync_folder(self.folder)
        return path

    def _sound_end(self, path: Path) -> int:
        """The offset to append at, after all acknowledged requests; a torn request after these is cut off.

        If the acknowledged position is not known, all lines up to the last whole one count as acknowledged.
        """
        size, base, mark = path.stat().st_size, _base(path), self._mark.read()
        start = 0 if mark is None else min(max(mark - base, 0), size)
        end = start
        if start < size:
            behind = _content(path, start, size)
            end = start + end_of_requests(behind, base + start, every_line=mark is not None)
        if end < size:
            os.truncate(path, end)
        return end

    def read(self, position: int, end: int | None = None) -> Batch:
        """Read the operations after a position, as many as are published at once.

        A line that was altered on the disk is skipped and counted.

        Args:
            position: the position to begin after.
            end: the position of the last request to read; None for all.

        Raises:
            JournalError: the files cannot be read.
        """
        found = BatchReader(position)
        for line, at in self._lines(position):
            if end is not None and at > end:
                break
            found.take(line, at)
            if found.is_enough:
                break
        return found.batch()

    def _lines(self, position: int) -> Iterator[tuple[bytes, int]]:
        """The lines after a position, each with the position of its end; an empty line for lost ones."""
        try:
            with self._thread_lock, self._file_lock:  # so that no append is half done
                ends = self._ends()
            yield from self._between(position, ends)
        except OSError as error:
            raise JournalError(f"the queue cannot be read: {explain(error, self.folder)}") from error

    @staticmethod
    def _between(position: int, ends: list[tuple[Path, int]]) -> Iterator[tuple[bytes, int]]:
        """The lines after a position, as ``_lines``, in files of the given sizes."""
        reached = position
        for path, size in ends:
            base = _base(path)
            if base > reached > 0:  # from position 0 on, old files are missing on purpose
                yield b"", base
            if base + size > position:
                yield from _lines_of(path, max(position - base, 0), size)
            reached = max(position, base + size)

    def _ends(self) -> list[tuple[Path, int]]:
        segments = self._segments()
        if segments:
            self._sound_end(segments[-1])
        return [(path, path.stat().st_size) for path in segments]

    def end(self) -> int:
        """The position of the last operation.

        Raises:
            JournalError: the folder or the file cannot be read.
        """
        try:
            path = self._last()
            return _base(path) + path.stat().st_size if path else 0
        except OSError as error:
            raise JournalError(f"the queue cannot be read: {explain(error, self.folder)}") from error

    def waiting_since(self, position: int) -> str:
        """When the first operation after a position was received; empty if none was, or it is damaged."""
        for line, _ in self._lines(position):
            found = read_line(line)
            return found.operation.received if found else ""
        return ""

    def forget(self, position: int, now: float | None = None) -> None:
        """Remove files without operations after a position, once they are old; the last file stays."""
        oldest = (time.time() if now is None else now) - KEPT_SECONDS
        segments = self._segments()
        for path, following in pairwise(segments):
            if _base(following) <= position and path.stat().st_mtime < oldest:
                path.unlink()


def _base(path: Path) -> int:
    return int(path.stem)


class _Mark:
    """The position up to which requests were acknowledged, in a file that is written after each request.

    The file is not made durable: after a power cut the position may be too low, but never too high.

    Args:
        path: the path of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> int | None:
        """The position; None if it is not known."""
        try:
            content = self._path.read_bytes()
        except OSError:
            return None
        return int(content[:_DIGITS]) if content == _marked(content[:_DIGITS]) else None

    def write(self, position: int) -> None:
        """Write a position; if the disk refuses, an older position stays, which is valid too."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(descriptor, _marked(b"%020d" % position), 0)
            finally:
                os.close(descriptor)


def _marked(position: bytes) -> bytes:
    return b"%b %08x\n" % (position, zlib.crc32(position))


def _ends_a_line(path: Path, end: int) -> bool:
    """Whether an append there begins a line; damage may have removed the end of the last line."""
    return not end or _content(path, end - 1, end) == b"\n"


def _content(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(start)
        return stream.read(end - start)


def _lines_of(path: Path, start: int, size: int) -> Iterator[tuple[bytes, int]]:
    base = _base(path)
    with path.open("rb") as stream:
        stream.seek(start)
        while start < size and (line := stream.readline(size - start)):
            start += len(line)
            yield line, base + start


def _write_durably(descriptor: int, content: bytes, end: int) -> None:
    """Append to a file, and make it durable; if the disk refuses, the file is cut back to ``end``."""
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, end)
        raise
