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

__all__ = [
    "Article",
    "ArticleNotFoundError",
    "BusyError",
    "Engine",
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
