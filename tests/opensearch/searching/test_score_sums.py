"""Which queries are sums of words, so that their best articles are found without scoring all others.

The hits they find are tested in ``tests/contract``.
"""

from collections.abc import Iterator
from typing import Any as AnyValue

import pytest

from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.score_sums import LOOKED_AT, Sample, ScoreSum, sample_of, score_sum
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import Boost, Query
from tests.opensearch.searching.few_words import statistics_of
from tests.opensearch.searching.test_compiler import ARTICLES, BOOK, FAIR, TREES, _enough, _parts


def _sum(query: Query | str) -> ScoreSum | None:
    """The sum of a query, given as a tree or as text."""
    tree = parse(query, verbatim=False).query if isinstance(query, str) else query
    assert tree is not None
    compiler = Compiler(statistics_of(ARTICLES), _enough)
    compiler.compiled(tree)
    return score_sum(tree, compiler)


def _named(found: AnyValue, name: str) -> Iterator[Dsl]:
    return (part for key, part in _parts(found) if key == name)


@pytest.mark.parametrize(
    "text",
    [
        *("নদী", "নদী মেলা বই", "+নদী +মেলা", "নদী^2 মেলা", "নদী -মেলা", "নদী AND category:খেলা"),
        *('"ভাষা আন্দোলন"', 'নদী "ভাষা আন্দোলন"~3'),
    ],
)
def test_words_are_a_sum_and_phrases_worth_no_more_than_their_words(text: str) -> None:
    """Sums have no scripts, which would keep Lucene from skipping documents."""
    found = _sum(text)
    assert found is not None
    assert found.added
    assert not [*_named([*found.added], "script_score")]


@pytest.mark.parametrize(
    "query",
    ["মেল*", "নদী OR মেল*", "*", "category:খেলা", "(নদী AND মেলা) OR বই"],
    ids=("beginning", "one is", "all", "filter", "group"),
)
def test_what_words_do_not_bound_is_no_sum(query: Query | str) -> None:
    """Prefixes, groups, and queries without words are not sums."""
    assert _sum(query) is None


def test_variants_of_one_word_count_as_words_of_their_own() -> None:
    """An adjacent pair counts as much as its rarest word."""
    found = _sum(TREES["one of"])
    assert found is not None
    words = [{**clause} for clause in _named([*found.added], "term")]
    assert [next(iter(word)) for word in words] == ["stem", "exact", "stem"]
    assert words[2]["stem"]["value"] == BOOK.stem  # in two articles, while the other word is in three
    weights = [word[name]["boost"] for word, name in zip(words, ("stem", "exact", "stem"), strict=True)]
    assert weights[2] == pytest.approx(weights[0] + weights[1])


def test_what_counts_more_does_so_in_every_part_of_a_sum() -> None:
    """A boost applies to each variant, in the exact form and by stem."""

    def boosts(query: Query) -> list[float]:
        found = _sum(query)
        assert found is not None
        return [said["boost"] for clause in _named([*found.added], "term") for said in clause.values()]

    plain = boosts(TREES["one of"])
    assert boosts(Boost(TREES["one of"], 3.0)) == pytest.approx([3 * boost for boost in plain])


def test_it_is_found_by_what_must_match_and_so_often_at_the_most() -> None:
    """Required parts are those of the query itself, and exclusions are kept."""
    found = _sum("ঢাকার নদী মেলা")
    assert found is not None
    assert "enough" in found.enough[0]
    assert "filter" not in found.scoring([])["bool"]  # articles below the cut are dropped afterwards
    assert found.most == 2 + 2 + 4
    both = _sum("+নদী +মেলা -বই category:খেলা")
    assert both is not None
    assert both.most == 2
    matching = both.matching([{"further": 1}])["bool"]
    assert len(matching["filter"]) == 4
    assert len(matching["must_not"]) == 1
    assert both.scoring([])["bool"]["minimum_should_match"] == 1
    assert {"নদি", FAIR.stem} == {
        part["stem"]["value"] for part in _named([*both.added], "term") if "stem" in part
    }


def test_the_more_may_match_the_smaller_is_the_sample() -> None:
    """A sample of a hundred million articles has about as many as one of a hundred thousand."""
    assert [sample_of(most).level for most in (0, 1, LOOKED_AT, LOOKED_AT + 1, 1000 * LOOKED_AT)] == [
        0,
        0,
        0,
        1,
        10,
    ]
    assert sample_of(1000 * LOOKED_AT).times == 1024
    assert Sample().filters == []


@pytest.mark.parametrize(("counted", "level"), [(5000, 10), (1000, 10), (900, 8), (1, 0), (0, 0)])
def test_of_a_sample_with_too_few_a_larger_one_is_counted(counted: int, level: int) -> None:
    """Filters may leave few of the articles that words alone would find."""
    assert Sample(10).larger(counted).level == level
