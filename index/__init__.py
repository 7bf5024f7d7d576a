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
    ConfigurationError,
    CorpusError,
    IndexCorruptError,
    IndexLockedError,
    IndexMissingError,
    IndexOutdatedError,
    IndexStateError,
    OnneshonError,
)

if TYPE_CHECKING:
    from index.analysis.analyzer import Token, analyze
    from index.configuration import Configuration, read_configuration
    from index.indexer.builder import BuildReport, build
    from index.ingest.corpus import read_articles
    from index.storage.reader import IndexReader, open_index

__all__ = [
    "Article",
    "ArticleNotFoundError",
    "BuildError",
    "BuildReport",
    "Configuration",
    "ConfigurationError",
    "CorpusError",
    "IndexCorruptError",
    "IndexLockedError",
    "IndexMissingError",
    "IndexOutdatedError",
    "IndexReader",
    "IndexStateError",
    "OnneshonError",
    "Token",
    "analyze",
    "build",
    "open_index",
    "read_articles",
    "read_configuration",
]

_LATER = {
    "BuildReport": "index.indexer.builder",
    "Configuration": "index.configuration",
    "IndexReader": "index.storage.reader",
    "Token": "index.analysis.analyzer",
    "analyze": "index.analysis.analyzer",
    "build": "index.indexer.builder",
    "open_index": "index.storage.reader",
    "read_articles": "index.ingest.corpus",
    "read_configuration": "index.configuration",
}
"""Where the names are that need ICU, NumPy or Whoosh, which load when asked for."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
