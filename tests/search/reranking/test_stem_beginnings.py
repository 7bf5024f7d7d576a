"""Words that begin alike, by plain loops."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.ranking import Basis, Norms
from onneshon.search.reranking.stem_beginnings import beginning_worths

STEMS = ("ইতিহাস", "বিজ্ঞান", "সাহিত্য", "জল")
"""The last is too short to begin other words."""
BASIS = Basis(average_title=3, average_body=40)
RARITY = 1.7
PRESENCE = 0.4

counts = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=3)
lengths = st.lists(st.integers(0, 90), min_size=5, max_size=5)


class Counted:
    """Evidence of five documents, of which stems that begin alike are counted beforehand."""

    def __init__(self, rows: list[list[tuple[int, int]]], titles: list[int], bodies: list[int]) -> None:
        self._rows = rows
        self.articles = 5
        self.k1 = BASIS.k1
        self.weights = SimpleNamespace(presence=PRESENCE)
        self.norms = {
            "title": Norms(BASIS, np.array(titles), title=True),
            "body": Norms(BASIS, np.array(bodies), title=False),
        }

    def holding_beginning(self, _start: str) -> int:
        """Few enough to be evidence."""
        return 2

    def rarity(self, _holding: int) -> float:
        """The same of all."""
        return RARITY

    def beginnings(self, starts: list[str], _docs: NDArray[np.uint32]) -> Any:
        """Words of each beginning in each document, and in its title."""
        table = np.array(self._rows[: len(starts)], np.uint16)
        return table[:, :, 0], table[:, :, 1]


@given(st.lists(counts, min_size=3, max_size=3), lengths, lengths)
def test_words_that_begin_alike_count_as_one_word(
    rows: list[list[tuple[int, int]]], titles: list[int], bodies: list[int]
) -> None:
    """Those in the title by its norm, the others by the body's; of a document that has none nothing."""
    evidence: Any = Counted(rows, titles, bodies)
    docs = np.array([0, 2, 4], np.uint32)
    wanted = [0.0, 0.0, 0.0]
    for row in rows:
        for place, (anywhere, in_title) in enumerate(row):
            if anywhere:
                doc = docs[place : place + 1]
                frequency = max(anywhere - in_title, 0) * evidence.norms["body"].of(doc)[0]
                frequency += in_title * evidence.norms["title"].of(doc)[0]
                wanted[place] += RARITY * (frequency * (BASIS.k1 + 1) / (frequency + BASIS.k1) + PRESENCE)
    assert beginning_worths(evidence, STEMS, docs).tolist() == pytest.approx(wanted)


def test_norms_are_those_of_the_lengths() -> None:
    """In any order of documents, and of no document that there is not."""
    worth = Norms(BASIS, np.array([6, 0, 6], np.uint32), title=True)
    worst, other = worth.of(np.array([2, 1], np.uint32)).tolist()
    assert (worst, other) == pytest.approx((2 / (0.5 + 0.5 * 6 / 3), 2 / 0.5))
    with pytest.raises(IndexError):
        worth.of(np.array([0, 3], np.uint32))
