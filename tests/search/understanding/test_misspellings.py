"""Which words a word may be misspelt for, and how certain each kind of evidence makes a correction."""

import math
from pathlib import Path

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.vocabulary.vocabulary import Candidate, Vocabulary
from onneshon.search.retrieval.index_protocols import document_frequency
from onneshon.search.understanding.certainty import worth
from onneshon.search.understanding.misspellings import Fit, Misspellings
from onneshon.search.understanding.usual_spellings import Correction
from tests.search.understanding.word_lists import PairList, WordList, context_of


def misspellings(index: WordList) -> Misspellings:
    """The misspellings for an index."""
    return Misspellings(index, context_of(index))


def found(index: WordList, word: str, *, strange: bool = False) -> list[Correction]:
    """The corrections of a word."""
    (token,) = analyze(word)
    return misspellings(index).of(token, document_frequency(token.exact, index), strange=strange)


@pytest.mark.parametrize(
    ("typed", "usual", "corrected"),
    [
        (100, 500, True),
        (100, 499, False),
        (0, 2, True),
        (0, 1, False),
        (1, 5, True),
        (1, 4, False),
        (666, 3400, True),
        (667, 3400, False),
    ],
)
def test_five_times_as_many_articles_make_a_spelling_usual(
    tmp_path: Path, typed: int, usual: int, corrected: bool
) -> None:
    """Both have one stem; a word in a thirtieth of the articles is not unusual, and an unknown word is."""
    words = {"ধরনের": usual, "ধরণের": typed} if typed else {"ধরনের": usual}
    best = [Correction("ধরনের", usual, 5.0, same=True)] if corrected else []
    assert [way for way in found(WordList(tmp_path, words), "ধরণের") if way.same] == best


def beside(shared: int, other: int) -> PairList:
    """Pairs that give ধরণের and ধরনের a likeness: the shared followers, and those of the usual one alone."""
    pairs = {("ধরণের", "কাজ"): shared, ("ধরনের", "কাজ"): shared, ("ধরনের", "পথ"): other}
    return PairList(pairs, {"ধরণের": shared, "ধরনের": shared + other})


@pytest.mark.parametrize(
    ("typed", "usual", "likeness", "same"),
    [
        (20, 25, 0.25, True),
        (20, 24, 0.25, False),
        (20, 25, 0.23, False),
        (19, 30, 0.59, False),
        (19, 30, 0.61, True),
        (10, 30, 0.61, True),
        (9, 30, 0.99, False),
    ],
)
def test_words_in_the_same_contexts_are_one(
    tmp_path: Path, typed: int, usual: int, likeness: float, same: bool
) -> None:
    """A quarter more articles are then enough; the rarer the word, the less is known of its contexts."""
    shared = 10_000
    pairs = beside(shared, round(shared / likeness**2) - shared)
    index = WordList(tmp_path, {"ধরনের": usual, "ধরণের": typed}, pairs=pairs)
    assert any(way.same for way in found(index, "ধরণের")) == same


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("পতি", "প্রতি"), ("লাস", "লাশ")],
    ids=["of another stem", "of one fold"],
)
@pytest.mark.parametrize("beside", [3, 4])
def test_a_word_that_keeps_its_own_context_is_no_slip(
    tmp_path: Path, typed: str, meant: str, beside: int
) -> None:
    """Examples are পতি পত্নী and লাস ভেগাস; with fewer than four of its own pairs it may be a slip."""
    words = {typed: 5, meant: 2_000, "নিজস্ব": 50}
    index = WordList(tmp_path, words, 100_000, pairs=PairList({(typed, "নিজস্ব"): beside}, words))
    assert (meant in [way.word for way in found(index, typed)]) == (beside < 4)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("মুক্তিযুদ্বা", "মুক্তিযোদ্ধা"), ("মুক্তিযূদ্ধা", "মুক্তিযোদ্ধা")],
    ids=["misspelt for it", "another spelling of it"],
)
def test_of_a_slip_that_articles_have_it_is_what_that_is_a_slip_for(
    tmp_path: Path, typed: str, meant: str
) -> None:
    """মুক্তিযুদ্ধা is in some articles, and is no word."""
    index = WordList(tmp_path, {"মুক্তিযুদ্ধা": 6, "মুক্তিযোদ্ধা": 2_000}, 100_000)
    assert found(index, typed)[0].word == canonical(meant)


