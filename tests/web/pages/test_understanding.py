"""What the page says of words that were completed, or that have no reading."""

from dataclasses import replace

import pytest

from onneshon.search import Article, Engine, SearchRequest
from onneshon.search.results.understood import Understanding
from onneshon.search.results.values import ResultPage, Snippet
from onneshon.web import create_app
from tests.fake_engine import FakeEngine, marks

TEXTS = ["সড়ক দুর্ঘটনা নিয়ে আলোচনা"] * 6 + ["ভারত ও অন্য দেশ"] * 3


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("সড়ক দুর্ঘট", "Searched for "),
        ("where is the zygote of india", "was not understood and was ignored"),
    ],
)
def test_the_page_says_what_was_not_searched_as_typed(query: str, notice: str) -> None:
    """The page reports a completed last word, and an unreadable word of an English query."""
    articles = [Article(str(number), text, f"{text}, {number}") for number, text in enumerate(TEXTS)]
    with Engine.of(articles) as engine:
        client = create_app(engine).test_client()
        page = client.get("/search", query_string={"q": query, "lang": "en"}).get_data(as_text=True)
        found = client.get("/api/v1/search", query_string={"q": query}).get_json()
    assert notice in page
    assert found["total"] > 0


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        ("where is the zygote of india", "ভারত"),
        ("what did india say about zygote", "ভারত"),
        ("india and the zygote", "ভারত"),
        ('"the zygote of india"', '"ভারত"'),
        ("where is zygote in india -desh", "ভারত -দেশ"),
    ],
)
def test_the_page_claims_to_have_searched_for_what_it_searched(query: str, searched: str) -> None:
    """Function words and words without a reading are not searched, and are in no claim of a search."""
    articles = [Article(str(number), text, f"{text}, {number}") for number, text in enumerate(TEXTS)]
    with Engine.of(articles) as engine:
        page = engine.search(query)
    assert page.understanding is not None
    assert page.understanding.understood == searched
    assert [word for word in ("zygote", "where", "say") if word in dict(page.counts)] == []


class _Reads(FakeEngine):
    """An engine that reads two words by sound; a hit has another reading of one."""

    def search(self, request: SearchRequest, /) -> ResultPage:
        """Return one hit, both of whose words are marked."""
        page = super().search(request)
        text = "রাজশাহী ও রাজস্বের কথা"
        marked = Snippet(text, marks(text, "রাজশাহী", "রাজস্বের", layer="sound"))
        hit = replace(
            page.hits[0], marked_title=marked, snippet=marked, read_as={"rajsho": ("রাজস্ব",)}, layers={}
        )
        return replace(page, hits=(hit,), understanding=Understanding("a b", "রাজশাহী রাজশ", "a b"))


def test_the_one_word_that_was_read_otherwise_is_marked_as_another() -> None:
    """The word found by another reading is so marked in any form; the other word is the page's reading."""
    html = create_app(_Reads()).test_client().get("/search?q=a").get_data(as_text=True)
    hit = html[html.index('<li class="hit as-read"') :]
    assert hit.count('<mark class="sound">রাজশাহী</mark>') == 2
    assert hit.count('<mark class="sound other">রাজস্বের</mark>') == 2
