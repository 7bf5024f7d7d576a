"""Days as seen from today, as people say them in Bengali and in English.

আজ   গতকাল   today   yesterday              a day
এই সপ্তাহে   গত মাসের   last year         a week, which begins with Sunday, a month, a year: this one, the last
গত ৭ দিন   last 3 months                    so many of them until today
"""

import datetime as dt
import re
from typing import Final
from unicodedata import normalize

from onneshon.index.literals import plain_date

__all__ = ["is_relative", "local_day", "relative_days"]

_DAYS: Final = {"আজ": 0, "আজকে": 0, "আজকের": 0, "today": 0, "গতকাল": 1, "গতকালের": 1, "yesterday": 1}

_UNITS: Final = {"দিন": "day", "সপ্তাহ": "week", "মাস": "month", "বছর": "year"}
"""English ones as they are, also in the plural; Bengali ones with the endings of place and possession."""

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
    """The day that it is where this program runs."""
    return dt.datetime.now().astimezone().date()


def relative_days(text: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """First and last day of what a text names; None where it names none.

    Args:
        text: as ``plain_date`` gives it.
        today: from where it is seen.
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
    """So many days, weeks, months or years until today, which is the last of them."""
    if unit in {"day", "week"}:
        since = today - dt.timedelta(count * (_WEEK if unit == "week" else 1) - 1)
    else:
        since = _first_of_month(today, count * (_MONTHS if unit == "year" else 1))
        last = _first_of_month(since, -1) - dt.timedelta(1)
        since = since.replace(day=min(today.day, last.day)) + dt.timedelta(1)
    return (since, today) if count else None


def _whole(unit: str, before: int, today: dt.date) -> tuple[dt.date, dt.date]:
    """The day, week, month or year that today is in, or the one before."""
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
    """The first day of the month so many months before that of a day."""
    years, month = divmod(day.year * _MONTHS + day.month - 1 - before, _MONTHS)
    return dt.date(years, month + 1, 1)


def is_relative(text: str) -> bool:
    """Whether a text may name days as seen from today, so that it means others tomorrow."""
    return _ANYWHERE.search(plain_date(text)) is not None
