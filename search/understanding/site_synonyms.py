"""The synonyms of one index: those of a site, and those that it learned of its articles.

A site's are a file beside the index, merged over the shipped tables and read when it changes. What an index
learned stands below all tables: nothing of it counts for what a table has.
"""

import os
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.watched_file import WatchedFile, change_lock
from onneshon.search.errors import SynonymError
from onneshon.search.understanding.synonyms import (
    Entry,
    Synonyms,
    lines_with_entries,
    parse_synonyms,
    shipped_synonyms,
    table_stems,
)

__all__ = [
    "LEARNED",
    "MAX_BYTES",
    "SiteSynonyms",
    "SynonymLine",
    "SynonymsFile",
    "accepted_line",
    "learned_entries",
    "refused_line",
    "with_learned",
]

MAX_BYTES: Final = 8_000_000
"""A larger file is refused; 100,000 entries are smaller."""
LEARNED: Final = "learned"
"""Named as the file of such an entry, with its line."""
_REMEMBERED: Final = 4
"""Generations and editions of the site's table, of which a few are in use at a time."""


class SiteSynonyms(WatchedFile[Synonyms]):
    """The shipped synonyms with those of a file; may be asked from several threads.

    Args:
        path: the site's file; it may be missing, and come or go at any time.
        clock: seconds that only grow.
        stat: how the state of a file is asked; raises OSError where there is none.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        stat: Callable[[Path], os.stat_result] = os.stat,
    ) -> None:
        super().__init__(path, shipped_synonyms(), clock=clock, stat=stat)

    def read(self) -> Synonyms:
        """The shipped synonyms and those of the file, read now.

        Raises:
            SynonymError: the file cannot be read or a line of it makes no sense.
        """
        try:
            with self.path.open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return shipped_synonyms()
        except OSError as error:
            raise SynonymError(str(self.path), f"cannot be read: {error.strerror}") from error
        if len(raw) > MAX_BYTES:
            raise SynonymError(
                str(self.path), f"larger than {MAX_BYTES:,} bytes: leave out what is not asked for"
            )
        return shipped_synonyms().merged(parse_synonyms(_decoded(raw, self.path), str(self.path)))


def _decoded(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SynonymError(f"{path}:{line}", "not UTF-8: save the file as UTF-8") from error


@lru_cache(_REMEMBERED)
def learned_entries(table: str) -> tuple[Entry, ...]:
    """The entries of a table that an index has."""
    return tuple(parse_synonyms(table, LEARNED))


@lru_cache(_REMEMBERED)
def with_learned(tables: Synonyms, learned: str) -> Synonyms:
    """The tables, and below them what an index learned of words that they say nothing of."""
    known = {table_stems(entry.left) for entry in tables.entries}
    return Synonyms(
        (
            *(entry for entry in learned_entries(learned) if table_stems(entry.left) not in known),
            *tables.entries,
        )
    )


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
