"""Every answer of the HTTP API as a type, of which it is made and by which OpenAPI describes it."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from flask import Response, jsonify
from msgspec import Struct, defstruct

from onneshon.index import Article
from onneshon.index.analysis.trace import Explanation
from onneshon.index.json_form import OMITTED, json_type, to_json
from onneshon.search import SimilarArticle, Suggestion
from onneshon.search.results.values import Match, UnderstoodWord

__all__ = [
    "AnalyzeAnswer",
    "ArticleAnswer",
    "Entry",
    "Generation",
    "HealthAnswer",
    "Matches",
    "Ok",
    "Problem",
    "SimilarAnswer",
    "SuggestAnswer",
    "answer_type",
    "answered",
]

Ok: TypeAlias = Literal[True]


def answered(value: Any) -> Response:
    """The answer that a value is, of a dataclass: its members after ``ok``."""
    return jsonify({"ok": True} | to_json(value))


@cache
def answer_type(kind: type) -> Any:
    """The type of an answer: of what ``answered`` makes of a dataclass, or a ``Struct`` as it is."""
    if issubclass(kind, Struct):
        return kind
    return defstruct(
        kind.__name__,
        [("ok", Ok)],
        bases=(json_type(kind),),
        namespace={"__doc__": json_type(kind).__doc__},
        frozen=True,
        forbid_unknown_fields=True,
        kw_only=True,
    )


@dataclass(frozen=True, slots=True)
class Matches:
    """The ranges of an article that a query matches."""

    title: tuple[Match, ...]
    body: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class ArticleAnswer:
    """An article; with a query, what of it matches and whether all of it was looked at."""

    article: Article
    matches: Annotated[Matches | None, OMITTED] = None
    partial: Annotated[bool | None, OMITTED] = None


@dataclass(frozen=True, slots=True)
class AnalyzeAnswer:
    """A text, token by token; or a query, word by word."""

    text: Annotated[str | None, OMITTED] = None
    tokens: Annotated[list[Explanation] | None, OMITTED] = None
    query: Annotated[str | None, OMITTED] = None
    words: Annotated[list[UnderstoodWord] | None, OMITTED] = None


@dataclass(frozen=True, slots=True)
class SuggestAnswer:
    """Suggestions, best first."""

    query: str
    suggestions: list[Suggestion]


@dataclass(frozen=True, slots=True)
class SimilarAnswer:
    """Articles on the same subject as one of them, best first."""

    id: str
    similar: list[SimilarArticle]


@dataclass(frozen=True, slots=True)
class Generation:
    """Which index answers, and whether all of it was read and found as it was built."""

    generation: str
    verified: bool | Literal["running"]


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """Searches can be answered; `warning` says why an older generation does, and is empty otherwise.

    `articles` is null for who has no key to a server that is private.
    """

    articles: int | None
    index: Generation
    warning: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What there is under /api/v1/: for each path its methods, and what each does."""

    version: str
    paths: dict[str, dict[str, str]]
    openapi: str
    reference: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure (RFC 9457); `ok`, `error` and `status` say the same to clients that know these."""

    ok: Literal[False]
    error: str
    status: int
    type: str
    title: str
    detail: str
    parameter: Annotated[str | None, OMITTED] = None
    position: Annotated[int | None, OMITTED] = None
    index: Annotated[Generation | None, OMITTED] = None
