"""What the page says of words that were taken for more than was typed, or for nothing."""

import pytest

from onneshon.search import Article, Engine
from onneshon.web import create_app

TEXTS = ["সড়ক দুর্ঘটনা নিয়ে আলোচনা"] * 6 + ["ভারত ও অন্য দেশ"] * 3


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("সড়ক দুর্ঘট", "Searched for "),
        ("where is the zygote of india", "was not understood and was passed over"),
    ],
)
def test_the_page_says_what_was_not_searched_as_typed(query: str, notice: str) -> None:
    """A last word that goes on, and a word of an English query that nobody knows."""
    articles = [Article(str(number), text, f"{text}, {number}") for number, text in enumerate(TEXTS)]
    with Engine.of(articles) as engine:
        client = create_app(engine).test_client()
        page = client.get("/search", query_string={"q": query, "lang": "en"}).get_data(as_text=True)
        found = client.get("/api/v1/search", query_string={"q": query}).get_json()
    assert notice in page
    assert found["total"] > 0
