"""All operations of the API: paths, methods, types of requests and answers."""

from dataclasses import dataclass
from typing import Final

import msgspec

from onneshon.search import ResultPage
from onneshon.web.api import request_schema, schema


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: a path and a method.

    Attributes:
        path: the path as in the document, with ``{id}`` for a variable part.
        summary: a sentence on what the operation does.
        parameters: the type of the query string.
        answer: the type of a success, an argument for ``answer_type``.
        failures: statuses of failures in addition to those of every path.
        array_type: the media type of an alternative answer that is an array; empty for none.
        method: the HTTP method, in lower case.
        body: the type of the body; None for none.
        several: whether the body is an array of that type, or JSON Lines.
        writes: whether the operation needs a key to write with.
    """

    path: str
    summary: str
    parameters: type[msgspec.Struct]
    answer: type | None
    failures: tuple[int, ...] = ()
    array_type: str = ""
    method: str = "get"
    body: type[msgspec.Struct] | None = None
    several: bool = False
    writes: bool = False


OPERATIONS: Final = (
    Operation("/api/v1/", "What there is.", request_schema.NoParameters, schema.Entry),
    Operation(
        "/api/v1/search",
        "Articles that match, a page at a time, with counts.",
        request_schema.SearchParameters,
        ResultPage,
        (409,),
    ),
    Operation(
        "/api/v1/multi-search",
        "Several searches at once, an answer each, together in the time of one.",
        request_schema.NoParameters,
        schema.MultiSearchAnswer,
        (413,),
        method="post",
        body=request_schema.multi_search(),
    ),
    Operation(
        "/api/v1/suggest",
        "Words, phrases and titles that go on from a text.",
        request_schema.SuggestParameters,
        schema.SuggestAnswer,
        array_type="application/x-suggestions+json",
    ),
    Operation(
        "/api/v1/articles",
        "One article as stored, by its id as a parameter.",
        request_schema.NamedArticleParameters,
        schema.ArticleAnswer,
        (404,),
    ),
    Operation(
        "/api/v1/articles/{id}",
        "One article as stored, by its id in the path.",
        request_schema.ArticleParameters,
        schema.ArticleAnswer,
        (404,),
    ),
    Operation(
        "/api/v1/similar",
        "Articles on the same subject as one of them, by its id as a parameter.",
        request_schema.NamedSimilarParameters,
        schema.SimilarAnswer,
        (404,),
    ),
    Operation(
        "/api/v1/articles/{id}/similar",
        "Articles on the same subject as one of them, by its id in the path.",
        request_schema.SimilarParameters,
        schema.SimilarAnswer,
        (404,),
    ),
    Operation(
        "/api/v1/analyze",
        "Every word of a text with its steps and keys, which needs no index; or how a query is understood.",
        request_schema.AnalyzeParameters,
        schema.AnalyzeAnswer,
    ),
    Operation("/api/v1/openapi.json", "This document.", request_schema.NoParameters, None),
    Operation(
        "/healthz", "Whether searches can be answered.", request_schema.NoParameters, schema.HealthAnswer
    ),
)
"""The operations that need no key to write with."""

_ON_ONE: Final = (
    (
        "put",
        schema.ArticleBody,
        "Put an article in, in place of any of its id, which is in the path.",
        "Put an article in, its id as a parameter.",
    ),
    (
        "patch",
        schema.ArticlePatch,
        "Change a part of an article, its id in the path: a merge patch of what is answered for it.",
        "Change a part of an article, its id as a parameter.",
    ),
    (
        "delete",
        None,
        "Take an article out, if it is there, its id in the path.",
        "Take an article out, its id as a parameter.",
    ),
)
"""Changes to one article: method, body, and the summaries for the id in the path and as a parameter."""

WRITING: Final = (
    *(
        Operation(
            path, summary, parameters, schema.Publication, (404, 412), method=method, body=body, writes=True
        )
        for method, body, in_path, as_parameter in _ON_ONE
        for path, summary, parameters in (
            ("/api/v1/articles/{id}", in_path, schema.PublishParameters),
            ("/api/v1/articles", as_parameter, schema.NamedPublishParameters),
        )
    ),
    Operation(
        "/api/v1/articles",
        'Put in and take out many, all or none: articles, and `{"id": ..., "deleted": true}`.',
        schema.PublishParameters,
        schema.Publication,
        method="post",
        body=schema.ArticleChange,
        several=True,
        writes=True,
    ),
    Operation(
        "/api/v1/publications",
        "How much waits to become visible.",
        request_schema.NoParameters,
        schema.Queue,
        writes=True,
    ),
    Operation(
        "/api/v1/publications/{position}",
        "Whether all up to a position is visible, and in which generation.",
        request_schema.NoParameters,
        schema.Publication,
        failures=(404,),
        writes=True,
    ),
)
"""The operations that need a key to write with."""


def operations(*, writing: bool) -> tuple[Operation, ...]:
    """The operations of the API, including those that change the index if ``writing``."""
    return OPERATIONS + WRITING if writing else OPERATIONS
