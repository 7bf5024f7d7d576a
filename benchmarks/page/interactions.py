"""Measures how soon a page responds to a reader's actions, as Chromium reports it.

The time to the next paint (INP) is the longest of all interactions of a visit, as web.dev defines it for
fewer than fifty. Events under 16 ms are not reported, and count as 16.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.page.rows import Row

__all__ = ["interactions"]

WORDS: Final = ("বাংলা", "ঢাকা", "নির্বা", "amar sonar", "করোনা", "খালেদা জি")
"""Words typed key by key, each from an empty box."""

_WATCH: Final = """
window.longest = 16;
window.late = [];
window.hits = [];
new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (one.interactionId) longest = Math.max(longest, one.duration);
}).observe({type: "event", durationThreshold: 16, buffered: true});
addEventListener("DOMContentLoaded", () => {
    let since = 0;
    let pressed = 0;
    addEventListener("input", () => { since = pressed = performance.now(); }, true);
    document.querySelector(".preview")?.addEventListener("filled", () => requestAnimationFrame(() => {
        if (pressed) hits.push(performance.now() - pressed);
        pressed = 0;
    }));
    const list = document.querySelector("#suggestions");
    if (list) new MutationObserver(() => {
        if (since && !list.hidden) requestAnimationFrame(() => {
            late.push(performance.now() - since);
            since = 0;
        });
    }).observe(list, {childList: true});
});
"""


def _type(page: Page, word: str) -> None:
    page.fill("#query", "")
    for key in word:
        page.keyboard.insert_text(key)
        page.wait_for_timeout(120)
    for key in ("ArrowDown", "ArrowDown", "Escape"):
        page.keyboard.press(key)


def _typing(page: Page) -> None:
    page.focus("#query")
    for word in WORDS:
        _type(page, word)
    page.keyboard.press("Escape")
    for letter in "dhaka":
        page.keyboard.press(letter, delay=20)
        page.wait_for_timeout(80)
    page.keyboard.press("Escape")


def _results(page: Page) -> None:
    page.focus(".narrow summary")
    page.click("button.theme:visible")
    for key in "jjjk":
        page.keyboard.press(key)
    page.keyboard.press("?")
    page.keyboard.press("Escape")


def _article(page: Page) -> None:
    page.click(".hit h2 a >> nth=0")
    page.wait_for_load_state()
    for key in "nnpn":
        page.keyboard.press(key)
    if page.locator(".walk .after").is_visible():
        page.click(".walk .after")
    page.click(".cite summary")


_VISITS: Final[dict[str, tuple[Callable[[Page], None], ...]]] = {
    "typing": (_typing,),
    "results": (_results,),
    "an article": (_article,),
}


def interactions(browser: Browser, site: str, query: str) -> Iterator[Row]:
    """Yield INP of each kind of visit at a phone's width, and times to suggestions and to hits in place."""
    late: list[float] = []
    hits: list[float] = []
    for name, acts in _VISITS.items():
        with browser.new_context(viewport={"width": 600, "height": 800}) as context:
            context.add_init_script(_WATCH)
            page = context.new_page()
            page.goto(f"{site}/search?q={query}")
            page.evaluate("document.fonts.ready")
            for act in acts:
                act(page)
            page.wait_for_timeout(300)
            late += page.evaluate("window.late")
            hits += page.evaluate("window.hits")
            yield Row(f"time to the next paint (INP), {name}", page.evaluate("longest"), 80, "ms")
    slow, usual = np.percentile(late, [95, 50])
    yield Row(f"from a key to its suggestions, p95 of {len(late)}", float(slow), 100, "ms")
    yield Row("from a key to its suggestions, median", float(usual), 100, "ms")
    slow = np.percentile(hits, 95)
    yield Row(f"from a key to hits in place, p95 of {len(hits)}", float(slow), 120, "ms")
