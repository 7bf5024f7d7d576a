import datetime as dt
import re
from html import unescape

from flask.testing import FlaskClient

from onneshon.index import Article
from onneshon.search import BusyError, Engine, ResultPage, SearchRequest
from onneshon.web import create_app
from onneshon.web.pages.front import GUIDE, Holdings, guided, holdings, shown_ways
from tests.fake_engine import FakeEngine

ARTICLES = (
    Article("1", "ভাষা আন্দোলন", "১৯৫২", dt.date(1999, 2, 21), "ইতিহাস", author="ক খ"),
    Article("2", "ভাষা", "আন্দোলন ছিল", dt.date(2004, 5, 1), "ইতিহাস"),
    Article("3", "নদী", "ঢাকার নদী", dt.date(2004, 6, 2), "পরিবেশ", author='গ "ঘ"'),
    Article("4", "শহর", "ঢাকা"),
)


def _client(engine: Engine) -> FlaskClient:
    return create_app(engine).test_client()


def test_examples_are_those_that_find_something() -> None:
    """Each has its number of hits; if none finds anything, one is shown without."""
    with Engine.of(ARTICLES) as engine:
        guide = guided(engine, holdings(engine))
        html = _client(engine).get("/help").get_data(as_text=True)
        assert guide["help.words"][0] == ("ভাষা আন্দোলন", 2)
        assert guide["help.phrase"] == [('"ভাষা আন্দোলন"', 1)]
        assert guide["help.must"] == [("+ঢাকা ট্রেন", 2)]
        assert guide["help.prefix"] == [("মুক্তি*", 0)]
        assert shown_ways(engine)[0] == ("home.forms", "ভাষা আন্দোলন")
        found = re.findall(r'<dd><a href="([^"]*)"[^>]*>(.*?)</a>(?: <span>([০-৯]+)টি)?', html)
        assert len(found) == sum(map(len, guide.values()))
        for link, _, number in found:
            page = _client(engine).get(unescape(link)).get_data(as_text=True)
            assert page.count('class="hit"') == int(number or 0)


def test_an_example_of_a_quotation_is_one_that_is_found() -> None:
    """If the words only occur apart, the example does not show what quotation marks do."""
    with Engine.of([Article("1", "ভাষা", "আন্দোলনের ভাষা")]) as engine:
        assert guided(engine, holdings(engine))["help.phrase"] == [('"ভাষা আন্দোলন"', 0)]


def test_values_of_filters_are_those_of_the_index() -> None:
    """The most frequent value of each field is shown, unless it cannot be quoted."""
    with Engine.of(ARTICLES) as engine:
        guide = guided(engine, holdings(engine))
        assert guide["help.filter"] == [('বিভাগ:"ইতিহাস"', 2), ('লেখক:"ক খ"', 1)]
        assert guide["help.date"] == [("তারিখ:২০০৪", 2), ("তারিখ:২০০৪..", 2)]
    with Engine.of([Article("1", "কলম")]) as engine:
        assert shown_ways(engine) == []
        assert {"help.filter", "help.date"}.isdisjoint(guided(engine, holdings(engine)))


def test_help_needs_no_index() -> None:
    """While there is no index, readers may still read how to search."""
    answer = create_app(lambda: None).test_client().get("/help")
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert html.count("<dd><a") == sum(map(len, GUIDE.values()))
    assert "<span>" not in html.partition('class="guide"')[2]


def test_figures_are_those_of_the_articles() -> None:
    """The figures are the articles, the first and last day, the categories and the authors."""
    with Engine.of(ARTICLES) as engine:
        assert holdings(engine) == Holdings(
            4, dt.date(1999, 2, 21), dt.date(2004, 6, 2), 2, 2, "ইতিহাস", "ক খ", "2004"
        )
        html = _client(engine).get("/about").get_data(as_text=True)
        assert re.findall(r"<dd>([০-৯]+)</dd>", html) == ["৪", "২", "২"]
        assert re.findall(r'<time datetime="([^"]*)"', html) == ["1999-02-21", "2004-06-02"]
    with Engine.of([Article("1", "ভাষা")]) as engine:
        assert holdings(engine) == Holdings(1)
        html = _client(engine).get("/about").get_data(as_text=True)
        assert re.findall(r"<dd>([০-৯]+)</dd>", html) == ["১"]
        assert "<time" not in html


def test_all_authors_and_categories_are_counted() -> None:
    """The counts are not limited by the length of a list."""
    articles = [Article(str(n), "নদী", category=f"বিভাগ {n}", author=f"লেখক {n}") for n in range(60)]
    with Engine.of(articles) as engine:
        found = holdings(engine)
    assert (found.count, found.categories, found.authors) == (60, 60, 60)


def test_figures_follow_the_index() -> None:
    """The figures are computed again for a new generation, and once for each."""
    with Engine.of(ARTICLES) as engine:
        app = create_app(engine)
        client = app.test_client()
        client.get("/about")
        cache = app.extensions["onneshon"].cache
        assert cache["holdings"].count == 4
        cache["holdings"] = Holdings(5)
        assert "<dd>৫</dd>" in client.get("/about").get_data(as_text=True)


def test_a_busy_moment_keeps_nobody_from_these_pages() -> None:
    """What cannot be computed now is left out, and computed the next time."""

    class Busy(FakeEngine):
        def search(self, _request: SearchRequest, /) -> ResultPage:
            raise BusyError(2)

    app = create_app(Busy())
    for path in ("/", "/help", "/about"):
        assert app.test_client().get(path).status_code == 200
    assert "<dd>১৭,৭৫৭</dd>" in app.test_client().get("/about").get_data(as_text=True)
    assert app.extensions["onneshon"].cache == {}
