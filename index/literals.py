"""Days, months, years and numbers as people write them, in the digits of either script.

2020   2020-06   2020-06-15                a year, a month, a day
2020-06-15T10:30:00+06:00   20200615       a day as ISO 8601 has it, with or without a time
15/6/2020   ১৫-০৬-২০২০   15.6.2020            a day, as it is written by hand, in the order of the site
জানুয়ারি ২০২০   15 June 2020                 the same in words; ২০২০ সাল, ২০২০ জানুয়ারি, June 15, 2020 too
সোমবার, ১৫ জুন ২০২০   Mon, 15 Jun 2020         a day with that of the week, which is not compared
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from math import isfinite
from typing import Final
from unicodedata import normalize

from onneshon.index.analysis.script import ASCII_DIGITS
from onneshon.index.configuration import DateOrder

_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{2,3})+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII
)
"""A number, also with commas between thousands, or between lakhs: 12,34,567."""

_EXACT: Final = 1e15
"""The bound below which a whole number is written without an exponent."""


def number_of(text: str) -> float | None:
    """The number that a text is; None for any other text.

    Args:
        text: such as ``1200``, ``১,২০০``, ``-2.5``, ``1e+16``.
    """
    plain = text.strip().translate(ASCII_DIGITS)
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain.replace(",", ""))
    return number + 0.0 if isfinite(number) else None  # no negative zero


def number_text(number: float) -> str:
    """A number in figures, as ``number_of`` reads it."""
    number = float(number)
    return f"{number:.0f}" if number.is_integer() and abs(number) < _EXACT else repr(number)


MONTHS: Final = (
    ("january", "জানুয়ারি", "জানুয়ারী", "জানুআরি"),
    ("february", "ফেব্রুয়ারি", "ফেব্রুয়ারী", "ফেব্রুআরি"),
    ("march", "মার্চ"),
    ("april", "এপ্রিল"),
    ("may", "মে"),
    ("june", "জুন"),
    ("july", "জুলাই"),
    ("august", "আগস্ট", "অগস্ট", "আগষ্ট"),
    ("september", "সেপ্টেম্বর"),
    ("october", "অক্টোবর"),
    ("november", "নভেম্বর"),
    ("december", "ডিসেম্বর"),
)
"""For each month, the words for it; English ones also by their first three letters."""

_NUMBERS: Final = {
    normalize("NFC", word): number
    for number, words in enumerate(MONTHS, start=1)
    for word in (*words, words[0][:3])
}
_ISO: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_BY_HAND: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})([/.])([0-9]{1,2})\2([0-9]{1,2})")
_TIME: Final = re.compile(
    r"(?:,| [|-])? +(?:(?:ভোর|সকাল|দুপুর|বিকাল|বিকেল|সন্ধ্যা|রাত) +)?"
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?: ?[ap]m| ?(?:এএম|পিএম|টা|পূর্বাহ্[ণন]|অপরাহ্[ণন]))?"
    r"(?: ?(?:utc|gmt|[+-][0-9]{2}:?[0-9]{2}))?"
)
_WEEKDAY: Final = (
    "(?:(?:রবি|রোব|সোম|মঙ্গল|বুধ|বৃহস্পতি|শুক্র|শনি)(?:বার)?|(?:sun|mon|fri)(?:day)?|tue(?:s(?:day)?)?"
    "|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|sat(?:urday)?)"
)
_ERA: Final = re.compile(r" *(?:ইং|ইংরেজি|খ্রি|খ্রিঃ|খ্রিস্টাব্দ|খ্রিষ্টাব্দ)\.?(?=$|,| [0-9|-])")
"""The common era, after a year, as offices write it next to a year of the Bengali calendar."""
_BESIDE: Final = re.compile(rf"{_WEEKDAY}[.,]? +|,? +{_WEEKDAY}|,? *\({_WEEKDAY}\)")
"""A day of the week before a date, or after it."""
_DAY_IN_WORDS: Final = "(?P<day>[0-9]{1,2})(?:লা|রা|ঠা|ই|শে|এ|st|nd|rd|th)?"
_ELSEWHERE: Final = re.compile(
    rf"[ ,|/(]{{0,4}}(?<![0-9]){_DAY_IN_WORDS} +(?P<month>[^\s0-9,.|()]+)(?: [^\s0-9,.|()]+)?"
    r",? +1[34][0-9]{2}(?: +(?:বঙ্গাব্দ|বাংলা|সন|সাল|হিজরি|হিজরী))*(?=[ ,|/)]|$)\)?"
)
"""A day of the Bengali or Islamic calendar, years 1300 to 1499: papers print it next to the Gregorian one."""
_MONTH_IN_WORDS: Final = r"(?P<month>[^\s0-9,.]+)"
_YEAR_IN_WORDS: Final = "(?P<year>[0-9]{4})"
_IN_WORDS: Final = tuple(
    map(
        re.compile,
        (
            rf"{_YEAR_IN_WORDS} +সাল",
            rf"(?:{_DAY_IN_WORDS} +)?{_MONTH_IN_WORDS}(?:,| )+(?:সাল +)?{_YEAR_IN_WORDS}(?: +সাল)?",
            rf"{_MONTH_IN_WORDS} +{_DAY_IN_WORDS},? +{_YEAR_IN_WORDS}",
            "(?P<day>[0-9]{1,2})-(?P<month>[a-z]+)-(?P<year>[0-9]{4})",
            rf"{_YEAR_IN_WORDS}(?: +(?:সাল|সালের))?,? +(?:{_DAY_IN_WORDS} +)?{_MONTH_IN_WORDS}",
        ),
    )
)
"""A date with a word in it, in the orders that people write."""


def plain_date(text: str) -> str:
    """A date in ASCII digits, small letters and one encoding of each letter, with single spaces."""
    return " ".join(normalize("NFC", text).translate(ASCII_DIGITS).lower().split())


def days(text: str, order: DateOrder) -> tuple[dt.date, dt.date] | None:
    """The first and last day of the year, month or day that a text names; None where it names none.

    Args:
        text: the text as written.
        order: the order of day and month where both are figures and the year comes last.
    """
    plain = _ERA.sub("", _without_weekday(_ELSEWHERE.sub(_of_ours, plain_date(text)).strip(" ,|/")))
    found = (_days(written, order) for written in _without_time(plain))
    return next(filter(None, found), None) or _iso(plain)


def _of_ours(found: re.Match[str]) -> str:
    """The matched day if its month is Gregorian; else nothing."""
    return found[0] if found["month"] in _NUMBERS else ""


def _without_weekday(text: str) -> str:
    """A text without a day of the week before or after its date."""
    if before := _BESIDE.match(text):
        return text[before.end() :]
    after = next((found for found in _BESIDE.finditer(text) if found.end() == len(text)), None)
    return text[: after.start()] if after else text


def _without_time(text: str) -> Iterator[str]:
    """Yield a text, and the part before a time of day at its end, as spreadsheets write it."""
    yield text
    for found in _TIME.finditer(text):
        if found.end() == len(text):
            yield text[: found.start()]


def _iso(text: str) -> tuple[dt.date, dt.date] | None:
    """The day of a date in further forms of ISO 8601, with a time or without hyphens."""
    try:
        day = dt.datetime.fromisoformat(text.upper()).date()
    except ValueError:
        return None
    return day, day


def _days(text: str, order: DateOrder) -> tuple[dt.date, dt.date] | None:
    if iso := _ISO.fullmatch(text):
        year, month, day = (int(part) if part else None for part in iso.groups())
    elif hand := _BY_HAND.fullmatch(text):
        first, second, year = int(hand[1]), int(hand[3]), int(hand[4])
        day, month = (first, second) if order == "DMY" else (second, first)
    elif slashed := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(slashed[1]), int(slashed[3]), int(slashed[4])
    elif words := next(filter(None, (form.fullmatch(text) for form in _IN_WORDS)), None):
        found = words.groupdict()
        year, day = int(found["year"]), int(found.get("day") or 0) or None
        month = _NUMBERS.get(found["month"], 0) if "month" in found else None
    else:
        return None
    return _span(year or 0, month, day)


def _span(year: int, month: int | None, day: int | None) -> tuple[dt.date, dt.date] | None:
    try:
        first = dt.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    if month is None:
        return first, dt.date(year, 12, 31)
    return first, first if day else first.replace(day=calendar.monthrange(year, month)[1])
