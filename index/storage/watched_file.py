"""Files next to an index that people or programs write: read again after a change, changed under a lock."""

import logging
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final, Generic, NamedTuple, TypeVar

from filelock import Timeout

from onneshon.index.errors import OnneshonError, TableError
from onneshon.index.file_stamp import FileStamp
from onneshon.index.storage.durable import explain, file_lock, replace_file

_WAIT_SECONDS: Final = 10.0
"""How long a change waits for the lock of another change, which takes milliseconds."""


@contextmanager
def change_lock(path: Path, error: Callable[[str], OnneshonError]) -> Iterator[None]:
    """Lock a file for a change, against other threads and processes.

    Args:
        path: the path of the file, which need not exist.
        error: makes the exception to raise from the reason why the file is unchanged.

    Raises:
        OnneshonError: made by ``error``: another process is still changing the file, or the disk refused the
            lock or a write under it.
    """
    try:
        with file_lock(path.with_suffix(".lock")).acquire(timeout=_WAIT_SECONDS):
            yield
    except Timeout:
        raise error(f"another process is changing {path}: try again") from None
    except OSError as refused:
        raise error(explain(refused, path)) from refused


log = logging.getLogger(__name__)

RECHECK_SECONDS: Final = 1.0
"""The least seconds between two checks of whether the file has changed."""

ContentT = TypeVar("ContentT")


class WatchedFile(ABC, Generic[ContentT]):
    """The parsed content of a file, kept up to date; threads may share it.

    An invalid file changes nothing: the content that was read last stays in use, and ``fault`` and the log
    say why.

    Args:
        path: the file's path; the file may be missing, and appear or disappear at any time.
        nothing: the content where there is no file.
        clock: a monotonic clock, in seconds.
        stat: reads the state of a file; raises OSError where there is no file.

    Attributes:
        path: the path as given.
        fault: why the file is invalid; None while it is valid.
    """

    def __init__(
        self,
        path: Path,
        nothing: ContentT,
        *,
        clock: Callable[[], float] = time.monotonic,
        stat: Callable[[Path], os.stat_result] = os.stat,
    ) -> None:
        self.path = path
        self._nothing = nothing
        self._content = nothing
        self._clock = clock
        self._stat = stat
        self._lock = threading.Lock()
        self._due = float("-inf")
        self._state: FileStamp | None = None
        self.fault: OnneshonError | None = None

    @abstractmethod
    def read(self) -> ContentT:
        """Read and parse the file.

        Raises:
            OnneshonError: the file cannot be read or is invalid.
        """

    def current(self) -> ContentT:
        """The content of the file, at most ``RECHECK_SECONDS`` old."""
        if self._clock() >= self._due and self._lock.acquire(blocking=False):
            try:
                self._refresh()
                self._due = self._clock() + RECHECK_SECONDS
            finally:
                self._lock.release()
        return self._content

    @property
    def version(self) -> str:
        """The version of that content: a text that differs once the file is written, made or removed."""
        self.current()
        return repr(self._state)

    def look_again(self) -> None:
        """Have the next call of ``current`` check the file, as this process has just written it."""
        self._due = float("-inf")

    def _refresh(self) -> None:
        state = FileStamp.of(self.path, self._stat)
        if state == self._state:
            return
        self._state = state
        try:
            self._content = self.read() if state else self._nothing
        except OnneshonError as error:
            self.fault = error
            log.warning("%s; what it said before stays in use", error)
        else:
            self.fault = None


GONE: Final = "this line is there no longer"
"""The message where a line to be removed was already removed by somebody else."""


class TableLine(NamedTuple):
    """A line with an entry.

    Attributes:
        number: the number of the line, from 1.
        text: the line as it is written.
    """

    number: int
    text: str


def lines_with_entries(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a table that are neither empty nor comments, each with its number from 1."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


class LinesFile(ABC):
    """A table file, one entry a line, to be changed; processes may share it.

    Args:
        path: the file's path; the file need not exist.

    Attributes:
        error: the class of the exceptions raised.
        form: a description of what a line looks like.
    """

    error: ClassVar[type[TableError]]
    form: ClassVar[str]

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def check(self, text: str, where: str) -> None:
        """Check all lines of a text; raises a TableError for an invalid one."""

    def text(self) -> str:
        """The whole content of the file.

        Raises:
            TableError: the file cannot be read.
        """
        try:
            return self.path.read_text("utf-8-sig")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise self.error(str(self.path), f"cannot be read: {error}") from error

    def lines(self) -> list[TableLine]:
        """The lines that have an entry; raises TableError."""
        return [TableLine(*line) for line in lines_with_entries(self.text())]

    def with_line(self, line: str) -> str:
        """The content that the file would have with one more line.

        Raises:
            TableError: the line is invalid.
        """
        self.check(line, "line")
        if not list(lines_with_entries(line)) or len(line.splitlines()) != 1:
            raise self.error("line", f"write {self.form} on one line")
        text = self.text()
        return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"

    def add(self, line: str, instead_of: Collection[str] = ()) -> None:
        """Add a line, unless the file has it.

        Args:
            line: the line to add.
            instead_of: the lines to remove in the same step.

        Raises:
            TableError: the line is invalid, or the file cannot be written.
        """
        with change_lock(self.path, self._unchanged):
            if line not in [known.text for known in self.lines()]:
                kept = self.with_line(line).splitlines()
                self._write("".join(f"{each}\n" for each in kept if each not in instead_of))

    def remove(self, line: str) -> None:
        """Remove a line, wherever it is now.

        Raises:
            TableError: there is no such line, or the file cannot be written.
        """
        with change_lock(self.path, self._unchanged):
            every = self.text().splitlines()
            if line not in every:
                raise self.error(str(self.path), GONE)
            every.remove(line)
            self._write("".join(f"{known}\n" for known in every))

    def _write(self, text: str) -> None:
        self.check(text, str(self.path))  # nothing is written while the file has a mistake
        replace_file(self.path, text.encode())

    def _unchanged(self, reason: str) -> TableError:
        return self.error(str(self.path), f"is as it was: {reason}")