def test_two_words_that_may_be_slips_for_one_another_are_not_followed_for_ever(tmp_path: Path) -> None:
    """Each is followed once."""
    index = WordList(tmp_path, {"মুক্তিযুদ্ধা": 20, "মুক্তিযুদ্বা": 20, "মুক্তিযুদ্দা": 20}, 100_000)
    assert {way.word for way in found(index, "মুক্তিযুদ্ধ")} <= {"মুক্তিযুদ্ধা", "মুক্তিযুদ্বা", "মুক্তিযুদ্দা"}


def test_a_word_with_company_of_its_own_may_be_a_slip_where_it_is_strange(tmp_path: Path) -> None:
    """মুদি দোকান is a shop; in নরেন্দ্র মুদি the word is strange."""
    words = {"মুদি": 5, "মোদি": 2_000, "দোকান": 50, "নরেন্দ্র": 300}
    pairs = PairList({("মুদি", "দোকান"): 40, ("নরেন্দ্র", "মোদি"): 200}, words)
    index = WordList(tmp_path, words, 100_000, pairs=pairs)
    assert found(index, "মুদি") == []
    assert found(index, "মুদি", strange=True)[0].word == "মোদি"


@pytest.mark.parametrize(
    ("word", "articles", "distance", "lead", "certainty"),
    [
        ("বাংলাদস", 0, 2.0, 3.0, -0.64 * 2 + 0.28 * 7 + 0.39 * math.log(99) + 0.30 * 3 - 1.36),
        ("বাংলাদস", 4, 2.0, 3.0, -0.64 * 2 + 0.28 * 7 + 0.39 * math.log(99 / 5) + 0.30 * 3 - 0.63 - 1.36),
        ("নদ", 0, 5.0, 0.0, -0.64 * 5 + 0.28 * 2 + 0.39 * math.log(99) - 1.36),
    ],
)
def test_certainty_is_a_regression(
    tmp_path: Path, word: str, articles: int, *, distance: float, lead: float, certainty: float
) -> None:
    """Certainty depends on distance, letters, frequencies, the lead, and whether articles have the word."""
    words = misspellings(WordList(tmp_path, {"বাংলাদেশ": 99}))
    candidate = Candidate("বাংলাদেশ", 99, distance, 0.0)
    assert words._certainty(word, articles, candidate, lead) == pytest.approx(certainty)


@pytest.mark.parametrize(("distance", "added"), [(2.0, 2.8), (6.5, 2.8), (6.6, 0.0)])
def test_contexts_add_to_it_unless_it_is_hopeless(tmp_path: Path, distance: float, added: float) -> None:
    """Contexts count from a certainty of -3 on; here both words occur in the same contexts only."""
    index = WordList(tmp_path, {"ধরনের": 900, "ধরণের": 9}, pairs=beside(50, 0))
    candidate = Candidate("ধরনের", 900, distance, 0.0)
    plain = -0.64 * distance + 0.28 * 5 + 0.39 * math.log(900 / 10) - 0.63 - 1.36
    assert misspellings(index)._certainty("ধরণের", 9, candidate, 0.0) == pytest.approx(plain + added)


@pytest.mark.parametrize(
    ("articles", "distance"), [(1, 0.55 * (math.log(2) - 1)), (9, 0.55 * (math.log(10) - 1 / 9))]
)
def test_articles_are_worth_a_distance(articles: int, distance: float) -> None:
    """The worth of one article is hardly any."""
    assert worth(articles) == pytest.approx(distance)


@pytest.mark.parametrize(
    ("articles", "count", "corrected"),
    [(3, 20_000, True), (2, 20_000, False), (2, 1_999, True), (1, 1_000, False), (1, 999, True)],
)
def test_what_few_articles_have_is_as_often_a_slip(
    tmp_path: Path, articles: int, count: int, corrected: bool
) -> None:
    """A right word must be in more than two articles, or fewer in small collections, where it is as rare."""
    index = WordList(tmp_path, {"হাসপাতাল": articles}, count)
    assert bool(found(index, "হাসপাতল")) == corrected


