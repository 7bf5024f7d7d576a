"""The two ways in which a word is typed other than it stands in the index: in Latin letters, and misspelt."""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.tables import read_rows
from onneshon.index.vocabulary.noisy_channel import Channel, Insertions, read_costs
from onneshon.index.vocabulary.sound_units import UNITS

__all__ = [
    "END",
    "LETTERS_FROM",
    "LOAN_CODES",
    "LOAN_COST",
    "letter_codes",
    "misspelt",
    "romanised",
]

LOAN_CODES: Final = len(UNITS)
"""Added to a unit's code, it has the unit spelt as in a word from English."""
LOAN_COST: Final[NDArray[np.float32]] = -np.log(np.array([[0.88, 0.25], [0.12, 0.75]], np.float32))
"""What it costs to spell a word as Bengali (row 0) or as English (row 1), if it looks Bengali or English
(column)."""

LETTERS_FROM: Final = 0x980
"""The Bengali block: a letter's code is its place in it."""
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
