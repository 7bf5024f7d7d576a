"""The first hits of an unfinished query, next to its suggestions."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route, ViewportSize, expect

from onneshon.web.pages.exports import PREVIEWED
from tests.web.browsing import moved, watch_moves

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 640}


def _of(text: str) -> re.Pattern[str]:
    """A pattern for the address of a text's preview."""
    return re.compile(rf"/preview\?q={quote(text)}(&|$)")


@pytest.fixture
def home(page: Page, site: str) -> Page:
    """The home page on a desktop."""
    page.goto(site)
    return page


def _type(page: Page, text: str) -> None:
    page.locator("#query").press_sequentially(text)


def _shown(page: Page, text: str) -> None:
    expect(page.locator(".preview > .about bdi")).to_have_text(text)


def test_the_first_hits_come_from_the_third_letter_on(home: Page) -> None:
    """With two letters there are too many words for a search to be useful."""
    asked: list[str] = []

    def note(sent: Request) -> None:
        if "/preview?" in sent.url:
            asked.extend(parse_qs(urlsplit(sent.url).query)["q"])

    home.on("request", note)
    _type(home, "বা")
    expect(home.locator("#suggestions")).to_be_visible()
    _type(home, "ং")
    _shown(home, "বাং")
    expect(home.locator(".preview li")).to_have_count(PREVIEWED)
    assert asked == ["বাং"]
    assert home.input_value("#query") == "বাং"


def test_they_follow_the_row_that_is_chosen(home: Page) -> None:
    """Without a chosen row they are those of the typed text again."""
    _type(home, "বাং")
    _shown(home, "বাং")
    with home.expect_request(_of("বাংলাদেশ")) as asked:
        home.keyboard.press("ArrowDown")
    assert parse_qs(urlsplit(asked.value.url).query)["whole"] == ["1"]
    _shown(home, "বাংলাদেশ")
    home.keyboard.press("ArrowUp")
    _shown(home, "বাং")


def test_a_late_answer_is_dropped(page: Page, site: str) -> None:
    """A late preview is dropped even if its request could not be aborted."""
    page.add_init_script("AbortController.prototype.abort = () => {};")
    page.goto(site)
    late: list[Route] = []
    page.route(_of("নদী"), lambda route: late.append(route))  # noqa: PLW0108 # Playwright names its handler
    with page.expect_request(_of("নদী")):
        _type(page, "নদী")
    _type(page, "র")
    _shown(page, "নদীর")
    for route in late:
        route.fulfill(body='<p class="about"><bdi>পুরোনো</bdi></p>')
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert late
    _shown(page, "নদীর")


def test_tab_leads_to_them_and_out_of_them(home: Page) -> None:
    """The list of suggestions closes; the hits stay while the focus is on its way or among them."""
    _type(home, "বাং")
    _shown(home, "বাং")
    home.keyboard.press("Tab")
    expect(home.locator("#suggestions")).to_be_hidden()
    home.keyboard.press("Tab")
    assert home.evaluate("document.activeElement.textContent") == "সব দেখুন"
    expect(home.locator(".preview")).to_be_visible()
    home.keyboard.press("Escape")
    expect(home.locator(".preview")).to_be_hidden()
    assert home.evaluate("document.activeElement.id") == "query"
    _type(home, "লা")
    _shown(home, "বাংলা")
    home.locator(".preview a").last.focus()
    home.keyboard.press("Tab")
    expect(home.locator(".preview")).to_be_hidden()


def test_nothing_moves_and_nothing_is_written_into_the_history(page: Page, site: str) -> None:
    """The page and its address stay the same."""
    page.goto(f"{site}/search?q=ভাষা", wait_until="networkidle")
    watch_moves(page)
    before = (page.url, page.evaluate("history.length"), page.locator("li.hit").first.bounding_box())
    page.focus("#query")
    page.keyboard.press("End")
    page.keyboard.insert_text(" নদী")
    _shown(page, "ভাষা নদী")
    page.keyboard.press("Escape")
    expect(page.locator(".preview")).to_be_hidden()
    after = (page.url, page.evaluate("history.length"), page.locator("li.hit").first.bounding_box())
    assert after == before
    assert not moved(page)


def test_hits_stand_in_one_place_whether_suggestions_come_or_go(page: Page, site: str) -> None:
    """Hits may come before slow suggestions, and the list closes on the way to them."""
    late: list[Route] = []
    page.goto(f"{site}/search?q=ভাষা", wait_until="networkidle")
    page.route("**/suggest?**", lambda route: late.append(route))  # noqa: PLW0108 # Playwright names its handler
    watch_moves(page)
    page.fill("#query", "বাং")
    _shown(page, "বাং")
    first = page.locator(".preview .title").first
    before = first.bounding_box()
    late[-1].continue_()
    expect(page.locator("#suggestions")).to_be_visible()
    assert first.bounding_box() == before
    page.keyboard.press("Tab")
    expect(page.locator("#suggestions")).to_be_hidden()
    assert first.bounding_box() == before
    assert not moved(page)


