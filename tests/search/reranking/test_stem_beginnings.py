"""Words with a common stem prefix, checked against plain loops."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.ranking import Basis, Norms
from onneshon.search.query.tree import Any as Readings
from onneshon.search.query.tree import OneOf, Phrase, Query, Term, Variant
from onneshon.search.reranking.query_words import query_words
from onneshon.search.reranking.rescoring import (
    COMMON,
    FEW,
    beginning_worths,
    shared_beginning,
    usual_stems,
)

STEMS = ("ইতিহাস", "বিজ্ঞান", "সাহিত্য", "জল")
"""Query stems; the last is too short to be a prefix of other words."""
BASIS = Basis(average_title=3, average_body=40)
RARITY = 1.7
PRESENCE = 0.4

counts = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=3)
lengths = st.lists(st.integers(0, 90), min_size=5, max_size=5)


class Counted:
    """Evidence of five documents in which words with each stem prefix are already counted."""

    def __init__(self, rows: list[list[tuple[int, int]]], titles: list[int], bodies: list[int]) -> None:
        self._rows = rows
        self.articles = 5
        self.k1 = BASIS.k1
        self.weights = SimpleNamespace(presence=PRESENCE)
        self.norms = {
            "title": Norms(BASIS, np.array(titles), title=True),
            "body": Norms(BASIS, np.array(bodies), title=False),
        }

    def prefix_document_frequency(self, _start: str) -> int:
        """A document frequency low enough to be evidence."""
        return 2

    def rarity(self, _holding: int) -> float:
        """The same rarity for all."""
        return RARITY

    def beginnings(self, starts: list[str], _docs: NDArray[np.uint32]) -> Any:
        """The occurrences of words with each prefix in each document, and those in its title."""
        table = np.array(self._rows[: len(starts)], np.uint16)
        return table[:, :, 0], table[:, :, 1]


@given(st.lists(counts, min_size=3, max_size=3), lengths, lengths)
def test_words_that_begin_alike_count_as_one_word(
    rows: list[list[tuple[int, int]]], titles: list[int], bodies: list[int]
) -> None:
    """Occurrences in the title are weighted by its norm, others by the body's; without any the worth is 0."""
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


class Held(Counted):
    """Evidence with a given number of articles and a given document frequency of every prefix."""

    def __init__(self, holding: int, articles: int) -> None:
        super().__init__([[(1, 0)]], [9], [9])
        self._holding, self.articles = holding, articles

    def prefix_document_frequency(self, _start: str) -> int:
        """The same for every prefix."""
        return self._holding


@pytest.mark.parametrize(
    ("holding", "articles", "is_evidence"),
    [
        (0, FEW, False),
        (1, FEW, True),
        (FEW, FEW, True),
        (FEW + 1, FEW + 1, False),
        (FEW + 1, COMMON * (FEW + 1) - 1, False),
        (FEW + 1, COMMON * (FEW + 1), True),
    ],
)
def test_a_beginning_that_most_articles_have_is_no_evidence(
    holding: int, articles: int, *, is_evidence: bool
) -> None:
    """A prefix that no article has is none either; where articles are few, all may have it."""
    evidence: Any = Held(holding, articles)
    worths = beginning_worths(evidence, ["ইতিহাস"], np.array([0], np.uint32))
    assert worths.shape == (1,)
    assert worths.any() == is_evidence


@pytest.mark.parametrize(
    ("stem", "other", "alike"),
    [
        ("ইতিহাস", "ইতিহাসবিদ", True),
        ("সাহিত্য", "সাহিত্যিক", True),
        ("সাহিত্য", "সাহায্য", False),
        ("নদী", "নদীমাতৃক", False),
        ("জল", "জল", False),
        ("history", "historian", False),
    ],
)
def test_words_share_a_beginning_that_is_long_enough_to_say_something(
    stem: str, other: str, *, alike: bool
) -> None:
    """The prefix must be Bengali; a stem of three letters begins words by itself, not with longer stems."""
    assert (shared_beginning(stem) == shared_beginning(other) != "") == alike


def test_a_stem_of_three_letters_is_the_whole_beginning() -> None:
    """Shorter stems are prefixes of unrelated words."""
    assert [shared_beginning(stem) for stem in ("নদী", "জল", "")] == ["নদী", "", ""]


def word(text: str) -> Term:
    """A word of a query."""
    return Term(text, text, text)


JOINED = Variant(word("হাইকোর্ট"), 1.0, "joined")
APART = Variant(Phrase((word("হাই"), word("কোর্ট"))), 1.0)
MEANT = Variant(word("আদালত"), 0.5, "synonym")


@pytest.mark.parametrize(
    ("query", "stems"),
    [
        (word("ইতিহাস"), ["ইতিহাস"]),
        (OneOf("হাই কোর্ট", (APART, JOINED)), ["হাইকোর্ট"]),
        (OneOf("হাই কোর্ট", (JOINED, APART, MEANT)), ["হাইকোর্ট"]),
        (OneOf("হাই কোর্ট", (APART, MEANT)), []),
        (Readings((Term("nodi", "নদী", "নদী", sound=True), Term("nodi", "নাদি", "নাদি", sound=True))), []),
    ],
    ids=["a word", "apart or in one", "in one or apart", "of a synonym", "read in several ways"],
)
def test_a_concept_begins_as_the_word_that_it_usually_is(query: Query, stems: list[str]) -> None:
    """A joined spelling counts along with the separate one; synonyms and several readings do not."""
    assert usual_stems(query_words(query)) == stems


def test_norms_are_those_of_the_lengths() -> None:
    """Documents may be in any order; one that does not exist is an error."""
    worth = Norms(BASIS, np.array([6, 0, 6], np.uint32), title=True)
    worst, other = worth.of(np.array([2, 1], np.uint32)).tolist()
    assert (worst, other) == pytest.approx((2 / (0.5 + 0.5 * 6 / 3), 2 / 0.5))
    with pytest.raises(IndexError):
        worth.of(np.array([0, 3], np.uint32))
