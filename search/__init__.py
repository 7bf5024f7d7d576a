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
from search.interface import FieldFilter, SearchEngine, SearchRequest
from search.results.values import Hit, MarkedArticle, Match, ResultPage, Snippet, Understanding
from search.retrieval.facets import Facet, FacetValue
from search.retrieval.verdict import Health
from search.understanding.unknown_values import UnknownValue

__all__ = [
    "Article",
    "ArticleNotFoundError",
    "BusyError",
    "Engine",
    "Explanation",
    "Facet",
    "FacetValue",
    "FieldFilter",
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
    "SearchEngine",
    "SearchRequest",
    "Snippet",
    "Stage",
    "Understanding",
    "UnknownValue",
    "ascii_host",
    "explain",
    "format_date",
    "format_integer",
]
