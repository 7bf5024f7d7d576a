"""A vocabulary of a few words that answers like an open index, for tests of reading and correcting."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.storage.reader import NO_PAIRS, NO_WORDS
from onneshon.index.vocabulary.file import write_vocabulary
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.search.understanding.lattice import Context

__all__ = ["PairList", "WordList", "context_of"]


class PairList(WordPairs):
    """The frequencies of adjacent pairs of words.

    Args:
        pairs: the frequencies of the pairs.
        words: the frequency of each word anywhere.
        total: the number of words of all text.
    """

    def __init__(
        self, pairs: Mapping[tuple[str, str], int], words: Mapping[str, int], total: int = 1_000_000
    ) -> None:
        self._pairs = {(canonical(first), canonical(other)): count for (first, other), count in pairs.items()}
        self._times = {canonical(word): count for word, count in words.items()}
        self._total = total

    @property
    def total(self) -> int:
        """The number of words of all text."""
        return self._total

    def count(self, first: str, second: str) -> int:
        """The frequency of one word directly after another."""
        return self._pairs.get((first, second), 0)

    def counts_beside(self, before: str, words: Sequence[str], after: str) -> Sequence[tuple[int, int]]:
        """The frequency of each word after one word, and before another."""
        return [(self.count(before, word), self.count(word, after)) for word in words]

    def followers(self, first: str, beginning: str = "", least: int = 1) -> Sequence[tuple[str, int]]:
        """The followers of a word with a prefix and at least ``least`` occurrences, commonest first."""
        found = [
            (second, count)
            for (first_word, second), count in self._pairs.items()
            if first_word == first and second.startswith(beginning) and count >= least
        ]
        return sorted(found, key=lambda pair: -pair[1])

    def beginning(self, beginning: str) -> Sequence[tuple[str, int]]:
        """The words with a prefix, in the order of their spelling."""
        return sorted(entry for entry in self._times.items() if entry[0].startswith(beginning))

    def occurrences(self, word: str) -> int:
        """The frequency of a word in all text."""
        return self._times.get(word, 0)


class WordList:
    """An index of bodies with given words and document frequencies.

    Args:
        directory: the folder for its vocabulary.
        words: the document frequencies of Bengali and Latin words.
        count: the number of articles.
        pairs: the frequencies of adjacent pairs.
    """

    def __init__(
        self,
        directory: Path,
        words: Mapping[str, int],
        count: int = 20_000,
        *,
        pairs: WordPairs = NO_PAIRS,
    ) -> None:
        known = {token.exact: n for word, n in words.items() for token in analyze(word)[:1]}
        write_vocabulary(directory, ((word, n) for word, n in known.items() if not word.isascii()))
        self.vocabulary = Vocabulary.open(directory) or NO_WORDS
        self.count = count
        self.pairs = pairs
        self._exact = self.occurrences = dict[str, int]()
        self._stem: dict[str, int] = {}
        self._stems: dict[str, str] = {}
        for word, articles in words.items():
            for token in analyze(word)[:1]:
                self._exact[token.exact] = articles
                self._stems[token.exact] = token.stem
                self._stem[token.stem] = max(articles, self._stem.get(token.stem, 0))

    def stem_of(self, word: str, /) -> str | None:
        """The stem of a word as the analysis gives it, or None for an unknown word."""
        return self._stems.get(word)

    def document_frequency(self, field: str, term: str, /) -> int:
        """The document frequency of a key in one of the layers."""
        keys = {"exact": self._exact, "stem": self._stem}.get(field, {})
        return keys.get(term, 0)

    def document_frequencies(self, field: str, terms: Sequence[str], /) -> list[int]:
        """The document frequency of each key."""
        return [self.document_frequency(field, term) for term in terms]


def context_of(index: WordList) -> Context:
    """The context of an index, in which only its pairs are adjacent."""
    return Context(index.pairs)
