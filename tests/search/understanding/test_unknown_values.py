"""Filter values that no article has, and the nearest existing ones."""

import datetime as dt
from collections.abc import Sequence

import pytest

from onneshon.search.query.conditions import Choice, Filter, Period, Selection
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import Not
from onneshon.search.understanding.unknown_values import Asked, UnknownValue, filters_of, unknown_values

DAYS = (dt.date(2020, 3, 5), dt.date(2020, 6, 1), dt.date(2021, 1, 1))
CATEGORIES = ("রাজনীতি", "খেলা", "অর্থনীতি", "খেলাধুলা", "খেলাঘর", "খেলার পাতা")


class Known:
    """Articles of the given days and categories."""

    def __init__(self, categories: Sequence[str] = CATEGORIES, days: Sequence[dt.date] = DAYS) -> None:
        self._categories, self._days = [*categories], days

    def has_any(self, condition: Choice, /) -> bool:
        """Whether an article meets the condition."""
        if isinstance(condition, Period):
            return any(self._is_in(day, condition) for day in self._days)
        return isinstance(condition, Filter) and condition.value in self._categories

    def counted(self, _name: str, /) -> dict[str, int]:
        """The count of each category."""
        return dict.fromkeys(self._categories, 1)

    def days_beside(self, period: Period, /) -> tuple[dt.date | None, dt.date | None]:
        """The last day before a period and the first after it."""
        before = [day for day in self._days if period.since and day < period.since]
        after = [day for day in self._days if period.until and day > period.until]
        return max(before, default=None), min(after, default=None)

    def _is_in(self, day: dt.date, period: Period) -> bool:
        return (period.since or day) <= day <= (period.until or day)


def asked(*conditions: Choice) -> list[Asked]:
    """The filters of a query."""
    return [Asked(condition, condition.text) for condition in conditions]


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("রাজনিতি", ("রাজনীতি", "অর্থনীতি")),
        ("খেলাা", ("খেলা", "খেলাধুলা", "খেলাঘর")),
        ("zzz", ()),
    ],
)
def test_the_nearest_values_are_named(value: str, nearest: tuple[str, ...]) -> None:
    """At most three, and none with less than half of its letters in common."""
    (unknown,) = unknown_values(Known(), asked(Filter("category", value)))
    assert unknown == UnknownValue("category", value, nearest)


@pytest.mark.parametrize(("typed", "known"), [("AFP", "afp"), ("সম্পাদকীয\u09bc", "সম্পাদকীয়তা")])
def test_case_and_encoding_are_no_difference(typed: str, known: str) -> None:
    """Values are shown as articles have them."""
    (unknown,) = unknown_values(Known([known]), asked(Filter("category", typed)))
    assert unknown.nearest == (known,)


def test_two_thousand_values_are_compared() -> None:
    """Only the two thousand most frequent values are compared."""
    many = [f"{number:05}" for number in range(1_999)]
    wanted = asked(Filter("category", "রাজনীতী"))
    assert unknown_values(Known([*many, "রাজনীতি"]), wanted)[0].nearest == ("রাজনীতি",)
    assert unknown_values(Known([*many, "ক", "রাজনীতি"]), wanted)[0].nearest == ()


def test_an_id_has_no_neighbours() -> None:
    """A user of an id wants no other one."""
    assert unknown_values(Known(["নদী-1"]), asked(Filter("id", "নদী-2"))) == (UnknownValue("id", "নদী-2"),)


def test_a_value_that_articles_have_is_not_named_nor_one_twice() -> None:
    """At most eight unknown values are named."""
    wanted = asked(
        *[Filter("category", f"অজানা{number}") for number in (*range(9), 0)], Filter("category", "খেলা")
    )
    assert [unknown.value for unknown in unknown_values(Known(), wanted)] == [f"অজানা{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("period", "nearest"),
    [
        (Period(dt.date(2020, 4, 1), dt.date(2020, 4, 30)), ("2020-03", "2020-06")),
        (Period(dt.date(2020, 5, 20), dt.date(2020, 5, 20)), ("2020-06-01", "2020-03-05")),
        (Period(dt.date(2022, 1, 1), dt.date(2022, 12, 31)), ("2021",)),
        (Period(dt.date(2022, 1, 1), None), ("2021",)),
        (Period(None, dt.date(2019, 12, 31)), ("2020",)),
    ],
)
def test_of_days_the_nearer_one_comes_first(period: Period, nearest: tuple[str, ...]) -> None:
    """Days are as precise as the filter; beyond an open end there is none."""
    (unknown,) = unknown_values(Known(), asked(period))
    assert unknown.nearest == nearest


APRIL = Period(dt.date(2020, 4, 1), dt.date(2020, 4, 30))
DAY = Period(dt.date(2020, 4, 7), dt.date(2020, 4, 7))


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ([APRIL, DAY], [APRIL]),
        ([DAY, Period(None, dt.date(2020, 4, 30))], []),
        ([DAY, Period(dt.date(2020, 4, 1), None)], []),
        ([DAY, Period(dt.date(2020, 4, 8), None)], [DAY]),
        (
            [Period(None, dt.date(2020, 1, 1)), Period(None, dt.date(2019, 1, 1))],
            [Period(None, dt.date(2020, 1, 1))],
        ),
        ([Period(dt.date(2022, 1, 1), None), APRIL], [Period(dt.date(2022, 1, 1), None), APRIL]),
        ([APRIL, APRIL], [APRIL]),
        ([APRIL, Period(dt.date(2020, 4, 20), dt.date(2020, 5, 9))], None),
    ],
)
def test_a_period_within_another_says_nothing_of_its_own(
    wanted: list[Period], named: list[Period] | None
) -> None:
    """Overlapping and wider periods are named, unless articles have such days."""
    found = [unknown.value for unknown in unknown_values(Known(), asked(*wanted))]
    outer = [period for period in (wanted if named is None else named) if not Known().has_any(period)]
    assert found == [period.text for period in outer]


def test_filters_are_found_wherever_they_stand() -> None:
    """Filters may be in brackets, after a minus, or several of a field; plain words have none."""
    query = parse("নদী (বিভাগ:খেলা OR লেখক:রহিম) -বিভাগ:রাজনীতি").query
    assert [(wanted.field, wanted.value) for wanted in filters_of(query)] == [
        ("category", "খেলা"),
        ("author", "রহিম"),
        ("category", "রাজনীতি"),
    ]
    several = Selection((Filter("category", "খেলা"), Filter("category", "নদী")))
    assert [wanted.value for wanted in filters_of(several)] == ["খেলা", "নদী"]
    assert filters_of(Not(Filter("id", "১"))) == asked(Filter("id", "১"))
    assert filters_of(parse("নদী সাগর").query) == filters_of(None) == []
