"""Files of changes: articles to add or replace, and records that say which are withdrawn."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.article import Article
from index.errors import CorpusError
from index.ingest.corpus import Corpus, Meter, no_meter
from index.ingest.problems import Problems
from index.ingest.records import article_from_json

__all__ = ["Changes", "withdrawn_id"]

_HINT = b'"deleted"'


class Changes(Corpus):
    """The changes behind some paths, in their order, so that of several with one id the last counts.

    Iterating gives the articles; ``{"id": "17", "deleted": true}`` is told to ``withdraw``, at its place.

    Args:
        paths: files, folders, or ``-`` for standard input.
        problems: where faults are reported; may raise to stop at the first.
        withdraw: called with the id of each article that is withdrawn.
        meter: called with the number of bytes of each piece read.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        problems: Problems,
        withdraw: Callable[[str], object],
        meter: Meter = no_meter,
    ) -> None:
        super().__init__(paths, problems, meter)
        self._withdraw = withdraw

    def _article(
        self, read: Callable[[bytes, str, str], Article], record: bytes | None, derived_id: str
    ) -> Iterator[Article]:
        withdrawn = None
        if record is not None and _HINT in record and read is article_from_json:
            try:
                withdrawn = withdrawn_id(record, self._where)
            except CorpusError as problem:
                self._report(problem)
                return
        if withdrawn is None:
            yield from super()._article(read, record, derived_id)
        else:
            self.seen += 1
            self.given += 1
            self._withdraw(withdrawn)

    def _is_taken(self, _article_id: str) -> bool:
        return False


def withdrawn_id(record: bytes, where: str) -> str | None:
    """The id that a record says is withdrawn; None where it says nothing of the kind.

    Raises:
        CorpusError: it is withdrawn, but has no id.
    """
    try:
        fields = json.loads(record)
    except ValueError:
        return None  # which whoever reads it as an article says better
    if not isinstance(fields, dict) or fields.get("deleted") is not True:
        return None
    found = fields.get("id")
    if not isinstance(found, str | int) or isinstance(found, bool) or found == "":
        raise CorpusError(where, "id", "an article is to be deleted, but which has no id")
    return str(found)
