"""What goes on from a text that is being typed, in this API's form and in the one that browsers read."""

from dataclasses import asdict
from typing import Final

from flask import Response, jsonify, request

from search import QueryError, Suggestion
from web.parameters import MAX_QUERY, engine, typed

__all__ = ["suggestions"]

SHOWN: Final = 8
MOST: Final = 50
FORMATS: Final = ("json", "opensearch")


def suggestions(limit: int) -> Response:
    """Suggestions for ``q``; ``format=opensearch`` for browsers."""
    form = request.args.get("format", "json")
    if form not in FORMATS:
        raise QueryError(f"format is one of {' and '.join(FORMATS)}.")
    text = typed("q", MAX_QUERY)
    found = engine().suggest(text, limit=limit)
    if form == "opensearch":
        return _opensearch(text, found)
    return jsonify(ok=True, query=text, suggestions=[asdict(suggestion) for suggestion in found])


def _opensearch(text: str, found: list[Suggestion]) -> Response:
    """OpenSearch Suggestions 1.0: the text, what may be meant, and how many articles have it."""
    response = jsonify([text, [one.text for one in found], [f"{one.count:,}" for one in found], []])
    response.mimetype = "application/x-suggestions+json"
    return response
