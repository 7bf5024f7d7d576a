"""Visits each state that readers and editors can meet: yields its name, with the page in that state."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from playwright.sync_api import Page

__all__ = ["CSV", "QUERY", "Visitor", "editor", "reader"]

QUERY: Final = "বাংলাদেশের নদী"

CSV: Final = "শিরোনাম,বিস্তারিত,তারিখ,লেখক,রং\nইলিশের মৌসুম,পদ্মায় ইলিশ ধরা পড়ছে।,২১/২/২০২৬,রহিম,নীল\n,,কবে,,\n"
"""A table with a row that has faults and a column that is not used."""

PAGES: Final = {
    "home": "",
    "help": "help",
    "about": "about",
    "the box for other sites": "embed",
    "reference of the API": "api/v1/reference",
    "words explained": "analyze?text=বাংলাদেশের র‍্যাব ১৯৭১ সালে গিয়েছিলেন",
    "a query explained": f"analyze?query={QUERY}",
    "results": f"search?q={QUERY}",
    "all articles": "search?q=*",
    "all articles, newest first": "search?q=*&sort=newest",
    "a second page": "search?q=বাংলাদেশ&page=2",
    "Latin letters": "search?q=bangladesher nodi",
    "Latin letters as typed": "search?q=bangladesher nodi&literal=1",
    "a slip": "search?q=বাংলাদেষের নদি",
    "words that not all have": "search?q=পদ্মা নদীর ইলিশ ভাষা আন্দোলন",
    "another word in its place": "search?q=রেলগাড়ি",
    "a date": "search?q=নদী তারিখ:২০২৪",
    "chosen filters": "search?q=বাংলাদেশ&category=ইতিহাস&-category=পরিবেশ&date=2020..2026",
    "filters that leave nothing": "search?q=বাংলাদেশ&category=নেই",
    "nothing found": "search?q=খপুষ্পখপুষ্প",
    "nothing typed": "search?q=",
    "a query with a fault": "search?q=(((",
    "an unknown field": "search?q=foo:ভাষা",
    "beyond the last page": f"search?q={QUERY}&page=900",
    "too long a query": f"search?q={'নদী ' * 300}",
    "a pinned hit": "search?q=সম্পাদক",
    "an article": "article/n1",
    "an article with matches": "article/n1?q=পদ্মা নদী",
    "an article without the words": "article/n1?q=ক্রিকেট",
    "hostile text": "article/hostile?q=পদ্মা",
    "no article": "article/nobody",
    "no page": "nothing",
    "an alert": "alerts/?q=পদ্মা",
    "a link of an alert that has ended": "alerts/confirm?token=none",
    "mail that was stopped": "alerts/stop?token=none",
}


@dataclass(frozen=True)
class Visitor:
    """A browser window on a site.

    Attributes:
        page: the browser's page.
        site: the address of the site.
        language: the language of the pages.
        narrow: whether the window is a phone's.
        number: the number of the visit, so that no two visits change the same article.
    """

    page: Page
    site: str
    language: str
    narrow: bool
    number: int

    def go(self, path: str) -> None:
        """Go to a page in the visitor's language."""
        self.page.goto(f"{self.site}{path}{'&' if '?' in path else '?'}lang={self.language}")

    def press(self, selector: str) -> None:
        """Press a link or button that leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def open_all(self) -> None:
        """Unfold everything that can be unfolded."""
        self.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")


def reader(visitor: Visitor, links: Callable[[], tuple[str, str]]) -> Iterator[str]:
    """Visit the states that readers can meet.

    Args:
        visitor: the window.
        links: returns the addresses that confirm and stop a new alert.
    """
    for name, path in PAGES.items():
        visitor.go(path)
        visitor.open_all()
        yield name
    yield from _over_results(visitor)
    yield from _typing(visitor)
    yield from _reading(visitor)
    yield from _alerts(visitor, links)


def _over_results(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.go(f"search?q={QUERY}")
    if visitor.narrow:
        page.locator(".narrow summary").first.click()
        page.locator("dialog.sheet[open]").wait_for()
        yield "the sheet of filters"
        page.locator("dialog.sheet input[type=checkbox]").first.check()
        page.wait_for_timeout(400)
        yield "the sheet with a tick"
        page.keyboard.press("Escape")
    page.keyboard.press("j")
    yield "a hit gone to by a key"
    page.keyboard.press("?")
    yield "the list of keys"


def _typing(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    for place, path in {"home": "", "results": f"search?q={QUERY}"}.items():
        visitor.go(path)
        page.evaluate("localStorage.setItem('searches', '[\"পদ্মা নদী\"]')")
        page.reload()
        yield f"{place} with earlier searches"
        page.fill("#query", "")
        page.focus("#query")
        page.keyboard.insert_text("পদ্মা")
        page.locator("#suggestions [role=option]").first.wait_for()
        page.locator(".preview li").first.wait_for()
        yield f"suggestions and hits, {place}"
        page.keyboard.press("ArrowDown")
        yield f"a chosen suggestion, {place}"
        page.evaluate("localStorage.clear()")


def _reading(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.go("article/n1?q=পদ্মা নদী")
    page.keyboard.press("n")
    yield "the next match"
    visitor.open_all()
    page.locator(".share button").click()
    page.wait_for_timeout(200)
    yield "shared and cited"


def _alerts(visitor: Visitor, links: Callable[[], tuple[str, str]]) -> Iterator[str]:
    page = visitor.page
    visitor.go("alerts/?q=পদ্মা")
    page.evaluate("document.querySelector('form.text').noValidate = true")
    page.fill("#address", "nobody")
    visitor.press("form.text button")
    yield "an address of mail that is none"
    page.fill("#address", f"pathok{visitor.number}@example.org")
    visitor.press("form.text button")
    yield "an alert asked for"
    for name, link in zip(("confirm", "stop"), links(), strict=True):
        visitor.go(link)
        yield f"an alert to {name}"
        visitor.press("form.text button")
        yield f"an alert after {name}"


def editor(visitor: Visitor, key: str, folder: Path) -> Iterator[str]:
    """Visit the states that editors can meet.

    Args:
        visitor: the window.
        key: an admin's key.
        folder: the folder for the file that is imported.
    """
    visitor.go("desk/sign-in")
    yield "signing in"
    for given, name in (("wrong", "a key that is none"), (key, "overview")):
        visitor.page.fill("#key", given)
        visitor.press("form.panel button")
        visitor.open_all()
        yield name
    yield from _curating(visitor)
    yield from _correcting(visitor)
    yield from _taking_in(visitor, folder)
    for name, path in LOOKED_AT.items():
        visitor.go(f"desk/{path}")
        visitor.open_all()
        yield name


LOOKED_AT: Final = {
    "the desk's first page": "",
    "what was not found": "searches",
    "what was searched most": "searches?which=most",
    "what was not opened": "searches?which=unopened",
    "authors": "authors",
    "the log": "log",
    "colours": "look",
    "colours that can be read": "look?accent=%23006a4e",
    "colours that cannot": "look?accent=%23ffff00",
    "a colour that is none": "look?accent=red",
    "no page of the desk": "nothing",
    "an article that is not there": "article?id=nobody",
    "a page of readers while signed in": f"../search?q={quote(QUERY)}",
}


def _curating(visitor: Visitor) -> Iterator[str]:
    page, word = visitor.page, f"শব্দ{visitor.number}"
    visitor.go("desk/synonyms")
    yield "synonyms"
    visitor.go(f"desk/synonyms?line={quote(f'{word} => ক্রিকেট')}")
    yield "synonyms, before and after"
    visitor.press("section form.act button.first")
    yield "synonyms, live"
    visitor.go("desk/synonyms?line=(")
    yield "synonyms with a fault"
    visitor.go(f"desk/pins?query={quote(word)}")
    for found in ("ক্রিকেট", "পদ্মা নদী"):
        page.fill("#find", found)
        visitor.press('button[value="find "]')
        visitor.press('button[value^="first "]')
    page.fill("#find", "পদ্মা নদী")
    visitor.press('button[value="find "]')
    visitor.press('button[value^="never "]')
    yield "a pin with articles"
    visitor.press('button[value="preview"]')
    yield "a pin, before and after"
    visitor.press("form.panel > button.first")
    yield "a pin, live"
    visitor.press("form.panel button")
    yield "a pin with a fault"


def _correcting(visitor: Visitor) -> Iterator[str]:
    page, article = visitor.page, f"n{visitor.number + 2}"
    visitor.go("desk/articles?q=পদ্মা")
    yield "articles"
    visitor.go("desk/article")
    yield "a new article"
    visitor.press("form.panel button.first")
    yield "an article without words"
    visitor.go(f"desk/article?id={article}")
    yield "an article as indexed"
    page.fill("#title", "পদ্মায় ভাঙন")
    visitor.press("form.panel button.first")
    yield "an article corrected"
    visitor.press('form[action*="withdraw"] button')
    yield "an article withdrawn"
    visitor.press(".toast button")
    yield "an article undone"
    page.fill("#until", "2999-02-21T18:00")
    visitor.press("form.panel button.first")
    yield "an article held"
    visitor.go("desk/articles")
    yield "articles that wait"


def _taking_in(visitor: Visitor, folder: Path) -> Iterator[str]:
    page = visitor.page
    visitor.go("desk/import")
    yield "import"
    for name, text in {"table.csv": CSV, "broken.json": "{"}.items():
        file = folder / name
        file.write_text(text, "utf-8")
        page.set_input_files("#file", file)
        visitor.press('form[enctype="multipart/form-data"] button.first')
        yield f"import of {name}"
        if not page.locator('form[action*="start"]').count():
            continue
        visitor.press('form[action*="start"] button.first')
        yield f"import of {name}, begun"
        page.locator("[data-waiting]").wait_for(state="detached", timeout=60_000)
        page.locator("footer").wait_for()  # the footer of the page that replaces it
        yield f"import of {name}, done"
