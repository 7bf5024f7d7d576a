"""Two noisy channels from words of the index to what people type: romanisation and misspelling.

Each gives the distance of a typed word from each of many words, or from their prefixes. In a channel, a word
is a sequence of units, each unit is written as some letters (none, one or a few), and each way of writing has
a cost, from a table fitted to what people really typed. The distance of a typed word from a word is the cost
of the cheapest way in which the word's units can have produced it, letter by letter. Costs are natural
logarithms, so that they add to the logarithm of a word's frequency.

The costs of one typed word form a table by unit, number of letters and position; the dynamic programme that
runs over it for each candidate is compiled (``index.kernel.spelling``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.script import VOWEL_SIGNS
from onneshon.index.columnar.sections import gather_ranges
from onneshon.index.kernel.spelling import Costs, distances
from onneshon.index.tables import read_rows
from onneshon.index.vocabulary.sound_units import UNITS, is_loan, unit_codes

_IMPOSSIBLE: Final = 99.0
"""A cost above that of any word, and finite, so that sums stay comparable."""
_LATELY: Final = 8
"""The number of typed words whose costs are cached, 100 KB or less each."""
_UNLISTED: Final = 2
"""An unlisted way of writing a unit has fewer letters than this, at the cost of the ceiling."""


@dataclass(frozen=True, slots=True)
class Insertions:
    """The costs of typed letters that no unit of the word accounts for.

    Attributes:
        letters: the cost of letters people add lightly.
        other: the cost of any other letter.
        repeated: the cost of a letter after itself (vvlo, hummm).
        last: the cost of letters at the end of the word, where it differs.
    """

    letters: Mapping[str, float]
    other: float
    repeated: float
    last: Mapping[str, float] = field(default_factory=dict)

    def costs(self, typed: str) -> list[float]:
        """The cost of each letter of a typed word as an insertion."""
        found = [self.letters.get(letter, self.other) for letter in typed]
        for position, (before, letter) in enumerate(pairwise(typed), 1):
            if before == letter:
                found[position] = min(found[position], self.repeated)
        if typed and typed[-1] in self.last:
            found[-1] = min(found[-1], self.last[typed[-1]])
        return found


def read_costs(table: str, units: Iterable[str]) -> list[dict[str, float]]:
    """The costs of one table of ``index/analysis/data``, in the order of the units.

    Each line is a unit and, after a tab, ``letters:cost`` separated by spaces; ``~`` stands for no letter.

    Raises:
        KeyError: the table has no line for a unit.
    """
    lines = {row[0]: _parse_costs(row[1]) for row in read_rows(table)}
    return [lines[unit] for unit in units]


def _parse_costs(entries: str) -> dict[str, float]:
    pairs = (entry.rsplit(":", 1) for entry in entries.split(" "))
    return {"" if letters == "~" else letters: float(cost) for letters, cost in pairs}


class Channel:
    """Measures the distance of a typed word from words given as sequences of unit codes.

    Args:
        costs: for each unit, the cost of each way of writing it; the unit with index p has code p + 1.
        insertions: the costs of letters without a unit.
        ceiling: the largest cost of a unit that is written as any one letter, or not at all.
    """

    def __init__(self, costs: Sequence[Mapping[str, float]], insertions: Insertions, ceiling: float) -> None:
        self._insertions = insertions
        self._units = len(costs) + 1
        self._ways: dict[str, list[tuple[int, float]]] = {}
        for code, unit in enumerate(costs, 1):
            for letters, cost in unit.items():
                self._ways.setdefault(letters, []).append((code, min(cost, ceiling)))
        self._begun = _beginnings_of(self._ways)
        longest = max(map(len, self._ways))
        self._unlisted = [ceiling if taken < _UNLISTED else _IMPOSSIBLE for taken in range(longest + 1)]
        # One typed word is measured several times in succession.
        self.costs = lru_cache(_LATELY)(self._costs)

    def distances(
        self, typed: str, words: NDArray[np.uint8], *, beginnings: bool = False
    ) -> NDArray[np.float32]:
        """The distance of each word from a typed word.

        Args:
            typed: the letters as typed.
            words: unit codes, shape (units of the longest word, words); code 0 fills up the shorter ones.
            beginnings: whether to measure the nearest prefix of each word instead.

        Returns:
            Natural-logarithm costs, shape (words,).
        """
        units, count = words.shape
        starts = np.arange(count + 1, dtype=np.uint32) * np.uint32(units)
        codes = np.ascontiguousarray(words.T).ravel()
        costs = self.costs(typed, beginnings=beginnings)
        return distances(costs, codes, starts, np.arange(count), beginnings=beginnings)

    def _costs(self, typed: str, *, beginnings: bool = False) -> Costs:
        """The cost of each unit written as the letters from each position on.

        With ``beginnings`` the last letters may begin what a unit is written as: *abdul w* begins *wahed*.
        """
        ways, letters = self._ways.get, len(typed)
        listed: list[list[Sequence[tuple[int, float]]]] = [
            [ways(typed[at : at + taken], ()) for at in range(letters + 1 - taken if taken else 1)]
            for taken in range(len(self._unlisted))
        ]
        if beginnings:
            for taken in range(1, min(len(listed), letters + 1)):
                listed[taken][-1] = self._begun.get(typed[-taken:], ())
        return Costs(self._units, listed, self._unlisted, self._insertions.costs(typed))


def _beginnings_of(ways: Mapping[str, Sequence[tuple[int, float]]]) -> dict[str, list[tuple[int, float]]]:
    """By letters, the units that are written as these or as more that begin so, at the least cost of each."""
    least: dict[str, dict[int, float]] = {}
    for letters, units in ways.items():
        for end in range(1, len(letters) + 1):
            begun = least.setdefault(letters[:end], {})
            begun |= {code: min(cost, begun.get(code, cost)) for code, cost in units}
    return {letters: [*units.items()] for letters, units in least.items()}


LOAN_CODES: Final = len(UNITS)
"""Added to a unit's code, gives the code of the unit spelt as in a word from English."""
LOAN_COST: Final[NDArray[np.float32]] = -np.log(np.array([[0.88, 0.25], [0.12, 0.75]], np.float32))
"""The cost of spelling a word as Bengali (row 0) or as English (row 1), if it looks Bengali or English
(column)."""

