"""Suggestions while typing: words, phrases and titles with a prefix that matches or sounds alike."""

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.columnar.sections import distinct, gather_ranges
from onneshon.index.completion.table import Row, Table, best_rows, pack
from onneshon.index.completion.writer import FILE_NAME
from onneshon.index.vocabulary.channels import (
    MISTAKES,
    farthest_from_latin,
    latin_from_words,
    misspelt_beginnings,
)
from onneshon.index.vocabulary.skeleton import SKELETON_SYMBOLS, pack_skeleton, readings, skeleton

Kind: TypeAlias = Literal["word", "phrase", "title"]
"""The kind of a suggestion."""

_HASANTA: Final = "\u09cd"
_JOINERS: Final = "\u200c\u200d"
_HALF_CLUSTER: Final = re.compile(f"{_HASANTA}[{_JOINERS}]*\\Z")
_ENDS_IN_CONSONANT: Final = re.compile("[\u0995-\u09b9\u09ce\u09dc\u09dd\u09df]\\Z")
_ROWS_A_STEM: Final = 8
"""Rows examined for each one wanted: further forms of a stem found already are skipped."""
_ENDING: Final = 3
"""The most clusters of an ending."""
_FORMS: Final = 32
"""The number of words with a prefix among which one of a stem is searched."""
_SOUNDING: Final = 64
"""The number of words of some skeletons whose distance is measured."""
_LOOKED_AT: Final = 1 << 15
"""The most words of some skeletons whose weights are compared one by one."""
_ONE_SLIP: Final = 8.5
"""The largest distance where nothing is within ``MISTAKES``: above the channel's cost of any one letter."""
_SLIPPED: Final = 192
"""The number of further words that are measured in that case."""
WORTH: Final = 0.55
"""The worth of the logarithm of a word's weight, as distance."""
_SYMBOLS: Final = 8
"""The number of symbols of a skeleton that are stored, four bits each."""


class Candidate(NamedTuple):
    """A word that may be meant.

    Attributes:
        row: the row of the word.
        distance: the cost of what was typed as a spelling of its prefix; 0 for the prefix itself.
    """

    row: Row
    distance: float


class TypedWord(NamedTuple):
    """The typed prefix of a word, for look-ups.

    Attributes:
        key: the typed text, in canonical spelling.
        half: whether a hasanta was typed last, and what it joins is still to come.
    """

    key: str
    half: bool

    @classmethod
    def of(cls, text: str) -> Self:
        """Make it from the text typed last, without white space."""
        whole = _HALF_CLUSTER.sub("", text)
        keys = " ".join(exact for exact, _ in word_keys(whole))
        return cls(keys, half=whole != text and bool(keys))

    @property
    def start(self) -> str:
        """The prefix of the keys that match."""
        return self.key + _HASANTA if self.half else self.key


