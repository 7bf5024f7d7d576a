"""Digests of articles, which an update compares, and fingerprints, by which near-duplicates are detected.

A fingerprint is a SimHash (Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002;
for web pages: Manku, Jain and Das Sarma, "Detecting near-duplicates for web crawling", WWW 2007) over all
shingles of three words: each bit of a text's fingerprint is that of the majority of its shingles.

The file ``digests.bin`` is a file of sections: ``digests``, of each article's content, and ``records``, of
the record it was made from (``ingest.fields.RecordDigests``), 0 where that is not known, 64 bits each; and
``changed``, the time when it was written; all in the order of the documents of a segment.
"""

import hashlib
import zlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.article import Article
from onneshon.index.columnar.change_dates import CHANGED, CONTENTS, DIGESTS_FILE, ChangeDates
from onneshon.index.columnar.section_file import SectionFile, SectionWriter, write_file
from onneshon.index.columnar.sections import U4, ends_of, ranges_within, starts_of
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.ingest.fields import NO_RECORD

SHINGLE: Final = 3
"""Words of a shingle, a run of consecutive words."""

SHORT: Final = 24
"""Shingles of a text; with fewer, majorities mean little, and only texts with the same shingles are alike."""

BYTE: Final = 255
"""The greatest count in eight bits."""

PIECE: Final = 1 << 17
"""Shingles whose bits are counted at a time, 64 bytes each."""

U8: TypeAlias = NDArray[np.uint64]


def term_hashes(terms: Sequence[str]) -> U8:
    """A hash of 64 bits for each term."""
    return _mixed(
        np.fromiter((zlib.crc32(term.encode("utf-8", "surrogatepass")) for term in terms), np.uint64)
    )


def fingerprints(hashes: U8, numbers: U4, lengths: NDArray[np.integer]) -> U8:
    """The fingerprint of each text; 0 for a text of fewer words than a shingle has.

    Args:
        hashes: the hashes of the terms, by term number, as ``term_hashes`` returns them.
        numbers: the term number of each word, text after text.
        lengths: the number of words of each text.
    """
    words = hashes[numbers]
    runs = _runs(words)
    inside = np.ones(len(words), np.bool_)
    ends = ends_of(lengths)
    for back in range(1, SHINGLE):
        inside[(ends - back)[lengths >= back]] = False
    counts = np.maximum(lengths.astype(np.int64) - (SHINGLE - 1), 0)
    runs = runs[inside[: len(runs)]] if len(runs) else runs
    return _of_runs(runs, counts)


def _mixed(numbers: U8) -> U8:
    """Mix the bits of numbers, so that each depends on all: the finalizer of SplitMix64 (Steele, 2014)."""
    mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _runs(words: U8) -> U8:
    """The hash of each shingle: of each word and those after it."""
    count = max(0, len(words) - (SHINGLE - 1))
    runs = np.zeros(count, np.uint64)
    for offset in range(SHINGLE):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + words[offset : offset + count]
    return _mixed(runs)


def _of_runs(runs: U8, counts: NDArray[np.int64]) -> U8:
    found = np.zeros(len(counts), np.uint64)
    starts = starts_of(counts)
    for first, last in ranges_within(counts, PIECE):
        some = np.flatnonzero(counts[first:last]) + first
        if len(some):
            piece = runs[starts[first] : starts[some[-1]] + counts[some[-1]]]
            found[some] = _majorities(piece, starts[some] - starts[first], counts[some])
    return found


def _majorities(runs: U8, starts: NDArray[np.int64], counts: NDArray[np.int64]) -> U8:
    ones = _ones(runs, starts, counts)
    majority = np.packbits(2 * ones > counts[:, None], axis=1).view(np.uint64)[:, 0]
    return np.where(counts < SHORT, _mixed(np.add.reduceat(runs, starts)), majority)


