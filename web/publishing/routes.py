"""Articles put in and taken out, each answered with the generation in which that is visible."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, NamedTuple, Self

import msgspec
from flask import Blueprint, Response, current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.index import Article
from onneshon.index.errors import CorpusError, JournalError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.ingest.fields import is_withdrawn
from onneshon.index.ingest.records import checked_id, decoded, json_object
from onneshon.index.publishing.operation import Operation
from onneshon.search import QueryError
from onneshon.search.errors import QueryFault
from onneshon.web.access.guard import Guard
from onneshon.web.api import request_schema
from onneshon.web.api.parameters import body, read
from onneshon.web.api.schema import NamedPublishParameters, PublishParameters
from onneshon.web.parameters import live
from onneshon.web.publishing.queue import PublishingQueue, Receipt, as_queued, demand, patched

MAX_BODY: Final = 16 << 20
"""Bytes of a body of articles."""

MAX_ARTICLE: Final = 8 << 20
"""Bytes of one article, as in a corpus."""

MAX_LINES: Final = 10_000
"""Operations of one request."""


MAX_NAMES: Final = 50
"""Names of fields that nothing was made of, as many as are told."""


class Asked(NamedTuple):
    """What the body of a request asks to be done.

    Attributes:
        operations: to do.
        unused: names of fields in it that nothing is made of.
    """

    operations: list[Operation]
    unused: list[str]


def _refused(message: str, kind: QueryFault = "parameter") -> QueryError:
    return QueryError(message, kind=kind, parameter="body")


def put(article_id: str, body: bytes, client: str, records: SiteRecords) -> Asked:
    """The operation that puts an article in.

    Args:
        article_id: from the address.
        body: the article, a JSON object as a corpus has it; its ``id`` may be left out.
        client: who sent it.
        records: reads it as the site says.

    Raises:
        QueryError: it is no article, or has another id.
    """
    try:
        operation, unused = _put(article_id, _Record.of(body, "the body"), client, records)
    except CorpusError as error:
        raise _refused(str(error), "date" if error.kind == "date" else "parameter") from None
    return Asked([operation], unused[:MAX_NAMES])


class _Record(NamedTuple):
    """A JSON object that came, as bytes and as what they say, and its place, for messages."""

    content: bytes
    fields: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, content: bytes, where: str) -> Self:
        """Raises CorpusError where it is too large, or no object."""
        if len(content) > MAX_ARTICLE:
            raise CorpusError(where, "size", f"larger than {MAX_ARTICLE >> 20} MiB")
        return cls(content, json_object(content, where), where)


def _put(article_id: str, record: _Record, client: str, records: SiteRecords) -> tuple[Operation, list[str]]:
    where = record.where
    if is_withdrawn(record.fields, where):
        raise CorpusError(where, "type", "the article says that it is deleted: take it out with DELETE")
    article, unused = records.read(record.fields, where, article_id)
    if not article.id:
        raise CorpusError(where, "id", "the id is missing")
    if article_id and article.id != article_id:
        raise CorpusError(where, "id", f"the id {article.id!r} is not that of the address, {article_id!r}")
    return Operation.now(article.id, decoded(record.content, where), client), unused


def taken_out(article_id: str, client: str) -> Operation:
    """The operation that takes an article out.

    Raises:
        QueryError: no article can have that id.
    """
    try:
        return Operation.now(checked_id(article_id, "the address"), None, client)
    except CorpusError as error:
        raise QueryError(str(error), kind="parameter", parameter="id") from None


def of_bulk(body: bytes, client: str, records: SiteRecords) -> Asked:
    """The operations of JSON Lines, or of an array: articles, and ``{"id": ..., "deleted": true}``.

    Args:
        body: the lines, or the array.
        client: who sent them.
        records: reads them as the site says.

    Raises:
        QueryError: a line is neither; the message names the first such lines, and how many there are.
    """
    operations, faults = [], []
    unused: dict[str, None] = {}
    for number, line in enumerate(_lines(body), 1):
        if not line.strip():
            continue
        try:
            operation, names = _of_line(_Record.of(line, f"line {number}"), client, records)
            operations.append(operation)
            unused.update(dict.fromkeys(names))
        except CorpusError as error:
            faults.append(str(error))
    if faults:
        wrong = "1 line is wrong" if len(faults) == 1 else f"{len(faults)} lines are wrong"
        raise _refused(f"{wrong}, and nothing was queued: {'; '.join(faults[:5])}")
    if not operations:
        raise _refused("no line has an article")
    if len(operations) > MAX_LINES:
        raise _refused(f"{len(operations):,} lines are more than {MAX_LINES:,}")
    return Asked(operations, [*unused][:MAX_NAMES])


def _lines(body: bytes) -> Sequence[bytes]:
    """Each article as it came; generated clients send an array, whose elements are as good as lines."""
    if body.lstrip()[:1] != b"[":
        return body.split(b"\n")
    try:
        return [bytes(element) for element in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except msgspec.DecodeError as error:
        raise _refused(f"it is neither JSON Lines nor an array in JSON: {error}") from None


def _of_line(record: _Record, client: str, records: SiteRecords) -> tuple[Operation, list[str]]:
    deleted = records.withdrawn(record.fields, record.where)
    if deleted is None:
        return _put("", record, client, records)
    return Operation.now(checked_id(deleted, record.where), None, client), []


_NOT_KEPT: Final = {"Cache-Control": "no-store"}

_ARTICLES: Final = "/api/v1/articles"
_ARTICLE: Final = f"{_ARTICLES}/<path:article_id>"


def publishing(
    queue: PublishingQueue,
    guard: Guard,
    records: Callable[[], SiteRecords],
) -> Blueprint:
    """The routes.

    Args:
        queue: takes the operations.
        guard: says who may send some.
        records: gives what reads articles as the site says now.
    """
    routes = Blueprint("publishing", __name__)
    routes.before_request(guard.admit_writing)
    # Whichever process is asked next, what was told to be visible is found there.
    routes.before_app_request(lambda: _expect_newest(queue))
    _add_changes(routes, queue, records)
    _add_patching(routes, queue, records)
    _add_questions(routes, queue)
    return routes


def _addressed(article_id: str) -> tuple[str, float]:
    """The id of an article, of the path or else the parameter ``id``; and how long to wait, in seconds."""
    if article_id:
        return article_id, read(PublishParameters).wait
    asked = read(NamedPublishParameters)
    return asked.id, asked.wait


def _expect_newest(queue: PublishingQueue) -> None:
    with suppress(JournalError):  # articles are found whatever becomes of the queue
        live().expect(queue.newest())


def _add_changes(routes: Blueprint, queue: PublishingQueue, records: Callable[[], SiteRecords]) -> None:
    def queued(asked: Asked, wait: float, named: str = "") -> ResponseReturnValue:
        def made(waiting: Sequence[Operation]) -> Sequence[Operation]:
            _demanded(queue, named, waiting, records())
            return asked.operations

        is_conditional = named and "If-Match" in request.headers
        receipt = queue.change(made, wait) if is_conditional else queue.publish(asked.operations, wait)
        return _queued(asked, receipt)

    @routes.put(_ARTICLE)
    @routes.put(_ARTICLES)
    def put_one(article_id: str = "") -> ResponseReturnValue:
        """An article, in place of any of its id."""
        named, wait = _addressed(article_id)
        return queued(put(named, body(), g.client, records()), wait, named)

    @routes.delete(_ARTICLE)
    @routes.delete(_ARTICLES)
    def take_out(article_id: str = "") -> ResponseReturnValue:
        """An article out, if it is there."""
        named, wait = _addressed(article_id)
        return queued(Asked([taken_out(named, g.client)], []), wait, named)

    @routes.post(_ARTICLES)
    def post_many() -> ResponseReturnValue:
        """Many, as JSON Lines or as an array; all or none."""
        asked = read(PublishParameters)
        return queued(of_bulk(body(), g.client, records()), asked.wait)


def _demanded(
    queue: PublishingQueue, article_id: str, waiting: Sequence[Operation], records: SiteRecords
) -> Article:
    """An article as it is once all that waits is visible, of the version that the request demands if it does.

    Raises:
        ArticleNotFoundError, ChangedError: as of ``as_queued`` and ``demand``.
    """
    _expect_newest(queue)
    article = as_queued(article_id, waiting, live().current().article, records)
    demand(request.headers.get("If-Match"), article)
    return article


def _add_patching(routes: Blueprint, queue: PublishingQueue, records: Callable[[], SiteRecords]) -> None:
    @routes.patch(_ARTICLE)
    @routes.patch(_ARTICLES)
    def patch(article_id: str = "") -> ResponseReturnValue:
        """A part of an article, the rest as it is."""
        named, wait = _addressed(article_id)
        asked: list[Asked] = []

        def made(waiting: Sequence[Operation]) -> Sequence[Operation]:
            known = records()
            article = _demanded(queue, named, waiting, known)
            asked.append(put(named, patched(article, body()), g.client, known))
            return asked[0].operations

        receipt = queue.change(made, wait)
        return _queued(asked[0], receipt)


def _queued(asked: Asked, receipt: Receipt) -> ResponseReturnValue:
    facts = {"articles": len(asked.operations), **({"unused": asked.unused} if asked.unused else {})}
    return _answer(receipt, facts)


def _add_questions(routes: Blueprint, queue: PublishingQueue) -> None:
    @routes.get("/api/v1/publications/<int:position>")
    def publication(position: int) -> ResponseReturnValue:
        """Whether what was queued up to a position is visible."""
        read(request_schema.NoParameters)
        return _answer(queue.asked(position), {})

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


def _answer(receipt: Receipt, queued: Mapping[str, Any]) -> ResponseReturnValue:
    """What became of a position; ``queued`` are further facts where it was queued just now."""
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
