"""Of near-duplicates the best is shown, and the others are counted."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.index.indexer.builder import build
from onneshon.search import Engine
from onneshon.search.reranking.grouping import (
    NEAR_DUPLICATE_BITS,
    end_of_complete,
    enough_for,
    grouped,
    leaders,
    ranked_for,
)
from onneshon.search.reranking.ranker import Outcome

WORDS = [f"নদী{chr(0x995 + a)}{chr(0x995 + b)}" for a in range(20) for b in range(20)]


def ranking(count: int) -> Outcome:
    """A ranking of the documents 0, 1, 2 ... in this order."""
    docs = np.arange(count, dtype=np.uint32)
    return Outcome(docs, np.arange(count, 0, -1).astype(np.float64), [str(doc) for doc in docs], count)


@pytest.mark.parametrize(
    ("complete", "groups"),
    [
        ([], 0),
        ([True, True, True, True], 3),
        ([True, True, True, False], 2),
        ([False] * 4, 0),
        ([True, False, False, False], 1),
    ],
)
def test_groups_end_where_no_article_has_everything_any_more(complete: list[bool], groups: int) -> None:
    """Of the four articles the second and the third are near-duplicates."""
    of = np.array([0, 1, 1, 2][: len(complete)], np.intp)
    assert end_of_complete(of, np.array(complete, np.bool_)) == groups


prints = st.lists(st.integers(0, 6).map(lambda bits: (1 << 4 * bits) - 1), min_size=1, max_size=30)


@given(prints)
def test_groups_do_not_depend_on_what_is_further_down(numbers: list[int]) -> None:
    """The first groups of a longer ranking are those of a shorter one, so pages do not overlap."""
    array = np.array(numbers, np.uint64)
    whole = grouped(ranking(len(numbers)), array).outcome.docs.tolist()
    for count in range(1, len(numbers)):
        part = grouped(ranking(count), array).outcome.docs.tolist()
        assert whole[: len(part)] == part


@given(prints)
def test_no_two_shown_articles_are_alike_and_all_are_counted(numbers: list[int]) -> None:
    """Shown articles and their near-duplicates together are all articles."""
    groups = grouped(ranking(len(numbers)), np.array(numbers, np.uint64))
    shown = groups.outcome.docs.tolist()
    assert len(shown) + int(groups.near_duplicates.sum()) == len(numbers)
    for row, doc in enumerate(shown):
        for other in shown[:row]:
            near = (numbers[doc] ^ numbers[other]).bit_count() <= NEAR_DUPLICATE_BITS
            assert not (near and numbers[doc] and numbers[other])


@pytest.mark.parametrize(("k", "expected"), [(10, 100), (60, 120), (900, 1000), (5000, 5000)])
def test_twice_as_many_are_ranked(k: int, expected: int) -> None:
    """At least a hundred are ranked and at most a thousand, but never fewer than are shown."""
    assert ranked_for(k) == expected


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over twelve articles, four of which differ in one word only."""
    bodies = [" ".join([*WORDS[:200], f"শেষ{number}"]) for number in range(4)]
    bodies += [" ".join(WORDS[30 * number : 30 * number + 60]) for number in range(8)]
    articles = [Article(str(number), "নদী", body) for number, body in enumerate(bodies)]
    directory = tmp_path_factory.mktemp("alike") / "index"
    build(articles, directory)
    with Engine.open(directory) as opened:
        yield opened


