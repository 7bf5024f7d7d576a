"""Records known again by their bytes, so that what has not changed need not be read to be passed over."""

import hashlib
from importlib.metadata import version
from typing import Final

from onneshon.index.ingest.fields import FieldMapping
from onneshon.index.ingest.readers.record import RawRecord, ReadingOptions

__all__ = ["NO_RECORD", "RecordDigests"]

NO_RECORD: Final = 0
"""The digest of what cannot be known again."""

_RULES: Final = 2
"""One more whenever the same record becomes something else than before: else it would be passed over."""


class RecordDigests:
    """Digests of records: 64 bits of SHA-256 over all that decides which article a record becomes.

    That is its bytes, how it is read, and by which version of this program. Of a million articles in an index
    one record in 10^13 that is new is taken for one of theirs.

    Args:
        mapping: which field of a record is which of an article.
        options: how it is read.
    """

    def __init__(self, mapping: FieldMapping, options: ReadingOptions) -> None:
        names = sorted(mapping.names.items())
        declared = [(keyword.name, keyword.several) for keyword in mapping.declared]
        dates = (options.date_format, mapping.date_order)
        decides = (version("onneshon"), _RULES, names, declared, dates, options.convert)
        self._begun = hashlib.sha256(repr(decides).encode())

    def of(self, record: RawRecord) -> int:
        """The digest of a record; never ``NO_RECORD``."""
        digest = self._begun.copy()
        digest.update(f"{len(record.beside)} {record.beside}".encode("utf-8", "surrogateescape"))
        digest.update(record.content)
        return int.from_bytes(digest.digest()[:8]) or 1
