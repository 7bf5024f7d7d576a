import datetime as dt

import pytest

from onneshon.index import Article
from onneshon.index.literals import plain_date
from onneshon.search import Engine, QueryError, SearchRequest
from onneshon.search.query.dates import is_relative, period, relative_days
from onneshon.search.query.field_values import FieldFilter, FieldReading

TODAY = dt.date(2026, 3, 11)
"""A Wednesday, the day from which relative days are counted."""


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("আজ", "2026-03-11", "2026-03-11"),
        ("গতকাল", "2026-03-10", "2026-03-10"),
        ("Yesterday", "2026-03-10", "2026-03-10"),
        ("এই সপ্তাহে", "2026-03-08", "2026-03-14"),
        ("গত সপ্তাহ", "2026-03-01", "2026-03-07"),
        ("last week", "2026-03-01", "2026-03-07"),
        ("এই মাসে", "2026-03-01", "2026-03-31"),
        ("চলতি মাসের", "2026-03-01", "2026-03-31"),
        ("গত মাস", "2026-02-01", "2026-02-28"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("গত বছরের", "2025-01-01", "2025-12-31"),
        ("গত ৭ দিন", "2026-03-05", "2026-03-11"),
        ("last 2 weeks", "2026-02-26", "2026-03-11"),
        ("গত ৩ মাস", "2025-12-12", "2026-03-11"),
        ("past 1 year", "2025-03-12", "2026-03-11"),
        ("২০২০-২০২২", "2020-01-01", "2022-12-31"),
        ("২০২২–২০২০", "2020-01-01", "2022-12-31"),
        ("২০২০ থেকে ২০২২", "2020-01-01", "2022-12-31"),
        ("২০২০ থেকে ২০২২ পর্যন্ত", "2020-01-01", "2022-12-31"),
        ("march 2020 to june 2021", "2020-03-01", "2021-06-30"),
        ("গত মাস..আজ", "2026-02-01", "2026-03-11"),
    ],
)
def test_days_are_read_as_people_say_them(text: str, since: str, until: str) -> None:
    """Relative days are read in either language and in digits of either script."""
    found = period(text, today=lambda: TODAY)
    assert (found.since, found.until) == (_day(since), _day(until))


def test_an_end_may_be_open() -> None:
    """A period may have no last day: from a year on."""
    found = period("২০২০ থেকে")
    assert (found.since, found.until) == (_day("2020-01-01"), None)


@pytest.mark.parametrize("text", ["গত", "গত ০ দিন", "এই ৩ মাস", "গতকাল রাতে", "last century", "২০২০-২০"])
def test_what_names_no_days_is_refused(text: str) -> None:
    """Other words raise a ``QueryError``."""
    with pytest.raises(QueryError):
        period(text, today=lambda: TODAY)


def test_the_ends_of_months_are_days_that_there_are() -> None:
    """The month before the last of March ends with the last of February."""
    assert relative_days("last 1 month", dt.date(2026, 3, 31)) == (_day("2026-03-01"), _day("2026-03-31"))
    assert relative_days("গত মাস", dt.date(2026, 1, 31)) == (_day("2025-12-01"), _day("2025-12-31"))
    assert relative_days("গত সপ্তাহ", dt.date(2026, 3, 8)) == (_day("2026-03-01"), _day("2026-03-07"))


def test_the_clock_of_a_site_decides() -> None:
    """Filters and fields of a query use the same clock."""
    reading = FieldReading(today=lambda: TODAY)
    found = FieldFilter("date", ("গতকাল",)).selection(reading)
    assert period("2026-03-10") in found.choices


def test_an_article_of_today_is_found_today() -> None:
    """*Today* works in a filter and in a query, also the second time, when caches are filled."""
    today = dt.datetime.now().astimezone().date()
    articles = [Article("new", "নদী", date=today), Article("old", "নদী", date=dt.date(2001, 1, 1))]
    with Engine.of(articles) as engine:
        for _ in range(2):
            assert [hit.id for hit in engine.search("নদী", date="আজ").hits] == ["new"]
            assert [hit.id for hit in engine.search('নদী তারিখ:"এই বছর"').hits] == ["new"]
        assert engine.search(SearchRequest.of("নদী তারিখ:২০০০-২০০২")).hits[0].id == "old"


def test_what_means_other_days_tomorrow_is_known() -> None:
    """A relative date is recognised, so that no cached result is used on another day."""
    assert is_relative("তারিখ:গতকাল")
    assert is_relative("date=last+week".replace("+", " "))
    assert not is_relative(plain_date("তারিখ:২০২০-২০২২"))
