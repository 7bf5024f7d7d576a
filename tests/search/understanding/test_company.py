"""Which meaning of an English word the other words of a query support."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.search.understanding.latin_company import in_company, written_as_heard
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan
from onneshon.search.understanding.lattice import Context
from tests.search.understanding.word_lists import PairList, WordList, context_of

BODY = LatinCandidate("লাশ", "meaning", 8, 90, sure=True)
WELL = LatinCandidate("সুস্থ", "meaning", 9, 90, sure=True)
FOUND = LatinCandidate("উদ্ধার", "meaning", 7, 90, sure=True)
HEARD = LatinCandidate("টেস্ট", "sound", 6, 90)
MATCH = LatinCandidate("ম্যাচ", "loan", 6, 90, sure=True)
AGAINST = LatinCandidate("বিপক্ষে", "meaning", 5, 90, sure=True)

WORDS = dict.fromkeys(("লাশ", "লাশের", "সুস্থ", "উদ্ধার", "উদ্ধারে", "টেস্ট", "ম্যাচ", "পরীক্ষা"), 100)


def span(first: int, *candidates: LatinCandidate) -> LatinSpan:
    """A word of a query with its candidates."""
    return LatinSpan(first, first + 1, f"word{first}", candidates)


def context(folder: Path, pairs: Mapping[tuple[str, str], int]) -> Context:
    """The context of an index in which the given pairs are adjacent."""
    return context_of(WordList(folder, WORDS, pairs=PairList(pairs, WORDS)))


def first_of(spans: list[LatinSpan], index: Context) -> list[str]:
    """The likeliest candidate of each word."""
    return [found.candidates[0].text for found in in_company(spans, index) if found.candidates]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ({("লাশ", "উদ্ধার"): 60}, "উদ্ধার"),
        ({("উদ্ধার", "লাশ"): 60}, "উদ্ধার"),
        ({("লাশ", "উদ্ধারে"): 60}, "উদ্ধার"),
        ({("লাশ", "উদ্ধার"): 1}, "সুস্থ"),
        ({("লাশ", "উদ্ধার"): 60, ("সুস্থ", "লাশ"): 60}, "সুস্থ"),
        ({("লাশের", "উদ্ধার"): 60}, "উদ্ধার"),
        ({}, "সুস্থ"),
    ],
)
def test_the_company_in_articles_decides_in_either_order(
    tmp_path: Path, pairs: dict[tuple[str, str], int], expected: str
) -> None:
    """Any form counts, also after a genitive; chance pairs do not, nor those of the usual meaning too."""
    spans = [span(0, WELL, FOUND), span(1), span(2, BODY)]
    assert first_of(spans, context(tmp_path, pairs)) == [expected, "লাশ"]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ({("লাশ", "উদ্ধার"): 1}, "সুস্থ"),
        ({("লাশ", "উদ্ধার"): 60, ("সুস্থ", "লাশ"): 60}, "সুস্থ"),
        ({("লাশ", "উদ্ধার"): 60, ("সুস্থ", "লাশ"): 30}, "উদ্ধার"),
    ],
)
def test_of_nearly_equal_meanings_the_one_with_more_company_is_meant(
    tmp_path: Path, pairs: dict[tuple[str, str], int], expected: str
) -> None:
    """A pair that is little more frequent than chance does not decide."""
    likely = replace(FOUND, score=8.5)
    assert first_of([span(0, WELL, likely), span(1, BODY)], context(tmp_path, pairs)) == [expected, "লাশ"]


def test_two_rare_meanings_that_stand_together_are_not_meant_for_that(tmp_path: Path) -> None:
    """A pair counts less, the less likely the meaning of the other word is."""
    pairs = {("ম্যাচ", "উদ্ধার"): 60}
    rare = replace(MATCH, kind="meaning", score=-2)
    assert first_of([span(0, WELL, FOUND), span(1, BODY, rare)], context(tmp_path, pairs)) == ["সুস্থ", "লাশ"]


def test_beside_names_alone_one_english_word_has_company(tmp_path: Path) -> None:
    """The query *Messi wants to leave Barcelona* is such a case."""
    name = replace(BODY, kind="name")
    index = context(tmp_path, {("লাশ", "উদ্ধার"): 60})
    assert first_of([span(0, WELL, FOUND), span(1, name)], index) == ["উদ্ধার", "লাশ"]


def test_what_sounds_so_may_be_meant_where_it_is_nearly_as_likely(tmp_path: Path) -> None:
    """A table must have one of its readings as well."""
    index = context(tmp_path, {("টেস্ট", "ম্যাচ"): 60})
    listed = replace(WELL, text="পরীক্ষা", score=8.5)
    assert first_of([span(0, listed, HEARD), span(1, MATCH)], index) == ["টেস্ট", "ম্যাচ"]
    near = replace(listed, score=9.1)
    assert first_of([span(0, near, HEARD), span(1, MATCH)], index) == ["পরীক্ষা", "ম্যাচ"]
    heard = replace(listed, kind="sound")
    assert first_of([span(0, heard, HEARD), span(1, MATCH), span(2, AGAINST)], index)[0] == "পরীক্ষা"


def test_a_query_of_one_english_word_is_left_alone(tmp_path: Path) -> None:
    """A single English word in a Banglish query keeps its order of meanings, which is that of articles."""
    index = context(tmp_path, {("লাশ", "উদ্ধার"): 60})
    spans = [span(0, WELL, FOUND), span(1, replace(BODY, sure=False, kind="sound"))]
    assert in_company(spans, index) == spans


def test_several_words_keep_no_company_and_a_word_none_with_itself(tmp_path: Path) -> None:
    """Pairs are of single words only, and the other word must be at another place of the query."""
    index = context(tmp_path, {("সুস্থ", "উদ্ধার"): 60, ("লাশ", "উদ্ধার"): 60})
    phrase = replace(FOUND, text="উদ্ধার করা")
    assert first_of([span(0, WELL, phrase), span(1, BODY)], index) == ["সুস্থ", "লাশ"]
    assert first_of([span(0, WELL, FOUND), span(1, MATCH)], index) == ["সুস্থ", "ম্যাচ"]


def test_further_meanings_of_the_other_words_keep_company_too(tmp_path: Path) -> None:
    """The other meanings must be those of a table, not readings by sound."""
    index = context(tmp_path, {("ম্যাচ", "উদ্ধার"): 60})
    assert first_of([span(0, WELL, FOUND), span(1, BODY, MATCH)], index)[0] == "উদ্ধার"
    heard = replace(MATCH, kind="sound", sure=False)
    assert first_of([span(0, WELL, FOUND), span(1, BODY, heard)], index)[0] == "সুস্থ"


@pytest.mark.parametrize(
    ("pairs", "read"),
    [
        ({("রিজেন্ট", "হাসপাতাল"): 60}, ["রিজেন্ট"]),
        ({("হাসপাতাল", "রিজেন্ট"): 60}, ["রিজেন্ট"]),
        ({("রিজেন্ট", "হাসপাতাল"): 6}, []),
        ({("রাগান্বিত", "রোগী"): 60}, []),
        ({}, []),
    ],
)
def test_a_word_of_no_table_is_what_stands_beside_others(
    tmp_path: Path, pairs: dict[tuple[str, str], int], read: list[str]
) -> None:
    """The word *regent* is far from its reading by letters; chance pairs and dropped words do not count."""
    words = dict.fromkeys(("রিজেন্ট", "রাগান্বিত", "রোগী", "হাসপাতাল"), 1_000)
    index = context_of(WordList(tmp_path, words, pairs=PairList(pairs, words)))
    heard = tuple(LatinCandidate(text, "sound", 1, 90, per_letter=0.7) for text in ("রিজেন্ট", "রাগান্বিত"))
    regent = LatinSpan(0, 1, "regent", unknown=True, doubted=heard)
    hospital = LatinCandidate("হাসপাতাল", "loan", 8, 900, sure=True)
    found, *_ = in_company([regent, span(1, hospital), span(2, MATCH)], index)
    assert [candidate.text for candidate in found.candidates] == read
    assert found.unknown is not bool(read)


def test_two_words_of_no_table_prove_each_other(tmp_path: Path) -> None:
    """In *bobby deol* each word alone is too far from its reading."""
    words = dict.fromkeys(("বব", "ববি", "দেওল"), 1_000)
    index = context_of(WordList(tmp_path, words, pairs=PairList({("ববি", "দেওল"): 60}, words)))
    bobby = tuple(LatinCandidate(text, "sound", 1, 90, per_letter=0.7) for text in ("বব", "ববি"))
    deol = LatinCandidate("দেওল", "sound", 1, 6, per_letter=0.2)
    spans = [
        LatinSpan(0, 1, "bobby", unknown=True, doubted=bobby),
        LatinSpan(1, 2, "deol", unknown=True, doubted=(deol,)),
        span(2, MATCH),
    ]
    assert first_of(spans, index) == ["ববি", "দেওল", "ম্যাচ"]


def test_a_name_is_proved_where_no_order_of_meanings_is_asked_for(tmp_path: Path) -> None:
    """In *kangana ranaut* one English word next to names decides no meaning; the pair proves the names."""
    words = dict.fromkeys(("কঙ্গনা", "রানাউত"), 1_000)
    index = context_of(WordList(tmp_path, words, pairs=PairList({("কঙ্গনা", "রানাউত"): 60}, words)))
    kangana = LatinCandidate("কঙ্গনা", "sound", 1, 47, per_letter=0.63)
    ranaut = LatinCandidate("রানাউত", "sound", 1, 29, per_letter=0.11)
    spans = [LatinSpan(0, 1, "kangana", unknown=True, doubted=(kangana,)), span(1, ranaut), span(2, MATCH)]
    assert first_of(spans, index) == ["কঙ্গনা", "রানাউত", "ম্যাচ"]


def test_a_body_is_found_and_no_body_gets_well() -> None:
    """Articles have the verb after its object."""
    bodies = [Article(str(at), "নারীর লাশ উদ্ধার", "নদী থেকে লাশ উদ্ধার করেছে পুলিশ।") for at in range(9)]
    others = [Article(f"w{at}", "সুস্থ হলেন রোগী", "রোগী সুস্থ।" + " কৃষক মাঠে ধান কাটেন।" * 40) for at in range(12)]
    with Engine.of([*bodies, *others]) as engine:
        page = engine.search("police recovered a body")
    assert page.understanding is not None
    assert page.understanding.understood == "পুলিশ উদ্ধার লাশ"


HOUSE = LatinCandidate("বাড়ি", "meaning", 8, 90)
HOME = LatinCandidate("হোমে", "sound", 1, 9, per_letter=0.1)
SUPPLY = LatinCandidate("সরবরাহ", "meaning", 9, 90, sure=True)
DELIVERY = LatinCandidate("ডেলিভারি", "loan", 6, 40, sure=True)
NOTHING = LatinSpan(1, 2, "word1")
AS_HEARD = ["হোম", "ডেলিভারি"]


@pytest.mark.parametrize(
    ("left", "right", "pairs", "read"),
    [
        ((HOUSE, HOME), (SUPPLY, DELIVERY), {("হোম", "ডেলিভারি"): 12}, AS_HEARD),
        ((HOUSE, HOME), (SUPPLY, DELIVERY), {("হোম", "ডেলিভারির"): 12}, AS_HEARD),
        ((HOUSE, HOME), (SUPPLY, DELIVERY), {("হোমে", "ডেলিভারি"): 12}, ["হোমে", "ডেলিভারি"]),
        ((HOUSE, HOME), (DELIVERY, SUPPLY), {("হোম", "ডেলিভারি"): 12}, AS_HEARD),
        ((HOUSE, HOME), (SUPPLY, DELIVERY), {("হোম", "ডেলিভারি"): 2}, ["বাড়ি", "সরবরাহ"]),
        ((HOUSE, HOME), (SUPPLY, DELIVERY), {("ডেলিভারি", "হোম"): 12}, ["বাড়ি", "সরবরাহ"]),
        (
            (HOUSE, HOME), (SUPPLY, DELIVERY), {("হোম", "ডেলিভারি"): 12, ("বাড়ি", "সরবরাহ"): 60},
            ["বাড়ি", "সরবরাহ"],
        ),
        (
            (HOUSE, HOME), (SUPPLY, DELIVERY), {("হোম", "ডেলিভারি"): 12, ("সরবরাহ", "বাড়ি"): 60},
            ["বাড়ি", "সরবরাহ"],
        ),
        ((HOME, HOUSE), (SUPPLY, DELIVERY), {("হোম", "ডেলিভারি"): 12}, ["হোমে", "সরবরাহ"]),
        ((HOUSE,), (SUPPLY, DELIVERY), {("হোম", "ডেলিভারি"): 12}, ["বাড়ি", "সরবরাহ"]),
        (
            (HOUSE, replace(HOME, plausible=False)), (SUPPLY, DELIVERY), {("হোম", "ডেলিভারি"): 12},
            ["বাড়ি", "সরবরাহ"],
        ),
        (
            (HOUSE, replace(HOME, per_letter=1.0)), (SUPPLY, DELIVERY), {("হোম", "ডেলিভারি"): 12},
            ["বাড়ি", "সরবরাহ"],
        ),
    ],
)  # fmt: skip
def test_english_terms_are_what_articles_write_for_both_words(
    tmp_path: Path,
    left: tuple[LatinCandidate, ...],
    right: tuple[LatinCandidate, ...],
    pairs: dict[tuple[str, str], int],
    read: list[str],
) -> None:
    """The readings by sound are taken where they are adjacent that much more often than the meanings."""
    words = dict.fromkeys(("হোম", "হোমে", "ডেলিভারি", "ডেলিভারির", "বাড়ি", "সরবরাহ"), 300)
    index = context_of(WordList(tmp_path, words, pairs=PairList(pairs, words)))
    found = written_as_heard([span(0, *left), span(1, *right)], index)
    assert [of.candidates[0].text for of in found] == read
    assert [len(of.candidates) for of in found] == [len(left), len(right)]


def test_english_terms_stand_together(tmp_path: Path) -> None:
    """Two words are no English term with another word between them, or with one that was dropped."""
    words = dict.fromkeys(("হোম", "ডেলিভারি"), 300)
    index = context_of(WordList(tmp_path, words, pairs=PairList({("হোম", "ডেলিভারি"): 12}, words)))
    home, delivery = span(0, HOUSE, HOME), span(2, SUPPLY, DELIVERY)
    assert written_as_heard([home, delivery], index) == [home, delivery]
    assert written_as_heard([home, NOTHING, delivery], index) == [home, NOTHING, delivery]