@pytest.mark.parametrize(("articles", "stem", "corrected"), [(8, 10, True), (8, 11, False), (100, 125, True)])
def test_a_word_with_other_forms_is_no_slip(
    tmp_path: Path, articles: int, stem: int, corrected: bool
) -> None:
    """A word is right if its stem has over a quarter more articles than the form (আশা for আশার)."""
    index = WordList(tmp_path, {"আশার": articles, "আসার": 5 * articles})
    index._stem[index._stems["আশার"]] = stem
    slips = [way for way in found(index, "আশার") if way.certainty == 2.0]
    assert [(way.word, way.same) for way in slips] == ([("আসার", False)] if corrected else [])


@pytest.mark.parametrize(("form", "offered"), [(200, False), (11, False), (10, True)])
def test_nothing_is_corrected_where_a_commoner_form_of_the_word_is_likelier(
    tmp_path: Path, form: int, offered: bool
) -> None:
    """The stem finds that form; with at most twice the articles it is not likelier."""
    index = WordList(tmp_path, {"বইগুলো": 5, "বইগুলোর": form, "বাইগুলো": 6})
    assert [way.word for way in found(index, "বইগুলো")] == (["বাইগুলো"] if offered else [])


@pytest.mark.parametrize(("articles", "corrected"), [(31, True), (1, False)])
def test_a_word_is_known_by_other_forms_of_it(tmp_path: Path, articles: int, corrected: bool) -> None:
    """No article has it as typed and one has a form of it, so another word must be in more than one."""
    index = WordList(tmp_path, {"দেষের": 1, "দেহ": articles})
    assert [way.word for way in found(index, "দেষ")] == (["দেহ"] if corrected else [])


@pytest.mark.parametrize(("count", "corrected"), [(3_000, True), (2_999, False)])
def test_a_word_of_one_article_in_thirty_is_no_unusual_spelling(
    tmp_path: Path, count: int, corrected: bool
) -> None:
    """A spelling in one article of thirty is usual, however frequent the other one is."""
    index = WordList(tmp_path, {"ধরনের": 900, "ধরণের": 100}, count)
    assert [way.same for way in found(index, "ধরণের")] == [True] * corrected


@pytest.mark.parametrize(("count", "corrected"), [(1_000, True), (999, False)])
def test_a_word_of_one_article_in_a_hundred_is_no_slip(tmp_path: Path, count: int, corrected: bool) -> None:
    """A word in one article of a hundred is no slip, however near and frequent another word is."""
    index = WordList(tmp_path, {"হাসপাতল": 10, "হাসপাতাল": 900}, count)
    assert [way.word for way in found(index, "হাসপাতল")] == (["হাসপাতাল"] if corrected else [])


def test_stems_of_a_word_that_no_article_has_are_those_of_its_parts(tmp_path: Path) -> None:
    """The stem in articles is better than a guessed one."""
    words = misspellings(WordList(tmp_path, {"বইয়ের": 9}))
    assert words._stems("বইয়ের") == ({"বই"}, True)
    assert words._stems("নদী-তীরের") == ({"নদি", "তির"}, True)


@pytest.mark.parametrize(("articles", "certainty"), [(1, 1.556), (9, 1.556), (10, 0.934), (11, 0.919)])
def test_a_word_as_near_makes_less_sure(tmp_path: Path, articles: int, certainty: float) -> None:
    """A near rival in a hundredth of the articles lowers the certainty; a rarer one does not count."""
    index = WordList(tmp_path, {"সংবাদ": 900, "সংবাট": articles})
    assert found(index, "সংবাত")[0].certainty == pytest.approx(certainty, abs=0.005)


