"""Nearness in meaning beside words, as its benchmark measures it."""

import numpy as np

from benchmarks.relevance.meaning import HERE, Space, both, precision
from onneshon.search.evaluation.measures import read_judgments, read_queries


def test_the_mean_of_all_vectors_says_nothing() -> None:
    """What all articles share is taken away: only what tells them apart makes one near."""
    vectors = np.array([[1, 0.2, 0], [1, -0.2, 0], [1, 0, 0.3], [1, 0, -0.3]], np.float32)
    space = Space.of(["নদী", "পাহাড়", "ভোট", "খেলা"], vectors)
    cosines = space.cosines(np.array([1, 0.1, 0], np.float32))
    assert next(iter(cosines)) == "নদী"
    np.testing.assert_allclose([cosines["নদী"], cosines["পাহাড়"], cosines["ভোট"]], [1, -1, 0], atol=1e-6)


def test_a_score_and_a_cosine_add_up() -> None:
    """Words count as a share of the best; the nearest articles are found too; what is far costs nothing."""
    by_words = [("পেঁয়াজ", 40.0), ("আলু", 30.0), ("চাল", 28.0)]
    cosines = {"রসুন": 0.9, "চাল": 0.2, "পেঁয়াজ": 0.1, "ভোট": 0.05, "আলু": -0.5}
    assert both(by_words, cosines, 1.0) == ["পেঁয়াজ", "চাল", "আলু"]
    assert both(by_words, cosines, 1.0, near=1) == ["পেঁয়াজ", "রসুন", "চাল", "আলু"]
    assert both([], cosines, 1.0) == []


def test_the_first_five_are_judged() -> None:
    """A page with fewer hits has no more right ones for that."""
    right = {"ক": 1, "খ": 1, "গ": 0, "চ": 1}
    assert precision(["ক", "গ", "খ", "ঘ", "ঙ", "চ"], right) == 0.4
    assert precision(["ক"], right) == 0.2


def test_every_sentence_is_judged() -> None:
    """The sentences and what was judged of them belong together."""
    assert read_queries(HERE / "sentences.tsv").keys() == read_judgments(HERE / "sentences.qrels").keys()
