"""The description of the API as an OpenAPI 3.1 document, made from the types of requests and answers."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import msgspec

from onneshon.index.json_checks import schemas
from onneshon.index.json_form import json_type
from onneshon.web.api import request_schema, schema
from onneshon.web.api.operations import Operation, operations
from onneshon.web.api.request_schema import SEPARATED
from onneshon.web.api.schema import answer_type

_REFERENCE: Final = "#/components/schemas/{name}"


_STATUSES: Final = {
    400: "The request makes no sense; `parameter` names what is at fault.",
    401: "A key is needed, or it is not known.",
    403: "The key is not for this.",
    404: "There is no such article, no such position, or no such address.",
    405: "There is no such method here.",
    413: "The body is too large.",
    429: "Too many requests with this key; `Retry-After` says how long to wait.",
    412: "The article is not of a version that `If-Match` names, or is of one that `If-None-Match` names.",
    409: "The cursor is of another index generation or another request: search again without it.",
    431: "Address and headers are too long.",
    500: "A fault of the program; its log has the details.",
    503: "There is no index yet, it cannot be opened, or the server is busy; `Retry-After` says how long.",
}
_EVERYWHERE: Final = (400, 405, 431, 500, 503)
_WRITING: Final = (401, 403, 413, 429)


@cache
def document(
    declared: tuple[str, ...] = (), numbers: tuple[str, ...] = (), *, writing: bool = False
) -> Mapping[str, Any]:
    """The whole document of a server at the root of its host.

    Args:
        declared: names of the site's fields.
        numbers: names of those that are number fields.
        writing: whether to include the operations that change the index.
    """
    described = operations(writing=writing)
    paths: dict[str, dict[str, Any]] = {}
    for operation in described:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, declared, numbers)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Onneshon",
            "version": version("onneshon"),
            "description": "Full-text search with first-class Bengali. Positions count Unicode code points.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _components(described, declared, numbers)} | (_SECURITY if writing else {}),
    }


_SECURITY: Final = {
    "securitySchemes": {
        "key": {"type": "http", "scheme": "bearer", "description": "Made by `onneshon keys add`."}
    }
}


def _components(
    described: Iterable[Operation], declared: tuple[str, ...], numbers: tuple[str, ...]
) -> dict[str, Any]:
    # As sets, each only once: while other threads fill the caches, two calls could give two types.
    answers = {operation.answer for operation in described if operation.answer}
    bodies = {operation.body for operation in described if operation.body}
    bodies = bodies - {request_schema.multi_search()} | {request_schema.multi_search(declared, numbers)}
    types = [*map(answer_type, answers), *bodies]
    types.append(json_type(schema.Problem))
    components = schemas(types, _REFERENCE)
    _type_choices(components)
    _add_chosen_hits(components)
    return dict(sorted(components.items()))


def _add_chosen_hits(components: dict[str, Any]) -> None:
    """Add the schema of hits with chosen fields only, next to that of whole hits, to answers of a search."""
    about = "A hit with those fields that `fields` asked for."
    components["ChosenHit"] = components["Hit"] | {
        "title": "ChosenHit",
        "description": about,
        "required": ["id"],
    }
    kinds = [{"$ref": _REFERENCE.format(name=name)} for name in ("Hit", "ChosenHit")]
    components["ResultPage"]["properties"]["hits"]["items"] = {"anyOf": kinds}


_TYPES: Final[Mapping[type, str]] = {bool: "boolean", str: "string"}
"""Names in JSON Schema of the types of enumerated values."""


_SWITCH: Final = {"true", "false"}
"""Among the texts of what is on or off."""


def _type_choices(described: Any) -> None:
    """Add its type to every enumeration, at any depth, as client generators need it."""
    if isinstance(described, dict):
        if _SWITCH.issubset(described.get("enum", ())):
            del described["enum"]
            described |= {"type": "boolean", "default": described["default"] in {"1", "on"}}
        kinds = {type(value) for value in described.get("enum", ())}
        if len(kinds) == 1 and "type" not in described:
            described["type"] = _TYPES[kinds.pop()]
    for value in described.values() if isinstance(described, dict) else described:
        if isinstance(value, dict | list):
            _type_choices(value)


def parameters_type(
    operation: Operation, declared: tuple[str, ...], numbers: tuple[str, ...] = ()
) -> type[msgspec.Struct]:
    """The type of an operation's query string, given the names of a site's fields and its number fields."""
    if operation.parameters is request_schema.SearchParameters:
        return request_schema.search_parameters(declared, numbers)
    return operation.parameters


def _operation(operation: Operation, declared: tuple[str, ...], numbers: tuple[str, ...]) -> dict[str, Any]:
    name = operation.path.strip("/").removeprefix("api/v1").strip("/") or "entry"
    name = name.replace("/{id}", "-by-id").replace("/{position}", "-by-position")
    name = name.replace("/similar", "-similar").replace(".json", "")
    in_path = _conditions() if operation.method in {"put", "patch", "delete"} else []
    in_path += _in_path(operation.path)
    own = _WRITING if operation.writes else ()
    return {
        "operationId": name if operation.method == "get" else f"{operation.method}-{name}",
        "summary": operation.summary,
        "parameters": in_path + list(parameters_of(parameters_type(operation, declared, numbers))),
        **_body(operation),
        **({"security": [{"key": []}]} if operation.writes else {}),
        "responses": _successes(operation) | _failures((*_EVERYWHERE, *own, *operation.failures)),
    }


def _body(operation: Operation) -> dict[str, Any]:
    if operation.body is None:
        return {}
    body: dict[str, Any] = {"$ref": _REFERENCE.format(name=operation.body.__name__)}
    about = {}
    if operation.several:
        # Generators make no client if one media type of a body is unknown to them, even if another is known.
        body = {"type": "array", "minItems": 1, "items": body}
        about = {"description": "JSON Lines (`application/jsonl`), an element a line, are as good."}
    content = {"application/json": {"schema": body}}
    return {"requestBody": {"required": True, "content": content} | about}


def _successes(operation: Operation) -> dict[str, Any]:
    waits = {"202": _success(operation) | {"description": "Queued; not yet visible."}}
    return {"200": _success(operation)} | (waits if operation.writes and operation.method != "get" else {})


def _parameter(
    name: str, where: str, about: str, kind: Mapping[str, Any], *, required: bool
) -> dict[str, Any]:
    return {"name": name, "in": where, "required": required, "description": about, "schema": kind}


def _conditions() -> list[dict[str, Any]]:
    described = {
        "If-Match": "`ETag` of the article, as answered without `q`: only that version is changed.",
        "If-None-Match": "`*`: only where there is no such article.",
    }
    return [
        _parameter(name, "header", text, {"type": "string"}, required=False)
        for name, text in described.items()
    ]


def _in_path(path: str) -> list[dict[str, Any]]:
    kind: dict[str, Any] = {"type": "string", "minLength": 1}
    if "{id}" in path:
        return [_parameter("id", "path", "The article's id; it may hold slashes.", kind, required=True)]
    kind = {"type": "integer", "minimum": 0, "maximum": (1 << 53) - 1}
    about = "As the answer to what was queued has it."
    return [_parameter("position", "path", about, kind, required=True)] if "{position}" in path else []


def parameters_of(kind: type[msgspec.Struct]) -> Iterable[dict[str, Any]]:
    """The parameters of a query string as described in the document."""
    components = schemas([kind], _REFERENCE)
    _type_choices(components)
    described = components[kind.__name__]
    for name, about in described["properties"].items():
        text, required = about.pop("description", ""), name in described.get("required", ())
        parameter = _parameter(name, "query", text, about, required=required)
        if about.get("type") == "array":
            parameter |= {"style": "form", "explode": name not in SEPARATED}
        yield parameter


def _success(operation: Operation) -> dict[str, Any]:
    answer = (
        {"$ref": _REFERENCE.format(name=operation.answer.__name__)}
        if operation.answer
        else {"type": "object"}
    )
    content: dict[str, Any] = {"application/json": {"schema": answer}}
    if operation.array_type:
        content[operation.array_type] = {"schema": {"type": "array"}}
    return {"description": operation.summary, "content": content}


def _failures(statuses: Iterable[int]) -> dict[str, Any]:
    problem = {"schema": {"$ref": _REFERENCE.format(name="Problem")}}
    return {
        str(status): {"description": _STATUSES[status], "content": {"application/problem+json": problem}}
        for status in sorted(statuses)
    }
