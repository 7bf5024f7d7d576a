"""A query for somebody's poems finds those poems, though few of them contain the word poem."""

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.search.retrieval.budget import TimeBudget, in_turn, lacking_now
from onneshon.search.understanding.author_names import AuthorNames
from onneshon.search.understanding.works import Asked, AuthorWorks

NAMES = {
    "রবীন্দ্রনাথ ঠাকুর": 40,
    "শামসুর রাহমান": 30,
    "হুমায়ূন আহমেদ": 20,
    "নির্মলেন্দু গুণ": 9,
    "ঢাকা প্রতিনিধি": 9,
}
HELD = {"ঢাকা": 500, "রবীন্দ্রনাথ": 5}
"""Document frequencies by word."""


@pytest.fixture(scope="module")
def works() -> AuthorWorks:
    """Works by the authors above, in a few categories."""
    names = AuthorNames(lambda: NAMES)
    return AuthorWorks(names, lambda: ("সনেট", "প্রেমের কবিতা", "ছড়া"), lambda stem: HELD.get(stem, 10))


@pytest.mark.parametrize(
    ("typed", "author", "name"),
    [
        ("শামসুর রাহমানের কবিতা", "শামসুর রাহমান", "শামসুর রাহমানের"),
        ("শামসুর রাহমান এর লেখা বই", "শামসুর রাহমান", "শামসুর রাহমান"),
        ("কবিতা শামসুর রাহমান", "শামসুর রাহমান", "শামসুর রাহমান"),
        ("রবীন্দ্রনাথের গান", "রবীন্দ্রনাথ ঠাকুর", "রবীন্দ্রনাথের"),
        ("humayun ahmed boi", "হুমায়ূন আহমেদ", "humayun ahmed"),
        ("nirmalendu gooner kobita", "নির্মলেন্দু গুণ", "nirmalendu gooner"),
    ],
)
def test_a_name_beside_a_word_for_works_asks_for_these(
    works: AuthorWorks, typed: str, author: str, name: str
) -> None:
    """The name may be in either script, in the genitive or not; one rare word of it is enough."""
    asked = works.asked(typed)
    assert asked
    assert (asked.authors, asked.name, asked.category) == ((author,), name, "")
    assert typed[asked.start :].startswith(name)


@pytest.mark.parametrize(
    ("typed", "category"),
    [
        ("শামসুর রাহমানের সনেট", "সনেট"),
        ("শামসুর রাহমানের প্রেমের কবিতা", "প্রেমের কবিতা"),
        ("রবীন্দ্রনাথের সনেট", "সনেট"),
        ("রবীন্দ্রনাথের লেখা ছড়া", ""),
        ("রবীন্দ্রনাথের ছড়া", "ছড়া"),  # also a word for works
        ("শামসুর রাহমান সনেট", "সনেট"),
        ("শামসুর রাহমান ছড়া", "ছড়া"),
        ("ছড়া শামসুর রাহমান", "ছড়া"),
        ("সনেট শামসুর রাহমানের", "সনেট"),
        ("সনেট নদী শামসুর রাহমান", ""),
    ],
)
def test_a_name_beside_a_category_asks_for_works_in_it(works: AuthorWorks, typed: str, category: str) -> None:
    """A name with a category alone asks for the author's works in it."""
    asked = works.asked(typed)
    assert asked
    assert asked.category == category


def test_a_category_without_a_word_is_not_asked_for_by_no_words() -> None:
    """A name with a word for works alone asks for all of them."""
    works = AuthorWorks(AuthorNames(lambda: NAMES), lambda: ("—", "সনেট"), lambda stem: HELD.get(stem, 10))
    asked = works.asked("শামসুর রাহমানের কবিতা")
    assert asked
    assert (asked.category, asked.works) == ("", "কবিতা")


