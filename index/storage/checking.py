"""Reading all of an index to see whether it is what was built."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from onneshon.index.article import TEXT_FIELDS
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.storage.reader import IndexReader, open_index

__all__ = ["CheckReport", "check_index"]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was read and found sound.

    Attributes:
        generation: the live one.
        articles: each was decoded.
        terms: how many there are in all text fields; each in its place.
        files: each byte of each was compared with the manifest.
        bytes: size of all files.
    """

    generation: str
    articles: int
    terms: int
    files: int
    bytes: int


def check_index(directory: Path) -> CheckReport:
    """Read every byte, every article and every term of the live generation.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: something is not as it was built; the message says what.
        IndexOutdatedError: it was built by another version.
    """
    with open_index(directory, verify=True) as reader:
        articles = sum(1 for _id in _article_ids(reader))
        if not articles == reader.count == reader.manifest.articles:
            raise IndexCorruptError(
                f"{directory}: the manifest says {reader.manifest.articles:,} articles, {reader.count:,} are "
                f"listed, and {articles:,} can be read: {REPAIR}"
            )
        terms = sum(_check_terms(directory, segment) for segment in reader.segments)
        files = reader.manifest.files.values()
        size = sum(entry.size for entry in files)
        return CheckReport(reader.generation, articles, terms, len(files), size)


def _article_ids(reader: IndexReader) -> Iterator[str]:
    """Decode every article that is not deleted."""
    for segment in reader.segments:
        for doc in range(segment.doc_count):
            if segment.deleted is None or not segment.deleted[doc]:
                yield segment.article(doc).id


def _check_terms(directory: Path, segment: SegmentReader) -> int:
    return sum(_count_terms(directory, segment.impacts(name)) for name in TEXT_FIELDS)


def _count_terms(directory: Path, field: ImpactField) -> int:
    for before, after in pairwise(field.terms()):
        if before >= after:
            message = f"{directory}: the terms {before!r} and {after!r} of {field.name} are out of order"
            raise IndexCorruptError(f"{message}: {REPAIR}")
    return field.term_count
