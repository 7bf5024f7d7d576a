"""A digest of each article, by which an update knows what has not changed without reading stored texts.

The file ``digests.bin`` is a file of sections with one section, ``digests``: 64 bits for each document of a
segment, in the order of its documents. Two versions of one article are compared, never two articles, so that
one change in 2^64 goes unnoticed.
"""

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.article import Article
from index.columnar.section_file import SectionFile, SectionWriter, write_file
from index.columnar.segment_reader import SegmentReader

__all__ = ["FILE_NAME", "DigestSpool", "content_digest", "digests_of", "read_digests", "write_digests"]

FILE_NAME: Final = "digests.bin"
SECTION: Final = "digests"


def content_digest(article: Article) -> int:
    """64 bits of BLAKE2b over every field of an article."""
    day = article.date.isoformat() if article.date else ""
    fields = (article.id, article.title, article.body, day, article.category)
    keywords = (part for name in sorted(article.keywords) for part in _keyword(name, article.keywords[name]))
    # No field holds a NUL character: ingest refuses it.
    text = "\0".join((*fields, article.url, article.author, article.lang, *keywords))
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _keyword(name: str, values: Sequence[str]) -> Iterator[str]:
    yield f"{name} {len(values)}"
    yield from values


class DigestSpool:
    """The digests of articles as they come; 16 bytes each."""

    def __init__(self) -> None:
        self._ids = array("Q")
        self._digests = array("Q")

    def add(self, article: Article) -> None:
        """Take note of an article."""
        self._ids.append(_id_digest(article.id))
        self._digests.append(content_digest(article))

    def of(self, ids: Sequence[str]) -> NDArray[np.uint64]:
        """The digests of all that were added, in the order of these ids: workers take articles in turns."""
        known = np.frombuffer(self._ids, np.uint64)
        order = np.argsort(known)
        wanted = np.fromiter(map(_id_digest, ids), np.uint64, len(ids))
        return np.frombuffer(self._digests, np.uint64)[order][np.searchsorted(known[order], wanted)]


def _id_digest(article_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=8).digest())


def write_digests(folder: Path, digests: Iterable[int] | NDArray[np.uint64]) -> None:
    """Write the digests of a segment into the folder of its side tables."""
    numbers = digests if isinstance(digests, np.ndarray) else np.array(list(digests), np.uint64)
    with closing(SectionWriter(folder)) as sections:
        sections.section(SECTION, "<u8").extend(numbers)
        write_file(sections, folder / FILE_NAME)


def read_digests(folder: Path, documents: int) -> NDArray[np.uint64] | None:
    """The digests of a segment's documents; None where it was written without, or with others.

    Raises:
        IndexCorruptError: the file is not as it was written.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return None
    found = SectionFile.open(path).array(SECTION)
    return found if len(found) == documents else None


def digests_of(segment: SegmentReader) -> NDArray[np.uint64]:
    """The digests of a segment that was written without, from what it stores."""
    digests = (content_digest(segment.article(doc)) for doc in range(segment.doc_count))
    return np.fromiter(digests, np.uint64, segment.doc_count)
