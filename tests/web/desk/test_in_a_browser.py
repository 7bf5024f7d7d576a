"""The desk in Chromium over the real server: an editor's tasks by keyboard, what axe says, on a phone."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from onneshon.index import build
from onneshon.web.access.keys import Scope, add_key
from onneshon.web.searches.store import Counted, SearchStore
from tests.serving import SECONDS, serving
from tests.web.desk.conftest import ARTICLES, DAY

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "assets" / "axe.min.js"

ADMIN: tuple[Scope, ...] = ("admin",)

PATHS = [
    "", "searches", "searches?which=most", "pins?query=পদ্মা", "synonyms?line=বিশকাপ, বিশ্বকাপ", "articles?q=পদ্মা",
    "article?id=n1", "article", "log", "import", "look?accent=%23006a4e", "article?id=nobody",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The desk, and in its fragment a key for it."""
    directory = tmp_path_factory.mktemp("browsed") / "index"
    build(ARTICLES, directory)
    (directory / "onneshon.toml").write_text("[site.searches]\ncount = true\n", "utf-8")
    today = dt.date.today()  # noqa: DTZ011  # as the desk has it
    SearchStore(directory).add([Counted(today, "ট্রেন", "ট্রেন", 9, 0, 0)], 30, today)
    key = add_key(directory / "keys.txt", "rahima", ADMIN, DAY)
    with serving(directory, "--keys", str(directory / "keys.txt")) as site:
        yield f"{site.url}desk/#{key}"


def enter(page: Page, address: str) -> str:
    """Sign in by keyboard; gives the address of the desk."""
    desk, _, key = address.partition("#")
    page.set_default_timeout(SECONDS * 1000)
    page.goto(desk)
    page.focus("#key")
    page.keyboard.type(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return desk


def press(page: Page, selector: str) -> None:
    """Go to a button or a link by its focus, and press Enter."""
    page.focus(selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, selector: str, text: str) -> None:
    """Type into a field in place of what it has."""
    page.focus(selector)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def test_an_editor_does_all_by_keyboard(address: str, page: Page) -> None:
    """A synonym in three presses from what was not found; pin, order, correct, withdraw, undo, hold."""
    desk = enter(page, address)
    expect(page.locator(".questions .asked").first).to_have_text("ট্রেন")
    press(page, '.acts a[href*="synonyms"]')
    write(page, "#line", "ট্রেন => ক্রিকেট")
    press(page, "form.panel button.first")
    expect(page.locator(".tag.new")).to_have_count(1)
    press(page, "section form.act button.first")
    expect(page.locator(".toast")).to_be_visible()

    page.goto(f"{desk}pins?query=পদ্মা নদী")
    write(page, "#first", "cricket\nn3")
    press(page, "button[name=preview]")
    expect(page.locator(".pair section:last-child .tag:not(.new)")).to_have_count(2)
    press(page, "form.panel button:not([name])")
    press(page, "button.down")
    expect(page.locator(".rows ol li").first).to_contain_text("n3")

    page.goto(f"{desk}article?id=n0")
    write(page, "#title", "পদ্মায় ভাঙন")
    press(page, "form.panel button.first")
    expect(page.locator("h1")).to_have_text("পদ্মায় ভাঙন")
    press(page, 'form[action$="withdraw"] button')
    expect(page.locator(".tag.bad")).to_be_visible()
    press(page, 'form[action$="undo"] button')
    expect(page.locator(".tag.good")).to_be_visible()
    page.focus("#until")
    page.fill("#until", "2999-01-01T18:00")
    press(page, "form.panel button.first")
    page.goto(f"{desk}articles")
    expect(page.locator(".rows li").first).to_contain_text("পদ্মায় ভাঙন")
    press(page, ".desk-menu form button")
    expect(page.locator("#key")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "bn"), (360, "dark", "en"), (320, "light", "bn")]
)
def test_nothing_is_in_the_way_of_anybody(
    address: str, browser: Browser, width: int, scheme: Literal["light", "dark"], language: str
) -> None:
    """The axe rules find nothing to object to, and nothing is wider than the window."""
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        page = context.new_page()
        desk = address.partition("#")[0]
        found = {}
        for path in ["sign-in", *PATHS]:
            if path == "":
                enter(page, address)
            page.goto(f"{desk}{path}{'&' if '?' in path else '?'}lang={language}")
            page.evaluate(AXE.read_text("utf-8"))
            violations = page.evaluate(
                "axe.run().then(all => all.violations.map(one => [one.id, one.nodes[0].html]))"
            )
            wide = page.evaluate("document.documentElement.scrollWidth") > width
            if violations or wide:
                found[path] = (violations, wide)
        assert not found
