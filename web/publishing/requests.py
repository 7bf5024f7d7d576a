"""Changes to articles that a request asks for: its body as operations, a patch, the version it demands."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

import msgspec
from werkzeug.http import parse_etags

from onneshon.index import Article
from onneshon.index.analysis.control_characters import json_bytes
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.ingest.fields import is_withdrawn
from onneshon.index.ingest.records import checked_id, decoded, json_object
from onneshon.index.json_checks import decoded as from_json
from onneshon.index.json_form import written
from onneshon.index.publishing.operation import Operation
from onneshon.search import ArticleNotFoundError, QueryError
from onneshon.web.api.schema import revision
from onneshon.web.middleware.faults import ChangedError

MAX_ARTICLE: Final = 8 << 20
"""Maximum bytes of one article, as in a corpus."""

MAX_LINES: Final = 10_000
"""Maximum operations of one request."""

MAX_NAMES: Final = 50
"""Maximum number of unused field names that are reported."""


class RequestedChanges(NamedTuple):
    """The changes that the body of a request asks for.

    Attributes:
        operations: the operations to queue.
        unused: names of fields in the body that are not used.
    """

    operations: list[Operation]
    unused: list[str]


def put(article_id: str, body: bytes, client: str, records: SiteRecords) -> RequestedChanges:
    """The operation that puts an article in.

    Args:
        article_id: the id from the address.
        body: the article, a JSON object as in a corpus; its ``id`` may be left out.
        client: the name of the client that sent it.
        records: the reader of articles, with the site's settings.

    Raises:
        QueryError: the body is no article, or has another id.
    """
    try:
        operation, unused = _put(article_id, _Record.of(body, "the body"), client, records)
    except CorpusError as error:
        raise QueryError(
            str(error), kind="date" if error.kind == "date" else None, parameter="body"
        ) from None
    return RequestedChanges([operation], unused[:MAX_NAMES])


class _Record(NamedTuple):
    """A JSON object of a request, as bytes and parsed, with its place for messages."""

    content: bytes
    fields: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, content: bytes, where: str) -> Self:
        """Parse a record; raises CorpusError where it is too large, or no object."""
        if len(content) > MAX_ARTICLE:
            raise CorpusError(where, "size", f"larger than {MAX_ARTICLE >> 20} MiB")
        return cls(content, json_object(content, where), where)


def _put(article_id: str, record: _Record, client: str, records: SiteRecords) -> tuple[Operation, list[str]]:
    where = record.where
    if is_withdrawn(record.fields, where):
        raise CorpusError(where, "type", "the article says that it is deleted: take it out with DELETE")
    article, unused = records.read(record.fields, where, article_id)
    if not article.id:
        raise CorpusError(where, "id", "the id is missing: give each article one")
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
        raise QueryError(str(error), parameter="id") from None


def of_bulk(body: bytes, client: str, records: SiteRecords) -> RequestedChanges:
    """The operations of JSON Lines, or of an array: articles, and ``{"id": ..., "deleted": true}``.

    Args:
        body: the lines, or the array.
        client: the name of the client that sent them.
        records: the reader of articles, with the site's settings.

    Raises:
        QueryError: lines are neither; the message names the first of them, and how many there are.
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
        raise QueryError(f"{wrong}, and nothing was queued: {'; '.join(faults[:5])}", parameter="body")
    if not operations:
        raise QueryError(
            "no line has an article: send one as JSON in each line, or an array", parameter="body"
        )
    if len(operations) > MAX_LINES:
        reason = f"{len(operations):,} lines are more than {MAX_LINES:,}: send them in several requests"
        raise QueryError(reason, parameter="body")
    return RequestedChanges(operations, [*unused][:MAX_NAMES])


def _lines(body: bytes) -> Sequence[bytes]:
    """The bytes of each record; generated clients send an array, whose elements are treated like lines."""
    if body.lstrip()[:1] != b"[":
        return body.split(b"\n")
    try:
        return [bytes(element) for element in from_json(body, list[msgspec.Raw])]
    except msgspec.DecodeError as error:
        raise QueryError(
            f"it is neither JSON Lines nor an array in JSON: {error}", parameter="body"
        ) from None


def _of_line(record: _Record, client: str, records: SiteRecords) -> tuple[Operation, list[str]]:
    deleted = records.withdrawn(record.fields, record.where)
    if deleted is None:
        return _put("", record, client, records)
    return Operation.now(checked_id(deleted, record.where), None, client), []


def merged(target: Any, patch: Any) -> Any:
    """A value with a merge patch applied: members in the patch are set, those it gives as null removed."""
    if not isinstance(patch, Mapping):
        return patch
    kept = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept


def as_queued(
    article_id: str, queued: Sequence[Operation], stored: Callable[[str], Article], records: SiteRecords
) -> Article:
    """An article as it will be once all queued operations are visible.

    Args:
        article_id: the article's id.
        queued: the operations that wait, in order.
        stored: returns an article of the index by its id.
        records: the reader of queued articles.

    Raises:
        ArticleNotFoundError: there is no such article, or a queued operation takes it out.
    """
    mine = [operation for operation in queued if operation.id == article_id]
    if not mine:
        return stored(article_id)
    article = mine[-1].article(records)
    if article is None:
        raise ArticleNotFoundError.of(article_id)
    return article


def demand(condition: str | None, unless: str | None, article: Article) -> None:
    """Refuse to change an article whose version is not what the client's conditional headers demand.

    Entity tags are compared without the weak mark: compressed answers have that mark, and their tag still
    names the version of the article.

    Args:
        condition: the header If-Match; None without one. An invalid one matches no version.
        unless: the header If-None-Match, which names versions that the article must not be; ``*`` for any.
        article: the current article.

    Raises:
        ChangedError: ``condition`` names other versions, or ``unless`` names this one.
    """
    if unless is not None and parse_etags(unless).contains_weak(revision(article)):
        raise ChangedError(
            f"the article {article.id} is there already: send without If-None-Match to replace it"
        )
    if condition is not None and not parse_etags(condition).contains_weak(revision(article)):
        raise ChangedError(f"the article {article.id} was changed meanwhile: read it, and send again")


def patched(article: Article, body: bytes) -> bytes:
    """The whole record of an article with a patch applied.

    Args:
        article: the current article.
        body: the patch, a JSON object; members with null are removed, a field of the site also under its
            name in the sources.

    Raises:
        QueryError: the body is no JSON object.
    """
    try:
        patch = json_object(body, "the body")
    except CorpusError as error:
        raise QueryError(str(error), parameter="body") from None
    changed = merged(written(article), patch)
    gone = {name: None for name in article.keywords if name in patch and patch[name] is None}
    return json_bytes(merged(changed, {"keywords": gone}) if gone else changed)
