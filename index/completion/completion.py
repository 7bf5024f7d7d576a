"""What an index suggests to somebody who types: words, phrases and titles that begin so or sound so."""

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
from onneshon.index.columnar.sections import gather_ranges
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
"""What is suggested."""

_HASANTA: Final = "\u09cd"
_JOINERS: Final = "\u200c\u200d"
_HALF_CLUSTER: Final = re.compile(f"{_HASANTA}[{_JOINERS}]*\\Z")
_ENDS_IN_CONSONANT: Final = re.compile("[\u0995-\u09b9\u09ce\u09dc\u09dd\u09df]\\Z")
_ROWS_A_STEM: Final = 8
"""Rows looked at for each one wanted: other forms of a word that is there already are passed over."""
_ENDING: Final = 3
"""Clusters that an ending has at most."""
_FORMS: Final = 32
"""Words that begin so, among which one of a stem is looked for."""
_SOUNDING: Final = 64
"""Words of some skeletons that are measured."""
_LOOKED_AT: Final = 1 << 15
"""Words of some skeletons that are weighed one by one."""
_ONE_SLIP: Final = 8.5
"""The same where nothing is as near: more than the channel asks for any one letter."""
_SLIPPED: Final = 192
"""Words that are measured then, besides."""
WORTH: Final = 0.55
"""What the logarithm of a word's weight is worth in distance."""
_SYMBOLS: Final = 8
"""Symbols of a skeleton that are kept, four bits each."""


class Candidate(NamedTuple):
    """A word that may be meant.

    Attributes:
        row: the word.
        distance: how unusual a way of writing its beginning was typed; 0 for the beginning itself.
    """

    row: Row
    distance: float


class TypedWord(NamedTuple):
    """The beginning of a word as it is looked up.

    Attributes:
        key: what is typed, in canonical spelling.
        half: a hasanta is typed, and what it joins is still to come.
    """

    key: str
    half: bool

    @classmethod
    def of(cls, text: str) -> Self:
        """Of what was typed last, without white space."""
        whole = _HALF_CLUSTER.sub("", text)
        keys = " ".join(exact for exact, _ in word_keys(whole))
        return cls(keys, half=whole != text and bool(keys))

    @property
    def start(self) -> str:
        """What the keys begin with that are meant."""
        return self.key + _HASANTA if self.half else self.key


