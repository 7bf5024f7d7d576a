"""The same for programs: JSON ``{"ok": true, ...}`` or ``{"ok": false, "error": ..., "status": ...}``."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from search import Article, QueryError, SearchRequest, explain
from web.paging import MAX_PAGE, PAGE_SIZE
from web.parameters import MAX_QUERY, MAX_TEXT, engine, literal, typed

__all__ = ["api"]

api = Blueprint("api", __name__)

MAX_LIMIT: Final = 100
"""Most hits in one answer."""

MAX_OFFSET: Final = MAX_PAGE * PAGE_SIZE
"""Most hits that may precede an answer, the same as on the pages."""


def _whole_number(name: str, default: int, most: int) -> int:
    """A number of the query string from 0 to ``most``."""
    try:
        number = int(request.args.get(name, default))
    except ValueError:
        number = -1
    if not 0 <= number <= most:
        raise QueryError(f"{name} is a whole number from 0 to {most}.")
    return number


def _required(name: str, limit: int) -> str:
    text = typed(name, limit)
    if not text.strip():
        raise QueryError(f"Say what to look for: {name} is missing or blank.")
    return text


def _article(article: Article) -> dict[str, object]:
    return asdict(article) | {"date": article.date.isoformat() if article.date else None}


@api.get("/api/v1/search")
def find() -> Response:
    """Ranked hits for ``q``: ``limit`` of them after ``offset``; ``literal=1`` leaves Latin words Latin."""
    asked = SearchRequest(
        _required("q", MAX_QUERY),
        limit=_whole_number("limit", PAGE_SIZE, MAX_LIMIT),
        offset=_whole_number("offset", 0, MAX_OFFSET),
        literal=literal(),
    )
    found = engine().search(asked)
    return jsonify(ok=True, **found.to_dict())


@api.get("/api/v1/articles")
@api.get("/api/v1/articles/<path:article_id>")
def one(article_id: str | None = None) -> Response:
    """One article as stored, its id in the path or as ``id``.

    With ``q``, read as ``literal`` says, also the ranges that match.
    """
    if article_id is None and not (article_id := request.args.get("id")):
        raise QueryError("Say which article: id is missing.")
    query = typed("q", MAX_QUERY)
    ask = engine()
    answer: dict[str, object] = {"article": _article(ask.article(article_id))}
    if query.strip():
        found = ask.marked(article_id, query, literal=literal())
        answer["matches"] = {
            "title": [asdict(match) for match in found.title.matches],
            "body": [asdict(match) for match in found.body.matches],
        }
        answer["partial"] = found.partial
    return jsonify(ok=True, **answer)


@api.get("/api/v1/analyze")
def tokens() -> Response:
    """Every token of ``text`` with its steps and keys; needs no index."""
    text = _required("text", MAX_TEXT)
    return jsonify(ok=True, text=text, tokens=[token.to_dict() for token in explain(text)])


@api.get("/healthz")
def health() -> ResponseReturnValue:
    """Whether searches can be answered, and from sound files, for whatever watches the server."""
    health = engine().health
    state = {"generation": health.generation, "verified": health.verified}
    if health.damage:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        error = f"The index is damaged: {health.damage}"
        failure = jsonify(ok=False, error=error, status=status, index=state)
        return failure, status, {"Cache-Control": "no-store"}
    return jsonify(ok=True, articles=health.articles, index=state)
