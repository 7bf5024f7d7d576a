"""The search box on a page of another origin, under that page's own policy."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from onneshon.web import create_app
from onneshon.web.languages.catalogues import LANGUAGES
from tests.fake_engine import FakeEngine
from tests.web.browsing import listening, objections

pytestmark = pytest.mark.browser


def _lines(site: str, *, text: str = "") -> str:
    """The lines that the site's page says to copy."""
    with urlopen(f"{site}/embed") as answer:  # noqa: S310  # our own server
        html = answer.read().decode()
    found = re.search(r"<pre[^>]*><code>(&lt;script.*?)</code>", html, re.DOTALL)
    assert found
    return text + unescape(re.sub("<[^>]+>", "", found[1]))


class _Host:
    """A page of another site, with a policy as strict as this one's."""

    def __init__(self) -> None:
        self.body = ""
        self.policy = ""

    def __call__(self, _environ: dict[str, str], start: object) -> list[bytes]:
        html = f'<!doctype html><html lang="bn"><title>খবর</title><body><main><h1>খবর</h1>{self.body}</main>'
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", self.policy)]
        start("200 OK", headers)  # type: ignore[operator]
        return [html.encode()]


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[_Host, str, str]]:
    """The other site, its address, and the address of this site, which lets the other read suggestions."""
    host = _Host()
    with (
        listening(host) as theirs,
        listening(create_app(FakeEngine(total=1234), origins=[theirs])) as ours,
    ):
        yield host, theirs, ours


def _policy(ours: str) -> str:
    return f"default-src 'none'; script-src {ours}; connect-src {ours}; form-action {ours}; base-uri 'none'"


@pytest.fixture
def embedded(page: Page, sites: tuple[_Host, str, str]) -> Page:
    """The other site's page with the lines in it."""
    host, theirs, ours = sites
    host.body, host.policy = _lines(ours), _policy(ours)
    page.goto(theirs)
    expect(page.get_by_role("combobox")).to_be_visible()
    return page


def test_it_suggests_and_searches(embedded: Page, sites: tuple[_Host, str, str]) -> None:
    """Typing brings suggestions, an arrow key chooses one, and Enter opens the search on this site."""
    box = embedded.get_by_role("combobox", name="কী খুঁজছেন?")
    box.press_sequentially("বাং")
    expect(embedded.locator("[role=option]")).to_have_count(6)
    box.press("ArrowDown")
    active = embedded.evaluate(
        """() => { const root = document.querySelector("onneshon-search").shadowRoot;
            const id = root.activeElement.getAttribute("aria-activedescendant");
            return root.getElementById(id).textContent; }"""
    )
    assert active.startswith("বাংলাদেশ")
    box.press("Enter")
    embedded.wait_for_url(f"{sites[2]}/search?**")
    assert embedded.input_value("#query") == "বাংলাদেশ"


def test_results_stand_in_place_where_they_are_asked_for(page: Page, sites: tuple[_Host, str, str]) -> None:
    """Hits are marked and escaped, and link to their originals; another link leads to all of them."""
    host, theirs, ours = sites
    host.body, host.policy = (
        _lines(ours).replace("<onneshon-search>", "<onneshon-search results>"),
        _policy(ours),
    )
    page.goto(theirs)
    box = page.get_by_role("combobox")
    box.fill("বাংলাদেশ")
    box.press("Enter")
    expect(page.locator(".results li")).to_have_count(10)
    expect(page.locator(".results > p").first).to_have_text("১,২৩৪টি ফল")
    expect(page.locator(".results mark").first).to_have_text("বাংলাদেশের")
    assert "<script>" in page.locator(".results").inner_text()
    links = page.locator(".results li a").evaluate_all("all => all.map((each) => each.href)")
    assert links[0] == "https://example.org/itihas/1"
    assert all(link.startswith(("https://", "http://")) for link in links)
    assert page.url == f"{theirs}/"
    page.locator(".results > p a").click()
    page.wait_for_url(f"{ours}/search?**")
    assert page.input_value("#query") == "বাংলাদেশ"


def test_an_article_opens_in_the_language_of_the_box(page: Page, sites: tuple[_Host, str, str]) -> None:
    """An article without an original opens on this site in that language, and so does the list of all."""
    host, theirs, ours = sites
    lines = _lines(ours).replace("<onneshon-search>", "<onneshon-search results>")
    host.body, host.policy = f'<div lang="en">{lines}</div>', _policy(ours)
    page.goto(theirs)
    page.get_by_role("combobox").fill("বাংলাদেশ")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator(".results li")).to_have_count(10)
    links = page.locator(".results a").evaluate_all("all => all.map((each) => each.href)")
    here = [link for link in links if link.startswith(ours)]
    assert len(here) > 1
    assert all("lang=en" in link for link in here)


