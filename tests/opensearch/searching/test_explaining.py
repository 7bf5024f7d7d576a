"""Explanations of scores, from the scores that a cluster gives for each named part of a query."""

from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.index.ranking import MOST
from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl
from onneshon.opensearch.searching.filters import ClusterStatistics
from onneshon.opensearch.searching.hits import NOTHING, _MatchedParts, explained
from onneshon.opensearch.searching.prepared import Filters
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import Term
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, by_number
from tests.opensearch.searching.few_words import BASIS, Counting, picked_column, stream_column, words_of

RIVER = Article("পদ্মা", "নদী", "নদী ও চর।")
FAIR = Article("মেলা", "মেলা", "বইমেলা বসেছে।")


def names_in(query: Any) -> Iterator[str]:
    """The names of all parts of a query."""
    if isinstance(query, Mapping):
        yield from [query["_name"]] if "_name" in query else []
        query = [*query.values()]
    if isinstance(query, list):
        for part in query:
            yield from names_in(part)


class Matching:
    """Stands in for an ``Asker``: one article matches the query's parts with the given score."""

    def __init__(self, added: float, *, finds: bool = True) -> None:
        self._added, self._finds = added, finds
        self.bodies: list[Dsl] = []

    def _hit(self, body: Dsl) -> dict[str, Any]:
        named = [*names_in(body["query"])] if self._finds else []
        stream = stream_column(RIVER)
        fields: dict[str, Any] = {"id": [RIVER.id], "fingerprint": [1], "stream": [stream]}
        fields |= {
            name: [picked_column(stream, said)] for name, said in body.get("script_fields", {}).items()
        }
        return {
            "_score": 2.0,
            "sort": [2.0, RIVER.id],
            "fields": fields,
            "matched_queries": {name: 1.0 if name[0] in "t=" else self._added for name in named},
        }

    def matched_parts(self, body: Dsl, _budget: TimeBudget) -> Sequence[dict[str, Any]]:
        """The hit of the article that was asked for."""
        self.bodies.append(body)
        return [self._hit(body)]

    def search(self, body: Dsl, _budget: TimeBudget) -> Reply:
        """The best articles, of which there is only one."""
        return Reply([self._hit(body)], 1, {})


def parts_of(part: ScorePart) -> Iterator[ScorePart]:
    """A part and all its descendants."""
    yield part
    for child in part.parts:
        yield from parts_of(child)


class _Statistics(ClusterStatistics):
    """Statistics of words, without a table of prefixes."""

    def prefix_document_frequency(self, start: str) -> int:
        """Each prefix is in both articles."""
        return 2 if start else 0


def explaining(text: str, asker: Matching) -> dict[str, ScorePart]:
    """The explanations of the two articles."""
    statistics = _Statistics(words_of([RIVER, FAIR]), BASIS, DEFAULT_WEIGHTS, Counting())

    def compiler(_budget: TimeBudget, names: Any = None) -> Compiler:
        return Compiler(statistics, lambda _demand: NOTHING_MATCHES, names)

    prepared = BoundedCache(1, by_number)
    state: Any = SimpleNamespace(
        asker=asker, statistics=statistics, compiler=compiler, days=(0, 0), prepared=prepared
    )
    query = parse(text).query
    assert query is not None
    return explained(state, query, [RIVER.id, FAIR.id], Filters(), TimeBudget())


@pytest.mark.parametrize("text", ["নদী", "নদী চর", '"নদী চর"', "শিরোনাম:নদী"])
def test_the_parts_of_a_score_add_up_to_it(text: str) -> None:
    """The score of each word is given; an article that was not found has no parts."""
    asker = Matching(0.5)
    found = explaining(text, asker)
    assert found[RIVER.id].score > 0
    sums = [part for part in parts_of(found[RIVER.id]) if part.parts and part.kind != "layer"]
    assert sums
    for part in sums:
        assert part.score == pytest.approx(sum(child.score for child in part.parts))
    assert found[FAIR.id] == NOTHING
    assert asker.bodies[0]["size"] == 2


def test_an_article_that_holds_nothing_of_a_query_has_no_score() -> None:
    """Its score is 0."""
    found = explaining("নদী", Matching(0.5, finds=False))
    assert found[RIVER.id].score == 0


def test_what_is_excluded_and_what_conditions_ask_is_looked_for_by_itself() -> None:
    """Exclusions and conditions are asked as named queries, each once at any depth; words need none."""
    asker = Matching(0.5)
    explaining("নদী -মেলা id:১ id:১", asker)
    alone = [name for name in names_in(asker.bodies[0]["query"]) if name[0] == "t"]
    assert sorted(alone) == ["t0", "t1"]
    plain = Matching(0.5)
    explaining("নদী", plain)
    assert not [name for name in names_in(plain.bodies[0]["query"]) if name[0] == "t"]


@pytest.mark.parametrize("impact", [1, 7, MOST])
def test_an_impact_is_read_out_of_the_score_that_it_was_worth(impact: int) -> None:
    """The impact is derived from a score by the layer's weight and the rarity of the word."""
    statistics = _Statistics(words_of([RIVER, FAIR]), BASIS, DEFAULT_WEIGHTS, Counting())
    query = parse("নদী").query
    assert isinstance(query, Term)
    worth = DEFAULT_WEIGHTS.presence + impact * (statistics.k1 + 1) / MOST
    rarity = statistics.rarity(statistics.term_document_frequency(query, "exact"))
    added: Any = {(query, 1.0, "more"): DEFAULT_WEIGHTS.exact * rarity * worth}
    state: Any = SimpleNamespace(statistics=statistics)
    window: Any = SimpleNamespace()
    parts = _MatchedParts(state, window, 0, added, {})
    assert (parts.impact(query, "exact", 1.0), parts.impact(query, "stem", 1.0)) == (impact, 0)
