"""How texts write numbers, days, years and sums, and the limits of each way."""

from decimal import Decimal

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.search.understanding.numerals import Numeral, in_words, plain, read_numeral
from onneshon.search.understanding.unit_spellings import (
    count_spellings,
    date_spellings,
    in_digits_and_words,
    number_spellings,
    percent_spellings,
    sum_spellings,
    year_spellings,
)
from onneshon.search.understanding.unit_words import months
from onneshon.search.understanding.units import LOOSE, find_units


@pytest.mark.parametrize(
    ("day", "ending"),
    [(1, "লা"), (2, "রা"), (3, "রা"), (4, "ঠা"), (5, "ই"), (18, "ই"), (19, "শে"), (31, "শে")],
)
def test_a_day_has_the_ending_that_is_spoken(day: int, ending: str) -> None:
    """The ending is of the spoken number; the first nine are also written with a zero."""
    march = next(month for month in months() if month.name == "মার্চ")
    assert march
    ways = [*date_spellings(day, march)]
    assert f"{day} {ending} মার্চ" in ways
    assert (f"0{day} মার্চ" in ways) == (day <= 9)
    assert ways[0] == f"{day} মার্চ"
    assert {f"মার্চ মাসের {day} তারিখ", f"march {day}"} <= {*ways}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (1, {"পহেলা", "পয়লা"}),
        (4, {"চৌঠা"}),
        (5, {"পাঁচই", "পাচই"}),
        (18, {"আঠারোই", "আঠারই", "আঠেরোই"}),
        (19, {"উনিশে", "ঊনিশে"}),
        (31, {"একত্রিশে"}),
        (32, set()),
    ],
)
def test_a_day_has_its_words(day: int, words: set[str]) -> None:
    """A month has 31 days."""
    assert {*in_words(Decimal(day), "day")} == words


@pytest.mark.parametrize(
    ("number", "ordinals"),
    [(10, ("দশম",)), (11, ("এগারোতম", "একাদশ")), (1, ("প্রথম",)), (25, ("পঁচিশতম",)), (32, ("বত্রিশতম",))],
)
def test_from_eleven_on_words_count_by_an_ending(number: int, ordinals: tuple[str, ...]) -> None:
    """The ending is as frequent as the Sanskrit forms."""
    assert in_words(Decimal(number), "ordinal") == ordinals


@pytest.mark.parametrize(
    ("hundreds", "words"),
    [(100, True), (200, True), (900, True), (1000, False), (1100, True), (1900, True), (2000, False)],
)
def test_hundreds_are_spoken_to_nineteen(hundreds: int, words: bool) -> None:
    """Ten hundreds are spoken as a thousand."""
    spoken = in_words(Decimal(hundreds), "cardinal")
    assert any(word.endswith(("শ", "শো", "শত")) for word in spoken) == words


@pytest.mark.parametrize(
    ("year", "short"),
    [(1929, False), (1930, True), (2004, False), (2005, True), (2029, True), (2030, False), (1971, True)],
)
def test_a_year_of_these_days_has_a_short_form(year: int, short: bool) -> None:
    """A recent year has its last two digits as a short form, unless these are too low for a year."""
    assert (f"{year % 100:02} সাল" in {*year_spellings(year)}) == short
    words = {f"{word} সাল" for word in in_words(Decimal(year % 100), "cardinal")}
    assert (words <= {*year_spellings(year)}) == short


@pytest.mark.parametrize(("year", "era"), [(1499, "বঙ্গাব্দ"), (1500, "খ্রিস্টাব্দ")])
def test_a_year_is_of_one_era(year: int, era: str) -> None:
    """Lower numbers are years of the Bengali era."""
    eras = [way.split()[1] for way in year_spellings(year) if "াব্দ" in way]
    assert era in eras
    assert len(eras) == (1 if era == "বঙ্গাব্দ" else 2)


@pytest.mark.parametrize(
    ("value", "ways"),
    [
        ("200", ["200", "দুইশ", "দুশ", "দুইশো", "দুশো", "দুইশত", "দুশত"]),
        ("7", ["7", "সাত"]),
        ("101", ["101", "একশ এক"]),
        ("1000", ["1000"]),
    ],
)
def test_a_number_is_in_digits_and_in_words(value: str, ways: list[str]) -> None:
    """Digits come first; then words, among them those spoken in hundreds."""
    found = [*in_digits_and_words(Decimal(value))]
    assert found[0] == ways[0]
    assert {*ways} <= {*found}
    assert value == "101" or len(found) <= 8


@pytest.mark.parametrize(
    ("number", "words"), [(4, ()), (5, ("5", "পাঁচ", "পাচ")), (9, ("9",)), (100, True), (101, ())]
)
def test_numbers_that_are_nothing_else_have_words(number: int, words: tuple[str, ...] | bool) -> None:
    """Numbers from five to a hundred have words, except নয়, which also means *not*."""
    found = number_spellings(Decimal(number))
    assert found == words if isinstance(words, tuple) else found[0] == f"{number}"
    assert len(found) != 1 or number == 9


