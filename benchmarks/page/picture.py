"""Takes the picture of a page of results that the README shows, from the sample articles.

    python -m benchmarks.page.picture docs/page.png

Needs a Chromium.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from onneshon.index import build
from onneshon.search import Engine
from onneshon.web import create_app
from tests.web.browsing import CHROMIUM, listening

ROOT: Final = Path(__file__).parents[2]
QUERY: Final = "bangladesher itihas"
WIDTH, HEIGHT = 1280, 800
"""The window in CSS pixels; a picture of that size takes about 100 kB."""


def take(address: str, path: Path) -> None:
    """Save a picture of the page at an address."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(address, wait_until="networkidle")
        page.screenshot(path=path)
        browser.close()


def main() -> int:
    """Build the sample, serve it, and take a picture of a search."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    given = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("There is no chromium on the PATH.")
    with TemporaryDirectory() as folder:
        build([ROOT / "sample" / "articles.jsonl"], Path(folder) / "index")
        with Engine.open(Path(folder) / "index") as engine, listening(create_app(engine)) as address:
            take(f"{address}/search?q={quote(QUERY)}", given.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
