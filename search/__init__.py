"""Query text in, ranked hits out: parsing, ranking, snippets. Makes no HTML and writes no index."""

from index import Article
from index.analysis.icu_text import ascii_host, format_date, format_integer
from index.analysis.trace import Explanation, Stage, explain
from index.errors import (
    ArticleNotFoundError,
    BusyError,
    IndexCorruptError,
    IndexMissingError,
    IndexStateError,
    OnneshonError,
)
from search.engine import Engine
from search.errors import QueryError
from search.results.values import (
    Hit,
    MarkedArticle,
    Match,
    OtherReading,
    Reading,
    ResultPage,
    Snippet,
    Understanding,
    UnderstoodWord,
    WordWriting,
)
from search.retrieval.verdict import Health

__all__ = [
    "Article",
    "ArticleNotFoundError",
    "BusyError",
    "Engine",
    "Explanation",
    "Health",
    "Hit",
    "IndexCorruptError",
    "IndexMissingError",
    "IndexStateError",
    "MarkedArticle",
    "Match",
    "OnneshonError",
    "OtherReading",
    "QueryError",
    "Reading",
    "ResultPage",
    "Snippet",
    "Stage",
    "Understanding",
    "UnderstoodWord",
    "WordWriting",
    "ascii_host",
    "explain",
    "format_date",
    "format_integer",
]
