"""Routes that put articles in and take them out, and report the generation in which that is visible."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.index import Article
from onneshon.index.errors import ArticleNotFoundError, JournalError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.operation import Operation
from onneshon.web.access.guard import Guard
from onneshon.web.api import request_schema
from onneshon.web.api.parameters import body, read
from onneshon.web.api.schema import NamedPublishParameters, PublishParameters
from onneshon.web.current import live
from onneshon.web.publishing.queue import PublishingQueue, Receipt
from onneshon.web.publishing.requests import (
    RequestedChanges,
    as_queued,
    demand,
    of_bulk,
    patched,
    put,
    taken_out,
)

MAX_BODY: Final = 16 << 20
"""Maximum bytes of a body with articles."""

_NOT_KEPT: Final = {"Cache-Control": "no-store"}

_CONDITIONS: Final = ("If-Match", "If-None-Match")
"""Headers that say which version of an article a request is for."""

_ARTICLES: Final = "/api/v1/articles"
_ARTICLE: Final = f"{_ARTICLES}/<path:article_id>"


def publishing(
    queue: PublishingQueue,
    guard: Guard,
    records: Callable[[], SiteRecords],
) -> Blueprint:
    """The routes for publishing.

    Args:
        queue: the queue for the operations.
        guard: decides which clients may write.
        records: returns the reader of articles for the site's current settings.
    """
    routes = Blueprint("publishing", __name__)
    routes.before_request(guard.admit_writing)
    # In whichever process, a request finds what some process has reported as visible.
    routes.before_app_request(lambda: _expect_newest(queue))
    _add_changes(routes, queue, records)
    _add_patching(routes, queue, records)
    _add_questions(routes, queue)
    return routes


def _addressed(article_id: str) -> tuple[str, float]:
    """The article's id, from the path or else the parameter ``id``, and how long to wait, in seconds."""
    if article_id:
        return article_id, read(PublishParameters).wait
    asked = read(NamedPublishParameters)
    return asked.id, asked.wait


def _expect_newest(queue: PublishingQueue) -> None:
    with suppress(JournalError):  # articles can be found even if the queue cannot be read
        live().expect(queue.newest())


def _add_changes(routes: Blueprint, queue: PublishingQueue, records: Callable[[], SiteRecords]) -> None:
    def queued(asked: RequestedChanges, wait: float, named: str = "") -> ResponseReturnValue:
        def made(waiting: Sequence[Operation]) -> Sequence[Operation]:
            try:
                _demanded(queue, named, waiting, records())
            except ArticleNotFoundError:
                if "If-Match" in request.headers:
                    raise
            return asked.operations

        is_conditional = named and any(header in request.headers for header in _CONDITIONS)
        receipt = queue.change(made, wait) if is_conditional else queue.publish(asked.operations, wait)
        return _queued(asked, receipt)

    @routes.put(_ARTICLE)
    @routes.put(_ARTICLES)
    def put_one(article_id: str = "") -> ResponseReturnValue:
        """Put an article in, in place of any with its id."""
        named, wait = _addressed(article_id)
        return queued(put(named, body(), g.client, records()), wait, named)

    @routes.delete(_ARTICLE)
    @routes.delete(_ARTICLES)
    def take_out(article_id: str = "") -> ResponseReturnValue:
        """Take an article out, if it is there."""
        named, wait = _addressed(article_id)
        return queued(RequestedChanges([taken_out(named, g.client)], []), wait, named)

    @routes.post(_ARTICLES)
    def post_many() -> ResponseReturnValue:
        """Put in and take out many articles, as JSON Lines or as an array; all or none."""
        asked = read(PublishParameters)
        return queued(of_bulk(body(), g.client, records()), asked.wait)


def _demanded(
    queue: PublishingQueue, article_id: str, waiting: Sequence[Operation], records: SiteRecords
) -> Article:
    """An article as it will be once the queue is visible, if its version is what the request demands.

    Raises:
        ArticleNotFoundError, ChangedError: as in ``as_queued`` and ``demand``.
    """
    _expect_newest(queue)
    article = as_queued(article_id, waiting, live().current().article, records)
    wanted, unwanted = (request.headers.get(header) for header in _CONDITIONS)
    demand(wanted, unwanted, article)
    return article


def _add_patching(routes: Blueprint, queue: PublishingQueue, records: Callable[[], SiteRecords]) -> None:
    @routes.patch(_ARTICLE)
    @routes.patch(_ARTICLES)
    def patch(article_id: str = "") -> ResponseReturnValue:
        """Change a part of an article."""
        named, wait = _addressed(article_id)
        asked: list[RequestedChanges] = []

        def made(waiting: Sequence[Operation]) -> Sequence[Operation]:
            known = records()
            article = _demanded(queue, named, waiting, known)
            asked.append(put(named, patched(article, body()), g.client, known))
            return asked[0].operations

        receipt = queue.change(made, wait)
        return _queued(asked[0], receipt)


def _queued(asked: RequestedChanges, receipt: Receipt) -> ResponseReturnValue:
    facts = {"articles": len(asked.operations), **({"unused": asked.unused} if asked.unused else {})}
    return _answer(receipt, facts)


def _add_questions(routes: Blueprint, queue: PublishingQueue) -> None:
    @routes.get("/api/v1/publications/<int:position>")
    def publication(position: int) -> ResponseReturnValue:
        """Answer whether the operations up to a position are visible."""
        read(request_schema.NoParameters)
        return _answer(queue.asked(position), {})

    @routes.get("/api/v1/publications")
    def state() -> ResponseReturnValue:
        """Answer with the state of the queue."""
        read(request_schema.NoParameters)
        now = queue.state()
        if now.failure:
            current_app.logger.warning("Publishing waits: %s", now.failure)
        answer = jsonify(
            ok=True,
            position=now.position,
            published=now.published,
            waiting_bytes=now.waiting_bytes,
            waiting_since=now.waiting_since or None,
            generation=now.generation or None,
            refused=now.refused,
        )
        return answer, HTTPStatus.OK, _NOT_KEPT


def _answer(receipt: Receipt, queued: Mapping[str, Any]) -> ResponseReturnValue:
    """The answer on the state of a position; ``queued`` has further facts where it was queued just now."""
    answer: Response = jsonify(
        ok=True,
        position=receipt.position,
        visible=receipt.state == "visible",
        state=receipt.state,
        generation=receipt.generation,
        **queued,
    )
    if receipt.state == "visible" or not queued:
        return answer, HTTPStatus.OK, _NOT_KEPT
    location = {"Location": url_for("publishing.publication", position=receipt.position)}
    return answer, HTTPStatus.ACCEPTED, _NOT_KEPT | location