@pytest.mark.parametrize(
    ("typed", "name", "others", "said"),
    [
        ("আকাশ শামসুর রাহমান", "শামসুর রাহমান", "আকাশ", ""),
        ("শামসুর রাহমানের মৃত্যু", "শামসুর রাহমানের", "মৃত্যু", ""),
        ("রবীন্দ্রনাথের সোনার তরী", "রবীন্দ্রনাথের", "সোনার তরী", ""),
        ("সোনার তরী, রবীন্দ্রনাথ ঠাকুর", "রবীন্দ্রনাথ ঠাকুর", "সোনার তরী", ""),
        ("শামসুর রাহমানের কবিতা নদী", "শামসুর রাহমানের", "নদী", "কবিতা"),
        ("নদী শামসুর রাহমান কবিতা", "শামসুর রাহমান", "নদী", "কবিতা"),
        ("দুটি কবিতা শামসুর রাহমান", "শামসুর রাহমান", "দুটি কবিতা", ""),  # a title
        ("নদী নির্মলেন্দুগুণ", "নির্মলেন্দুগুণ", "নদী", ""),
    ],
)
def test_a_name_beside_other_words_is_the_author_or_in_the_text(
    works: AuthorWorks, typed: str, name: str, others: str, said: str
) -> None:
    """A word for works apart from the other words only adds to the score."""
    asked = works.asked(typed)
    assert asked
    assert (asked.name, asked.others, asked.works) == (name, others, said)


@pytest.mark.parametrize(
    "typed",
    [
        "মির্জা ফখরুলের লেখা",  # no author
        "ঢাকা নদী",
        "ঢাকার গান",  # in many articles, few of them by that author
        "নদীর গান",
        "কবিতা গান",
        "",
    ],
)
def test_a_name_without_texts_and_a_word_of_many_texts_are_no_author(works: AuthorWorks, typed: str) -> None:
    """A query without an author's name, or with one that is a common word, asks for nobody's works."""
    assert works.asked(typed) is None


@pytest.mark.parametrize(
    ("authors", "name", "spelt"),
    [
        (("শামসুর রহমান", "শামসুর রাহমান"), "শামসুর রাহমান", True),
        (("হাসান আজিজুল হক",), "আজিজুল হক", True),
        (("শামসুর রহমান", "শামসুর রাহমান"), "shamsur rahman", False),
    ],
)
def test_a_name_is_spelt_as_asked_where_one_of_its_authors_has_it_so(
    authors: tuple[str, ...], name: str, spelt: bool
) -> None:
    """The others may only sound like it."""
    assert Asked(authors, name).is_spelt == spelt


def test_names_and_categories_of_a_part_of_the_articles_are_not_kept() -> None:
    """Once all names and categories are known, they are kept."""
    lost = True

    def told(values: dict[str, int]) -> dict[str, int]:
        if lost:
            lacking_now()
        return dict([*values.items()][lost:])

    names = AuthorNames(lambda: told({"শামসুর রাহমান": 30, "রহিম": 20}))
    works = AuthorWorks(names, lambda: told({"সনেট": 5, "ছড়া": 4}), len)
    with in_turn(TimeBudget()):
        assert works.asked("শামসুর রাহমানের সনেট") is None
        assert works.asked("রহিমের সনেট") == Asked(("রহিম",), "রহিমের", others="সনেট")
    lost = False
    with in_turn(TimeBudget()):
        asked = works.asked("শামসুর রাহমানের সনেট")
    assert asked == Asked(("শামসুর রাহমান",), "শামসুর রাহমানের", 0, "", "সনেট", "সনেট")


ARTICLES = [
    Article("about", "শামসুর রাহমান স্মরণে", "তাঁর কবিতা সবার মুখে।", author="নিজস্ব প্রতিবেদক"),
    Article("by", "সাবান", "ফেনা আর জল।", author="শামসুর রাহমান", category="সনেট"),
    Article("also by", "ঘর", "একটি কবিতা, নদীর।", author="শামসুর রাহমান"),
    Article("other", "কবিতা", "কবিতা নিয়ে কবিতা, রাহমান সাহেবের।", author="রহিম", category="সনেট"),
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("শামসুর রাহমানের কবিতা", ["also by", "by", "about"]),
        ("shamsur rahmaner kobita", ["also by", "by", "about"]),
        ("শামসুর রাহমানের কবিতা AND", ["also by", "by", "about"]),
        ("OR শামসুর রাহমানের কবিতা", ["also by", "by", "about"]),
        ("শামসুর রাহমান", ["about", "also by", "by"]),
        ("শামসুর রাহমানের সনেট", ["by"]),
    ],
)
def test_works_are_found_whether_they_say_what_they_are_or_not(typed: str, found: list[str]) -> None:
    """Works come before articles that only name the author, those that name their kind first.

    If the name alone is typed, such articles come first. None lacks a word.
    """
    with Engine.of(ARTICLES) as engine:
        page = engine.search(typed)
        assert [hit.id for hit in page] == found
        assert {hit.missing for hit in page} == {()}
        assert page.authors == ("শামসুর রাহমান",)


