"""Files of changes: articles to add or replace, and records that say which are withdrawn."""

from collections.abc import Callable, Sequence
from pathlib import Path

from onneshon.index.configuration import Configuration
from onneshon.index.ingest.corpus import Corpus, Meter, no_meter
from onneshon.index.ingest.problems import Problems
from onneshon.index.ingest.readers.record import RawRecord, ReadingOptions, Record
from onneshon.index.ingest.withdrawals import withdrawn_id

__all__ = ["Changes"]


class Changes(Corpus):
    """The changes behind some paths, in their order, so that of several with one id the last counts.

    Iterating gives the articles; ``{"id": "17", "deleted": true}`` is told to ``withdraw``, at its place.

    Args:
        paths: files, folders, or ``-`` for standard input.
        problems: where faults are reported; may raise to stop at the first.
        withdraw: called with the id of each article that is withdrawn.
        passes: called with the digest of each record that can be known again; whether its article is there,
            so that it is passed over.
        meter: called with the number of bytes of each piece read.
        configuration: which fields articles may have besides ours, and what sources call ours.
        reading: how sources are read.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        problems: Problems,
        withdraw: Callable[[str], object],
        passes: Callable[[int], bool],
        meter: Meter = no_meter,
        *,
        configuration: Configuration | None = None,
        reading: ReadingOptions | None = None,
    ) -> None:
        super().__init__(paths, problems, meter, configuration, reading)
        self._withdraw = withdraw
        self._passes = passes

    def _is_known(self, raw: RawRecord) -> bool:
        return self._passes(self._digests.of(raw))

    def _withdrawn(self, record: Record) -> None:
        withdrawn = withdrawn_id(record.fields, self._mapping, record.where)
        self.seen += 1
        self.given += 1
        self._withdraw(withdrawn)

    def _is_taken(self, _article_id: str) -> bool:
        return False
