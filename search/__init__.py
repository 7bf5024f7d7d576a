"""Query text in, ranked hits out: parsing, ranking, snippets. Makes no HTML and writes no index."""

from index import Article
from index.errors import (
    ArticleNotFoundError,
    BusyError,
    IndexCorruptError,
    IndexMissingError,
    IndexStateError,
    OnneshonError,
    QueryError,
)
from search.engine import Engine
from search.results import Hit, MarkedArticle, Match, ResultPage, Snippet, Understanding
from search.verdict import Health

__all__ = [
    "Article",
    "ArticleNotFoundError",
    "BusyError",
    "Engine",
    "Health",
    "Hit",
    "IndexCorruptError",
    "IndexMissingError",
    "IndexStateError",
    "MarkedArticle",
    "Match",
    "OnneshonError",
    "QueryError",
    "ResultPage",
    "Snippet",
    "Understanding",
]
