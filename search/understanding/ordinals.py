"""Finds ordinals next to their noun: দশম শ্রেণি, ১০ম শ্রেণি, 10th class, class 10; বিংশ শতক, ২০ শতক.

Of ১০ম an index keeps 10. Directly before the same noun 10 means the same as দশম, and elsewhere any ten. The
articles of the index decide whether digits without an ending, or a word, number the noun: they
have দশম শ্রেণি and hardly ever দশ শ্রেণি, but তিন দিন more often than তৃতীয় দিন.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search.understanding.alternatives import Alternative, distinct, written
from onneshon.search.understanding.numerals import (
    LEAST_ALONE,
    Numeral,
    NumeralKind,
    english_numbers,
    in_words,
    is_inflected,
    plain,
)
from onneshon.search.understanding.unit_words import ENDINGS_APART, UnitWords, names_of

NUMBERED: Final = 10
"""A noun is numbered, not counted, where articles(ordinal, noun) >= NUMBERED * articles(cardinal, noun)."""

NUMBERED_BARE: Final = 25
"""The same for a noun whose number is typed as a cardinal: ২ স্ত্রী are two wives, ৮ শ্রেণি is the eighth."""


CLASS: Final = "class"
GREATEST_CLASS: Final = 12
KINDS: Final = (CLASS, "episode", "chapter", "volume")
"""Kinds of measures that may stand before their number as well: class 8, পর্ব ৩."""


class _Seen(NamedTuple):
    """The span of an ordinal, its value, the noun that it numbers, and the required ratio of articles."""

    start: int
    end: int
    value: Decimal
    kind: NumeralKind
    noun: Token
    least: int


class Ordinal(NamedTuple):
    """An ordinal of a query and the word that it numbers.

    Attributes:
        start: the position of the first word that is read as the ordinal.
        end: the position after the last; the noun follows, or is within the span (class 8).
        noun: the word that is numbered.
        within: whether the noun is within the span.
        words: the spellings of the ordinal as one word.
        beside: other spellings of ordinal and noun together that have no other meaning.
        counted: the cardinal and the noun adjacent, or as one word.
        least: the required ratio of articles with the ordinal to those with the cardinal; 0 if it is certain.
    """

    start: int
    end: int
    noun: Token
    within: bool
    words: tuple[Alternative, ...]
    beside: tuple[Alternative, ...]
    counted: tuple[Alternative, ...]
    least: int

    @property
    def together(self) -> tuple[Alternative, ...]:
        """The ordinal and the noun together, in each spelling."""
        ordinals = (_written(way.text, self.noun) for way in self.words)
        return distinct((*ordinals, *self.beside))

    def is_one(self, articles: Callable[[Sequence[Token]], int]) -> bool:
        """Whether the noun is numbered rather than counted.

        Args:
            articles: returns the number of articles in which words are adjacent.
        """
        if not self.least:
            return True
        ordinals = max(articles((*way.tokens, self.noun)) for way in self.words)
        return ordinals > 0 and ordinals >= self.least * sum(articles(way.tokens) for way in self.counted)


def find_ordinals(text: str, tokens: Sequence[Token]) -> Iterator[Ordinal]:
    """The ordinals of a query that stand next to their noun, in order.

    Args:
        text: the span of the query.
        tokens: the result of ``analyze(text)``.
    """
    row = UnitWords(text, tokens)
    at = 0
    while at < len(tokens):
        found = _behind_noun(row, at) or _before_noun(row, at)
        if found:
            yield found
        at = found.end if found else at + 1


def _before_noun(row: UnitWords, at: int) -> Ordinal | None:
    """দশম শ্রেণি, ১০ম শ্রেণি, ১০ ম শ্রেণি, 10th শ্রেণি."""
    number = row.numeral(at)
    if number is None or number.counter or row.joined(at) or row.scale(at) is not None:
        return None
    if is_inflected(row.tokens[at], number):
        return None
    spaced = number.digits and row.says(at + 1, *ENDINGS_APART)
    end = at + 1 + spaced
    if end >= len(row.tokens) or not _is_noun(row, end):
        return None
    kind: NumeralKind = "day" if number.kind == "day" else "ordinal"
    cardinal = number.kind == "cardinal" and not spaced
    least = NUMBERED_BARE if cardinal else 0 if number.digits else NUMBERED
    return _ordinal(row, _Seen(at, end, number.value, kind, row.tokens[end], least))


def _is_noun(row: UnitWords, at: int) -> bool:
    word, number = row.tokens[at].exact, row.numeral(at)
    counts = number is not None and (number.alone or number.value < LEAST_ALONE)
    return is_bengali(word) and not (counts or row.month(at) or is_function_word(word))


def _kind_of(row: UnitWords, at: int) -> str:
    """The kind, of ``KINDS``, that a word is; empty if none."""
    return next((kind for kind in KINDS if row.measure(at, kind)), "")


def _behind_noun(row: UnitWords, at: int) -> Ordinal | None:
    """Class 8, class ten, ক্লাস এইটের, সেভেন ক্লাস, পর্ব ৩: no other noun has its number behind it."""
    kind, english = _kind_of(row, at), _in_english(row, at)
    if kind:
        number, after = row.numeral(at + 1) or (_in_english(row, at + 1) if kind == CLASS else None), at + 2
    elif english and row.measure(at + 1, CLASS):
        kind, number, after = CLASS, english, at + 2
    else:
        return None
    if number is None or number.kind != "cardinal" or number.counter:
        return None
    if row.scale(after) is not None or any(row.measure(after, unit) for unit in ("counter", "percent")):
        return None
    if kind == CLASS and number.value > GREATEST_CLASS:
        return None
    noun = analyze(names_of(kind)[0])[0]
    return _ordinal(row, _Seen(at, after, number.value, "ordinal", noun, 0))


def _in_english(row: UnitWords, at: int) -> Numeral | None:
    """The number that an English word in Bengali letters names: সেভেন."""
    value = english_numbers().get(row.tokens[at].stem) if at < len(row.tokens) else None
    return None if value is None else Numeral(value)


def _ordinal(row: UnitWords, seen: _Seen) -> Ordinal | None:
    start, end, value, kind, noun, least = seen
    words = in_words(value, kind)
    if not words or value != int(value):
        return None
    cardinals = in_words(value, "cardinal")
    number = row.numeral(start)
    spoken = number is not None and number.kind == "cardinal" and not number.digits
    beside = [plain(value), *(cardinals if spoken and least else ())]
    names = next((_named(kind, value) for kind in KINDS if noun.stem == _stem_of(kind)), ())
    return Ordinal(
        start,
        end,
        noun,
        bool(_kind_of(row, start) or _kind_of(row, end - 1)),
        distinct(Alternative(word, tuple(analyze(word)), 1.0, "unit") for word in words),
        distinct(
            (*(_written(way, noun) for way in beside), *(_joined(word, noun) for word in words), *names)
        ),
        distinct(way for word in cardinals for way in (_written(word, noun), _joined(word, noun))),
        least,
    )


@cache
def _stem_of(kind: str) -> str:
    return analyze(names_of(kind)[0])[0].stem


def _named(kind: str, value: Decimal) -> Iterator[Alternative]:
    """ক্লাস 8, ক্লাস এইট; পর্ব 3, পর্ব তিন."""
    english = (word for word, number in english_numbers().items() if number == value)
    numbers = (plain(value), *(english if kind == CLASS else in_words(value, "cardinal")))
    for name, number in product(names_of(kind), numbers):
        found = written(f"{name} {number}", 1.0, "unit")
        if found:
            yield found


def _joined(number: str, noun: Token) -> Alternative | None:
    return written(f"{number}{noun.exact}", 1.0, "unit")


def _written(number: str, noun: Token) -> Alternative:
    return Alternative(f"{number} {noun.text}", (*analyze(number), noun), 1.0, "unit")
