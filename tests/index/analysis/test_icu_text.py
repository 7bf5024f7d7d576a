import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.icu_text import (
    format_date,
    format_decimal,
    format_integer,
    grapheme_boundaries,
    sentence_boundaries,
    versions,
    word_boundaries,
)
from tests.strategies import mixed_text


def test_word_boundaries_count_code_points_not_utf16_units() -> None:
    """An emoji outside the basic plane is one code point, so that later offsets are right."""
    assert word_boundaries("😀ঢাকা 😀") == [1, 5, 6, 7]


def test_a_lone_surrogate_neither_fails_nor_moves_a_position() -> None:
    """Half of a surrogate pair cannot be written in UTF-16, and still counts as one code point."""
    assert word_boundaries("\ud800ঢাকা")[-1] == 5


@given(mixed_text)
def test_boundaries_rise_to_the_end_of_the_text(text: str) -> None:
    """Every kind of boundary is strictly ascending and ends where the text ends."""
    for boundaries in (word_boundaries(text), grapheme_boundaries(text), sentence_boundaries(text)):
        assert boundaries == sorted(set(boundaries))
        assert boundaries[-1:] == ([len(text)] if text else [])


def test_danda_ends_a_sentence() -> None:
    """The danda is the full stop of Bengali; the space after it belongs to the sentence before."""
    assert sentence_boundaries("ঢাকা বড়। সিলেট ছোট।") == [9, 19]


@pytest.mark.parametrize(("locale", "written"), [("bn", "১২,৩৪,৫৬৭"), ("en", "1,234,567")])
def test_integers_are_grouped_as_the_locale_groups_them(locale: str, written: str) -> None:
    """Bengali counts in lakhs, in its own digits."""
    assert format_integer(1_234_567, locale) == written


def test_a_year_is_not_grouped() -> None:
    """It is a name more than a number; grouping is still the default."""
    assert [format_integer(2024, locale, grouped=False) for locale in ("bn", "en")] == ["২০২৪", "2024"]
    assert [format_integer(2024, locale) for locale in ("bn", "en")] == ["২,০২৪", "2,024"]


@pytest.mark.parametrize(
    ("locale", "written"), [("bn", "০.৫০"), ("en", "0.50"), ("de", "0,50"), ("hi", "0.50")]
)
def test_decimals_have_the_point_of_the_locale(locale: str, written: str) -> None:
    """The number of decimal places is the requested one."""
    assert format_decimal(0.5, locale, 2) == written
    assert format_decimal(0.5, locale, 0) != written


@given(st.floats(0, 99_999.9), st.integers(0, 4))
def test_decimals_are_rounded_as_python_rounds(number: float, places: int) -> None:
    """Page and terminal thus show the same."""
    assert format_decimal(number, "en", places) == f"{number:,.{places}f}"


@pytest.mark.parametrize(("locale", "written"), [("bn", "১৪ নভেম্বর, ২০২৩"), ("en", "November 14, 2023")])
def test_dates_are_written_out_in_the_locale(locale: str, written: str) -> None:
    """The date of an article is written as its readers write dates."""
    assert format_date(dt.date(2023, 11, 14), locale) == written


@given(st.dates())
def test_any_day_can_be_written(day: dt.date) -> None:
    """Every date that an article can have is in the calendar's range."""
    assert format_date(day, "en")


def test_versions_name_icu_and_unicode() -> None:
    """An index records the version of Unicode by which its words were cut."""
    assert set(versions()) == {"icu", "unicode", "pyicu"}
