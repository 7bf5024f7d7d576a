import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape, unescape
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.web import create_app
from onneshon.web.pages import exports

RIVER = Article("নদী/১", "পদ্মা নদী", "নদীর কথা।", category="পরিবেশ")


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    """A client of a site of three articles, two of them near-duplicates."""
    articles = [
        RIVER,
        replace(RIVER, id="b", url="https://example.org/b"),
        replace(RIVER, id="c", title="নদী", category="গান"),
    ]
    with Engine.of(articles) as engine:
        yield create_app(engine).test_client()


def _lines(client: FlaskClient, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/export?format=jsonl&{query}")
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]


def test_all_pages_of_results_are_one_file(client: FlaskClient) -> None:
    """The file is named after the query; articles without an original have the site's own address."""
    answer = client.get("/export?format=csv&q=নদী")
    assert answer.mimetype == "text/csv"
    assert answer.is_streamed
    assert "নদী.csv" in unquote(answer.headers["Content-Disposition"])
    rows = {row["id"]: row["url"] for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))}
    assert rows.keys() == {"নদী/১", "b", "c"}
    assert rows["b"] == "https://example.org/b"
    assert client.get(rows["নদী/১"]).status_code == 200


def test_filters_and_order_hold(client: FlaskClient) -> None:
    """The file has the filters and the order of the page that links to it."""
    assert [line["id"] for line in _lines(client, "q=নদী&category=গান")] == ["c"]
    page = client.get("/search?q=নদী&category=গান&more=1").get_data(as_text=True)
    for form in ("csv", "jsonl", "bibtex", "ris"):
        assert f"&amp;category=%E0%A6%97%E0%A6%BE%E0%A6%A8&amp;format={form}" in page


def test_a_lasting_link_says_when_the_index_is_another(client: FlaskClient) -> None:
    """A link to another generation has a notice with a link to the current one."""
    html = client.get("/search?q=নদী&category=গান").get_data(as_text=True)
    (link,) = (unescape(link) for link in re.findall(r'href="(/search[^"]*generation=[^"]*)"', html))
    assert "category=" in link
    assert "সূচি বদলেছে" not in client.get(link).get_data(as_text=True)
    older = client.get(re.sub("generation=[^&]*", "generation=older", link)).get_data(as_text=True)
    assert "সূচি বদলেছে" in older
    assert escape(link) in older


def test_a_file_has_no_more_than_it_may(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server must not read all its articles for anybody."""
    monkeypatch.setattr(exports, "MOST", 2)
    assert len(_lines(client, "q=নদী")) == 2


@pytest.mark.parametrize(
    ("query", "status"),
    [("format=pdf&q=নদী", 400), ("format=csv&q=", 302), ("format=csv&q=" + "ক" * 600, 400)],
)
def test_what_makes_no_file_is_said(client: FlaskClient, query: str, status: int) -> None:
    """A wrong request is refused before anything is sent."""
    assert client.get(f"/export?{query}").status_code == status


def test_a_file_of_no_named_format_is_for_a_spreadsheet(client: FlaskClient) -> None:
    """An address that was cut short still gives a file."""
    assert client.get("/export?q=নদী").data == client.get("/export?format=csv&q=নদী").data


def test_nothing_found_is_a_file_without_articles(client: FlaskClient) -> None:
    """The file has its heading."""
    assert client.get("/export?format=csv&q=খপুষ্প").data.decode("utf-8-sig").splitlines() == [
        "id,title,author,date,category,lang,url"
    ]
