"""From the body of a request to what it asks to be done."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Self

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.ingest.fields import is_withdrawn
from onneshon.index.ingest.records import checked_id, decoded, json_object
from onneshon.index.publishing.journal import Operation
from onneshon.search import QueryError

__all__ = ["MAX_ARTICLE", "MAX_BODY", "MAX_LINES", "MAX_NAMES", "Asked", "of_bulk", "put", "taken_out"]

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


def _refused(message: str) -> QueryError:
    return QueryError(message, kind="parameter", parameter="body")


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
        raise _refused(str(error)) from None
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
    """The operations of a body of JSON Lines: articles, and ``{"id": ..., "deleted": true}``.

    Args:
        body: the lines.
        client: who sent them.
        records: reads them as the site says.

    Raises:
        QueryError: a line is neither; the message names the first such lines, and how many there are.
    """
    operations, faults = [], []
    unused: dict[str, None] = {}
    for number, line in enumerate(body.split(b"\n"), 1):
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


def _of_line(record: _Record, client: str, records: SiteRecords) -> tuple[Operation, list[str]]:
    deleted = records.withdrawn(record.fields, record.where)
    if deleted is None:
        return _put("", record, client, records)
    return Operation.now(checked_id(deleted, record.where), None, client), []
