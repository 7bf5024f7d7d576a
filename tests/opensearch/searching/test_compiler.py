"""Query trees compiled to OpenSearch's query language: as recorded, and properties of every tree.

``pytest tests/opensearch/searching/test_compiler.py --update-golden`` rewrites the file. That a cluster
scores these as an index of ours does is tested in tests/contract.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any as AnyValue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.opensearch.searching.compiler import COUNTED, Compiler, Demand, Part
from onneshon.opensearch.searching.dsl import Dsl, any_of, constant, unscored
from onneshon.search.query.conditions import Filter, Period, Selection
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Hint,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Variant,
)
from tests.fakes import article
from tests.opensearch.searching.few_words import Counting, statistics_of

GOLDEN = Path(__file__).parents[2] / "data" / "opensearch_queries.txt"

ARTICLES = [
    article("১", "ঢাকা শহরের নদী ও মেলা", title="নদী"),
    article("২", "ঢাকার মেলা"),
    article("৩", "পদ্মা নদী", title="মেলার বই"),
    article("৪", "বইয়ের মেলা ও ভাষা আন্দোলন"),
]

QUERIES = (
    "নদী", "ঢাকার নদী মেলা ও বই", '"ভাষা আন্দোলন"', '"ভাষা আন্দোলন"~3', "title:নদী", 'title:"মেলার বই"',
    "body:নদী", "=ঢাকার", "মেল*", "+নদী -মেলা", "নদী AND মেলা", "(নদী OR বই) AND মেলা", "নদী^2 মেলা",
    "category:খেলা", "নদী date:2020", "-ঢাকা", "*",
)  # fmt: skip
"""Queries of each kind that can be typed; trees that only understanding makes are below."""

RIVER, FAIR, BOOK = (Term(word, word, word) for word in ("নদী", "মেলা", "বই"))
TREES: dict[str, Query] = {
    "one of": OneOf("নদী", (Variant(RIVER), Variant(Phrase((FAIR, BOOK)), 0.5, "synonym"))),
    "hint": Any((RIVER, Hint(Boost(FAIR, 0.3)))),
    "readings of one word": Any((
        Any((Term("nodi", "নদী", "নদী", sound=True), Term("nodi", "নদ", "নদ", sound=True))), FAIR,
    ), words=True),
    "function word among words": Any((RIVER, Term("ও", "ও", "ও", function=True)), words=True),
    "function word alone": Any((Term("ও", "ও", "ও", function=True),)),
}  # fmt: skip


def _enough(demand: Demand) -> Dsl:
    """A marker that names the demand, in place of asking a cluster."""
    concepts = zip(demand.filters, demand.weights, strict=True)
    return {"enough": any_of([constant(*concept) for concept in concepts]), "most": demand.most}


def _compiler(names: dict[Part, str] | None = None) -> Compiler:
    return Compiler(statistics_of(ARTICLES), _enough, names)


def _report() -> Iterator[str]:
    trees = {text: parse(text, verbatim=False).query for text in QUERIES} | TREES
    for name, query in trees.items():
        assert query is not None
        yield f"{name}\n{json.dumps(_short(_compiler().compiled(query)), ensure_ascii=False, indent=1)}\n"


def _short(value: AnyValue) -> AnyValue:
    """The value without the texts of scripts, and with numbers of six digits."""
    if isinstance(value, dict):
        return {name: _short(part) if name != "source" else "…" for name, part in value.items()}
    if isinstance(value, list):
        return [_short(part) for part in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def test_queries_are_compiled_as_recorded(*, update_golden: bool) -> None:
    """Every kind of query is recorded, so that a change is a readable diff."""
    report = "\n".join(_report())
    if update_golden:
        GOLDEN.write_text(report, "utf-8")
    assert report == GOLDEN.read_text("utf-8")


def test_a_word_costs_no_request_and_others_one_for_all() -> None:
    """Words are counted by the vocabulary; phrases, prefixes and variants by one request, once."""
    count = Counting()
    compiler = Compiler(statistics_of(ARTICLES, count), _enough)
    compiler.compiled(Any((RIVER, FAIR), words=True))
    assert count.asked == []
    query = Any((Phrase((FAIR, BOOK)), Prefix("মে", "মে"), TREES["one of"]))
    compiler.compiled(query)
    assert [len(queries) for queries in count.asked] == [4]
    compiler.compiled(query)
    assert len(count.asked) == 1


def test_what_a_lost_part_left_uncounted_is_counted_again() -> None:
    """An incomplete count serves only the query that asked for it."""
    count = Counting()
    count.whole = False
    statistics = statistics_of(ARTICLES, count)
    assert statistics.document_frequency(Phrase((FAIR, BOOK))) == 3
    count.whole = True
    assert [statistics.document_frequency(Phrase((FAIR, BOOK))) for _ in range(2)] == [3, 3]
    assert len(count.asked) == 2


def test_a_beginning_of_many_words_finds_all_and_counts_some() -> None:
    """At most 1,024 clauses fit an OpenSearch query; which articles match does not depend on that."""
    many = [
        article(str(number), f"ক{chr(0x995 + number // 30)}{chr(0x995 + number % 30)}")
        for number in range(900)
    ]
    compiled = Compiler(statistics_of(many), _enough).compiled(Prefix("ক", "ক"))
    text = json.dumps(compiled, ensure_ascii=False)
    assert text.count('"constant_score"') <= COUNTED + 1
    several = Any(tuple(Prefix(start, start) for start in ("ক", "কক", "কখ", "কগ")))
    text = json.dumps(Compiler(statistics_of(many), _enough).compiled(several), ensure_ascii=False)
    assert text.count('"constant_score"') <= COUNTED + 4
    assert '"prefix": {"exact": {"value": "ক"}}' in text


def test_of_a_beginning_of_many_words_those_count_that_most_articles_hold() -> None:
    """The most frequent words count, whatever their order; of a prefix in titles, those of titles."""
    many = [article(str(n), f"ক{chr(0x995 + n // 30)}{chr(0x995 + n % 30)} কলম") for n in range(900)]
    titled = [article("বই", "কৌতুক", title="কৌশল"), article("আরও", "কলম", title="কৌশল")]
    compiler = Compiler(statistics_of([*many, *titled]), _enough)
    anywhere = json.dumps(compiler.compiled(Prefix("ক", "ক")), ensure_ascii=False)
    assert [word in anywhere for word in ("কলম", "কৌশল", "কৌতুক")] == [True, True, False]
    in_titles = compiler.compiled(Prefix("ক", "ক", "title"))
    counted = [part["title_exact"]["value"] for name, part in _parts(in_titles) if name == "term"]
    assert counted == ["কৌশল"]


words = st.sampled_from([RIVER, FAIR, BOOK, Term("খপুষ্প", "খপুষ্প", "খপুষ্প")])
terms = st.builds(
    Term,
    st.just("নদী"),
    st.sampled_from(["নদী", "নদীর"]),
    st.just("নদী"),
    st.sampled_from([None, "title"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
phrases = st.builds(Phrase, st.lists(words, min_size=2, max_size=3).map(tuple), st.integers(0, 3))
variants = st.builds(Variant, words | phrases, st.floats(0.1, 1))
conditions = st.sampled_from([
    Filter("category", "খেলা", whole=True), Filter("tags", "খেলা ধুলা"), Period(), Filter("id", "১"),
    Selection((Filter("author", "ক"), Filter("author", "খ")), negated=True),
])  # fmt: skip
units = st.builds(OneOf, st.just("নদী"), st.lists(variants, min_size=1, max_size=3).map(tuple))
leaf: st.SearchStrategy[AnyValue] = st.one_of(
    words, terms, phrases, units, conditions, st.just(Prefix("মে", "মে")), st.just(MatchAll())
)


def _grown(children: st.SearchStrategy[AnyValue]) -> st.SearchStrategy[AnyValue]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    return (
        st.builds(Any, several, st.booleans())
        | st.builds(All, several, st.lists(children, max_size=2).map(tuple))
        | st.builds(Boost, children, st.floats(0.1, 3))
        | st.builds(Not, children)
        | st.builds(Hint, children)
    )


trees: st.SearchStrategy[AnyValue] = st.recursive(leaf, _grown, max_leaves=8)


def _parts(value: AnyValue) -> Iterator[tuple[str, AnyValue]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name, part
            yield from _parts(part)
    if isinstance(value, list):
        for part in value:
            yield from _parts(part)


@given(trees)
def test_no_tree_becomes_what_opensearch_takes_otherwise(query: Query) -> None:
    """No empty disjunction, which would match everything; no boost below 0, which is refused; valid JSON."""
    compiled = _compiler().compiled(query)
    json.dumps(compiled, allow_nan=False)
    for name, part in _parts(compiled):
        if name == "boost":
            assert part >= 0
        if name == "minimum_should_match":
            assert part == 1
        if name == "must":
            assert part
        if name == "bool" and "must" not in part and "filter" not in part and "must_not" not in part:
            assert part["should"]
            assert part["minimum_should_match"] == 1


@given(trees)
def test_names_change_nothing_but_names(query: Query) -> None:
    """Apart from names, the explained query equals the searched one."""
    names: dict[Part, str] = {}
    explained = _compiler(names).compiled(query)
    assert _unnamed(explained) == _compiler().compiled(query)
    assert len({*names.values()}) == len(names)


def _unnamed(value: AnyValue) -> AnyValue:
    if isinstance(value, list):
        return [_unnamed(part) for part in value]
    if not isinstance(value, dict):
        return value
    inner = value.get("bool")
    if isinstance(inner, dict) and "_name" in inner:
        return _unnamed(inner["must"][0])
    return {name: _unnamed(part) for name, part in value.items()}


@pytest.mark.parametrize("query", [Any(()), Any((Any(()),)), All(())], ids=str)
def test_nothing_asked_for_is_no_disjunction_of_nothing(query: Query) -> None:
    """An empty disjunction matches nothing, an empty conjunction everything."""
    compiled = _compiler().compiled(query)
    expected = '"live": true' if isinstance(query, All) else "match_none"
    assert expected in json.dumps(compiled)


def test_what_only_adds_to_scores_is_no_part_of_what_is_counted() -> None:
    """Optional clauses are dropped if something else must match; if any of several must, all stay."""
    river, fair = {"term": {"stem": "নদী"}}, {"term": {"stem": "মেলা"}}
    either = {"bool": {"should": [river, fair], "minimum_should_match": 1}}
    scored = {"script_score": {"query": either, "script": {}}}
    assert unscored({"bool": {"must": [scored], "should": [fair]}}) == {"bool": {"must": [either]}}
    assert unscored({"bool": {"filter": [river], "should": [fair]}}) == {
        "bool": {"filter": [river], "must": []}
    }
    assert unscored({"bool": {"should": [river, fair]}}) == {"bool": {"should": [river, fair]}}
    assert unscored({"bool": {"must": [river], **either["bool"]}})["bool"]["should"] == [river, fair]
