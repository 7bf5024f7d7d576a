"""An operation to be published, and the line of the journal that it is.

A line is a sum, a space and JSON: the operation itself, or, where several came with one request, a list of
two numbers and the operation. The numbers are bytes of the same request before the line and behind it, so
that each line that can be read tells of a whole request, and a damaged one does not hide what it was part of.
"""

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Final, NamedTuple, Self

from onneshon.index.article import Article
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.ingest.records import json_object

__all__ = ["Line", "Operation", "encode_request", "latest", "read_line"]

_CHECKED: Final = 9
"""Characters before the JSON of a line: eight of its sum, and a space."""

_WITHIN: Final = len(f"[{0:10}, {0:10}, ]")
"""Characters that a line is longer for being one of several."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do to an index.

    Attributes:
        id: of the article.
        record: the article as JSON, as ingest reads it; None to take the article out.
        client: name of the key with which it came.
        received: when, ISO 8601, UTC.
    """

    id: str
    record: str | None
    client: str = ""
    received: str = ""

    @classmethod
    def now(cls, article_id: str, record: str | None, client: str) -> Self:
        """One that was received at this moment."""
        return cls(article_id, record, client, dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"))

    def article(self, records: SiteRecords) -> Article | None:
        """The article to put in; None where it is to be taken out.

        Args:
            records: reads records as the site says.

        Raises:
            CorpusError: it is none, which was looked at before it was queued.
        """
        if self.record is None:
            return None
        where = f"article {self.id}"
        return records.read(json_object(self.record.encode(), where), where, self.id).article


class Line(NamedTuple):
    """A line that can be read.

    Attributes:
        operation: in it.
        before: bytes of the same request before the line.
        after: bytes of the same request behind it.
    """

    operation: Operation
    before: int = 0
    after: int = 0


def encode_request(operations: Sequence[Operation]) -> bytes:
    """The lines of all operations of a request, each with a sum by which a torn or altered line is known."""
    texts = [json.dumps(asdict(operation)).encode() for operation in operations]
    if len(texts) > 1:
        ends = [*accumulate(_CHECKED + _WITHIN + len(text) + 1 for text in texts)]
        starts = [0, *ends]
        texts = [
            b"[%10d, %10d, %b]" % (start, ends[-1] - end, text)
            for start, end, text in zip(starts, ends, texts, strict=False)
        ]
    return b"".join(b"%08x %b\n" % (zlib.crc32(text), text) for text in texts)


def read_line(line: bytes) -> Line | None:
    """What a line holds; None where it is torn or altered."""
    text = line[_CHECKED:].removesuffix(b"\n")
    if not line.endswith(b"\n") or line[:_CHECKED] != b"%08x " % zlib.crc32(text):
        return None
    content = json.loads(text)
    if isinstance(content, dict):
        return Line(Operation(**content))
    before, after, fields = content
    return Line(Operation(**fields), before, after)


def latest(operations: Iterable[Operation]) -> list[Operation]:
    """Of several for one article the last, which undoes what the others did; in order."""
    return list({operation.id: operation for operation in operations}.values())
