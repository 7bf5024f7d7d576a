"""The description of the API as an OpenAPI 3.1 document, made from the types of requests and answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import msgspec

from web.api import request_schema, schema

__all__ = ["OPERATIONS", "Operation", "document", "parameters_of", "parameters_type"]

_REFERENCE: Final = "#/components/schemas/{name}"


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be asked with GET at a path.

    Attributes:
        path: as in the document, with ``{id}`` for a part that varies.
        summary: a sentence.
        parameters: type of the query string.
        answer: type of a success.
        failures: statuses of failures beside those that every path has.
        array_type: media type in which the answer may be had as an array; empty for none.
    """

    path: str
    summary: str
    parameters: type[msgspec.Struct]
    answer: type[msgspec.Struct] | None
    failures: tuple[int, ...] = ()
    array_type: str = ""


OPERATIONS: Final = (
    Operation("/api/v1/", "What there is.", request_schema.NoParameters, schema.Entry),
    Operation(
        "/api/v1/search",
        "Articles that match, a page at a time, with counts.",
        request_schema.SearchParameters,
        schema.SearchAnswer,
        (409,),
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
"""Everything that the API answers."""

_STATUSES: Final = {
    400: "The request makes no sense; `parameter` names what is at fault.",
    404: "There is no such article.",
    405: "Only GET, HEAD and OPTIONS are answered.",
    409: "The cursor is of another index generation or another request: search again without it.",
    431: "Address and headers are too long.",
    500: "A fault of the program; its log has the details.",
    503: "There is no index yet, it cannot be opened, or the server is busy; `Retry-After` says how long.",
}
_EVERYWHERE: Final = (400, 405, 431, 500, 503)


@cache
def document(declared: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """The whole document.

    Args:
        declared: names of the fields of the site.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Onneshon",
            "version": version("onneshon"),
            "description": "Full-text search with first-class Bengali. Positions count Unicode code points.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {one.path: {"get": _operation(one, declared)} for one in OPERATIONS},
        "components": {"schemas": _components()},
    }


def _components() -> dict[str, Any]:
    answers: list[type[msgspec.Struct]] = [one.answer for one in OPERATIONS if one.answer]
    _, components = msgspec.json.schema_components([*answers, schema.Problem], ref_template=_REFERENCE)
    return dict(sorted(components.items()))


def parameters_type(one: Operation, declared: tuple[str, ...]) -> type[msgspec.Struct]:
    """The type of an operation's query string where a site declares some fields."""
    if one.parameters is request_schema.SearchParameters:
        return request_schema.search_parameters(declared)
    return one.parameters


def _operation(one: Operation, declared: tuple[str, ...]) -> dict[str, Any]:
    name = one.path.strip("/").removeprefix("api/v1").strip("/") or "entry"
    in_path = [_in_path()] if "{id}" in one.path else []
    return {
        "operationId": name.replace("/{id}", "-by-id").replace("/similar", "-similar").replace(".json", ""),
        "summary": one.summary,
        "parameters": in_path + list(parameters_of(parameters_type(one, declared))),
        "responses": {"200": _success(one)} | _failures((*_EVERYWHERE, *one.failures)),
    }


def _in_path() -> dict[str, Any]:
    text = "The article's id; it may hold slashes."
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": text,
        "schema": {"type": "string", "minLength": 1},
    }


def parameters_of(kind: type[msgspec.Struct]) -> Iterable[dict[str, Any]]:
    """The parameters of a query string as the document has them."""
    _, components = msgspec.json.schema_components([kind], ref_template=_REFERENCE)
    described = components[kind.__name__]
    for name, about in described["properties"].items():
        parameter = {
            "name": name,
            "in": "query",
            "required": name in described.get("required", ()),
            "description": about.pop("description", ""),
            "schema": about,
        }
        if about.get("type") == "array":
            parameter |= {"style": "form", "explode": name != "facets"}
        yield parameter


def _success(one: Operation) -> dict[str, Any]:
    answer = {"$ref": _REFERENCE.format(name=one.answer.__name__)} if one.answer else {"type": "object"}
    content: dict[str, Any] = {"application/json": {"schema": answer}}
    if one.array_type:
        content[one.array_type] = {"schema": {"type": "array"}}
    return {"description": one.summary, "content": content}


def _failures(statuses: Iterable[int]) -> dict[str, Any]:
    problem = {"schema": {"$ref": _REFERENCE.format(name="Problem")}}
    return {
        str(status): {
            "description": _STATUSES[status],
            "content": {"application/problem+json": problem},
        }
        for status in sorted(statuses)
    }
