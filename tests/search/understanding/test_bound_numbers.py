"""Articles with a number next to what it counts rank higher."""

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.search.engine.local_engine import Engine
from onneshon.search.understanding.synonyms import Synonyms, parse_synonyms, shipped_synonyms
from onneshon.search.understanding.unit_words import Measure, UnitWords, bound_numbers
from tests.fakes import article, reader_of


def ways(text: str) -> list[list[str]]:
    """The variants in which texts write each number with its noun."""
    bound = bound_numbers(text, analyze(text), shipped_synonyms())
    return [[way.text for way in number.ways] for number in bound]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("৪ দিনের রিমান্ড", [["4 দিনের", "চার দিনের", "চারদিনের"]]),
        ("তিন যুবক", [["3 যুবক", "তিন যুবক", "তিনযুবক"]]),
        (
            "ঢাকায় ৩ যুবক ও ২ নারী",
            [["3 যুবক", "তিন যুবক", "তিনযুবক"], ["2 নারী", "দুই নারী", "দুইনারী", "দুনারী"]],
        ),
    ],
)
def test_number_and_noun_are_written_so(text: str, written: list[list[str]]) -> None:
    """The number may be in digits or words, and words may also be joined to the noun."""
    assert ways(text) == written


def test_a_measure_is_written_in_full_and_short() -> None:
    """The table of synonyms has the full form and the abbreviation of a unit."""
    (distance,) = ways("৩০ কি.মি. পথ")
    assert {"30 কি.মি", "30 কিলোমিটার", "30 কি মি", "ত্রিশ কিলোমিটার"} <= set(distance)


def test_a_noun_of_several_words_is_counted_as_a_whole() -> None:
    """The number is joined to the first word only; to a synonym it is not joined."""
    table = Synonyms(tuple(parse_synonyms("মাছ ধরা, মৎস্য শিকার\nমাছ ধরা\t=\tমাছধরা\tvariant\tours", "table")))
    text = "৪ মাছ ধরা"
    (number,) = bound_numbers(text, analyze(text), table)
    assert (number.position, number.end) == (0, 3)
    assert [(way.text, way.weight) for way in number.ways] == [
        ("4 মাছ ধরা", 1.0),
        ("চার মাছ ধরা", 1.0),
        ("4 মাছধরা", 0.95),
        ("চার মাছধরা", 0.95),
        ("চারমাছ ধরা", 1.0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "কোভিড-১৯ টিকা",
        "২০২০-২১ বাজেট",
        "৪র্থ দিন",
        "৪",
        "৪ ৫",
        "৪ ও ৫",
        "দুই দিন",
        "৫ km",
        "একজন নেতা",
        "৪জি ইন্টারনেট",
    ],
)
def test_other_numbers_count_nothing(text: str) -> None:
    """Numbers in names and table entries, ordinals, a last number, and একজন as an article are not bound."""
    assert ways(text) == []


ARTICLES = [
    article("apart", "দিন বদলের ৪ নতুন কথায় এক রিমান্ড"),
    article("in-digits", "নেতার ৪ দিনের জন্য নতুন এক রিমান্ড"),
    article("in-words", "নেতার চার দিনের জন্য নতুন এক রিমান্ড"),
    article("joined", "নেতার চারদিনের জন্য নতুন এক রিমান্ড"),
    *[article(f"other-{n}", "নদীর জল") for n in range(20)],
]


@pytest.mark.parametrize("query", ["৪ দিনের রিমান্ড", "চার দিনের রিমান্ড"])
def test_articles_with_both_adjacent_come_first(query: str) -> None:
    """Articles with number and noun adjacent come first in either writing; the others are found as before."""
    with Engine(reader_of(ARTICLES)) as engine:
        found = [hit.id for hit in engine.search(query).hits]
    assert set(found[:2]) == {"in-digits", "in-words"}
    assert set(found[2:]) == {"apart", "joined"}


@pytest.mark.parametrize(
    ("text", "at", "before", "kind", "sign"),
    [
        ("ছাড় ৫০% দাম", 1, False, "percent", True),
        ("ছাড় ৫০ % দাম", 1, False, "percent", True),
        ("৫০%", 0, False, "percent", True),
        ("৫০% দাম", 0, True, "percent", False),
        ("৫০% দাম", 0, False, "money", False),
        ("দাম ৳৫০ মাত্র", 1, True, "money", True),
        ("দাম ৳ ৫০ মাত্র", 1, True, "money", True),
        ("৳৫০", 0, True, "money", True),
        ("দাম ৫০", 1, True, "money", False),
        ("দাম ৫০", 1, False, "money", False),
    ],
)
def test_a_sign_stands_right_at_its_number(text: str, at: int, before: bool, kind: str, sign: bool) -> None:
    """Only spaces may be between a sign and its number; each sign has its own side."""
    found = UnitWords(text, analyze(text)).sign(at, kind, before=before)
    assert (found.kind if isinstance(found, Measure) else "") == (kind if sign else "")


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("কোভিড-১৯ টিকা", [True, True, False]),
        ("নতুন ২০২০-২১ বাজেট", [False, True, True, False]),
        ("৭/৩ ধারা", [True, True, False]),
        ("ধারা ৭ এবং ৩", [False] * 4),
    ],
)
def test_what_is_written_on_to_another_word_is_joined(text: str, joined: list[bool]) -> None:
    """The joint may be a hyphen, a dash or a slash, on either side."""
    tokens = analyze(text)
    words = UnitWords(text, tokens)
    assert [words.joined(at) for at in range(len(tokens))] == joined


@pytest.mark.parametrize("query", ["৪জি ইন্টারনেট", "৫জি ইন্টারনেট", "5g internet", "ফাইভজি ইন্টারনেট"])
def test_a_number_in_a_name_is_said_as_in_english(query: str) -> None:
    """৫জি is read as ফাইভজি, and does not mean five of something."""
    names = ("ফোরজি", "৪জি") if "৪" in query else ("ফাইভজি", "৫জি")
    found = [article(f"{at}", f"{name} ইন্টারনেট") for at, name in enumerate(names)]
    others = [article(f"other{at}", f"{at} জন, ৫ টি নেট, ৪ জি") for at in range(3)]
    engine = Engine(reader_of([*found, *others]))
    assert {hit.id for hit in engine.search(query).hits[:2]} == {"0", "1"}
