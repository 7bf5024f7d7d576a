"""What the page weighs and how much of the results it shows at once, beside what it may.

    python benchmarks/page/budgets.py INDEX [--query TEXT]...

Ends with 1 where a budget is exceeded. Sizes are of gzip at its usual level; movement (CLS) and hits on a
screen are Chromium's, of pages whose typeface has been loaded.
"""

import argparse
import gzip
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import waitress
from playwright.sync_api import Browser, sync_playwright

import web
from search import Engine
from web import create_app

STATIC = Path(web.__file__).parent / "static"

QUERIES = ("বাংলাদেশের নদী", "ঢাকা", "শেখ হাসিনার ভারত সফর", "করোনা ভাইরাসের টিকা নিতে হাসপাতালে ভিড়")

WINDOWS = {"phone": (360, 800, 2.5), "desktop": (1280, 900, 4.0)}
"""Width and height of a window; hits in its height at least."""

MEASURE = """() => {
    const heights = [...document.querySelectorAll(".hit")].map(one => one.getBoundingClientRect().height);
    return heights.length ? heights.length / heights.reduce((a, b) => a + b, 0) : 0;
}"""

SHIFTS = """() => new Promise(done => {
    let moved = 0;
    new PerformanceObserver(list => {
        for (const one of list.getEntries()) moved += one.value;
    }).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(moved), 300);
})"""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and its budget; ``least`` says that more is better."""

    name: str
    figure: float
    budget: float
    unit: str
    least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the figure is within the budget."""
        return self.figure >= self.budget if self.least else self.figure <= self.budget

    def __str__(self) -> str:
        """As a line of a table."""
        sign = "≥" if self.least else "≤"
        verdict = "ok" if self.kept else "EXCEEDED"
        return f"{self.name:<44}{self.figure:>9.3g} {sign} {self.budget:g} {self.unit:<6} {verdict}"


def packed(data: bytes) -> float:
    """Kilobytes of the data, compressed."""
    return len(gzip.compress(data)) / 1000


def weights(engine: Engine, queries: tuple[str, ...]) -> Iterator[Row]:
    """What goes over the wire."""
    client = create_app(engine).test_client()
    pages = [client.get("/search", query_string={"q": query}).data for query in queries]
    heaviest = max(map(packed, pages))
    code = sum(packed(path.read_bytes()) for path in STATIC.iterdir() if path.suffix in {".css", ".js"})
    fonts = sum(path.stat().st_size for path in STATIC.glob("fonts/*.woff2")) / 1000
    yield Row("HTML of results, the heaviest, compressed", heaviest, 10, "kB")
    yield Row("JavaScript and CSS, compressed", code, 20, "kB")
    yield Row("first load with typefaces", heaviest + code + fonts, 160, "kB")


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """The address of a server that answers from the engine."""
    server = waitress.create_server(create_app(engine), host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def looks(browser: Browser, site: str, queries: tuple[str, ...]) -> Iterator[Row]:
    """What a reader sees of the results, the worst of all queries."""
    for name, (width, height, least) in WINDOWS.items():
        with browser.new_context(viewport={"width": width, "height": height}) as context:
            page = context.new_page()
            hits, moved = [], []
            page.goto(site)  # the typeface is fetched
            page.evaluate("document.fonts.ready")
            for query in queries:
                page.goto(f"{site}/search?q={query}")
                page.evaluate("document.fonts.ready")
                hits.append(height * page.evaluate(MEASURE))
                moved.append(page.evaluate(SHIFTS))
        yield Row(f"hits in {height} px of a {name} {width} px wide", min(hits), least, "hits", least=True)
        yield Row(f"movement of the page on a {name} (CLS)", max(moved), 0.02, "")


def main() -> None:
    """Measure, print, and say by the exit code whether all budgets are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--query", action="append", help="instead of those that come with the program")
    given = parser.parse_args()
    queries = tuple(given.query or QUERIES)
    with (
        Engine.open(given.index) as engine,
        served(engine) as site,
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        ) as browser,
    ):
        rows = [*weights(engine, queries), *looks(browser, site, queries)]
    print(*rows, sep="\n")
    sys.exit(not all(row.kept for row in rows))


if __name__ == "__main__":
    main()
