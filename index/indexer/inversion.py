"""From tokens in the order of the text to postings in the order of terms: one sort of whole numbers.

A token becomes one 64-bit number, its term above its document above its position, so that sorting the numbers
groups the postings of each term, ascending, and shifting them gives everything back.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.arrays import U4, starts_of
from index.columnar.term_block import TermBlock
from index.columnar.term_dictionary import term_bytes
from index.errors import BuildError

__all__ = ["Vocabulary", "invert", "invert_keywords"]

KEY_BITS = 64


class Vocabulary:
    """The terms of a batch of tokens in order.

    Args:
        terms: by number, in any order.
        used: the numbers of the tokens, which may leave out some of the terms.
    """

    def __init__(self, terms: Sequence[str], used: U4) -> None:
        present = np.flatnonzero(np.bincount(used, minlength=len(terms))).tolist()
        ordered = sorted(present, key=terms.__getitem__)
        self.terms = [term_bytes(terms[number]) for number in ordered]
        self.ranks = np.zeros(len(terms), np.uint64)
        self.ranks[ordered] = np.arange(len(ordered), dtype=np.uint64)


def invert(
    numbers: U4, lengths: NDArray[np.integer], vocabulary: Vocabulary, *, positions: bool
) -> TermBlock:
    """The postings of one field.

    Args:
        numbers: the term of each token, document after document.
        lengths: tokens of each document, shape (documents,).
        vocabulary: of these numbers.
        positions: whether positions are wanted; they count from 0 in each document.

    Raises:
        BuildError: the batch is too large to be sorted; the caller writes smaller ones.
    """
    doc_bits = _bits(len(lengths))
    place_bits = _bits(int(lengths.max(initial=0))) if positions else 0
    if _bits(len(vocabulary.terms)) + doc_bits + place_bits > KEY_BITS:
        raise BuildError("a batch of articles is too large to be inverted at once; lower the memory budget")
    keys = vocabulary.ranks[numbers] << np.uint64(doc_bits + place_bits)
    keys |= np.repeat(np.arange(len(lengths), dtype=np.uint64) << np.uint64(place_bits), lengths)
    if positions:
        keys |= _places(lengths)
    keys.sort()
    return _block(keys, vocabulary, doc_bits, place_bits)


def _places(lengths: NDArray[np.integer]) -> NDArray[np.uint64]:
    places = np.arange(int(lengths.sum()), dtype=np.uint64)
    places -= np.repeat(starts_of(lengths).astype(np.uint64), lengths)
    return places


def _block(keys: NDArray[np.uint64], vocabulary: Vocabulary, doc_bits: int, place_bits: int) -> TermBlock:
    places = (keys & np.uint64((1 << place_bits) - 1)).astype(np.uint32) if place_bits else None
    keys >>= np.uint64(place_bits)
    first = _changes(keys)
    freqs = np.diff(first, append=len(keys))
    postings = keys[first]
    docs = (postings & np.uint64((1 << doc_bits) - 1)).astype(np.uint32)
    ranks = postings >> np.uint64(doc_bits)
    begins = _changes(ranks)
    terms = [vocabulary.terms[rank] for rank in ranks[begins].tolist()]
    return TermBlock(terms, np.diff(begins, append=len(ranks)), docs, freqs.astype(np.uint32), places)


def _changes(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where a value differs from the one before, the first included."""
    if not len(values):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))


def _bits(count: int) -> int:
    return max(1, count.bit_length())


def invert_keywords(docs_of: Mapping[str, Sequence[int]]) -> TermBlock:
    """The postings of a field whose value is one term: each value's documents, ascending."""
    ordered = sorted(docs_of)
    counts = np.fromiter((len(docs_of[term]) for term in ordered), np.int64, len(ordered))
    docs = np.fromiter((doc for term in ordered for doc in docs_of[term]), np.uint32, int(counts.sum()))
    return TermBlock([term_bytes(term) for term in ordered], counts, docs)
