"""The two ways in which a word is typed other than it stands in the index: in Latin letters, and misspelt.

And how far what was typed is from the beginnings of words in either.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.script import VOWEL_SIGNS
from onneshon.index.columnar.sections import gather_ranges
from onneshon.index.tables import read_rows
from onneshon.index.vocabulary.noisy_channel import Channel, Insertions, read_costs
from onneshon.index.vocabulary.sound_units import UNITS, is_loan, unit_codes

LOAN_CODES: Final = len(UNITS)
"""Added to a unit's code, it has the unit spelt as in a word from English."""
LOAN_COST: Final[NDArray[np.float32]] = -np.log(np.array([[0.88, 0.25], [0.12, 0.75]], np.float32))
"""What it costs to spell a word as Bengali (row 0) or as English (row 1), if it looks Bengali or English
(column)."""

LETTERS_FROM: Final = 0x980
"""The Bengali block: a letter's code is its offset in it."""
END: Final = 0x80
"""Added to the code of the last letter of a word."""

# Set by hand while watching the figures of both halves of the pairs, also the half that the tables were not
# learnt from; y and w glide, h only breathes, and English ends in an e that is not said.
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
"""How much farther from what was typed a word may be than that would be itself, as a natural logarithm."""
_LATIN_AT_LEAST: Final = 3.0
_LATIN_A_LETTER: Final = 0.9
"""How far a word may be from Latin letters: so much, and so much more for each of them."""
_BESIDE: Final = 3.0
"""How much farther from Latin letters than the nearest word: where one is spelt so, others hardly are."""


@cache
def romanised() -> Channel:
    """From sound units, and the same plus ``LOAN_CODES``, to Latin letters."""
    native = read_costs("romanisation_native.tsv", UNITS)
    loan = read_costs("romanisation_loan.tsv", UNITS)
    return Channel([*native, *loan], _LATIN_INSERTIONS, _LATIN_CEILING)


@cache
def misspelt() -> Channel:
    """From Bengali letters to the letters typed for them."""
    listed = {row[0] for row in read_rows("misspelling.tsv")}
    codes = range(1, 2 * END)
    units = [chr(LETTERS_FROM + code % END) + ("." if code >= END else "") for code in codes]
    known = iter(read_costs("misspelling.tsv", (unit for unit in units if unit in listed)))
    costs = [next(known) if unit in listed else {unit[0]: 0.0} for unit in units]
    return Channel(costs, _LETTER_INSERTIONS, _LETTER_CEILING)


def letter_codes(words: Sequence[str]) -> NDArray[np.uint8]:
    """The codes of all letters of words of the Bengali block, one after the other, last letters marked."""
    letters = np.frombuffer("".join(words).encode("utf-16-le"), "<u2")
    codes = (letters - LETTERS_FROM).astype(np.uint8)
    codes[np.cumsum(np.fromiter(map(len, words), np.int64, len(words))) - 1] += END
    return codes


def latin_distances(
    typed: str, native: NDArray[np.uint8], loans: NDArray[np.integer], *, beginnings: bool = False
) -> NDArray[np.float32]:
    """How far Latin letters are from words: spelt as Bengali and spelt as English, the nearer counts.

    Args:
        typed: letters from a to z.
        native: the sound units of each word, shape (units, words).
        loans: 1 for each word that looks English.
        beginnings: from the nearest beginning of each word.
    """
    loan = np.where(native, native + LOAN_CODES, 0).astype(np.uint8)
    words = np.concatenate((native, loan), axis=1)
    both = romanised().distances(typed, words, beginnings=beginnings).reshape(2, -1)
    nearer: NDArray[np.float32] = (both + LOAN_COST[:, loans]).min(axis=0)
    return nearer


def latin_from_words(typed: str, words: Sequence[str], *, beginnings: bool = False) -> NDArray[np.float32]:
    """How far Latin letters are from each of some Bengali words, or from the beginning of each."""
    codes = unit_codes(words)
    lengths = np.diff(np.flatnonzero(codes == 0), prepend=-1) - 1
    looks = np.fromiter(map(is_loan, words), np.intp, len(words))
    return latin_distances(typed, side_by_side(codes[codes != 0], lengths), looks, beginnings=beginnings)


def farthest_from_latin(typed: str, distances: NDArray[np.float32]) -> float:
    """How far a word may be from Latin letters, given how far those are that may be meant."""
    return min(_LATIN_AT_LEAST + _LATIN_A_LETTER * len(typed), float(distances.min()) + _BESIDE)


def misspelt_beginnings(typed: str, words: Sequence[str]) -> NDArray[np.float32]:
    """How much farther Bengali letters are from the beginning of each of some words than from themselves."""
    every = [typed, *words]
    lengths = np.fromiter(map(len, every), np.int64, len(every))
    letters = side_by_side(letter_codes(every) % END, lengths)
    itself, *others = misspelt().distances(typed, letters, beginnings=True)
    return np.array(others, np.float32) - np.float32(itself)


def side_by_side(codes: NDArray[np.uint8], lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Codes of words, one after another, as columns of one length, filled up with 0."""
    columns = np.zeros((int(lengths.max(initial=0)), len(lengths)), np.uint8)
    positions = gather_ranges(np.zeros_like(lengths), lengths)
    columns[positions, np.repeat(np.arange(len(lengths)), lengths)] = codes
    return columns


_LEFT_OUT: Final = "\u0981\u0983\u09bc\u09bd\u09cdিী\u09df"
"""\u09df between vowels may be left out, as in ধোঁআ."""
_ONE: Final = ("রঋৃ", "নণ", "সশষ", "জয", "ংঙ", "তৎ", "\u09dc\u09dd", "ইঈ", "উঊ", "ুূ", "\u09beঅআএ")
"""এ with অ for এ্যা, which begins words as অ্যা does."""
_LETTERS: Final = 0x80
_MADE_OF: Final = {letter: letters[0] for letters in _ONE for letter in letters}


def _byte_of(letter: str) -> int:
    """Never 0 but for letters that are left out."""
    return 0 if letter in _LEFT_OUT else _LETTERS + ord(_MADE_OF.get(letter, letter)) - LETTERS_FROM


SAME_LETTERS: Final = bytes(_byte_of(chr(LETTERS_FROM + code)) for code in range(_LETTERS))
"""What two words surely have in common that are one when they are folded: their letters, much simplified.

The byte of each letter of the Bengali block, so that few words must be folded to find those of one fold.
Letters that ``fold`` makes one are one here; those that it may drop, or make of others, are 0.
"""

_OF_ONE_SIGN: Final = {"ী": "ি", "ৃ": "ি", "ূ": "ু"}
SAME_SIGNS: Final = bytes(
    _LETTERS + ord(_OF_ONE_SIGN.get(letter, letter)) - LETTERS_FROM if letter in VOWEL_SIGNS - {"া"} else 0
    for letter in (chr(LETTERS_FROM + code) for code in range(_LETTERS))
)
"""What homophones surely have in common besides their consonants: vowel signs, but for া (ব্যাক্তি)."""