SCHOLARLY_COST: Final = np.float32(3.0)
"""The cost of writing a word letter by letter (*charyapad*), where most write as they hear it: 20 to 1."""

_BY_LETTER: Final = re.compile("[b-df-hj-np-tvxz]ya|jn|ksh")
"""Letters that hardly anybody writes who does not write by letter: *satya*, *bijnan*, *shiksha*."""

LETTERS_FROM: Final = 0x980
"""The Bengali block: a letter's code is its offset in it."""
END: Final = 0x80
"""Mark added to the code of the last letter of a word."""

# Set by hand, by the figures on both halves of the pairs, also the half that the tables were not learnt from;
# y and w glide, h only breathes, and English ends in an e that is not said.
_LATIN_INSERTIONS: Final = Insertions(
    letters=dict.fromkeys("aeiou", 4.0) | dict.fromkeys("yw", 2.5) | {"h": 3.0},
    other=6.0,
    repeated=1.0,
    last={"e": 2.2},
)
_LETTER_INSERTIONS: Final = Insertions(
    letters=dict.fromkeys("ািীুূৃেৈোৌ\u09df", 3.5) | dict.fromkeys("ঁঃ\u09cd", 3.0),
    other=5.0,
    repeated=2.5,
)
_LATIN_CEILING: Final = 9.0
_LETTER_CEILING: Final = 8.0

MISTAKES: Final = 4.5
"""The most by which a word may be farther from the typed word than that from itself (natural logarithm)."""
_LATIN_AT_LEAST: Final = 3.0
_LATIN_A_LETTER: Final = 0.9
"""The largest distance of a word from n Latin letters: _LATIN_AT_LEAST + _LATIN_A_LETTER * n."""
_BESIDE: Final = 3.0
"""The most by which a word may be farther than the nearest one: where one is spelt so, others hardly are."""


@cache
def romanised() -> Channel:
    """The channel from sound units, and the same plus ``LOAN_CODES``, to Latin letters."""
    native = read_costs("romanisation_native.tsv", UNITS)
    loan = read_costs("romanisation_loan.tsv", UNITS)
    return Channel([*native, *loan], _LATIN_INSERTIONS, _LATIN_CEILING)


@cache
def scholarly() -> Channel:
    """The channel from sound units to Latin letters, by letter, as libraries and offices write Bengali."""
    return Channel(read_costs("romanisation_scholarly.tsv", UNITS), _LATIN_INSERTIONS, _LATIN_CEILING)


@cache
def misspelt() -> Channel:
    """The channel from Bengali letters to the letters typed for them."""
    listed = {row[0] for row in read_rows("misspelling.tsv")}
    codes = range(1, 2 * END)
    units = [chr(LETTERS_FROM + code % END) + ("." if code >= END else "") for code in codes]
    known = iter(read_costs("misspelling.tsv", (unit for unit in units if unit in listed)))
    costs = [next(known) if unit in listed else {unit[0]: 0.0} for unit in units]
    return Channel(costs, _LETTER_INSERTIONS, _LETTER_CEILING)