class Completion:
    """The suggestions of one index. Threads may share it.

    Looking something up raises IndexCorruptError where the file is not as it was built.

    Args:
        file: the file that ``write_completion`` wrote.
    """

    def __init__(self, file: SectionFile) -> None:
        self._file = file
        self.words = Table(file, "words", _key_of)
        self.phrases = Table(file, "phrases", _key_of)
        self.titles = Table(file, "titles", _key_of)
        self._tables: dict[Kind, Table] = {"word": self.words, "phrase": self.phrases, "title": self.titles}

    @classmethod
    def open(cls, directory: Path) -> Self | None:
        """Map the file of an index; None if it was built without.

        Raises:
            IndexCorruptError: the file is cut short, altered in its head, or of another version.
        """
        path = directory / FILE_NAME
        return cls(SectionFile.open(path)) if path.exists() else None

    def verify(self) -> None:
        """Read all of the file; raises IndexCorruptError where it is not as it was built."""
        self._file.verify()

    def beginning(self, kind: Kind, start: str, count: int) -> list[Row]:
        """The weightiest rows with a prefix, those first that have its last cluster as it is typed.

        A conjunct is one letter to a reader, so that ক begins কর before ক্ষমতা.
        """
        table = self._tables[kind]
        rows = table.beginning(pack(start))
        if not _ENDS_IN_CONSONANT.search(start):
            return [table.row(index) for index in table.best(rows, count).tolist()]
        joined = table.beginning(pack(start + _HASANTA))
        indexes = [*table.best(range(rows.start, joined.start), count).tolist()] if joined else []
        rest = range(joined.stop, rows.stop) if joined else rows
        indexes += table.best(rest, count).tolist()
        found = sorted(map(table.row, indexes), key=lambda row: -row.weight)[:count]
        if len(found) < count:
            found += [table.row(index) for index in table.best(joined, count - len(found)).tolist()]
        return found

    def has_title(self, text: str) -> bool:
        """Whether a title consists of exactly the words of a text, in any encoding of them."""
        return self.titles.find(_key_of(text)) is not None

    def begins_title(self, text: str) -> bool:
        """Whether a title has a prefix."""
        return bool(self.beginning("title", TypedWord.of(text).start, 1))

    def written(self, word: str) -> str:
        """The most frequent written form of a word in canonical spelling."""
        index = self.words.find(pack(word))
        return word if index is None else self.words.text(index)

    def word_beginnings(self, typed: TypedWord, limit: int) -> list[Candidate]:
        """The weightiest words with a prefix, one of each stem."""
        rows = self.beginning("word", typed.start, limit * _ROWS_A_STEM)
        return one_a_stem((Candidate(row, 0.0) for row in rows), limit)

    def in_other_forms(self, typed: TypedWord) -> list[Candidate]:
        """The weightiest word with the stem of the typed text, which may be a form that no article has.

        It is searched by the typed text without some of its last clusters; at least two must remain.
        """
        stem = stem_of(typed.key)
        for border in cluster_boundaries(typed.key)[-2:1:-1][:_ENDING]:
            for row in self.beginning("word", typed.key[:border], _FORMS):
                if stem_of(row.text) == stem:
                    return [Candidate(row, 0.0)]
        return []

    def sounding(self, typed: str, limit: int) -> list[Candidate]:
        """The words with a prefix that sounds like some Latin letters, best first, one of each stem."""
        # The weightiest of each reading: those of a short skeleton would leave no room for a longer one.
        ways = [self._of_skeletons([skeleton]) for skeleton in readings(typed)]
        indexes = distinct(np.concatenate(ways)) if ways else np.zeros(0, np.int64)
        if not len(indexes):
            return []
        distances = latin_from_words(typed, self._keys(indexes), beginnings=True)
        return self._nearest(indexes, distances, farthest_from_latin(typed, distances), limit)

    def misspelt(self, typed: TypedWord, limit: int) -> list[Candidate]:
        """The words of whose prefix the typed text may be a misspelling, best first, one of each stem.

        Candidates sound alike, or differ in one consonant, added, left out or replaced. If none of them is
        near enough, a typing slip is assumed: any one letter added, left out or replaced, or two clusters
        exchanged.
        """
        sound = skeleton(typed.key)
        near = [self._of_skeletons([sound]), self._of_skeletons(_one_symbol_off(sound))]
        found = self._spelt_like(typed, distinct(np.concatenate(near)), MISTAKES, limit)
        if found:
            return found
        near.append(self._of_skeletons(_one_symbol_more(sound), _SLIPPED))
        further = self._spelt_like(typed, distinct(np.concatenate(near)), _ONE_SLIP, limit)
        found = [*further, *self._exchanged(typed, limit)]
        return one_a_stem(sorted(found, key=score), limit)

    def _spelt_like(
        self, typed: TypedWord, indexes: NDArray[np.int64], farthest: float, limit: int
    ) -> list[Candidate]:
        """The words whose prefix is little farther from the typed text than that is from itself."""
        if not len(indexes):
            return []
        return self._nearest(indexes, misspelt_beginnings(typed.key, self._keys(indexes)), farthest, limit)

    def _exchanged(self, typed: TypedWord, limit: int) -> list[Candidate]:
        """The words with the prefix after two adjacent clusters, not the first, are exchanged."""
        borders = cluster_boundaries(typed.key)
        found: list[Candidate] = []
        for first, second, end in zip(borders[1:], borders[2:], borders[3:], strict=False):
            key = typed.key
            other = key[:first] + key[second:end] + key[first:second] + key[end:]
            found += [Candidate(row, _ONE_SLIP) for row in self.beginning("word", other, limit)]
        return found

    def _of_skeletons(self, skeletons: Sequence[str], most: int = _SOUNDING) -> NDArray[np.int64]:
        """The weightiest of the words whose skeletons have any of these prefixes."""
        sounding, weights = self.words.column("sounding"), self.words.column("weights")
        starts, lengths = _beginning_so(
            self.words.column("skeletons"), [skeleton for skeleton in skeletons if skeleton]
        )
        if lengths.sum() > _LOOKED_AT:  # short ones, and so few of them
            peaks = self.words.column("sound_peaks")
            ranges = map(range, starts.tolist(), (starts + lengths).tolist())
            best = [best_rows(weights, peaks, rows, _SOUNDING, order=sounding) for rows in ranges if rows]
            indexes = np.concatenate(best)
        else:
            indexes = gather_ranges(starts, lengths)
        chosen = distinct(sounding[indexes]).astype(np.int64)
        if len(chosen) > most:
            chosen = chosen[np.argpartition(weights[chosen], -most)[-most:]]
        return chosen

    def _keys(self, indexes: NDArray[np.int64]) -> list[str]:
        return [canonical(self.words.text(index)) for index in indexes.tolist()]

    def _nearest(
        self, indexes: NDArray[np.int64], distances: NDArray[np.float32], farthest: float, limit: int
    ) -> list[Candidate]:
        scores = distances - WORTH * np.log1p(self.words.column("weights")[indexes])
        order = np.argsort(scores, kind="stable")
        order = order[distances[order] <= farthest][: limit * _ROWS_A_STEM]
        rows = (Candidate(self.words.row(int(indexes[best])), float(distances[best])) for best in order)
        return one_a_stem(rows, limit)


