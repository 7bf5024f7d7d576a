"""Learns from the articles of an index: variants of one word, and abbreviations that the articles explain.

The result is a table like that of synonyms: from, ``=``, to, class and reason, separated by tabs. It is made
when an index is built, and stays with its segment. A word in parentheses is taken for an abbreviation of the
words before it, জাতীয় রাজস্ব বোর্ড (এনবিআর), where it has a letter for each of them and the letters are theirs:
their first ones, as in দুদক, or names of Latin letters, half of which or more begin one of the words as they
sound, as in এনবিআর.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.stemmer import is_function_word, stem_key
from onneshon.index.columnar.sections import I8, gather_ranges
from onneshon.index.kernel.spelling import distances
from onneshon.index.tables import read_words
from onneshon.index.vocabulary.channels import letter_codes, misspelt
from onneshon.index.vocabulary.pair_counts import PairCounts
from onneshon.index.vocabulary.skeleton import pack_skeletons, skeleton
from onneshon.index.vocabulary.spellings import letter_signatures

TIMES: Final = 3
"""The fewest explanations by which an abbreviation is accepted."""
MOSTLY: Final = 0.6
"""Least share of the explanations of an abbreviation that must agree."""
LETTERS: Final = range(2, 9)
"""The number of letters that an abbreviation may have."""
MATCHING: Final = 0.5
"""Least share of the letters of an abbreviation that must begin one of the words."""

_LETTER: Final = "[\u0985-\u09b9\u09ce\u09dc-\u09df]"
_SHOWN: Final = rf"{_LETTER}[\u0981-\u09df\u200c\u200d]*"
_IN_PARENTHESES: Final = re.compile(rf"\(({_SHOWN})\)")
_PLAIN: Final = re.compile(_SHOWN)
_BEFORE: Final = 120
"""The number of characters before parentheses that are examined."""
_REMEMBERED: Final = 4_096
"""The number of recent words in parentheses whose readings are cached."""
_PARTICLES: Final = frozenset(("অব", "অফ", "ফর", "অ্যান্ড", "এন্ড", "এ্যান্ড"))
"""Words of English names for which abbreviations have no letter."""
_SOUNDS: Final = {"সি": "sk", "এইচ": "h", "জি": "gj", "ই": "V", "আই": "V", "এ": "V", "ও": "V", "ইউ": "V"}
"""First skeleton symbols of words that these letters stand for; those of others follow from their names."""

LEAST: Final = 6
"""The fewest occurrences of a word from which its context can be judged, in ``LEAST_TEXT`` tokens; in four
times as many tokens, twice as many."""
LEAST_TEXT: Final = 1 << 22
KEPT: Final = 0.75
"""The least share of the rarer word's context, weighted by logarithms of counts, that the other has too."""
SHARED: Final = 3
"""The least number of words that are adjacent to both."""
NEAR: Final = 8.0
"""The most by which the rarer word may be farther from the commoner one than from itself."""
MOST: Final = 1_000
"""The most variants of an index; those that share most words are kept."""

_BITS: Final = 3
"""The most bits in which two signatures may differ: letters that only one of two words has."""
_LETTERS_APART: Final = 2
_NEIGHBOURS: Final = 48
"""The number of words of the same skeleton, the next rarer ones, with which each is compared."""
_WORD: Final = re.compile(rf"{_LETTER}[\u0981-\u09df]{{2,39}}")


class Learned(NamedTuple):
    """A row of the table.

    Attributes:
        text: an abbreviation as most articles write it, or the rarer spelling of a word.
        stands_for: words, or the commoner spelling.
        times: the number of such explanations, or of words that are adjacent to both spellings.
    """

    text: str
    stands_for: str
    times: int


class Explanations:
    """Collects the explanations of texts that are added one by one.

    Attributes:
        found: the number of times that each abbreviation is explained by some words.
    """

    def __init__(self) -> None:
        self.found: Counter[tuple[str, str]] = Counter()

    def add(self, text: str) -> None:
        """Look for explanations in a text."""
        if "(" in text:
            self.found.update(_explanations(text))

    def merge(self, other: "Explanations") -> None:
        """Add the explanations of another process."""
        self.found.update(other.found)

    def learned(self) -> list[Learned]:
        """The explanations that are frequent enough and mostly agree, the most frequent first."""
        of_each: Counter[str] = Counter()
        for (short, _), times in self.found.items():
            of_each[short] += times
        found = [
            Learned(short, words, times)
            for (short, words), times in self.found.items()
            if times >= max(TIMES, MOSTLY * of_each[short])
        ]
        return sorted(found, key=lambda entry: (-entry.times, entry))