def letter_codes(words: Sequence[str]) -> NDArray[np.uint8]:
    """The concatenated codes of all letters of words of the Bengali block, last letters marked."""
    letters = np.frombuffer("".join(words).encode("utf-16-le"), "<u2")
    codes = (letters - LETTERS_FROM).astype(np.uint8)
    codes[np.cumsum(np.fromiter(map(len, words), np.int64, len(words))) - 1] += END
    return codes


def latin_distances(
    typed: str, native: NDArray[np.uint8], loans: NDArray[np.integer], *, beginnings: bool = False
) -> NDArray[np.float32]:
    """The distance of Latin letters from words: as heard, as English or by letter, whichever is nearest.

    Args:
        typed: letters from a to z.
        native: the sound units of each word, shape (units, words).
        loans: 1 for each word that looks English.
        beginnings: whether to measure the nearest prefix of each word instead.
    """
    loan = np.where(native, native + LOAN_CODES, 0).astype(np.uint8)
    words = np.concatenate((native, loan), axis=1)
    both = romanised().distances(typed, words, beginnings=beginnings).reshape(2, -1)
    heard = (both + LOAN_COST[:, loans]).min(axis=0)
    by_letter = scholarly().distances(typed, native, beginnings=beginnings)
    nearer: NDArray[np.float32] = np.minimum(
        heard, by_letter if _BY_LETTER.search(typed) else by_letter + SCHOLARLY_COST
    )
    return nearer


def latin_from_words(typed: str, words: Sequence[str], *, beginnings: bool = False) -> NDArray[np.float32]:
    """The distance of Latin letters from each of some Bengali words, or from its nearest prefix."""
    codes = unit_codes(words)
    lengths = np.diff(np.flatnonzero(codes == 0), prepend=-1) - 1
    looks = np.fromiter(map(is_loan, words), np.intp, len(words))
    return latin_distances(typed, side_by_side(codes[codes != 0], lengths), looks, beginnings=beginnings)


def farthest_from_latin(typed: str, distances: NDArray[np.float32]) -> float:
    """The largest distance of a word from Latin letters, given the distances of the candidates."""
    return min(_LATIN_AT_LEAST + _LATIN_A_LETTER * len(typed), float(distances.min()) + _BESIDE)


def misspelt_beginnings(typed: str, words: Sequence[str]) -> NDArray[np.float32]:
    """By how much Bengali letters are farther from the nearest prefix of each word than from themselves."""
    every = [typed, *words]
    lengths = np.fromiter(map(len, every), np.int64, len(every))
    letters = side_by_side(letter_codes(every) % END, lengths)
    itself, *others = misspelt().distances(typed, letters, beginnings=True)
    return np.array(others, np.float32) - np.float32(itself)


def side_by_side(codes: NDArray[np.uint8], lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The concatenated codes of words as columns of one length, padded with 0."""
    columns = np.zeros((int(lengths.max(initial=0)), len(lengths)), np.uint8)
    positions = gather_ranges(np.zeros_like(lengths), lengths)
    columns[positions, np.repeat(np.arange(len(lengths)), lengths)] = codes
    return columns


_LEFT_OUT: Final = "\u0981\u0983\u09bc\u09bd\u09cdিী\u09df"
"""Letters that folding may drop; \u09df between vowels may be left out, as in ধোঁআ."""
_ONE: Final = ("রঋৃ", "নণ", "সশষ", "জয", "ংঙ", "তৎ", "\u09dc\u09dd", "ইঈ", "উঊ", "ুূ", "\u09beঅআএ")
"""Letters that folding merges; এ with অ for এ্যা, which begins words as অ্যা does."""
_LETTERS: Final = 0x80
_MADE_OF: Final = {letter: letters[0] for letters in _ONE for letter in letters}


def _byte_of(letter: str) -> int:
    """The byte of a letter in ``SAME_LETTERS``; 0 only for letters that are left out."""
    return 0 if letter in _LEFT_OUT else _LETTERS + ord(_MADE_OF.get(letter, letter)) - LETTERS_FROM


SAME_LETTERS: Final = bytes(_byte_of(chr(LETTERS_FROM + code)) for code in range(_LETTERS))
"""A simplified byte for each letter of the Bengali block: words of one fold have equal bytes.

So few words must be folded to find those of one fold. Letters that ``fold`` merges have one byte; those that
it may drop, or produce from others, have 0.
"""

_OF_ONE_SIGN: Final = {"ী": "ি", "ৃ": "ি", "ূ": "ু"}
SAME_SIGNS: Final = bytes(
    _LETTERS + ord(_OF_ONE_SIGN.get(letter, letter)) - LETTERS_FROM if letter in VOWEL_SIGNS - {"া"} else 0
    for letter in (chr(LETTERS_FROM + code) for code in range(_LETTERS))
)
"""A byte for each vowel sign but া (ব্যাক্তি): homophones have these in common, besides consonants."""