def test_results_open_on_our_page_where_they_may_not_be_read(
    browser: Browser, sites: tuple[_Host, str, str]
) -> None:
    """A site without permission gets the results on this site's page."""
    host, theirs, _ = sites
    with listening(create_app(FakeEngine())) as closed, browser.new_context() as context:
        lines = _lines(closed).replace("<onneshon-search>", "<onneshon-search results>")
        host.body, host.policy = lines, _policy(closed)
        page = context.new_page()
        page.goto(theirs)
        page.get_by_role("combobox").fill("ভাষা")
        page.get_by_role("combobox").press("Enter")
        page.wait_for_url(f"{closed}/search?**")


def test_a_suggestion_can_be_clicked(embedded: Page, sites: tuple[_Host, str, str]) -> None:
    """A pointer inside the box counts, though the page sees one element only."""
    embedded.get_by_role("combobox").press_sequentially("বাং")
    embedded.click("[role=option] >> nth=1")
    embedded.wait_for_url(f"{sites[2]}/search?**")
    assert embedded.input_value("#query") == "বাংলাদেশ ব্যাংক"


def test_a_click_elsewhere_closes_it_and_no_history_is_made(embedded: Page) -> None:
    """Nothing of it leaves the box, on narrow windows too."""
    embedded.set_viewport_size({"width": 360, "height": 640})
    before = embedded.evaluate("history.length")
    embedded.get_by_role("combobox").press_sequentially("বাং")
    expect(embedded.locator("[role=listbox]")).to_be_visible()
    embedded.mouse.click(20, 600)
    expect(embedded.locator("[role=listbox]")).to_be_hidden()
    assert embedded.evaluate("history.length") == before


def test_the_typeface_is_the_page_s(embedded: Page) -> None:
    """Only inherited styles of the page reach the box, and none of the box reaches the page."""
    embedded.evaluate(
        """() => { const sheet = new CSSStyleSheet();
            sheet.replaceSync("body { font: 22px monospace } input { display: none } form { padding: 9em }");
            document.adoptedStyleSheets = [sheet]; }"""
    )
    box = embedded.get_by_role("combobox")
    expect(box).to_be_visible()
    assert (
        box.evaluate("one => getComputedStyle(one).fontFamily + getComputedStyle(one).fontSize")
        == "monospace22px"
    )
    assert box.bounding_box()["height"] >= 44  # type: ignore[index]


def test_a_changed_script_does_not_run(page: Page, sites: tuple[_Host, str, str]) -> None:
    """The integrity hash protects the page; the plain form still searches."""
    host, theirs, ours = sites
    lines = _lines(ours)
    host.body, host.policy = re.sub("sha384-....", "sha384-AAAA", lines), _policy(ours)
    with page.context.browser.new_context() as context:  # type: ignore[union-attr]  # its errors are expected
        other = context.new_page()
        other.goto(theirs)
        other.wait_for_load_state("networkidle")
        assert other.evaluate("document.querySelector('onneshon-search').shadowRoot") is None
        other.fill("input[name=q]", "ভাষা")
        other.press("input[name=q]", "Enter")
        other.wait_for_url(f"{ours}/search?**")


def test_without_leave_to_read_it_still_searches(browser: Browser, sites: tuple[_Host, str, str]) -> None:
    """A site without permission gets no suggestions, and its box is a plain form."""
    host, theirs, _ = sites
    with (
        listening(create_app(FakeEngine())) as closed,
        browser.new_context() as context,
    ):
        host.body, host.policy = _lines(closed), _policy(closed)
        page = context.new_page()
        page.goto(theirs)
        box = page.get_by_role("combobox")
        box.press_sequentially("বাং")
        page.wait_for_timeout(200)
        expect(page.locator("[role=listbox]")).to_be_hidden()
        box.press("Enter")
        page.wait_for_url(f"{closed}/search?**")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible(browser: Browser, sites: tuple[_Host, str, str], theme: str) -> None:
    """The axe rules find no violation while it is open, in both themes and languages."""
    host, theirs, ours = sites
    for lang in LANGUAGES:
        host.body = f'<div lang="{lang}">{_lines(ours)}</div>'
        host.policy = _policy(ours)
        with browser.new_context(color_scheme=theme, bypass_csp=True) as context:  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(theirs)
            page.get_by_role("combobox").press_sequentially("বাং")
            expect(page.locator("[role=listbox]")).to_be_visible()
            page.keyboard.press("ArrowDown")
            assert objections(page) == []


def test_no_cookie_and_no_other_server(embedded: Page, sites: tuple[_Host, str, str]) -> None:
    """Only this site is asked, and nothing is stored."""
    asked: list[str] = []
    embedded.on("request", lambda request: asked.append(request.url))
    embedded.get_by_role("combobox").press_sequentially("বাং")
    expect(embedded.locator("[role=listbox]")).to_be_visible()
    assert asked
    assert all(url.startswith(sites[2]) for url in asked)
    assert embedded.context.cookies() == []
    assert embedded.evaluate("localStorage.length") == 0
