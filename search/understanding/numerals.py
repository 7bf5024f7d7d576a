"""Reads Bengali numbers: digits with or without an ending, cardinals, ordinals, days of a month.

Each token is read by itself. The words are listed in ``data/numerals.tsv``.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Final, Literal, NamedTuple, TypeAlias

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import fold
from onneshon.search.understanding.tables import read_rows, table_keys

NumeralKind: TypeAlias = Literal["cardinal", "ordinal", "day"]

LEAST_ALONE: Final = 5
"""Least number whose word mostly counts; those of smaller numbers serve as often as articles and pronouns."""
_MOST_ALONE: Final = 100
_THOUSAND: Final = 1000
"""Numbers above ``_MOST_ALONE`` have several words, except hundreds (দুইশত, দেড়শ) below a thousand."""
SCALES: Final = {
    Decimal(10_000_000): ("কোটি",),
    Decimal(100_000): ("লাখ", "লক্ষ"),
    Decimal(1_000): ("হাজার",),
}
"""The scales of large numbers, the greatest first, and their words."""
FRACTIONS: Final = {
    canonical(word): Decimal(part) for word, part in (("সাড়ে", "0.5"), ("সোয়া", "0.25"), ("পৌনে", "-0.25"))
}
"""Words before a number that add a fraction to it or subtract one: সাড়ে তিন, পৌনে চার."""
_LAST_REGULAR_ORDINAL: Final = 10
"""Ordinals above this have -তম, with digits and words, as often as the Sanskrit forms."""

_KINDS: Final[tuple[NumeralKind, ...]] = ("cardinal", "ordinal", "day")

_HUNDREDS: Final = ("শ", "শো", "শত")
_HUNDREDS_COUNTED: Final = {*range(2, 10), *range(11, 20)}
"""The counts of hundreds that are spoken; ten hundreds are a thousand."""
ORDINAL_ENDINGS: Final = ("ম", "\u09df", "র্থ", "ষ্ঠ", "তম")
"""The endings that make digits an ordinal."""
_ENDINGS: Final[dict[str, NumeralKind]] = {
    **dict.fromkeys(ORDINAL_ENDINGS, "ordinal"),
    **dict.fromkeys(("লা", "রা", "ঠা", "ই", "শে"), "day"),
}
_DIGITS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_AFTER_DIGITS: Final = re.compile(r"[0-9০-৯][0-9০-৯.,]*[-–'’]?(.*)", re.DOTALL)
_COUNTED: Final = re.compile(r"(.+?)(জন|টি|টা)(?:ের|র|কে|তে|ে|ই|ও)*")


class Numeral(NamedTuple):
    """The number that one token expresses.

    Attributes:
        value: the number.
        kind: cardinal, ordinal or day.
        digits: whether it is written in digits.
        counter: the counter that is written on to it (-জন, -টি, -টা); empty if there is none.
        alone: whether it is a number in any context, since no other word has this form.
    """

    value: Decimal
    kind: NumeralKind = "cardinal"
    digits: bool = False
    counter: str = ""
    alone: bool = True


def stands_alone(value: Decimal) -> bool:
    """Whether a number is a single word that means nothing else."""
    hundreds = _MOST_ALONE < value < _THOUSAND and bool(in_words(value, "cardinal"))
    return hundreds or LEAST_ALONE <= value <= _MOST_ALONE


def plain(value: Decimal) -> str:
    """A number in ASCII digits, without an exponent and without zeros after the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@cache
def _rows() -> dict[tuple[NumeralKind, Decimal], tuple[str, ...]]:
    """The words of each number; a hyphen marks those that are other words too."""
    found: dict[tuple[NumeralKind, Decimal], tuple[str, ...]] = {}
    for value, *fields in read_rows("numerals.tsv"):
        number = Decimal(value)
        for kind, words in zip(_KINDS, fields, strict=False):
            if words:
                found[kind, number] = tuple(words.split())
    for count in range(2, 32):
        cardinals = tuple(word.lstrip("-") for word in found["cardinal", Decimal(count)])
        found.setdefault(("day", Decimal(count)), tuple(_days(count, cardinals)))
        if count in _HUNDREDS_COUNTED:
            found["cardinal", Decimal(count * 100)] = tuple(
                word + hundred for hundred in _HUNDREDS for word in cardinals
            )
    return found


