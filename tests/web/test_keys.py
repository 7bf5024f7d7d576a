"""Keyboard shortcuts, the switch that turns them off, and the walk through an article's marks."""

from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

ARTICLE = "/article/ইতিহাস-1?q=বাংলাদেশের ইতিহাস&hit=21"


def _focused(page: Page) -> str:
    return page.evaluate("document.activeElement.closest('.hit')?.id ?? document.activeElement.id")  # type: ignore[no-any-return]


def test_letters_walk_through_the_hits(page: Page, site: str) -> None:
    """Letters go forward and back, not past the ends, and Enter opens a hit."""
    page.goto(f"{site}/search?q=ভাষা")
    walked = []
    for key in "jjkkk":
        page.keyboard.press(key)
        walked.append(_focused(page))
    assert walked == ["hit-1", "hit-2", "hit-1", "hit-1", "hit-1"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/**")


def test_keys_of_a_bengali_layout_do_the_same(page: Page, site: str) -> None:
    """A Bengali layout need not be changed to go to the next hit."""
    page.goto(f"{site}/search?q=ভাষা")
    keyboard = page.context.new_cdp_session(page)
    for _ in range(2):
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": "জ", "code": "KeyJ", "text": "জ"})
    assert _focused(page) == "hit-2"


def test_ctrl_k_goes_to_the_box(page: Page, site: str) -> None:
    """The text in the box is selected."""
    page.goto(f"{site}/search?q=ভাষা")
    page.keyboard.press("Control+k")
    assert _focused(page) == "query"
    page.keyboard.type("নদী")
    assert page.input_value("#query") == "নদী"


def test_letters_in_the_box_are_letters(page: Page, site: str) -> None:
    """Shortcuts do nothing while a reader types."""
    page.goto(f"{site}/search?q=ভাষা")
    page.fill("#query", "")
    page.locator("#query").press_sequentially("jk?/np")
    assert page.input_value("#query") == "jk?/np"
    assert page.locator("dialog[open]").count() == 0


def test_one_switch_turns_all_keys_off(page: Page, site: str) -> None:
    """Speech input must not trigger them; the choice is stored on the device."""
    page.goto(f"{site}/search?q=ভাষা")
    page.keyboard.press("?")
    page.uncheck(".keys-on")
    page.keyboard.press("Escape")
    page.goto(f"{site}/search?q=নদী")
    for key in ("j", "/", "?", "Control+k"):
        page.keyboard.press(key)
    assert not _focused(page)
    assert page.locator("dialog[open]").count() == 0
    page.click("button.shortcut")
    assert not page.is_checked(".keys-on")


def test_marks_are_walked_through(page: Page, site: str) -> None:
    """Buttons and keys do this, around the ends, and the current number is announced."""
    page.goto(site + ARTICLE)
    expect(page.locator(".walk output")).to_have_text("৫টি মিল")
    page.click(".walk .after")
    said, seen = page.locator(".walk output .unseen"), page.locator(".walk output [aria-hidden]")
    expect(said).to_have_text("৫টির মধ্যে ১ নম্বর মিল")
    expect(seen).to_have_text("১/৫")
    assert page.get_attribute("mark.here", "id") == "mark-1"
    page.keyboard.press("p")
    expect(said).to_have_text("৫টির মধ্যে ৫ নম্বর মিল")
    page.keyboard.press("n")
    assert page.get_attribute("mark.here", "id") == "mark-1"
    assert page.locator("mark.here").count() == 1


def test_back_leads_to_the_same_place(page: Page, site: str) -> None:
    """From an article, Back leads to the third page with the same hit in view."""
    page.goto(f"{site}/search?q=ছাঁকনি&page=3&category=ইতিহাস")
    page.click("#hit-27 h2 a")
    page.click("a.back")
    page.wait_for_url("**/search?**")
    assert "page=3" in page.url
    assert "category=" in page.url
    expect(page.locator("#hit-27")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0


def test_filters_need_no_script(browser: Browser, site: str) -> None:
    """On a phone without scripts several filters can be chosen at once, seen and cleared."""
    with browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{site}/search?q=ছাঁকনি")
        page.click(".narrow summary")
        for label in ("ইতিহাস", "পরিবেশ", "শর্মিলা সেন", "২০১৯", "নতুন আগে"):
            page.click(f".narrow li label:has-text('{label}')")
            assert "category=" not in page.url
            assert page.locator(".facets > .apply").is_visible()
        page.click(".facets > .apply")
        page.locator(".chosen").wait_for()
        asked = parse_qs(urlsplit(page.url).query)
        assert asked == {
            "q": ["ছাঁকনি"],
            "sort": ["newest"],
            "category": ["ইতিহাস", "পরিবেশ"],
            "author": ["শর্মিলা সেন"],
            "date": ["2019"],
        }
        assert page.locator(".narrow summary").inner_text().split("\n")[-1] == "ছাঁকনি ৪"
        page.click(".narrow summary")
        checked = page.locator(".narrow li input:checked")
        expect(checked).to_have_count(4)
        values = [box.get_attribute("value") for box in checked.all()]
        assert values == ["newest", "ইতিহাস", "পরিবেশ", "শর্মিলা সেন"]
        assert page.locator(".narrow input[type=hidden][name=date]").get_attribute("value") == "2019"
        page.click(".narrow li label:has-text('পরিবেশ')")
        page.click(".facets > .apply")
        page.wait_for_url(lambda url: "পরিবেশ" not in unquote(url))
        page.click(".chosen .all")
        page.locator(".chosen").wait_for(state="detached")
        assert "category=" not in page.url


@pytest.fixture
def sheet(browser: Browser, site: str) -> Iterator[Page]:
    """A phone page whose sheet of filters was opened with the keyboard."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"{site}/search?q=ছাঁকনি&lang=en")
        page.focus(".narrow summary")
        page.keyboard.press("Enter")
        expect(page.locator(".sheet")).to_be_visible()
        yield page


def test_what_is_ticked_waits_for_the_button(sheet: Page) -> None:
    """The sheet stays open, shows the resulting count, and loads one page."""
    expect(sheet.locator(".sheet .apply:visible")).to_have_text("Show 1,234 articles")
    boxes = sheet.locator(".sheet nav input[type=checkbox]")
    boxes.first.focus()
    for _ in range(2):
        sheet.keyboard.press("Space")
        sheet.keyboard.press("Tab")
    assert boxes.and_(sheet.locator(":checked")).count() == 2
    expect(sheet.locator(".sheet")).to_be_visible()
    sheet.keyboard.press("Enter")
    sheet.wait_for_url("**category=**category=**")
    assert "lang=en" in sheet.url
    sheet.go_back()
    sheet.wait_for_url(lambda url: "category=" not in url)
    expect(sheet.locator(".sheet")).to_be_hidden()


def test_a_sheet_that_would_leave_nothing_says_so(sheet: Page) -> None:
    """The button of a sheet without hits does not lead to a page without hits."""
    sheet.route("**/api/v1/search?**", lambda route: route.fulfill(json={"ok": True, "total": 0}))
    sheet.locator(".sheet nav input[type=checkbox]").first.check()
    button = sheet.locator(".sheet .apply:visible")
    expect(button).to_have_text("Nothing matches: remove a filter")
    button.click()
    expect(sheet.locator(".sheet")).to_be_visible()


@pytest.mark.parametrize("way", ["Escape", "Back", "×"])
def test_the_sheet_is_left_as_it_was_entered(sheet: Page, way: str) -> None:
    """Nothing is applied, ticks are dropped, and the focus returns."""
    sheet.locator(".sheet nav input[type=checkbox]").first.check()
    if way == "Escape":
        sheet.keyboard.press("Escape")
    elif way == "Back":
        sheet.go_back()
    else:
        sheet.click(".sheet .leave")
    expect(sheet.locator(".sheet")).to_be_hidden()
    assert "category=" not in sheet.url
    expect(sheet.locator(".facets input:checked"), "the order alone").to_have_count(1)
    expect(sheet.locator("summary:focus")).to_have_count(1)


def test_filters_stand_beside_the_results_where_there_is_room(page: Page, site: str) -> None:
    """A desktop needs no button to show them."""
    page.goto(f"{site}/search?q=ছাঁকনি")
    facet, hit = page.locator(".narrow nav").first.bounding_box(), page.locator(".hit").first.bounding_box()
    assert facet is not None
    assert hit is not None
    assert facet["x"] + facet["width"] <= hit["x"]
    assert page.locator(".narrow summary").is_hidden()


@pytest.mark.parametrize("width", [320, 1280, 1920, 3840, 7680])
@pytest.mark.parametrize("path", ["/", "/search?q=ছাঁকনি"])
def test_the_line_of_the_name_runs_from_edge_to_edge(
    browser: Browser, site: str, path: str, width: int
) -> None:
    """The line is as wide as a window of any width, and makes no page scroll sideways."""
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto(site + path)
        line = page.locator(".wordmark path").first.evaluate(
            "one => { const box = one.getBoundingClientRect(); return [box.left, box.right]; }"
        )
        assert line[0] <= 0
        assert line[1] >= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 640, 1024, 1280, 1600])
def test_nothing_hangs_outside_the_column(browser: Browser, site: str, width: int) -> None:
    """Everything starts at the edge of the box, or of the name, which is next to it on a phone."""
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        for path in (ARTICLE, "/nothing", "/search?q=বাংলাদেশ খপুষ্প", "/search?q=ভাষা", "/help"):
            page.goto(site + path)
            beside = width < 1024 and path.startswith(("/search", "/article"))
            box = page.locator(".top .wordmark" if beside else ".find").bounding_box()
            heading = page.locator("h1").bounding_box()
            assert box is not None
            assert heading is not None
            assert abs(box["x"] - heading["x"]) <= 1, path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_text_may_be_spaced_out(page: Page, site: str) -> None:
    """With the spacing of WCAG 1.4.12 only snippets are cut off, with an ellipsis."""
    page.goto(f"{site}/search?q=ছাঁকনি&category=ইতিহাস")
    cut = page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
            sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
                word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
            document.adoptedStyleSheets = [sheet];
            return [...document.querySelectorAll("main *:not(svg, svg *, .unseen, .snippet)")]
                .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth
                    && getComputedStyle(one).overflowX !== "visible").length; }"""
    )
    assert cut == 0


def test_paper_has_no_coloured_fills(page: Page, site: str) -> None:
    """Marks are bold on paper without a background, and controls are not printed."""
    page.goto(site + ARTICLE)
    page.emulate_media(media="print")
    styles = page.evaluate(
        """() => [...document.querySelectorAll("mark")].map(one => { const style = getComputedStyle(one);
            return ["backgroundColor", "backgroundImage", "boxShadow", "fontWeight"].map(name => style[name])
                .join(); })"""
    )
    assert set(styles) == {"rgba(0, 0, 0, 0),none,none,700"}
    for selector in (".top", ".walk", ".place", ".cite", "footer"):
        assert page.locator(selector).is_hidden(), selector
