"""What a search engine is to those who ask it, whoever answers."""

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
    """How an open index is.

    Attributes:
        generation: which build it is.
        articles: how many can be found.
        verified: True when every byte was read and found as it was built, ``running`` while that is done.
        damage: what is wrong and what to do; empty while nothing is known to be.
        warning: why an older generation answers in the place of the live one; empty where the live one does.
        settings: why what the site said before is in force; empty where what its file says now is.
    """

    generation: str
    articles: int
    verified: bool | Literal["running"] = False
    damage: str = ""
    warning: str = ""
    settings: str = ""


class SearchEngine(Protocol):
    """What pages, programs and commands ask of a search engine; ``search.Engine`` is one."""

    @property
    def count(self) -> int:
        """How many articles it searches."""

    @property
    def fields(self) -> Sequence[KeywordField]:
        """The fields of the site, those that it declares first: filters and facets as ours are."""

    @property
    def configuration(self) -> Configuration:
        """What the site says in ``onneshon.toml``."""

    def search(self, request: SearchRequest, /) -> ResultPage:
        """A page of the articles that match.

        Raises:
            QueryError: the query cannot be run, the page is too far back, or the cursor is not one of this
                request and this generation.
            BusyError: others kept it waiting too long.
        """

    def multi_search(self, requests: Sequence[SearchRequest], /) -> list[ResultPage | QueryError | BusyError]:
        """For each request its page, or the error that ``search`` would raise; all in the time of one."""

    def scan(self, request: SearchRequest, /) -> Iterator[Article]:
        """Every article that matches, in the order of the request, read one at a time."""

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """What goes on from a text that is being typed."""

    def similar(self, article_id: str, /, *, limit: int = 5) -> list[SimilarArticle]:
        """Articles on the same subject as one of them; raises ArticleNotFoundError."""

    def as_if(
        self, request: SearchRequest, /, *, synonyms: str | None = None, pins: Sequence[Pin] | None = None
    ) -> ResultPage:
        """The page that a search would give if the site's synonyms or its pins were others."""

    @property
    def learned(self) -> str:
        """The table of synonyms that the index learned of its articles; empty where it learned none."""

    def understand(self, text: str, *, literal: bool = False) -> Sequence[UnderstoodWord]:
        """How each word of a query is understood."""

    def values(self, field: FilterField, /) -> list[str]:
        """The values that articles have of a field, the most frequent first; of dates and ids none."""

    def author_name(self, name: str, /) -> str:
        """The name by which counts know an author, of whom articles may have several."""

    def article(self, article_id: str, /) -> Article:
        """The article of that id; raises ArticleNotFoundError."""

    def marked(self, article_id: str, text: str, /, *, literal: bool = False) -> MarkedArticle:
        """Title and body with everything marked that the query matches, read as ``search`` reads it."""

    @property
    def edition(self) -> str:
        """What decides its answers beside the request; a text that is another one once they may be others."""

    @property
    def health(self) -> Health:
        """Which generation answers, and what is known of its files."""

    def verify(self) -> None:
        """Read all of that generation, once; raises IndexCorruptError where it is damaged."""

    def reload(self) -> bool:
        """Move to a newer generation if there is one; says whether it did."""

    def close(self) -> None:
        """Let go of the index; asking afterwards raises IndexStateError."""


@runtime_checkable
class DatedEngine(SearchEngine, Protocol):
    """One that knows when its articles were changed: each of ours."""

    def changes(
        self,
        since: int,
        until: int,
        *,
        after: Place | None = None,
        category: str | None = None,
        limit: int = 100,
    ) -> ChangeList:
        """Articles that were put in, changed or taken out in a time, in the order of that."""

    def change(self, article_id: str, /) -> Change | None:
        """The last change of an article; None where there was never one of that id."""

    @property
    def first_change(self) -> int:
        """When the first of its articles was put in, in seconds of Unix; 0 where nobody knows."""


class OpenedEngine(SearchEngine, Protocol):
    """What ``open_engine`` gives: a search engine that ``with`` closes, asked by a text and options too."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def search(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> ResultPage:
        """A page of the articles that match; options as ``SearchRequest.of`` takes them."""

    def scan(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> Iterator[Article]:
        """Every article that matches, read one at a time; options as ``SearchRequest.of`` takes them."""

    def rank(self, text: str, *, limit: int = 10, literal: bool = False) -> list[tuple[str, float]]:
        """The ids of the best articles and their scores, best first."""

    def explain(self, text: str, article_id: str, *, literal: bool = False) -> ScorePart:
        """Why an article has its score; raises ArticleNotFoundError."""

    def set_aside(self, aside: Callable[[], AbstractContextManager[object]]) -> None:
        """Have each costly query wait and be answered in a context of its own, which ``aside`` makes."""
