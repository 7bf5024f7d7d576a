"""The words of articles and how many hold each; of changes, how many more, or fewer."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from onneshon.index.analysis.script import is_bengali
from onneshon.index.article import LAYERS
from onneshon.index.completion.words import WordCount
from onneshon.index.vocabulary.explained import Explanations
from onneshon.index.vocabulary.pair_tally import PairTally
from onneshon.opensearch.storage.documents import BEGINNINGS, Analyzed

COUNTED: Final = (*LAYERS, BEGINNINGS)
"""What words are counted in."""


class IndexedWord(NamedTuple):
    """A word of a layer, how many articles hold it, and how many titles do."""

    layer: str
    key: str
    articles: int
    titles: int


@dataclass(slots=True)
class WordCounts:
    """Counts by layer and key, of neighbours, and explanations; counts of changes may be below 0."""

    articles: dict[str, Counter[str]] = field(default_factory=lambda: {layer: Counter() for layer in COUNTED})
    titles: dict[str, Counter[str]] = field(default_factory=lambda: {layer: Counter() for layer in COUNTED})
    pairs: PairTally = field(default_factory=PairTally)
    explanations: Explanations = field(default_factory=Explanations)

    def add(self, analyzed: Analyzed, sign: int = 1) -> None:
        """Count an article; or, with -1, count it no more."""
        for counts, keys in ((self.articles, analyzed.keys), (self.titles, analyzed.title_keys)):
            for layer, found in keys.items():
                count = counts[layer]
                for key in found:
                    count[key] += sign
        self.pairs.add(analyzed.tokens, sign)
        if sign > 0:
            self.explanations.add(analyzed.document["article"].get("body", ""))

    def merge(self, other: "WordCounts") -> None:
        """Add the counts of others."""
        for mine, its in ((self.articles, other.articles), (self.titles, other.titles)):
            for layer in COUNTED:
                mine[layer].update(its[layer])
        self.pairs.merge(other.pairs)
        self.explanations.merge(other.explanations)

    def rows(self) -> Iterator[IndexedWord]:
        """Every word whose counts are not 0."""
        for layer in COUNTED:
            for key, articles in self.articles[layer].items():
                titles = self.titles[layer][key]
                if articles or titles:
                    yield IndexedWord(layer, key, articles, titles)


def suggested(words: Iterable[IndexedWord]) -> list[WordCount]:
    """Those of words in canonical spelling that vocabulary and suggestions are made of; numbers are none."""
    return sorted(
        WordCount(word.key, word.articles, max(0, word.titles))
        for word in words
        if word.layer == "exact"
        and word.articles > 0
        and (is_bengali(word.key) or "a" <= word.key[:1] <= "z")
    )
