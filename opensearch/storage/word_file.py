"""Counts the words, adjacent pairs and titles of articles, and reads and writes the files with them.

The file of words is an archive of NumPy with three arrays for each layer, and for prefixes of stems: the keys
in the order of code points, joined by line ends, as UTF-8; the number of articles that contain each; the
number of titles that do. Counts of a part of changes may be negative.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import BadZipFile

import msgspec
import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.analysis.script import is_bengali
from onneshon.index.article import LAYERS
from onneshon.index.completion.writer import WordCount
from onneshon.index.errors import IndexCorruptError
from onneshon.index.json_checks import decoded
from onneshon.index.vocabulary.learned import Explanations
from onneshon.index.vocabulary.pair_counts import PairCounts, Tokens, budget, counts_of_tokens, joined
from onneshon.opensearch.storage.documents import BEGINNINGS, Analyzed

_PENDING: Final = 1 << 16
"""The number of pending tokens that are counted together."""
_BUDGETS: Final = 4
"""Factor on a file's budget of pairs while counting goes on: what is rare so far may become frequent."""


class PairTally:
    """The counts of adjacent pairs in articles that were added, and in those that were removed.

    Attributes:
        added: the counts of added articles.
        gone: the counts of removed articles.
    """

    def __init__(self) -> None:
        self.added = _Sum()
        self.gone = _Sum()

    def add(self, tokens: Tokens, sign: int = 1) -> None:
        """Count the pairs of an article as added, or as removed if ``sign`` is -1."""
        (self.added if sign > 0 else self.gone).add(tokens)

    def merge(self, other: "PairTally") -> None:
        """Add the counts of another tally."""
        self.added.merge(other.added)
        self.gone.merge(other.gone)

    def settle(self) -> None:
        """Count pending tokens, so that less goes to another process."""
        self.added.settle()
        self.gone.settle()

    def total(self) -> PairCounts:
        """The counts of added articles, less those of removed ones."""
        return joined(self.added.parts(), self.gone.parts())


class _Sum:
    """The pair counts of some articles."""

    def __init__(self) -> None:
        self._parts: list[PairCounts] = []
        self._pending: list[Tokens] = []
        self._held = 0

    def add(self, tokens: Tokens) -> None:
        """Queue the tokens of an article; all in the queue have the term numbers of one analyser."""
        if self._pending and self._pending[0].terms is not tokens.terms:
            self.settle()
        self._pending.append(tokens)
        self._held += len(tokens.ids)
        if self._held >= _PENDING:
            self.settle()

    def settle(self) -> None:
        """Count the tokens in the queue."""
        pending, self._pending, self._held = self._pending, [], 0
        if pending:
            ids = np.concatenate([tokens.ids for tokens in pending])
            ends = np.concatenate([tokens.ends for tokens in pending])
            self._append([counts_of_tokens(ids, ends, pending[0].terms)])

    def merge(self, other: "_Sum") -> None:
        """Add the counts of another sum."""
        self._append(other.parts())

    def _append(self, parts: Sequence[PairCounts]) -> None:
        self._parts += parts
        first, *further = [len(part.pairs) for part in self._parts] or [0]
        if sum(further) > max(first, _PENDING):
            self._parts = [
                joined(self._parts, most=_BUDGETS * budget(sum(part.total for part in self._parts)))
            ]

    def parts(self) -> list[PairCounts]:
        """All counts, as parts to add up."""
        self.settle()
        return list(self._parts)


COUNTED: Final = (*LAYERS, BEGINNINGS)
"""The layers in which keys are counted, and the prefixes of stems."""

FILE_NAME: Final = "words.npz"

LAST: Final = "\U0010ffff"
"""A character that sorts after all in keys: the end of the range of a prefix."""


class IndexedWord(NamedTuple):
    """A key of a layer, with the number of articles and of titles that contain it."""

    layer: str
    key: str
    articles: int
    titles: int


@dataclass(slots=True)
class WordCounts:
    """Counts by layer and key, of adjacent pairs, and explanations; counts of changes may be negative."""

    articles: dict[str, Counter[str]] = field(default_factory=lambda: {layer: Counter() for layer in COUNTED})
    titles: dict[str, Counter[str]] = field(default_factory=lambda: {layer: Counter() for layer in COUNTED})
    pairs: PairTally = field(default_factory=PairTally)
    explanations: Explanations = field(default_factory=Explanations)

    def add(self, analyzed: Analyzed, sign: int = 1) -> None:
        """Count an article, or subtract its counts if ``sign`` is -1."""
        for counts, keys in ((self.articles, analyzed.keys), (self.titles, analyzed.title_keys)):
            for layer, found in keys.items():
                count = counts[layer]
                for key in found:
                    count[key] += sign
        self.pairs.add(analyzed.tokens, sign)
        if sign > 0:
            self.explanations.add(analyzed.document["article"].get("body", ""))

    def merge(self, other: "WordCounts") -> None:
        """Add the counts of another object."""
        for mine, its in ((self.articles, other.articles), (self.titles, other.titles)):
            for layer in COUNTED:
                mine[layer].update(its[layer])
        self.pairs.merge(other.pairs)
        self.explanations.merge(other.explanations)

    def rows(self) -> Iterator[IndexedWord]:
        """Yield every key whose counts are not both 0."""
        for layer in COUNTED:
            for key, articles in self.articles[layer].items():
                titles = self.titles[layer][key]
                if articles or titles:
                    yield IndexedWord(layer, key, articles, titles)


