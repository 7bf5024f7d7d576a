import re
from typing import Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from onneshon.index import Article
from onneshon.web.languages.catalogues import LANGUAGES
from tests.fake_engine import FakeEngine
from tests.serving import Site
from tests.web.browsing import objections, serve

pytestmark = pytest.mark.browser


SCREENS = {
    "home": "/",
    "results": "/search?q=বাংলাদেশের ইতিহাস",
    "romanised": "/search?q=bangladesher itihas&page=4",
    "nothing found": "/search?q=বাংলাদেশ খপুষ্প",
    "article": "/article/ইতিহাস-1?q=বাংলাদেশের ইতিহাস",
    "analysis": "/analyze?text=বাংলাদেশের র‍্যাব ১৯৭১ সালে গিয়েছিলেন",
    "failure": "/nothing",
    "facets": "/search?q=ছাঁকনি",
    "filters": "/search?q=ছাঁকনি&category=ইতিহাস&-category=পরিবেশ&date=2020-02&page=2",
    "literal": "/search?q=bangladesher itihas&literal=1",
    "beyond": "/search?q=ভাষা খপুষ্প&page=7",
    "query error": "/search?q=(((",
    "article alone": "/article/5",
    "help": "/help",
    "about": "/about",
    "embedding": "/embed",
    "a year": "/search?q=ছাঁকনি&date=2024",
    "a query explained": "/analyze?query=bangladesher itihas",
    "no field": "/search?q=foo:ভাষা",
}
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
HARD_WORDS = ("স্কুল", "হ্যাঁ", "অপরাহ্ণ", "চিহ্ন", "ট্রেন", "র\u200d্যাব", "রাষ্ট্র", "ক্ষমতা")


def _in(path: str, language: str) -> str:
    """The address of the same page in a language."""
    bare = re.sub("[?&]lang=[^&]*$", "", path)
    return bare if language == LANGUAGES[0] else f"{bare}{'&' if '?' in bare else '?'}lang={language}"


THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_is_accessible(browser: Browser, site: str, empty_site: str, size: str) -> None:
    """In either theme axe finds no violation, and no page is wider than the window."""
    width, height = SIZES[size]
    # The policy of the pages forbids even this script, so it is lifted for this check alone.
    with browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True) as context:
        page = context.new_page()
        context.add_init_script("localStorage.setItem('searches', '[\"নদী\"]')")
        both = {f"{name} ({lang})": _in(path, lang) for name, path in SCREENS.items() for lang in LANGUAGES}
        for name, path in {**both, "no index": "/", "no index (en)": "/?lang=en"}.items():
            page.goto((empty_site if name.startswith("no index") else site) + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
                assert objections(page) == [], (name, theme)


def test_bengali_is_set_in_the_typeface_that_is_shipped(page: Page, site: str) -> None:
    """Without any Bengali font on the machine, every glyph comes from the site's files."""
    page.goto(f"{site}/article/3")
    page.evaluate("document.fonts.ready")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    heading = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]
    assert {(font["familyName"], font["isCustomFont"]) for font in fonts} == {("Noto Sans Bengali", True)}


