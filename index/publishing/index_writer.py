"""The writer of an index, as publishing needs it: changes that become one generation, or none."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from index.article import Article
from index.errors import IndexMissingError
from index.indexer.builder import build
from index.storage.reader import open_index

__all__ = ["open_writer"]


class _Changes:
    """Changes to be made."""

    def __init__(self) -> None:
        self.changes: dict[str, Article | None] = {}

    def add(self, article: Article, /) -> None:
        """Put an article in, in place of any of its id."""
        self.changes[article.id] = article

    def delete(self, article_id: str, /) -> None:
        """Take an article out, if it is there."""
        self.changes[article_id] = None


@contextlib.contextmanager
def open_writer(directory: Path) -> Iterator[_Changes]:
    """Changes an index by building it again from what it stores.

    Raises:
        IndexStateError: it cannot be read or written.
    """
    changes = _Changes()
    yield changes
    build(_changed(directory, changes.changes), directory, strict=True, force=True, wait=5)


def _changed(directory: Path, changes: dict[str, Article | None]) -> Iterator[Article]:
    with contextlib.suppress(IndexMissingError), open_index(directory) as reader:
        for segment in reader.segments:
            for doc in range(segment.doc_count):
                article = segment.article(doc)
                if article.id not in changes:
                    yield article
    yield from (article for article in changes.values() if article)
