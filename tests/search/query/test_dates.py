import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.literals import MONTHS
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import Period
from onneshon.search.query.dates import DATE_PATTERN, period, period_or_none
from tests.strategies import mixed_text

BENGALI = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


def days(since: str | None, until: str | None) -> Period:
    """Return a period from ISO dates."""
    first = dt.date.fromisoformat(since) if since else None
    return Period(first, dt.date.fromisoformat(until) if until else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020", days("2020-01-01", "2020-12-31")),
        ("২০২০-০২", days("2020-02-01", "2020-02-29")),
        ("15/6/2020", days("2020-06-15", "2020-06-15")),
        ("৫-০৬-২০২০", days("2020-06-05", "2020-06-05")),
        ("1.1.2019..31.12.2020", days("2019-01-01", "2020-12-31")),
        ("2021-2-3", days("2021-02-03", "2021-02-03")),
        ("জানুয়ারি ২০২০", days("2020-01-01", "2020-01-31")),
        ("জানুয়ারী ২০২০", days("2020-01-01", "2020-01-31")),
        ("২১শে ফেব্রুয়ারি ১৯৫২", days("1952-02-21", "1952-02-21")),
        ("২১ ফেব্রুয়ারি, ১৯৫২", days("1952-02-21", "1952-02-21")),
        ("মার্চ সাল ১৯৭১", days("1971-03-01", "1971-03-31")),
        ("26 March 1971", days("1971-03-26", "1971-03-26")),
        ("dec 1971", days("1971-12-01", "1971-12-31")),
        ("২০২০ সাল", days("2020-01-01", "2020-12-31")),
        ("জুন ২০২০ সাল", days("2020-06-01", "2020-06-30")),
        ("২০২০ জুন", days("2020-06-01", "2020-06-30")),
        ("২০২০ সালের জুন", days("2020-06-01", "2020-06-30")),
        ("২০২০ সালের ৫ই জুন", days("2020-06-05", "2020-06-05")),
        ("June 15, 2020", days("2020-06-15", "2020-06-15")),
        ("জুন ১৫ ২০২০", days("2020-06-15", "2020-06-15")),
        ("2019..2021", days("2019-01-01", "2021-12-31")),
        ("2021-03..২০১৯", days("2019-01-01", "2021-03-31")),
        ("২০১৯..", days("2019-01-01", None)),
        (" ..2020-06 ", days(None, "2020-06-30")),
        ("জুন ২০১৯..মে ২০২০", days("2019-06-01", "2020-05-31")),
    ],
)
def test_dates_name_their_days(text: str, expected: Period) -> None:
    """A year means all its days, a month its own; in either script, in figures or with the month's name."""
    assert period(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "..",
            "2020-13",
            "2021-02-29",
            "0000",
            "১৯",
            "1..2..3",
            "2019..2020..2021",
            "x..2020",
            "জুন",
            "৩২ জুন ২০২০",
        ),
        *("6/15/2020", "1/2-2020"),
    ],
)
def test_what_is_no_date_is_refused_with_advice(text: str) -> None:
    """The error repeats the text and shows how to write a date."""
    with pytest.raises(QueryError) as caught:
        period(text, parameter="since")
    assert str(caught.value).startswith("since: ")
    assert caught.value.kind == "date"
    assert period_or_none(text) is None


@given(st.dates())
def test_every_day_can_be_written(day: dt.date) -> None:
    """A day can be written in figures of either script, and with the name of its month."""
    whole = Period(day, day)
    assert period(day.isoformat()) == period(day.isoformat().translate(BENGALI)) == whole
    for word in MONTHS[day.month - 1]:
        assert period(f"{day.day} {word} {day.year:04}") == whole
        assert period(f"{day.day} {word} {day.year:04}".translate(BENGALI)) == whole


@given(st.from_regex(DATE_PATTERN, fullmatch=True))
def test_every_date_of_the_pattern_is_read(text: str) -> None:
    """Whatever the documented pattern matches is understood."""
    found = period(text)
    assert found.since or found.until


@given(mixed_text | st.text("০১২৩০19-. জুন"))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    """Any text is a period or ``None``, never an exception, and the ends of a period are in order."""
    found = period_or_none(text)
    assert found is None or not (found.since and found.until) or found.since <= found.until


@pytest.mark.parametrize(
    ("text", "expected", "day"),
    [
        ("২০২০", "2020", "2024"),
        ("জানুয়ারি ২০২০", "2020-01", "2024-02"),
        ("২০২০-০২-২৯", "2020-02-29", "2024-02-21"),
        ("২০২১..2019", "2019..2021", "2024"),
        ("2019..2020-06", "2019-01..2020-06", "2024-02"),
        ("১৯৭১-১২-১৬..", "1971-12-16..", "2024-02-21"),
        ("..জুন 2020", "..2020-06", "2024-02"),
        ("9999", "9999", "2024"),
    ],
)
def test_a_period_is_written_as_precisely_as_it_was_asked_for(text: str, expected: str, day: str) -> None:
    """A period is written in figures; a day's label is as precise as the period."""
    assert period(text).text == expected
    assert period(text).label(dt.date(2024, 2, 21)) == day


@given(st.dates(), st.dates())
def test_what_is_written_is_read_again(date: dt.date, other: dt.date) -> None:
    """A written period reads back as the same days, with both ends or one."""
    first, last = sorted((date, other))
    for days_asked in (Period(first, last), Period(first, None), Period(None, last)):
        assert period(days_asked.text) == days_asked
