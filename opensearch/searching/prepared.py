"""Queries as a cluster is asked for them, which the next page and other filters of the same query need again.

A query is compiled, the words by which the best are compared are looked up, and it is worked out what hits
are to tell of these: that takes a tenth of what a page of a known query takes here.
"""

from dataclasses import dataclass
from typing import Self

from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.hit_words import HitWords
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.search.query.tree import Query, counted
from onneshon.search.reranking.query_words import QueryWord, query_words
from onneshon.search.reranking.rescoring import compared_words, shared_beginning, usual_stems
from onneshon.search.retrieval.budget import TimeBudget


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query of one generation; threads may share it.

    Attributes:
        compiler: that compiled it.
        scoring: by whose scores articles are ranked.
        words: by which the best are compared.
        hit_words: what hits are to tell of it.
    """

    compiler: Compiler
    scoring: Dsl
    words: tuple[QueryWord, ...]
    hit_words: HitWords

    @classmethod
    def of(cls, state: ClusterSearcher, query: Query, budget: TimeBudget, *, rescore: bool) -> Self:
        """Prepare a query, or find it prepared.

        One is kept where all was counted that it needs, and where nothing of it will be decided later: that
        would be asked for in the time of the request that prepared it.

        Args:
            state: the generation.
            query: what is looked for.
            budget: of the search.
            rescore: whether the best are compared.
        """
        known: Self | None = state.prepared.kept((query, rescore))
        if known is not None:
            return known
        made = cls._made(state, query, budget, rescore=rescore)
        kept = budget.whole and made.compiler.decided_alone(query)
        return state.prepared.keep((query, rescore), made) if kept else made

    @classmethod
    def _made(cls, state: ClusterSearcher, query: Query, budget: TimeBudget, *, rescore: bool) -> Self:
        statistics = state.statistics
        statistics.expect(counted(query))
        compiler = state.compiler(budget)
        scoring = compiler.compiled(query)
        words = tuple(compared_words(query, statistics)) if rescore else ()
        hit_words = HitWords(query, compiler, words, _starts(query) if rescore else [])
        return cls(compiler, scoring, words, hit_words)


def _starts(query: Query) -> list[str]:
    return [*filter(None, dict.fromkeys(map(shared_beginning, usual_stems(query_words(query)))))]
