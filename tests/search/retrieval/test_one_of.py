"""Variants of a concept are scored as one word; hints match nothing."""

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.search.query.tree import Any, Hint, OneOf, Phrase, Term, Variant
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.executor import Collector, Executor
from tests.fakes import article, collection_of, reader_of


def term(word: str, *, spelt_so: bool = False) -> Term:
    """A term as the parser makes it."""
    (token,) = analyze(word)
    return Term(word, token.exact, token.stem, spelt_so=spelt_so)


CORPUS = [
    article("a", "ফেসবুক ফেসবুক নদী শহর"),
    article("b", "Facebook নদী শহর গ্রাম"),
    article("c", "ফেসবুক Facebook শহর গ্রাম"),
    article("d", "মুক্তি যুদ্ধ শহর গ্রাম"),
    article("e", "ফেসবুকের খবর শহর গ্রাম"),
    article("x", "আকাশ"),
]


@pytest.fixture
def executor() -> Executor:
    """An executor over a few articles."""
    return Executor(collection_of(reader_of(CORPUS)))


def scores(executor: Executor, query: OneOf | Term | Phrase) -> dict[str, float]:
    """The score of each article that a query matches."""
    found = executor.candidates(query, Collector(99), TimeBudget())
    return dict(zip(executor.collection.ids(found.docs), found.scores.tolist(), strict=True))


def test_all_variants_find_and_count_as_one_word(executor: Executor) -> None:
    """An article with two variants scores as one with either twice, and no occurrence counts twice."""
    both = OneOf("facebook", (Variant(term("ফেসবুক"), 1.0, "sound"), Variant(term("facebook"))))
    found = scores(executor, both)
    assert found.keys() == {"a", "b", "c", "e"}
    assert found["a"] == pytest.approx(found["c"])
    assert found["b"] < found["a"]
    assert found["e"] < found["b"]


def test_a_variant_that_no_article_has_changes_nothing(executor: Executor) -> None:
    """The scores are those of the other variant alone."""
    absent = OneOf("fb", (Variant(term("ফেসবুক")), Variant(term("খপুষ্প"))))
    assert scores(executor, absent) == pytest.approx(scores(executor, term("ফেসবুক")))


def test_a_variant_weighs_what_it_says(executor: Executor) -> None:
    """A less likely variant scores less; a variant may be a phrase."""
    light = OneOf("x", (Variant(term("ফেসবুক")), Variant(term("facebook"), 0.2)))
    found = scores(executor, light)
    assert found["b"] < found["a"]
    together = Phrase((term("মুক্তি"), term("যুদ্ধ")))
    apart = OneOf("মুক্তিযুদ্ধ", (Variant(term("মুক্তিযুদ্ধ")), Variant(together, 1.0, "joined")))
    assert scores(executor, apart).keys() == {"d"}


def test_a_word_spelt_so_is_found_in_no_other_form(executor: Executor) -> None:
    """Only its exact key matches."""
    assert scores(executor, term("ফেসবুক", spelt_so=True)).keys() == {"a", "c"}
    assert scores(executor, term("ফেসবুক")).keys() == {"a", "c", "e"}


def test_a_hint_adds_to_what_others_find(executor: Executor) -> None:
    """A hint changes scores, but neither the articles nor their number."""
    bare = Any((term("নদী"), term("গ্রাম")))
    hinted = Any((*bare.children, Hint(term("ফেসবুক"))))
    before, after = (
        executor.candidates(query, Collector(9, count=True), TimeBudget()) for query in (bare, hinted)
    )
    assert set(before.docs.tolist()) == set(after.docs.tolist())
    assert before.total == after.total == 5
    assert after.scores.sum() > before.scores.sum()
