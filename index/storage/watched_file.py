"""A file beside an index that people or programs write: read again when it changed; one change at a time."""

import logging
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final, Generic, NamedTuple, TypeVar

from filelock import FileLock, Timeout

from onneshon.index.errors import OnneshonError, TableError
from onneshon.index.file_stamp import FileStamp
from onneshon.index.storage.durable import explain, replace_file

_WAIT_SECONDS: Final = 10.0
"""How long a change waits for another one, which takes milliseconds."""


@contextmanager
def change_lock(path: Path, error: Callable[[str], OnneshonError]) -> Iterator[None]:
    """Hold the right to change a file; threads and processes may ask for it.

    Args:
        path: of the file; it need not be there.
        error: makes what is raised of a reason why the file stays as it was.

    Raises:
        OnneshonError: made by ``error``: another process changes it still, or the disk refused the lock or
            what was written under it.
    """
    lock = FileLock(path.with_suffix(".lock"), thread_local=False, fallback_to_soft=False)
    try:
        with lock.acquire(timeout=_WAIT_SECONDS):
            yield
    except Timeout:
        raise error(f"another process is changing {path}: try again") from None
    except OSError as refused:
        raise error(explain(refused, path)) from refused


log = logging.getLogger(__name__)

RECHECK_SECONDS: Final = 1.0
"""The file is looked at no more often than this."""

ContentT = TypeVar("ContentT")


class WatchedFile(ABC, Generic[ContentT]):
    """What a file says; may be asked from several threads.

    A file that makes no sense changes nothing: what was read last stays in use, and ``fault`` and the log
    say why.

    Args:
        path: the file; it may be missing, and come or go at any time.
        nothing: what counts where there is no file.
        clock: seconds that only grow.
        stat: how the state of a file is asked; raises OSError where there is none.

    Attributes:
        path: as given.
        fault: why the file makes no sense; None while it does.
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
        """What the file says, read now.

        Raises:
            OnneshonError: it cannot be read or makes no sense.
        """

    def current(self) -> ContentT:
        """What the file says now, or said ``RECHECK_SECONDS`` ago at most."""
        if self._clock() >= self._due and self._lock.acquire(blocking=False):
            try:
                self._refresh()
                self._due = self._clock() + RECHECK_SECONDS
            finally:
                self._lock.release()
        return self._content

    @property
    def version(self) -> str:
        """Which file that is of: another text once it was written, came or went."""
        self.current()
        return repr(self._state)

    def look_again(self) -> None:
        """Have the next question look at the file, as this very process has written it."""
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
"""Why a line cannot be taken away that somebody else took away."""


class TableLine(NamedTuple):
    """A line that says something.

    Attributes:
        number: of the line, from 1.
        text: as it is written.
    """

    number: int
    text: str


def lines_with_entries(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a table that are neither empty nor comments, each with its number from 1."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


class LinesFile(ABC):
    """The file, to be changed; processes may share it.

    Args:
        path: of the file; it need not be there.

    Attributes:
        error: what is raised.
        form: what a line looks like.
    """

    error: ClassVar[type[TableError]]
    form: ClassVar[str]

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def check(self, text: str, where: str) -> None:
        """Raises what is wrong with a line of a text."""

    def text(self) -> str:
        """The whole content of the file.

        Raises:
            TableError: it cannot be read.
        """
        try:
            return self.path.read_text("utf-8-sig")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise self.error(str(self.path), f"cannot be read: {error}") from error

    def lines(self) -> list[TableLine]:
        """The lines that say something; raises TableError."""
        return [TableLine(*line) for line in lines_with_entries(self.text())]

    def with_line(self, line: str) -> str:
        """What it would have with a line more.

        Raises:
            TableError: the line makes no sense.
        """
        self.check(line, "line")
        if not list(lines_with_entries(line)) or len(line.splitlines()) != 1:
            raise self.error("line", f"write {self.form} on one line")
        text = self.text()
        return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"

    def add(self, line: str, instead_of: Collection[str] = ()) -> None:
        """Add a line, unless it is there.

        Args:
            line: to add.
            instead_of: lines that go in the same step.

        Raises:
            TableError: it makes no sense, or the file cannot be written.
        """
        with change_lock(self.path, self._unchanged):
            if line not in [known.text for known in self.lines()]:
                kept = self.with_line(line).splitlines()
                self._write("".join(f"{each}\n" for each in kept if each not in instead_of))

    def remove(self, line: str) -> None:
        """Take a line away, wherever it stands by now.

        Raises:
            TableError: there is none, or the file cannot be written.
        """
        with change_lock(self.path, self._unchanged):
            every = self.text().splitlines()
            if line not in every:
                raise self.error(str(self.path), GONE)
            every.remove(line)
            self._write("".join(f"{known}\n" for known in every))

    def _write(self, text: str) -> None:
        self.check(text, str(self.path))  # a file with a mistake is not made longer
        replace_file(self.path, text.encode())

    def _unchanged(self, reason: str) -> TableError:
        return self.error(str(self.path), f"is as it was: {reason}")
