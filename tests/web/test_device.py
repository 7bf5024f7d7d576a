"""What a page does with the device: stored searches, sharing, and the first paint."""

import time

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser

FONTS = "**/*.woff2"
WATCH = """window.moved = 0; new PerformanceObserver(list => {
    for (const one of list.getEntries()) window.moved += one.value;
}).observe({type: "layout-shift", buffered: true});"""
LETTERS = """const measured = CanvasRenderingContext2D.prototype.measureText;
CanvasRenderingContext2D.prototype.measureText = function (text) {
    return text === "ক্ষ" ? {width: 1} : measured.call(this, text);
};"""
"""A script that makes a device seem to have Bengali letters: conjuncts are not rows of boxes."""

NOT_OURS = "FontFaceSet.prototype.check = () => false;"
"""A script that makes a device seem to lack the site's typeface, which test machines may have."""


def test_nothing_is_remembered_unless_wished(page: Page, site: str) -> None:
    """The default is off; switched on, the last ten are links; switched off, nothing is left."""
    page.goto(f"{site}/search?q=ভাষা")
    page.goto(site)
    assert page.locator(".recent li").count() == 0
    assert not page.is_checked(".recent input")
    page.check(".recent input")
    for number in range(11):
        page.goto(f"{site}/search?q=নদী {number}")
    page.goto(f"{site}/search?q=নদী 5")
    page.goto(site)
    assert page.locator(".recent li").all_inner_texts() == [
        f"নদী {n}" for n in (5, 10, 9, 8, 7, 6, 4, 3, 2, 1)
    ]
    page.click(".recent li a >> nth=1")
    page.wait_for_url("**/search?**")
    assert page.input_value("#query") == "নদী 10"
    page.goto(site)
    page.click(".recent button")
    expect(page.locator(".recent li")).to_have_count(0)
    assert page.is_checked(".recent input")
    page.uncheck(".recent input")
    assert page.evaluate("localStorage.getItem('searches')") is None


def test_what_is_remembered_is_text(page: Page, site: str) -> None:
    """A search text, or a broken store, makes no element."""
    page.goto(site)
    page.evaluate("localStorage.setItem('searches', JSON.stringify(['<img src=x onerror=alert(1)>']))")
    page.reload()
    assert page.locator(".recent li").all_inner_texts() == ["<img src=x onerror=alert(1)>"]
    page.evaluate("localStorage.setItem('searches', '{broken')")
    page.reload()
    assert page.locator(".recent li").count() == 0


def test_recent_searches_are_not_offered_without_script(browser: Browser, site: str) -> None:
    """Controls that need scripts are hidden."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site)
        assert page.locator(".recent").is_hidden()
        page.goto(f"{site}/article/ইতিহাস-1")
        assert page.locator(".share").is_hidden()


def test_sharing_hands_on_the_address_without_the_query(page: Page, site: str) -> None:
    """The device's own dialog is used, where it has one."""
    page.add_init_script("navigator.share = async (what) => { window.shared = what; };")
    page.goto(f"{site}/article/ইতিহাস-1?q=ভাষা&hit=3")
    page.click(".share button")
    shared = page.evaluate("window.shared")
    assert shared["url"].endswith("/article/%E0%A6%87%E0%A6%A4%E0%A6%BF%E0%A6%B9%E0%A6%BE%E0%A6%B8-1")
    assert shared["title"].startswith("বাংলাদেশের ইতিহাস")


def test_without_a_dialog_the_address_is_copied(browser: Browser, site: str) -> None:
    """The page says that it was copied."""
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.add_init_script("delete Navigator.prototype.share;")
        page.goto(f"{site}/article/3?q=ভাষা")
        page.click(".share button")
        expect(page.locator(".share output")).to_have_text("ঠিকানা কপি হয়েছে")
        assert page.evaluate("navigator.clipboard.readText()") == f"{site}/article/3"


def test_without_a_clipboard_it_can_be_copied_by_hand(page: Page, site: str) -> None:
    """Without TLS browsers give pages no clipboard."""
    page.add_init_script(
        "delete Navigator.prototype.share; Object.defineProperty(navigator, 'clipboard', {value: undefined});"
    )
    page.goto(f"{site}/article/3")
    page.click(".share button")
    expect(page.get_by_label("ঠিকানা", exact=True)).to_be_visible()
    assert page.evaluate("getSelection().toString()") == f"{site}/article/3"


def _slowly(milliseconds: int) -> object:
    def pass_on(route: Route) -> None:
        time.sleep(milliseconds / 1000)
        route.continue_()

    return pass_on


PATHS = (
    "/",
    "/search?q=বাংলাদেশের ইতিহাস",
    "/search?q=ছাঁকনি&category=ইতিহাস",
    "/article/ইতিহাস-1?q=ইতিহাস",
    "/help",
)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_jumps_on_a_first_visit(browser: Browser, site: str, path: str, width: int) -> None:
    """The device has no Bengali font, and the typeface loads late."""
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        context.add_init_script(WATCH + NOT_OURS)
        context.route(FONTS, _slowly(150))  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(site + path)
        expect(page.locator("html:not(.held)")).to_have_count(1)
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(200)
        assert page.evaluate("window.moved") <= 0.02


def test_a_device_with_bengali_letters_does_not_wait_long(browser: Browser, site: str) -> None:
    """Such a device shows the page in its own letters, and keeps them until the next page."""
    with browser.new_context() as context:
        context.add_init_script(WATCH + LETTERS + NOT_OURS)
        held: list[Route] = []
        context.route(FONTS, lambda route: held.append(route))  # noqa: PLW0108  # Playwright names its handler
        page = context.new_page()
        page.goto(f"{site}/search?q=ভাষা", wait_until="commit")
        expect(page.locator("html.plain-face")).to_have_count(1)
        assert page.evaluate("getComputedStyle(document.body).opacity") == "1"
        for route in held:
            route.continue_()
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(200)
        assert page.evaluate("getComputedStyle(document.body).fontFamily") == "sans-serif"
        assert page.evaluate("window.moved") <= 0.02


def test_a_typeface_that_never_comes_hides_nothing(browser: Browser, site: str) -> None:
    """The page can be read, if only in boxes."""
    with browser.new_context() as context:
        context.route(FONTS, lambda route: route.abort())
        page = context.new_page()
        page.goto(site)
        expect(page.locator("html:not(.held)")).to_have_count(1)
        assert page.evaluate("document.activeElement.id") == "query"


def test_the_box_has_the_focus_while_the_page_waits(browser: Browser, site: str) -> None:
    """A reader who types at once loses no letter."""
    with browser.new_context() as context:
        context.add_init_script(NOT_OURS)
        context.route(FONTS, lambda _: None)
        page = context.new_page()
        page.goto(site, wait_until="commit")
        expect(page.locator("html.held")).to_have_count(1)
        expect(page.locator("#query")).to_be_focused()
        page.keyboard.type("ক")
        assert page.input_value("#query") == "ক"
