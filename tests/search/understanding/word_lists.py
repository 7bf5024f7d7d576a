"""A vocabulary of a few words that answers like an open index, for tests of reading and correcting."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.vocabulary.vocabulary import Vocabulary, write_vocabulary

__all__ = ["WordList"]


class WordList:
    """An index that holds some words in its bodies, each in so many articles.

    Args:
        directory: where its vocabulary is written.
        words: Bengali words and Latin ones.
        count: how many articles it holds.
    """

    def __init__(self, directory: Path, words: Mapping[str, int], count: int = 20_000) -> None:
        known = {token.exact: n for word, n in words.items() for token in analyze(word)[:1]}
        write_vocabulary(directory, ((word, n) for word, n in known.items() if not word.isascii()))
        self.pairs = None
        self.vocabulary: Vocabulary | None = Vocabulary.open(directory)
        self.count = count
        self._exact: dict[str, int] = {}
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
