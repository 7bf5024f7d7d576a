"""The interface of a search engine, whichever implementation is behind it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol, Self, Unpack, runtime_checkable

from onneshon.index import Article
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.errors import BusyError
from onneshon.search.curation.pins import Pin
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import FilterField
from onneshon.search.request import SearchOptions, SearchRequest
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.results.understood import UnderstoodWord
from onneshon.search.results.values import MarkedArticle, ResultPage, SimilarArticle
from onneshon.search.retrieval.changes import Change, ChangeList, Place
from onneshon.search.understanding.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Health:
    """The state of an open index.

    Attributes:
        generation: the name of the generation.
        articles: the number of articles that can be found.
        verified: True once every byte has been checked against its checksum, ``running`` meanwhile.
        damage: the damage and what to do about it; empty while none is known.
        warning: why an older generation answers instead of the live one; empty where the live one does.
        settings: why the site's earlier settings are in force; empty where those now in its file are.
    """

    generation: str
    articles: int
    verified: bool | Literal["running"] = False
    damage: str = ""
    warning: str = ""
    settings: str = ""


class SearchEngine(Protocol):
    """What pages, programs and commands need of a search engine; ``search.Engine`` implements it."""

    @property
    def count(self) -> int:
        """The number of articles in the index."""

    @property
    def fields(self) -> Sequence[KeywordField]:
        """The site's own fields, those that it declares first: filters and facets like the built-in ones."""

    @property
    def configuration(self) -> Configuration:
        """The site's settings, from ``onneshon.toml``."""

    def search(self, request: SearchRequest, /) -> ResultPage:
        """A page of the articles that match.

        Raises:
            QueryError: the query cannot be run, the page is too far back, or the cursor belongs to another
                request or generation.
            BusyError: the request waited too long behind others.
        """

    def multi_search(self, requests: Sequence[SearchRequest], /) -> list[ResultPage | QueryError | BusyError]:
        """Each request's page, or the error that ``search`` would raise; all share the time limit of one."""

    def scan(self, request: SearchRequest, /) -> Iterator[Article]:
        """Every article that matches, in the request's order, read one at a time."""

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """Completions of a text that is being typed."""

    def similar(self, article_id: str, /, *, limit: int = 5) -> list[SimilarArticle]:
        """Articles on the same subject as the given one; raises ArticleNotFoundError."""

    def as_if(
        self, request: SearchRequest, /, *, synonyms: str | None = None, pins: Sequence[Pin] | None = None
    ) -> ResultPage:
        """The page that the search would give with these synonyms or pins instead of the site's."""

    @property
    def learned(self) -> str:
        """The table of synonyms that the index learned from its articles; empty where it learned none."""

    def understand(self, text: str, *, literal: bool = False) -> Sequence[UnderstoodWord]:
        """How each word of a query is understood."""

    def values(self, field: FilterField, /) -> list[str]:
        """The values of a field in the index, the most frequent first; none for dates and ids."""

    def author_name(self, name: str, /) -> str:
        """The name under which an author is counted, where articles spell the name in several ways."""

    def article(self, article_id: str, /) -> Article:
        """The article with that id; raises ArticleNotFoundError."""

    def marked(self, article_id: str, text: str, /, *, literal: bool = False) -> MarkedArticle:
        """Title and body with every match of the query highlighted; the query is parsed as by ``search``."""

    @property
    def edition(self) -> str:
        """A version string of all that decides answers besides the request; it changes when they may."""

    @property
    def health(self) -> Health:
        """The generation in use, and the known state of its files."""

    def verify(self) -> None:
        """Read the whole generation once; raises IndexCorruptError where it is damaged."""

    def reload(self) -> bool:
        """Move to a newer generation if there is one; return whether it did."""

    def close(self) -> None:
        """Close the index; later calls raise IndexStateError."""


@runtime_checkable
class DatedEngine(SearchEngine, Protocol):
    """An engine that knows when its articles were changed, as each of ours does."""

    def changes(
        self,
        since: int,
        until: int,
        *,
        after: Place | None = None,
        category: str | None = None,
        limit: int = 100,
    ) -> ChangeList:
        """Articles that were added, changed or deleted in a span of time, in the order of their changes."""

    def change(self, article_id: str, /) -> Change | None:
        """The last change of an article; None where there was never an article with that id."""

    @property
    def first_change(self) -> int:
        """The time in Unix seconds at which its first article was added; 0 where that is unknown."""


class OpenedEngine(SearchEngine, Protocol):
    """What ``open_engine`` returns: a search engine that ``with`` closes; it also takes text and options."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def search(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> ResultPage:
        """A page of the articles that match; the options are those of ``SearchRequest.of``."""

    def scan(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> Iterator[Article]:
        """Every article that matches, read one at a time; the options are those of ``SearchRequest.of``."""

    def rank(self, text: str, *, limit: int = 10, literal: bool = False) -> list[tuple[str, float]]:
        """The ids of the best articles and their scores, best first."""

    def explain(self, text: str, article_id: str, *, literal: bool = False) -> ScorePart:
        """Why an article has its score; raises ArticleNotFoundError."""

    def set_aside(self, aside: Callable[[], AbstractContextManager[object]]) -> None:
        """Run each costly query, its waiting included, inside a new context that ``aside`` makes."""
