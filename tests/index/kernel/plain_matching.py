"""Disjunctions and conjunctions in plain Python, by their definitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.kernel.clauses import Clause, Impacts, Scored, ScoredDocs
from onneshon.index.kernel.matching import Found
from tests.index.kernel.plain_lists import Plain, kernel_lists, postings, u4

Scores = Mapping[int, int]


@dataclass(frozen=True)
class PlainClause:
    """Postings or computed impacts with coefficients; without coefficients the impacts are scores."""

    plain: Plain
    coefficients: tuple[int, int] | None
    computed: bool

    @cached_property
    def scores(self) -> Scores:
        """The score of each document."""
        slope, floor = self.coefficients or (1, 0)
        return {doc: slope * impact + floor for doc, (impact, _) in self.plain.entries.items()}

    def for_kernel(self, cuts: Sequence[int]) -> ScoredDocs:
        """The clause for the kernel, in segments that begin and end at the cuts."""
        if self.coefficients is None:
            return Scored(u4(self.plain.docs), u4(self.plain.impacts))
        if self.computed:
            impacts = np.array(self.plain.impacts, np.uint8)
            return Impacts(u4(self.plain.docs), impacts, *self.coefficients)
        return Clause(kernel_lists(self.plain, cuts), *self.coefficients)


@dataclass(frozen=True)
class Search:
    """All parameters of a search."""

    size: int
    cuts: list[int]
    finding: list[PlainClause]
    adding: list[PlainClause]
    excluded: list[PlainClause]
    k: int
    kept: set[int] | None
    concepts: list[tuple[list[int], int]] = field(default_factory=list)
    share: float = 0.0
    fewest: int = 0

    @property
    def bits(self) -> NDArray[np.uint8] | None:
        """The documents that the filter keeps, as a bitmap."""
        return None if self.kept is None else bitmap(self.kept, self.size)


def bitmap(docs: set[int], size: int) -> NDArray[np.uint8]:
    """A bitmap of documents, with one bit for each document of the collection."""
    entries = np.zeros(size, np.bool_)
    entries[sorted(docs)] = True
    return np.packbits(entries, bitorder="little")


def documents_of(bits: NDArray[np.uint8] | None) -> set[int]:
    """The documents of a bitmap."""
    assert bits is not None
    return set(np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist())


def _summed(docs: set[int], lists: Sequence[PlainClause]) -> dict[int, int]:
    entries = [part.scores for part in lists]
    return {doc: sum(scores.get(doc, 0) for scores in entries) for doc in docs}


def _best(scores: Scores, k: int) -> dict[int, int]:
    if not k or len(scores) <= k:
        return dict(scores)
    least = sorted(scores.values())[-k]
    return {doc: score for doc, score in scores.items() if score >= least}


def _holding(search: Search, docs: set[int]) -> dict[int, int]:
    return {
        doc: sum(
            weight
            for positions, weight in search.concepts
            if any(doc in search.finding[position].scores for position in positions)
        )
        for doc in docs
    }


def any_of(search: Search) -> tuple[dict[int, int], set[int], int]:
    """The best documents and their scores, all documents found, and how many of these match all concepts."""
    docs = {doc for clause in search.finding for doc in clause.scores}
    docs = docs if search.kept is None else docs & search.kept
    scores = _summed(docs, [*search.finding, *search.adding])
    entries = _holding(search, docs)
    whole = sum(weight for _, weight in search.concepts)
    most = max(entries.values(), default=0)
    found = {doc for doc in docs if entries[doc] >= search.share * most}
    if search.share * most > 0 and len(found) < search.fewest:
        found |= set(sorted(docs, key=lambda doc: (-scores[doc], doc))[: search.fewest])
    every = sum(weight == whole for weight in entries.values()) if search.concepts else len(found)
    return _best({doc: scores[doc] for doc in found}, search.k), found, every


def all_of(search: Search) -> tuple[dict[int, int], set[int]]:
    """The best documents and their scores, and all documents found."""
    if not search.finding:
        return {}, set()
    docs = set.intersection(*(set(clause.scores) for clause in search.finding))
    docs = docs if search.kept is None else docs & search.kept
    docs -= {doc for clause in search.excluded for doc in clause.scores}
    return _best(_summed(docs, [*search.finding, *search.adding]), search.k), docs


def scores_of(found: Found) -> dict[int, int]:
    """The documents and scores that the kernel found, after a check that documents ascend."""
    docs = found.docs.tolist()
    assert docs == sorted(set(docs))
    return dict(zip(docs, found.scores.tolist(), strict=True))


@st.composite
def _clauses(draw: st.DrawFn, /, size: int, most: int) -> list[PlainClause]:
    plain = postings(size, positions=False, most=700)
    times = st.tuples(st.integers(0, 5000), st.integers(1, 5000))
    coefficients = st.one_of(times, times, st.none(), st.just((1, 1)))
    return draw(st.lists(st.builds(PlainClause, plain, coefficients, st.booleans()), max_size=most))


@st.composite
def searches(draw: st.DrawFn, *, concepts: bool = False) -> Search:
    """Searches over small collections and over some of several windows, in one segment or several."""
    size = draw(st.sampled_from([1, 63, 64, 65, 700, 8192, 8193, 40_000]))
    cuts = draw(st.lists(st.integers(1, size - 1), max_size=3)) if size > 1 else []
    finding = draw(_clauses(size, 6))
    kept = draw(st.sampled_from([None, None, 0.02, 0.5, 0.98, 1.0]))
    chosen = np.random.default_rng(draw(st.integers(0, 1000))).random(size) < (kept or 0)
    search = Search(
        size,
        [0, *sorted(set(cuts)), size],
        finding,
        draw(_clauses(size, 3)),
        draw(_clauses(size, 2)),
        draw(st.sampled_from([0, 1, 3, 10, 100])),
        None if kept is None else set(np.flatnonzero(chosen).tolist()),
    )
    return _with_concepts(draw, search) if concepts else search


def _with_concepts(draw: st.DrawFn, search: Search) -> Search:
    count = draw(st.integers(1, 4))
    owners = [draw(st.integers(0, count)) for _ in search.finding]
    concepts = [
        ([position for position, owner in enumerate(owners) if owner == concept], draw(st.integers(1, 65536)))
        for concept in range(1, count + 1)
    ]
    share, fewest = draw(st.sampled_from([0.0, 0.4, 0.8, 1.0])), draw(st.sampled_from([0, 2, 20]))
    return replace(search, concepts=concepts, share=share, fewest=fewest)