def one_a_stem(candidates: Iterable[Candidate], limit: int) -> list[Candidate]:
    """The first ``limit`` candidates, skipping further forms of a stem found already."""
    met: set[str] = set()
    found: list[Candidate] = []
    for candidate in candidates:
        stem = stem_of(candidate.row.text)
        if stem not in met:
            met.add(stem)
            found.append(candidate)
            if len(found) == limit:
                break
    return found


def goes_on_in_conjunct(start: str, text: str) -> bool:
    """Whether the last consonant of a prefix is joined to another one in a text with that prefix."""
    if not _ENDS_IN_CONSONANT.search(start):
        return False
    return " ".join(exact for exact, _ in word_keys(text)).startswith(start + _HASANTA)


def score(candidate: Candidate) -> float:
    """The distance less the worth of the word's weight; the lowest score is the best."""
    return candidate.distance - WORTH * math.log1p(candidate.row.weight)


def stem_of(text: str) -> str:
    """The stems of the words of a text."""
    return " ".join(stem for _, stem in word_keys(text))


def _key_of(text: str) -> bytes:
    return pack(" ".join(exact for exact, _ in word_keys(text)))


def _beginning_so(
    packed: NDArray[np.uint32], beginnings: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each prefix of skeletons, the index of the first skeleton with it, and their number."""
    lows = np.array([pack_skeleton(symbols) >> 32 for symbols in beginnings], np.uint32)
    missing = [4 * (_SYMBOLS - min(len(symbols), _SYMBOLS)) for symbols in beginnings]
    highs = lows + np.array([(1 << bits) - 1 for bits in missing], np.uint32)
    starts = np.searchsorted(packed, lows, "left")
    return starts, np.searchsorted(packed, highs, "right") - starts


def _one_symbol_off(sound: str) -> list[str]:
    """Skeletons with one symbol left out or replaced; the first is kept, as it is hardly ever mistaken."""
    found = []
    for position in range(1, len(sound)):
        before, after = sound[:position], sound[position + 1 :]
        found.append(before + after)
        found += [before + symbol + after for symbol in SKELETON_SYMBOLS if symbol != sound[position]]
    return found


def _one_symbol_more(sound: str) -> list[str]:
    """Skeletons with one symbol inserted between, or after, those of a word."""
    positions = range(1, len(sound) + 1)
    return [
        sound[:position] + symbol + sound[position:] for position in positions for symbol in SKELETON_SYMBOLS
    ]
