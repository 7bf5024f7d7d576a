"""Peers of Onneshon: as it ships, and its writer alone with given terms."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.speed.given_tokens import GivenTokens
from benchmarks.speed.peer import HITS, Blocks, timed
from benchmarks.speed.queries import Asked
from benchmarks.speed.rows import Row
from onneshon.index import Article
from onneshon.index.indexer.builder import build
from onneshon.index.indexer.bulk_writer import BulkWriter
from onneshon.index.ranking import Basis
from onneshon.search import Engine
from onneshon.search.query.tree import Query
from onneshon.search.retrieval.budget import TimeBudget

__all__ = ["Onneshon", "OnneshonFinding", "OnneshonReading", "OnneshonTerms"]

NEWSPAPER = Basis(average_title=7.0, average_body=220.0)
"""Average lengths of the rows: with a basis, given terms are added once, without a look at the first."""


@dataclass
class Onneshon:
    """The whole engine: reading, Bengali analysis, index, checks; queries by ``Engine.rank``."""

    workers: int = 1
    engine: Engine = field(init=False)

    def build(self, directory: Path, _: Blocks, articles: Path) -> float:
        """Build from the file of articles, as `onneshon index build` does."""
        started = time.perf_counter()
        build([articles], directory, workers=self.workers)
        return time.perf_counter() - started

    def open(self, directory: Path) -> None:
        """Open the index."""
        self.engine = Engine.open(directory)

    def prepare(self, query: Asked) -> Callable[[], list[str]]:
        """A query as text, analysed and parsed in each run; a headline also gets its snippets."""
        if query.kind == "headline":
            return lambda: [hit.article.id for hit in self.engine.search(query.text, limit=HITS).hits]
        return lambda: [name for name, _ in self.engine.rank(query.text, limit=HITS)]


@dataclass
class OnneshonReading(Onneshon):
    """The work before any posting list is scored: from the text of a query to its tree."""

    def prepare(self, query: Asked) -> Callable[[], list[str]]:
        """A query as text, analysed, read and parsed in each run; nothing is searched."""

        def read() -> list[str]:
            with self.engine._reading() as state:  # noqa: SLF001 (a part of a search, that nobody asks for alone)
                self.tree(query.text, state, TimeBudget())
            return []

        return read

    def tree(self, text: str, state: Any, budget: TimeBudget) -> Query | None:
        """The query tree of a text in an open generation."""
        self.engine._admission.cost(text)  # noqa: SLF001 (a part of a search, that nobody asks for alone)
        return self.engine._parse(text, state, budget, literal=False).query  # noqa: SLF001


@dataclass
class OnneshonFinding(OnneshonReading):
    """The work once a query is read: from its tree to the ids of the best hits.

    Attributes:
        untimed_ns: the thread's time for reading the last query, in nanoseconds.
    """

    untimed_ns: int = 0

    def prepare(self, query: Asked) -> Callable[[], list[str]]:
        """A query that is read and then searched: if it were read earlier, its words would be cached."""

        def find() -> list[str]:
            started_ns = time.thread_time_ns()
            budget = TimeBudget()
            with self.engine._reading() as state:  # noqa: SLF001 (a part of a search, that nobody asks for alone)
                tree = self.tree(query.text, state, budget)
                self.untimed_ns = time.thread_time_ns() - started_ns
                best = self.engine._best(state, tree, HITS, budget) if tree else []  # noqa: SLF001
                return [name for name, _ in best]

        return find


@dataclass
class OnneshonTerms:
    """The writer of the index alone, with the terms that the peers get."""

    def build(self, directory: Path, blocks: Blocks, _: Path) -> float:
        """Index the given terms."""
        tokens = GivenTokens()
        writer = BulkWriter(directory, basis=NEWSPAPER, analyzer=tokens)

        def add(rows: list[Row]) -> None:
            for row in rows:
                tokens.give(row.title_exact.split(), row.title_stem.split())
                tokens.give(row.body_exact.split(), row.body_stem.split())
                writer.add(Article(row.id, row.title, row.body))

        return timed(blocks, add, writer.commit)

    def open(self, directory: Path) -> None:
        """Not supported: this peer only builds."""
        raise NotImplementedError

    def prepare(self, query: Asked) -> Callable[[], list[str]]:
        """Not supported: this peer only builds."""
        raise NotImplementedError
