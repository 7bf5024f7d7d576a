"""The results of a search: frozen values without a reference to the index they came from."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

from onneshon.index import Article
from onneshon.index.analysis.control_characters import visible
from onneshon.index.json_form import OMITTED, Digits, json_members, to_json
from onneshon.search.query.reading import Ignored
from onneshon.search.reranking.ranker import Sort
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.results.understood import Reading, Understanding
from onneshon.search.retrieval.budget import PartialReason
from onneshon.search.retrieval.facets import Facet, FacetName, FacetValue
from onneshon.search.understanding.unknown_values import UnknownValue

MatchKind = Literal["exact", "inflection", "sound", "synonym"]
"""How a word of the text matches: হুবহু as typed, রূপভেদ in another form or spelling, উচ্চারণ by its sound,
সমার্থক as another word for the same."""


@dataclass(frozen=True, slots=True)
class Match:
    """A marked range of a text.

    Attributes:
        start: offset of the first code point, at the border of a grapheme cluster.
        end: offset after the last code point, at the border of a grapheme cluster.
        layer: the way in which its words match.
    """

    start: int
    end: int
    layer: MatchKind = "exact"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text and the ranges in it to highlight; ranges are ordered, disjoint, and index ``text``."""

    text: str
    matches: tuple[Match, ...] = ()

    def pieces(self) -> Iterator[tuple[str, Match | None]]:
        """The pieces of the text in order, each with its match; None for pieces between matches."""
        done = 0
        for match in self.matches:
            yield self.text[done : match.start], None
            yield self.text[match.start : match.end], match
            done = match.end
        yield self.text[done:], None

    def html(self) -> str:
        """The snippet as HTML, escaped, with matches as ``<mark class="exact">`` or another layer's class."""
        return html_of((text, match.layer if match else None) for text, match in self.pieces())


def html_of(pieces: Iterable[tuple[str, str | None]], ids: Iterable[str] = ()) -> str:
    """The pieces of a text as HTML, escaped; the only place where markup is made from texts.

    Args:
        pieces: the pieces of the text in order, each with the class of its mark; None where it has none.
        ids: the ids of the marks, in order; further marks have none.
    """
    html, names = [], iter(ids)
    for text, kind in pieces:
        if not text:
            continue
        safe = escape(visible(text, isolated=True))
        if kind is not None:
            name = next(names, None)
            identity = "" if name is None else f' id="{escape(name)}"'
            safe = f'<mark class="{escape(kind)}"{identity}>{safe}</mark>'
        html.append(safe)
    return "".join(html)


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """The texts of an article with all matches of a query highlighted.

    Attributes:
        title: the whole title.
        body: the whole body.
        partial: whether a part was not searched: the time limit was reached, or the body is very long.
        has_words: whether the query has words to highlight; other queries only select articles.
    """

    title: Snippet
    body: Snippet
    partial: bool = False
    has_words: bool = True


Score: TypeAlias = Annotated[float, Digits(6)]


class WordCount(NamedTuple):
    """The number of articles that contain a word of the query."""

    word: str
    articles: int


_DESCRIBED: Final = ("id", "title", "date", "category", "author", "url", "lang", "keywords", "image")
"""The fields of an article in lists of hits: all but its body."""


@dataclass(frozen=True, slots=True)
class _OfArticle:
    """An article that is found, and its fields."""

    article: Article

    @property
    def id(self) -> str:
        """The article's id."""
        return self.article.id

    @property
    def title(self) -> str:
        """The article's title as stored."""
        return self.article.title

    @property
    def date(self) -> dt.date | None:
        """The article's day of publication, if known."""
        return self.article.date

    @property
    def category(self) -> str:
        """The article's category; empty where unknown."""
        return self.article.category

    @property
    def author(self) -> str:
        """The article's author; empty where unknown."""
        return self.article.author

    @property
    def url(self) -> str:
        """The address of the original; empty where unknown."""
        return self.article.url

    @property
    def lang(self) -> str:
        """The language of the article's texts."""
        return self.article.lang

    @property
    def keywords(self) -> Mapping[str, tuple[str, ...]]:
        """The values of further fields that the article has, by name."""
        return self.article.keywords

    @property
    def image(self) -> Annotated[str, OMITTED]:
        """The address of the article's picture; left out where it has none."""
        return self.article.image


@json_members(
    *_DESCRIBED,
    *("score", "marked_title", "snippet", "layers", "missing", "read_as", "alike", "pinned", "explanation"),
    without=("article",),
)
@dataclass(frozen=True, slots=True)
class Hit(_OfArticle):
    """An article that matches.

    Attributes:
        article: the article, with its texts as stored.
        score: higher is better; comparable within one search only.
        marked_title: the whole title with highlights.
        snippet: the best passage or passages of the body with highlights.
        layers: for each word of the query that matches, the best way in which it does.
        alike: the number of near-duplicates that are not shown, as far as they were ranked.
        pinned: whether an editor put it before the others.
        explanation: why it has its score; None where that was not asked for.
        missing: the words of the query that it lacks, except function words.
        read_as: for each word found in another reading than the first of the page's, these readings.
    """

    score: Score
    marked_title: Snippet
    snippet: Snippet
    layers: dict[str, MatchKind]
    alike: int = 0
    explanation: Annotated[ScorePart | None, OMITTED] = None
    missing: tuple[str, ...] = ()
    read_as: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    pinned: bool = False

    @property
    def body(self) -> str:
        """The article's body as stored."""
        return self.article.body

    def to_dict(self) -> dict[str, Any]:
        """The hit as JSON-ready values: the article's fields without its body, and those of the hit."""
        return to_json(self)

    def facts(self) -> dict[str, Any]:
        """The article's fields except its body, such as title and date, without empty ones; JSON-ready."""
        return {name: value for name, value in self.to_dict().items() if name in _DESCRIBED and value}


