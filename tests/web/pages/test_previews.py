from urllib.parse import quote

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.web import create_app

ARTICLES = [
    Article("r", "রাজশাহীর আম", "রাজশাহীর বাগানে আম পাকে।", category="কৃষি"),
    Article("s", "রাজশাহীর রেশম", "রাজশাহীর রেশম বিখ্যাত।", category="কৃষি"),
    Article("d", "ঢাকার নদী", "বুড়িগঙ্গা ঢাকার নদী।", category="পরিবেশ"),
]


def _ask(query: dict[str, str]) -> tuple[int, str]:
    with Engine.of(ARTICLES) as engine:
        answer = create_app(engine).test_client().get("/preview", query_string=query)
        return answer.status_code, answer.get_data(as_text=True)


def test_hits_are_marked_and_lead_to_their_articles_with_the_query() -> None:
    """The preview is a part of a page, with the words and the count of the whole page."""
    status, html = _ask({"q": "নদী"})
    assert status == 200
    assert "<html" not in html
    assert "<bdi>নদী</bdi> · ১টি নিবন্ধ" in html
    assert '<a href="/article/d?q=%E0%A6%A8%E0%A6%A6%E0%A7%80&amp;hit=1">' in html
    assert '<mark class="exact">নদী</mark>' in html


def test_the_beginning_of_a_word_finds_what_the_word_finds() -> None:
    """The word is named since it was not typed; the beginning is too short for a search to complete it."""
    status, html = _ask({"q": "রাজ"})
    assert status == 200
    assert "<bdi>রাজশাহীর</bdi>" in html
    assert "/article/r?" in html


@pytest.mark.parametrize(
    ("query", "searched"), [({"q": "রাজ"}, "রাজশাহীর"), ({"q": "রাজশাহী", "whole": "1"}, "রাজশাহী")]
)
def test_what_is_begun_is_shown_under_its_own_name(query: dict[str, str], searched: str) -> None:
    """The hits and the link are those of the first suggestion; a chosen row is searched as it is."""
    status, html = _ask(query)
    assert status == 200
    assert f"<bdi>{searched}</bdi>" in html
    assert f"q={quote(searched)}" in html


@pytest.mark.parametrize("query", [{"q": ""}, {"q": "খপুষ্প"}, {"q": "নদী", "category": "কৃষি"}])
def test_nothing_is_no_page(query: dict[str, str]) -> None:
    """Without hits there is no content."""
    assert _ask(query) == (204, "")
