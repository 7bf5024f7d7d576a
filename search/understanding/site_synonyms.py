"""The synonyms of one index: those of a site, and those that it learned of its articles.

A site's are a file beside the index, merged over the shipped tables and read when it changes. What an index
learned stands below all tables: nothing of it counts for what a table has.
"""

import os
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from onneshon.index.storage.watched_file import LinesFile, WatchedFile
from onneshon.search.errors import SynonymError
from onneshon.search.understanding.synonyms import (
    Entry,
    Synonyms,
    parse_synonyms,
    shipped_synonyms,
    table_stems,
)

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


def with_learned(tables: Synonyms, learned: str) -> Synonyms:
    """The tables, and below them what an index learned, if anything, of words that they say nothing of."""
    if not learned:
        return tables
    known = {table_stems(entry.left) for entry in tables.entries}
    return Synonyms(
        (
            *(entry for entry in learned_entries(learned) if table_stems(entry.left) not in known),
            *tables.entries,
        )
    )


known_with_learned = lru_cache(_REMEMBERED)(with_learned)
"""The same of tables that are in force, which each query asks for."""


class SynonymsFile(LinesFile):
    """The file, to be changed; what it raises is ``SynonymError``."""

    error = SynonymError
    form = "`word, word` or `word => word`"

    def check(self, text: str, where: str) -> None:
        """Raises SynonymError where a line makes no sense."""
        parse_synonyms(text, where)


def accepted_line(entry: Entry) -> str:
    """The line by which a site takes over what its index learned."""
    return f"{entry.left}\t=\t{entry.right}\t{entry.kind}\taccepted"


def refused_line(entry: Entry) -> str:
    """The line by which it says no: of a word that a table has, nothing is learned, and a word is itself."""
    return f"{entry.left}\t>\t{entry.left}\t{entry.kind}\trefused"
