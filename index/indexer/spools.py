"""What the processes of a build left on disk, put into the order in which the articles came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from onneshon.index.arrays import U1, U4, starts_of
from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, SectionFile
from onneshon.index.columnar.term_dictionary import TermDictionary
from onneshon.index.indexer.inversion import Stretch

__all__ = ["ENDS", "EPOCHS", "Layer", "Order", "Spool", "Spools", "ranks_section"]

EPOCHS: Final = "epochs"
"""Fact: how many documents each numbering of terms has."""

ENDS: Final = "ends"
"""Section: 1 for each token that is the last of its sentence."""

Order = Sequence[tuple[int, int]]
"""Which spool the next documents are in, and how many they are, until all are named."""


def ranks_section(epoch: int, layer: str) -> str:
    """Name of the section that says for each number of a token which of the epoch's terms it is."""
    return f"{epoch}/{layer}/ranks"


@dataclass(frozen=True, slots=True)
class Spool:
    """What one process wrote, see ``spooler.py``.

    Attributes:
        stem: its files, without their endings.
        documents: how many it has.
    """

    stem: str
    documents: int

    @property
    def documents_file(self) -> Path:
        """What is stored of the documents, and how long they are."""
        return Path(self.stem + DOCUMENTS_EXT)

    @property
    def tokens_file(self) -> Path:
        """The numbers of their tokens."""
        return Path(self.stem + ".tokens")

    @property
    def terms_file(self) -> Path:
        """What the numbers mean, and where sentences end."""
        return Path(self.stem + ".terms")


@dataclass(frozen=True, slots=True)
class Layer:
    """The terms of all spools in one layer.

    Attributes:
        terms: in order.
        ranks: for each numbering, of one spool after the other, the place in them of each number.
    """

    terms: Sequence[bytes]
    ranks: Sequence[U4]


class _Open:
    """A spool, open."""

    def __init__(self, spool: Spool) -> None:
        self.documents = DocumentsReader(SectionFile.open(spool.documents_file))
        titles, bodies = self.documents.lengths("title"), self.documents.lengths("body")
        self.lengths = np.stack([titles, bodies], axis=1).ravel()
        self.ends = np.concatenate([[0], np.cumsum(self.lengths, dtype=np.int64)[1::2]])
        self.vocabularies = SectionFile.open(spool.terms_file)
        self.epochs: list[int] = self.vocabularies.facts[EPOCHS]
        size = spool.tokens_file.stat().st_size
        self.tokens = np.memmap(spool.tokens_file, np.uint32, "r") if size else np.empty(0, np.uint32)
        self.sentence_ends = self.vocabularies.array(ENDS)


class Spools:
    """All spools of a build, and the order of their documents.

    Args:
        spools: they.
        order: of the documents.
    """

    def __init__(self, spools: Sequence[Spool], order: Order) -> None:
        self._spools = [_Open(spool) for spool in spools]
        self._order = order

    def pieces(self) -> Iterator[tuple[DocumentsReader, int, int]]:
        """The documents in order: from a file, from one to another."""
        done = [0] * len(self._spools)
        for number, count in self._order:
            yield self._spools[number].documents, done[number], done[number] + count
            done[number] += count

    @cached_property
    def lengths(self) -> tuple[U4, U4]:
        """Tokens of each title and each body, in order."""
        pieces = list(self.pieces())
        titles, bodies = (
            [documents.lengths(text)[start:stop] for documents, start, stop in pieces]
            for text in ("title", "body")
        )
        return np.concatenate([*titles, np.empty(0, np.uint32)]), np.concatenate(
            [*bodies, np.empty(0, np.uint32)]
        )

    def layer(self, name: str) -> Layer:
        """The terms of a layer."""
        numberings = [
            (spool.vocabularies, epoch) for spool in self._spools for epoch in range(len(spool.epochs))
        ]
        lists = [list(TermDictionary(file, f"{epoch}/{name}").from_ordinal()) for file, epoch in numberings]
        ranks = [file.array(ranks_section(epoch, name)) for file, epoch in numberings]
        if len(lists) == 1:
            return Layer(lists[0], ranks)
        terms = list(dict.fromkeys(sorted(term for found in lists for term in found)))
        places = {term: place for place, term in enumerate(terms)}
        return Layer(
            terms,
            [
                np.fromiter(map(places.__getitem__, found), np.uint32, len(found))[own]
                for found, own in zip(lists, ranks, strict=True)
            ],
        )

    def stretches(self, layer: Layer) -> list[Stretch]:
        """All documents in order, as tokens; those of a stretch are of one numbering."""
        firsts = starts_of(np.array([len(spool.epochs) for spool in self._spools])).tolist()
        walks = [_Walk(spool) for spool in self._spools]
        found: list[Stretch] = []
        first = 0
        for number, count in self._order:
            left = count
            while left:
                epoch, ids, ends, lengths = walks[number].take(left)
                found.append(Stretch(ids, ends, lengths, first, layer.ranks[firsts[number] + epoch]))
                left -= len(lengths) // 2
                first += len(lengths) // 2
        return found


class _Walk:
    """Goes through the documents of a spool."""

    def __init__(self, spool: _Open) -> None:
        self._spool = spool
        self._bounds = np.cumsum(spool.epochs).tolist()
        self._doc = 0

    def take(self, most: int) -> tuple[int, U4, U1, U4]:
        """The next documents, no more than that, of one epoch: which, their tokens, ends, and lengths."""
        epoch = next(number for number, bound in enumerate(self._bounds) if self._doc < bound)
        stop = min(self._doc + most, self._bounds[epoch])
        begin, end = int(self._spool.ends[self._doc]), int(self._spool.ends[stop])
        lengths = self._spool.lengths[2 * self._doc : 2 * stop]
        self._doc = stop
        return epoch, self._spool.tokens[begin:end], self._spool.sentence_ends[begin:end], lengths