@json_members(*_DESCRIBED, "score", without=("article",))
@dataclass(frozen=True, slots=True)
class SimilarArticle(_OfArticle):
    """An article on the same subject as another.

    Attributes:
        article: the article, with its texts as stored.
        score: higher is more similar; comparable only among the results for one article.
    """

    score: Score

    def to_dict(self) -> dict[str, Any]:
        """The article's fields without its body, and the score, as JSON-ready values."""
        return to_json(self)


@json_members(
    *(
        "query",
        "total",
        "total_is_exact",
        "grouped",
        "total_all",
        "lacking_from",
        "offset",
        "limit",
        "took_ms",
        "partial",
    ),
    "partial_reason",
    *(
        "understanding",
        "quotation",
        "readings",
        "authors",
        "unknown_fields",
        "ignored",
        "suggestions",
        "counts",
        "sort",
        "freshness",
    ),
    *("cursor", "facets", "facets_more", "facets_are_exact", "unknown", "hits"),
    counts="word_counts",
    facets="facet_values",
)
@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of ranked hits.

    Attributes:
        query: the query searched: that typed, except where ``quotation`` is set or it was ``unfinished``.
        hits: the hits, best first, at most ``limit``.
        total: the number of articles that match, hidden near-duplicates included.
        total_all: the number of these that contain every word of the query in some variant; all of them
            where the query has no words.
        offset: the number of hits before this page.
        limit: the most hits of a page.
        took_ms: milliseconds the search took.
        understanding: set when Latin or misspelt words were read as Bengali ones and searched as those, or
            the query was typed in the encoding of a Bijoy font.
        suggestions: other queries the reader may have meant, best first, such as the words of a quotation
            that no article contains; never searched automatically.
        counts: for each word of the query, the number of articles with it (shown when nothing is found).
        partial: whether something was left out, so that better hits, counts, marks and suggestions may lack.
        partial_reason: why: ``time``, the time limit was reached; ``part``, a part of the index did not
            answer, such as one that was on a node of a cluster that is gone.
        grouped: the number of articles in the total hidden as near-duplicates, as far as they were ranked.
        readings: the reading of each Latin or misspelt word, and its other possible readings.
        unknown_fields: names before a colon that are no field, and were ignored.
        ignored: the parts that were ignored or not taken for what they look like, with their offsets.
        sort: the order of the hits; ties are in the order of their ids.
        freshness: days in which an article lost half of its score; None for no such loss.
        cursor: leads to the next page; None at the end.
        facets: the facets by name.
        unknown: values of filters that no article has.
        authors: the authors whose name is in the query; their articles match the name too.
        lacking_from: the index of the first hit of this page from which on every hit, here and on all later
            pages, lacks a word of the query; None where there is none or it is unknown. Only by relevance.
        total_is_exact: False where counting stopped at ``total``, so that more may match; ``total_all`` is
            then exact where it is less.
        quotation: the query as typed, in quotation marks, where no article has these words adjacent, so
            that ``query``, the words alone, was searched instead; empty otherwise.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    offset: int
    limit: int
    took_ms: Annotated[float, Digits(3)]
    understanding: Understanding | None = None
    suggestions: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    partial: bool = False
    partial_reason: Annotated[PartialReason | None, OMITTED] = None
    grouped: int = 0
    readings: tuple[Reading, ...] = ()
    unknown_fields: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    total_all: int = 0
    sort: Sort = "relevance"
    freshness: float | None = None
    cursor: str | None = None
    facets: Mapping[FacetName, Facet] = field(default_factory=lambda: MappingProxyType({}))
    unknown: tuple[UnknownValue, ...] = ()
    lacking_from: int | None = None
    authors: tuple[str, ...] = ()
    total_is_exact: bool = True
    quotation: Annotated[str, OMITTED] = ""

    @property
    def word_counts(self) -> tuple[WordCount, ...]:
        """For each word of the query, the number of articles that contain it."""
        return tuple(WordCount(*count) for count in self.counts)

    @property
    def facet_values(self) -> dict[FacetName, tuple[FacetValue, ...]]:
        """The values of each facet."""
        return {name: facet.values for name, facet in self.facets.items()}

    @property
    def facets_more(self) -> dict[FacetName, int]:
        """For each facet, the number of further values."""
        return {name: facet.more for name, facet in self.facets.items()}

    @property
    def facets_are_exact(self) -> bool:
        """Whether facets count all that matches; otherwise a sample of it."""
        return all(facet.exact for facet in self.facets.values())

    def __iter__(self) -> Iterator[Hit]:
        """Iterate over the hits."""
        return iter(self.hits)

    def __len__(self) -> int:
        """The number of hits on this page; ``total`` counts all that match."""
        return len(self.hits)

    def divided(self, complete: int | None) -> "ResultPage":
        """The page with ``lacking_from`` set.

        Args:
            complete: the number of hits, over all pages, up to the last whose group has an article with
                every word; None where that is unknown.
        """
        if complete is None or self.partial or self.sort != "relevance":
            return self
        index = max(complete - self.offset, 0)
        return replace(self, lacking_from=index) if index < len(self.hits) else self

    def to_dict(self) -> dict[str, Any]:
        """The page as JSON-ready values."""
        return to_json(self)
