"""Two digests of each article, by which an update knows what has not changed without reading stored texts.

The file ``digests.bin`` is a file of sections with two of them: ``digests``, what an article is, and
``records``, what it was made of (``ingest.record_digests``), 0 where that is not known; 64 bits for each
document of a segment, in the order of its documents.
"""

import hashlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.article import Article
from onneshon.index.columnar.section_file import SectionFile, SectionWriter, write_file
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.ingest.record_digests import NO_RECORD

__all__ = [
    "FILE_NAME",
    "DigestSpool",
    "Digests",
    "content_digest",
    "digests_of",
    "read_digests",
    "write_digests",
]

FILE_NAME: Final = "digests.bin"
_CONTENTS: Final = "digests"
_RECORDS: Final = "records"


@dataclass(frozen=True, slots=True, eq=False)
class Digests:
    """Those of the documents of a segment.

    Attributes:
        contents: of what each is.
        records: of what it was made of; ``NO_RECORD`` where that is not known. May be changed.
    """

    contents: NDArray[np.uint64]
    records: NDArray[np.uint64]

    @classmethod
    def joined(cls, parts: Sequence["Digests"]) -> "Digests":
        """Of several segments that become one."""
        contents, records = ([getattr(one, name) for one in parts] for name in ("contents", "records"))
        return cls(np.concatenate(contents), np.concatenate(records))

    def of(self, mask: NDArray[np.bool_]) -> "Digests":
        """Of some of the documents."""
        return Digests(self.contents[mask], self.records[mask])

    def are_those_in(self, folder: Path) -> bool:
        """Whether the file in a folder of side tables has just these."""
        found = read_digests(folder, len(self.contents))
        return found is not None and np.array_equal(self.records, found.records)


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
    """The digests of articles as they come; 24 bytes each."""

    def __init__(self) -> None:
        self._ids = array("Q")
        self._contents = array("Q")
        self._records = array("Q")

    def add(self, article: Article, record: int) -> None:
        """Take note of an article, and of the digest of what it was made of."""
        self._ids.append(_id_digest(article.id))
        self._contents.append(content_digest(article))
        self._records.append(record)

    def of(self, ids: Sequence[str]) -> Digests:
        """The digests of all that were added, in the order of these ids: workers take articles in turns."""
        known = np.frombuffer(self._ids, np.uint64)
        order = np.argsort(known)
        wanted = np.fromiter(map(_id_digest, ids), np.uint64, len(ids))
        places = order[np.searchsorted(known[order], wanted)]
        contents, records = (np.frombuffer(one, np.uint64) for one in (self._contents, self._records))
        return Digests(contents[places], records[places])


def _id_digest(article_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=8).digest())


def write_digests(folder: Path, digests: Digests) -> None:
    """Write the digests of a segment into the folder of its side tables."""
    with closing(SectionWriter(folder)) as sections:
        sections.section(_CONTENTS, "<u8").extend(digests.contents)
        sections.section(_RECORDS, "<u8").extend(digests.records)
        write_file(sections, folder / FILE_NAME)


def read_digests(folder: Path, documents: int) -> Digests | None:
    """The digests of a segment's documents; None where it was written without, or with others.

    Raises:
        IndexCorruptError: the file is not as it was written.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return None
    file = SectionFile.open(path)
    contents, records = file.array(_CONTENTS), file.array(_RECORDS)
    if len(contents) != documents:
        return None
    if len(records) != documents:  # an older version wrote none
        return Digests(contents, _no_records(documents))
    return Digests(contents, records.copy())


def digests_of(segment: SegmentReader) -> Digests:
    """The digests of a segment that was written without, from what it stores."""
    contents = (content_digest(segment.article(doc)) for doc in range(segment.doc_count))
    count = segment.doc_count
    return Digests(np.fromiter(contents, np.uint64, count), _no_records(count))


def _no_records(documents: int) -> NDArray[np.uint64]:
    return np.full(documents, NO_RECORD, np.uint64)
