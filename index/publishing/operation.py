"""Operations to be published: the lines of the journal that they are, and the whole requests that lines make.

A line is a sum, a space and JSON: the operation itself, or, where several came with one request, a list of
two numbers and the operation. The numbers are bytes of the same request before the line and behind it, so
that each line that can be read tells of a whole request, and a damaged one does not hide what it was part of.
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


BATCH_OPERATIONS: Final = 1000
BATCH_BYTES: Final = 32 << 20
"""Most that is read, and then published, at once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Whole requests that follow each other.

    Attributes:
        operations: in the order in which they were appended.
        position: up to which they reach.
        damaged: lines among them that could not be read.
        lost: the requests that these were part of, as ranges of positions: behind the first number, up to the
            second.
    """

    operations: tuple[Operation, ...]
    position: int
    damaged: int = 0
    lost: tuple[tuple[int, int], ...] = ()


class BatchReader:
    """Puts lines together to a batch of whole requests.

    Args:
        position: behind which they begin.
    """

    def __init__(self, position: int) -> None:
        self._operations: list[Operation] = []
        self._unread: list[tuple[int, int]] = []
        self._lost: set[tuple[int, int]] = set()
        self._damaged = self._taken = 0
        self._position = self._request_end = position

    def take(self, line: bytes, at: int) -> None:
        """The next line, which ends at a position."""
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
        """Know of which requests the lines were part that could not be read, from those around them."""
        for before, at in self._unread:
            self._lost.add((ends - 1, ends) if at > begins else (before, at))
        self._unread.clear()

    @property
    def is_enough(self) -> bool:
        """Whether it is as much as is published at once, and no part of a request."""
        large = len(self._operations) >= BATCH_OPERATIONS or self._taken >= BATCH_BYTES
        return large and self._position >= self._request_end and not self._unread

    def batch(self) -> Batch:
        """All that was taken."""
        self._settle(self._position, self._position)
        return Batch(tuple(self._operations), self._position, self._damaged, tuple(sorted(self._lost)))


def end_of_requests(content: bytes, position: int, *, every_line: bool) -> int:
    """Where the last whole request ends, if nothing but torn ones follow.

    Args:
        content: from the end of a request on.
        position: where that is.
        every_line: whether a request is whole only if all its lines can be read; else its last one is enough.
    """
    end, at, sound_from = 0, position, position
    for line in BytesIO(content):
        at += len(line)
        found = read_line(line)
        # A power cut may leave zeros, or anything, where a line was about to be: that is no line either.
        if found is None:
            sound_from = at
        elif not found.after and not (every_line and sound_from > at - len(line) - found.before):
            end = at - position
    return end
