"""What an index learns of its own articles: spellings that are one word, and abbreviations that they explain.

It is a table as that of synonyms: from, ``=``, to, class and reason, with a tab between them. It is made when
an index is built, and stays with its segment. What stands in parentheses is taken for an abbreviation of the
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
"""Explanations of an abbreviation before it is believed."""
MOSTLY: Final = 0.6
"""Least share of the explanations of an abbreviation that must agree."""
LETTERS: Final = range(2, 9)
"""How many letters an abbreviation may have."""
MATCHING: Final = 0.5
"""Least share of the letters of an abbreviation that must begin one of the words."""

_LETTER: Final = "[\u0985-\u09b9\u09ce\u09dc-\u09df]"
_SHOWN: Final = rf"{_LETTER}[\u0981-\u09df\u200c\u200d]*"
_IN_PARENTHESES: Final = re.compile(rf"\(({_SHOWN})\)")
_PLAIN: Final = re.compile(_SHOWN)
_BEFORE: Final = 120
"""Characters before parentheses that are looked at."""
_REMEMBERED: Final = 4_096
"""Words in parentheses that were looked at lately."""
_PARTICLES: Final = frozenset(("অব", "অফ", "ফর", "অ্যান্ড", "এন্ড", "এ্যান্ড"))
"""Words of English names for which abbreviations have no letter."""
_SOUNDS: Final = {"সি": "sk", "এইচ": "h", "জি": "gj", "ই": "V", "আই": "V", "এ": "V", "ও": "V", "ইউ": "V"}
"""How words begin that these letters stand for, as symbols of a skeleton; of others as their names say."""

LEAST: Final = 6
"""Occurrences of a word whose context can be judged, in ``LEAST_TEXT`` tokens; in four times as many, twice
as many."""
LEAST_TEXT: Final = 1 << 22
KEPT: Final = 0.75
"""Of the context of the rarer word, weighed by logarithms of counts, the share that is the other's too."""
SHARED: Final = 3
"""Least number of words that stand beside both."""
NEAR: Final = 8.0
"""How much farther the rarer word is from the commoner one than that is from itself."""
MOST: Final = 1_000
"""Variants of an index, those that share most words first."""

_BITS: Final = 3
"""Most bits in which two signatures differ: letters that only one of two words has."""
_LETTERS_APART: Final = 2
_NEIGHBOURS: Final = 48
"""Words of one skeleton that each is compared with, the next rarer ones."""
_WORD: Final = re.compile(rf"{_LETTER}[\u0981-\u09df]{{2,39}}")


class Learned(NamedTuple):
    """A row of the table.

    Attributes:
        text: an abbreviation as most articles write it, or the rarer spelling of a word.
        stands_for: words, or the commoner spelling.
        times: how often it is explained so, or how many words stand beside both spellings.
    """

    text: str
    stands_for: str
    times: int


class Explanations:
    """Collects the explanations of texts that are added one by one.

    Attributes:
        found: abbreviations and the words that explain them, and how often they do.
    """

    def __init__(self) -> None:
        self.found: Counter[tuple[str, str]] = Counter()

    def add(self, text: str) -> None:
        """Look for explanations in a text."""
        if "(" in text:
            self.found.update(_explanations(text))

    def merge(self, other: "Explanations") -> None:
        """Add those of another process."""
        self.found.update(other.found)

    def learned(self) -> list[Learned]:
        """Those that are made often enough, and mostly alike; those first that are made most often."""
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
    """The last words of a text that nothing but spaces and hyphens parts."""
    found: list[str] = []
    for chunk in reversed(text.replace("-", " ").split()[-LETTERS.stop :]):
        if not _PLAIN.fullmatch(chunk):
            break
        found.append(canonical(chunk))
    return found[::-1]


def _expansion(letters: Sequence[str], words: Sequence[str]) -> Sequence[str]:
    """The last of some words, one for each letter but for function words; none where they do not match."""
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
    """The names of Latin letters that a text consists of, each the longest that fits; none of others."""
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
    """The spellings that are one word, those first that share most context; the same of the same counts.

    Of two words with the same consonants, whose letters hardly differ, and that are not one stem anyway, it
    is looked up how much of the rarer one's context is the commoner one's as well. In 17,757 articles of
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
    """Words whose context can be judged, and their indexes: by skeleton, of each the commoner first."""
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
    """How many words stand beside both of some words; 0 where the rarer has too much context of its own."""
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
    """Whether one may be typed for the other, and analysis does not hold them to be one stem."""
    codes = letter_codes([rarer, word])
    starts = np.array([0, len(rarer), len(codes)], np.uint32)
    itself, other = distances(misspelt().costs(rarer), codes, starts, np.arange(2)).tolist()
    return other - itself <= NEAR and stem_key(word) != stem_key(rarer)


LEARNED_EXT: Final = ".learned"
"""Suffix of the file of a segment."""
LEARNED_FILE: Final = "learned.tsv"
"""Name of the file of an index on a cluster."""


def learned_table(counts: PairCounts, explanations: Explanations) -> str:
    """The table of some articles.

    Args:
        counts: how often their words stand side by side.
        explanations: that they give.
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
