"""The words of a query in each hit, from which the best are rescored and the page is made.

Each hit has the positions of some stems in its article, and the names of the clauses it matches that no stem
shows: exact forms, and prefixes. Which concepts it contains follows from that, without a further request.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import chain
from typing import Any as AnyValue
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.opensearch.searching.asking import ONLY_COLUMNS, id_of
from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import Dsl, held_of, numbered, of_ids, term
from onneshon.opensearch.searching.window import Spelt, Streams, Window, picking
from onneshon.opensearch.storage.documents import stem_number
from onneshon.search.query.tree import Any, Boost, OneOf, Phrase, Query, Term, is_group, lacked, terms_of
from onneshon.search.reranking.query_words import QueryWord
from onneshon.search.results.highlight import HighlightTerms
from onneshon.search.retrieval.collection import Docs, Mask
from onneshon.search.retrieval.term_scorer import EXPANSIONS

Hit: TypeAlias = Mapping[str, AnyValue]
"""A hit as OpenSearch gives it."""

Ask: TypeAlias = Callable[[Dsl], Sequence[Hit]]
"""Runs a search and returns its hits."""


class HitWords:
    """The words of one query that its hits are to report.

    Args:
        query: the query.
        compiler: the compiler of the query.
        compared: the words by which the best are rescored.
        starts: prefixes of stems by which they are rescored too.
    """

    def __init__(
        self, query: Query, compiler: Compiler, compared: Sequence[QueryWord], starts: Sequence[str]
    ) -> None:
        self._query = query
        self._compiler = compiler
        self._compared = [term for word in compared for term, _ in word.terms]
        self._starts = starts
        self._concepts = [*lacked(query)]
        self._by_stems = [*map(_matched_by_stems, self._concepts)]

    @cached_property
    def _words(self) -> list[Term]:
        """All single words that hits are asked about."""
        leaves = (*self._compared, *chain.from_iterable(self._by_stems))
        return [word for leaf in leaves for word in terms_of(leaf)]

    @cached_property
    def _numbers(self) -> NDArray[np.uint32]:
        """The numbers of all stems whose positions are asked for."""
        marked = (stem for targets in HighlightTerms.of_both(self._query) for stem in targets.stems)
        stems = dict.fromkeys((*(word.stem for word in self._words), *marked))
        words = self._compiler.statistics.words
        beginnings = [words.numbers(start, EXPANSIONS) for start in self._starts]
        return np.concatenate([np.array([*map(stem_number, stems)], np.uint32), *beginnings])

    @cached_property
    def _spelt_so(self) -> Collection[str]:
        """The words of which only the exact form counts."""
        return dict.fromkeys(word.exact for word in self._words if word.spelt_so)

    @cached_property
    def spelt(self) -> list[Dsl]:
        """Clauses by which hits report these words; they add nothing to scores."""
        return [*map(_spelt, self._spelt_so)]

    @cached_property
    def compared_spelt(self) -> list[Dsl]:
        """The same for the other words by which the best are rescored."""
        words = dict.fromkeys(leaf.exact for leaf in self._compared if isinstance(leaf, Term))
        return [_spelt(word) for word in words if word not in self._spelt_so]

    @cached_property
    def named(self) -> list[Dsl]:
        """All clauses that hits report by name; they add nothing to scores."""
        concepts = zip(self._concepts, self._by_stems, strict=True)
        others = [self._compiler.concept(concept) for concept, leaves in concepts if not leaves]
        return [*self.spelt, *numbered(others, [0.0] * len(others))]

    @cached_property
    def columns(self) -> Dsl:
        """The columns of each hit that a search asks for, with the version of its article."""
        return {"script_fields": {"picked": picking(self._numbers)}, "seq_no_primary_term": True}

    def window(self, hits: Sequence[Hit], ask: Ask | None = None) -> Window:
        """The words of the query in some hits.

        Args:
            hits: the hits of a search for ``columns``.
            ask: searches for the exact forms in hits of words that may be inflected; None if not needed.
        """
        streams = Streams.picked([hit["fields"]["picked"][0] for hit in hits], self._numbers)
        spelt = spelt_by(hits) if ask is None else self._spelling(hits, ask)
        return Window(self._compiler.statistics, streams, spelt)

    def _spelling(self, hits: Sequence[Hit], ask: Ask) -> Spelt:
        """A function for which hits contain an exact form; one search asks for what they do not report."""
        spelt = spelt_by(hits)

        @cache
        def asked() -> Spelt:
            found = {id_of(hit): hit for hit in ask(self._how_spelt(hits))}
            return spelt_by([found.get(id_of(hit), {}) for hit in hits])

        return lambda key: spelt(key) if key in self._spelt_so else asked()(key)

    def _how_spelt(self, hits: Sequence[Hit]) -> Dsl:
        return {
            "query": {"bool": {"filter": [of_ids([*map(id_of, hits)])], "should": self.compared_spelt}},
            "size": len(hits),
            "track_total_hits": False,
            "docvalue_fields": ["id"],
            **ONLY_COLUMNS,
        }

    def held(self, hits: Sequence[Hit], window: Window, docs: Docs) -> list[Mask]:
        """For each concept that the query asks for, which of the chosen hits contain it.

        Args:
            hits: all hits.
            window: the words of all hits.
            docs: the indexes of the chosen hits, ascending.
        """
        names = iter(held_of([hits[doc] for doc in docs.tolist()], self._by_stems.count([])))
        return [_standing(window, leaves, docs) if leaves else next(names) for leaves in self._by_stems]


def _spelt(word: str) -> Dsl:
    """A clause for articles with an exact form, which hits report by its name; see ``spelt_by``."""
    return {"constant_score": {"filter": term("exact", word), "boost": 0.0, "_name": f"={word}"}}


def spelt_by(hits: Sequence[Hit]) -> Spelt:
    """A function that returns which of the hits contain an exact form."""
    return lambda key: np.array([f"={key}" in (hit.get("matched_queries") or ()) for hit in hits], np.bool_)


def _standing(window: Window, leaves: Sequence[Term | Phrase], docs: Docs) -> Mask:
    """Which documents have any of the words or phrases."""
    found = np.zeros(len(docs), np.bool_)
    for leaf in leaves:
        found[window.positions.of(leaf, docs) >> 33] = True
    return found


def _matched_by_stems(concept: Query) -> list[Term | Phrase]:
    """The variants of a concept, if the stems of an article show for each whether it matches; else none."""
    ways = [*_ways(concept)]
    leaves = [way for way in ways if way is not None]
    return leaves if len(leaves) == len(ways) else []


def _ways(query: Query) -> Iterator[Term | Phrase | None]:
    match query:
        case Term(function=True):
            return
        case Term(spelt_so=True, field="title" | "body"):  # nothing shows which field has the exact form
            yield None
        case Term() | Phrase():
            yield query
        case OneOf(_, variants):
            yield from (way for variant in variants for way in _ways(variant.query))
        case Any(children) if not is_group(query):
            yield from (way for child in children for way in _ways(child))
        case Boost(child):
            yield from _ways(child)
        case _:
            yield None
