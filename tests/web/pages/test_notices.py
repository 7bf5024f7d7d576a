import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.web import create_app

TEXTS = (
    "করোনাভাইরাসের ভ্যাকসিন",
    "করোনা ভাইরাসের টিকা",
    "ঢাকা বিশ্ববিদ্যালয়ের ছাত্র",
    "ঢাকা ও চট্টগ্রাম",
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    """An engine over a few articles that have several readings."""
    return Engine.of([Article(str(at), text, f"{text}, {at}") for at, text in enumerate(TEXTS)])


def _page(engine: Engine, address: str) -> str:
    return create_app(engine).test_client().get(f"{address}&lang=en").get_data(as_text=True)


def _notices(html: str) -> tuple[list[str], list[str]]:
    """The kinds of the visible notices, and of the folded ones."""
    box = re.search(r'<div class="notices">(.*?)</div>', html, re.DOTALL)
    if not box:
        return [], []
    first, _, rest = box[1].partition("<details>")
    return re.findall('class="note ([a-z]+)"', first), re.findall('class="note ([a-z]+)"', rest)


@pytest.mark.parametrize(
    ("address", "first", "behind"),
    [
        ("/search?q=ঢাকা", [], []),
        ("/search?q=ঢাকা&literal=1", ["verbatim"], []),
        ("/search?q=foo:ঢাকা dhaka&group=off", ["field"], ["understood", "apart"]),
        ("/search?q=dhaka&since=xyz&until=abc", ["field"], ["field", "understood"]),
        ("/search?q=ঢাকা&category=খেলা", ["unknown"], []),
    ],
)
def test_one_notice_is_in_sight_and_the_others_behind_it(
    engine: Engine, address: str, first: list[str], behind: list[str]
) -> None:
    """The one that changes the answer most comes first; the rest opens without a script."""
    assert _notices(_page(engine, address)) == (first, behind)


@pytest.mark.parametrize(
    ("address", "first", "behind"),
    [
        ("/search?q=foo:টিকা চট্টগামম&group=off", ["field", "meant"], ["apart"]),
        ("/search?q=dhaka ভ্যাকসিনন", ["understood", "meant"], []),
    ],
)
def test_what_may_be_meant_is_in_sight_where_no_article_has_all_words(
    engine: Engine, address: str, first: list[str], behind: list[str]
) -> None:
    """A reader without the wanted hits need not open a list for it."""
    assert _notices(_page(engine, address)) == (first, behind)


def test_what_else_may_be_meant_stays_behind_where_articles_have_all_words() -> None:
    """Articles with all words may be the ones that were wanted."""
    usual = [Article(str(at), "নগদ লভ্যাংশ", "নগদ লভ্যাংশ") for at in range(60)]
    with Engine.of([*usual, *(Article(f"x{at}", "নগত টাকা", "লভ্যাংশ") for at in range(4))]) as engine:
        kinds = _notices(_page(engine, "/search?q=foo:নগত লভ্যাংশ"))
    assert kinds == (["field"], ["meant"])


def test_how_many_more_there_are_is_said(engine: Engine) -> None:
    """A reader who does not open them knows how many there are."""
    html = _page(engine, "/search?q=dhaka&since=xyz&until=abc")
    assert "<summary>2 more notes</summary>" in html


def test_an_unfinished_word_is_reported_once(engine: Engine) -> None:
    """The completion is part of how the query was read."""
    kinds = _notices(_page(engine, "/search?q=ঢাকা বিশ্ববিদ্যাল"))
    assert [*kinds[0], *kinds[1]].count("understood") <= 1
    assert "unfinished" not in [*kinds[0], *kinds[1]]


@pytest.mark.parametrize("more", ["", "&author=কবির"])
def test_who_types_the_name_of_an_author_is_led_to_what_the_author_wrote(more: str) -> None:
    """The link is shown once, and not where nothing else is shown."""
    with Engine.of([Article("a", "নদী", "চর", author="জয় গোস্বামী")]) as engine:
        first, _ = _notices(html := _page(engine, f"/search?q=joy goswami&category=x{more}"))
        link = 'href="/search?q=*&amp;category=x&amp;author=%E0%A6%9C'
        assert (link in html, "All by the author of this name" in html) == ((not more,) * 2)
        assert not more or "author" not in first


def test_the_author_whose_name_was_typed_is_marked_where_a_hit_is_by_them() -> None:
    """Nothing else in the hit shows why it matches; other authors are not marked."""
    articles = [Article("1", "সাবান", "ফেনা", author="শামসুর রাহমান"), Article("2", "সাবান", "ফেনা", author="রহিম")]
    with Engine.of(articles) as engine:
        client = create_app(engine).test_client()
        named, unnamed = (client.get(f"/search?q={text}").text for text in ("সাবান শামসুর রাহমান", "সাবান"))
    marked = '<mark class="exact"><bdi>শামসুর রাহমান</bdi></mark>'
    assert (named.count(marked), unnamed.count(marked)) == (1, 0)
    assert '<mark class="exact"><bdi>রহিম' not in named


@pytest.mark.parametrize(
    ("query", "wordless"),
    [("।।। ???", True), ("“”", True), ("খপুষ্প", False), ("??? খপুষ্প", False), ("বিভাগ:খেলা", False)],
)
def test_who_typed_no_word_is_not_sent_to_check_its_spelling(
    engine: Engine, query: str, wordless: bool
) -> None:
    """The page says that there is no word."""
    html = _page(engine, f"/search?q={query}")
    assert ("There is no word in" in html, "Check the spelling" in html) == (wordless, not wordless)


@pytest.mark.parametrize(
    ("query", "is_offered"), [('"চট্টগ্রাম ঢাকা"', True), ('"বটের ছায়া"', False), ('"ঢাকা ও চট্টগ্রাম"', False)]
)
def test_a_quotation_that_nothing_has_is_offered_without_its_marks(
    engine: Engine, query: str, is_offered: bool
) -> None:
    """The search without marks is offered once, and not under "Did you mean", where it looks the same."""
    html = _page(engine, f"/search?q={query}&literal=1")
    assert ("Search without quotation marks" in html) == is_offered
    assert "Did you mean" not in html


def test_a_page_of_the_words_of_a_quotation_says_so_and_leads_on_by_the_words(engine: Engine) -> None:
    """Marks in articles and the export use the words; the feed keeps the quotation."""
    html = unescape(_page(engine, '/search?q="চট্টগ্রাম ঢাকা"'))
    assert _notices(html)[0] == ["quotation"]
    assert "No article has these words next to each other." in html
    links = {urlsplit(link) for link in re.findall('href="([^"]*[?]q=[^"]*)"', html)}
    led = {(link.path, *parse_qs(link.query)["q"]) for link in links}
    words, quotation = "চট্টগ্রাম ঢাকা", '"চট্টগ্রাম ঢাকা"'
    assert {("/article/3", words), ("/export", words), ("/feed.atom", quotation)} <= led
    assert ("/feed.atom", words) not in led
    article = _page(engine, "/article/3?q=চট্টগ্রাম ঢাকা")
    assert article.count("<mark") > 1


@pytest.mark.parametrize(("query", "entries"), [('"চট্টগ্রাম ঢাকা"', 0), ('"ঢাকা ও চট্টগ্রাম"', 1)])
def test_a_feed_of_a_quotation_has_what_has_it(engine: Engine, query: str, entries: int) -> None:
    """A feed's reader waits for the quotation, and does not get its words meanwhile."""
    feed = _page(engine, f"/feed.atom?q={query}")
    assert (feed.count("<entry>"), f"totalResults>{entries}<" in feed) == (entries, True)
