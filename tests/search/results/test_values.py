"""The values that a search returns, as pages and API clients use them."""

import datetime as dt
from dataclasses import replace

import pytest

from onneshon.index import Article
from onneshon.search.results.understood import UnderstoodWord, WordWriting
from onneshon.search.results.values import Hit, Match, ResultPage, SimilarArticle, Snippet, html_of
from onneshon.search.retrieval.facets import Facet, FacetValue

ARTICLE = Article(
    "nodi-2",
    "নদীর মেলা",
    "মেলা বসেছে।",
    dt.date(2022, 8, 5),
    "পরিবেশ",
    "https://example.org/nodi",
    "শাহানা পারুল",
    keywords={"district": ("খুলনা",)},
)
SHOWN = Snippet("নদীর মেলা", (Match(0, 4, "inflection"), Match(5, 9)))
HIT = Hit(ARTICLE, 2.5, SHOWN, Snippet("মেলা বসেছে।"), {"নদী": "inflection"})
PAGE = ResultPage("নদী মেলা", (HIT, HIT, HIT), 13, 10, 10, 1.25, counts=(("নদী", 13), ("মেলা", 2)))


def test_pieces_are_the_text_in_order() -> None:
    """Text outside the marks has no match, and may be empty."""
    assert [*SHOWN.pieces()] == [
        ("", None),
        ("নদীর", SHOWN.matches[0]),
        (" ", None),
        ("মেলা", SHOWN.matches[1]),
        ("", None),
    ]


def test_html_escapes_texts_and_marks_what_matches() -> None:
    """Markup in a text is escaped; empty pieces are left out."""
    assert SHOWN.html() == '<mark class="inflection">নদীর</mark> <mark class="exact">মেলা</mark>'
    assert Snippet("<b>নদী</b>", (Match(3, 6),)).html() == '&lt;b&gt;<mark class="exact">নদী</mark>&lt;/b&gt;'
    assert html_of([("", "exact"), ("নদী", None)], ["first"]) == "নদী"


def test_marks_are_named_in_their_order() -> None:
    """Names are used as long as there are any; unmarked text uses none."""
    html = html_of([("নদী", "exact"), (" ", None), ("মেলা", "sound"), ("ভাষা", "sound")], ["a", 'b"'])
    assert html == (
        '<mark class="exact" id="a">নদী</mark> <mark class="sound" id="b&quot;">মেলা</mark>'
        '<mark class="sound">ভাষা</mark>'
    )


@pytest.mark.parametrize("found", [HIT, SimilarArticle(ARTICLE, 2.5)])
def test_what_is_found_has_the_fields_of_its_article(found: Hit | SimilarArticle) -> None:
    """A hit has its article's fields under the same names, in JSON too, except the text."""
    names = ("id", "title", "date", "category", "author", "url", "lang", "keywords", "image")
    assert {name: getattr(found, name) for name in names} == {name: getattr(ARTICLE, name) for name in names}
    told = found.to_dict()
    assert (told["id"], told["date"], told["keywords"]) == ("nodi-2", "2022-08-05", {"district": ["খুলনা"]})
    assert not {"image", "article", "body"} & told.keys()


def test_facts_are_what_is_known_of_an_article() -> None:
    """Facts have nothing about the match, and no empty fields."""
    assert HIT.body == "মেলা বসেছে।"
    assert HIT.facts() == {
        "id": "nodi-2",
        "title": "নদীর মেলা",
        "date": "2022-08-05",
        "category": "পরিবেশ",
        "author": "শাহানা পারুল",
        "url": "https://example.org/nodi",
        "lang": "bn",
        "keywords": {"district": ["খুলনা"]},
    }
    assert replace(HIT, article=Article("2", "নদী")).facts() == {"id": "2", "title": "নদী", "lang": "bn"}


def test_a_page_is_its_hits_and_tells_its_counts_and_facets_by_name() -> None:
    """``facets_are_exact`` is true only if each facet is exact."""
    category = Facet("category", (FacetValue("পরিবেশ", 9), FacetValue("খেলা", 3)), more=4)
    author = Facet("author", (FacetValue("শাহানা পারুল", 8),), exact=False)
    page = replace(PAGE, facets={"category": category, "author": author})
    assert ([*page], len(page)) == ([HIT] * 3, 3)
    told = page.to_dict()
    assert told["counts"] == [{"word": "নদী", "articles": 13}, {"word": "মেলা", "articles": 2}]
    assert told["facets"]["author"] == [{"value": "শাহানা পারুল", "count": 8}]
    assert told["facets_more"] == {"category": 4, "author": 0}
    assert (told["facets_are_exact"], replace(page, facets={"category": category}).facets_are_exact) == (
        False,
        True,
    )
    assert (len(told["hits"]), told["query"], told["total"], told["took_ms"]) == (3, "নদী মেলা", 13, 1.25)


def test_a_page_that_says_nothing_else_is_whole() -> None:
    """By default nothing is missing, grouped or hidden, and no hit lacks a word."""
    page = ResultPage("নদী", (), 0, 0, 10, 1.25)
    assert (page.partial, page.partial_reason, page.total_is_exact, page.facets_are_exact) == (
        False,
        None,
        True,
        True,
    )
    assert (page.grouped, page.total_all, page.lacking_from, page.cursor) == (0, 0, None, None)
    assert (HIT.alike, HIT.pinned, HIT.missing, HIT.explanation) == (0, False, (), None)


@pytest.mark.parametrize(
    ("complete", "lacking_from"), [(None, None), (13, None), (12, 2), (11, 1), (10, 0), (4, 0), (0, 0)]
)
def test_a_page_tells_from_which_hit_on_something_is_lacking(
    complete: int | None, lacking_from: int | None
) -> None:
    """``lacking_from`` is counted on the page; it is 0 where all complete hits are on earlier pages."""
    assert PAGE.divided(complete).lacking_from == lacking_from
    assert replace(PAGE, partial=True).divided(complete).lacking_from is None
    assert replace(PAGE, sort="newest").divided(complete).lacking_from is None


def test_an_understood_word_is_reported_with_its_spellings() -> None:
    """Each writing has its kind and its document frequency."""
    word = UnderstoodWord("mela", "sound", 2, (WordWriting("মেলা", "sound", 1.0, 2),), ("মেলে",))
    assert word.to_dict() == {
        "typed": "mela",
        "kind": "sound",
        "articles": 2,
        "writings": [{"text": "মেলা", "kind": "sound", "weight": 1.0, "articles": 2}],
        "others": ["মেলে"],
    }
