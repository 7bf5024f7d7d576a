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
    from index.ingest.readers.record import ReadingOptions
    from index.storage.reader import IndexReader, open_index
    from index.upkeep.index_writer import Commit, IndexWriter, open_writer
    from index.upkeep.update import UpdateReport, update

__all__ = [
    "Article",
    "ArticleNotFoundError",
    "BuildError",
    "BuildReport",
    "Commit",
    "Configuration",
    "ConfigurationError",
    "CorpusError",
    "IndexCorruptError",
    "IndexLockedError",
    "IndexMissingError",
    "IndexOutdatedError",
    "IndexReader",
    "IndexStateError",
    "IndexWriter",
    "OnneshonError",
    "ReadingOptions",
    "Token",
    "UpdateReport",
    "analyze",
    "build",
    "open_index",
    "open_writer",
    "read_articles",
    "read_configuration",
    "update",
]

_LATER = {
    "BuildReport": "index.indexer.builder",
    "Commit": "index.upkeep.index_writer",
    "Configuration": "index.configuration",
    "IndexReader": "index.storage.reader",
    "IndexWriter": "index.upkeep.index_writer",
    "ReadingOptions": "index.ingest.readers.record",
    "Token": "index.analysis.analyzer",
    "UpdateReport": "index.upkeep.update",
    "analyze": "index.analysis.analyzer",
    "build": "index.indexer.builder",
    "open_index": "index.storage.reader",
    "open_writer": "index.upkeep.index_writer",
    "read_articles": "index.ingest.corpus",
    "read_configuration": "index.configuration",
    "update": "index.upkeep.update",
}
"""Where the names are that need ICU, NumPy or Whoosh, which load when asked for."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
