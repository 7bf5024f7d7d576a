"""The postings of a field as columns: forms are chosen per term, so that rare and short things take a byte.

Per term: its bytes (``terms.py``), how many documents and occurrences it has (``counts.py``), its first
document, and one byte that names the forms of the rest:

    documents    the differences from each to the next (``number_streams.py``)
    frequencies  ``frequencies.py``
    positions    document after document, each absolute (``number_streams.py``)

A contiguous range of terms is a contiguous range of each stream.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import I8, ends_of, starts_of
from onneshon.index.columnar.counts import CountColumnWriter
from onneshon.index.columnar.frequencies import FrequenciesWriter
from onneshon.index.columnar.number_streams import NumbersWriter
from onneshon.index.columnar.section_file import SectionWriter, Spool
from onneshon.index.columnar.term_block import OpaqueValues, TermBlock
from onneshon.index.columnar.term_dictionary import GROUP, TermDictionaryWriter

__all__ = ["PostingsWriter", "doc_forms", "freq_forms", "place_forms"]


def doc_forms(forms: NDArray[Any]) -> NDArray[Any]:
    """The forms of the documents, out of the byte of each term."""
    return forms & 3


def freq_forms(forms: NDArray[Any]) -> NDArray[Any]:
    """The forms of the frequencies."""
    return forms >> 2 & 3


def place_forms(forms: NDArray[Any]) -> NDArray[Any]:
    """The forms of the positions."""
    return forms >> 4 & 3


class PostingsWriter:
    """Writes one field, block after block in the order of its terms.

    Args:
        writer: of the file.
        name: of the field.
        frequencies: whether documents may hold a term several times.
        positions: whether the blocks come with positions.
    """

    def __init__(self, writer: SectionWriter, name: str, *, frequencies: bool, positions: bool) -> None:
        self._writer = writer
        self._name = name
        self.terms = TermDictionaryWriter(writer, name)
        self._counts = CountColumnWriter(writer, f"{name}/df")
        self._occurrences = CountColumnWriter(writer, f"{name}/cf") if frequencies else None
        self._first = self._section("first", "<u4")
        self._forms = self._section("forms", "<u1")
        self._docs = NumbersWriter(writer, f"{name}/docs")
        self._freqs = FrequenciesWriter(writer, name)
        self._places = NumbersWriter(writer, f"{name}/places") if positions else None
        self._weights: Spool | None = None
        self._weights_say_more = False
        self._values: tuple[Spool, Spool] | None = None
        self._starts = self._section("postings", "<u4")
        self._postings = 0

    def _section(self, part: str, dtype: str) -> Spool:
        return self._writer.section(f"{self._name}/{part}", dtype)

    def extend(self, block: TermBlock) -> None:
        """Append a block; its terms come after all those before."""
        if not len(block.terms):
            return
        counts = np.asarray(block.counts, np.int64)
        begins = np.flatnonzero((np.arange(len(counts)) + len(self.terms)) % GROUP == 0)
        freqs = np.ones(len(block.docs), np.uint32) if block.freqs is None else block.freqs
        occurrences = np.add.reduceat(freqs, starts_of(counts), dtype=np.int64)
        forms = self._write_docs(np.asarray(block.docs, np.int64), counts, begins)
        forms |= self._freqs.extend(freqs, counts, begins) << 2
        if self._places is not None and block.positions is not None:
            forms |= self._places.extend(block.positions, occurrences, begins) << 4
        self._forms.extend(forms)
        self._counts.extend(counts)
        if self._occurrences is not None:
            self._occurrences.extend(occurrences)
        self._starts.extend(starts_of(counts)[begins] + self._postings)
        self._write_extras(block)
        self.terms.extend(block.terms)
        self._postings += len(block.docs)

    def _write_docs(self, docs: I8, counts: I8, begins: I8) -> I8:
        """Write the first document of each term and the differences to the others."""
        starts = starts_of(counts)
        self._first.extend(docs[starts])
        further = np.ones(len(docs), np.bool_)
        further[starts] = False
        return self._docs.extend(np.diff(docs, prepend=0)[further], counts - 1, begins)

    def _write_extras(self, block: TermBlock) -> None:
        if block.weights is not None:
            self._write_weights(block.weights, block.freqs)
        if block.values is not None:
            self._write_values(block.values)

    def _write_weights(self, weights: NDArray[Any], freqs: NDArray[Any] | None) -> None:
        if self._weights is None:
            self._weights = self._section("weights", "<f8")
        self._weights.extend(weights)
        usual = 1 if freqs is None else freqs
        self._weights_say_more |= bool(np.any(weights != usual))

    def _write_values(self, values: OpaqueValues) -> None:
        if self._values is None:
            self._values = self._section("values", "<u1"), self._section("value_ends", "<u4")
        data, ends = self._values
        ends.extend(ends_of(values.lengths) + data.count)
        data.write(values.data, len(values.data))

    def finish(self) -> None:
        """Note the field's facts in the file's table."""
        if self._weights is not None and not self._weights_say_more:
            self._writer.drop(f"{self._name}/weights")
        self._writer.facts.setdefault("fields", {})[self._name] = {
            "terms": len(self.terms),
            "postings": self._postings,
            "positions": self._places is not None,
        }