@pytest.fixture(scope="module")
def monotonous(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over 150 near-duplicates about a river and thirty articles that mention it."""
    alike = [Article(f"ক{at}", "নদী", " ".join([*WORDS[:200], f"শেষ{at}"])) for at in range(150)]
    others = [
        Article(f"খ{at}", WORDS[at], " ".join([*WORDS[13 * at : 13 * at + 13], "নদী"])) for at in range(30)
    ]
    directory = tmp_path_factory.mktemp("monotonous") / "index"
    build([*alike, *others], directory)
    with Engine.open(directory) as opened:
        yield opened


def test_pages_are_full_however_many_are_alike(monotonous: Engine) -> None:
    """Pages follow without a gap and end where the total minus the near-duplicates says."""
    every = monotonous.search("নদী", limit=500)
    assert (every.total, len(every.hits), every.grouped) == (180, 31, 149)
    pages = [monotonous.search("নদী", offset=offset) for offset in range(0, 50, 10)]
    assert [len(page.hits) for page in pages] == [10, 10, 10, 1, 0]
    assert [hit.id for page in pages for hit in page.hits] == [hit.id for hit in every.hits]
    assert [page.cursor is None for page in pages] == [False, False, False, True, True]


def test_a_page_shows_one_and_says_how_many_are_alike(engine: Engine) -> None:
    """The total includes the near-duplicates."""
    page = engine.search("নদী", limit=20)
    assert (page.total, len(page.hits), page.grouped) == (12, 9, 3)
    assert sorted(hit.alike for hit in page.hits) == [0] * 8 + [3]


def test_without_groups_each_is_shown(engine: Engine) -> None:
    """No hit then reports near-duplicates."""
    page = engine.search("নদী", limit=20, group=False)
    assert (page.total, len(page.hits), page.grouped) == (12, 12, 0)
    assert {hit.alike for hit in page.hits} == {0}


def test_pages_of_groups_follow_one_another(engine: Engine) -> None:
    """Pages of two groups give the same list as one page."""
    whole = [hit.id for hit in engine.search("নদী", limit=20).hits]
    paged = [
        hit.id for offset in range(0, 12, 2) for hit in engine.search("নদী", limit=2, offset=offset).hits
    ]
    assert paged == whole


def test_a_cursor_leads_through_groups(engine: Engine) -> None:
    """Each group comes once, with the same count as on one page."""
    whole = engine.search("নদী", limit=20)
    paged: list[tuple[str, int]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = engine.search("নদী", limit=2, cursor=cursor)
        assert (page.total, page.grouped) == (12, 3)
        paged += [(hit.id, hit.alike) for hit in page]
        cursor = page.cursor
    assert paged == [(hit.id, hit.alike) for hit in whole]


@pytest.fixture(scope="module")
def bulletins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over 150 articles that differ in one word only, and twenty others."""
    bodies = [" ".join(["নদী", *WORDS[:200], f"শেষ{number}"]) for number in range(150)]
    bodies += [" ".join(WORDS[20 * number : 20 * number + 19]) for number in range(20)]
    directory = tmp_path_factory.mktemp("bulletins") / "index"
    build([Article(str(number), "নদী", body) for number, body in enumerate(bodies)], directory)
    with Engine.open(directory) as opened:
        yield opened


@pytest.mark.parametrize("freshness", [None, 30.0])
def test_pages_by_number_lead_past_any_number_of_alike_articles(
    bulletins: Engine, freshness: float | None
) -> None:
    """Pages by number give the order of a cursor, and say whether more follow."""
    pages = [bulletins.search("নদী", limit=4, offset=at, freshness=freshness) for at in range(0, 28, 4)]
    paged = [hit.id for page in pages for hit in page]
    assert (len(paged), len(set(paged))) == (21, 21)
    assert [page.cursor is not None for page in pages] == [True] * 5 + [False] * 2
    assert {(page.total, page.grouped) for page in pages} == {(170, 149)}
    following = bulletins.search("নদী", limit=100, cursor=pages[0].cursor or "", freshness=freshness)
    assert paged[4:] == [hit.id for hit in following]


def test_enough_are_ranked_for_a_page_however_many_are_alike() -> None:
    """Only articles that are compared can be hidden as near-duplicates."""
    docs = np.arange(enough_for(7), dtype=np.uint32)
    first, alike, _ = leaders(docs, np.ones(len(docs), np.uint64))
    assert len(first) > 7
    assert alike.sum() == len(docs) - len(first)


def test_orders_by_day_and_scans_show_each(engine: Engine) -> None:
    """Orders by day and scans are for going through all articles."""
    assert len(engine.search("নদী", limit=20, sort="newest")) == 12
    assert len([*engine.scan("নদী")]) == 12
