"""The peer of SQLite's FTS5."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from benchmarks.speed.peer import HITS, LAYERS, Blocks, timed
from benchmarks.speed.queries import Asked
from benchmarks.speed.rows import Row

__all__ = ["SQLite"]

FILE = "articles.db"
COLUMNS = ", ".join(LAYERS)

# Everything but a space is part of a word, as the terms are separated already.
TOKENIZER = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
SELECT = f"SELECT articles.id FROM terms JOIN articles ON articles.rowid = terms.rowid WHERE terms MATCH ? ORDER BY rank LIMIT {HITS}"  # noqa: S608, E501 (all of it is ours)


class SQLite:
    """A contentless table of terms along with a table of articles; its scorer is BM25."""

    def build(self, directory: Path, blocks: Blocks, _: Path) -> float:
        """Index in one transaction, then merge into one segment."""
        database = sqlite3.connect(directory / FILE)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE articles (id TEXT, title TEXT, body TEXT)")
        database.execute(
            f"""CREATE VIRTUAL TABLE terms USING fts5({COLUMNS}, content='', tokenize="{TOKENIZER}")"""
        )
        numbers = iter(range(1, 1 << 62))

        def add(rows: list[Row]) -> None:
            numbered = [(next(numbers), *row) for row in rows]
            database.executemany(
                "INSERT INTO articles (rowid, id, title, body) VALUES (?, ?, ?, ?)",
                [row[:4] for row in numbered],
            )
            database.executemany(
                f"INSERT INTO terms (rowid, {COLUMNS}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 (as above)
                [(row[0], *row[4:]) for row in numbered],
            )

        def finish() -> None:
            database.execute("INSERT INTO terms (terms) VALUES ('optimize')")
            database.commit()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.close()

        return timed(blocks, add, finish)

    def open(self, directory: Path) -> None:
        """Open the database."""
        self.database = sqlite3.connect(directory / FILE)

    def prepare(self, query: Asked) -> Callable[[], list[str]]:
        """A query as the text of a MATCH."""
        match = _match(query)
        return lambda: [name for (name,) in self.database.execute(SELECT, (match,))]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _match(query: Asked) -> str:
    if query.kind == "phrase":
        return f"{{title_stem body_stem}} : {_quoted(query.stem)}"
    if query.kind == "prefix":
        return f"{{title_exact body_exact}} : {_quoted(query.exact)} *"
    pairs = zip(query.exact.split(" "), query.stem.split(" "), strict=True)
    words = (
        f"({{title_exact body_exact}} : {_quoted(exact)} OR {{title_stem body_stem}} : {_quoted(stem)})"
        for exact, stem in pairs
    )
    return (" AND " if query.kind.endswith("AND") else " OR ").join(words)