def _days(value: int, cardinals: tuple[str, ...]) -> Iterator[str]:
    """The day of a month from its cardinal: সাত, সাতই; বাইশ, বাইশে (Chatterji 1926, part II)."""
    ending = "ই" if value <= 18 else "ে"  # noqa: PLR2004  # the last teen
    return (word + ending for word in cardinals if value >= LEAST_ALONE)


@cache
def in_words(value: Decimal, kind: NumeralKind, *, alone: bool = False) -> tuple[str, ...]:
    """All words for a number, the standard one first; empty if the table has none.

    Args:
        value: the number.
        kind: cardinal, ordinal or day.
        alone: whether to leave out those that are other words too.

    Returns:
        The words; হাজার, লাখ and কোটি with their এক.
    """
    listed = _rows().get((kind, value), ())
    words = tuple(word.lstrip("-") for word in listed if not (alone and word.startswith("-")))
    if kind == "cardinal" and value in SCALES:  # ১০০০ টাকা is no হাজার টাকা, which stands in ৭৫ হাজার টাকা
        return tuple(f"{in_words(Decimal(1), kind)[0]} {word}" for word in words)
    if kind == "ordinal" and value > _LAST_REGULAR_ORDINAL:
        return (*(f"{word}তম" for word in in_words(value, "cardinal")[:1]), *words)
    return words


@cache
def english_numbers() -> dict[str, Decimal]:
    """Numbers, keyed by the stem keys of their English names in Bengali letters, as in school classes."""
    rows = (row for row in read_rows("numerals.tsv") if len(row) > len(_KINDS) + 1)
    return {table_keys(row[-1])[0][1]: Decimal(row[0]) for row in rows}


@cache
def _by_key() -> tuple[dict[str, Numeral], dict[str, tuple[str, Numeral]]]:
    """Numbers by the exact key of their words, and by the stem key of words that the stemmer leaves whole.

    সতেরো is no সৎ, though the two have one stem.
    """
    by_exact: dict[str, Numeral] = {}
    by_stem: dict[str, tuple[str, Numeral]] = {}
    for (kind, value), words in _rows().items():
        for word in words:
            exact, stem = table_keys(word.lstrip("-"))[0]
            alone = not word.startswith("-") and stands_alone(value)
            numeral = Numeral(value, kind, alone=alone)
            by_exact.setdefault(exact, numeral)
            if not word.startswith("-") and stem == fold(exact):
                by_stem.setdefault(stem, (exact, numeral))
    return by_exact, by_stem


MOST_DIGITS: Final = 15
"""Most digits of a number: nobody says a longer one, and its sums would be inexact."""


def read_numeral(token: Token) -> Numeral | None:
    """The number that a token expresses; None if there is none.

    Args:
        token: the token as the analyzer returns it; case endings are allowed: একাত্তরের, ১৯৭১-এর.
    """
    exact = token.exact
    if exact[0].isascii() and _DIGITS.fullmatch(exact):
        return _in_digits(token) if len(exact) <= MOST_DIGITS else None
    by_exact, by_stem = _by_key()
    if found := by_exact.get(exact):
        return found
    counted = _COUNTED.fullmatch(exact) if "ট" in exact or "জ" in exact else None
    if counted and (number := by_exact.get(counted[1])) and number.kind == "cardinal":
        return number._replace(counter=counted[2])
    word, inflected = by_stem.get(token.stem, ("", None))
    return inflected if token.exact.startswith(word) else None


def is_inflected(token: Token, numeral: Numeral) -> bool:
    """Whether a number in words has a case ending, so that it counts nothing: একে, of names একে আজাদ."""
    return not (numeral.digits or numeral.counter or token.exact in _by_key()[0])


def is_numeral(token: Token) -> bool:
    """Whether a token may be a number, or the English name of a number."""
    return read_numeral(token) is not None or token.stem in english_numbers()


def _in_digits(token: Token) -> Numeral:
    value = Decimal(token.exact)
    found = _AFTER_DIGITS.fullmatch(token.text)
    ending = canonical(found[1]) if found else ""
    counted = _COUNTED.fullmatch("0" + ending)
    counter = counted[2] if counted else ""
    return Numeral(value, _ENDINGS.get(ending, "cardinal"), digits=True, counter=counter)
