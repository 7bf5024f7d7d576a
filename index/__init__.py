"""Articles in, an index directory out: reading corpora, Bengali analysis, and the index itself.

Knows nothing of queries, ranking, or HTML.

    from onneshon.index import build, open_index

    build([Path("articles.jsonl")], Path("var/index"))
    with open_index(Path("var/index")) as reader:
        print(reader.count)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from onneshon.index.article import Article
from onneshon.index.errors import (
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
    from onneshon.index.analysis.analyzer import Token, analyze
    from onneshon.index.configuration import Configuration
    from onneshon.index.configuration_file import read_configuration
    from onneshon.index.indexer.builder import build
    from onneshon.index.indexer.write_job import BuildReport, UpdateReport
    from onneshon.index.ingest.corpus import read_articles
    from onneshon.index.ingest.crawling.address import SiteOptions
    from onneshon.index.ingest.crawling.crawl import CrawlReport, fetch_site
    from onneshon.index.ingest.readers.record import ReadingOptions
    from onneshon.index.storage.reader import IndexReader, open_index
    from onneshon.index.upkeep.index_writer import Commit, IndexWriter, open_writer
    from onneshon.index.upkeep.update import update

__all__ = [
    "Article",
    "ArticleNotFoundError",
    "BuildError",
    "BuildReport",
    "Commit",
    "Configuration",
    "ConfigurationError",
    "CorpusError",
    "CrawlReport",
    "IndexCorruptError",
    "IndexLockedError",
    "IndexMissingError",
    "IndexOutdatedError",
    "IndexReader",
    "IndexStateError",
    "IndexWriter",
    "OnneshonError",
    "ReadingOptions",
    "SiteOptions",
    "Token",
    "UpdateReport",
    "analyze",
    "build",
    "fetch_site",
    "open_index",
    "open_writer",
    "read_articles",
    "read_configuration",
    "update",
]

_LATER = {
    "BuildReport": "onneshon.index.indexer.builder",
    "Commit": "onneshon.index.upkeep.index_writer",
    "Configuration": "onneshon.index.configuration",
    "CrawlReport": "onneshon.index.ingest.crawling.crawl",
    "IndexReader": "onneshon.index.storage.reader",
    "IndexWriter": "onneshon.index.upkeep.index_writer",
    "ReadingOptions": "onneshon.index.ingest.readers.record",
    "SiteOptions": "onneshon.index.ingest.crawling.address",
    "Token": "onneshon.index.analysis.analyzer",
    "UpdateReport": "onneshon.index.upkeep.update",
    "analyze": "onneshon.index.analysis.analyzer",
    "build": "onneshon.index.indexer.builder",
    "fetch_site": "onneshon.index.ingest.crawling.crawl",
    "open_index": "onneshon.index.storage.reader",
    "open_writer": "onneshon.index.upkeep.index_writer",
    "read_articles": "onneshon.index.ingest.corpus",
    "read_configuration": "onneshon.index.configuration_file",
    "update": "onneshon.index.upkeep.update",
}
"""The modules of the names that need ICU, NumPy or Whoosh, imported on first access."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
