"""The words of a generation and how many articles hold each, kept beside its articles.

A build counts them as it goes; an update adds what each batch of changes adds, and each word remembers the
last batch that it took in, so that a batch that is added again, after a failure, does not count twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from onneshon.index.analysis.script import is_bengali
from onneshon.index.article import LAYERS
from onneshon.index.completion.writer import WordCount
from onneshon.index.vocabulary.explained import Explanations
from onneshon.index.vocabulary.pair_tally import PairTally
from onneshon.opensearch.connection.bulk import SMALL_OPERATIONS, Operation, send
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.scanning import scan
from onneshon.opensearch.storage.documents import BEGINNINGS, Analyzed
from onneshon.opensearch.storage.generations import words_of

__all__ = ["COUNTED", "IndexedWord", "WordCounts", "add_counts", "read_words", "suggested", "write_words"]

COUNTED: Final = (*LAYERS, BEGINNINGS)
"""What words are counted in."""

LONGEST: Final = 400
"""Bytes; longer words are not kept here, since no id can hold them, and nobody is suggested one."""

ADD: Final = (
    "if (ctx._source.batch == params.batch) { ctx.op = 'none' } else {"
    " ctx._source.articles += params.articles; ctx._source.titles += params.titles;"
    " ctx._source.batch = params.batch }"
)
"""One source for all changes: the cluster compiles few different ones in a minute."""


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

    def kept(self) -> Iterator[IndexedWord]:
        """Those of all words that are kept on the cluster."""
        return _kept(self.rows())


def _name(word: IndexedWord) -> str:
    return f"{word.layer}:{word.key}"


def _kept(words: Iterable[IndexedWord]) -> Iterator[IndexedWord]:
    return (word for word in words if len(word.key.encode()) <= LONGEST)


def _carry_out(cluster: Cluster, generation: str, operations: Iterable[Operation]) -> int:
    done = 0
    for outcome in send(cluster, words_of(generation), operations, most=SMALL_OPERATIONS):
        if outcome.state != "written":
            raise ClusterError(f"{words_of(generation)} refused {outcome.operation.id!r}: {outcome.reason}")
        done += 1
    return done


def write_words(cluster: Cluster, generation: str, counts: WordCounts) -> int:
    """Write the words of a new generation; how many.

    Raises:
        ClusterError: as for ``bulk.send``, or a word was refused.
    """
    done = _carry_out(cluster, generation, (_whole(word) for word in counts.kept()))
    cluster.write(lambda client: client.indices.refresh(index=words_of(generation)))
    return done


def _whole(word: IndexedWord, batch: str = "") -> Operation:
    return Operation.put(_name(word), {**word._asdict(), "batch": batch})


def add_counts(cluster: Cluster, generation: str, changes: WordCounts, batch: str) -> None:
    """Add to the counts of a generation what a batch of changes did.

    Args:
        cluster: to ask.
        generation: whose words they are.
        changes: the differences.
        batch: its name; added twice in a row, it counts once.

    Raises:
        ClusterError: as for ``write_words``.
    """
    _carry_out(cluster, generation, (_difference(word, batch) for word in changes.kept()))


def _difference(word: IndexedWord, batch: str) -> Operation:
    params = {"articles": word.articles, "titles": word.titles, "batch": batch}
    upsert: Mapping[str, Any] = {**word._asdict(), "batch": batch}
    return Operation.change(_name(word), {"script": {"source": ADD, "params": params}, "upsert": upsert})


def read_words(cluster: Cluster, generation: str, layer: str = "exact") -> Iterator[IndexedWord]:
    """The words of a layer that articles hold, in the order of code points.

    Raises:
        ClusterError: as for ``Cluster.read``.
    """
    query = {"bool": {"filter": [{"term": {"layer": layer}}, {"range": {"articles": {"gt": 0}}}]}}
    columns = ("articles", "titles")
    for hit in scan(cluster, words_of(generation), query, ["key"], columns=columns, page=10_000):
        (articles,), (titles,) = (hit["fields"][name] for name in columns)
        yield IndexedWord(layer, hit["sort"][0], articles, titles)


def suggested(words: Iterable[IndexedWord]) -> list[WordCount]:
    """Those of words in canonical spelling that vocabulary and suggestions are made of; numbers are none."""
    return sorted(
        WordCount(word.key, word.articles, max(0, word.titles))
        for word in words
        if word.layer == "exact"
        and word.articles > 0
        and (is_bengali(word.key) or "a" <= word.key[:1] <= "z")
    )
