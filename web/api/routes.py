"""Routes for programs; they answer JSON ``{"ok": true, ...}`` or a problem (RFC 9457), ``"ok": false``."""

import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.index import Article
from onneshon.index.json_form import to_json
from onneshon.search import OnneshonError, QueryError, ResultPage, SearchEngine, Suggestion, explain
from onneshon.search.query.options import SWITCH
from onneshon.web.api import request_schema, schema
from onneshon.web.api.openapi import document, parameters_of, parameters_type
from onneshon.web.api.operations import operations
from onneshon.web.api.parameters import AskedSearch, read, search_request, several_requests
from onneshon.web.api.request_schema import SuggestParameters
from onneshon.web.api.schema import SimilarAnswer, SuggestAnswer, answered, revision, success
from onneshon.web.current import declared, engine, live, numbers, today
from onneshon.web.middleware.answers import noted
from onneshon.web.middleware.faults import problem, problem_of


def similar(article_id: str, limit: int) -> Response:
    """The most similar articles, best first, without their bodies."""
    return answered(SimilarAnswer(article_id, engine().similar(article_id, limit=limit)))


def suggestions(engine: SearchEngine, asked: SuggestParameters) -> Response:
    """Suggestions for ``q``; ``format=opensearch`` for browsers."""
    found = engine.suggest(asked.q, limit=asked.limit)
    if asked.format == "opensearch":
        return _opensearch(asked.q, found)
    return answered(SuggestAnswer(asked.q, found))


def _opensearch(text: str, found: list[Suggestion]) -> Response:
    """OpenSearch Suggestions 1.0: the text, the suggestions, and the number of articles with each."""
    response = jsonify(
        [
            text,
            [suggestion.text for suggestion in found],
            [f"{suggestion.count:,}" for suggestion in found],
            [],
        ]
    )
    response.mimetype = "application/x-suggestions+json"
    return response


def lasting(ask: SearchEngine, make: Callable[[], tuple[Response, bool]]) -> Response:
    """Answer 304 if the client's copy is of this index edition and address; else make an answer with a tag.

    Args:
        ask: the engine that answers; if its edition changes meanwhile, the answer gets no tag.
        make: returns the answer, and whether it is complete: one cut short by the time limit gets no tag, as
            it may be complete the next time.
    """
    edition = ask.edition
    # Words such as গতকাল mean another day tomorrow.
    asked = "\n".join([edition, today().isoformat(), request.full_path])
    tag = sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:20]
    if request.if_none_match.contains_weak(tag):
        same = Response(status=304)
        same.set_etag(tag, weak=True)
        return same
    answer, whole = make()
    if whole and ask.edition == edition:
        answer.set_etag(tag, weak=True)  # weak, since it also says how long the search took
        answer.headers["Cache-Control"] = "no-cache"
    return answer


api = Blueprint("api", __name__)


@api.get("/api/v1/")
def entry() -> Response:
    """List the operations of the API."""
    read(request_schema.NoParameters)
    paths: dict[str, dict[str, str]] = {}
    for operation in operations(writing=_writing()):
        paths.setdefault(f"{request.script_root}{operation.path}", {})[operation.method.upper()] = (
            operation.summary
        )
    links = {"openapi": url_for("api.openapi"), "reference": url_for("api.reference")}
    return answered(schema.Entry(version("onneshon"), paths, **links))


@api.get("/api/v1/openapi.json")
def openapi() -> Response:
    """The API as an OpenAPI document."""
    read(request_schema.NoParameters)
    # The path at which a proxy shows the server; not cached with the document, as there may be several.
    servers = [{"url": request.script_root or "/"}]
    return jsonify({**document(declared(), numbers(), writing=_writing()), "servers": servers})


@api.get("/api/v1/reference")
def reference() -> str:
    """The API reference as a page for people."""
    writing, fields = _writing(), (declared(), numbers())
    described = [
        (operation, list(parameters_of(parameters_type(operation, *fields))))
        for operation in operations(writing=writing)
    ]
    whole = document(*fields, writing=writing)
    return render_template("reference.html", operations=described, document=whole)


def _writing() -> bool:
    return "publishing" in current_app.blueprints


@api.get("/api/v1/search")
def find() -> Response:
    """Ranked hits for ``q``, filtered, sorted and counted by the other parameters."""
    asked = search_request()
    ask = engine()

    def make() -> tuple[Response, bool]:
        found = noted(ask.search(asked.request))
        return jsonify(_page(found, asked.fields)), not found.partial

    return lasting(ask, make)


