"""Counts of word pairs in some texts, for tests."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from onneshon.index.vocabulary.pair_counts import PairCounts, counts_of_texts, joined
from onneshon.index.vocabulary.pairs import WordPairs, write_pairs

__all__ = ["counts_of", "written"]


def counts_of(texts: Iterable[str]) -> PairCounts:
    """All word pairs of some texts."""
    return joined(list(counts_of_texts(texts)), most=1_000_000)


def written(path: Path, texts: Sequence[str]) -> WordPairs:
    """Write the word pairs of some texts to a file, and open it."""
    write_pairs(path, counts_of(texts))
    found = WordPairs.open(path)
    assert found is not None
    return found
