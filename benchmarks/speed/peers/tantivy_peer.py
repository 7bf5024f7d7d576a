"""The peer of tantivy, through its Python binding."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.speed.peer import HITS, LAYERS, Blocks, timed
from benchmarks.speed.queries import Asked
from benchmarks.speed.rows import Row

__all__ = ["Tantivy"]

BUFFER = 4_000_000_000
"""Bytes for postings that are not written yet; only what is needed is used, and tantivy allows few more.

The binding cannot merge on request, and tantivy by itself merges only eight or more segments of like size, so
all articles are written at once to get one segment. 100,000 need about 230 MB, and ten times as many at most
ten times as much."""


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for stored in ("title_text", "body_text"):
        builder.add_bytes_field(stored, stored=True)
    for layer in LAYERS:
        option = "position" if layer.endswith("stem") else "freq"
        builder.add_text_field(layer, tokenizer_name="whitespace", index_option=option)
    return builder.build()


class Tantivy:
    """One thread, one segment; its scorer is BM25."""

    def build(self, directory: Path, blocks: Blocks, _: Path) -> float:
        """Index with one thread.

        Raises:
            RuntimeError: the articles need more than the buffer, and so more than one segment.
        """
        opened = tantivy.Index(_schema(), path=str(directory))
        writer = opened.writer(BUFFER, 1)

        def add(rows: list[Row]) -> None:
            for row in rows:
                document = tantivy.Document(id=row.id, **{layer: getattr(row, layer) for layer in LAYERS})
                document.add_bytes("title_text", row.title.encode())
                document.add_bytes("body_text", row.body.encode())
                writer.add_document(document)

        def finish() -> None:
            writer.commit()
            writer.wait_merging_threads()

        seconds = timed(blocks, add, finish)
        opened.reload()
        if (segments := opened.searcher().num_segments) != 1:
            raise RuntimeError(f"tantivy made {segments} segments, and queries of one are to be compared")
        return seconds

    def open(self, directory: Path) -> None:
        """Open a searcher."""
        self.schema = _schema()
        self.searcher = tantivy.Index(self.schema, path=str(directory)).searcher()

    def prepare(self, query: Asked) -> Callable[[], list[str]]:
        """A query tree; hits are not counted, so that tantivy may skip blocks of postings."""
        tree = self._tree(query)
        find, fetch = self.searcher.search, self.searcher.doc
        return lambda: [
            str(fetch(address).get_first("id")) for _, address in find(tree, HITS, count=False).hits
        ]

    def _any(self, *clauses: Any) -> Any:
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])

    def _tree(self, query: Asked) -> Any:
        exact, stem = query.exact.split(" "), query.stem.split(" ")
        if query.kind == "phrase":
            return self._any(
                *(
                    tantivy.Query.phrase_query(self.schema, field, [*stem])
                    for field in ("title_stem", "body_stem")
                )
            )
        if query.kind == "prefix":
            pattern = re.escape(query.exact) + ".*"
            return self._any(
                *(
                    tantivy.Query.regex_query(self.schema, field, pattern)
                    for field in ("title_exact", "body_exact")
                )
            )
        words = [self._word(*keys) for keys in zip(exact, stem, strict=True)]
        if query.kind.endswith("AND"):
            return tantivy.Query.boolean_query([(tantivy.Occur.Must, word) for word in words])
        return self._any(*words)

    def _word(self, exact: str, stem: str) -> Any:
        keys = ((layer, stem if layer.endswith("stem") else exact) for layer in LAYERS)
        return self._any(*(tantivy.Query.term_query(self.schema, layer, key) for layer, key in keys))
