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
    """The JSON object of a success: ``ok``, then the members of a dataclass."""
    return {"ok": True} | written(value)


def answered(value: Any) -> Response:
    """The response for a value of a dataclass."""
    return jsonify(success(value))


@cache
def answer_type(kind: type) -> Any:
    """The type of an answer: a ``Struct`` as it is, or that of ``answered`` for a dataclass."""
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
    """An article; with a query, the ranges that match and whether only a part of it was examined."""

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
    """Articles on the same subject as the one with this id, best first."""

    id: str
    similar: list[SimilarArticle]


@dataclass(frozen=True, slots=True)
class Generation:
    """The index generation that answers, and whether all of it was read and found intact."""

    generation: str
    verified: bool | Literal["running"]


@dataclass(frozen=True, slots=True)
class Replica:
    """How far a server follows a store: the generation live in the store, and the one live on the server.

    `lag_seconds` is the time for which the first has been missing here; if `follows` is false, see the log.
    """

    wanted: str
    reached: str
    lag_seconds: float
    follows: bool


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """Searches can be answered; `warning` says why an older generation answers, and is empty otherwise.

    `articles` is null for clients without a key to a private server, `replica` where no store is followed.
    """

    articles: int | None
    index: Generation
    warning: str
    replica: Replica | None


@dataclass(frozen=True, slots=True)
class Entry:
    """The operations under /api/v1/: for each path its methods, and what each does."""

    version: str
    paths: dict[str, dict[str, str]]
    openapi: str
    reference: str


_EITHER: Final = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("ResultPage", "Problem")]}


class MultiSearchAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The answer that each search would get alone, in the order sent; `ok` shows which failed."""

    ok: Ok
    answers: list[Annotated[Any, Meta(extra_json_schema=_EITHER)]]


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure (RFC 9457); `ok`, `error` and `status` repeat it for clients that use these."""

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
"""Maximum seconds for which a request may wait for the generation."""


class PublishParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How long to wait until a change is visible."""

    wait: Annotated[
        float,
        Meta(ge=0, le=MAX_WAIT, description="Seconds to wait until all is visible; 0: the position at once."),
    ] = 10


class NamedPublishParameters(PublishParameters, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long to wait, and an article's id that no path can contain."""

    id: Annotated[Value, Meta(description="The article's id.")]


class ArticleBody(Struct, frozen=True):
    """An article as in a corpus: with a title, a body, or both. Names of unused fields are reported."""

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
    """A change to a part of an article: members with null are removed, absent ones stay (RFC 7396)."""

    keywords: dict[str, Any] | None = None


class ArticleChange(ArticleBody, frozen=True, kw_only=True):
    """An article to put in; or the id of one to take out, with `deleted`."""

    deleted: bool = False


class Publication(Struct, frozen=True, forbid_unknown_fields=True):
    """The queued operations; `generation` is null until all of them are visible."""

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
    """The state of the queue."""

    ok: Ok
    position: int
    published: int
    waiting_bytes: int
    waiting_since: str | None
    generation: str | None
    refused: int


def revision(article: Article) -> str:
    """A digest of everything that the API answers for an article, the same in every generation."""
    return sha256(json_bytes(written(article))).hexdigest()[:20]
