"""The peer of Whoosh with its own codec, writer and searcher."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from whoosh import query as q
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage

from benchmarks.speed.peer import HITS, LAYERS, MEMORY_MB, Blocks, timed
from benchmarks.speed.queries import Asked
from benchmarks.speed.rows import Row

__all__ = ["StockWhoosh"]


def _schema() -> Schema:
    layers = {
        layer: TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=layer.endswith("stem")) for layer in LAYERS
    }
    return Schema(id=STORED, title=STORED, body=STORED, **layers)


class StockWhoosh:
    """Whoosh as it ships; its scorer is BM25F."""

    def build(self, directory: Path, blocks: Blocks, _: Path) -> float:
        """Index in one process and one segment."""
        writer = FileStorage(str(directory)).create_index(_schema()).writer(limitmb=MEMORY_MB)

        def add(rows: list[Row]) -> None:
            for row in rows:
                writer.add_document(**row._asdict())

        return timed(blocks, add, lambda: writer.commit(optimize=True))

    def open(self, directory: Path) -> None:
        """Open one searcher, which keeps its readers."""
        self.searcher = FileStorage(str(directory)).open_index().searcher()

    def prepare(self, query: Asked) -> Callable[[], list[str]]:
        """A query tree and a collector of the best hits."""
        tree = _tree(query)
        return lambda: [hit["id"] for hit in self.searcher.search(tree, limit=HITS)]


def _tree(query: Asked) -> Any:
    exact, stem = query.exact.split(" "), query.stem.split(" ")
    if query.kind == "phrase":
        return q.Or([q.Phrase("title_stem", stem), q.Phrase("body_stem", stem)])
    if query.kind == "prefix":
        return q.Or([q.Prefix("title_exact", query.exact), q.Prefix("body_exact", query.exact)])
    words = [
        q.Or([q.Term(layer, by_stem if layer.endswith("stem") else by_exact) for layer in LAYERS])
        for by_exact, by_stem in zip(exact, stem, strict=True)
    ]
    return q.And(words) if query.kind.endswith("AND") else q.Or(words)
