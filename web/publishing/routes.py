"""Articles put in and taken out, each answered with the generation in which that is visible."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.journal import Operation
from onneshon.web.access.guard import Guard
from onneshon.web.api import request_schema
from onneshon.web.api.parameters import read
from onneshon.web.api.publishing_schema import NamedPublishParameters, PublishParameters
from onneshon.web.parameters import live
from onneshon.web.publishing.bodies import Asked, of_bulk, put, taken_out
from onneshon.web.publishing.queue import PublishingQueue

__all__ = ["publishing"]

_NOT_KEPT: Final = {"Cache-Control": "no-store"}


def publishing(
    queue: PublishingQueue,
    guard: Guard,
    told: Callable[[Sequence[Operation]], object],
    records: Callable[[], SiteRecords],
) -> Blueprint:
    """The routes.

    Args:
        queue: takes the operations.
        guard: says who may send some.
        told: of all that was queued.
        records: gives what reads articles as the site says now.
    """
    routes = Blueprint("publishing", __name__)
    routes.before_request(guard.admit_writing)
    _add_changes(routes, queue, told, records)
    _add_questions(routes, queue)
    return routes


def _add_changes(
    routes: Blueprint,
    queue: PublishingQueue,
    told: Callable[[Sequence[Operation]], object],
    records: Callable[[], SiteRecords],
) -> None:
    def queued(asked: Asked, wait: float) -> ResponseReturnValue:
        receipt = queue.publish(asked.operations, wait)
        told(asked.operations)
        facts = {"articles": len(asked.operations), **({"unused": asked.unused} if asked.unused else {})}
        return _answer(receipt.position, receipt.generation, facts)

    @routes.put("/api/v1/articles/<path:article_id>")
    def put_one(article_id: str) -> ResponseReturnValue:
        """An article, in place of any of its id."""
        asked = read(PublishParameters)
        return queued(put(article_id, request.get_data(), g.client, records()), asked.wait)

    @routes.put("/api/v1/articles")
    def put_named() -> ResponseReturnValue:
        """The same, its id as ``id``."""
        asked = read(NamedPublishParameters)
        return queued(put(asked.id, request.get_data(), g.client, records()), asked.wait)

    @routes.delete("/api/v1/articles/<path:article_id>")
    def take_out(article_id: str) -> ResponseReturnValue:
        """An article out, if it is there."""
        asked = read(PublishParameters)
        return queued(Asked([taken_out(article_id, g.client)], []), asked.wait)

    @routes.delete("/api/v1/articles")
    def take_out_named() -> ResponseReturnValue:
        """The same, its id as ``id``."""
        asked = read(NamedPublishParameters)
        return queued(Asked([taken_out(asked.id, g.client)], []), asked.wait)

    @routes.post("/api/v1/articles")
    def post_many() -> ResponseReturnValue:
        """Many, as JSON Lines; all or none."""
        asked = read(PublishParameters)
        return queued(of_bulk(request.get_data(), g.client, records()), asked.wait)


def _add_questions(routes: Blueprint, queue: PublishingQueue) -> None:
    @routes.get("/api/v1/publications/<int:position>")
    def publication(position: int) -> ResponseReturnValue:
        """Whether what was queued up to a position is visible."""
        read(request_schema.NoParameters)
        return _answer(position, queue.generation_of(position), {})

    @routes.get("/api/v1/publications")
    def state() -> ResponseReturnValue:
        """How the queue is."""
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


def _answer(position: int, generation: str | None, queued: Mapping[str, Any]) -> ResponseReturnValue:
    """What becomes of a position; ``queued`` are further facts where it was queued just now."""
    answer: Response = jsonify(
        ok=True, position=position, visible=generation is not None, generation=generation, **queued
    )
    if generation is not None:
        live().look_again()  # so that whoever was answered finds it with the next request
        return answer, HTTPStatus.OK, _NOT_KEPT
    place = {"Location": url_for("publishing.publication", position=position)}
    status = HTTPStatus.ACCEPTED if queued else HTTPStatus.OK
    return answer, status, _NOT_KEPT | (place if status == HTTPStatus.ACCEPTED else {})
