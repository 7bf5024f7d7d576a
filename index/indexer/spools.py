"""Spools: the tokens of documents as numbers, written by each process of a build, then put in order.

A spool is two files: the token numbers, four bytes each; and the terms that the numbers stand for, with the
ends of sentences, and the lengths and fingerprints of the texts. When there are too many terms for memory,
all are forgotten and numbering starts again: a new epoch.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress
from operator import ne
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.index.article import LAYERS, TEXTS
from onneshon.index.columnar.section_file import SectionFile, SectionWriter, write_file
from onneshon.index.columnar.sections import U1, U4, starts_of
from onneshon.index.columnar.term_dictionary import TermDictionary, TermDictionaryWriter, term_bytes
from onneshon.index.indexer.digests import fingerprints, term_hashes
from onneshon.index.indexer.inversion import TokenSpan
from onneshon.index.ranking import Basis

EPOCHS: Final = "epochs"
"""Fact of the file: the number of documents of each epoch."""

ENDS: Final = "ends"
"""Section: 1 for each token that is the last of its sentence."""

LENGTHS: Final = "lengths"
"""Section: tokens of each title and each body in turn."""

FINGERPRINTS: Final = "fingerprints"
"""Section: the fingerprint of each body, see ``digests.fingerprints``."""

Order = Sequence[tuple[int, int]]
"""For each run of consecutive documents in turn, the number of its spool and the number of documents."""


def ranks_section(epoch: int, layer: str) -> str:
    """Name of the section with the rank, among the epoch's terms, of each token number."""
    return f"{epoch}/{layer}/ranks"


@dataclass(frozen=True, slots=True)
class Spool:
    """The spool that one process wrote, see ``Spooler``.

    Attributes:
        stem: the path of its files, without suffixes.
        documents: the number of its documents.
    """

    stem: str
    documents: int

    @property
    def tokens_file(self) -> Path:
        """The file of the token numbers."""
        return Path(self.stem + ".tokens")

    @property
    def terms_file(self) -> Path:
        """The file of the terms, and of the other data of the texts."""
        return Path(self.stem + ".terms")


@dataclass(frozen=True, slots=True)
class Layer:
    """The terms of all spools in one layer.

    Attributes:
        terms: the terms, ascending.
        ranks: for each numbering (of each epoch, spool after spool), the rank in ``terms`` of each number.
    """

    terms: Sequence[bytes]
    ranks: Sequence[U4]


class _Open:
    def __init__(self, spool: Spool) -> None:
        self.vocabularies = SectionFile.open(spool.terms_file)
        self.lengths = self.vocabularies.array(LENGTHS)
        self.ends = np.concatenate([[0], np.cumsum(self.lengths, dtype=np.int64)[1::2]])
        self.fingerprints = self.vocabularies.array(FINGERPRINTS)
        self.epochs: list[int] = self.vocabularies.facts[EPOCHS]
        size = spool.tokens_file.stat().st_size
        self.tokens = np.memmap(spool.tokens_file, np.uint32, "r") if size else np.empty(0, np.uint32)
        self.sentence_ends = self.vocabularies.array(ENDS)


class Spools:
    """All spools of a build, and the order of their documents.

    Args:
        spools: the spools; kept as an attribute.
        order: the order of the documents; kept as an attribute.
    """

    def __init__(self, spools: Sequence[Spool], order: Order) -> None:
        self.spools = spools
        self.order = order
        self._spools = [_Open(spool) for spool in spools]

    @cached_property
    def lengths(self) -> tuple[U4, U4]:
        """Tokens of each title and each body, in order."""
        pieces = [self._spools[number].lengths[2 * start : 2 * stop] for number, start, stop in self._pieces]
        both = np.concatenate([*pieces, np.empty(0, np.uint32)]).reshape(-1, len(TEXTS))
        return both[:, 0], both[:, 1]

    @property
    def fingerprints(self) -> NDArray[np.uint64]:
        """The fingerprint of each body, in order."""
        pieces = [self._spools[number].fingerprints[start:stop] for number, start, stop in self._pieces]
        return np.concatenate([*pieces, np.empty(0, np.uint64)])

    @property
    def _pieces(self) -> Iterator[tuple[int, int, int]]:
        """The documents in order, as ranges: number of the spool, start and stop within it."""
        done = [0] * len(self._spools)
        for number, count in self.order:
            yield number, done[number], done[number] + count
            done[number] += count

    def basis(self, documents: int) -> Basis:
        """The basis of the first ``documents`` documents."""
        titles, bodies = (lengths[:documents].tolist() for lengths in self.lengths)
        return Basis.of_lengths(titles, bodies)

    def layer(self, name: str) -> Layer:
        """The terms of a layer."""
        numberings = [
            (spool.vocabularies, epoch) for spool in self._spools for epoch in range(len(spool.epochs))
        ]
        lists = [list(TermDictionary(file, f"{epoch}/{name}").from_ordinal()) for file, epoch in numberings]
        ranks = [file.array(ranks_section(epoch, name)) for file, epoch in numberings]
        if len(lists) == 1:
            return Layer(lists[0], ranks)
        terms, places = _merged(lists)
        return Layer(terms, [found[own] for found, own in zip(places, ranks, strict=True)])

    def spans(self, layer: Layer) -> list[TokenSpan]:
        """The tokens of all documents in order, as spans of one numbering each."""
        firsts = starts_of(np.array([len(spool.epochs) for spool in self._spools])).tolist()
        walks = [_Walk(spool) for spool in self._spools]
        found: list[TokenSpan] = []
        first = 0
        for number, count in self.order:
            left = count
            while left:
                epoch, ids, ends, lengths = walks[number].take(left)
                found.append(TokenSpan(ids, ends, lengths, first, layer.ranks[firsts[number] + epoch]))
                left -= len(lengths) // 2
                first += len(lengths) // 2
        return found


