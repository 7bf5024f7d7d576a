"""Words of the tables that are typed with a letter too many, too few or wrong.

The noisy channel knows how Bengali is typed in Latin letters, and not how English is spelt, so that
*goverment* and *jessor* sound like words that nobody means. After Damerau, "A technique for computer
detection and correction of spelling errors", CACM 1964: four errors in five are one of these.
"""

from collections.abc import Iterator
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

from onneshon.index.vocabulary.channels import latin_from_words
from onneshon.search.understanding.latin_entries import (
    LatinEntry,
    common_english_words,
    english_words,
    exonyms,
)

LEAST_LETTERS: Final = 6
"""Letters of a word that is looked for: a shorter one is a letter off from too many."""

REMEMBERED: Final = 4_096
"""Words whose rows are kept; most have none."""


_HEARD: Final = 5.0
"""How much farther a word is from letters without one of its consonants, at the least: as a natural logarithm
1.6 to 4.0 of vowels, 5.7 and more of consonants."""


def slip_of(latin: str, spoken: str) -> LatinEntry | None:
    """The row of a word one letter off; none where the letter that is too many or another is heard in a word.

    Who types *albert* and *walter* means অ্যালবার্ট and ওয়াল্টার, if articles have them, and not *alert* or *water*.

    Args:
        latin: of small letters.
        spoken: what it sounds like, in canonical spelling; empty where that is nothing.
    """
    slip = one_letter_off(latin)
    if slip is None or not spoken:
        return slip and slip[1]
    other, row = slip
    lost = float(latin_from_words(other, [spoken])[0]) - float(latin_from_words(latin, [spoken])[0])
    return None if len(latin) >= len(other) and lost > _HEARD else row


@lru_cache(REMEMBERED)
def one_letter_off(word: str) -> tuple[str, LatinEntry] | None:
    """The word that is one letter off behind the first, and its row; None where there is none, or several.

    Args:
        word: of small Latin letters.
    """
    if len(word) < LEAST_LETTERS or word in common_english_words():
        return None
    rows = {
        row: other
        for other in _one_letter_off(word)
        if (row := english_words().get(other) or exonyms().get(other))
    }
    return next(((other, row) for row, other in rows.items()), None) if len(rows) == 1 else None


def _one_letter_off(word: str) -> Iterator[str]:
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            yield before + letter + after[1:]
