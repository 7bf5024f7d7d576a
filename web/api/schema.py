"""Every answer of the HTTP API as a type: the OpenAPI document says them, tests hold answers to them."""

from typing import Literal, TypeAlias

from msgspec import Struct

from onneshon.search.interface import Sort
from onneshon.search.query.ignored import IgnoredKind
from onneshon.search.query.reading import ReadingKind
from onneshon.search.results.values import Encoding
from onneshon.search.understanding.completion import SuggestionKind

__all__ = [
    "AnalyzeAnswer",
    "ArticleAnswer",
    "Entry",
    "HealthAnswer",
    "Problem",
    "SearchAnswer",
    "SimilarAnswer",
    "SuggestAnswer",
]

Layer: TypeAlias = Literal["exact", "inflection", "sound", "synonym"]
Ok: TypeAlias = Literal[True]


class Match(Struct, frozen=True, forbid_unknown_fields=True):
    """A range of a text, in code points, and how it matches."""

    start: int
    end: int
    layer: Layer


class MarkedText(Struct, frozen=True, forbid_unknown_fields=True):
    """A text and the ranges of it to mark."""

    text: str
    matches: list[Match]


class ScorePart(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a score, and what it is made of."""

    kind: str
    name: str
    score: float
    facts: dict[str, float] | None = None
    parts: "list[ScorePart] | None" = None


class DescribedArticle(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of an article without its body."""

    id: str
    title: str
    date: str | None
    category: str
    author: str
    url: str
    lang: str
    keywords: dict[str, list[str]]


class Hit(DescribedArticle, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An article that matches."""

    score: float
    marked_title: MarkedText
    snippet: MarkedText
    layers: dict[str, Layer]
    missing: list[str]
    read_as: dict[str, list[str]]
    alike: int
    explanation: ScorePart | None = None


class SimilarArticle(DescribedArticle, frozen=True, forbid_unknown_fields=True):
    """An article on the same subject as another."""

    score: float


class Understanding(Struct, frozen=True, forbid_unknown_fields=True):
    """What words in Latin letters were read as, or a query that was typed for a font of Bijoy."""

    original: str
    understood: str
    literal: str
    encoding: Encoding


class OtherReading(Struct, frozen=True, forbid_unknown_fields=True):
    """What else a word may be, and the query that takes it so."""

    word: str
    query: str


class Reading(Struct, frozen=True, forbid_unknown_fields=True):
    """What words of a query were taken for, by what, and what else they may be."""

    typed: str
    word: str
    kind: ReadingKind
    others: list[OtherReading]
    also: list[str]


class WordCount(Struct, frozen=True, forbid_unknown_fields=True):
    """How many articles hold a word."""

    word: str
    articles: int


class FacetValue(Struct, frozen=True, forbid_unknown_fields=True):
    """A value of a facet, and how many of the articles found have it."""

    value: str
    count: int


class UnknownValue(Struct, frozen=True, forbid_unknown_fields=True):
    """A value of a filter that no article has, and the nearest that some have."""

    field: str
    value: str
    nearest: list[str]


class Ignored(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the query that was passed over or not taken for what it looks like, and why."""

    kind: IgnoredKind
    text: str
    start: int
    end: int
    reason: str


class SearchAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """A page of hits."""

    ok: Ok
    query: str
    total: int
    grouped: int
    total_all: int
    lacking_from: int | None
    offset: int
    limit: int
    took_ms: float
    partial: bool
    understanding: Understanding | None
    readings: list[Reading]
    unknown_fields: list[str]
    ignored: list[Ignored]
    suggestions: list[str]
    counts: list[WordCount]
    sort: Sort
    freshness: float | None
    cursor: str | None
    facets: dict[str, list[FacetValue]]
    facets_more: dict[str, int]
    unknown: list[UnknownValue]
    hits: list[Hit]


class Article(Struct, frozen=True, forbid_unknown_fields=True):
    """An article as stored."""

    id: str
    title: str
    body: str
    date: str | None
    category: str
    url: str
    author: str
    lang: str
    keywords: dict[str, list[str]]


class Matches(Struct, frozen=True, forbid_unknown_fields=True):
    """The ranges of an article that a query matches."""

    title: list[Match]
    body: list[Match]


class ArticleAnswer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An article; with a query, what of it matches and whether all of it was looked at."""

    ok: Ok
    article: Article
    matches: Matches | None = None
    partial: bool | None = None


class Stage(Struct, frozen=True, forbid_unknown_fields=True):
    """A word after a step of the analysis."""

    name: str
    text: str
    code_points: list[str]
    unseen: list[str]


class Token(Struct, frozen=True, forbid_unknown_fields=True):
    """A word of a text, where it stands, its steps and its keys."""

    text: str
    start: int
    end: int
    exact: str
    stem: str
    stages: list[Stage]


class WordWriting(Struct, frozen=True, forbid_unknown_fields=True):
    """One way in which articles write a word, why it counts, what an occurrence counts, and in how many."""

    text: str
    kind: str
    weight: float
    articles: int


class UnderstoodWord(Struct, frozen=True, forbid_unknown_fields=True):
    """How one thing that a query asks for is understood."""

    typed: str
    kind: str
    articles: int
    writings: list[WordWriting]
    others: list[str]


class AnalyzeAnswer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A text, token by token; or a query, word by word."""

    ok: Ok
    text: str | None = None
    tokens: list[Token] | None = None
    query: str | None = None
    words: list[UnderstoodWord] | None = None


class Suggestion(Struct, frozen=True, forbid_unknown_fields=True):
    """What a text may go on to, and how many articles have it."""

    text: str
    kind: SuggestionKind
    count: int


class SuggestAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Suggestions, best first."""

    ok: Ok
    query: str
    suggestions: list[Suggestion]


class SimilarAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Articles on the same subject as one of them, best first."""

    ok: Ok
    id: str
    similar: list[SimilarArticle]


class Generation(Struct, frozen=True, forbid_unknown_fields=True):
    """Which index answers, and whether all of it was read and found as it was built."""

    generation: str
    verified: bool | Literal["running"]


class HealthAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Searches can be answered; `warning` says why an older generation does, and is empty otherwise.

    `articles` is null for who has no key to a server that is private.
    """

    ok: Ok
    articles: int | None
    index: Generation
    warning: str


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """What there is under /api/v1/: for each path its methods, and what each does."""

    ok: Ok
    version: str
    paths: dict[str, dict[str, str]]
    openapi: str
    reference: str


class Problem(Struct, frozen=True, forbid_unknown_fields=True):
    """A failure (RFC 9457); `ok`, `error` and `status` say the same to clients that know these."""

    ok: Literal[False]
    error: str
    status: int
    type: str
    title: str
    detail: str
    parameter: str | None = None
    position: int | None = None
    index: Generation | None = None