def _merged(lists: Sequence[Sequence[bytes]]) -> tuple[list[bytes], list[U4]]:
    """The distinct terms of several lists, ascending, and for each list the ranks of its terms among them.

    Sorting merges runs that are sorted already; looking each term up in a table takes four times as long.
    """
    every = list(chain.from_iterable(lists))
    order = sorted(range(len(every)), key=every.__getitem__)
    terms = [every[number] for number in order]
    new = np.fromiter(map(ne, terms, chain([None], terms)), np.bool_, len(terms))
    places = np.empty(len(terms), np.uint32)
    places[order] = np.cumsum(new) - 1
    ends = np.cumsum([len(found) for found in lists])
    return list(compress(terms, new.tolist())), np.split(places, ends[:-1])


class _Walk:
    def __init__(self, spool: _Open) -> None:
        self._spool = spool
        self._bounds = np.cumsum(spool.epochs).tolist()
        self._doc = 0

    def take(self, most: int) -> tuple[int, U4, U1, U4]:
        """The next ``most`` documents or fewer, of one epoch: the epoch, their tokens, ends, and lengths."""
        epoch = next(number for number, bound in enumerate(self._bounds) if self._doc < bound)
        stop = min(self._doc + most, self._bounds[epoch])
        begin, end = int(self._spool.ends[self._doc]), int(self._spool.ends[stop])
        lengths = self._spool.lengths[2 * self._doc : 2 * stop]
        self._doc = stop
        return epoch, self._spool.tokens[begin:end], self._spool.sentence_ends[begin:end], lengths


BYTES_PER_TERM: Final = 350
"""Memory that a distinct word takes in the analyser's tables."""

PENDING: Final = 1 << 19
"""Tokens that are collected in memory before they are written."""


class Spooler:
    """Analyses documents and writes their tokens to a spool.

    Args:
        stem: the path of the spool's files, without suffixes.
        memory_budget: the budget in bytes for the analyser's tables.
        analyzer: the first analyser to use, which may remember words already; None for a new one.
    """

    def __init__(self, stem: Path, memory_budget: int, analyzer: BatchAnalyzer | None = None) -> None:
        self._spool = Spool(str(stem), 0)
        self._budget = memory_budget
        self._tokens = self._spool.tokens_file.open("wb")
        self._vocabularies = SectionWriter(stem.parent)
        self._ends = self._vocabularies.section(ENDS, "|u1")
        self._lengths = self._vocabularies.section(LENGTHS, "<u4")
        self._fingerprints = self._vocabularies.section(FINGERPRINTS, "<u8")
        self._epochs: list[int] = []
        self._count = 0
        self._pending = 0
        self._begin(analyzer or BatchAnalyzer())

    def _begin(self, analyzer: BatchAnalyzer) -> None:
        self._analyzer = analyzer
        self._hashes = np.empty(0, np.uint64)
        self._began = self._count

    def add(self, _encoded: bytes, values: Mapping[str, Any]) -> None:
        """Add a document: its stored values, of which ``title`` and ``body`` are analysed."""
        for text in TEXTS:
            self._pending += self._analyzer.add(values.get(text, ""))
        self._count += 1
        if self._pending >= PENDING:
            self._flush()
            # Forgetting means analysing the common words again, so that the tables may outgrow their share.
            if len(self._analyzer.exact_terms) * BYTES_PER_TERM > self._budget:
                self._end_epoch()
                self._begin(self._analyzer.anew())

    def _flush(self) -> None:
        batch = self._analyzer.take()
        self._lengths.extend(batch.lengths)
        in_body = np.repeat(np.arange(len(batch.lengths)) % 2 == 1, batch.lengths)
        exact = self._analyzer.exact_of[batch.ids[in_body]]
        new = term_hashes(self._analyzer.exact_terms[len(self._hashes) :])
        self._hashes = np.concatenate([self._hashes, new])
        self._fingerprints.extend(fingerprints(self._hashes, exact, batch.lengths[1::2]))
        self._tokens.write(batch.ids.data)
        self._ends.extend(batch.ends)
        self._pending = 0

    def _end_epoch(self) -> None:
        """Write the terms of the epoch in order, and the rank of each number's term."""
        epoch = len(self._epochs)
        self._epochs.append(self._count - self._began)
        columns = self._analyzer.exact_of, self._analyzer.stem_of
        terms = self._analyzer.exact_terms, self._analyzer.stem_terms
        for layer, of_number, found in zip(LAYERS, columns, terms, strict=True):
            order = sorted(range(len(found)), key=found.__getitem__)
            ranks = np.empty(len(found), np.uint32)
            ranks[order] = np.arange(len(found))
            TermDictionaryWriter(self._vocabularies, f"{epoch}/{layer}").extend(
                [term_bytes(found[number]) for number in order]
            )
            self._vocabularies.section(ranks_section(epoch, layer), "<u4").extend(ranks[of_number])

    def finish(self) -> list[Spool]:
        """Write the rest, and free the memory of the analyser's tables for what comes next."""
        self._flush()
        self._end_epoch()
        del self._analyzer, self._hashes
        self._tokens.close()
        self._vocabularies.facts[EPOCHS] = self._epochs
        write_file(self._vocabularies, self._spool.terms_file)
        return [Spool(self._spool.stem, self._count)]

    def close(self) -> None:
        """Close the open files; harmless when repeated."""
        self._tokens.close()
        self._vocabularies.close()
