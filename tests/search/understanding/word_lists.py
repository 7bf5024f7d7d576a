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
    """How often some words stand side by side.

    Args:
        pairs: of words.
        words: how often each stands anywhere.
        total: words of all text.
    """

    def __init__(
        self, pairs: Mapping[tuple[str, str], int], words: Mapping[str, int], total: int = 1_000_000
    ) -> None:
        self._pairs = {(canonical(first), canonical(other)): count for (first, other), count in pairs.items()}
        self._times = {canonical(word): count for word, count in words.items()}
        self._total = total

    @property
    def total(self) -> int:
        """Words of all text."""
        return self._total

    def count(self, first: str, second: str) -> int:
        """How often one word stands directly behind another."""
        return self._pairs.get((first, second), 0)

    def counts_beside(self, before: str, words: Sequence[str], after: str) -> Sequence[tuple[int, int]]:
        """How often some words stand behind one, and before another."""
        return [(self.count(before, word), self.count(word, after)) for word in words]

    def followers(self, first: str, beginning: str = "", least: int = 1) -> Sequence[tuple[str, int]]:
        """The words behind one that begin so, so often or more, the commonest first."""
        found = [
            (second, count)
            for (first_word, second), count in self._pairs.items()
            if first_word == first and second.startswith(beginning) and count >= least
        ]
        return sorted(found, key=lambda pair: -pair[1])

    def beginning(self, beginning: str) -> Sequence[tuple[str, int]]:
        """The words that begin so, by spelling."""
        return sorted(entry for entry in self._times.items() if entry[0].startswith(beginning))

    def occurrences(self, word: str) -> int:
        """How often a word stands in all text."""
        return self._times.get(word, 0)


class WordList:
    """An index that holds some words in its bodies, each in so many articles.

    Args:
        directory: where its vocabulary is written.
        words: Bengali words and Latin ones.
        count: how many articles it holds.
        pairs: how often these stand side by side.
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
        """What the analysis says is right of every word."""
        return self._stems.get(word)

    def document_frequency(self, field: str, term: str, /) -> int:
        """How many articles hold a key of one of the layers."""
        keys = {"exact": self._exact, "stem": self._stem}.get(field, {})
        return keys.get(term, 0)

    def document_frequencies(self, field: str, terms: Sequence[str], /) -> list[int]:
        """The same of each of some keys."""
        return [self.document_frequency(field, term) for term in terms]


def context_of(index: WordList) -> Context:
    """Nothing stands side by side that no pair says."""
    return Context(index.pairs)
