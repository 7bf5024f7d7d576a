"""Deep check: whether all parts of an index agree with the stored texts of its articles.

A digest shows that a file is as it was written; this check shows that what was written is right. Every stored
article is analysed again, and postings, positions, lengths, ids, keywords, digests and words are compared
with the result.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.article import KEYWORD_FIELDS, TEXT_FIELDS, TEXTS, Article
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.keywords import Keywords
from onneshon.index.columnar.segment_list import side_folder
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.completion.completion import Completion
from onneshon.index.completion.writer import word_counts
from onneshon.index.errors import IndexCorruptError, OnneshonError
from onneshon.index.indexer.digests import content_digest, read_digests
from onneshon.index.ranking import Basis
from onneshon.index.storage.reader import IndexReader, open_index
from onneshon.index.upkeep.merging import NewSegment
from onneshon.index.vocabulary.pair_counts import counts_of_texts, joined
from onneshon.index.vocabulary.pairs import PAIRS_EXT, WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary

_SHOWN: Final = 20
"""Most faults that are named in the message."""
_ALL: Final = 1 << 40
"""A number of pairs that no text exceeds."""


@dataclass(frozen=True, slots=True)
class DeepReport:
    """What was compared and found to agree.

    Attributes:
        generation: the name of the live generation.
        segments: the number of its segments.
        articles: the number of articles not deleted; the texts of deleted ones were analysed as well.
        postings: the number of postings, each compared with its positions.
        warning: what else is damaged; see ``IndexReader.warning``.
    """

    generation: str
    segments: int
    articles: int
    postings: int
    warning: str = ""


def check_deeply(directory: Path) -> DeepReport:
    """Read every byte of the live generation, analyse all stored texts again, and compare everything.

    Takes somewhat longer than building the index, in a temporary folder of the system.

    Args:
        directory: the index.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: parts disagree; the message names the first of them.
        IndexOutdatedError: the index was built by another version.
    """
    with open_index(directory, verify=True) as reader:
        folder = directory / "generations" / reader.generation
        check = _Check(reader, folder)
        faults = list(check.faults())
        if faults:
            shown = "; ".join(faults[:_SHOWN]) + (
                f"; and {len(faults) - _SHOWN:,} more" * (len(faults) > _SHOWN)
            )
            raise IndexCorruptError(f"{folder}: {shown}: run `onneshon index repair`")
        return DeepReport(
            reader.generation, len(reader.segments), reader.count, check.postings, reader.warning
        )


class _Check:
    def __init__(self, reader: IndexReader, folder: Path) -> None:
        self._reader = reader
        self._folder = folder
        self._ids: dict[str, str] = {}
        self.postings = 0

    def faults(self) -> Iterator[str]:
        for segment in self._reader.segments:
            yield from self._segment(segment)
        if len(self._ids) != self._reader.manifest.articles:
            yield (
                f"the manifest says {self._reader.manifest.articles:,} articles, {len(self._ids):,} are there"
            )

    def _segment(self, segment: SegmentReader) -> Iterator[str]:
        name = segment.name
        articles = []
        for doc in range(segment.doc_count):
            try:
                articles.append(segment.article(doc))
            except OnneshonError as error:
                yield f"{name}: document {doc} cannot be read ({error})"
        if len(articles) < segment.doc_count:
            return  # the expected content is not known
        yield from self._identities(name, segment, articles)
        yield from _keywords(name, segment, articles)
        with TemporaryDirectory(prefix="onneshon-") as scratch:
            yield from self._against(
                name, segment, _written_anew(articles, Path(scratch), self._reader.basis)
            )
        yield from self._side_tables(name, segment, articles)

    def _identities(self, name: str, segment: SegmentReader, articles: Sequence[Article]) -> Iterator[str]:
        ids = segment.article_ids(range(len(articles)))
        for doc, (article, article_id) in enumerate(zip(articles, ids, strict=True)):
            if article.id != article_id:
                yield f"{name}: document {doc} is {article.id!r} in its text and {article_id!r} in the table"
            if segment.deleted is not None and segment.deleted[doc]:
                continue
            if segment.find(article.id) != doc:
                yield f"{name}: the article {article.id!r} is not found by its id"
            if other := self._ids.get(article.id):
                yield f"the article {article.id!r} is in {other} and in {name}"
            self._ids[article.id] = name

    def _against(self, name: str, segment: SegmentReader, fresh: SegmentReader) -> Iterator[str]:
        for field in TEXT_FIELDS:
            words = self._words(field, segment.impacts(field), fresh.impacts(field))
            yield from (f"{name}: {fault}" for fault in words)
        for field in (*KEYWORD_FIELDS, *sorted({*segment.declared, *fresh.declared})):
            values = self._values(field, segment.keyword(field), fresh.keyword(field))
            yield from (f"{name}: {fault}" for fault in values)
        for text in TEXTS:
            if not np.array_equal(segment.lengths(text), fresh.lengths(text)):
                yield f"{name}: {text} has other lengths than the texts"
        if not np.array_equal(segment.fingerprints(), fresh.fingerprints()):
            yield f"{name}: fingerprints are not those of the texts"

    def _values(self, name: str, found: Keywords, expected: Keywords) -> Iterator[str]:
        for value, other in zip_longest(found.values, expected.values):
            if value != other:
                yield f"{name} has {value!r} where the texts have {other!r}"
                return
        docs, codes = found.pairs()
        self.postings += len(docs)
        if not (np.array_equal(docs, expected.pairs()[0]) and np.array_equal(codes, expected.pairs()[1])):
            yield f"{name} has other articles than the texts"

    def _words(self, name: str, found: ImpactField, other: ImpactField) -> Iterator[str]:
        for ordinal, (term, expected) in enumerate(zip_longest(found.terms(), other.terms())):
            if term != expected:
                yield f"{name} has the term {term!r} where the texts have {expected!r}"
                return
            docs = found.docs(ordinal)
            self.postings += len(docs)
            if not (
                np.array_equal(docs, other.docs(ordinal))
                and np.array_equal(found.impacts(ordinal), other.impacts(ordinal))
            ):
                yield f"{name} has other articles for {term!r} than the texts"
            elif found.has_positions and not np.array_equal(
                found.positions(ordinal), other.positions(ordinal)
            ):
                yield f"{name} has {term!r} at other places than the texts"

    def _side_tables(self, name: str, segment: SegmentReader, articles: Sequence[Article]) -> Iterator[str]:
        side = side_folder(self._folder, name)
        digests = read_digests(side, segment.doc_count)
        if digests is not None and digests.contents.tolist() != [
            content_digest(article) for article in articles
        ]:
            yield f"{name}: digests are not those of the articles"
        counts = {found.word: found.articles for found in word_counts([segment])}
        if (vocabulary := Vocabulary.open(side)) is not None:
            yield from (f"{name}: {fault}" for fault in _vocabulary(vocabulary, counts))
        if (pairs := WordPairs.open(self._folder / f"{name}{PAIRS_EXT}")) is not None:
            yield from (f"{name}: {fault}" for fault in _pairs(pairs, articles))
        if (completion := Completion.open(side)) is not None:
            yield from (f"{name}: {fault}" for fault in _completion(completion, counts))


def _written_anew(articles: Sequence[Article], scratch: Path, basis: Basis) -> SegmentReader:
    segment = NewSegment(scratch / "new", b"", basis)
    for article in articles:
        segment.add(article)
    entry = segment.finish(scratch, "fresh")
    return SegmentReader(scratch, entry.name, entry.documents)


def _keywords(name: str, segment: SegmentReader, articles: Sequence[Article]) -> Iterator[str]:
    """Faults of the keyword columns, which facets and filters read."""
    for field in KEYWORD_FIELDS:
        column = segment.keyword(field)
        for article, code in zip(articles, column.codes.tolist(), strict=True):
            value = getattr(article, field)
            expected = value if isinstance(value, str) else value.isoformat() if value else ""
            found = column.values[code] if code < len(column.values) else None
            if found != expected:
                yield f"{name}: {field} of {article.id!r} is {expected!r}, and {found!r} in the column"


def _vocabulary(vocabulary: Vocabulary, counts: dict[str, int]) -> Iterator[str]:
    """Faults of the vocabulary, which has the document frequency of each word except soundless ones."""
    found = 0
    for word, articles in counts.items():
        frequency = vocabulary.frequency(word)
        found += frequency > 0
        if frequency not in {0, articles}:
            yield f"the vocabulary says that {frequency:,} articles hold {word!r}, where {articles:,} do"
    if found != len(vocabulary):
        yield f"the vocabulary has {len(vocabulary):,} words, of which articles hold {found:,}"


def _pairs(pairs: WordPairs, articles: Sequence[Article]) -> Iterator[str]:
    """Pairs counted too often; too few is no fault, as rare ones were left out, also before a merge."""
    held = counts_of_texts(text for article in articles for text in (article.title, article.body))
    more = joined([pairs.counts()], [*held], most=_ALL)
    for pair, count in zip(more.pairs.tolist(), more.counts.tolist(), strict=True):
        first, second = (more.words[number].decode() for number in (pair >> 32, pair & 0xFFFFFFFF))
        times = "time" if count == 1 else "times"
        yield f"{first!r} is counted {count:,} {times} more often before {second!r} than the texts have it"


def _completion(completion: Completion, counts: dict[str, int]) -> Iterator[str]:
    for row_number in range(len(completion.words)):
        row = completion.words.row(row_number)
        word = " ".join(exact for exact, _ in word_keys(row.text))
        if counts.get(word) != row.articles:
            found = counts.get(word, 0)
            yield f"{row.text!r} is suggested for {row.articles:,} articles, and {found:,} hold it"
