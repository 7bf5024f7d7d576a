"""Of a long ranking only the best articles are rescored."""

from collections.abc import Sequence
from dataclasses import fields, replace

import pytest

from onneshon.index import Article
from onneshon.search.reranking.ranker import MOST_RESCORED, Ranker
from onneshon.search.reranking.rescoring import WINDOW
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS, FeatureWeights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.executor import EVERYTHING, Collector, Executor
from tests.fakes import article, collection_of, reader_of
from tests.search.queries import query_of

NEARNESS = replace(
    DEFAULT_WEIGHTS,
    features=FeatureWeights(
        **dict.fromkeys((part.name for part in fields(FeatureWeights)), 0.0) | {"near": 9}
    ),
)
"""Weights for adjacent words and no other feature."""

DEPTHS = (1, 10, WINDOW, WINDOW + 1, 2 * WINDOW, 2 * MOST_RESCORED)
"""Values of ``k``, the number of articles asked for."""


def ranked(corpus: Sequence[Article], k: int) -> list[str]:
    """The ids of the best ``k`` articles for two words."""
    ranker = Ranker(Executor(collection_of(reader_of(corpus)), NEARNESS))
    return ranker.run(query_of("মেলা ভাষা"), Collector(k), TimeBudget()).ids


@pytest.mark.parametrize("k", DEPTHS)
def test_what_is_not_among_the_best_stays_behind_them(k: int) -> None:
    """An article outside the window is not rescored for any ``k``, even if its words are adjacent."""
    better = [article(f"{at:03}", "মেলা বই আকাশ ভাষা") for at in range(WINDOW)]
    good = [article(f"{at:03}", "মেলা বই আকাশ ভাষা শহর") for at in range(WINDOW, WINDOW + 20)]
    last = article("কাছে", "মেলা ভাষা বই আকাশ শহর গ্রাম পথ ঘাট মাঠ ফুল ফল")
    found = ranked([last, *better, *good], k)
    assert found == [*(each.id for each in (*better, *good)), last.id][:k]


@pytest.mark.parametrize("k", DEPTHS)
def test_whichever_of_the_best_a_feature_speaks_for_comes_first(k: int) -> None:
    """A feature lifts the last article of the window to the top, also if fewer are asked for."""
    better = [article(f"{at:03}", "মেলা বই আকাশ ভাষা") for at in range(WINDOW - 1)]
    near = article("কাছে", "মেলা ভাষা বই আকাশ শহর")
    assert ranked([*better, near], k) == [near.id, *(each.id for each in better)][:k]


@pytest.mark.parametrize("k", DEPTHS)
@pytest.mark.parametrize(
    ("count", "is_first"), [(WINDOW + 50, True), (MOST_RESCORED, True), (MOST_RESCORED + 1, False)]
)
def test_what_is_as_good_as_the_last_of_the_best_is_one_of_them(count: int, is_first: bool, k: int) -> None:
    """Ties with the last of the window are rescored too, unless there are very many, whatever ``k`` is."""
    apart = [article(f"{at:04}", "মেলা বই ভাষা আকাশ") for at in range(count - 1)]
    near = article("কাছে", "মেলা ভাষা বই আকাশ")
    found = ranked([*apart, near], k)
    ids = [each.id for each in apart]
    assert found == ([near.id, *ids] if is_first else [*ids, near.id])[:k]


def test_the_features_by_which_an_article_was_rescored_are_known() -> None:
    """Articles outside the window and queries with nothing to compare have no features."""
    corpus = [article(f"{at:03}", f"মেলা ভাষা {'আকাশ ' * (at > WINDOW)}") for at in range(2 * WINDOW)]
    ranker = ranker_of(corpus)
    features = {
        (text, doc): ranker.features_in_window(query_of(text), doc, TimeBudget(), ())
        for text in ("মেলা ভাষা", "মেলা অজানা")
        for doc in (0, WINDOW, WINDOW + 1)
    }
    near = {asked: found.near.tolist() for asked, found in features.items() if found is not None}
    assert [*near] == [("মেলা ভাষা", 0), ("মেলা ভাষা", WINDOW)]
    assert near["মেলা ভাষা", 0] == near["মেলা ভাষা", WINDOW] != [0]


def ranker_of(corpus: Sequence[Article]) -> Ranker:
    """A ranker over the given articles."""
    return Ranker(Executor(collection_of(reader_of(corpus))))


RIVERS = [article(name, "নদী মেলা") for name in ("গ", "ক", "খ")]


def test_ids_are_reported_and_nothing_is_counted_unless_asked() -> None:
    """Ties are in the order of ids."""
    found = ranker_of(RIVERS).run(query_of("নদী"), Collector(2), TimeBudget())
    assert found.ids == ["ক", "খ"]
    assert found[3:] == (None, None, None)


@pytest.mark.parametrize(("text", "with_all"), [("নদী আকাশ", 0), ("নদী মেলা", 3)])
def test_what_matches_is_counted_and_reported_where_asked(text: str, with_all: int) -> None:
    """Matches are counted whether they are rescored or not; ids are returned only on demand."""
    found = ranker_of(RIVERS).run(
        query_of(text), Collector(2, count=True, matched=True), TimeBudget(), ids=False
    )
    assert (found.ids, found.total, found.total_all) == ([], 3, with_all)
    assert found.matched is not None


def test_of_a_query_that_finds_nothing_nothing_is_rescored() -> None:
    """Each of the words is in some article, but no article has both."""
    ranker = ranker_of([article("ক", "নদী"), article("খ", "শহর")])
    found = ranker.run(query_of("+নদী +শহর"), Collector(2, count=True), TimeBudget())
    assert (found.ids, found.total) == ([], 0)


@pytest.mark.parametrize(("k", "count"), [(1, WINDOW), (WINDOW + 1, WINDOW + 1), (EVERYTHING, WINDOW + 20)])
def test_as_many_are_found_as_are_rescored_or_asked_for(k: int, count: int) -> None:
    """At least the window is found, or ``k`` articles if that is more, or all matches."""
    corpus = [article(str(at), f"নদী শহর {'আকাশ ' * at}") for at in range(WINDOW + 20)]
    found = ranker_of(corpus).scored(query_of("নদী শহর"), Collector(k), TimeBudget())
    assert len(found.docs) >= count
    assert found[2:] == (None, None, None)
