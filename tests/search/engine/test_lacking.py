"""``lacking_from``, the first hit that lacks words, is the same by number and by cursor, grouped or not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

import pytest

from onneshon.index import Article
from onneshon.search import Engine, SearchRequest

WORDS = ("নদী", "পলি", "চর", "জেলে", "মেলা")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Articles of few words, some of them near-duplicates of others."""
    draw = Random(3)  # noqa: S311  # chance, not secrecy
    texts = [" ".join(draw.choices(WORDS, k=draw.choice([1, 2, 30]))) for _ in range(120)]
    articles = [Article(f"{at}", text[:20], text) for at, text in enumerate(texts)]
    again = [Article(f"{article.id}-আবার", article.title, f"{article.body} আজ") for article in articles[::5]]
    with Engine.of([*articles, *again], time_limit=None) as engine:
        yield engine


def _shown(engine: Engine, text: str, *, group: bool) -> list[tuple[str, bool]]:
    """The ids of all shown hits, each with whether it or a hit grouped behind it has every word."""
    words = text.split()
    bodies = {article.id: {*f"{article.title} {article.body}".split()} for article in engine.scan("*")}
    whole = {name for name, words_of_body in bodies.items() if words_of_body.issuperset(words)}
    hits = engine.search(SearchRequest(text, limit=1_000, group=group)).hits
    shown = {hit.id for hit in hits}
    behind = {name.removesuffix("-আবার") for name in whole - shown} | {f"{name}-আবার" for name in whole - shown}
    return [(hit.id, hit.id in whole or hit.id in behind) for hit in hits]


def _expected(ends: Sequence[bool], offset: int, length: int) -> int | None:
    last = max((at + 1 for at, complete in enumerate(ends) if complete), default=0)
    place = max(last - offset, 0)
    return place if place < length else None


@pytest.mark.parametrize("text", ["নদী পলি", "নদী পলি চর", "জেলে মেলা চর পলি", "নদী খপুষ্প", "নদী"])
@pytest.mark.parametrize("group", [True, False])
def test_none_that_follows_has_every_word(engine: Engine, text: str, *, group: bool) -> None:
    """``lacking_from`` is as plain Python computes it from all hits, on pages by number and by cursor."""
    complete = [has for _, has in _shown(engine, text, group=group)]
    page = engine.search(SearchRequest(text, limit=7, group=group))
    for offset in range(0, len(complete), 7):
        numbered = engine.search(SearchRequest(text, limit=7, offset=offset, group=group))
        expected = _expected(complete, offset, len(numbered))
        assert (numbered.lacking_from, page.lacking_from) == (expected, expected)
        if page.cursor:
            page = engine.search(SearchRequest(text, limit=7, cursor=page.cursor, group=group))


def test_orders_by_day_and_partial_answers_say_nothing(engine: Engine) -> None:
    """In an order by date complete hits are mixed with others; after a timeout the rest is unknown."""
    assert engine.search("নদী খপুষ্প").lacking_from == 0
    assert engine.search("নদী খপুষ্প", sort="newest").lacking_from is None
    partial = replace(engine.search("নদী খপুষ্প"), partial=True, lacking_from=None)
    assert partial.divided(0).lacking_from is None


def test_a_query_without_words_lacks_none(engine: Engine) -> None:
    """A query without words has no words to lack."""
    assert engine.search("*").lacking_from is None
