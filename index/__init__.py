"""Articles in, an index directory out: reading corpora, Bengali analysis, and the index itself.

Knows nothing of queries, ranking, or HTML.

    from index import build, open_index

    build([Path("articles.jsonl")], Path("var/index"))
    with open_index(Path("var/index")) as reader:
        print(reader.count)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from index.article import Article
from index.errors import (
    ArticleNotFoundError,
    BuildError,
    CorpusError,
    IndexCorruptError,
    IndexLockedError,
    IndexMissingError,
    IndexOutdatedError,
    IndexStateError,
    OnneshonError,
    QueryError,
)

if TYPE_CHECKING:
    from index.analyzer import Token, analyze
    from index.builder import BuildReport, build
    from index.corpus import read_articles
    from index.reader import IndexReader, open_index

__all__ = [
    "Article",
    "ArticleNotFoundError",
    "BuildError",
    "BuildReport",
    "CorpusError",
    "IndexCorruptError",
    "IndexLockedError",
    "IndexMissingError",
    "IndexOutdatedError",
    "IndexReader",
    "IndexStateError",
    "OnneshonError",
    "QueryError",
    "Token",
    "analyze",
    "build",
    "open_index",
    "read_articles",
]

_LATER = {
    "BuildReport": "index.builder",
    "IndexReader": "index.reader",
    "Token": "index.analyzer",
    "analyze": "index.analyzer",
    "build": "index.builder",
    "open_index": "index.reader",
    "read_articles": "index.corpus",
}
"""Where the names are that need ICU, NumPy or Whoosh, which load when asked for."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
