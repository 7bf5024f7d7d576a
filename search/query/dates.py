"""The periods of date filters: a day, a month, a year as ``index.literals`` reads them, and their ranges.

2019..2021   ২০১৯..   ..2020-06     from the first day of the earlier to the last day of the later,
২০২০-২০২২   ২০২০ থেকে ২০২২              in either order
গতকাল   এই মাসে   last week   গত ৭ দিন   days relative to today, see ``relative_days``
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Final
from unicodedata import normalize

from onneshon.index.analysis.script import BENGALI_DIGITS
from onneshon.index.configuration import DATE_ORDERS, DateOrder
from onneshon.index.literals import days, plain_date
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import Period

_DAYS: Final = {"আজ": 0, "আজকে": 0, "আজকের": 0, "today": 0, "গতকাল": 1, "গতকালের": 1, "yesterday": 1}

_UNITS: Final = {"দিন": "day", "সপ্তাহ": "week", "মাস": "month", "বছর": "year"}
"""Words for units, matched in the English plural and with the Bengali locative and genitive endings too."""

_THIS: Final = "এই|এ|চলতি|this"
_LAST: Final = "গত|বিগত|last|past"
_SPAN: Final = re.compile(
    normalize(
        "NFC",
        f"(?:(?P<this>{_THIS})|(?P<last>{_LAST})) +(?:(?P<count>[0-9]{{1,3}}) +)?"
        f"(?:(?P<bengali>{'|'.join(_UNITS)})(?:ে|ের|এর)?|(?P<english>{'|'.join(_UNITS.values())})s?)",
    )
)
_ANYWHERE: Final = re.compile(f"{'|'.join(_DAYS)}|{_SPAN.pattern}")
_WEEK: Final = 7
_MONTHS: Final = 12


def local_day() -> dt.date:
    """Today's date in the local time zone of this program."""
    return dt.datetime.now().astimezone().date()


def relative_days(text: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """The first and last day that a relative text such as ``গতকাল`` names; None where it names none.

    Args:
        text: the text as ``plain_date`` returns it.
        today: the day to which it is relative.
    """
    if (before := _DAYS.get(text)) is not None:
        day = today - dt.timedelta(before)
        return day, day
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    unit = found["english"] or _UNITS[found["bengali"]]
    if found["count"]:
        return None if found["this"] else _rolling(unit, int(found["count"]), today)
    return _whole(unit, 0 if found["this"] else 1, today)


def _rolling(unit: str, count: int, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """The last ``count`` days, weeks, months or years, today included."""
    if unit in {"day", "week"}:
        since = today - dt.timedelta(count * (_WEEK if unit == "week" else 1) - 1)
    else:
        since = _first_of_month(today, count * (_MONTHS if unit == "year" else 1))
        last = _first_of_month(since, -1) - dt.timedelta(1)
        since = since.replace(day=min(today.day, last.day)) + dt.timedelta(1)
    return (since, today) if count else None


def _whole(unit: str, before: int, today: dt.date) -> tuple[dt.date, dt.date]:
    """The current day, week (from Sunday), month or year, or the one ``before`` units earlier."""
    match unit:
        case "day":
            since = until = today - dt.timedelta(before)
        case "week":
            since = today - dt.timedelta(today.isoweekday() % _WEEK + _WEEK * before)
            until = since + dt.timedelta(_WEEK - 1)
        case "month":
            since = _first_of_month(today, before)
            until = _first_of_month(since, -1) - dt.timedelta(1)
        case _:
            since, until = dt.date(today.year - before, 1, 1), dt.date(today.year - before, _MONTHS, 31)
    return since, until


def _first_of_month(day: dt.date, before: int) -> dt.date:
    """The first day of the month that is ``before`` months before that of ``day``."""
    years, month = divmod(day.year * _MONTHS + day.month - 1 - before, _MONTHS)
    return dt.date(years, month + 1, 1)


def is_relative(text: str) -> bool:
    """Whether a text may name days relative to today, so that its meaning changes every day."""
    return _ANYWHERE.search(plain_date(text)) is not None


def _either_script(pattern: str) -> str:
    """The pattern with digits of either script; it must not have counted repetitions such as ``{2}``."""

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
"""A regular expression for dates in figures, years 1000 to 2999; other texts can be read as dates too."""

WRITE: Final = "write 2020, 2020-06, 2020-06-15, “জানুয়ারি ২০২০” or a range such as 2019..2021"
"""The advice in the error for a date that cannot be read."""


_BETWEEN: Final = re.compile(r" *(?:–|—| থেকে(?: |$)| to ) *|(?<=^[0-9]{4}) ?- ?(?=[0-9]{4}$)")
"""What may separate two dates besides two dots."""

_UNTIL: Final = re.compile(" +পর্যন্ত$")


def period(
    text: str,
    *,
    parameter: str = "date",
    order: DateOrder = DATE_ORDERS[0],
    today: Callable[[], dt.date] = local_day,
) -> Period:
    """The period that a date or a range of dates names.

    Args:
        text: as typed, such as ``2020``, ``২০২০-০৬``, ``জানুয়ারি ২০২০``, ``2019..2021``, ``২০১৯..``.
        parameter: the parameter that has the text, for the message.
        order: the site's order of day and month where both are figures.
        today: returns the day to which words such as ``গতকাল`` are relative.

    Raises:
        QueryError: the text is no date and no range.
    """
    sides = [side.strip() for side in _BETWEEN.sub("..", _UNTIL.sub("", plain_date(text))).split("..")]
    if len(sides) > 2 or not any(sides):  # noqa: PLR2004 (two ends)
        raise _unreadable(text, parameter)
    ends = [days(side, order) or relative_days(side, today()) if side else None for side in sides]
    if any(side and not end for side, end in zip(sides, ends, strict=True)):
        raise _unreadable(text, parameter)
    first, last = ends[0], ends[-1]
    found = Period(first[0] if first else None, last[1] if last else None)
    if found.since and found.until and found.since > found.until and first and last:
        return Period(last[0], first[1])
    return found


def period_or_none(text: str, order: DateOrder = DATE_ORDERS[0]) -> Period | None:
    """The period that a text names, as ``period`` reads it; None where it is no date."""
    try:
        return period(text, order=order)
    except QueryError:
        return None


def check_date(text: str, parameter: str) -> None:
    """Refuse a text that is a date in no order of day and month.

    Raises:
        QueryError: the text is no date.
    """
    if not any(period_or_none(text, order) for order in DATE_ORDERS):
        raise _unreadable(text, parameter)


def _unreadable(text: str, parameter: str) -> QueryError:
    return QueryError(f"{parameter}: {text[:60]!r} is no date; {WRITE}", kind="date", parameter=parameter)
