"""What a search gives back: frozen values that know nothing of the index they came from."""

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
        start: first code point, at the border of a grapheme cluster.
        end: one past the last code point, at the border of a grapheme cluster.
        layer: how the words in it match.
    """

    start: int
    end: int
    layer: MatchKind = "exact"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text and the ranges in it to mark; ranges are ordered, disjoint, and index ``text``."""

    text: str
    matches: tuple[Match, ...] = ()

    def pieces(self) -> Iterator[tuple[str, Match | None]]:
        """The text in order, cut at the borders of its marks; None for what stands between them."""
        done = 0
        for match in self.matches:
            yield self.text[done : match.start], None
            yield self.text[match.start : match.end], match
            done = match.end
        yield self.text[done:], None

    def html(self) -> str:
        """As HTML: everything escaped, marks as ``<mark class="exact">``, or the class of another layer."""
        return html_of((text, match.layer if match else None) for text, match in self.pieces())


def html_of(pieces: Iterable[tuple[str, str | None]], ids: Iterable[str] = ()) -> str:
    """The pieces of a text in their order, as HTML: nothing else makes markup of texts, and so escapes it.

    Args:
        pieces: of the text; each with the class of its mark, None where it has none.
        ids: of the marks, in their order; marks beyond them have none.
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
    """The texts of an article with everything marked that a query matches.

    Attributes:
        title: the whole title.
        body: the whole body.
        partial: not all of it was looked at: the time allowed ran out, or the body is very long.
        has_words: the query asks for words, which can be found or not; others only select articles.
    """

    title: Snippet
    body: Snippet
    partial: bool = False
    has_words: bool = True


Score: TypeAlias = Annotated[float, Digits(6)]


class WordCount(NamedTuple):
    """How many articles hold a word of the query."""

    word: str
    articles: int


_DESCRIBED: Final = ("id", "title", "date", "category", "author", "url", "lang", "keywords", "image")
"""The fields of an article in lists of articles: all but its body."""


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
        """Where the original stands; empty where unknown."""
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
        marked_title: the whole title with its marks.
        snippet: the best passage or passages of the body with their marks.
        layers: for each word of the query that matches, the best way in which it does.
        alike: how many more articles say nearly the same and are not shown, as far as was looked.
        pinned: an editor put it before the others.
        explanation: why it has its score, where that was asked for.
        missing: the words of the query that it lacks; function words are not missed.
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
        """As JSON-ready values: the article's fields without its body, and what a hit adds to them."""
        return to_json(self)

    def facts(self) -> dict[str, Any]:
        """What is known of the article, title, day and such, and nothing that is empty; JSON-ready."""
        return {name: value for name, value in self.to_dict().items() if name in _DESCRIBED and value}


@json_members(*_DESCRIBED, "score", without=("article",))
@dataclass(frozen=True, slots=True)
class SimilarArticle(_OfArticle):
    """An article on the same subject as another.

    Attributes:
        article: the article, with its texts as stored.
        score: higher is more similar; comparable among those of one article only.
    """

    score: Score

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values: the article's fields without its body, and the score."""
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
        query: what was searched: the query as typed, but for ``quotation`` and what is ``unfinished``.
        hits: best first, at most ``limit`` of them.
        total: how many articles match in all, those that stand behind one that is alike among them.
        total_all: how many have every word of the query, in one of the ways it is written; all of them where
            it has none.
        offset: how many hits precede this page.
        limit: how many hits a page may hold.
        took_ms: milliseconds the search took.
        understanding: set when Latin or misspelt words were read as Bengali ones and searched as those, or
            the query was typed for a font of Bijoy.
        suggestions: other queries the reader may have meant, best first, such as the words of a quotation
            that nothing has; never searched by themselves.
        counts: for each word of the query, how many articles hold it (shown when nothing is found).
        partial: not all was looked at, so that better hits, counts, marks and suggestions may be missing.
        partial_reason: why: ``time``, the time allowed ran out; ``part``, a part of the index did not answer,
            such as one that was on a node of a cluster that is gone.
        grouped: how many of the total stand behind one that is alike, as far as was looked.
        readings: what each Latin or misspelt word was taken for, and what else it may be.
        unknown_fields: names before a colon that are no field; they were passed over.
        ignored: all that was passed over or not taken for what it looks like, with its position.
        sort: the order of the hits; equal ones stand in the order of their ids.
        freshness: days in which an article lost half of its score; None for no such loss.
        cursor: leads to the page after this one; None at the end.
        facets: what was counted, by name.
        unknown: values of filters that no article has.
        authors: who has the name that is in the query; what they wrote does for the name.
        lacking_from: from which hit of this page on each lacks a word of the query, counted from 0, here and
            on all pages after it; None where that is not so, or not known. Only in the order of relevance.
        total_is_exact: False where counting ended at ``total``, so that more may match; ``total_all`` is then
            exact where it is less.
        quotation: the query as typed, in quotation marks, where no article has these words side by side, so
            that ``query``, the words alone, was searched instead; empty where not.
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
        """For each word of the query, how many articles hold it."""
        return tuple(WordCount(*count) for count in self.counts)

    @property
    def facet_values(self) -> dict[FacetName, tuple[FacetValue, ...]]:
        """The values of each facet."""
        return {name: facet.values for name, facet in self.facets.items()}

    @property
    def facets_more(self) -> dict[FacetName, int]:
        """For each facet, how many further values there are."""
        return {name: facet.more for name, facet in self.facets.items()}

    @property
    def facets_are_exact(self) -> bool:
        """Whether the values of facets were counted among all that matches; else in a sample of it."""
        return all(facet.exact for facet in self.facets.values())

    def __iter__(self) -> Iterator[Hit]:
        """The hits."""
        return iter(self.hits)

    def __len__(self) -> int:
        """How many hits are on this page; ``total`` is how many there are."""
        return len(self.hits)

    def divided(self, complete: int | None) -> "ResultPage":
        """The page, with the index from which on hits lack a word.

        Args:
            complete: how many hits there are, on all pages, up to the last that stands for an article with
                every word; None where that is not known.
        """
        if complete is None or self.partial or self.sort != "relevance":
            return self
        index = max(complete - self.offset, 0)
        return replace(self, lacking_from=index) if index < len(self.hits) else self

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return to_json(self)
