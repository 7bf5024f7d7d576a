"""Other spellings offered for a query."""

from pathlib import Path

import pytest

from index.vocabulary.vocabulary import Vocabulary, write_vocabulary
from search.understanding.spelling import suggest

WORDS = {
    "মুক্তিযুদ্ধের": 800, "মুক্তিযোদ্ধার": 300, "ইতিহাস": 900, "তাড়াতাড়ি": 400, "তারাতারি": 3, "দেখতে": 954, "গরু": 300,
    "বাংলাদেশ": 900, "bangladesh": 40, "mane": 2, "মানে": 30, "man": 5,
    "গুরু": 200, "চাঁদ": 600, "চাদ": 2, "বড়": 500, "বর": 60, "মানুষ": 2000, "খেলোয়াড়": 90,
}  # fmt: skip


class Words:
    """An index that holds these words in its bodies."""

    count = 20_000

    def __init__(self, directory: Path) -> None:
        write_vocabulary(directory, WORDS.items())
        self.vocabulary = Vocabulary.open(directory)

    def document_frequency(self, field: str, term: str) -> int:
        """Bengali words stand in bodies only."""
        return WORDS.get(term, 0) if field == "body_exact" else 0


@pytest.fixture
def index(tmp_path: Path) -> Words:
    """An index of a few words."""
    return Words(tmp_path)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["মুক্তিজুদ্দের", "ইতিহাস"], "মুক্তিযুদ্ধের ইতিহাস"),
        (["দেকতে"], "দেখতে"),
        (["খেলয়ার"], "খেলোয়াড়"),
    ],
)
def test_a_word_nobody_wrote_is_corrected(index: Words, typed: list[str], meant: str) -> None:
    """The whole query is offered, with its other words as typed."""
    assert suggest(typed, index)[0] == meant


def test_a_rare_word_is_corrected_to_a_near_and_far_commoner_one(index: Words) -> None:
    """Frequent misspellings occur in articles themselves."""
    assert suggest(["তারাতারি"], index) == ["তাড়াতাড়ি"]


@pytest.mark.parametrize("word", ["গরু", "বর", "ইতিহাস"])
def test_a_good_word_is_left_alone(index: Words, word: str) -> None:
    """A neighbour that is only somewhat commoner is another word, not a correction."""
    assert suggest([word], index) == []


def test_a_spelling_the_search_finds_anyway_is_not_offered(index: Words) -> None:
    """চাদ and চাঁদ have one stem: the suggestion would find the same articles, and no other is wanted."""
    assert suggest(["চাদ"], index) == []
    assert suggest(["মানুস"], index) == []


def test_all_words_are_corrected_at_once_first(index: Words) -> None:
    """The likeliest query comes first, then those with one word read otherwise, at most three, none twice."""
    found = suggest(["দেকতে", "মুক্তিজুদ্দার"], index)
    assert found[0].startswith("দেখতে মুক্তি")
    assert len(found) == len(set(found)) <= 3


def test_a_latin_word_of_articles_is_offered_as_most_articles_write_it(index: Words) -> None:
    """It is searched for as it was typed, and the many articles that have it in Bengali are a click away."""
    assert suggest(["bangladesh", "মানুষ"], index) == ["বাংলাদেশ মানুষ"]


@pytest.mark.parametrize("word", ["mane", "man", "facebook"])
def test_a_latin_word_that_articles_rather_have_stays(index: Words, word: str) -> None:
    """One whose Bengali form is hardly more frequent, a short one, one that is in no article."""
    assert suggest([word], index) == []


def test_only_words_in_doubt_are_corrected(index: Words) -> None:
    """The rest of a query that finds something is as it was meant."""
    found = suggest(["দেকতে", "মুক্তিজুদ্দার"], index, doubted={"দেকতে"})
    assert found
    assert all(query.endswith(" মুক্তিজুদ্দার") for query in found)


@pytest.mark.parametrize("words", [[], ["football"], ["১৯৭১"], ["ক"], ["বাংলা-football"], ["ক্ষ্ণ্ক্ষ্ণ্ক্ষ্ণ"]])
def test_what_cannot_be_corrected_has_no_suggestion(index: Words, words: list[str]) -> None:
    """No words, Latin ones, numbers, single letters, and what resembles nothing."""
    assert suggest(words, index) == []


def test_a_passage_is_corrected_at_its_beginning_only(index: Words) -> None:
    """The work is bounded, and what is not looked at stays."""
    found = suggest(["দেকতে"] * 30, index)
    assert found[0].split().count("দেখতে") == 8
    assert len(found[0].split()) == 30


def test_without_a_vocabulary_nothing_is_offered(index: Words) -> None:
    """An index may have been built without one."""
    index.vocabulary = None
    assert suggest(["দেকতে"], index) == []