BESIDE = [
    Article("title", "সাবান", "ফেনা আর জল।", author="শামসুর রাহমান"),
    Article("body", "ঘর", "সাবান, জল।", author="শামসুর রাহমান"),
    Article("signed", "পথ", "ফেনা, শামসুর রাহমান", author="শামসুর রাহমান"),
    Article("about", "শামসুর রাহমান স্মরণে", "সাবান মাখা সকাল।", author="রহিম"),
    Article("named", "শামসুর রাহমান", "শামসুর রাহমান কেমন আছেন?", author="রহিম"),
    Article("others", "সাবান", "সাবান আর সাবান", author="রহিম"),
    *(Article(f"x{number}", "মেঘ", "ঘন মেঘ", author="করিম") for number in range(60)),
]


@pytest.mark.parametrize(
    "typed", ["সাবান শামসুর রাহমান", "শামসুর রাহমানের সাবান", "saban shamsur rahman", "শামসুর রাহমানের কবিতা সাবান"]
)
def test_a_title_beside_its_author_finds_the_work_first(typed: str) -> None:
    """The work comes before those with the name in their text; no article by or about the author lacks it."""
    with Engine.of(BESIDE) as engine:
        page = engine.search(typed, explain=True)
    assert page.authors == ("শামসুর রাহমান",)
    assert next(hit.id for hit in page) == "title"
    assert {hit.id for hit in page if not hit.missing} == {"title", "body", "about"}
    assert page.total_all == 3
    assert {hit.missing[0].split()[-1] for hit in page if hit.id in {"signed", "named"}} <= {"সাবান", "saban"}
    (missing,) = next(hit for hit in page if hit.id == "others").missing
    assert missing in {"শামসুর রাহমান", "শামসুর রাহমানের", "shamsur rahman"}
    for hit in page:
        assert hit.explanation is not None
        assert hit.score == pytest.approx(hit.explanation.score, abs=1e-4)
        assert hit.score == pytest.approx(sum(part.score for part in hit.explanation.parts), abs=1e-4)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("nirmalendu goon", [("nirmalendu goon", "নির্মলেন্দু গুণ")]),
        ("boi nirmalendu goon", [("boi", "বই"), ("nirmalendu goon", "নির্মলেন্দু গুণ")]),
    ],
)
def test_what_sounds_like_an_author_is_read_as_the_name(typed: str, read: list[tuple[str, str]]) -> None:
    """An author's name by sound is not read as other words of that sound."""
    articles = [
        Article("1", "মেঘ", "ঘন মেঘ, ঘন বন, বই।", author="নির্মলেন্দু গুণ"),
        Article("2", "বন", "ঘন বন, নির্মল আকাশ।", author="রহিম"),
    ]
    with Engine.of(articles) as engine:
        page = engine.search(typed)
        assert [(reading.typed, reading.word) for reading in page.readings] == read
        assert [hit.id for hit in page] == ["1"]
        assert page.understanding
        assert page.understanding.understood == " ".join(word for _, word in read)


@pytest.mark.parametrize("typed", ["মেলা AND", "AND মেলা", "মেলা"])
def test_an_operator_that_joins_nothing_is_no_word_of_an_author(typed: str) -> None:
    """The operator is ignored, even if an author's name has the word."""
    articles = [Article("1", "মেলা", "পাখি"), Article("2", "নদী", "নদী", author="Karim and Rahim")]
    with Engine.of(articles) as engine:
        assert [hit.id for hit in engine.search(typed)] == ["1"]