def test_filters_in_force_hold_for_them_too(page: Page, site: str) -> None:
    """The links in the preview keep the filters, too."""
    page.goto(f"{site}/search?q=ভাষা&category=ইতিহাস")
    page.fill("#query", "")
    with page.expect_request(_of("নদী")) as asked:
        _type(page, "নদী")
    assert parse_qs(urlsplit(asked.value.url).query)["category"] == ["ইতিহাস"]
    _shown(page, "নদী")
    page.locator(".preview .about a").first.click()
    page.wait_for_url("**/search?**")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["নদী"], "category": ["ইতিহাস"]}


def test_back_leads_from_an_article_to_what_was_typed(home: Page) -> None:
    """The box still has the text."""
    _type(home, "বাং")
    _shown(home, "বাং")
    home.locator(".preview li a").first.click()
    home.wait_for_url("**/article/**")
    home.go_back()
    home.wait_for_url("**/")
    assert home.input_value("#query") == "বাং"


def test_on_a_phone_they_follow_the_list_and_one_back_leads_home(browser: Browser, site: str) -> None:
    """The history entry by which Back closes the list is not a further step on the way back."""
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(site)
        page.focus("#query")
        page.keyboard.insert_text("বাং")
        _shown(page, "বাং")
        below = page.locator("#suggestions").bounding_box()
        first = page.locator(".preview").bounding_box()
        assert below
        assert first
        assert first["y"] >= below["y"] + below["height"]
        page.locator(".preview li a").first.click()
        page.wait_for_url("**/article/**")
        page.go_back()
        page.wait_for_url("**/")


def test_a_failure_of_them_is_silent(home: Page) -> None:
    """Suggestions are shown all the same."""
    home.route("**/preview?**", lambda route: route.fulfill(status=503))
    with home.expect_response("**/preview?**"):
        _type(home, "বাং")
    expect(home.locator("#suggestions")).to_be_visible()
    expect(home.locator(".preview")).to_be_hidden()


def test_who_saves_data_is_sent_none(page: Page, site: str) -> None:
    """The preview is not requested at all."""
    page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}});")
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(site)
    with page.expect_response("**/suggest?**"):
        _type(page, "বাং")
    expect(page.locator("#suggestions")).to_be_visible()
    page.evaluate("new Promise(done => setTimeout(done, 150))")
    assert not [url for url in asked if "/preview?" in url]


def test_earlier_searches_come_first_where_they_are_remembered(page: Page, site: str) -> None:
    """Two that continue the typed text come first, each once; others do not."""
    past = ["বাংলাদেশ", "নদী", "বাংলার গান", "বাংলা কবিতা"]
    page.add_init_script(f"localStorage.setItem('searches', JSON.stringify({past}));")
    page.goto(site)
    _type(page, "বাং")
    rows = page.locator("[role=option] bdi")
    expect(rows).to_have_text(["বাংলাদেশ", "বাংলার গান", "বাংলাদেশ ব্যাংক", "বাংলা একাডেমি", "বাংলাদেশের নদী", "বাংলা ভাষা"])
    assert page.locator("[role=option].past").count() == 2


def test_titles_stand_in_a_section_of_their_own(page: Page, site: str) -> None:
    """The section has a heading, comes last, and has at most two titles next to a preview."""
    kinds = ("title", "word", "title", "phrase", "title")
    found = [{"text": f"বাংলা {at}", "kind": kind, "count": 2} for at, kind in enumerate(kinds)]
    page.route("**/suggest?**", lambda route: route.fulfill(json={"ok": True, "suggestions": found}))
    page.goto(site)
    _type(page, "বাং")
    expect(page.locator("[role=option] bdi")).to_have_text(["বাংলা 1", "বাংলা 3", "বাংলা 0", "বাংলা 2"])
    expect(page.get_by_role("group", name="শিরোনাম").get_by_role("option")).to_have_count(2)
    assert [row.get_attribute("aria-posinset") for row in page.locator("[role=option]").all()] == list(
        "12345"
    )


def test_who_touches_takes_a_row_into_the_box(browser: Browser, site: str) -> None:
    """A row's arrow does what Space does."""
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(site)
        page.focus("#query")
        page.keyboard.insert_text("বাং")
        page.locator("[role=option] .take").first.tap()
        assert page.input_value("#query") == "বাংলাদেশ "
