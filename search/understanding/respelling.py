"""Words with one conjunct written as another that it is mistaken for, or with a sign that was left out.

That is a hasanta, a ra-phala at the beginning (পতিবাদ), or a ya-phala at the end (স্বাস্থ).

The costs by letter of the noisy channel know single letters; a conjunct that is taken for another (চট্রগ্রাম,
স্হানীয়, সেচ্ছাসেবক) differs in several, and yet is the commonest kind of error.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from onneshon.index.analysis.script import HASANTA
from onneshon.search.understanding.tables import read_rows

__all__ = ["prepare", "respellings"]

_CONSONANT: Final = "[\u0995-\u09b9\u09dc\u09dd\u09df]"
_NO_CONJUNCT_AFTER: Final = f"(?!{HASANTA}(?!য))"
"""What follows is no part of the conjunct; a ya-phala may follow any."""

_NO_RA_PHALA: Final = re.compile(f"{_CONSONANT}(?!{HASANTA})")
_NO_YA_PHALA: Final = re.compile(rf"{HASANTA}(?!য){_CONSONANT}\Z")
_NO_HASANTA: Final = re.compile(f"(?<={_CONSONANT})(?={_CONSONANT})")


class _Rule(NamedTuple):
    """A row of the table.

    Attributes:
        letters: without which the pattern is not tried.
        pattern: of what is looked for.
        meant: what is put in its place.
    """

    letters: str
    pattern: re.Pattern[str]
    meant: str


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_rule(typed, meant) for typed, meant in read_rows("respellings.tsv"))


def _rule(typed: str, meant: str) -> _Rule:
    before = "" if typed.startswith("^") else f"(?<!{HASANTA})"
    return _Rule(typed.removeprefix("^"), re.compile(f"{before}{typed}{_NO_CONJUNCT_AFTER}"), meant)


def prepare() -> None:
    """Load all rules now, so that no word has to wait for it."""
    _rules()


def respellings(word: str) -> list[str]:
    """The words that one may stand for by one such error; not all of them are words.

    Those of the table come first, in its order and from the left to the right. Then a ra-phala that was left
    out at the beginning, a ya-phala at the end, and a hasanta between any two consonants.

    Args:
        word: in canonical spelling.
    """
    return [*_by_table(word), *_by_signs(word)]


def _by_table(word: str) -> Iterator[str]:
    for letters, pattern, meant in _rules():
        if letters in word:
            for match in pattern.finditer(word):
                yield word[: match.start()] + meant + word[match.end() :]


def _by_signs(word: str) -> Iterator[str]:
    if _NO_RA_PHALA.match(word):
        yield word[0] + HASANTA + "র" + word[1:]
    if _NO_YA_PHALA.search(word):
        yield word + HASANTA + "য"
    for match in _NO_HASANTA.finditer(word):
        yield word[: match.start()] + HASANTA + word[match.start() :]
