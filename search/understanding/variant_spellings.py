"""Words that are written either way, and whether articles have the other way too.

A loan begins with অ্যা or with এ (অ্যাটর্নি, এটর্নি). In longer words the vowel of *cat* is ্যা, ে or া
(মেডিক্যাল, মেডিকেল; প্ল্যাটফর্ম, প্লাটফর্ম), an o is written or is not (ভৌগোলিক, ভৌগলিক), and so is a hasanta
(কর্পোরেশন, করপোরেশন). What is as long and differs in nothing else is one word: of 470 such pairs in 17,757
articles of news four are two.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.script import HASANTA, aksharas
from onneshon.index.analysis.stemmer import stem_key

LONG: Final = 4
"""Clusters that both ways must have: of shorter words a sign tells many apart (পরিজন, প্রিজন)."""

REMEMBERED: Final = 16_384
"""Words whose other ways are kept: each is asked for several times in a query, and most come again."""

_LOAN: Final = re.compile(f"[অএ]{HASANTA}যা(?=..)")
_PLAIN: Final = re.compile(f"এ(?=[^{HASANTA}].)")
_CONSONANT: Final = "[\u0995-\u09b9\u09dc\u09dd\u09df]"
_AFTER: Final = f"(?<={_CONSONANT})"
_AE: Final = f"{HASANTA}যা"
_EITHER_WAY: Final = tuple(
    (re.compile(pattern), other)
    for pattern, other in (
        (f"{_AFTER}{_AE}", "ে"),
        (f"{_AFTER}{_AE}", "া"),
        (f"{_AFTER}ে", _AE),
        (f"{_AFTER}া", _AE),
        (f"{_AFTER}ো(?=.)", ""),
        (f"{_AFTER}(?={_CONSONANT})", "ো"),
        (f"{_AFTER}{HASANTA}(?={_CONSONANT})", ""),
        (f"{_AFTER}(?={_CONSONANT})", HASANTA),
    )
)


@lru_cache(REMEMBERED)
def other_spellings(word: str) -> Sequence[str]:
    """The other ways in which a word may be written; few of them are words.

    Args:
        word: in canonical spelling, or its stem.
    """
    return tuple(dict.fromkeys(_other_spellings(word)))


def _other_spellings(word: str) -> Iterator[str]:
    for beginning, other in ((_LOAN, "এ"), (_PLAIN, "অ্যা")):
        if match := beginning.match(word):
            yield other + word[match.end() :]
    if aksharas(word) < LONG:
        return
    for pattern, other in _EITHER_WAY:
        for match in pattern.finditer(word):
            spelt = word[: match.start()] + other + word[match.end() :]
            if aksharas(spelt) >= LONG:
                yield spelt


def is_other_spelling(stem: str, word: str) -> bool:
    """Whether a word is how the one with a stem may also be written; neither is then misspelt."""
    others = other_spellings(stem)
    return bool(others) and stem_key(word) in others


def spelt_so(word: Token, stem: str) -> Token:
    """A word in that one of its other spellings that has a stem, with its ending."""
    exact = next((way for way in other_spellings(word.exact) if stem_key(way) == stem), stem)
    return Token(exact, word.start, word.end, exact, stem)


def variant_spellings(word: Token, articles: Callable[[str], int]) -> Iterator[Token]:
    """The other ways of writing a word that articles have.

    Args:
        word: as the analyzer gives it.
        articles: how many have a word with a stem.
    """
    return (spelt_so(word, stem) for stem in other_spellings(word.stem) if articles(stem))
