"""Complete tasks for those who cannot use a whole screen, a mouse, or colours."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browsing import objections
from tests.web.test_browser import SCREENS

pytestmark = pytest.mark.browser

SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; }
* { word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
"""The text spacing of WCAG 1.4.12."""

TOUCHED = "button, input:not([type=hidden], [type=checkbox]), summary, .narrow li a, .chosen a, .pages a"
"""The selector of controls that are not part of a sentence."""


def _press_until(page: Page, selector: str, key: str = "Tab") -> None:
    """Press a key until an element has the focus, and check that it is visible."""
    for _ in range(80):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
    here = page.locator(":focus")
    expect(here).to_be_in_viewport()
    assert page.evaluate(
        """() => { const one = document.activeElement;
            return [one, one.closest(".find"), one.closest("label")].some(shown =>
                shown && getComputedStyle(shown).outlineStyle !== "none"); }"""
    ), selector


def test_everything_can_be_done_by_keyboard(page: Page, site: str) -> None:
    """Search, suggestion, filter, undo, next page, article, marks and back need Tab, Enter and arrows."""
    page.goto(site)
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("বাং")
    expect(page.locator("#suggestions")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    page.goto(f"{site}/search?q=ছাঁকনি")
    _press_until(page, ".narrow nav a[rel=nofollow]")
    page.keyboard.press("Enter")
    page.wait_for_url("**category=**")
    _press_until(page, ".chosen a.all")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "category=" not in url)
    _press_until(page, "a[rel=next]")
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2**")
    _press_until(page, ".hit h2 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/**")
    _press_until(page, ".walk .after")
    page.keyboard.press("Enter")
    expect(page.locator("mark.here")).to_be_in_viewport()
    _press_until(page, ".cite summary")
    page.keyboard.press("Enter")
    expect(page.locator(".cite pre").first).to_be_visible()
    _press_until(page, "a.back", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert "page=2" in page.url


def test_the_dialog_gives_the_focus_back(page: Page, site: str) -> None:
    """The list of keys can be opened, read and closed without a mouse."""
    page.goto(f"{site}/search?q=ভাষা")
    _press_until(page, "button.shortcut")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.shortcuts")).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "shortcut"


@pytest.mark.parametrize("spaced", [False, True], ids=["as it is", "spaced out"])
@pytest.mark.parametrize("width", [320, 640], ids=["400 %", "200 %"])
def test_every_screen_fits_when_enlarged(browser: Browser, site: str, width: int, spaced: bool) -> None:
    """At 200 % and 400 % of 1280 px nothing overflows or is cut off, with wider spacing too."""
    with browser.new_context(viewport={"width": width, "height": 256 * width // 320}) as context:
        page = context.new_page()
        for name, path in SCREENS.items():
            page.goto(site + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            if spaced:
                page.evaluate(
                    """text => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);
                        document.adoptedStyleSheets = [sheet]; }""",
                    SPACED,
                )
            wide = page.evaluate(
                """() => [...document.querySelectorAll("body *:not(svg *, .unseen, .skip)")].filter(one => {
                    const box = one.getBoundingClientRect();
                    const wide = box.width && box.right > innerWidth + 1;
                    return wide && !one.closest("svg, .unseen, dialog, pre"); })
                    .map(one => one.outerHTML.slice(0, 80))"""
            )
            assert wide == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_colours_of_the_system_are_enough(browser: Browser, site: str) -> None:
    """With forced colours, marks, chosen items and the current page still differ by lines."""
    with browser.new_context(forced_colors="active", bypass_csp=True) as context:
        page = context.new_page()
        for path in ("/", "/search?q=ছাঁকনি&category=ইতিহাস", "/article/ইতিহাস-1?q=বাংলাদেশের ইতিহাস"):
            page.goto(site + path)
            assert objections(page) == [], path
        assert "underline" in page.locator("mark.inflection").first.evaluate(
            "one => getComputedStyle(one).textDecoration"
        )
        page.goto(site)
        expect(page.locator("#query")).to_be_focused()
        page.keyboard.type("বাং")
        expect(page.locator("#suggestions")).to_be_visible()
        page.keyboard.press("ArrowDown")
        shown = "one => getComputedStyle(one).outlineStyle"
        assert page.locator("[aria-selected=true]").evaluate(shown) != "none"
        assert page.locator("[aria-selected=false]").first.evaluate(shown) == "none"


@pytest.mark.parametrize("path", ["/", "/search?q=ছাঁকনি&category=ইতিহাস", "/article/ইতিহাস-1?q=ইতিহাস", "/help"])
def test_what_stands_by_itself_can_be_touched(browser: Browser, site: str, path: str) -> None:
    """Separate buttons, fields and links are 44 px high, and buttons as wide."""
    with browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True) as context:
        page = context.new_page()
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        small = page.evaluate(
            """selector => [...document.querySelectorAll(selector)].filter(one => {
                const box = one.getBoundingClientRect();
                const narrow = one.matches("button, .pages a") && box.width < 43.5;
                return box.width && (box.height < 43.5 || narrow);
            }).map(one => one.outerHTML.slice(0, 90))""",
            TOUCHED,
        )
        assert small == []
