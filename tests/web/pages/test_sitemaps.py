import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.web import create_app
from onneshon.web.pages import sitemaps
from tests.fake_engine import HOSTILE

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"

TODAY = dt.datetime(2024, 3, 2, 9, 30, tzinfo=dt.UTC)

PADMA = Article("পদ্মা/১", "পদ্মা সেতু", "পদ্মার উপরে সেতু।", dt.date(2023, 10, 15))
ARTICLES = [
    PADMA,
    replace(PADMA, id="b&<", title=HOSTILE, date=dt.date(2024, 3, 1)),
    replace(PADMA, id="c", title="", date=dt.date(2024, 2, 3)),
    replace(PADMA, id="d", title="তারিখ ছাড়া", date=None),
]


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    """A client of a site of four articles, on the second of March 2024."""
    with Engine.of(ARTICLES) as engine:
        yield create_app(engine, clock=lambda: TODAY).test_client()


def _read(client: FlaskClient, path: str) -> ET.Element:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return ET.fromstring(answer.data)  # noqa: S314  # our own answer


def _said(parts: ET.Element) -> list[tuple[str | None, str | None]]:
    """The address and day of each entry, after a check of the schema's order."""
    for part in parts:
        assert [child.tag for child in part][:2] in (
            [f"{SITEMAP}loc", f"{SITEMAP}lastmod"],
            [f"{SITEMAP}loc"],
        )
    return [(part.findtext(f"{SITEMAP}loc"), part.findtext(f"{SITEMAP}lastmod")) for part in parts]


def test_the_files_are_named_with_the_day_that_they_changed_on(client: FlaskClient) -> None:
    """There is a file for each year, the newest first, and one without a day for undated articles."""
    index = _read(client, "/sitemap.xml")
    assert index.tag == f"{SITEMAP}sitemapindex"
    assert _said(index) == [
        ("http://localhost/sitemap-2024.xml", "2024-03-01"),
        ("http://localhost/sitemap-2023.xml", "2023-10-15"),
        ("http://localhost/sitemap-undated.xml", None),
    ]


def test_every_article_is_in_one_file(client: FlaskClient) -> None:
    """Entries are whole addresses, escaped for URLs and XML."""
    files = [loc for loc, _ in _said(_read(client, "/sitemap.xml"))]
    found = [entry for file in files if file for entry in _said(_read(client, file))]
    assert found == [
        ("http://localhost/article/b&%3C", "2024-03-01"),
        ("http://localhost/article/c", "2024-02-03"),
        ("http://localhost/article/%E0%A6%AA%E0%A6%A6%E0%A7%8D%E0%A6%AE%E0%A6%BE/%E0%A7%A7", "2023-10-15"),
        ("http://localhost/article/d", None),
    ]
    assert all(client.get(address).status_code == 200 for address, _ in found if address)


def test_a_year_of_many_articles_is_cut_into_months_and_these_into_days(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No file has more addresses than allowed."""
    monkeypatch.setattr(sitemaps, "MOST_OF_A_YEAR", 1)
    monkeypatch.setattr(sitemaps, "MOST", 1)
    days = [dt.date(2024, 3, 1), dt.date(2024, 3, 2), dt.date(2024, 1, 9), dt.date(2023, 5, 5)]
    with Engine.of([replace(PADMA, id=str(at), date=day) for at, day in enumerate(days)]) as engine:
        names = [part.name for part in sitemaps.parts(engine)]
        client = create_app(engine).test_client()
        assert len(_read(client, "/sitemap-2024-03-02.xml")) == 1
    assert names == ["2024-03-02", "2024-03-01", "2024-01", "2023"]


@pytest.mark.parametrize("name", ["2022", "2024-03", "..", "২০২৪", "2024..2025", "x"])
def test_there_is_no_file_but_those_that_are_named(client: FlaskClient, name: str) -> None:
    """Nobody can make the server produce others."""
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_a_file_is_made_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is cached for as long as the index is the same."""
    first = client.get("/sitemap-2023.xml").data

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(sitemaps, "_file", fail)
    assert client.get("/sitemap-2023.xml").data == first


def test_the_news_of_two_days_are_reported(client: FlaskClient) -> None:
    """Google News gets the publication, the language, the day and the title."""
    (entry,) = _read(client, "/news-sitemap.xml")
    news = entry.find(f"{NEWS}news")
    assert news is not None
    assert [child.tag for child in news] == [
        f"{NEWS}{name}" for name in ("publication", "publication_date", "title")
    ]
    assert [child.text for child in news[0]] == ["অন্বেষণ", "bn"]
    assert news[1].text == "2024-03-01"
    assert "<script>" in (news[2].text or "")


def test_news_is_of_today_and_the_two_days_before() -> None:
    """The newest comes first; an article of tomorrow is not news yet."""
    days = [dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2024, 3, 2), dt.date(2024, 3, 3)]
    with Engine.of([replace(PADMA, id=str(day), date=day) for day in days]) as engine:
        client = create_app(engine, clock=lambda: TODAY).test_client()
        dates = [entry.findtext(f".//{NEWS}publication_date") for entry in _read(client, "/news-sitemap.xml")]
    assert dates == ["2024-03-02", "2024-02-29"]


def test_without_news_there_is_no_file_of_news() -> None:
    """The schema allows no empty file; an index without articles has no sitemap either."""
    with Engine.of([PADMA]) as engine:
        client = create_app(engine, clock=lambda: TODAY).test_client()
        assert client.get("/news-sitemap.xml").status_code == 404
        assert client.get("/sitemap.xml").status_code == 200
        assert "news-sitemap" not in client.get("/robots.txt").text


def test_crawlers_are_told_what_to_leave_before_there_is_an_index() -> None:
    """A site whose robots.txt fails is not crawled at all."""
    told = create_app(lambda: None).test_client().get("/robots.txt")
    assert (told.status_code, "Disallow: /search" in told.text) == (200, True)


def test_crawlers_are_led_to_articles_and_kept_from_searches(client: FlaskClient) -> None:
    """Searches make an endless number of pages."""
    text = client.get("/robots.txt").get_data(as_text=True)
    assert re.findall("^Sitemap: (.*)$", text, re.MULTILINE) == [
        "http://localhost/sitemap.xml",
        "http://localhost/news-sitemap.xml",
    ]
    left = re.findall("^Disallow: (.*)$", text, re.MULTILINE)
    assert {"/search", "/preview", "/api/v1/"} <= set(left)
    assert not any("/article/1".startswith(path) for path in left)