def _explanations(text: str) -> Iterator[tuple[str, str]]:
    for found in _IN_PARENTHESES.finditer(text):
        short = canonical(found[1])
        readings = _readings(short)
        words = _words_before(text[max(0, found.start() - _BEFORE) : found.start()]) if readings else []
        for letters in readings:
            if expansion := _expansion(letters, words):
                yield short, " ".join(expansion)
                break


def _words_before(text: str) -> list[str]:
    """The last words of a text that only spaces and hyphens separate."""
    found: list[str] = []
    for chunk in reversed(text.replace("-", " ").split()[-LETTERS.stop :]):
        if not _PLAIN.fullmatch(chunk):
            break
        found.append(canonical(chunk))
    return found[::-1]


def _expansion(letters: Sequence[str], words: Sequence[str]) -> Sequence[str]:
    """The last words, one for each letter, function words not counted; none where they do not match."""
    content = [position for position, word in enumerate(words) if not _is_passed_over(word)]
    if len(content) < len(letters) or content[-1] != len(words) - 1:
        return ()
    taken = words[content[-len(letters)] :]
    named = [word for word in taken if not _is_passed_over(word)]
    return taken if _stand_for(letters, named) else ()


def _is_passed_over(word: str) -> bool:
    return is_function_word(word) or word in _PARTICLES


def _stand_for(letters: Sequence[str], words: Sequence[str]) -> bool:
    if all(letter in _letter_names() for letter in letters):
        begun = Counter(skeleton(word)[:1] for word in words)
        matching = 0
        for letter in letters:
            sound = next((symbol for symbol in _sounds(letter) if begun[symbol]), "")
            begun[sound] -= bool(sound)
            matching += bool(sound)
        return matching >= MATCHING * len(letters)
    return all(word.startswith(letter[0]) for letter, word in zip(letters, words, strict=True))


@lru_cache(_REMEMBERED)
def _readings(short: str) -> Sequence[Sequence[str]]:
    """An abbreviation as names of Latin letters, and as clusters."""
    clusters = [short[start:end] for start, end in pairwise(cluster_boundaries(short))]
    return [letters for letters in (_named(short), clusters) if len(letters) in LETTERS]


def _named(text: str) -> Sequence[str]:
    """The names of Latin letters that make up a text, each the longest that fits; else none."""
    found = []
    while text:
        name = next((name for name in _letter_names() if text.startswith(name)), "")
        if not name:
            return ()
        found.append(name)
        text = text[len(name) :]
    return found


@cache
def _letter_names() -> Sequence[str]:
    return sorted(read_words("letter_names.txt"), key=lambda name: (-len(name), name))


def _sounds(name: str) -> str:
    sound = skeleton(name)
    return _SOUNDS.get(name) or (sound[-1:] if sound.startswith("V") else sound[:1])


def learned_variants(counts: PairCounts) -> list[Learned]:
    """The variants of one word, those that share most context first; equal counts give equal results.

    For two words with the same consonants, whose letters hardly differ, and that do not have one stem anyway,
    the share of the rarer one's context that the commoner one has too is determined. In 17,757 articles of
    news these are 212 pairs, nine in ten of which are spellings or slips of one word.
    """
    words, indexes = _known_by_context(counts)
    usual, rarer = _homophones(words)
    shared = _shared(counts, indexes[usual], indexes[rarer])
    found = [
        Learned(words[second], words[first], count)
        for first, second, count in zip(usual.tolist(), rarer.tolist(), shared.tolist(), strict=True)
        if count >= SHARED and _hardly_differ(words[first], words[second])
    ]
    return sorted(found, key=lambda row: (-row.times, row.stands_for, row.text))[:MOST]