def suggested(words: Iterable[IndexedWord]) -> list[WordCount]:
    """The exact forms for vocabulary and suggestions: Bengali or Latin words of some article, no numbers."""
    return sorted(
        WordCount(word.key, word.articles, max(0, word.titles))
        for word in words
        if word.layer == "exact"
        and word.articles > 0
        and (is_bengali(word.key) or "a" <= word.key[:1] <= "z")
    )


@dataclass(frozen=True, slots=True)
class LayerWords:
    """The keys of a layer.

    Attributes:
        keys: the distinct keys, in the order of code points.
        articles: the number of articles that contain each key, shape (keys,).
        titles: the number of articles with each key in the title, shape (keys,).
    """

    keys: Sequence[str]
    articles: NDArray[np.int64]
    titles: NDArray[np.int64]

    def index(self, key: str) -> int:
        """The index of a key; -1 if there is none."""
        index = bisect_left(self.keys, key)
        return index if index < len(self.keys) and self.keys[index] == key else -1

    def range(self, start: str) -> slice:
        """The range of the keys with a prefix."""
        return slice(bisect_left(self.keys, start), bisect_left(self.keys, start + LAST))


def write_word_file(folder: Path, words: Iterable[IndexedWord]) -> None:
    """Write the file of words; they may come in any order."""
    rows: dict[str, list[IndexedWord]] = {layer: [] for layer in COUNTED}
    for word in words:
        rows[word.layer].append(word)
    arrays: dict[str, NDArray[np.generic]] = {}
    for layer, layer_words in rows.items():
        layer_words.sort(key=lambda word: word.key)
        text = "\n".join([word.key for word in layer_words])
        arrays[f"{layer}_keys"] = np.frombuffer(text.encode(), np.uint8)
        arrays[f"{layer}_articles"] = np.array([word.articles for word in layer_words], np.int64)
        arrays[f"{layer}_titles"] = np.array([word.titles for word in layer_words], np.int64)
    with (folder / FILE_NAME).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_word_file(folder: Path) -> dict[str, LayerWords]:
    """Read the words of each layer; raises IndexCorruptError if the file is missing or damaged."""
    try:
        with np.load(folder / FILE_NAME, allow_pickle=False) as arrays:
            found = {layer: _layer(layer, arrays) for layer in COUNTED}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise IndexCorruptError(f"{FILE_NAME} cannot be read ({error}): build the index again") from error
    return found


def _layer(layer: str, arrays: "np.lib.npyio.NpzFile") -> LayerWords:
    articles = arrays[f"{layer}_articles"]
    text = arrays[f"{layer}_keys"].tobytes().decode()
    keys = text.split("\n") if len(articles) else []
    if not len(keys) == len(articles) == len(titles := arrays[f"{layer}_titles"]):
        raise ValueError(f"layer {layer} has keys without counts")
    return LayerWords(keys, articles, titles)


def summed(parts: Sequence[Mapping[str, LayerWords]]) -> Iterator[IndexedWord]:
    """The words of several parts, with added counts; words whose counts become 0 are left out."""
    for layer in COUNTED:
        articles: Counter[str] = Counter()
        titles: Counter[str] = Counter()
        for part in parts:
            words = part[layer]
            for key, count, in_titles in zip(
                words.keys, words.articles.tolist(), words.titles.tolist(), strict=True
            ):
                articles[key] += count
                titles[key] += in_titles
        yield from (
            IndexedWord(layer, key, count, titles[key])
            for key, count in articles.items()
            if count or titles[key]
        )


TITLES_NAME: Final = "titles.json"


def title_key(title: str) -> str:
    """The key of a title: its words, as exact forms."""
    return " ".join(exact for exact, _ in word_keys(title))


class ChangedTitles(NamedTuple):
    """The titles that some changes added and removed.

    Attributes:
        added: the added titles, as they are written.
        gone: the keys of the removed titles, see ``title_key``.
    """

    added: Sequence[str] = ()
    gone: Sequence[str] = ()

    @classmethod
    def joined(cls, parts: Iterable["ChangedTitles"]) -> "ChangedTitles":
        """Combine the changes of several parts, the earliest first."""
        added: list[str] = []
        gone: set[str] = set()
        for part in parts:
            left = {*part.gone}
            added = [title for title in added if title_key(title) not in left] + [*part.added]
            gone = (gone | left) - {*map(title_key, part.added)}
        return cls(added, sorted(gone))


def write_titles(folder: Path, titles: ChangedTitles) -> None:
    """Write the titles of a part to its file."""
    (folder / TITLES_NAME).write_bytes(msgspec.json.encode(titles))


def read_titles(folder: Path) -> ChangedTitles:
    """Read the titles of a part; none for the part of a build.

    Raises:
        IndexCorruptError: the file is damaged.
    """
    path = folder / TITLES_NAME
    if not path.exists():
        return ChangedTitles()
    try:
        return decoded(path.read_bytes(), ChangedTitles)
    except msgspec.DecodeError as error:
        raise IndexCorruptError(f"{TITLES_NAME} cannot be read ({error}): build the index again") from error
