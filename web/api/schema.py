"""Every answer of the HTTP API as a type, and the requests that change the index."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, TypeAlias

from flask import Response, jsonify
from msgspec import Meta, Struct, defstruct

from onneshon.index import Article
from onneshon.index.analysis.control_characters import json_bytes
from onneshon.index.analysis.trace import Explanation
from onneshon.index.json_form import OMITTED, json_type, written
from onneshon.search import SimilarArticle, Suggestion
from onneshon.search.results.understood import UnderstoodWord
from onneshon.search.results.values import Match
from onneshon.web.api.request_schema import Value

Ok: TypeAlias = Literal[True]


def success(value: Any) -> dict[str, Any]:
    """What is written of a success: the members of a dataclass after ``ok``."""
    return {"ok": True} | written(value)


def answered(value: Any) -> Response:
    """The answer that a value is."""
    return jsonify(success(value))


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
class Replica:
    """How far a server follows a store: the generation that is live there, and the one of it that is here.

    `lag_seconds` is the time for which the first has not been here; why not `follows`, the log says.
    """

    wanted: str
    reached: str
    lag_seconds: float
    follows: bool


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """Searches can be answered; `warning` says why an older generation does, and is empty otherwise.

    `articles` is null for who has no key to a server that is private, `replica` where no store is followed.
    """

    articles: int | None
    index: Generation
    warning: str
    replica: Replica | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What there is under /api/v1/: for each path its methods, and what each does."""

    version: str
    paths: dict[str, dict[str, str]]
    openapi: str
    reference: str


_EITHER: Final = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("ResultPage", "Problem")]}


class MultiSearchAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What each search would be answered by itself, in the order asked; `ok` tells which failed."""

    ok: Ok
    answers: list[Annotated[Any, Meta(extra_json_schema=_EITHER)]]


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


MAX_WAIT: Final = 30
"""Seconds for which a request may wait to be told the generation."""


class PublishParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How long to wait for the answer."""

    wait: Annotated[
        float,
        Meta(ge=0, le=MAX_WAIT, description="Seconds to wait until all is visible; 0: the position at once."),
    ] = 10


class NamedPublishParameters(PublishParameters, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same for an article whose id no path can hold."""

    id: Annotated[Value, Meta(description="The article's id.")]


class ArticleBody(Struct, frozen=True):
    """An article as a corpus has it: with a title, a body, or both. Names of other fields are told."""

    id: str | int | None = None
    title: str | None = None
    body: str | None = None
    date: str | None = None
    category: str | None = None
    url: str | None = None
    author: str | None = None
    lang: str | None = None
    image: str | None = None


class ArticlePatch(ArticleBody, frozen=True, kw_only=True):
    """What of an article changes: members with null are taken out, others stay (RFC 7396)."""

    keywords: dict[str, Any] | None = None


class ArticleChange(ArticleBody, frozen=True, kw_only=True):
    """An article to put in; or the id of one to take out, with `deleted`."""

    deleted: bool = False


class Publication(Struct, frozen=True, forbid_unknown_fields=True):
    """What was queued; `generation` is null until all of it is visible."""

    ok: Ok
    position: int
    visible: bool
    state: Annotated[
        Literal["waiting", "visible", "lost", "rolled back"],
        Meta(description="lost: the disk lost it, send it again; rolled back: an older generation is live."),
    ]
    generation: str | None
    articles: int | None = None
    unused: Annotated[
        list[str] | None, Meta(description="Names of fields that nothing was made of, if there are any.")
    ] = None


class Queue(Struct, frozen=True, forbid_unknown_fields=True):
    """How the queue is."""

    ok: Ok
    position: int
    published: int
    waiting_bytes: int
    waiting_since: str | None
    generation: str | None
    refused: int


def revision(article: Article) -> str:
    """A digest of all that the API answers of an article, whichever generation has it."""
    return sha256(json_bytes(written(article))).hexdigest()[:20]
