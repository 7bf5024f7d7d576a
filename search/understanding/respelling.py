"""Words with one conjunct written as another that it is mistaken for, or with a sign that was left out.

That is a hasanta, a ra-phala at the beginning (পতিবাদ), or a ya-phala at the end (স্বাস্থ).

The costs by letter of the noisy channel know single letters; a conjunct that is taken for another (চট্রগ্রাম,
স্হানীয়, সেচ্ছাসেবক) differs in several, and yet is the commonest kind of error.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from search.understanding.tables import read_rows

__all__ = ["prepare", "respellings"]

_CONSONANTS: Final = "[\u0995-\u09b9\u09dc\u09dd\u09df]"
_SIDE_BY_SIDE: Final = re.compile(f"(?<={_CONSONANTS})(?={_CONSONANTS})")
_HASANTA: Final = "\u09cd"
_YA_PHALA: Final = _HASANTA + "য"
_RA_PHALA: Final = _HASANTA + "র"
_NO_CONJUNCT: Final = f"(?!{_HASANTA}(?!য))"
"""What follows ends the conjunct; a ya-phala may follow any."""
_BARE_START: Final = re.compile(f"{_CONSONANTS}(?!{_HASANTA})")
_LAST_CONJUNCT: Final = re.compile(f"{_HASANTA}{_CONSONANTS}$")


class _Rule(NamedTuple):
    """A part that a word cannot be without, what is looked for, and what is put in its place."""

    part: str
    typed: str
    meant: str


@cache
def _rules() -> tuple[_Rule, ...]:
    """The rules of the table."""
    return tuple(
        _Rule(typed.removeprefix("^"), typed, meant) for typed, meant in read_rows("respellings.tsv")
    )


@cache
def _pattern(typed: str) -> re.Pattern[str]:
    """What a rule looks for, made when a word has it; beside a hasanta it is part of another conjunct."""
    return re.compile(
        f"{typed}{_NO_CONJUNCT}" if typed[0] == "^" else f"(?<!{_HASANTA}){typed}{_NO_CONJUNCT}"
    )


def prepare() -> None:
    """Make what all rules look for now, so that no word has to wait for it."""
    for rule in _rules():
        _pattern(rule.typed)


def respellings(word: str) -> Iterator[str]:
    """The words that one may stand for by one such error; not all of them are words.

    Args:
        word: in canonical spelling.
    """
    for part, typed, meant in _rules():
        if part in word:
            for match in _pattern(typed).finditer(word):
                yield word[: match.start()] + meant + word[match.end() :]
    if _BARE_START.match(word):
        yield word[0] + _RA_PHALA + word[1:]
    if _LAST_CONJUNCT.search(word) and not word.endswith(_YA_PHALA):
        yield word + _YA_PHALA
    for match in _SIDE_BY_SIDE.finditer(word):
        yield word[: match.start()] + _HASANTA + word[match.start() :]
