"""How well a word matches an article: BM25F over title and body, in each layer of keys.

BM25F as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009):
frequencies of a word are first summed over the fields, each divided by its own length norm and weighted, and
saturate only then.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEFAULT_WEIGHTS", "FeatureWeights", "Weights", "inverse_frequency", "length_norms", "saturate"]


@dataclass(frozen=True, slots=True)
class FeatureWeights:
    """Weights of the features by which the best articles are compared, none below 0; see ``rescoring``.

    Attributes:
        near: of words near each other.
        row: of three words in a row.
        lead: of words at the beginning of the body.
        title: of words in the title, on top of what BM25F gives them.
        all_words: of having every word.
        stem_prefix: of words that begin like a word of the query.
    """

    near: float = 3.0
    row: float = 0.6
    lead: float = 0.6
    title: float = 1.0
    all_words: float = 0.15
    stem_prefix: float = 0.45


@dataclass(frozen=True, slots=True)
class Weights:
    """Every constant of the ranking, tuned on the development sets of judged queries.

    Attributes:
        k1: how slowly repetitions of a word stop counting.
        b_title: how much the length of a title counts, from 0 to 1.
        b_body: how much the length of a body counts, from 0 to 1.
        title: what one occurrence in the title is worth in occurrences in the body.
        stem: weight of a match in the stem layer.
        exact: weight of a match in the exact layer, on top of the stem layer's.
        function_word: weight of a function word in a query that has words of content.
        phrase_words: what the words of a phrase add to its own score, so that exact forms come first.
        presence: what holding a word is worth at the least, so that articles with more of the words rank
            higher (delta of BM25+: Lv and Zhai, "Lower-bounding term frequency normalization", CIKM 2011).
        features: weights of what decides among the best articles only.
    """

    k1: float = 2.0
    b_title: float = 0.5
    b_body: float = 0.6
    title: float = 2.0
    stem: float = 1.0
    exact: float = 0.4
    function_word: float = 0.5
    phrase_words: float = 0.25
    presence: float = 0.4
    features: FeatureWeights = FeatureWeights()


DEFAULT_WEIGHTS = Weights()


def inverse_frequency(holding: int, articles: int) -> float:
    """The weight of a word by its rarity; always above 0.

    Args:
        holding: articles that hold the word; deleted ones may be among them.
        articles: articles in all, without deleted ones.
    """
    holding = min(holding, articles)
    return math.log1p((articles - holding + 0.5) / (holding + 0.5))


def length_norms(lengths: NDArray[np.uint32], average: float, weight: float, b: float) -> NDArray[np.float32]:
    """What one occurrence in a field is worth in each article.

    Args:
        lengths: tokens of the field in each article.
        average: tokens of the field in an average article, above 0.
        weight: the field's weight.
        b: how much the length counts.
    """
    scale = np.float32(b / average)
    return np.float32(weight) / (np.float32(1 - b) + scale * lengths.astype(np.float32))


def saturate(frequencies: NDArray[np.float32], weight: float, weights: Weights) -> NDArray[np.float32]:
    """BM25+'s score of weighted frequencies.

    Args:
        frequencies: weighted and length-normed frequency in each article, above 0.
        weight: inverse document frequency times the layer's weight.
        weights: the constants.
    """
    scores = frequencies * np.float32(weight * (weights.k1 + 1))
    scores /= frequencies + np.float32(weights.k1)
    scores += np.float32(weight * weights.presence)
    return scores
