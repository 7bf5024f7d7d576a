"""Operations to be published: their encoding as lines of the journal, and reading lines as whole requests.

A line is a checksum, a space and JSON: the operation itself, or, if several came with one request, a list of
two numbers and the operation. The numbers are the bytes of the same request before and after the line, so
that each readable line gives the extent of its request, even if other lines of the request are damaged.
"""

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from itertools import accumulate
from typing import Final, NamedTuple, Self

from onneshon.index.article import Article
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.ingest.records import json_object

_CHECKED: Final = 9
"""Characters before the JSON of a line: eight of its checksum, and a space."""

_WITHIN: Final = len(f"[{0:10}, {0:10}, ]")
"""Characters by which a line is longer if it is one of several in a request."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One change to an index.

    Attributes:
        id: the id of the article.
        record: the article as JSON, as ingest reads it; None to remove the article.
        client: the name of the key with which the request came.
        received: when the request came, ISO 8601, UTC.
    """

    id: str
    record: str | None
    client: str = ""
    received: str = ""

    @classmethod
    def now(cls, article_id: str, record: str | None, client: str) -> Self:
        """An operation that was received at this moment."""
        return cls(article_id, record, client, dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"))

    def article(self, records: SiteRecords) -> Article | None:
        """The article to add; None if it is to be removed.

        Args:
            records: reads records by the site's configuration.

        Raises:
            CorpusError: the record is no article, which was checked before it was queued.
        """
        if self.record is None:
            return None
        where = f"article {self.id}"
        return records.read(json_object(self.record.encode(), where), where, self.id).article


class Line(NamedTuple):
    """A line that can be read.

    Attributes:
        operation: the operation in the line.
        before: the bytes of the same request before the line.
        after: the bytes of the same request after the line.
    """

    operation: Operation
    before: int = 0
    after: int = 0


def encode_request(operations: Sequence[Operation]) -> bytes:
    """The lines of all operations of a request, each with a checksum to detect torn or altered lines."""
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
    """Decode a line; None if it is torn or altered."""
    text = line[_CHECKED:].removesuffix(b"\n")
    if not line.endswith(b"\n") or line[:_CHECKED] != b"%08x " % zlib.crc32(text):
        return None
    content = json.loads(text)
    if isinstance(content, dict):
        return Line(Operation(**content))
    before, after, fields = content
    return Line(Operation(**fields), before, after)


def latest(operations: Iterable[Operation]) -> list[Operation]:
    """The last operation on each article, which overrides the earlier ones; in order."""
    return list({operation.id: operation for operation in operations}.values())


BATCH_OPERATIONS: Final = 1000
BATCH_BYTES: Final = 32 << 20
"""The most operations and bytes that are read, and then published, at once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive whole requests.

    Attributes:
        operations: the operations in the order in which they were appended.
        position: the position of the end of the last request.
        damaged: the number of lines that could not be read.
        lost: the requests of these lines, as ranges of positions: after the first number, up to the second.
    """

    operations: tuple[Operation, ...]
    position: int
    damaged: int = 0
    lost: tuple[tuple[int, int], ...] = ()


class BatchReader:
    """Combines lines into a batch of whole requests.

    Args:
        position: the position after which the lines begin.
    """

    def __init__(self, position: int) -> None:
        self._operations: list[Operation] = []
        self._unread: list[tuple[int, int]] = []
        self._lost: set[tuple[int, int]] = set()
        self._damaged = self._taken = 0
        self._position = self._request_end = position

    def take(self, line: bytes, at: int) -> None:
        """Take the next line, which ends at position ``at``."""
        before, self._position, self._taken = self._position, at, self._taken + len(line)
        found = read_line(line)
        if found is None:
            self._damaged += 1
            self._unread.append((before, at))
            return
        self._operations.append(found.operation)
        self._settle(begins=at - len(line) - found.before, ends=at + found.after)
        self._request_end = at + found.after

    def _settle(self, begins: int, ends: int) -> None:
        """Determine the requests of the lines that could not be read, from the next readable line."""
        for before, at in self._unread:
            self._lost.add((ends - 1, ends) if at > begins else (before, at))
        self._unread.clear()

    @property
    def is_enough(self) -> bool:
        """Whether the lines are as many as are published at once, and end with a whole request."""
        large = len(self._operations) >= BATCH_OPERATIONS or self._taken >= BATCH_BYTES
        return large and self._position >= self._request_end and not self._unread

    def batch(self) -> Batch:
        """The batch of all lines that were taken."""
        self._settle(self._position, self._position)
        return Batch(tuple(self._operations), self._position, self._damaged, tuple(sorted(self._lost)))


def end_of_requests(content: bytes, position: int, *, every_line: bool) -> int:
    """The offset in ``content`` at which its last whole request ends.

    Args:
        content: the bytes of the journal from the end of a request on.
        position: the position of the first of these bytes.
        every_line: whether a request is whole only if all its lines can be read; if not, its last line is
            enough.
    """
    end, at, sound_from = 0, position, position
    for line in BytesIO(content):
        at += len(line)
        found = read_line(line)
        # A power cut may leave zeros, or anything, where a line was being written: that is no line either.
        if found is None:
            sound_from = at
        elif not found.after and not (every_line and sound_from > at - len(line) - found.before):
            end = at - position
    return end
