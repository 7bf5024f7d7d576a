"""Measures the page's weight, movement, speed and number of visible results against their budgets.

    python -m benchmarks.page.budgets INDEX [--query TEXT]...

Ends with 1 where a budget is exceeded. Sizes are of gzip at its default level. Movement (CLS), hits on a
screen and times of interactions are Chromium's; movement is that of first visits, with no typeface cached.
"""

import argparse
import gzip
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final
from urllib.parse import quote
from urllib.request import urlopen

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.page.interactions import interactions
from benchmarks.page.rows import Row
from onneshon import web
from onneshon.search import Engine, SearchRequest
from onneshon.web import create_app
from onneshon.web.server import listen, make_server
from onneshon.web.threads import WorkerThreads

STATIC: Final = Path(web.__file__).parent / "static"

QUERIES: Final = ("বাংলাদেশের নদী", "ঢাকা", "শেখ হাসিনার ভারত সফর", "করোনা ভাইরাসের টিকা নিতে হাসপাতালে ভিড়")

PLACES: Final = ("/", "/help", "/analyze?query=padma%20setu")
"""Pages whose movement is measured in addition to those of results."""

ASKED: Final = 200
"""The number of queries, of two words of titles, that time a whole page."""

WINDOWS: Final = {"phone": (360, 800, 2.5), "desktop": (1280, 900, 4.0)}
"""By name: a window's width and height, and the least number of hits in its height."""

MEASURE: Final = """() => {
    const heights = [...document.querySelectorAll(".hit")].map(one => one.getBoundingClientRect().height);
    return heights.length ? heights.length / heights.reduce((a, b) => a + b, 0) : 0;
}"""

WATCH: Final = """window.moved = 0; new PerformanceObserver(list => {
    for (const one of list.getEntries()) window.moved += one.value;
}).observe({type: "layout-shift", buffered: true});"""


def packed(data: bytes) -> float:
    """The size of the data in kilobytes, compressed."""
    return len(gzip.compress(data)) / 1000


def weights(engine: Engine, queries: tuple[str, ...]) -> Iterator[Row]:
    """The sizes of what is sent over the wire."""
    client = create_app(engine).test_client()
    pages = [client.get("/search", query_string={"q": query}).data for query in queries]
    heaviest = max(map(packed, pages))
    files = (path for path in STATIC.iterdir() if path.suffix in {".css", ".js"} and path.stem != "desk")
    code = sum(packed(path.read_bytes()) for path in files)
    fonts = sum(path.stat().st_size for path in STATIC.glob("fonts/*.woff2")) / 1000
    yield Row("HTML of results, the heaviest, compressed", heaviest, 10, "kB")
    yield Row("JavaScript and CSS of readers' pages, compressed", code, 24, "kB")
    yield Row("first load with typefaces", heaviest + code + fonts, 164, "kB")
    yield Row("the box for other sites, compressed", packed(client.get("/embed.js").data), 10, "kB")


def served(engine: Engine) -> str:
    """The address of a server that answers from the engine as long as this program runs."""
    sockets = listen("127.0.0.1", 0)
    server = make_server(create_app(engine), sockets, WorkerThreads())
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{sockets[0].getsockname()[1]}"


def times(engine: Engine, site: str) -> Iterator[Row]:
    """The time of a whole page of results with facets, at its second request."""
    found = engine.search(SearchRequest("*", limit=100)).hits
    titles = [hit.article.title.split() for hit in found for _ in range(ASKED // max(len(found), 1) + 1)]
    spans = [words[at % max(len(words) - 1, 1) :][:2] for at, words in enumerate(titles) if words]
    took = []
    for words in spans[:ASKED]:
        address = f"{site}/search?q={quote(' '.join(words))}"
        for _ in range(2):
            since = perf_counter()
            with urlopen(address) as answer:  # noqa: S310  # our own server
                answer.read()
        took.append(1000 * (perf_counter() - since))
    yield Row(f"GET /search with facets, p95 of {len(took)}, warm", float(np.percentile(took, 95)), 40, "ms")


def looks(browser: Browser, site: str, queries: tuple[str, ...]) -> Iterator[Row]:
    """The worst visible hits and movement over all queries."""
    for name, (width, height, least) in WINDOWS.items():
        hits, moved = [], []
        for address in [*(f"/search?q={quote(query)}" for query in queries), *PLACES]:
            with browser.new_context(viewport={"width": width, "height": height}) as context:
                context.add_init_script(WATCH)
                page = context.new_page()
                page.goto(site + address)
                page.locator("html:not(.held)").wait_for(state="attached")
                page.wait_for_timeout(300)
                moved.append(page.evaluate("window.moved"))
                hits.append(height * page.evaluate(MEASURE))
        yield Row(
            f"hits in {height} px of a {name} {width} px wide", min(filter(None, hits)), least, "hits", True
        )
        yield Row(f"movement on a first visit on a {name} (CLS)", max(moved), 0.02, "")


def main() -> None:
    """Measure, print, and exit with 1 where a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--query", action="append", help="instead of those that come with the program")
    given = parser.parse_args()
    queries = tuple(given.query or QUERIES)
    with (
        Engine.open(given.index) as engine,
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        ) as browser,
    ):
        site = served(engine)
        rows = [*weights(engine, queries), *times(engine, site), *looks(browser, site, queries)]
        rows += interactions(browser, site, queries[0])
    print(*rows, sep="\n")
    sys.exit(not all(row.kept for row in rows))


if __name__ == "__main__":
    main()
