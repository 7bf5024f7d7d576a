"""What hits tell of the words of a query, by which the best are compared and the page is made.

Each hit brings where some stems stand in its article, and the names of what it matches that no stem tells:
words as they are spelt, and beginnings. Which concepts it holds follows from that, without asking again.
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
from onneshon.search.query.tree import Any, Boost, OneOf, Phrase, Query, Term, is_group, lacked
from onneshon.search.reranking.query_words import QueryWord
from onneshon.search.results.highlight import HighlightTerms
from onneshon.search.retrieval.collection import Docs, Mask
from onneshon.search.retrieval.term_scorer import EXPANSIONS

Hit: TypeAlias = Mapping[str, AnyValue]
"""As OpenSearch gives it."""

Ask: TypeAlias = Callable[[Dsl], Sequence[Hit]]
"""Gives the hits of a search."""


class HitWords:
    """What the hits of one query are to tell.

    Args:
        query: what is looked for.
        compiler: of it.
        compared: the words by which the best are compared.
        starts: beginnings of stems by which they are compared too.
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
        """All single words of which something is asked."""
        leaves = (*self._compared, *chain.from_iterable(self._by_stems))
        return [word for leaf in leaves for word in (leaf.words if isinstance(leaf, Phrase) else (leaf,))]

    @cached_property
    def _numbers(self) -> NDArray[np.uint32]:
        """The numbers of all stems of which it is asked where they stand."""
        marked = (stem for targets in HighlightTerms.of_both(self._query) for stem in targets.stems)
        stems = dict.fromkeys((*(word.stem for word in self._words), *marked))
        words = self._compiler.statistics.words
        beginnings = [words.numbers(start, EXPANSIONS) for start in self._starts]
        return np.concatenate([np.array([*map(stem_number, stems)], np.uint32), *beginnings])

    @cached_property
    def _spelt_so(self) -> Collection[str]:
        """The words that count only as they are spelt."""
        return dict.fromkeys(word.exact for word in self._words if word.spelt_so)

    @cached_property
    def spelt(self) -> list[Dsl]:
        """What tells of hits which of these they hold; adds nothing to scores."""
        return [*map(_spelt, self._spelt_so)]

    @cached_property
    def compared_spelt(self) -> list[Dsl]:
        """The same of the other words by which the best are compared."""
        words = dict.fromkeys(leaf.exact for leaf in self._compared if isinstance(leaf, Term))
        return [_spelt(word) for word in words if word not in self._spelt_so]

    @cached_property
    def named(self) -> list[Dsl]:
        """All that hits tell by names; adds nothing to scores."""
        concepts = zip(self._concepts, self._by_stems, strict=True)
        others = [self._compiler.concept(concept) for concept, leaves in concepts if not leaves]
        return [*self.spelt, *numbered(others, [0.0] * len(others))]

    @cached_property
    def columns(self) -> Dsl:
        """What a search asks for of each hit; with it comes which version of the article it is of."""
        return {"script_fields": {"picked": picking(self._numbers)}, "seq_no_primary_term": True}

    def window(self, hits: Sequence[Hit], ask: Ask | None = None) -> Window:
        """What some hits tell of the words.

        Args:
            hits: found by a search for ``columns``.
            ask: searches, for how hits spell words that may be inflected; None where that does not matter.
        """
        streams = Streams.picked([hit["fields"]["picked"][0] for hit in hits], self._numbers)
        spelt = spelt_by(hits) if ask is None else self._spelling(hits, ask)
        return Window(self._compiler.statistics, streams, spelt)

    def _spelling(self, hits: Sequence[Hit], ask: Ask) -> Spelt:
        """Tells which of some hits hold a word as it is spelt; asks for what they do not tell, once."""
        told = spelt_by(hits)

        @cache
        def asked() -> Spelt:
            found = {id_of(hit): hit for hit in ask(self._how_spelt(hits))}
            return spelt_by([found.get(id_of(hit), {}) for hit in hits])

        return lambda key: told(key) if key in self._spelt_so else asked()(key)

    def _how_spelt(self, hits: Sequence[Hit]) -> Dsl:
        return {
            "query": {"bool": {"filter": [of_ids([*map(id_of, hits)])], "should": self.compared_spelt}},
            "size": len(hits),
            "track_total_hits": False,
            "docvalue_fields": ["id"],
            **ONLY_COLUMNS,
        }

    def held(self, hits: Sequence[Hit], window: Window, docs: Docs) -> list[Mask]:
        """For each concept that the query asks for, which of some hits, ascending, hold it.

        Args:
            hits: all of them.
            window: what they tell.
            docs: the indexes of some.
        """
        names = iter(held_of([hits[doc] for doc in docs.tolist()], self._by_stems.count([])))
        return [_standing(window, leaves, docs) if leaves else next(names) for leaves in self._by_stems]


def _spelt(word: str) -> Dsl:
    """The articles that hold a word as it is spelt, which hits tell by its name; see ``spelt_by``."""
    return {"constant_score": {"filter": term("exact", word), "boost": 0.0, "_name": f"={word}"}}


def spelt_by(hits: Sequence[Hit]) -> Spelt:
    """Tells which of some hits hold a word as it is spelt."""
    return lambda key: np.array([f"={key}" in (hit.get("matched_queries") or ()) for hit in hits], np.bool_)


def _standing(window: Window, leaves: Sequence[Term | Phrase], docs: Docs) -> Mask:
    """Which documents have any of some words, or words in a row."""
    found = np.zeros(len(docs), np.bool_)
    for leaf in leaves:
        found[window.positions.of(leaf, docs) >> 33] = True
    return found


def _matched_by_stems(concept: Query) -> list[Term | Phrase]:
    """The variants of a concept, where the stems of an article say of each whether it matches; else none."""
    ways = [*_ways(concept)]
    leaves = [way for way in ways if way is not None]
    return leaves if len(leaves) == len(ways) else []


def _ways(query: Query) -> Iterator[Term | Phrase | None]:
    match query:
        case Term(function=True):
            return
        case Term(spelt_so=True, field="title" | "body"):  # in which of the texts is it spelt so?
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
