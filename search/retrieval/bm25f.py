"""Query-time weights of the ranking: those that can change without a new index, see ``index.ranking``."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.configuration import Configuration, check_weights

_FEATURES: Final = "features."


@dataclass(frozen=True, slots=True)
class FeatureWeights:
    """Weights of the features that rescore the best articles, none below 0; see ``rescoring``.

    Attributes:
        near: weight of words near each other.
        row: weight of three consecutive words.
        lead: weight of words at the beginning of the body.
        title: weight of words in the title, on top of BM25F's.
        all_words: weight of containing every word.
        stem_prefix: weight of words that share a prefix with a word of the query.
        whole_title: weight of a title that equals the query or a part of it, on top of ``title``.
    """

    near: float = 3.0
    row: float = 0.6
    lead: float = 0.6
    title: float = 1.0
    all_words: float = 0.15
    stem_prefix: float = 0.45
    whole_title: float = 2.0


NO_FEATURES = FeatureWeights(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """Every constant of the ranking that is not in the basis of an index.

    Tuned on the development sets of judged queries.

    Attributes:
        stem: weight of a match in the stem layer.
        exact: weight of a match in the exact layer, on top of the stem layer's.
        function_word: weight of a function word in a query that has content words.
        phrase_words: weight of a phrase's single words, on top of the phrase, so that exact forms come first.
        presence: the least worth of containing a word, so that articles with more of the words rank
            higher (delta of BM25+: Lv and Zhai, "Lower-bounding term frequency normalization", CIKM 2011).
        features: weights of the features that rescore only the best articles.
    """

    stem: float = 1.0
    exact: float = 0.4
    function_word: float = 0.5
    phrase_words: float = 0.25
    presence: float = 0.4
    features: FeatureWeights = FeatureWeights()


DEFAULT_WEIGHTS = Weights()


def site_weights(configuration: Configuration) -> Weights:
    """The constants of the ranking, with those that the site configures in place of the defaults.

    Raises:
        ConfigurationError: a constant is unknown, or below 0.
    """
    check_weights(configuration.path, configuration.weights)
    given = configuration.weights
    chosen = {
        name.removeprefix(_FEATURES): value for name, value in given.items() if name.startswith(_FEATURES)
    }
    plain = {name: value for name, value in given.items() if not name.startswith(_FEATURES)}
    return replace(DEFAULT_WEIGHTS, **plain, features=replace(DEFAULT_WEIGHTS.features, **chosen))


def saturated(frequencies: NDArray[np.float64], k1: float) -> NDArray[np.float64]:
    """BM25's saturation of normed frequencies, from 0 to ``k1 + 1``, not rounded to a byte.

    Args:
        frequencies: weighted and length-normed frequency in each article.
        k1: BM25's constant: the greater, the more repetitions count.
    """
    worth: NDArray[np.float64] = frequencies * (k1 + 1) / (frequencies + k1)
    return worth
