"""Whether axe objects to any state that readers and editors can meet, or a page is wider than its window.

    python -m benchmarks.page.accessibility [--pictures DIR]

Visits the states of benchmarks/page/states.py on two sites of its own, one with all features switched on and
one whose articles have no dates, in two themes, windows and languages. Ends with 1 where there is an
objection. Needs a Chromium; takes some minutes.
"""

import argparse
import datetime as dt
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from benchmarks.page.states import Visitor, editor, reader
from onneshon.index import Article, build
from onneshon.index.configuration import PINS_FILE
from onneshon.index.ingest.corpus import read_articles
from onneshon.search.curation import pins
from onneshon.web.access.keys import Scope, add_key
from onneshon.web.alerts.store import AlertStore
from onneshon.web.searches.store import Counted, SearchStore
from tests.serving import serving
from tests.web.browsing import CHROMIUM, objections

ROOT: Final = Path(__file__).parents[2]

THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
WINDOWS: Final = {"phone": (360, 800), "desktop": (1280, 900)}
ADMIN: Final[tuple[Scope, ...]] = ("admin",)
LANGUAGES: Final = ("bn", "en")

HOST: Final = "img.example.org"
SETTINGS: Final = f"""[site]
pictures = ["{HOST}"]
[site.searches]
count = true
[site.alerts]
sender = "khobor@example.org"
"""
DAY: Final = dt.date(2026, 1, 1)
RIVER: Final = Article(
    "", "পদ্মা নদীর খবর", "পদ্মা নদীতে পানি বেড়েছে। ", DAY, "পরিবেশ", "https://example.org/1", "রহিম"
)
HOSTILE: Final = "<script>alert('অ')</script>\"><img src=x onerror=alert(1)>"


@dataclass(frozen=True)
class Grounds:
    """The sites that are visited.

    Attributes:
        whole: the address of the site with all features switched on.
        bare: the address of the site of articles without dates.
        directory: the index of the first site.
        key: an admin's key there.
    """

    whole: str
    bare: str
    directory: Path
    key: str

    def links(self) -> tuple[str, str]:
        """The addresses to confirm the newest alert and to stop it."""
        store = AlertStore(self.directory)
        alert = store.asked(1000)[-1]
        token = store.link(alert)
        return f"alerts/confirm?token={token}", f"alerts/stop?token={token}"


def _articles() -> list[Article]:
    sample = list(read_articles([ROOT / "sample" / "articles.jsonl"]))
    rivers = [
        replace(RIVER, id=f"n{at}", body=RIVER.body + "নদীর গান। " * at, date=DAY + dt.timedelta(at))
        for at in range(12)
    ]
    hostile = Article("hostile", f"{HOSTILE} পদ্মা", f"{HOSTILE} পদ্মা", None, HOSTILE, "", HOSTILE)
    return [
        replace(article, image=f"https://{HOST}/{at}.png") if at % 2 else article
        for at, article in enumerate([*sample, *rivers, hostile])
    ]


@contextmanager
def grounds(folder: Path) -> Iterator[Grounds]:
    """Build and serve the two sites."""
    articles, whole, bare = _articles(), folder / "whole", folder / "bare"
    build(articles, whole)
    build([replace(article, date=None, image="", author="", category="") for article in articles], bare)
    (whole / "onneshon.toml").write_text(SETTINGS, "utf-8")
    (whole / "authors.txt").write_text("রহিম = রহীম; আব্দুর রহিম\n", "utf-8")
    (whole / PINS_FILE).write_bytes(pins.encoded((pins.Pin(("সম্পাদক",), ("n1",)),)))
    today = dt.date.today()  # noqa: DTZ011  # as the desk has it
    counted = [Counted(today, word, word, 9, at, at) for at, word in enumerate(("ট্রেন", "রেলগাড়ি"))]
    SearchStore(whole).add(counted, 30, today)
    key = add_key(whole / "keys.txt", "rahima", ADMIN, today)
    with serving(whole, "--keys", str(whole / "keys.txt")) as first, serving(bare) as second:
        yield Grounds(first.url, second.url, whole, key)


def visits(visitor: Visitor, where: Grounds, folder: Path) -> Iterator[str]:
    """Every state of both sites."""
    yield from reader(visitor, where.links)
    yield from editor(visitor, where.key, folder)
    other = replace(visitor, site=where.bare)
    for path in ("", "search?q=পদ্মা", "article/n1?q=পদ্মা"):
        other.go(path)
        yield f"without dates: /{path}"


def _picture() -> bytes:
    data = io.BytesIO()
    Image.linear_gradient("L").save(data, "PNG")
    return data.getvalue()


def examine(browser: Browser, where: Grounds, folder: Path, pictures: Path | None) -> tuple[int, list[str]]:
    """The number of states seen, and the objections."""
    seen, found, picture, numbers = 0, [], _picture(), count()
    for theme, (window, (width, height)), language in product(THEMES, WINDOWS.items(), LANGUAGES):
        with browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme) as context:
            context.route(f"https://{HOST}/**", lambda route: route.fulfill(body=picture))
            visitor = Visitor(context.new_page(), where.whole, language, window == "phone", next(numbers))
            for number, state in enumerate(visits(visitor, where, folder)):
                seen += 1
                said = [
                    f"{state}, {window}, {theme}, {language}: {what}" for what in objections(visitor.page)
                ]
                print(*said, sep="\n", end="\n" if said else "")
                found += said
                if pictures:
                    path = pictures / f"{window}-{theme}-{language}-{number:03}.png"
                    visitor.page.screenshot(path=path)
    return seen, found


def main() -> int:
    """Serve, visit, and print the objections."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pictures", type=Path, help="a folder that takes a picture of each state")
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        with grounds(folder) as where:
            seen, found = examine(browser, where, folder, given.pictures)
        browser.close()
    print(f"{seen} states seen, {len(found)} with something to object to")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