def _ones(runs: U8, starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of shingles of each text that have each bit set, shape (texts, 64).

    Bits become bytes, eight of which are added as one 64-bit number, at most ``BYTE`` times: none overflows.
    """
    bits = np.unpackbits(runs.view(np.uint8)).view(np.uint64).reshape(-1, 8)
    parts = -(-counts // BYTE)
    first = starts_of(parts)
    begins = np.repeat(starts, parts) + BYTE * (np.arange(int(parts.sum())) - np.repeat(first, parts))
    sums = np.add.reduceat(bits, begins, axis=0).view(np.uint8).reshape(-1, 64)
    ones: NDArray[np.int64] = np.add.reduceat(sums, first, axis=0, dtype=np.int64)
    return ones


_RECORDS: Final = "records"


@dataclass(frozen=True, slots=True, eq=False)
class Digests:
    """The digests of the documents of a segment.

    Attributes:
        contents: the digest of each document's content.
        records: the digest of each one's record; ``NO_RECORD`` where that is not known. May be changed.
        changed: when it was written, in Unix seconds; 0 where that is not known.
    """

    contents: NDArray[np.uint64]
    records: NDArray[np.uint64]
    changed: U4

    @classmethod
    def new(cls, contents: NDArray[np.uint64], records: NDArray[np.uint64], changed: int) -> "Digests":
        """The digests of documents that are all written at one time, in Unix seconds."""
        return cls(contents, records, np.full(len(contents), changed, np.uint32))

    @classmethod
    def joined(cls, parts: Sequence["Digests"]) -> "Digests":
        """The digests of several segments that are merged."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))

    def of(self, mask: NDArray[np.bool_]) -> "Digests":
        """The digests of the documents where the mask is True."""
        return Digests(self.contents[mask], self.records[mask], self.changed[mask])

    def dated_as(self, before: "Digests") -> "Digests":
        """The same digests, but documents whose content occurs in ``before`` keep their dates from there."""
        if not len(before.contents):
            return self
        order = np.argsort(before.contents)
        known = before.contents[order]
        at = np.minimum(np.searchsorted(known, self.contents), len(known) - 1)
        kept = np.where(known[at] == self.contents, before.changed[order][at], self.changed)
        return Digests(self.contents, self.records, kept)

    def are_those_in(self, folder: Path) -> bool:
        """Whether the file in a folder of side tables has the same record digests."""
        found = read_digests(folder, len(self.contents))
        return found is not None and np.array_equal(self.records, found.records)


def content_digest(article: Article) -> int:
    """A digest of every field of an article: 64 bits of BLAKE2b."""
    day = article.date.isoformat() if article.date else ""
    fields = (article.id, article.title, article.body, day, article.category)
    image = (f"image {article.image}",) if article.image else ()
    keywords = (part for name in sorted(article.keywords) for part in _keyword(name, article.keywords[name]))
    # No field contains a NUL character: ingest refuses it.
    text = "\0".join((*fields, article.url, article.author, article.lang, *keywords, *image))
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _keyword(name: str, values: Sequence[str]) -> Iterator[str]:
    yield f"{name} {len(values)}"
    yield from values


class DigestSpool:
    """Collects the digests of articles as they come, 24 bytes each."""

    def __init__(self) -> None:
        self._ids = array("Q")
        self._contents = array("Q")
        self._records = array("Q")

    def add(self, article: Article, record: int) -> None:
        """Add an article, and the digest of the record it was made from."""
        self._ids.append(_id_digest(article.id))
        self._contents.append(content_digest(article))
        self._records.append(record)

    def of(self, ids: Sequence[str], changed: int) -> Digests:
        """The digests of all added articles, in the order of these ids, as workers take articles in turns.

        Args:
            ids: the ids of all articles, in the order of the segment.
            changed: when the articles are written, in Unix seconds.
        """
        known = np.frombuffer(self._ids, np.uint64)
        order = np.argsort(known)
        wanted = np.fromiter(map(_id_digest, ids), np.uint64, len(ids))
        rows = order[np.searchsorted(known[order], wanted)]
        contents, records = (np.frombuffer(column, np.uint64) for column in (self._contents, self._records))
        return Digests.new(contents[rows], records[rows], changed)


def _id_digest(article_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=8).digest())


def write_digests(folder: Path, digests: Digests) -> None:
    """Write the digests of a segment into the folder of its side tables."""
    with closing(SectionWriter(folder)) as sections:
        sections.section(CONTENTS, "<u8").extend(digests.contents)
        sections.section(_RECORDS, "<u8").extend(digests.records)
        sections.section(CHANGED, "<u4").extend(digests.changed)
        write_file(sections, folder / DIGESTS_FILE)


def read_digests(folder: Path, documents: int) -> Digests | None:
    """The digests of a segment's documents; None where it has none, or of another number of documents.

    Raises:
        IndexCorruptError: the file is not as it was written.
    """
    path = folder / DIGESTS_FILE
    if not path.exists():
        return None
    file = SectionFile.open(path)
    contents, records = file.array(CONTENTS), file.array(_RECORDS)
    if len(contents) != documents:
        return None
    # An older version wrote no digests of records.
    records = records.copy() if len(records) == documents else _no_records(documents)
    return Digests(contents, records, ChangeDates(file, documents).changed)


def digests_of(segment: SegmentReader) -> Digests:
    """Compute the digests of a segment that was written without any, from its stored articles."""
    contents = (content_digest(segment.article(doc)) for doc in range(segment.doc_count))
    count = segment.doc_count
    unknown = ChangeDates(None, count).changed
    return Digests(np.fromiter(contents, np.uint64, count), _no_records(count), unknown)


def _no_records(documents: int) -> NDArray[np.uint64]:
    return np.full(documents, NO_RECORD, np.uint64)
