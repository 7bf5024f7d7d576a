"""How the weights of the ranking relate to each other, however they are tuned."""

from dataclasses import astuple, fields

import numpy as np
import pytest

from onneshon.index.configuration import WEIGHTS
from onneshon.index.ranking import inverse_frequency
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS, NO_FEATURES, FeatureWeights, Weights, saturated
from onneshon.search.retrieval.query_lists import ConceptWeights, concept_weights


@pytest.mark.parametrize("name", ["exact", "function_word", "phrase_words", "presence"])
def test_what_adds_to_a_word_counts_less_than_the_word(name: str) -> None:
    """The exact layer, function words, phrases and presence weigh less than the stem."""
    assert 0 < getattr(DEFAULT_WEIGHTS, name) < DEFAULT_WEIGHTS.stem == 1


@pytest.mark.parametrize("name", ["row", "lead", "all_words", "stem_prefix"])
def test_what_decides_among_the_best_counts_less_than_a_title(name: str) -> None:
    """Nearness has the greatest weight; without features nothing is added."""
    features = DEFAULT_WEIGHTS.features
    assert 0 < getattr(features, name) < features.title < features.near
    assert not any(astuple(NO_FEATURES))


def test_repetitions_stop_counting() -> None:
    """One occurrence is worth 1, and any number at most k1 + 1."""
    worth = saturated(np.array([0.0, 1.0, 2.0, 1e9]), 1.2).tolist()
    assert worth == pytest.approx([0, 1, 1.375, 2.2])


def test_every_constant_of_the_ranking_can_be_named() -> None:
    """Each weight and feature has a name in ``WEIGHTS``."""
    plain = {field.name for field in fields(Weights)} - {"features"}
    assert set(WEIGHTS) == plain | {f"features.{field.name}" for field in fields(FeatureWeights)}


def test_what_every_article_holds_weighs_the_least_and_not_nothing() -> None:
    """Where words are equally common, an article with one of them has enough."""

    def weighed(*sizes: int) -> ConceptWeights:
        return concept_weights(sizes, lambda size: inverse_frequency(size, 1_000_000))

    found = weighed(1_000_000, 2, 0)
    assert found.weights[0] == 1 < found.weights[1] < found.weights[2]
    assert (found.most, found.decide) == (sum(found.weights[:2]), True)
    assert not weighed(500, 600).decide
    assert not weighed(0, 0).decide
