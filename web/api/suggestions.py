"""What goes on from a text that is being typed, in this API's form and in the one that browsers read."""

from flask import Response, jsonify

from onneshon.search import SearchEngine, Suggestion
from onneshon.web.api.request_schema import SuggestParameters
from onneshon.web.api.schema import SuggestAnswer, answered

__all__ = ["suggestions"]


def suggestions(engine: SearchEngine, asked: SuggestParameters) -> Response:
    """Suggestions for ``q``; ``format=opensearch`` for browsers."""
    found = engine.suggest(asked.q, limit=asked.limit)
    if asked.format == "opensearch":
        return _opensearch(asked.q, found)
    return answered(SuggestAnswer(asked.q, found))


def _opensearch(text: str, found: list[Suggestion]) -> Response:
    """OpenSearch Suggestions 1.0: the text, what may be meant, and how many articles have it."""
    response = jsonify([text, [one.text for one in found], [f"{one.count:,}" for one in found], []])
    response.mimetype = "application/x-suggestions+json"
    return response
