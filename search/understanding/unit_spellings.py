"""The spellings of a unit: all that occur in texts, the usual one first."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from onneshon.search.understanding.numerals import (
    FRACTIONS,
    LEAST_ALONE,
    SCALES,
    in_words,
    plain,
    stands_alone,
)
from onneshon.search.understanding.unit_words import Month

_MOST_HUNDREDS: Final = 19
_LAST_TEEN: Final = 18
_LEAST_BROKEN: Final = {word: 3 if part == Decimal("0.5") else 1 for word, part in FRACTIONS.items()}
"""Least whole number after each fraction: one and a half is দেড়, two and a half আড়াই."""
_IRREGULAR: Final = ("লা", "রা", "রা", "ঠা")
_GREGORIAN_FROM: Final = 1500
"""Least number next to সাল that is a Gregorian year; lower numbers are years of the Bengali era."""
_SHORT_FORMS: Final = range(1930, 2030)
"""Years that are named by their last two digits."""


def _ending(day: int) -> str:
    if day <= len(_IRREGULAR):
        return _IRREGULAR[day - 1]
    return "ই" if day <= _LAST_TEEN else "শে"


def date_spellings(day: int, month: Month) -> Iterator[str]:
    """৭ মার্চ (which ৭ই মার্চ is to the analyzer), সাতই মার্চ, মার্চের ৭ তারিখ, 7 march, march 7.

    With the month first Bengali always has তারিখ; without it মার্চে ৭ is the beginning of a count.
    """
    value = Decimal(day)
    for name in (month.name, *month.spellings):
        yield f"{day} {name}"
    yield f"{day} {_ending(day)} {month.name}"
    if day < 10:  # noqa: PLR2004  # one digit
        yield f"0{day} {month.name}"
    for word in (*in_words(value, "day"), *in_words(value, "cardinal")):
        yield f"{word} {month.name}"
    yield f"{month.name} {day} তারিখ"
    yield f"{month.name} মাসের {day} তারিখ"
    yield f"{day} {month.english[0]}"
    yield f"{month.english[0]} {day}"


def year_spellings(year: int) -> Iterator[str]:
    """১৯৭১ সাল, ১৯৭১ সন, একাত্তর সাল."""
    names = ("খ্রিস্টাব্দ", "খ্রিষ্টাব্দ") if year >= _GREGORIAN_FROM else ("বঙ্গাব্দ",)
    for name in ("সাল", "সন", *names):
        yield f"{year} {name}"
    if year in _SHORT_FORMS:
        short = year % 100
        if short >= LEAST_ALONE:
            yield from (f"{word} সাল" for word in in_words(Decimal(short), "cardinal"))
            yield f"{short:02} সাল"


def years_spellings(first: int, last: int) -> Iterator[str]:
    """২০২০-২১, ২০২০-২০২১; of 345 articles of news that have such a pair, eight have both spellings."""
    if first // 100 == last // 100:
        yield f"{first} {last % 100:02}"
    yield f"{first} {last}"


def in_digits_and_words(value: Decimal) -> Iterator[str]:
    """২০০, দুইশ; ১৯৭১, উনিশশো একাত্তর: up to nineteen hundreds are spoken."""
    yield plain(value)
    yield from in_words(value, "cardinal")
    yield from _with_fractions(value)
    hundreds, rest = divmod(value, 100)
    if 0 < hundreds <= _MOST_HUNDREDS and rest:
        for word in in_words(hundreds * 100, "cardinal"):
            yield from (f"{word} {less}" for less in in_words(rest, "cardinal"))


def _with_fractions(value: Decimal) -> Iterator[str]:
    """সাড়ে তিন, সাড়ে ৩, পৌনে চার; সাড়ে সাতশ."""
    for word, part in FRACTIONS.items():
        whole = value - part
        hundreds = value - part * 100
        if whole == int(whole) and whole >= _LEAST_BROKEN[word]:
            yield from (f"{word} {number}" for number in (plain(whole), *in_words(whole, "cardinal")))
        elif not hundreds % 100 and max(_LEAST_BROKEN[word], 2) <= hundreds / 100 <= _MOST_HUNDREDS:
            yield from (f"{word} {number}" for number in in_words(hundreds, "cardinal"))


def percent_spellings(value: Decimal) -> Iterator[str]:
    """৫০ শতাংশ, শতকরা ৫০, পঞ্চাশ শতাংশ."""
    for number in in_digits_and_words(value):
        yield f"{number} শতাংশ"
        yield f"শতকরা {number}"
    yield f"{plain(value)} পার্সেন্ট"
    yield f"{plain(value)} percent"


def sum_spellings(total: Decimal) -> Iterator[str]:
    """২০০ কোটি, দুইশ কোটি; ৫ হাজার, ৫০০০; ১ লাখ ৫০ হাজার, ১.৫ লাখ."""
    for scale, names in SCALES.items():
        if total >= scale:
            share = total / scale
            if share == share.quantize(Decimal("0.01")):
                for number in in_digits_and_words(share):
                    yield from (f"{number} {name}" for name in names)
            for word, part in FRACTIONS.items():
                if share == 1 + part and _LEAST_BROKEN[word] == 1:
                    yield from (f"{word} {name}" for name in names)  # সোয়া লাখ
            yield from _mixed(total)
            break
    if total < max(SCALES):
        yield from in_digits_and_words(total)


def _mixed(total: Decimal) -> Iterator[str]:
    """A sum with each of its scales: ১ লাখ ৫০ হাজার."""
    parts, rest = [], total
    for scale, names in SCALES.items():
        count, rest = divmod(rest, scale)
        if count:
            parts.append((plain(count), names))
    if rest:
        parts.append((plain(rest), ("",)))
    for way in (0, -1):
        yield " ".join(f"{count} {names[way]}".strip() for count, names in parts)


def count_spellings(value: int, counter: str) -> Iterator[str]:
    """৪ জন, চারজন, চার জন; ৫ হাজার জন."""
    digits = f"{value}"
    yield f"{digits} {counter}"
    for word in sum_spellings(Decimal(value)):
        if word != digits:
            yield f"{word}{counter}"
            yield f"{word} {counter}"


def number_spellings(value: Decimal) -> tuple[str, ...]:
    """২৫, পঁচিশ: whole numbers whose words have no other meaning."""
    if not stands_alone(value):
        return ()
    return (plain(value), *in_words(value, "cardinal", alone=True))
