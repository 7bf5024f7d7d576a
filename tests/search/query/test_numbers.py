"""Numbers and ranges in queries, the ranges of facets, and sorting by numbers."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onneshon.index.analysis.script import BENGALI_DIGITS
from onneshon.index.configuration import KeywordField
from onneshon.index.literals import number_of, number_text
from onneshon.search import QueryError
from onneshon.search.query.conditions import (
    NUMBER_PATTERN,
    NumberRange,
    counted_ranges,
    number_order,
    number_range,
    number_ranges,
    number_sorts,
    round_borders,
)
from onneshon.search.query.field_values import FieldReading
from onneshon.search.query.parser import parse

VIEWS = FieldReading({"views": "number"})
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", 1200),
        (" ১,২০০ ", 1200),
        ("১২,৩৪,৫৬৭", 1_234_567),
        ("-2.5", -2.5),
        ("+7", 7),
        ("1e+16", 1e16),
        ("-0", 0),
    ],
)
def test_a_number_is_read_in_either_script(text: str, number: float) -> None:
    """Commas may stand between thousands or lakhs, and a point before decimals; also in program notation."""
    assert number_of(text) == number
    assert str(number_of("-0")) == "0.0"


@pytest.mark.parametrize("text", ["", "x", "১২ হাজার", "1,2", "1.", ".5", "nan", "1e999", "12,34,5", "٣"])
def test_what_is_no_number_is_none(text: str) -> None:
    """Text that only resembles a number is no number."""
    assert number_of(text) is None


@given(NUMBERS)
def test_what_is_written_of_a_number_is_read_again(number: float) -> None:
    """A number reads back to the last bit, also from Bengali digits."""
    assert number_of(number_text(number)) == number
    assert number_of(number_text(number).translate(BENGALI_DIGITS)) == number


@given(
    st.one_of(
        st.builds(NumberRange, st.just("views"), NUMBERS, st.none(), st.booleans()),
        st.builds(NumberRange, st.just("views"), st.none(), NUMBERS, st.just(value=False), st.booleans()),
        st.builds(lambda number: NumberRange("views", number, number), NUMBERS),
        st.builds(lambda ends: NumberRange("views", *sorted(ends)), st.tuples(NUMBERS, NUMBERS)),
    )
)
def test_what_a_range_says_is_read_again(span: NumberRange) -> None:
    """A range as a facet writes it reads back as a filter and in a query."""
    assert number_range("views", span.text, "views") == span
    assert parse(f"views:{span.text}", declared={"views": "views"}, field_reading=VIEWS).query == span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("৫", NumberRange("views", 5, 5)),
        (">১০০", NumberRange("views", 100, None, above=True)),
        (">= 100", NumberRange("views", 100, None)),
        ("<1,000", NumberRange("views", None, 1000, below=True)),
        ("<=2.5", NumberRange("views", None, 2.5)),
        ("20..10", NumberRange("views", 10, 20)),
        ("-5..", NumberRange("views", -5, None)),
        ("..-5", NumberRange("views", None, -5)),
        ("10..<20", NumberRange("views", 10, 20, below=True)),
    ],
)
def test_signs_and_dots_make_a_range(text: str, expected: NumberRange) -> None:
    """Bounds may stand in either order and in either script."""
    assert number_range("views", text, "views") == expected


@pytest.mark.parametrize("text", ["", "x", ">", "..", "..<", "1..2..3", "<1..2", "1..>2", "1..x", "=5"])
def test_what_is_no_range_is_refused_by_its_parameter(text: str) -> None:
    """The error says what to write; in a query the value is ignored and reported, and the field is known."""
    with pytest.raises(QueryError, match="is no number; write 100, >100") as caught:
        number_range("views", text, "-views")
    assert caught.value.parameter == "-views"
    parsed = parse(f"views:{text or 'শব্দ'}", declared={"views": "views"}, field_reading=VIEWS)
    assert parsed.unknown_fields == ()
    assert {ignored.kind for ignored in parsed.ignored} & {"value", "field"}


@given(st.from_regex(NUMBER_PATTERN, fullmatch=True))
def test_what_the_pattern_matches_is_read(text: str) -> None:
    """The OpenAPI document promises that whatever matches the pattern is accepted."""
    assert re.match(NUMBER_PATTERN, text)
    assert number_range("views", text, "views").name == "views"


@given(NUMBERS.filter(lambda number: abs(number) < 1e15), NUMBERS.filter(lambda number: abs(number) < 1e15))
@example(0.0, 5e-324)
@example(2e-308, 4e-308)
@example(-7.0, -5e-324)
@example(-5e-324, 7.0)
def test_round_borders_part_what_lies_between_two_numbers(number: float, other: float) -> None:
    """Borders ascend, begin at or below the least value, end at or below the greatest; at most 13."""
    least, most = sorted((number, other))
    borders = round_borders(least, most)
    assert [*borders] == sorted(set(borders))
    assert borders[-1] <= most + abs(most) * 1e-11
    assert 1 <= len(borders) <= 13
    assert borders[0] <= least + (abs(least) + abs(most)) * 1e-11


@pytest.mark.parametrize(
    ("least", "most", "borders"),
    [
        (0, 12_345, (0, 10, 100, 1_000, 10_000)),
        (150, 20_000, (100, 1_000, 10_000)),
        (1, 100, (1, 10, 100)),
        (0.5, 150, (0, 10, 100)),
        (1, 1e11, (1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11)),
        (1, 1e12, (1, 100, 1e4, 1e6, 1e8, 1e10, 1e12)),
        (3, 99, (0, 20, 40, 60, 80)),
        (0, 2, (0, 1, 2)),
        (0.1, 0.9, (0, 0.2, 0.4, 0.6, 0.8)),
        (2000, 2024, (2000, 2005, 2010, 2015, 2020)),
        (10, 16, (10, 11, 12, 13, 14, 15, 16)),
        (-5, 5, (-6, -4, -2, 0, 2, 4)),
        (7, 7, (7,)),
    ],
)
def test_borders_are_round(least: float, most: float, borders: tuple[float, ...]) -> None:
    """Borders are powers of ten where values span several, otherwise steps of 1, 2 or 5."""
    assert round_borders(float(least), float(most)) == borders


@given(st.lists(NUMBERS, min_size=1, max_size=5, unique=True), NUMBERS)
def test_each_number_is_in_one_range(borders: list[float], number: float) -> None:
    """Each number is below the first border, between two borders, or at least the last."""
    ranges = number_ranges("views", sorted(borders))
    containing = [
        span
        for span in ranges
        if (span.least is None or span.least <= number) and (span.most is None or number < span.most)
    ]
    assert len(containing) == 1


def test_a_site_says_in_which_ranges_it_counts() -> None:
    """Otherwise the least and the greatest number decide; without numbers there are no ranges."""
    own = KeywordField("views", type="number", ranges=(0, 100))
    round_ones = KeywordField("price", type="number")
    fields = [own, round_ones, KeywordField("tags")]

    def counted(name: str, extent: tuple[float, float] | None) -> list[str] | None:
        ranges = counted_ranges(fields, name, lambda: extent)
        return None if ranges is None else [span.text for span in ranges]

    assert counted("views", (5.0, 7.0)) == ["<0", "0..<100", ">=100"]
    assert counted("price", (5.0, 7.0)) == ["<5", "5..<6", "6..<7", ">=7"]
    assert (counted("price", None), counted("tags", (5.0, 7.0)), counted("year", None)) == ([], None, None)


def test_orders_are_those_by_numbers() -> None:
    """Each numeric field gives two orders, one for each direction."""
    fields = [KeywordField("tags"), KeywordField("views", type="number")]
    assert number_sorts(fields) == ("views:desc", "views:asc")
    assert [number_order(order) for order in ("views:desc", "views:asc")] == [
        ("views", True),
        ("views", False),
    ]
    assert [
        number_order(order) for order in ("views", "views:", "views:up", "Views:asc", "date:asc", ":asc")
    ] == [None] * 6
