"""How many results fit on a phone and on a desktop."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from onneshon.search import Engine
from tests.web.browsing import serve

pytestmark = pytest.mark.browser

QUERIES = ("বাংলাদেশের ইতিহাস", "ভাষা আন্দোলন", "নদী", "বাংলাদেশের মানুষের জীবন ও জীবিকা নিয়ে লেখা")
WINDOWS = {"phone": (360, 800, 3, 3), "desktop": (1280, 900, 4.0, 3)}
"""Width and height of the window, the least hits in one height of the list, the most lines of a snippet."""


@pytest.fixture(scope="module")
def sample_pages(sample_engine: Engine) -> Iterator[str]:
    """A server over the sample articles."""
    yield from serve(sample_engine)


@pytest.mark.parametrize("window", WINDOWS)
def test_a_screen_holds_several_hits(browser: Browser, sample_pages: str, window: str) -> None:
    """Several hits fit on a screen, since results are for choosing among them."""
    width, height, least, lines = WINDOWS[window]
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        for query in QUERIES:
            page.goto(f"{sample_pages}/search?q={query}")
            page.evaluate("document.fonts.ready")
            heights, counted = page.evaluate(
                """() => [
                    [...document.querySelectorAll(".hit")].map(one => one.getBoundingClientRect().height),
                    [...document.querySelectorAll(".snippet")].map(one => Math.round(
                        one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))),
                ]"""
            )
            assert height * len(heights) / sum(heights) >= least, query
            assert max(counted) <= lines, query
        grown = page.evaluate(
            """() => { const one = document.querySelector(".snippet"); one.textContent = "নদী ".repeat(400);
                return one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight); }"""
        )
        assert round(grown) == lines


def top_of_first_hit(page: Page, address: str) -> float:
    """The pixels above the first hit of a page, once its typeface is loaded."""
    page.goto(address)
    page.evaluate("document.fonts.ready")
    box = page.locator(".hit").first.bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("নদী", 160),
        ("ভাষা আন্দোলন", 160),
        ("bangladesher itihas", 200),
        ("how to lose weight", 200),
        ("নদী&category=ইতিহাস&category=পরিবেশ", 160),
        ("পদ্মা নদীর সেতু আর হাতি", 160),
        ("how to lose weight&since=xyz&group=off", 200),
    ],
)
def test_the_first_hit_comes_first_on_a_phone(
    browser: Browser, sample_pages: str, query: str, most: int
) -> None:
    """The limits are in pixels, without a notice and with one about the query's reading."""
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        assert top_of_first_hit(page, f"{sample_pages}/search?q={query}") <= most
        for choice in (".theme", ".language"):
            assert page.locator(f"footer {choice}").first.is_visible()


@pytest.mark.parametrize("query", ["how to lose weight", "how to lose weight&since=xyz&group=off"])
def test_notices_leave_the_first_hit_its_place_on_a_desktop(
    browser: Browser, sample_pages: str, query: str
) -> None:
    """Further notices are at the end of the first one's line."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        assert top_of_first_hit(page, f"{sample_pages}/search?q={query}") <= 200


@pytest.mark.parametrize("window", WINDOWS)
def test_a_mark_is_in_sight(browser: Browser, sample_pages: str, window: str) -> None:
    """A snippet cut to a few lines shows its first mark."""
    width, height, *_ = WINDOWS[window]
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        for query in QUERIES:
            page.goto(f"{sample_pages}/search?q={query}")
            hidden = page.evaluate(
                """() => [...document.querySelectorAll(".snippet:has(mark)")].filter(one =>
                    one.querySelector("mark").getBoundingClientRect().bottom
                    > one.getBoundingClientRect().bottom + 4).length"""
            )
            assert hidden == 0, query


def test_a_phone_cuts_hardly_a_word(browser: Browser, sample_pages: str) -> None:
    """What does not fit is left out beforehand, since browsers put an ellipsis in the middle of words."""
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        cut = []
        for query in QUERIES:
            page.goto(f"{sample_pages}/search?q={query}")
            page.evaluate("document.fonts.ready")
            cut += page.evaluate(
                """() => [...document.querySelectorAll(".snippet")].map(
                    one => one.scrollHeight > one.clientHeight + 8)"""
            )
    assert len(cut) >= 30
    assert sum(cut) <= len(cut) / 10


@pytest.mark.parametrize("width", [360, 1280])
def test_what_stands_below_one_another_begins_at_one_edge(
    browser: Browser, sample_pages: str, width: int
) -> None:
    """All groups of the home page have one left edge."""
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto(sample_pages)
        edges = page.evaluate(
            """() => [...document.querySelectorAll(".hero .find, #newest, #recent")].map(one =>
                Math.round(one.getBoundingClientRect().left))"""
        )
        assert max(edges) - min(edges) <= 1, edges


def test_the_next_page_is_at_the_right_of_every_page(browser: Browser, sample_pages: str) -> None:
    """A thumb need not move between pages."""
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{sample_pages}/search?q=*")
        places = []
        for _ in range(2):
            box = page.locator("a[rel=next]").bounding_box()
            assert box
            places.append(round(box["x"]))
            page.locator("a[rel=next]").click()
            page.wait_for_url("**page=*")
        assert len(set(places)) == 1


def test_days_of_similar_articles_are_not_torn_apart(browser: Browser, sample_pages: str) -> None:
    """Each date is on a line below its title, however long the title is."""
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{sample_pages}/article/history-01-bhasha-andolon")
        lines = page.evaluate(
            """() => [...document.querySelectorAll(".similar li")]
                .map(one => [...one.children].map(part => part.getBoundingClientRect()))
                .map(([title, day]) => day.top >= title.bottom - 1 && day.left)"""
        )
        assert lines
        assert len(set(lines)) == 1
        assert False not in lines


@pytest.mark.parametrize("touched", [True, False])
def test_keys_are_named_where_there_may_be_some(browser: Browser, sample_pages: str, touched: bool) -> None:
    """A phone has no keys."""
    with browser.new_context(has_touch=touched, is_mobile=touched) as context:
        page = context.new_page()
        page.goto(sample_pages)
        assert page.locator("button.shortcut").is_visible() == (not touched)


def test_an_opening_quotation_mark_is_on_the_line_of_what_it_quotes(
    browser: Browser, sample_pages: str
) -> None:
    """A phone may break lines around the box of a quoted text, and left “ alone at the end of one."""
    with browser.new_context() as context:
        page = context.new_page()
        apart = []
        for width in range(320, 440, 10):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(f"{sample_pages}/search?q=bangladesher muktijuddher itihas o songskriti&lang=en")
            page.evaluate("document.fonts.ready")
            apart += page.evaluate(
                """() => [...document.querySelectorAll(".understood bdi")].slice(0, 1).map(quoted => {
                    const mark = document.createRange(), before = quoted.previousSibling
                    mark.setStart(before, before.length - 1)
                    mark.setEnd(before, before.length)
                    return mark.getBoundingClientRect().bottom < quoted.getBoundingClientRect().top + 4
                })"""
            )
    assert len(apart) >= 12
    assert sum(apart) == 0