def _known_by_context(counts: PairCounts) -> tuple[list[str], I8]:
    """The words whose context can be judged, and their indexes: by skeleton, the commoner first in each."""
    least = LEAST * max(1.0, (counts.total / LEAST_TEXT) ** 0.5)
    common = np.flatnonzero(counts.occurrences >= least).tolist()
    words = [(index, counts.words[index].decode("utf-8", "surrogatepass")) for index in common]
    words = [(index, word) for index, word in words if _WORD.fullmatch(word) and not is_function_word(word)]
    packed = pack_skeletons([word for _, word in words])
    indexes = np.array([index for index, _ in words], np.int64)
    order = np.lexsort((-counts.occurrences[indexes], packed))
    order = order[packed[order] > 0]  # without a consonant nothing is alike
    return [words[index][1] for index in order.tolist()], indexes[order]


def _homophones(words: Sequence[str]) -> tuple[I8, I8]:
    """Indexes of words that have the same consonants and nearly the same letters, the commoner one first."""
    packed = pack_skeletons(words)
    signatures = letter_signatures(letter_codes(words))
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    usual, rarer = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for apart in range(1, min(_NEIGHBOURS, len(words))):
        same = np.flatnonzero(packed[apart:] == packed[:-apart])
        bits = np.bitwise_count(signatures[same] ^ signatures[same + apart])
        near = same[(bits <= _BITS) & (np.abs(lengths[same] - lengths[same + apart]) <= _LETTERS_APART)]
        usual.append(near)
        rarer.append(near + apart)
    return np.concatenate(usual), np.concatenate(rarer)


def _shared(counts: PairCounts, usual: I8, rarer: I8) -> I8:
    """For each pair, the number of words adjacent to both; 0 if the rarer has too much other context."""
    firsts, seconds = counts.pairs >> np.uint64(32), counts.pairs & np.uint64(0xFFFFFFFF)
    before = seconds << np.uint64(32) | firsts
    order = np.argsort(before)
    weights = np.log1p(counts.counts)
    shared, kept, whole = (np.zeros(len(usual)) for _ in range(3))
    for pairs, weighed in ((counts.pairs, weights), (before[order], weights[order])):
        starts = np.searchsorted(pairs, rarer.astype(np.uint64) << np.uint64(32))
        ends = np.searchsorted(pairs, (rarer + 1).astype(np.uint64) << np.uint64(32))
        beside = gather_ranges(starts, ends - starts)
        of = np.repeat(np.arange(len(usual)), ends - starts)
        wanted = usual[of].astype(np.uint64) << np.uint64(32) | pairs[beside] & np.uint64(0xFFFFFFFF)
        found = np.searchsorted(pairs, wanted)
        shared_pair = (
            pairs[np.minimum(found, len(pairs) - 1)] == wanted if len(pairs) else np.zeros(0, np.bool_)
        )
        shared += np.bincount(of, shared_pair, len(usual))
        kept += np.bincount(of, weighed[beside] * shared_pair, len(usual))
        whole += np.bincount(of, weighed[beside], len(usual))
    return np.where(kept >= KEPT * whole, shared, 0).astype(np.int64)


def _hardly_differ(word: str, rarer: str) -> bool:
    """Whether one may be typed for the other, and analysis gives them different stems."""
    codes = letter_codes([rarer, word])
    starts = np.array([0, len(rarer), len(codes)], np.uint32)
    itself, other = distances(misspelt().costs(rarer), codes, starts, np.arange(2)).tolist()
    return other - itself <= NEAR and stem_key(word) != stem_key(rarer)


LEARNED_EXT: Final = ".learned"
"""The suffix of a segment's file."""
LEARNED_FILE: Final = "learned.tsv"
"""Name of the file of an index on a cluster."""


def learned_table(counts: PairCounts, explanations: Explanations) -> str:
    """The table of some articles.

    Args:
        counts: the counts of their words and adjacent pairs.
        explanations: the explanations that they give.
    """
    rows = [
        f"{entry.text}\t=\t{entry.stands_for}\tabbreviation\texplained so {entry.times:,} times"
        for entry in explanations.learned()
    ]
    rows += [
        f"{entry.text}\t=\t{entry.stands_for}\tvariant\tsounds alike; {entry.times:,} words stand beside both"
        for entry in learned_variants(counts)
    ]
    return "".join(f"{row}\n" for row in rows)
