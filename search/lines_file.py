"""A table of a site as lines of text: some are added and taken away, others stay as people wrote them."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import ClassVar, Final, NamedTuple

from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.watched_file import change_lock
from onneshon.search.errors import TableError

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
        """All that it has.

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
