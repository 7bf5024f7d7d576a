"""InstantSearch.js 4, from npm, over this server on another origin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from onneshon.index.configuration import Configuration, KeywordField
from onneshon.search import Article, Engine
from onneshon.web import create_app
from tests.node import node_packages
from tests.packages import ROOT
from tests.web.browsing import listening

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SITE = Configuration(fields=(KeywordField("views", type="number"),))
ARTICLES = [
    Article(
        str(number),
        f"{'পদ্মা' if number % 2 else 'মেঘনা'} নদীর <b>{number}</b> কথা",
        "এই নদীতে ইলিশ ধরা পড়ে।",
        category="পরিবেশ" if number % 2 else "ভ্রমণ",
        keywords={"views": (str(number),)},
    )
    for number in range(25)
]

PAGE = """<!doctype html><html lang="bn"><meta charset="utf-8"><title>খবর</title>
<body><div id="box"></div><div id="stats"></div><div id="list"></div><div id="range"></div>
<div id="sort"></div><div id="hits"></div><div id="pages"></div>
<script src="/instantsearch.js"></script>
<script type="module">
import { onneshonClient } from "/client.js";
const { searchBox, stats, refinementList, rangeInput, sortBy, hits, pagination } = instantsearch.widgets;
const search = instantsearch({ indexName: "articles", searchClient: onneshonClient("OURS") });
const item = (hit, { html, components }) => html`<h2>${components.Highlight({ attribute: "title", hit })}</h2>
  <p>${components.Snippet({ attribute: "snippet", hit })}</p>`;
search.addWidgets([
  instantsearch.widgets.configure({ hitsPerPage: 10 }),
  searchBox({ container: "#box" }), stats({ container: "#stats" }), pagination({ container: "#pages" }),
  refinementList({ container: "#list", attribute: "category", searchable: true }),
  rangeInput({ container: "#range", attribute: "views", min: 0, max: 100 }),
  sortBy({ container: "#sort", items: [
    { label: "best", value: "articles" }, { label: "most", value: "articles:views:desc" }] }),
  hits({ container: "#hits", templates: { item } }),
]);
search.start();
</script></body></html>"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of InstantSearch."""
    folder = node_packages("instantsearch.js@4", folder=tmp_path_factory.mktemp("npm"))
    return folder / "node_modules" / "instantsearch.js" / "dist" / "instantsearch.production.min.js"


@pytest.fixture(scope="module")
def address(library: Path) -> Iterator[str]:
    """The address of the other site, whose page has the widgets."""
    files = {
        "/client.js": (ROOT / "clients" / "instantsearch" / "index.js").read_bytes(),
        "/instantsearch.js": library.read_bytes(),
    }

    def answer(environ: dict[str, str], start: object) -> list[bytes]:
        path = environ["PATH_INFO"]
        kind = "text/javascript" if path.endswith(".js") else "text/html"
        start("200 OK", [("Content-Type", f"{kind}; charset=utf-8")])  # type: ignore[operator]
        return [files.get(path, files["/"])]

    with (
        listening(answer) as theirs,
        Engine.of(ARTICLES, configuration=SITE) as engine,
        listening(create_app(engine, origins=[theirs])) as ours,
    ):
        files["/"] = PAGE.replace("OURS", ours).encode()
        yield theirs


@pytest.fixture
def opened(page: Page, address: str) -> Page:
    """The page with all articles."""
    page.goto(address)
    expect(page.locator("#hits li")).to_have_count(10)
    return page


def test_hits_are_marked_and_escaped(opened: Page) -> None:
    """A typed word matches in any form."""
    opened.get_by_role("searchbox").first.fill("নদী")
    expect(opened.locator("#hits h2 mark").first).to_have_text("নদীর")
    expect(opened.locator("#hits p mark").first).to_have_text("নদীতে")
    assert "<b>" in opened.locator("#hits h2").first.inner_text()
    opened.get_by_role("searchbox").first.fill("মেঘনা")
    expect(opened.locator("#stats")).to_contain_text("13 results")


def test_facets_narrow_and_stay(opened: Page) -> None:
    """Values of one attribute are alternatives, each with the count of choosing it."""
    expect(opened.locator("#list li")).to_have_count(2)
    opened.get_by_label("পরিবেশ").check()
    expect(opened.locator("#stats")).to_contain_text("12 results")
    expect(opened.locator("#list li")).to_have_text(["পরিবেশ12", "ভ্রমণ13"])
    opened.get_by_label("ভ্রমণ").check()
    expect(opened.locator("#stats")).to_contain_text("25 results")
    opened.locator("#list").get_by_role("searchbox").fill("ভ্রম")
    expect(opened.locator("#list li")).to_have_count(1)


def test_pages_numbers_and_orders(opened: Page) -> None:
    """The last page has the rest; numbers have two bounds; an index of another name is a sort order."""
    opened.get_by_role("link", name="Page 3", exact=True).click()
    expect(opened.locator("#hits li")).to_have_count(5)
    opened.locator("#sort select").select_option("articles:views:desc")
    expect(opened.locator("#hits h2").first).to_contain_text("24")
    low, high = opened.locator("#range input").all()
    low.fill("5")
    high.fill("7")
    opened.locator("#range button").click()
    expect(opened.locator("#hits h2")).to_contain_text(["7", "6", "5"])
