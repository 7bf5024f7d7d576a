import datetime as dt
import json
import re
from dataclasses import replace
from html import unescape

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.web import create_app
from onneshon.web.pages import cards
from onneshon.web.pages.sitemaps import MOST_DESCRIBED, Card
from onneshon.web.site.settings import Site

PICTURE = "https://img.example.org/padma.jpg"

BRIDGE = Article(
    "padma",
    "পদ্মা সেতু: দুই পাড়ের মাঝে",
    "মাওয়া ঘাটে একসময় রাত কেটে যেত। " * 20,
    dt.date(2023, 10, 15),
    "অর্থনীতি",
    author="শাহানা পারুল",
    image=PICTURE,
)

SHOWN = Site(pictures=frozenset({"img.example.org"}))

HOSTILE = replace(BRIDGE, title="</script><script>alert(1)</script> &", body="<!-- ]]> " * 9)


@pytest.fixture(autouse=True)
def _nothing_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch drawn cards off, whatever is installed."""
    monkeypatch.setattr(cards, "drawable", lambda: False)


def _page(article: Article, site: Site, address: str = "/article/padma") -> tuple[str, str]:
    with Engine.of([article]) as engine:
        answer = create_app(engine, whose=site).test_client().get(address)
        return answer.get_data(as_text=True), answer.headers["Content-Security-Policy"]


def _linked(html: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[0]
    )
    return found


def _metas(html: str) -> dict[str, str]:
    return {
        name: unescape(text)
        for name, text in re.findall(r'<meta [a-z]+="([a-z:_]+)" content="([^"]*)"', html)
    }


def test_search_engines_are_told_what_the_article_is() -> None:
    """The JSON-LD has the members of NewsArticle, with the address without a query."""
    linked = _linked(_page(BRIDGE, SHOWN, "/article/padma?q=সেতু")[0])
    assert linked["@type"] == "NewsArticle"
    assert linked["headline"] == BRIDGE.title
    assert linked["datePublished"] == "2023-10-15"
    assert linked["author"] == {"@type": "Person", "name": "শাহানা পারুল"}
    assert linked["image"] == [PICTURE]
    assert linked["mainEntityOfPage"] == "http://localhost/article/padma"
    assert linked["isAccessibleForFree"] is True


TEXT, URL, DATE, TRUTH = "Text", "URL", "Date", "Boolean"

SCHEMA = {
    "NewsArticle": {
        "articleSection": {TEXT},
        "author": {"Organization", "Person"},
        "datePublished": {DATE, "DateTime"},
        "description": {TEXT, "TextObject"},
        "headline": {TEXT},
        "image": {"ImageObject", URL},
        "inLanguage": {"Language", TEXT},
        "isAccessibleForFree": {TRUTH},
        "mainEntityOfPage": {"CreativeWork", URL},
        "publisher": {"Organization", "Person"},
    },
    "Person": {"name": {TEXT}},
    "Organization": {"name": {TEXT}},
}
"""Properties of the named types of schema.org, version 29, with the types of their values."""


def _types(value: object) -> set[str]:
    """The types that a value of JSON-LD may have."""
    if isinstance(value, dict):
        _fits(value)
        return {str(value["@type"])}
    if isinstance(value, bool):
        return {TRUTH}
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return {TEXT, DATE}
    return {TEXT, URL} if re.match("https?://", text) else {TEXT}


def _fits(thing: dict[str, object]) -> None:
    properties = SCHEMA[str(thing["@type"])]
    for name, values in thing.items():
        if not name.startswith("@"):
            for value in values if isinstance(values, list) else [values]:
                assert _types(value) & properties[name], (name, value)


@pytest.mark.parametrize("drawn", [None, "https://example.org/card.png?id=padma"])
@pytest.mark.parametrize("article", [BRIDGE, HOSTILE, Article("padma", "পদ্মা")])
def test_it_is_reported_in_words_and_types_of_schema_org(article: Article, drawn: str | None) -> None:
    """No property is foreign to its type, and no value has a type that its property does not allow."""
    card = Card(article, article.title, "https://example.org/article/padma", "অন্বেষণ", PICTURE, drawn)
    linked = json.loads(card.linked_data)
    assert (linked["@context"], linked["@type"]) == ("https://schema.org", "NewsArticle")
    _fits(linked)


def test_a_link_that_is_shared_has_a_card() -> None:
    """Open Graph and Twitter read its title, beginning, picture and site name."""
    metas = _metas(_page(BRIDGE, SHOWN)[0])
    assert (metas["og:title"], metas["og:site_name"]) == (BRIDGE.title, "অন্বেষণ")
    assert metas["og:url"] == "http://localhost/article/padma"
    assert (metas["og:image"], metas["twitter:card"]) == (PICTURE, "summary_large_image")
    assert metas["og:description"] == metas["description"]
    assert metas["description"].endswith(" …")
    assert len(metas["description"]) <= MOST_DESCRIBED + 2


@pytest.mark.parametrize(
    ("body", "described"),
    [
        ("ক" * MOST_DESCRIBED, "ক" * MOST_DESCRIBED),
        ("ক" * (MOST_DESCRIBED + 1), "ক" * MOST_DESCRIBED + " …"),
        ("ক" * 198 + " নদী", "ক" * 198 + " …"),
        ("নদী\n\n ও \u2028নারী", "নদী ও নারী"),
        ("ও " + "ক" * MOST_DESCRIBED, "ও …"),
    ],
    ids=["as long as may be", "one word", "between words", "one line", "a long word"],
)
def test_a_description_is_cut_between_words(body: str, described: str) -> None:
    """A description is cut within a word only if that is longer than a description may be."""
    assert Card(replace(BRIDGE, body=body), "", "", "").description == described


def test_an_article_of_a_title_alone_has_a_card_too() -> None:
    """Unknown properties are left out."""
    html, _ = _page(Article("padma", "পদ্মা"), Site())
    assert _linked(html).keys() == {
        *(
            "@context",
            "@type",
            "headline",
            "mainEntityOfPage",
            "inLanguage",
            "publisher",
            "isAccessibleForFree",
        )
    }
    assert _metas(html)["twitter:card"] == "summary"


def test_no_text_of_an_article_ends_the_element_it_stands_in() -> None:
    """Signs of markup are escaped as JSON allows."""
    html, _ = _page(HOSTILE, Site())
    assert "alert(1)</script>" not in html
    assert _linked(html)["headline"] == HOSTILE.title
    assert not set("<>&") & set(Card(HOSTILE, HOSTILE.title, "", "").linked_data)


@pytest.mark.parametrize("path", ["/search?q=পদ্মা", "/article/padma"])
def test_pictures_come_from_the_hosts_of_the_site_alone(path: str) -> None:
    """The server of pictures gets no referrer with the query; without the setting there are no pictures."""
    html, policy = _page(BRIDGE, SHOWN, path)
    assert f'src="{PICTURE}"' in html
    assert 'referrerpolicy="no-referrer"' in html
    assert "img-src 'self' img.example.org;" in policy
    for site, image in (
        (Site(), PICTURE),
        (SHOWN, "https://evil.example/a.jpg"),
        (SHOWN, "javascript:alert(1)"),
    ):
        html, policy = _page(replace(BRIDGE, image=image), site, path)
        assert 'class="picture"' not in html
        assert ("img.example.org" in policy) == bool(site.pictures)


def test_the_first_pictures_are_asked_for_at_once() -> None:
    """Later pictures are loaded as they come into view; each has its space reserved."""
    articles = [replace(BRIDGE, id=str(at), body=f"পদ্মা {at}") for at in range(5)]
    with Engine.of(articles) as engine:
        html = (
            create_app(engine, whose=SHOWN)
            .test_client()
            .get("/search?q=পদ্মা&group=off")
            .get_data(as_text=True)
        )
    pictures = re.findall(r'<img class="picture"[^>]*>', html)
    assert ["lazy" in picture for picture in pictures] == [False, False, False, True, True]
    assert all('width="128" height="88" alt=""' in picture for picture in pictures)
