"""What features are worth: the kernel's sums are those of plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel.features import Norms, alike, weighted
from tests.index.kernel.plain_lists import u4

NUMBERS = st.floats(0.01, 50)


def norms_of(worth: np.ndarray) -> Norms:
    """Texts each of another length, by what an occurrence is worth in them."""
    return Norms(u4(range(len(worth))), worth.astype(np.float64))


def test_norms_are_those_of_the_lengths() -> None:
    """In any order of documents; neither texts nor documents lead out of what there is."""
    norms = Norms(u4([2, 0, 2]), np.array([5.0, 6.0, 7.0]))
    assert norms.of(u4([2, 1])).tolist() == [7.0, 5.0]
    with pytest.raises(IndexError, match="no document 3"):
        norms.of(u4([0, 3]))
    with pytest.raises(ValueError, match="longer"):
        Norms(u4([3]), np.array([5.0, 6.0, 7.0]))


@given(st.data())
def test_words_that_begin_alike_count_as_one_word(data: st.DataObject) -> None:
    """Those in the title by its norm, the others by the body's; of a document that has none nothing."""
    rows, size = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 5))

    def table(values: st.SearchStrategy[float], *shape: int) -> np.ndarray:
        count = int(np.prod(shape))
        return np.array(data.draw(st.lists(values, min_size=count, max_size=count))).reshape(shape)

    anywhere = table(st.integers(0, 9), rows, size).astype(np.uint16)
    in_title = table(st.integers(0, 9), rows, size).astype(np.uint16)
    bodies, titles, rarities = table(NUMBERS, size), table(NUMBERS, size), table(NUMBERS, rows)
    k1, presence = 2.0, 0.4
    wanted = np.zeros(size)
    for row in range(rows):
        for doc in range(size):
            if anywhere[row, doc]:
                elsewhere = max(int(anywhere[row, doc]) - int(in_title[row, doc]), 0)
                frequency = elsewhere * bodies[doc] + int(in_title[row, doc]) * titles[doc]
                wanted[doc] += rarities[row] * (frequency * (k1 + 1) / (frequency + k1) + presence)
    docs = u4(range(size))
    found = alike(anywhere, in_title, docs, norms_of(bodies), norms_of(titles), [*rarities], k1, presence)
    assert found.tolist() == pytest.approx(wanted.tolist())


@given(st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=6), st.data())
def test_features_are_added_up_by_their_weights(rows: list[list[float]], data: st.DataObject) -> None:
    """One sum for each document."""
    weights = data.draw(st.lists(NUMBERS, min_size=len(rows), max_size=len(rows)))
    wanted = [sum(row[doc] * weight for row, weight in zip(rows, weights, strict=True)) for doc in range(3)]
    assert weighted(np.array(rows), np.array(weights)).tolist() == pytest.approx(wanted)


def test_arrays_that_do_not_fit_are_refused() -> None:
    """Nothing is read outside of them."""
    counts, norms, docs = np.zeros((2, 3), np.uint16), norms_of(np.ones(3)), u4(range(3))
    for anywhere, in_title, rows, rarities in (
        (counts[:1], counts, docs, [1.0, 1.0]),
        (counts, counts, docs[:2], [1.0, 1.0]),
        (counts, counts[:, :2].copy(), docs, [1.0, 1.0]),
        (counts, counts, docs, [1.0, 1.0, 1.0]),
    ):
        with pytest.raises(ValueError, match="fit"):
            alike(anywhere, in_title, rows, norms, norms, rarities, 2.0, 0.4)
    with pytest.raises(IndexError, match="no document 9"):
        alike(counts, counts, u4([0, 1, 9]), norms, norms, [1.0, 1.0], 2.0, 0.4)
    with pytest.raises(ValueError, match="a weight for each"):
        weighted(np.ones((2, 3)), np.ones(3))
