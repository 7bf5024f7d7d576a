"""Words with one conjunct written as another that it is mistaken for, or with a hasanta that was left out.

The costs by letter of the noisy channel know single letters; a conjunct that is taken for another (চট্রগ্রাম,
স্হানীয়, সেচ্ছাসেবক) differs in several, and yet is the commonest kind of error.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from search.understanding.tables import read_rows

__all__ = ["respellings"]

_CONSONANTS: Final = "[\u0995-\u09b9\u09dc\u09dd\u09df]"
_SIDE_BY_SIDE: Final = re.compile(f"(?<={_CONSONANTS})(?={_CONSONANTS})")
_HASANTA: Final = "\u09cd"


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What is looked for and what is put in its place; beside a hasanta it is part of another conjunct."""
    return tuple(
        (
            re.compile(
                f"(?<!{_HASANTA}){typed}(?!{_HASANTA})" if typed[0] != "^" else f"{typed}(?!{_HASANTA})"
            ),
            meant,
        )
        for typed, meant in read_rows("respellings.tsv")
    )


def respellings(word: str) -> Iterator[str]:
    """The words that one may stand for by one such error; not all of them are words.

    Args:
        word: in canonical spelling.
    """
    for pattern, meant in _rules():
        for match in pattern.finditer(word):
            yield word[: match.start()] + meant + word[match.end() :]
    for match in _SIDE_BY_SIDE.finditer(word):
        yield word[: match.start()] + _HASANTA + word[match.start() :]