@pytest.mark.parametrize(
    ("total", "ways", "others"),
    [
        ("999", {"999 টাকা"}, {"0.999 হাজার টাকা"}),
        ("1000", {"1 হাজার টাকা", "1000 টাকা", "এক হাজার টাকা"}, set()),
        ("150000", {"1.5 লাখ টাকা", "1.5 লক্ষ টাকা", "1 লাখ 50 হাজার টাকা", "1 লক্ষ 50 হাজার টাকা"}, set()),
        ("123456", {"1 লাখ 23 হাজার 456 টাকা", "123456 টাকা"}, {"1.23456 লাখ টাকা"}),
        ("1251000", {"12.51 লাখ টাকা"}, set()),
        ("9999999", {"9999999 টাকা"}, set()),
        ("10000000", {"1 কোটি টাকা"}, {"10000000 টাকা", "100 লাখ টাকা"}),
        ("10000001", {"1 কোটি 1 টাকা"}, set()),
    ],
)
def test_a_sum_is_written_in_the_scales_in_which_it_is_spoken(
    total: str, ways: set[str], others: set[str]
) -> None:
    """A sum is in the greatest scale it reaches, with at most two decimals unless all are shown."""
    found = {f"{number} টাকা" for number in sum_spellings(Decimal(total))}
    assert ways <= found
    assert found.isdisjoint(others)


def test_a_share_is_written_in_four_ways() -> None:
    """The number may be in words too."""
    assert [*percent_spellings(Decimal(50))] == [
        "50 শতাংশ",
        "শতকরা 50",
        "পঞ্চাশ শতাংশ",
        "শতকরা পঞ্চাশ",
        "50 পার্সেন্ট",
        "50 percent",
    ]


def test_people_are_counted_in_one_word_or_two() -> None:
    """Digits are written apart."""
    assert [*count_spellings(4, "জন")] == ["4 জন", "চারজন", "চার জন"]


@pytest.mark.parametrize(
    ("value", "text"), [("1.50", "1.5"), ("100", "100"), ("2.00", "2"), ("1E+3", "1000"), ("0", "0")]
)
def test_a_number_is_written_plainly(value: str, text: str) -> None:
    """Zeros before a decimal point are kept."""
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("typed", "numeral"),
    [
        ("নয়", Numeral(Decimal(9), alone=False)),
        ("পাঁচ", Numeral(Decimal(5))),
        ("চার", Numeral(Decimal(4), alone=False)),
        ("একশ", Numeral(Decimal(100))),
        ("দুইশ", Numeral(Decimal(200))),
        ("চারজনের", Numeral(Decimal(4), counter="জন", alone=False)),
        ("প্রথমজন", None),
        ("৩টির", Numeral(Decimal(3), digits=True, counter="টি")),
        ("১ম", Numeral(Decimal(1), "ordinal", digits=True)),
        ("১লা", Numeral(Decimal(1), "day", digits=True)),
        ("১৯৭১-এর", Numeral(Decimal(1971), digits=True)),
        ("সাতই", Numeral(Decimal(7), "day")),
        ("সাতের", Numeral(Decimal(7))),
        ("সৎ", None),
        ("নদী", None),
    ],
)
def test_a_word_says_a_number(typed: str, numeral: Numeral | None) -> None:
    """The result has its ending, what it counts, and whether it may be another word."""
    (token,) = analyze(typed)
    assert read_numeral(token) == numeral


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("৩১ মার্চ", [("date", "31 মার্চ")]),
        ("৩২ মার্চ", [("number", "32")]),
        ("২১৯৯ সালে", [("year", "2199")]),
        ("২২০০ সালে", []),
        ("১০০০ সালে", [("year", "1000")]),
        ("৯৯৯ সালে", []),
        ("৩০ সালে", [("year", "1930")]),
        ("২৯ সালে", [("year", "2029")]),
        ("৫ সালে", [("year", "2005")]),
        ("৪ সালে", []),
        ("১০০ সালে", [("number", "100")]),
        ("২ কোটি ৩ লাখ টাকা", [("money", "20300000 টাকা")]),
        ("০ টাকা", []),
        ("১.৫ জন", []),
        ("এক জন", []),
        ("১ জন", [("count", "1 জন")]),
        ("দুই জন", [("count", "2 জন")]),
        ("১.৫ মার্চ", []),
        ("১০০", [("number", "100")]),
        ("১০১", []),
        ("৪", []),
        ("একশ নিরানব্বই শতাংশ", [("percent", "199 %")]),
        ("শতকরা ৫০ ভাগ", [("percent", "50 %")]),
        ("৫০ ভাগ", [("number", "50")]),
    ],
)
def test_a_unit_ends_where_numbers_are_no_such_thing(text: str, units: list[tuple[str, str]]) -> None:
    """The units are days, years, plain numbers, whole numbers, and numbers after hundreds."""
    assert [(unit.kind, unit.value) for unit in find_units(text, analyze(text))] == units


@pytest.mark.parametrize(("text", "loose"), [("৯৯,৯৯৯ টাকা", ["99999"]), ("১,০০,০০০ টাকা", [])])
def test_a_great_sum_is_not_meant_by_its_digits_alone(text: str, loose: list[str]) -> None:
    """A sum is usually written in lakhs."""
    (unit,) = find_units(text, analyze(text))
    assert [way.text for way in unit.alternatives if way.weight == LOOSE] == loose
