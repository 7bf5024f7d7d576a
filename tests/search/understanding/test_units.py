"""Dates, years, sums and numbers of a query, each one concept with the variants that texts write."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search import Engine
from onneshon.search.understanding.numerals import in_words, read_numeral
from onneshon.search.understanding.unit_spellings import (
    count_spellings,
    date_spellings,
    number_spellings,
    percent_spellings,
    sum_spellings,
    year_spellings,
)
from onneshon.search.understanding.unit_words import UnitWords, months
from onneshon.search.understanding.units import _RULES, LOOSE, Unit, find_units
from tests.strategies import mixed_text


def units(text: str) -> list[Unit]:
    """The units of a text."""
    return find_units(text, analyze(text))


def said(text: str) -> list[tuple[str, str]]:
    """The kind and value of each unit of a text."""
    return [(unit.kind, unit.value) for unit in units(text)]


SAME = {
    ("date", "7 মার্চ"): "৭ মার্চ|৭ই মার্চ|৭-ই মার্চ|৭ ই মার্চ|সাতই মার্চ|সাত মার্চ|০৭ মার্চ|৭ মার্চের|মার্চের ৭ তারিখ"
    "|মার্চ মাসের ৭ তারিখে|7 march|7th March|march 7|March 7th|Mar 7",
    ("date", "21 ফেব্রুয়ারি"): "২১শে ফেব্রুয়ারি|২১ ফেব্রুয়ারী|একুশে ফেব্রুয়ারি|একুশে ফেব্রুয়ারীর|২১ শে ফেব্রুয়ারি|feb 21",
    ("date", "1 বৈশাখ"): "১লা বৈশাখ|পহেলা বৈশাখ|পয়লা বৈশাখে|১ বৈশাখ",
    ("date", "16 ডিসেম্বর"): "ষোলই ডিসেম্বর|ষোলোই ডিসেম্বর|১৬ই ডিসেম্বর|16 December",
    ("date", "9 মে"): "নয়ই মে|৯ মে|৯ মের|may 9",
    ("date", "15 আগস্ট"): "১৫ আগষ্ট|১৫ অগাস্ট|পনেরোই আগস্ট",
    ("year", "1971"): "১৯৭১ সাল|১৯৭১ সালের|1971 সালে|একাত্তর সালের|৭১ সালে|১৯৭১ খ্রিস্টাব্দে|১৯৭১ সনের",
    ("year", "1427"): "১৪২৭ বঙ্গাব্দ|১৪২৭ সাল",
    ("year", "2020"): "২০২০ সালের|বিশ সালে",
    ("years", "2020 2021"): "২০২০-২১|২০২০-২০২১|২০২০ – ২১|২০২০—২০২১|২০২০/২১|2020-21|২০২০-২১-এর",
    ("years", "2001 2006"): "২০০১-০৬|২০০১-২০০৬",
    ("years", "1999 2000"): "১৯৯৯-২০০০",
    ("percent", "50 %"): "৫০%|৫০ %|৫০ শতাংশ|৫০ শতাংশের|শতকরা ৫০|শতকরা ৫০ ভাগ|পঞ্চাশ শতাংশ|50 percent",
    ("money", "500 টাকা"): "৫০০ টাকা|৳৫০০|৳ ৫০০|পাঁচশ টাকা|পাঁচশো টাকার|500 taka",
    ("money", "5000 টাকা"): "৫ হাজার টাকা|৫,০০০ টাকা|৫০০০ টাকার|পাঁচ হাজার টাকা",
    ("money", "150000 টাকা"): "দেড় লাখ টাকা|১.৫ লক্ষ টাকা|১ লাখ ৫০ হাজার টাকা|১,৫০,০০০ টাকা",
    ("money", "2000000000 টাকা"): "২০০ কোটি টাকা|দুইশ কোটি টাকা",
    ("money", "20 ডলার"): "$20|20$|২০ ডলার|বিশ ডলারে",
    ("count", "4 জন"): "৪ জন|৪জন|চারজন|চার জন|চারজনের",
    ("count", "3 টি"): "৩টি|৩ টি|তিনটি|তিনটির|৩টা",
    ("number", "25"): "২৫|পঁচিশ|পঁচিশের",
    ("number", "5000"): "৫ হাজার|পাঁচ হাজার|৫০০০|৫,০০০",
    ("number", "150000"): "দেড় লাখ|১.৫ লক্ষ|১ লাখ ৫০ হাজার|১,৫০,০০০",
    ("percent", "125 %"): "১২৫%|একশ পঁচিশ শতাংশ|শতকরা একশো পঁচিশ",
    ("money", "550 টাকা"): "৫৫০ টাকা|পাঁচশ পঞ্চাশ টাকা|পাঁচশো পঞ্চাশ টাকার",
    ("money", "1250000000 টাকা"): "১২৫ কোটি টাকা|একশ পঁচিশ কোটি টাকা",
    ("count", "102 জন"): "১০২ জন|একশ দুই জন",
    ("count", "5000 জন"): "৫ হাজার জন|৫,০০০ জন|পাঁচ হাজার জন",
    ("ordinal", "1"): "১ম|1st|১ ম",
    ("number", "3500"): "সাড়ে তিন হাজার|সাড়ে ৩ হাজার|৩ হাজার ৫০০|৩.৫ হাজার|সাড়ে তিন হাজারের",
    ("number", "750"): "সাড়ে সাতশ|সাতশো পঞ্চাশ",
    ("money", "17500000 টাকা"): "পৌনে দুই কোটি টাকা|১.৭৫ কোটি টাকা|১ কোটি ৭৫ লাখ টাকা",
    ("money", "125000 টাকা"): "সোয়া লাখ টাকা|সোয়া এক লাখ টাকা|১ লাখ ২৫ হাজার টাকা",
    ("percent", "3.5 %"): "সাড়ে তিন শতাংশ|সাড়ে ৩%|৩.৫%|শতকরা সাড়ে তিন",
}


@pytest.mark.parametrize(
    ("unit", "text"), [(unit, text) for unit, texts in SAME.items() for text in texts.split("|")]
)
def test_ways_of_writing_are_one_unit(unit: tuple[str, str], text: str) -> None:
    """The unit covers the whole text, whichever way it is written."""
    (found,) = units(text)
    assert (found.kind, found.value) == unit
    assert (found.start, found.end) == (0, len(analyze(text)))


@pytest.mark.parametrize("unit", [unit for unit in SAME if unit[0] != "ordinal"])
def test_one_unit_has_one_set_of_alternatives(unit: tuple[str, str]) -> None:
    """The same is searched for, however it is typed."""
    assert len({units(text)[0].alternatives for text in SAME[unit].split("|")}) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, []) for text in ("না মার্চ", "বার বার", "মার্চ ২০২০", "একজন মানুষ", "একটি", "কোভিড-১৯")),
        *((text, []) for text in ("বিষ", "সৎ", "দোষ", "প্রথম আলো", "একুশে পদক", "নয় মাস", "তিন", "বারের")),
        ("৪৫ মার্চ", [("number", "45")]),
        ("০ মার্চ", []),
        *(
            (text, [])
            for text in ("২০২০-১২-১৬", "২০২০-২১-২০২২", "৭-২০২০-২১", "২০২০-১৯", "২০২০-২০", "২০২০-২১৯")
        ),
        *((text, []) for text in ("৯২০-২১", "২০২০.২১", "২০২০-২১২০", "২০২০-২১২১", "সাল-২০")),
        ("১২০০০ সালে", [("number", "12000")]),
        *((text, []) for text in ("সাড়ে", "পৌনে তৃতীয়", "সোয়া নদী", "সাড়ে ২.৫")),
        ("সাড়ে ৮টায়", [("number", "8")]),
        ("সাড়ে তিনজন", [("count", "3 জন")]),
        ("সাড়ে তিন হাজার জন", [("count", "3500 জন")]),
    ],
)
def test_other_words_are_no_units(text: str, expected: list[tuple[str, str]]) -> None:
    """Words that look like a number, and numbers that are no day or year, are no units."""
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("২১শে আগস্ট গ্রেনেড হামলা", ["date"]),
        ("মার্চের ৭ মার্চ", ["date"]),
        ("মার্চে ৯ জন নিহত", ["count"]),
        ("মার্চে ৯ কোটি টাকা", ["money"]),
        ("মার্চ ৭, ২০২০", ["date"]),
        ("march 7 speech", ["date"]),
        ("১০ মার্চে ৯ জন নিহত", ["date", "count"]),
        ("২৬ মার্চ ১৯৭১ সালে", ["date", "year"]),
        ("৭ মার্চ থেকে ১০ এপ্রিল", ["date", "date"]),
        ("৫০% ছাড়ে ৫০০ টাকা", ["percent", "money"]),
    ],
)
def test_units_stand_beside_each_other(text: str, kinds: list[str]) -> None:
    """Each word belongs to at most one unit."""
    assert [kind for kind, _ in said(text)] == kinds


@pytest.mark.parametrize("text", ["উনিশশো একাত্তর", "উনিশশ একাত্তরের", "উনিশশত একাত্তর"])
def test_what_is_spoken_after_hundreds_belongs_to_them(text: str) -> None:
    """A year in words may lack সাল; digits are the usual way."""
    (year,) = units(text)
    assert (year.kind, year.value, year.end) == ("number", "1971", 2)
    assert [way.text for way in year.alternatives[:2]] == ["1971", "উনিশশ একাত্তর"]


@pytest.mark.parametrize("text", ["হাজার টাকা", "লাখ জন", "কোটি শতাংশ", "হাজার বছর"])
def test_a_thousand_without_its_count_is_no_unit(text: str) -> None:
    """The words are also part of ৭৫ হাজার টাকা."""
    assert not said(text)


@pytest.mark.parametrize("text", ["১ হাজার টাকা", "১০০০ টাকা", "এক লাখ টাকা", "১ কোটি টাকা", "১০০০ জন"])
def test_one_of_a_scale_is_written_with_its_count(text: str) -> None:
    """Otherwise ১ লাখ টাকা would find every sum of lakhs."""
    (unit,) = units(text)
    scales = {"হাজার", "লাখ", "লক্ষ", "কোটি", "সহস্র"}
    assert scales.isdisjoint(way.tokens[0].exact for way in unit.alternatives)
    assert any(way.text.startswith("এক ") for way in unit.alternatives)


@pytest.mark.parametrize(("text", "value"), [("দুইশত", "200"), ("২০০", "200"), ("দেড়শ", "150"), ("৯৫০", "")])
def test_hundreds_are_a_number_by_themselves(text: str, value: str) -> None:
    """Hundreds are a number where one word says them."""
    assert said(text) == ([("number", value)] if value else [])


@pytest.mark.parametrize(("text", "start"), [("পৌনে ১২টার দিকে", 1), ("সাড়ে ৮টায়", 1), ("সাড়ে সাতশজন", 0)])
def test_hours_are_counted_without_their_fraction(text: str, start: int) -> None:
    """The fraction stays a word of its own."""
    (unit,) = units(text)
    assert (unit.start, unit.end) == (start, 2)


def test_one_and_a_half_has_its_own_words() -> None:
    """সাড়ে এক is not Bengali."""
    said_so = [way.text for text in ("দেড় লাখ", "আড়াই লাখ") for way in units(text)[0].alternatives]
    assert {"দেড় লাখ", "আড়াই লাখ"} <= {*said_so}
    assert not any(canonical("সাড়ে") in way for way in said_so)
    assert canonical("সাড়ে তিন লাখ") in {way.text for way in units("৩.৫ লাখ")[0].alternatives}


@pytest.mark.parametrize("text", ["২০০০", "১০০০", "৫০০১"])
def test_years_and_other_numbers_are_themselves(text: str) -> None:
    """২০০০ is mostly a year."""
    assert said(text) == []


@pytest.mark.parametrize("text", ["একশ ২৫", "১০০ পঁচিশ", "একশ দুইজন", "বাইশ শ"])
def test_other_adjacent_numbers_stay_apart(text: str) -> None:
    """Digits are not joined as number words are."""
    assert all(unit.end == unit.start + 1 for unit in units(text))


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("7 march", ["7 মার্চ", "07 মার্চ", "সাতই মার্চ", "মার্চ 7 তারিখ"]),
        ("২১শে ফেব্রুয়ারি", ["একুশে ফেব্রুয়ারি"]),
        ("১লা বৈশাখ", ["পহেলা বৈশাখ", "পয়লা বৈশাখ"]),
        ("১ম", ["প্রথম"]),
        ("২১শে", ["একুশে"]),
        ("২৫তম", ["পঁচিশতম"]),
        ("৫ হাজার টাকা", ["5000 টাকা", "পাঁচ হাজার টাকা"]),
    ],
)
def test_texts_write_it_so(typed: str, ways: list[str]) -> None:
    """The usual ways are among the variants, all with full weight."""
    (unit,) = units(typed)
    assert set(ways) <= {way.text for way in unit.alternatives if way.weight == 1}


def test_the_usual_way_comes_first_and_no_date_is_loose() -> None:
    """A number alone never matches a date."""
    (date,) = units("সাতই মার্চ")
    assert date.alternatives[0].text == "7 মার্চ"
    assert all(len(way.tokens) > 1 and way.weight == 1 for way in date.alternatives)


def test_what_an_index_cannot_tell_from_a_number_weighs_little() -> None:
    """For ৫০% an index has only 50."""
    (share,) = units("৫০ শতাংশ")
    assert [(way.text, way.weight) for way in share.alternatives if len(way.tokens) == 1] == [("50", LOOSE)]


def test_every_number_to_a_hundred_has_its_words() -> None:
    """Each of these words is read as that number, and as no other."""
    for number in range(101):
        words = in_words(Decimal(number), "cardinal")
        assert words, number
        for word in words:
            (token,) = analyze(word)
            numeral = read_numeral(token)
            assert numeral is not None
            assert numeral.value == number, word


def again(texts: list[str], unit: tuple[str, str]) -> None:
    """Check that each text is this unit and nothing else."""
    for text in texts:
        assert said(text) == [unit], text


@given(st.integers(1, 31), st.sampled_from(months()))
def test_dates_read_again_are_the_same(day: int, month: object) -> None:
    """Every spelling of a date reads as that date."""
    again(list(date_spellings(day, month)), ("date", f"{day} {month.name}"))  # type: ignore[arg-type, attr-defined]


@given(st.integers(1500, 2199))
def test_years_read_again_are_the_same(year: int) -> None:
    """Every spelling of a year reads as that year."""
    again(list(year_spellings(year)), ("year", f"{year}"))


@given(st.integers(5, 100), st.integers(1, 999), st.integers(1, 10**10))
@example(5, 1, 100_001)
@example(5, 1, 1_001)
def test_quantities_read_again_are_the_same(number: int, share: int, money: int) -> None:
    """Spellings of numbers, people, percentages and sums of money read as the same quantity."""
    again(list(number_spellings(Decimal(number))), ("number", f"{number}"))
    again(list(count_spellings(number, "জন")), ("count", f"{number} জন"))
    again(list(percent_spellings(Decimal(share))), ("percent", f"{share} %"))
    again([f"{number} টাকা" for number in sum_spellings(Decimal(money))], ("money", f"{money} টাকা"))


@given(mixed_text)
def test_any_text_has_units_in_order(text: str) -> None:
    """Units follow each other, lie within the query and contain words; no text fails."""
    tokens = analyze(text)
    end = 0
    for unit in find_units(text, tokens):
        assert end <= unit.start < unit.end <= len(tokens)
        assert all(way.tokens for way in unit.alternatives)
        assert unit.alternatives
        end = unit.end


UNIT_WORDS = (
    "মার্চ",
    "মাস",
    "তারিখ",
    "টাকা",
    "ডলার",
    "শতকরা",
    "শতাংশ",
    "সাল",
    "জন",
    "ভাগ",
    "march",
    "taka",
    "%",
    "৳",
    "নদী",
)


@pytest.mark.parametrize("text", ["9" * 5_000 + "-21", "2020-" + "1" * 5_000, "২০২০-২১-" + "৩" * 5_000])
def test_digits_beyond_what_python_makes_a_number_of_are_no_years(text: str) -> None:
    """Python refuses over 4,300 digits, and nobody means a year by them."""
    assert units(text) == []


@given(st.lists(st.sampled_from(UNIT_WORDS), max_size=5).map(" ".join))
def test_without_a_number_no_rule_sees_a_unit(text: str) -> None:
    """A text without a number has no unit, so that no rule need be tried."""
    tokens = analyze(text)
    row = UnitWords(text, tokens)
    assert not any(map(read_numeral, tokens))
    assert not any(rule(row, at) for rule in _RULES for at in range(len(tokens)))


@pytest.mark.parametrize("digits", ["8" * 40, "9" * 15 + "000", "১" * 60])
@pytest.mark.parametrize("unit", ["", " কোটি টাকা", " টাকা", "%", " লাখ কোটি কোটি কোটি", " মার্চ", "শে"])
def test_a_row_of_digits_of_any_length_is_searched(sample_engine: Engine, digits: str, unit: str) -> None:
    """A long row of digits is searched for as typed, for it is no number with other spellings."""
    for text in (digits + unit, digits[:15] + unit):
        assert sample_engine.search(text).total_all == 0
        sample_engine.suggest(text)
