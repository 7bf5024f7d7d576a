"""From tokens in the order of the text to postings in the order of terms: one sort of whole numbers.

A token becomes one 64-bit number, its term above its document above its place, so that sorting the numbers
groups the postings of each term, ascending, and shifting them gives everything back.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.arrays import U4, ends_of, starts_of
from index.columnar.term_block import TermBlock
from index.columnar.term_dictionary import term_bytes
from index.errors import BuildError
from index.ranking import GAP, Basis, impacts, norms

__all__ = ["Texts", "Vocabulary", "invert", "invert_keywords"]

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


class Texts:
    """Where the tokens of a batch stand: the title and then the body of one document after another.

    Args:
        lengths: tokens of title and body, shape (documents, 2).
        basis: what impacts are made with.

    Attributes:
        lengths: as given.
        title_norms: what one occurrence in the title of each document is worth, shape (documents,).
        body_norms: the same in its body.
    """

    def __init__(self, lengths: NDArray[np.integer], basis: Basis) -> None:
        self.lengths = lengths
        self.k1 = basis.k1
        self.title_norms = norms(basis, lengths[:, 0], title=True)
        self.body_norms = norms(basis, lengths[:, 1], title=False)

    @property
    def documents(self) -> int:
        """How many there are."""
        return len(self.lengths)

    def in_body(self) -> NDArray[np.bool_]:
        """Whether each token is one of a body."""
        flat = self.lengths.ravel()
        return np.repeat(np.arange(len(flat)) % 2 == 1, flat)

    def places(self) -> NDArray[np.uint64]:
        """The position of each token in its document."""
        sums = self.lengths.sum(axis=1, dtype=np.int64)
        places = np.arange(int(sums.sum()), dtype=np.uint64)
        places -= np.repeat(starts_of(sums).astype(np.uint64), sums)
        return places + np.uint64(GAP) * self.in_body().astype(np.uint64)


def invert(
    numbers: U4, texts: Texts, vocabulary: Vocabulary, *, positions: bool
) -> tuple[TermBlock, TermBlock]:
    """The postings of one layer: those of title and body together, and those of the titles alone.

    Args:
        numbers: the term of each token.
        texts: where the tokens stand.
        vocabulary: of these numbers.
        positions: whether positions are wanted.

    Raises:
        BuildError: the batch is too large to be sorted; the caller writes smaller ones.
    """
    places = texts.places() if positions else texts.in_body().astype(np.uint64)
    doc_bits = _bits(texts.documents)
    place_bits = _bits(int(places.max(initial=0)))
    if _bits(len(vocabulary.terms)) + doc_bits + place_bits > KEY_BITS:
        raise BuildError("a batch of articles is too large to be inverted at once; lower the memory budget")
    keys = vocabulary.ranks[numbers] << np.uint64(doc_bits + place_bits)
    sums = texts.lengths.sum(axis=1, dtype=np.int64)
    keys |= np.repeat(np.arange(texts.documents, dtype=np.uint64) << np.uint64(place_bits), sums)
    keys |= places
    keys.sort()
    occurrences = (keys & np.uint64((1 << place_bits) - 1)).astype(np.uint32)
    keys >>= np.uint64(place_bits)
    first = _changes(keys)
    postings = keys[first]
    docs = (postings & np.uint64((1 << doc_bits) - 1)).astype(np.uint32)
    ranks = postings >> np.uint64(doc_bits)
    freqs = np.diff(first, append=len(keys)).astype(np.uint32)
    begins = texts.lengths[:, 0] + GAP if positions else np.ones(texts.documents, np.int64)
    titled = occurrences < np.repeat(begins[docs], freqs)
    title_freqs = _sums(titled, first).astype(np.uint32)
    lists = _Lists(vocabulary, ranks, docs, freqs, title_freqs)
    both = lists.both(texts, occurrences if positions else None)
    return both, lists.titles(texts, occurrences[titled] if positions else None)


class _Lists:
    """Postings that were sorted; how often title and body have the term is known of each."""

    def __init__(
        self, vocabulary: Vocabulary, ranks: NDArray[np.uint64], docs: U4, freqs: U4, title_freqs: U4
    ) -> None:
        self._terms = vocabulary.terms
        self._ranks, self._docs, self._freqs, self._title_freqs = ranks, docs, freqs, title_freqs

    def both(self, texts: Texts, positions: U4 | None) -> TermBlock:
        """The postings of title and body together."""
        worth = self._title_freqs * texts.title_norms[self._docs]
        worth += (self._freqs - self._title_freqs) * texts.body_norms[self._docs]
        return self._block(slice(None), self._freqs, positions, impacts(worth, texts.k1))

    def titles(self, texts: Texts, positions: U4 | None) -> TermBlock:
        """The postings of titles."""
        held = np.flatnonzero(self._title_freqs)
        freqs = self._title_freqs[held]
        worth = freqs * texts.title_norms[self._docs[held]]
        return self._block(held, freqs, positions, impacts(worth, texts.k1))

    def _block(
        self,
        chosen: NDArray[np.int64] | slice,
        freqs: U4,
        positions: U4 | None,
        impacts_: NDArray[np.uint8],
    ) -> TermBlock:
        ranks = self._ranks[chosen]
        begins = _changes(ranks)
        terms = [self._terms[rank] for rank in ranks[begins].tolist()]
        counts = np.diff(begins, append=len(ranks))
        return TermBlock(terms, counts, self._docs[chosen], freqs, positions, impacts=impacts_)


def _sums(flags: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many flags are set in each stretch that begins at one of ``starts`` and ends at the next."""
    totals = np.concatenate(([0], ends_of(flags)))
    sums: NDArray[np.int64] = np.diff(totals[starts], append=totals[-1])
    return sums


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
