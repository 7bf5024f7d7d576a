"""Which concepts of a query hits contain, compared with an index of the same articles."""

from dataclasses import replace

import numpy as np
import pytest

from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl
from onneshon.opensearch.searching.hit_words import Hit, HitWords
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import Any, Boost, OneOf, Phrase, Prefix, Query, Term, Variant
from onneshon.search.reranking.query_words import QueryWord
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.executor import Executor
from tests.fakes import article, collection_of, reader_of
from tests.opensearch.searching.few_words import picked_column, statistics_of, stream_column

ARTICLES = [
    article("১", "নদীর ধারে মেলা বসে", title="নদী মেলা"),
    article("২", "ধারের টাকা আর নদী", title="মেলা"),
    article("৩", "ঢাকা শহরের বৈশাখী মেলা", title="শহর"),
    article("৪", "ওঁরা শহুরে লোক", title=""),
]


def _typed(text: str) -> Query:
    query = parse(text).query
    assert query is not None
    return query


def _word(exact: str, stem: str, *, spelt_so: bool = False) -> Term:
    return Term(exact, exact, stem, spelt_so=spelt_so)


FAIR = Variant(_word("মেলা", "মেলা"))
BANK = Phrase((_word("নদীর", "নদি"), _word("ধারে", "ধার")))


def _hits(words: HitWords, matching: dict[str, set[int]]) -> list[Hit]:
    """Hits in the form of a cluster's answers; ``matching`` has the articles of each named part."""
    script = words.columns["script_fields"]["picked"]
    names = [{name for name, docs in matching.items() if doc in docs} for doc in range(len(ARTICLES))]
    columns = [picked_column(stream_column(article), script) for article in ARTICLES]
    return [
        {"fields": {"picked": [column]}, "matched_queries": sorted(told)}
        for column, told in zip(columns, names, strict=True)
    ]


@pytest.mark.parametrize(
    "query",
    [
        _typed("নদী মেলা শহর"),
        _typed("title:মেলা body:মেলা"),
        _typed('"নদীর ধারে" title:"নদী মেলা"'),
        _typed('"নদী মেলা"~3 ঢাকা'),
        OneOf("মেলা", (FAIR, Variant(BANK))),
        Any((Boost(Term("shohor", "ঢাকা", "ঢাকা", sound=True), 0.5), Term("shohor", "শহুরে", "সহু", sound=True))),
        _typed("নেই"),
    ],
    ids=["words", "of one text", "in a row", "near", "variants", "readings of one word", "in no article"],
)
def test_stems_tell_which_concepts_articles_hold(query: Query) -> None:
    """Masks equal those from an index's posting lists, and no named part is needed."""
    collection = collection_of(reader_of(ARTICLES))
    executor = Executor(collection)
    docs = np.arange(len(ARTICLES), dtype=np.uint32)
    expected = executor.masks_at(query, docs, TimeBudget())
    words = HitWords(query, _compiler(), [], [])
    hits = _hits(words, {})
    assert words.named == []
    found = words.held(hits, words.window(hits), docs)
    assert [mask.tolist() for mask in found] == [mask.tolist() for mask in expected]


def _compiler() -> Compiler:
    return Compiler(statistics_of(ARTICLES), lambda _demand: NOTHING_MATCHES)


def test_what_no_stem_tells_is_recognised_by_name() -> None:
    """Exact forms and prefixes are named parts, in the order of the query."""
    title = Term("শহর", "শহর", "সহর", "title", spelt_so=True)
    query = Any(
        (_word("মেলা", "মেলা"), Prefix("শহ", "শহ"), _word("শহরের", "সহর", spelt_so=True), title), words=True
    )
    words = HitWords(query, _compiler(), [], [])
    assert [named["constant_score"]["_name"] for named in words.named] == ["=শহরের", "t0", "t1"]
    hits = _hits(words, {"=শহরের": {2}, "t0": {2, 3}, "t1": {3}})
    docs = np.array([0, 2, 3], np.uint32)
    found = words.held(hits, words.window(hits), docs)
    assert [mask.tolist() for mask in found] == [
        [True, True, False],
        [False, True, True],
        [False, True, False],
        [False, False, True],
    ]


def test_how_other_words_are_spelt_is_asked_for_once_and_only_where_it_matters() -> None:
    """One request covers all compared words; exact forms that hits have by name are not requested."""
    near, far = _word("নদীর", "নদি"), _word("শহরের", "সহর", spelt_so=True)
    words = HitWords(
        Any((near, far), words=True), _compiler(), [QueryWord(((near, 1.0), (far, 1.0)), near)], []
    )
    hits = [
        {**hit, "fields": {**hit["fields"], "id": [str(at)]}}
        for at, hit in enumerate(_hits(words, {"=শহরের": {2}}))
    ]
    asked: list[Dsl] = []

    def ask(body: Dsl) -> list[Hit]:
        asked.append(body)
        return [{"fields": {"id": ["0"]}, "matched_queries": ["=নদীর"]}, {"fields": {"id": ["1"]}}]

    window, docs = words.window(hits, ask), np.arange(len(ARTICLES), dtype=np.uint32)
    assert {*(window.positions.of(far, docs) >> 33).tolist()} == {2}
    assert asked == []
    assert {*(window.positions.of(replace(near, spelt_so=True), docs) >> 33).tolist()} == {0}
    assert {*(window.positions.of(near, docs) >> 33).tolist()} == {0, 1}
    assert len(window.positions.of(Term("নদী", "নদী", "নদি", spelt_so=True), docs)) == 0
    [body] = asked
    assert [named["constant_score"]["_name"] for named in body["query"]["bool"]["should"]] == ["=নদীর"]
    assert body["size"] == len(hits)