class Completion:
    """The suggestions of one index. Threads may share it.

    Looking something up raises IndexCorruptError where the file is not as it was built.

    Args:
        file: what ``write_completion`` wrote.
    """

    def __init__(self, file: SectionFile) -> None:
        self._file = file
        self.words = Table(file, "words", _key_of)
        self.phrases = Table(file, "phrases", _key_of)
        self.titles = Table(file, "titles", _key_of)
        self._tables: dict[Kind, Table] = {"word": self.words, "phrase": self.phrases, "title": self.titles}

    @classmethod
    def open(cls, directory: Path) -> Self | None:
        """Maps the file of an index; None if it was built without.

        Raises:
            IndexCorruptError: it is cut short, altered in its head, or of another version.
        """
        path = directory / FILE_NAME
        return cls(SectionFile.open(path)) if path.exists() else None

    def verify(self) -> None:
        """Read all of the file; raises IndexCorruptError where it is not as it was built."""
        self._file.verify()

    def beginning(self, kind: Kind, start: str, count: int) -> list[Row]:
        """The weightiest rows whose keys begin so, those first that hold the last cluster as it is typed.

        A conjunct is one letter to whoever reads it, so that ক begins কর before ক্ষমতা.
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
        """Whether a title is these words, in whatever spelling of theirs, and no others."""
        return self.titles.find(_key_of(text)) is not None

    def begins_title(self, text: str) -> bool:
        """Whether a title begins so."""
        return bool(self.beginning("title", TypedWord.of(text).start, 1))

    def written(self, word: str) -> str:
        """How a word in canonical spelling is written, most often."""
        index = self.words.find(pack(word))
        return word if index is None else self.words.text(index)

    def word_beginnings(self, typed: TypedWord, limit: int) -> list[Candidate]:
        """The weightiest words that begin so, one of each stem."""
        rows = self.beginning("word", typed.start, limit * _ROWS_A_STEM)
        return one_a_stem((Candidate(row, 0.0) for row in rows), limit)

    def in_other_forms(self, typed: TypedWord) -> list[Candidate]:
        """The weightiest word of the stem of what is typed, which may be a form that no article has.

        Its beginning is what is typed without some of its last clusters, two of them at least.
        """
        stem = stem_of(typed.key)
        for border in cluster_boundaries(typed.key)[-2:1:-1][:_ENDING]:
            for row in self.beginning("word", typed.key[:border], _FORMS):
                if stem_of(row.text) == stem:
                    return [Candidate(row, 0.0)]
        return []

    def sounding(self, typed: str, limit: int) -> list[Candidate]:
        """The words whose beginning sounds like some Latin letters, best first, one of each stem."""
        # The weightiest of each reading: those of a short skeleton would leave no room for a longer one.
        ways = [self._of_skeletons([skeleton]) for skeleton in readings(typed)]
        indexes = np.unique(np.concatenate(ways)) if ways else np.zeros(0, np.int64)
        if not len(indexes):
            return []
        distances = latin_from_words(typed, self._keys(indexes), beginnings=True)
        return self._nearest(indexes, distances, farthest_from_latin(typed, distances), limit)

    def misspelt(self, typed: TypedWord, limit: int) -> list[Candidate]:
        """The words whose beginning may have been misspelt so, best first, one of each stem.

        Candidates sound alike, or have a consonant more, less or other than was typed. Where none of them is
        often misspelt so, a slip of the hand is looked for: any one letter more, less or other, or two
        clusters in the other order.
        """
        sound = skeleton(typed.key)
        near = np.union1d(self._of_skeletons([sound]), self._of_skeletons(_one_symbol_off(sound)))
        found = self._spelt_like(typed, near, MISTAKES, limit)
        if found:
            return found
        near = np.union1d(near, self._of_skeletons(_one_symbol_more(sound), _SLIPPED))
        found = [*self._spelt_like(typed, near, _ONE_SLIP, limit), *self._exchanged(typed, limit)]
        return one_a_stem(sorted(found, key=score), limit)

    def _spelt_like(
        self, typed: TypedWord, indexes: NDArray[np.int64], farthest: float, limit: int
    ) -> list[Candidate]:
        """Those of some words whose beginning is hardly farther from what was typed than that is itself."""
        if not len(indexes):
            return []
        return self._nearest(indexes, misspelt_beginnings(typed.key, self._keys(indexes)), farthest, limit)

    def _exchanged(self, typed: TypedWord, limit: int) -> list[Candidate]:
        """The words that begin so but for two neighbouring clusters after the first, in the other order."""
        borders = cluster_boundaries(typed.key)
        found: list[Candidate] = []
        for first, second, end in zip(borders[1:], borders[2:], borders[3:], strict=False):
            key = typed.key
            other = key[:first] + key[second:end] + key[first:second] + key[end:]
            found += [Candidate(row, _ONE_SLIP) for row in self.beginning("word", other, limit)]
        return found

    def _of_skeletons(self, skeletons: Sequence[str], most: int = _SOUNDING) -> NDArray[np.int64]:
        """The weightiest of the words whose skeletons begin like any of these."""
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
        chosen = np.unique(sounding[indexes]).astype(np.int64)
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
    """The first of some candidates, other forms of a word that is there already passed over."""
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
    """Whether the last consonant of a beginning is joined to another one in a text that begins so."""
    if not _ENDS_IN_CONSONANT.search(start):
        return False
    return " ".join(exact for exact, _ in word_keys(text)).startswith(start + _HASANTA)


def score(candidate: Candidate) -> float:
    """The lowest is the best: how unusual a way of writing it was typed, less what its weight is worth."""
    return candidate.distance - WORTH * math.log1p(candidate.row.weight)


def stem_of(text: str) -> str:
    """The stems of the words of a text."""
    return " ".join(stem for _, stem in word_keys(text))


def _key_of(text: str) -> bytes:
    return pack(" ".join(exact for exact, _ in word_keys(text)))


def _beginning_so(
    packed: NDArray[np.uint32], beginnings: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the skeletons that begin so start, and how many they are, for each of some beginnings."""
    lows = np.array([pack_skeleton(symbols) >> 32 for symbols in beginnings], np.uint32)
    missing = [4 * (_SYMBOLS - min(len(symbols), _SYMBOLS)) for symbols in beginnings]
    highs = lows + np.array([(1 << bits) - 1 for bits in missing], np.uint32)
    starts = np.searchsorted(packed, lows, "left")
    return starts, np.searchsorted(packed, highs, "right") - starts


def _one_symbol_off(sound: str) -> list[str]:
    """Skeletons with a symbol left out, or exchanged for another; the first is hardly ever mistaken."""
    found = []
    for position in range(1, len(sound)):
        before, after = sound[:position], sound[position + 1 :]
        found.append(before + after)
        found += [before + symbol + after for symbol in SKELETON_SYMBOLS if symbol != sound[position]]
    return found


def _one_symbol_more(sound: str) -> list[str]:
    """Skeletons with a symbol put between, or after, those of a word."""
    positions = range(1, len(sound) + 1)
    return [
        sound[:position] + symbol + sound[position:] for position in positions for symbol in SKELETON_SYMBOLS
    ]