def looking_writes_into(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Record the words for which similar ones are looked up, and find none."""

    def similar(_: Vocabulary, word: str, *_rest: float) -> list[Candidate]:
        asked.append(word)
        return []

    monkeypatch.setattr(Vocabulary, "similar", similar)


@pytest.mark.parametrize(
    ("word", "others", "looked"),
    [
        ("হাসপাতল", {"হাসপাতাল": 900}, True),
        ("হাসপাতল", {"হাসপাতাল": 5}, False),
        ("হাসপাতল", {"কলকাতা": 900}, False),
        ("মানুস", {"মানুষ": 900}, False),
        ("হাসপাতল", {"কলকাতা": 900, "হাসপাতাল": 900}, True),
    ],
    ids=["near and frequent", "no more frequent", "far", "of the same stem", "one of two"],
)
def test_what_a_known_word_is_like_is_looked_for_where_a_frequent_one_is_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, others: dict[str, int], *, looked: bool
) -> None:
    """For other known words none are looked up: most words in few articles are right."""
    index = WordList(tmp_path, others | {word: 5})
    asked: list[str] = []
    looking_writes_into(asked, monkeypatch)
    found(index, word)
    assert asked == ([word] if looked else [])


@pytest.mark.parametrize(("surer", "looked"), [(0.01, True), (-0.01, False), (9.0, True), (-9.0, False)])
@pytest.mark.parametrize("bounded", [True, False])
def test_what_a_known_word_is_like_is_looked_for_where_another_may_fit_well_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, surer: float, looked: bool, bounded: bool
) -> None:
    """The fit must make up for the certainty that is missing."""
    index = WordList(tmp_path, {"হাসপাতাল": 900, "হাসপাতল": 11})
    (token,), (best,) = analyze("হাসপাতল"), found(index, "হাসপাতল")
    fits = surer - best.certainty
    words, asked = misspellings(index), list[str]()
    looking_writes_into(asked, monkeypatch)
    words.of(token, 11, fit=Fit(lambda _: fits, fits if bounded else math.inf))
    assert bool(asked) == looked


@pytest.mark.parametrize(("word", "worse"), [("মানুষ", 0.0), ("মানুষের", 1.0), ("হাসপাতালে", 1.0)])
def test_who_searches_mostly_types_the_word_itself(tmp_path: Path, word: str, worse: float) -> None:
    """An inflected form is less likely to be meant than the word itself."""
    index = WordList(tmp_path, {word: 9})
    (token,) = analyze(word)
    assert misspellings(index)._other(Candidate(token.exact, 9, 1.0, 3.0)).score == 3.0 + worse


def test_a_sign_in_its_place_gives_the_word(tmp_path: Path) -> None:
    """The score combines the distance and the document frequency."""
    (near,) = misspellings(WordList(tmp_path, {"পরিবর্তন": 900}))._respelt("পরিবতর্ন", rare=True)
    assert near[:3] == ("পরিবর্তন", 900, 1.5)
    assert near.score == pytest.approx(1.5 - worth(900))


def test_what_is_meant_by_a_slip_is_meant_by_what_is_a_slip_for_it(tmp_path: Path) -> None:
    """বাক্তিগত is nearer to ব্যাক্তিগত, which is itself a slip for ব্যক্তিগত."""
    index = WordList(tmp_path, {"ব্যাক্তিগত": 10, "ব্যক্তিগত": 415})
    assert [way.word for way in found(index, "বাক্তিগত")] == [canonical("ব্যক্তিগত")]


@pytest.mark.parametrize(
    ("others", "meant"),
    [
        ({"ধর্ষণ": 347, "দর্শন": 37}, ["ধর্ষণ", "দর্শন"]),
        ({"ধর্ষণ": 347, "দর্শন": 70}, ["দর্শন"]),
        ({"ধর্ষণ": 347, "দর্শন": 37, "দর্শনে": 70}, ["দর্শন"]),
        ({"দর্শন": 37}, ["দর্শন"]),
    ],
    ids=["far commoner", "no more than commoner", "no more than all forms", "alone"],
)
def test_a_far_likelier_word_comes_before_the_usual_spelling_of_what_no_article_has(
    tmp_path: Path, others: dict[str, int], meant: list[str]
) -> None:
    """দর্ষণ sounds like দর্শন, but is ধর্ষণ with one letter wrong."""
    ways = found(WordList(tmp_path, others), "দর্ষণ")
    assert [way.word for way in ways] == [canonical(word) for word in meant]


def test_the_usual_spelling_that_another_word_precedes_is_less_certain(tmp_path: Path) -> None:
    """So its neighbours may still decide for it."""
    first, usual = found(WordList(tmp_path, {"ধর্ষণ": 347, "দর্শন": 37}), "দর্ষণ")
    assert usual.certainty == first.certainty - 1.0


def test_another_form_of_the_best_candidate_is_no_worse(tmp_path: Path) -> None:
    """নারায়ণগঞ্চে is নারায়ণগঞ্জে with one letter wrong, though people mostly search without an ending."""
    first, other = found(WordList(tmp_path, {"নারায়ণগঞ্জ": 277, "নারায়ণগঞ্জে": 145}), "নারায়ণগঞ্চে")[:2]
    assert [first.word, other.word] == [canonical("নারায়ণগঞ্জে"), canonical("নারায়ণগঞ্জ")]
    assert first.certainty > 0 > other.certainty
