"""The documentation as a site: its links hold, its search is ours, and it asks nobody else for anything."""

import json
import re
import shutil
import socket
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from mkdocs.exceptions import MkDocsException

from deploy.docs import site
from onneshon.web.threads import WorkerThreads

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # what the library of the site warns of is not ours to mend
    pytest.mark.xdist_group("docs site"),
]

LOADED: Final = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """The site as ``./dev docs serve`` makes it, and its configuration."""
    folder = tmp_path_factory.mktemp("docs")
    site.pages(folder / "pages")
    return site.make(folder / "pages", folder / "site", searched=True), folder


@pytest.fixture(scope="module")
def client(made: tuple[Any, Path]) -> FlaskClient:
    """Who reads it."""
    config, folder = made
    site.index_pages(config, "https://docs.example.org", folder / "search")
    return site.application(folder / "site", folder / "search" / "index").test_client()


class _Page(HTMLParser):
    """What a page loads, and the places in it that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note either."""
        values = dict(attrs)
        if address := values.get(LOADED.get(tag, "")):
            self.loaded.append(address)
        self.anchors.add(values.get("id") or "")


def test_pages_load_nothing_from_anybody_else(made: tuple[Any, Path]) -> None:
    """Neither letters nor scripts: whoever reads is known to the site alone."""
    pages = list((made[1] / "site").rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        text = path.read_text("utf-8")
        foreign = [address for address in _Page(text).loaded if re.match(r"(https?:)?//", address)]
        assert not [address for address in foreign if "canonical" not in address], path
    for path in (made[1] / "site").rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//", path.read_text("utf-8")), path


def test_each_section_that_is_searched_is_there(made: tuple[Any, Path]) -> None:
    """What a hit leads to is a heading of a page."""
    sections = [*site.sections(made[0])]
    pages = {
        page: _Page((made[1] / "site" / page / "index.html").read_text("utf-8"))
        for page in {section.page for section in sections}
    }
    assert not [section for section in sections if section.anchor not in pages[section.page].anchors | {""}]


def test_the_site_is_searched_by_onneshon(client: FlaskClient) -> None:
    """Its box asks the application beside it, whose hits lead to sections of pages."""
    assert '<script type="module" src="/find/embed.js">' in client.get("/docs/commands/").text
    assert client.get("/find/embed.js").status_code == 200
    answer = client.get("/find/api/v1/search", query_string={"q": "docker volume"}).json
    assert answer
    assert "https://docs.example.org/docs/deployment/#in-a-container" in [
        hit["url"] for hit in answer["hits"]
    ]
    found = client.get("/find/search", query_string={"q": "সমার্থক শব্দ"})
    assert "https://docs.example.org/" in found.text


def test_a_page_is_found_by_its_address(client: FlaskClient) -> None:
    """And so is what it shows; what is not there is not."""
    assert "অন্বেষণ" in client.get("/").text
    assert client.get("/docs/page.png").status_code == 200
    assert client.get("/nothing/").status_code == 404


def test_a_link_to_a_heading_that_is_gone_fails(tmp_path: Path) -> None:
    """As one to a page that is gone does."""
    site.pages(tmp_path / "pages")
    for path in (tmp_path / "pages").rglob("*.md"):
        if path.name not in {"README.md", "tutorial.md"} or path.parent.name == "decisions":
            path.write_text(f"# {path.stem}\n", "utf-8")
    shutil.rmtree(tmp_path / "pages" / "clients")
    (tmp_path / "pages" / "README.md").write_text("# Start\n\n[on](docs/tutorial.md#nowhere)\n", "utf-8")
    with pytest.raises(MkDocsException, match="strict"):
        site.make(tmp_path / "pages", tmp_path / "site", searched=False)


def test_the_command_makes_the_site(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """For any web server, with the search of MkDocs in the browser."""
    site.main(["--into", str(tmp_path)])
    assert "any web server serves it" in capfd.readouterr().err
    assert "onneshon-search" not in (tmp_path / "site" / "index.html").read_text("utf-8")
    assert json.loads((tmp_path / "site" / "search" / "search_index.json").read_text("utf-8"))["docs"]


class _Server:
    def run(self) -> None:
        """End at once."""


def test_the_command_serves_the_site(
    made: tuple[Any, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Under the address that its hits lead to; where it cannot, it says so, and what to do."""
    served: list[Flask] = []

    def make_server(app: Flask, sockets: list[socket.socket], _threads: WorkerThreads) -> _Server:
        served.append(app)
        taken = str(sockets[0].getsockname()[1])
        with pytest.raises(SystemExit, match=f"cannot listen on .* port {taken}: .*another --port"):
            site.main(["serve", "--port", taken, "--into", str(tmp_path)])
        sockets[0].close()
        return _Server()

    monkeypatch.setattr(site, "make", lambda *_, **__: made[0])
    monkeypatch.setattr(site, "make_server", make_server)
    site.main(["serve", "--port", "0", "--into", str(tmp_path)])
    address = re.search(r"http://127\.0\.0\.1:\d+", capfd.readouterr().err)
    assert address
    answer = served[0].test_client().get("/find/api/v1/search?q=docker&limit=1").json
    assert answer
    assert answer["hits"][0]["url"].startswith(f"{address[0]}/")


def test_a_link_that_leads_nowhere_ends_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a line for each, and a word on what to do."""

    def fail(*_: object, **__: object) -> None:
        raise MkDocsException("Aborted with 1 warnings in strict mode!")

    monkeypatch.setattr(site, "make", fail)
    with pytest.raises(SystemExit, match="names a page and a link in it to mend"):
        site.main(["--into", str(tmp_path)])


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("GET /api/v1/articles/ID, GET /api/v1/articles?id=ID", "get-apiv1articlesid-get-apiv1articlesidid"),
        ("১. ইনস্টল", "১-ইনস্টল"),
        ("date_order, [site]", "date_order-site"),
    ],
)
def test_anchors_are_those_of_github(heading: str, anchor: str) -> None:
    """So that one link serves there and on the site."""
    assert site.slug(heading) == anchor