def _page(found: ResultPage, fields: Sequence[str]) -> dict[str, Any]:
    """The answer to a search; hits have their ids and the chosen fields."""
    page = success(found)
    if fields:
        kept = {"id", *fields}
        page["hits"] = [{name: hit[name] for name in hit if name in kept} for hit in page["hits"]]
    return page


@api.post("/api/v1/multi-search")
def multi_search() -> Response:
    """Answer several searches on one generation, each as if sent alone, together in the time of one."""
    asked = several_requests()
    sent = [search.request for search in asked if isinstance(search, AskedSearch)]
    found = iter(engine().multi_search(sent))
    answers = [
        (search, next(found)) if isinstance(search, AskedSearch) else (None, search) for search in asked
    ]
    if pages := [answer for _, answer in answers if isinstance(answer, ResultPage)]:
        noted(max(pages, key=lambda page: (page.partial, page.total)))
    return jsonify(ok=True, answers=[_either(search, answer) for search, answer in answers])


def _either(search: AskedSearch | None, answer: ResultPage | OnneshonError) -> dict[str, Any]:
    if isinstance(answer, ResultPage):
        return _page(answer, search.fields if search else ())
    return problem_of(answer)


@api.get("/api/v1/suggest")
def suggest() -> Response:
    """Up to ``limit`` words, phrases and titles that complete ``q``, which may be empty."""
    asked = read(request_schema.SuggestParameters)
    ask = engine()
    return lasting(ask, lambda: (suggestions(ask, asked), True))


@api.get("/api/v1/articles")
def named() -> Response:
    """One article as stored, its id in the parameter ``id``."""
    asked = read(request_schema.NamedArticleParameters)
    return _one(asked.id, asked)


@api.get("/api/v1/articles/<path:article_id>")
def article(article_id: str) -> Response:
    """One article as stored, its id in the path."""
    return _one(article_id, read(request_schema.ArticleParameters))


def _one(
    article_id: str, asked: request_schema.ArticleParameters | request_schema.NamedArticleParameters
) -> Response:
    """An article; with a query ``q``, interpreted with the option ``literal``, also the matching ranges."""
    ask = engine()
    if not asked.q.strip():
        return _plain(ask.article(article_id))

    def make() -> tuple[Response, bool]:
        article = ask.article(article_id)
        found = ask.marked(article_id, asked.q, literal=SWITCH.read(asked.literal))
        matches = schema.Matches(found.title.matches, found.body.matches)
        return answered(schema.ArticleAnswer(article, matches, found.partial)), not found.partial

    return lasting(ask, make)


def _plain(article: Article) -> Response:
    """An article with its revision as the entity tag, which a conditional change can name."""
    answer = answered(schema.ArticleAnswer(article))
    answer.set_etag(revision(article))
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@api.get("/api/v1/similar")
def named_similar() -> Response:
    """Up to ``limit`` articles on the same subject as one, whose id is in the parameter ``id``."""
    asked = read(request_schema.NamedSimilarParameters)
    return similar(asked.id, asked.limit)


@api.get("/api/v1/articles/<path:article_id>/similar")
def similar_by_id(article_id: str) -> Response:
    """Articles on the same subject as one, whose id is in the path."""
    return similar(article_id, read(request_schema.SimilarParameters).limit)


@api.get("/api/v1/analyze")
def tokens() -> Response:
    """Every token of ``text`` with its steps and keys, without an index; or each word of ``query``."""
    asked = read(request_schema.AnalyzeParameters)
    if bool(asked.text) == bool(asked.query):
        raise QueryError("text: give one, or a query instead; not both, and not neither", parameter="text")
    if asked.query:
        words = engine().understand(asked.query, literal=SWITCH.read(asked.literal))
        return answered(schema.AnalyzeAnswer(query=asked.query, words=list(words)))
    return answered(schema.AnalyzeAnswer(text=asked.text, tokens=explain(asked.text)))


@api.get("/healthz")
def health() -> ResponseReturnValue:
    """Report to monitors whether searches can be answered, and whether the index files are sound."""
    read(request_schema.NoParameters)
    health = engine().health
    state = schema.Generation(health.generation, health.verified)
    if health.damage:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        failure = problem(status, f"The index is damaged: {health.damage}", index=to_json(state))
        return failure, status, {"Cache-Control": "no-store"}
    warning = health.warning or live().fault or health.settings
    articles = None if g.get("stranger") else health.articles
    return answered(schema.HealthAnswer(articles, state, warning, _replica()))


def _replica() -> schema.Replica | None:
    state = live().replica()
    if state is None:
        return None
    return schema.Replica(state.wanted, state.reached, round(state.lag(time.time()), 3), not state.failure)