def test_bengali_in_code_is_not_boxes(page: Page, site: str) -> None:
    """A typeface for code has no Bengali, so a citation uses the one that has."""
    page.goto(f"{site}/article/ইতিহাস-1")
    page.click(".cite summary")
    page.evaluate("document.fonts.ready")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    cited = session.send("DOM.querySelector", {"nodeId": root, "selector": ".cite code"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": cited})["fonts"]
    assert any(font["familyName"] == "Noto Sans Bengali" and font["glyphCount"] > 20 for font in fonts)


@pytest.mark.parametrize("word", HARD_WORDS)
def test_conjuncts_are_joined(page: Page, site: str, word: str) -> None:
    """A conjunct is narrower than its letters with a visible hasanta, which a non-joiner forces."""
    page.goto(f"{site}/search?q={quote(word)}")
    page.evaluate("document.fonts.ready")
    assert page.input_value("#query") == word
    widths = page.evaluate(
        """([joined, apart]) => [joined, apart].map(text => {
            const span = document.createElement("span");
            span.textContent = text;
            document.querySelector("main").append(span);
            return span.getBoundingClientRect().width;
        })""",
        [word, word.replace("\u200d", "").replace("\u09cd", "\u09cd\u200c")],
    )
    assert widths[0] < widths[1]


def test_a_mark_changes_no_letter(page: Page, site: str) -> None:
    """A marked word is as wide as an unmarked one: no conjunct is split at the edge of a mark."""
    page.goto(f"{site}/article/ইতিহাস-1?q=বাংলাদেশের ইতিহাস")
    page.evaluate("document.fonts.ready")
    marked, plain = page.evaluate(
        """() => {
            const body = document.querySelector(".body p");
            const copy = body.cloneNode(false);
            copy.textContent = body.textContent;
            const width = one => { one.style.cssText = "white-space: nowrap; width: max-content";
                return one.getBoundingClientRect().width; };
            body.after(copy);
            return [width(body), width(copy)];
        }"""
    )
    assert abs(marked - plain) < 1


def test_searching_needs_no_script(browser: Browser, site: str) -> None:
    """Without scripts a reader can type, find, turn the page and read."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site)
        page.fill("#query", "বাংলাদেশের ইতিহাস")
        page.press("#query", "Enter")
        expect(page.locator("li.hit")).to_have_count(10)
        page.click("a[rel=next]")
        expect(page.locator("ol.hits")).to_have_attribute("start", "11")
        page.click("li.hit h2 a >> nth=0")
        expect(page.locator("article mark")).to_have_count(5)
        assert page.locator("button.theme:visible").count() == 0


def test_slash_goes_to_the_box(page: Page, site: str) -> None:
    """The key starts a new search, and is a letter inside the box."""
    page.goto(f"{site}/search?q=ভাষা")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "query"
    page.keyboard.press("End")
    page.keyboard.type("/")
    assert page.input_value("#query") == "ভাষা/"


def test_the_first_tab_skips_to_the_content(page: Page, site: str) -> None:
    """A user of the keyboard need not pass the header on every page."""
    page.goto(f"{site}/search?q=ভাষা")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_colours_chosen_are_remembered(page: Page, site: str) -> None:
    """A chosen dark theme is kept on the next page, from its first paint."""
    page.goto(site)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("button.theme")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != before
    assert page.get_attribute("button.theme", "aria-pressed") == "true"
    page.goto(f"{site}/search?q=ভাষা")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_what_is_touched_is_large_enough(browser: Browser, site: str) -> None:
    """On a phone, separate controls are large enough for a thumb."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"{site}/search?q=ভাষা")
        for selector in (".settings > *", ".pages a", ".find button", "footer a", ".narrow summary"):
            found = page.locator(f"{selector}:visible").all()
            assert found, selector
            for box in found:
                size = box.bounding_box()
                assert size is not None
                assert min(size["width"], size["height"]) >= 44, selector


@pytest.mark.parametrize(("size", "columns"), [("100%", 2), ("200%", 1)])
def test_categories_stand_beside_each_other_where_their_words_have_room(
    browser: Browser, sample_site: Site, size: str, columns: int
) -> None:
    """Words of large letters were cut in two columns of a phone: সারা বাং লার খবর."""
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(sample_site.url)
        page.evaluate("size => document.documentElement.style.fontSize = size", size)
        boxes = [link.bounding_box() for link in page.locator(".front .sections a").all()]
        assert len({round(box["x"]) for box in boxes if box}) == columns


@pytest.mark.parametrize("screen", ["home", "results", "article", "help", "failure"])
def test_text_of_twice_the_size_leaves_all_in_the_window_of_a_phone(
    browser: Browser, site: str, screen: str
) -> None:
    """The name, the box and the settings fit in the window; the box has room for some letters."""
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(site + SCREENS[screen])
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        for part in page.locator(":is(.wordmark, .find, .settings > *, h1, main a):visible").all():
            box = part.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 360, part.inner_text()
        room = page.locator(".find input:visible").first.evaluate(
            "box => box.clientWidth - 2 * parseFloat(getComputedStyle(box).paddingLeft)"
        )
        assert room >= 3 * 32


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_of_filters_moves_without_the_page(browser: Browser, site: str, language: str) -> None:
    """Those that a phone has no room for are one swipe away, within their row."""
    path = "/search?q=ছাঁকনি&category=ইতিহাস&category=সাহিত্য&author=রেজওয়ান কবীর&date=2020-02"
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(site + _in(path, language))
        row, whole = (
            page.evaluate(
                "of => { const it = document.querySelector(of); return it.scrollWidth - it.clientWidth; }", of
            )
            for of in (".chips", "html")
        )
    assert row > 0
    assert whole == 0


def test_text_is_large_and_airy(page: Page, site: str) -> None:
    """Bengali with its marks above and below needs size and line height, and no letter spacing."""
    page.goto(f"{site}/article/ইতিহাস-1")
    size, line, spacing = page.evaluate(
        """() => { const style = getComputedStyle(document.querySelector(".body p"));
            return [style.fontSize, style.lineHeight, style.letterSpacing]; }"""
    )
    assert float(size.removesuffix("px")) >= 18
    assert float(line.removesuffix("px")) / float(size.removesuffix("px")) >= 1.7
    assert spacing in {"normal", "0px"}


def test_a_waiting_page_opens_by_itself(page: Page) -> None:
    """A reader who waits for the build of the index need not reload."""
    found: list[FakeEngine] = []
    serving = serve(lambda: found[0] if found else None)
    page.goto(next(serving))
    assert page.locator("[data-waiting]").count() == 1
    found.append(FakeEngine())
    page.locator("h1.wordmark").wait_for(timeout=15_000)
    next(serving, None)


def test_only_this_server_is_asked(page: Page, site: str) -> None:
    """No page loads anything from another server."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in SCREENS.values():
        page.goto(site + path)
    assert all(url.startswith(site) for url in asked)
    assert any("woff2" in url for url in asked)


def test_every_article_can_be_clicked_on(page: Page) -> None:
    """Any id works, although browsers remove dots from paths, however they are encoded."""
    ids = (".", "..", "../x", "a/../b", "//", "/lead", "//x", "trail/", "a\\b", "%2e%2e")
    articles = tuple(Article(article_id, f"নদী {number}") for number, article_id in enumerate(ids))
    serving = serve(FakeEngine(articles, total=len(articles)))
    site = next(serving)
    for number in range(len(ids)):
        page.goto(f"{site}/search?q=নদী")
        page.click(f"li.hit h2 a >> nth={number}")
        assert page.locator("article h1").inner_text() == f"নদী {number}"
    next(serving, None)
