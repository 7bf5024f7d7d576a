"""The beginning of an author's name is completed to the whole name."""

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.search.retrieval.budget import lacking_now
from onneshon.search.retrieval.facets import Filters
from onneshon.search.understanding.author_names import SUGGESTED_AT_MOST, AuthorBeginnings

NAMES = [
    "শামসুর রাহমান", "সৈয়দ শামসুল হক", "মোহাম্মদ রফিক", "নির্মলেন্দু গুণ", "ড. রফিক আজাদ", "রফিকুল হক", "রফিকউদ্দিন", "",
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("শাম", ["শামসুর রাহমান", "সৈয়দ শামসুল হক"]),
        ("শামসুর", ["শামসুর রাহমান"]),
        ("shams", ["শামসুর রাহমান", "সৈয়দ শামসুল হক"]),
        ("রাহমা", ["শামসুর রাহমান"]),
        ("nirmal", ["নির্মলেন্দু গুণ"]),
        ("nirmalendu g", ["নির্মলেন্দু গুণ"]),
        ("নির্মলেন্দু গ", ["নির্মলেন্দু গুণ"]),
        ("নির্মল গ", []),
        ("মো. রফি", ["মোহাম্মদ রফিক"]),
        ("রফিক", ["মোহাম্মদ রফিক", "ড. রফিক আজাদ", "রফিকুল হক"]),
        ("ni", []),
        ("নি", []),
        ("গুণ নির্মলেন্দু", []),
        ("নির্মলেন্দু গুণ কবি", []),
        ("নদী", []),
        ("", []),
        (" ", []),
    ],
)
def test_names_go_on_from_their_beginning(typed: str, names: list[str]) -> None:
    """Names are completed in either script and from any of their words; the most frequent three are shown."""
    assert AuthorBeginnings(NAMES).of(typed) == names


def test_rare_authors_among_very_many_are_not_suggested() -> None:
    """Every author whose name begins with the same sound is examined at each keystroke."""
    names = [*(f"লেখক {number}" for number in range(SUGGESTED_AT_MOST)), "নির্মলেন্দু গুণ"]
    assert AuthorBeginnings(names).of("নির্মলে") == []
    assert AuthorBeginnings(names[1:]).of("নির্মলে") == ["নির্মলেন্দু গুণ"]


def test_an_author_is_suggested_with_what_a_search_for_the_name_finds() -> None:
    """The name comes after the likeliest word, also where no article's text contains it."""
    articles = [
        *(Article(str(number), "নির্মল নদী", "কবিতা", author="নির্মলেন্দু গুণ") for number in range(3)),
        Article("another", "নির্মল চর", "নির্মলেন্দু গুণ স্মরণে", author="রহিম"),
        Article("unnamed", "আকাশ", "পাখি", author="জয় গোস্বামী"),
    ]
    with Engine.of(articles) as engine:
        rows = [(row.text, row.kind, row.count) for row in engine.suggest("নির্মল")]
        assert rows[:2] == [("নির্মল", "word", 4), ("নির্মলেন্দু গুণ", "phrase", 4)]
        assert [(row.text, row.count) for row in engine.suggest("joy gos")] == [("জয় গোস্বামী", 1)]


def test_names_of_a_part_of_the_articles_are_suggested_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are suggested once those of all articles are known."""

    def lacking(_filters: Filters, _name: str) -> dict[str, int]:
        lacking_now()
        return {}

    with Engine.of([Article("1", "আকাশ", "পাখি", author="জয় গোস্বামী")]) as engine:
        with monkeypatch.context() as patched:
            patched.setattr(Filters, "counted", lacking)
            assert engine.suggest("joy gos") == []
        assert [row.text for row in engine.suggest("joy gos")] == ["জয় গোস্বামী"]
