"""Days, months, years and ranges of them as people write them, in the digits of either script.

2020   2020-06   2020-06-15        a year, a month, a day
15/6/2020   ১৫-০৬-২০২০   15.6.2020    a day, as it is written by hand
জানুয়ারি ২০২০   15 June 2020         the same in words; ২০২০ সাল, ২০২০ জানুয়ারি, June 15, 2020 too
2019..2021   ২০১৯..   ..2020-06     from the first day of the one to the last day of the other,
                                       in either order
"""

import calendar
import datetime as dt
import re
from typing import Final
from unicodedata import normalize

from onneshon.index.analysis.script import ASCII_DIGITS, BENGALI_DIGITS
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import Period

__all__ = ["DATE_PATTERN", "MONTHS", "period", "period_or_none"]

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
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_DAY_IN_WORDS: Final = "(?P<day>[0-9]{1,2})(?:লা|রা|ঠা|ই|শে|এ|st|nd|rd|th)?"
_MONTH_IN_WORDS: Final = r"(?P<month>[^\s0-9,.]+)"
_YEAR_IN_WORDS: Final = "(?P<year>[0-9]{4})"
_IN_WORDS: Final = tuple(
    map(
        re.compile,
        (
            rf"{_YEAR_IN_WORDS} +সাল",
            rf"(?:{_DAY_IN_WORDS} +)?{_MONTH_IN_WORDS}(?:,| )+(?:সাল +)?{_YEAR_IN_WORDS}(?: +সাল)?",
            rf"{_MONTH_IN_WORDS} +{_DAY_IN_WORDS},? +{_YEAR_IN_WORDS}",
            rf"{_YEAR_IN_WORDS}(?: +(?:সাল|সালের))?,? +{_MONTH_IN_WORDS}",
        ),
    )
)
"""A date with a word in it, in the orders that people write."""


def _either_script(pattern: str) -> str:
    """A pattern whose digits may be of either script; without numbers of repetition."""

    def both(found: re.Match[str]) -> str:
        digits = found[0].strip("[]")
        return f"[{digits}{digits.translate(BENGALI_DIGITS)}]"

    return re.sub(r"\[[^]]*\]|[0-9]", both, pattern)


_YEAR: Final = "[12][0-9][0-9][0-9]"
_DAY: Final = (
    "(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1[0-9]|2[0-8]))?|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31"
)
_LEAP_DAY: Final = "(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)-02-29"
_ONE: Final = f"(?:{_YEAR}(?:-(?:{_DAY}))?|{_LEAP_DAY})"

DATE_PATTERN: Final = "^" + _either_script(rf"(?:{_ONE}(?:\.\.(?:{_ONE})?)?|\.\.{_ONE})") + "$"
"""Dates in figures, years 1000 to 2999, as a regular expression: what it matches is read, and more is."""

WRITE: Final = "write 2020, 2020-06, 2020-06-15, “জানুয়ারি ২০২০” or a range such as 2019..2021"
"""What to do about a date that cannot be read."""


def period(text: str, *, parameter: str = "date") -> Period:
    """The days that a date or a range of dates names.

    Args:
        text: as typed, such as ``2020``, ``২০২০-০৬``, ``জানুয়ারি ২০২০``, ``2019..2021``, ``২০১৯..``.
        parameter: what holds the text, for the message.

    Raises:
        QueryError: it names none.
    """
    sides = [side.strip() for side in _plain(text).split("..")]
    if len(sides) > 2 or not any(sides):  # noqa: PLR2004 (two ends)
        raise _unreadable(text, parameter)
    ends = [_days(side) if side else None for side in sides]
    if any(side and not end for side, end in zip(sides, ends, strict=True)):
        raise _unreadable(text, parameter)
    first, last = ends[0], ends[-1]
    found = Period(first[0] if first else None, last[1] if last else None)
    if found.since and found.until and found.since > found.until and first and last:
        return Period(last[0], first[1])
    return found


def period_or_none(text: str) -> Period | None:
    """As ``period``, for a text that may be no date."""
    try:
        return period(text)
    except QueryError:
        return None


def _unreadable(text: str, parameter: str) -> QueryError:
    return QueryError(f"{parameter}: {text[:60]!r} is no date; {WRITE}", kind="date", parameter=parameter)


def _plain(text: str) -> str:
    return normalize("NFC", text).translate(ASCII_DIGITS).strip().lower()


def _days(text: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of a year, a month or a day."""
    if iso := _ISO.fullmatch(text):
        year, month, day = (int(part) if part else None for part in iso.groups())
    elif first := _DAY_FIRST.fullmatch(text):
        day, month, year = int(first[1]), int(first[3]), int(first[4])
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
