"""Articles of JSON objects that come one by one, each read as a site says that files of them are."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from onneshon.index.article import Article
from onneshon.index.configuration import Configuration
from onneshon.index.ingest.fields import FieldMapping
from onneshon.index.ingest.legacy import article_in_unicode
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ingest.records import without_bad_numbers
from onneshon.index.ingest.withdrawals import is_withdrawn, withdrawn_id

__all__ = ["SiteRecord", "SiteRecords"]

_REMEDY: Final = "say which is which under [mapping] in onneshon.toml"


class SiteRecord(NamedTuple):
    """What a record makes.

    Attributes:
        article: the article, its texts in Unicode.
        unused: names of fields that nothing was made of, in the order of the record; last those of numbers
            whose values are none.
    """

    article: Article
    unused: list[str]


class SiteRecords:
    """Reads records as a site says: names of fields, fields of its own; texts typed for Bijoy become Unicode.

    Args:
        configuration: what the site says.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._numbers = configuration.numbers
        self._mapping = FieldMapping.of(ReadingOptions(), configuration)

    def read(self, fields: Mapping[str, Any], where: str, derived_id: str = "") -> SiteRecord:
        """The article of a record.

        Args:
            fields: of the record, as ``json_object`` gives them.
            where: its place, for the message.
            derived_id: its id if it has none of its own.

        Raises:
            CorpusError: it is none, or typed for a font whose codes nobody knows.
        """
        article = self._mapping.article(fields, where, derived_id, remedy=_REMEDY)
        good, bad = without_bad_numbers(article_in_unicode(article, where), self._numbers)
        return SiteRecord(good, [*self._mapping.unused(fields), *(name for name, _ in bad)])

    def withdrawn(self, fields: Mapping[str, Any], where: str) -> str | None:
        """The id of the article that a record says is withdrawn; None where it says nothing of the kind.

        Args:
            fields: of the record, as ``json_object`` gives them.
            where: its place, for the message.

        Raises:
            CorpusError: it has no id, or does not say clearly whether it is one to withdraw.
        """
        return withdrawn_id(fields, self._mapping, where) if is_withdrawn(fields, where) else None
