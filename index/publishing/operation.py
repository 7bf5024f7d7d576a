"""One thing to do to an index: put an article in, in place of any of its id, or take one out."""

import datetime as dt
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from onneshon.index.article import Article
from onneshon.index.ingest.records import json_object
from onneshon.index.ingest.site_records import SiteRecords

__all__ = ["Operation", "latest"]

_CHECKED: Final = 9
"""Characters before the JSON of a line: eight of its sum, and a space."""


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

    def encode(self) -> bytes:
        """As a line of the journal, with a sum by which a torn or altered one is known."""
        fields = {"id": self.id, "record": self.record, "client": self.client, "received": self.received}
        text = json.dumps(fields).encode()
        return b"%08x %b\n" % (zlib.crc32(text), text)

    @classmethod
    def decode(cls, line: bytes) -> Self | None:
        """Read what `encode` wrote; None where the line is torn or altered."""
        text = line[_CHECKED:].removesuffix(b"\n")
        if not line.endswith(b"\n") or line[:_CHECKED] != b"%08x " % zlib.crc32(text):
            return None
        return cls(**json.loads(text))


def latest(operations: Iterable[Operation]) -> list[Operation]:
    """Of several for one article the last, which undoes what the others did; in order."""
    return list({operation.id: operation for operation in operations}.values())
