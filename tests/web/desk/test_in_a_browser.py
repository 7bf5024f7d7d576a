"""The desk in Chromium over the real server: an editor's tasks by keyboard and by thumb; axe checks."""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from onneshon.index import build
from onneshon.web.access.keys import Scope, add_key
from onneshon.web.searches.store import Counted, SearchStore
from tests.serving import SECONDS, serving
from tests.web.browsing import objections
from tests.web.desk.conftest import ARTICLES, DAY

pytestmark = pytest.mark.browser


ADMIN: tuple[Scope, ...] = ("admin",)

PATHS = [
    "", "searches", "searches?which=most", "pins?query=পদ্মা", "synonyms?line=বিশকাপ, বিশ্বকাপ", "articles?q=পদ্মা",
    "article?id=n1", "article", "log", "import", "look?accent=%23006a4e", "article?id=nobody", "authors",
    "../alerts/?q=পদ্মা", "../search?q=পদ্মা",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the desk with a key in its fragment."""
    directory = tmp_path_factory.mktemp("browsed") / "index"
    build(ARTICLES, directory)
    settings = '[site.searches]\ncount = true\n[site.alerts]\nsender = "khobor@example.org"\n'
    (directory / "onneshon.toml").write_text(settings, "utf-8")
    (directory / "authors.txt").write_text("রহিম = রহীম; আব্দুর রহিম\n", "utf-8")
    today = dt.date.today()  # noqa: DTZ011  # as the desk has it
    counted = [Counted(today, word, word, 9, 0, 0) for word in ("ট্রেন", "রেলগাড়ি")]
    SearchStore(directory).add(counted, 30, today)
    key = add_key(directory / "keys.txt", "rahima", ADMIN, DAY)
    with serving(directory, "--keys", str(directory / "keys.txt")) as site:
        yield f"{site.url}desk/#{key}"


@dataclass(frozen=True)
class Hands:
    """A person who uses a page.

    Attributes:
        page: the page.
        by_thumb: whether by thumb on a phone, or else by keyboard alone.
    """

    page: Page
    by_thumb: bool = False

    def enter(self, address: str) -> str:
        """Sign in, and return the address of the desk."""
        desk, _, key = address.partition("#")
        self.page.set_default_timeout(SECONDS * 1000)
        self.page.goto(desk)
        self.write("#key", key)
        self.press("form.panel button")
        return desk

    def act(self, selector: str) -> None:
        """Press a visible button or link."""
        first = self.page.locator(selector).first
        expect(first).to_be_visible()
        if self.by_thumb:
            first.tap()
        else:
            first.focus()
            self.page.keyboard.press("Enter")

    def press(self, selector: str) -> None:
        """Press it, and wait for the next page."""
        with self.page.expect_navigation():
            self.act(selector)

    def write(self, selector: str, text: str) -> None:
        """Replace the content of a field."""
        self.page.focus(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def go(self, name: str) -> None:
        """Go to a page through the menu, which is a button on a phone."""
        if self.by_thumb:
            self.act(".desk-menu summary")
        self.press(f'.desk-menu a[href*="{name}"]')

    def choose(self, file: Path) -> None:
        """Choose a file."""
        with self.page.expect_file_chooser() as chooser:
            self.act("#file")
        chooser.value.set_files(file)

    def until_six(self) -> None:
        """Set the time to six o'clock of a distant day."""
        self.page.focus("#until")
        if self.by_thumb:
            self.page.fill("#until", SIX)
        else:
            self.page.keyboard.type("02212999")
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type("0600PM")
        assert self.page.input_value("#until") == SIX


SIX = "2999-02-21T18:00"
CSV = """শিরোনাম,বিস্তারিত,তারিখ,লেখক,বিভাগ
ইলিশের মৌসুম,পদ্মায় ইলিশ ধরা পড়ছে।,২১/২/২০২৬,রহিম,পরিবেশ
শীতের পিঠা,গ্রামে পিঠার উৎসব।,২২/২/২০২৬,করিম,জীবনযাপন
"""


@pytest.fixture(params=["keyboard", "thumb"])
def hands(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Hands]:
    """A person without a mouse, and one on a phone."""
    thumb = request.param == "thumb"
    width = 360 if thumb else 1280
    with browser.new_context(
        viewport={"width": width, "height": 800}, has_touch=thumb, is_mobile=thumb, locale="en-US"
    ) as context:
        yield Hands(context.new_page(), thumb)


def curate(hands: Hands, word: str) -> None:
    """Look at queries without hits, make one a synonym, then pin and reorder articles."""
    page = hands.page
    hands.go("searches")
    expect(page.locator(".questions .asked", has_text=word)).to_be_visible()
    hands.press(f'.questions li:has-text("{word}") a[href*="synonyms"]')
    hands.write("#line", f"{word} => ক্রিকেট")
    hands.press("form.panel button.first")
    expect(page.locator(".tag.new")).to_have_count(1)
    hands.press("section form.act button.first")
    expect(page.locator(".toast")).to_be_visible()

    hands.go("searches")
    hands.press(f'.questions li:has-text("{word}") a[href*="pins"]')
    for words in ("cricket", "পদ্মা নদীর"):
        hands.write("#find", words)
        hands.press('button[value="find "]')
        hands.press('button[value^="first "]')
    expect(page.locator(".pair section:last-child .tag:not(.new)")).to_have_count(2)
    hands.press('button[value^="up "]')
    expect(page.locator(".chosen li").first).to_contain_text("পদ্মা নদীর খবর")
    hands.press("#preview button.first")
    expect(page.locator(".toast")).to_be_visible()


def edit(hands: Hands, article: str, title: str) -> None:
    """Correct an article, withdraw it, undo that, and hold it until six."""
    page = hands.page
    hands.go("articles")
    hands.write("#q", article)
    hands.press(".inline button")
    hands.press(f'.desk-page a[href*="id={article}"]')
    hands.write("#title", title)
    hands.press("form.panel button.first")
    expect(page.locator("h1")).to_have_text(title)
    hands.press('form[action$="withdraw"] button')
    expect(page.locator(".tag.bad")).to_be_visible()
    hands.press(".toast button")
    expect(page.locator(".tag.good")).to_be_visible()
    hands.until_six()
    hands.press("form.panel button.first")
    expect(page.locator(".toast")).to_be_visible()
    hands.go("articles")
    expect(page.locator(".rows li", has_text=title)).to_be_visible()


def take_in(hands: Hands, file: Path) -> None:
    """Import a table with Bengali headings, all of whose columns are matched."""
    page = hands.page
    hands.go("import")
    hands.choose(file)
    hands.press("form.panel button.first")
    for of in ("title", "body", "date", "category", "author"):
        expect(page.locator(f'label[for="map-{of}"]')).to_contain_text("←")
    hands.press('form[action$="start"] button.first')
    expect(page.locator("[role=status]")).to_contain_text("গেছে", timeout=2 * SECONDS * 1000)


def reads_first(page: Page, address: str, title: str) -> None:
    """Check that readers find it first, within the second after which a server rereads the pins."""
    end = time.monotonic() + SECONDS
    page.goto(address)
    while title not in "".join(page.locator(".hit").all_inner_texts()[:1]) and time.monotonic() < end:
        page.reload()
    expect(page.locator(".hit").first).to_contain_text(title)


def test_an_editor_does_ten_things(address: str, hands: Hands, tmp_path: Path) -> None:
    """An editor's tasks work by keyboard alone and by thumb on a phone; readers see each result."""
    thumb = hands.by_thumb
    word, article, colour = ("রেলগাড়ি", "n1", "006a4e") if thumb else ("ট্রেন", "n0", "8a1c3c")
    desk, page = hands.enter(address), hands.page
    site = desk.removesuffix("desk/")
    curate(hands, word)
    reads_first(page, f"{site}search?q={word}", "পদ্মা নদীর খবর")
    page.goto(desk)
    edit(hands, article, f"পদ্মায় ভাঙন, {article}")
    file = tmp_path / f"{article}.csv"
    file.write_text(CSV, "utf-8")
    take_in(hands, file)
    hands.go("look")
    hands.write("#accent", colour)
    hands.press("form.panel button")
    hands.press("form.act button.first")
    reads_first(page, f"{site}search?q=শীতের পিঠা", "শীতের পিঠা")
    assert f"#{colour}" in page.evaluate("getComputedStyle(document.body).getPropertyValue('--indigo')")
    page.goto(desk)
    if thumb:
        hands.act(".desk-menu summary")
    hands.press(".desk-menu form button")
    expect(page.locator("#key")).to_be_visible()


def test_what_is_being_written_is_not_left_without_a_question(address: str, browser: Browser) -> None:
    """The browser asks before a link leaves it, also after the server refused it, but not when it is sent."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page, asked = context.new_page(), list[str]()

        def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)
        hands = Hands(page)
        hands.enter(address)
        hands.go("articles")
        hands.press('.desk-page a[href$="article"]')
        hands.go("pins")
        assert asked == []
        page.go_back()
        hands.write("#title", "ভোরের খবর")
        hands.write("#date", "গতকাল")
        for left in range(2):
            hands.act('.desk-menu a[href*="pins"]')
            expect(page.locator("#title")).to_have_value("ভোরের খবর")
            assert asked == ["beforeunload"] * (left + 1)
            if not left:
                hands.press("form.panel button.first")
        hands.write("#date", "")
        hands.press("form.panel button.first")
        expect(page.locator(".toast")).to_be_visible()
        hands.go("pins")
        assert len(asked) == 2


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "bn"), (360, "dark", "en"), (320, "light", "bn")]
)
def test_nothing_is_in_the_way_of_anybody(
    address: str, browser: Browser, width: int, scheme: Literal["light", "dark"], language: str
) -> None:
    """The axe rules find no violation, and no page is wider than the window."""
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        page = context.new_page()
        desk = address.partition("#")[0]
        found = {}
        for path in ["sign-in", *PATHS]:
            if path == "":
                Hands(page).enter(address)
            page.goto(f"{desk}{path}{'&' if '?' in path else '?'}lang={language}")
            if wrong := objections(page):
                found[path] = wrong
        assert not found
