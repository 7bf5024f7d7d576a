"""Lines of a site's file of synonyms, added and taken away; others stay as people wrote them."""

from pathlib import Path
from typing import NamedTuple

from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.watched_file import change_lock
from onneshon.search.errors import SynonymError
from onneshon.search.understanding.synonyms import Entry, lines_with_entries, parse_synonyms

__all__ = ["SynonymLine", "SynonymsFile", "accepted_line", "refused_line"]


class SynonymLine(NamedTuple):
    """A line that has entries.

    Attributes:
        number: of the line, from 1.
        text: as it is written.
    """

    number: int
    text: str


class SynonymsFile:
    """The file, to be changed; processes may share it.

    Args:
        path: of the file; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self) -> str:
        """All that it has.

        Raises:
            SynonymError: it cannot be read.
        """
        try:
            return self.path.read_text("utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise SynonymError(str(self.path), f"cannot be read: {error}") from error

    def lines(self) -> list[SynonymLine]:
        """The lines that have entries."""
        return [SynonymLine(number, line) for number, line in lines_with_entries(self.text())]

    def with_line(self, line: str) -> str:
        """What it would have with a line more.

        Raises:
            SynonymError: the line makes no sense.
        """
        if not parse_synonyms(line, "line") or len(line.splitlines()) != 1:
            raise SynonymError("line", "write `word, word` or `word => word` on one line")
        text = self.text()
        return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"

    def add(self, line: str) -> None:
        """Add a line, unless it is there.

        Raises:
            SynonymError: it makes no sense, or the file cannot be written.
        """
        with change_lock(self.path, self._unchanged):
            if line not in [known.text for known in self.lines()]:
                self._write(self.with_line(line))

    def remove(self, line: str) -> None:
        """Take a line away, wherever it stands by now.

        Raises:
            SynonymError: there is none, or the file cannot be written.
        """
        with change_lock(self.path, self._unchanged):
            every = self.text().splitlines()
            if line not in every:
                raise SynonymError(str(self.path), "this line is there no longer")
            every.remove(line)
            self._write("".join(f"{known}\n" for known in every))

    def _write(self, text: str) -> None:
        parse_synonyms(text, str(self.path))  # a file with a mistake is not made longer
        replace_file(self.path, text.encode())

    def _unchanged(self, reason: str) -> SynonymError:
        return SynonymError(str(self.path), f"is as it was: {reason}")


def accepted_line(entry: Entry) -> str:
    """The line by which a site takes over what its index learned."""
    return f"{entry.left}\t=\t{entry.right}\t{entry.kind}\taccepted"


def refused_line(entry: Entry) -> str:
    """The line by which it says no: of a word that a table has, nothing is learned, and a word is itself."""
    return f"{entry.left}\t>\t{entry.left}\t{entry.kind}\trefused"
