"""Query text in, ranked hits out: parsing, ranking, snippets. Makes no HTML, and writes to no index.

from onneshon.search import Article, Engine

with Engine.of([Article(id="1", title="ভাষা আন্দোলন")]) as engine:
    print(engine.search("ভাষার আন্দোলন").hits[0].title)
"""

from onneshon.index import Article
from onneshon.index.analysis.icu_text import ascii_host, format_date, format_decimal, format_integer
from onneshon.index.analysis.trace import Explanation, Stage, explain
from onneshon.index.errors import (
    ArticleNotFoundError,
    BusyError,
    IndexCorruptError,
    IndexMissingError,
    IndexStateError,
    OnneshonError,
)
from onneshon.search.curation.pins import Pin, PinFile
from onneshon.search.engine.local_engine import Engine
from onneshon.search.errors import PinError, QueryError
from onneshon.search.interface import Health, OpenedEngine, SearchEngine
from onneshon.search.opening import open_engine, prepare
from onneshon.search.query.field_values import FieldFilter
from onneshon.search.query.reading import Ignored
from onneshon.search.request import SearchRequest
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.results.understood import (
    OtherReading,
    Reading,
    Understanding,
    UnderstoodWord,
    WordWriting,
)
from onneshon.search.results.values import Hit, MarkedArticle, Match, ResultPage, SimilarArticle, Snippet
from onneshon.search.retrieval.facets import Facet, FacetValue
from onneshon.search.understanding.suggestion import Suggestion
from onneshon.search.understanding.unknown_values import UnknownValue

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
    "Ignored",
    "IndexCorruptError",
    "IndexMissingError",
    "IndexStateError",
    "MarkedArticle",
    "Match",
    "OnneshonError",
    "OpenedEngine",
    "OtherReading",
    "Pin",
    "PinError",
    "PinFile",
    "QueryError",
    "Reading",
    "ResultPage",
    "ScorePart",
    "SearchEngine",
    "SearchRequest",
    "SimilarArticle",
    "Snippet",
    "Stage",
    "Suggestion",
    "Understanding",
    "UnderstoodWord",
    "UnknownValue",
    "WordWriting",
    "ascii_host",
    "explain",
    "format_date",
    "format_decimal",
    "format_integer",
    "open_engine",
    "prepare",
]
