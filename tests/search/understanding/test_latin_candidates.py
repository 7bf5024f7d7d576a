"""The worth of each kind of evidence for a reading of Latin letters, apart from document frequency."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index.analysis.canonical import canonical
from onneshon.search.understanding.latin_candidates import (
    LatinCandidates,
    _as_one,
    _sounds_so,
)
from onneshon.search.understanding.latin_entries import _uninflected, entry_of, misspelt_name
from onneshon.search.understanding.latin_sounds import LatinCandidate
from tests.search.understanding.word_lists import WordList

WORDS = {
    "এইচএসসি": 150, "এসি": 60, "দুদক": 139, "দুর্নীতি": 300, "জাতিসংঘ": 300, "যশোর": 363, "ধন্যবাদ": 300,
    "থ্যাংকস": 200, "কে": 3900, "আওয়ামী": 900, "লীগ": 800, "টিভি": 1, "ইউসি": 2, "ইউবি": 3, "ইনশাল্লাহ": 12,
    "বিশ্বকাপ": 170, "নাগরিক": 90, "সুশীল": 20, "সমাজ": 400, "বন্যা": 270, "চিকিৎসক": 300,
    "এবিসিডিইএফ": 40, "এবিসিডিইএফজি": 40, "জিপিইউ": 1, "হুম": 108, "অ্যালবার্ট": 4,
    "সতর্ক": 300, "পানি": 900, "নরম্যান": 1, "গভর্মেন্ট": 2, "সরকার": 900, "মিনিস্টার": 20, "মন্ত্রী": 800,
    "এআরএম": 19, "এআরসি": 20,
}  # fmt: skip


@pytest.fixture(scope="module")
def candidates(tmp_path_factory: pytest.TempPathFactory) -> LatinCandidates:
    """Candidates over the words above, without adjacent pairs."""
    return LatinCandidates(WordList(tmp_path_factory.mktemp("words"), WORDS), lambda _text: 0)


def worth(candidate: LatinCandidate) -> float:
    """The score without the part for document frequency."""
    return round(candidate.score - 0.55 * math.log1p(candidate.articles), 3)


@pytest.mark.parametrize(
    ("typed", "capitals", "found"),
    [
        ("hsc", False, [("এইচএসসি", "letters", 2.0, False)]),
        ("hsc", True, [("এইচএসসি", "letters", 8.0, False)]),
        ("ac", False, [("এসি", "letters", -1.0, False)]),
        ("k", False, [("কে", "letters", 2.0, False)]),
        ("uc", False, []),
        ("ub", False, [("ইউবি", "letters", -1.0, False)]),
        ("tv", False, []),
        ("gpu", False, [("জিপিইউ", "letters", -1.0, False)]),
        ("tv", True, [("টিভি", "letters", 8.0, False)]),
        ("arm", False, []),
        ("arm", True, [("এআরএম", "letters", 8.0, False)]),
        ("arc", False, [("এআরসি", "letters", -1.0, False)]),
        ("abcdef", False, [("এবিসিডিইএফ", "letters", -1.0, False)]),
        ("abcdefg", False, []),
        ("acc", False, [("দুদক", "acronym", 0.0, True)]),
        ("un", False, [("জাতিসংঘ", "acronym", -1.0, False)]),
        ("un", True, [("জাতিসংঘ", "acronym", 8.0, True)]),
        ("jessore", False, [("যশোর", "name", 0.0, True)]),
        ("corruptoin", False, [("দুর্নীতি", "meaning", 0.0, False)]),
        ("thanks", False, [("ধন্যবাদ", "meaning", 0.0, True), ("থ্যাংকস", "loan", -2.0, False)]),
        ("awami league", False, [("আওয়ামী লীগ", "name", 0.0, True)]),
        ("rice", False, []),
        ("world cup", False, [("বিশ্বকাপ", "meaning", 0.0, True)]),
        ("civil society", False, [("নাগরিক সমাজ", "meaning", 0.0, True)]),
        ("floods", False, [("বন্যা", "meaning", 0.0, False)]),
        ("doctors", False, [("চিকিৎসক", "meaning", 0.0, True)]),
    ],
)
def test_each_kind_of_evidence_has_its_worth(
    candidates: LatinCandidates, typed: str, capitals: bool, found: Sequence[tuple[str, str, float, bool]]
) -> None:
    """The kinds are unlisted letter names, capitals, small letters, columns of a row, and doubt."""
    listed = [candidate for candidate in candidates.of(typed, capitals=capitals) if candidate.kind != "sound"]
    assert [
        (canonical(candidate.text), candidate.kind, worth(candidate), candidate.sure) for candidate in listed
    ] == [(canonical(text), *others) for text, *others in found]


def test_all_texts_of_a_row_are_candidates_that_are_adjacent(tmp_path: Path) -> None:
    """The first text is the likeliest."""
    found = LatinCandidates(WordList(tmp_path, WORDS), lambda _text: 5).of("civil society", capitals=False)
    assert [(candidate.text, worth(candidate)) for candidate in found] == [
        ("নাগরিক সমাজ", 0.0),
        ("সুশীল সমাজ", -2.0),
    ]


@pytest.mark.parametrize(("articles", "most", "notable"), [(6, 60, True), (5, 60, False), (10, 101, False)])
def test_a_seldom_spelling_of_one_stem_is_left_out(articles: int, most: int, notable: bool) -> None:
    """A spelling with under a tenth of the articles is left out; another stem finds other articles."""
    usual = LatinCandidate("নূর", "sound", 4.0, most, plausible=False)
    seldom = LatinCandidate("নুর", "sound", 3.0, articles)
    found = _as_one([usual, seldom], loan=False)
    assert found.spellings == (("নুর",) if notable else ())
    assert (found.text, found.plausible, found.sure) == ("নূর", True, False)


def test_of_several_spellings_a_table_has_the_last_word() -> None:
    """The table's spelling is shown, otherwise the commonest."""
    listed = LatinCandidate("নুর", "name", 4.0, 6, sure=True)
    heard = LatinCandidate("নূর", "sound", 3.0, 60)
    assert _as_one([listed, heard], loan=False).text == "নুর"
    assert _as_one([replace(listed, kind="sound"), heard], loan=False).text == "নূর"


def test_a_last_vowel_is_heard_whether_it_is_written_or_not() -> None:
    """*keno* is কেন, though কেনো is nearer; for another form of the word this does not hold."""
    heard, usual = (LatinCandidate(text, "sound", 0.0, n) for text, n in (("কেনো", 5), ("কেন", 700)))
    assert _as_one([heard, usual], loan=False).text == "কেন"
    assert _as_one([heard, replace(usual, text="কেনে")], loan=False).text == "কেনো"


@pytest.mark.parametrize(
    ("typed", "stem"),
    [
        ("hospitals", "hospital"),
        ("hospital's", "hospital"),
        ("hospitals'", "hospital"),
        ("cities", "city"),
        ("classes", "class"),
        ("arrested", "arrest"),
        ("dancing", "dance"),
        ("stopped", "stop"),
        ("stole", "steal"),
        ("takes over", "take over"),
        ("fell ill", "fall ill"),
        ("worldcup", "world cup"),
        ("sheikhhasina", "sheikh hasina"),
    ],
)
def test_an_english_word_is_found_by_its_plain_form(typed: str, stem: str) -> None:
    """Endings, doubled letters and missing spaces are normalised."""
    found, listed = entry_of(typed), entry_of(stem)
    assert found
    assert listed
    assert found[0] == listed[0]


@pytest.mark.parametrize("typed", ["glass", "ass", "is", "xyzed", "xing", "zzz"])
def test_what_only_ends_so_is_no_inflected_word(typed: str) -> None:
    """Words that only end so, or whose stem would be too short, are not changed."""
    found = entry_of(typed)
    assert found is None or found[1]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("bramhonbaria", "ব্রাহ্মণবাড়িয়া"),
        ("brahmanbarya", "ব্রাহ্মণবাড়িয়া"),
        ("jessor", ""),
        ("brmhnbr", ""),
        ("faridgur", ""),
        ("khoolna", ""),
    ],
)
def test_a_long_name_is_known_by_its_consonants(typed: str, name: str) -> None:
    """Most of its letters must fit too; a short name has too many neighbours."""
    row = misspelt_name(typed)
    assert (canonical(row.bengali[0]) if row else "") == canonical(name)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("thanksss", ["ধন্যবাদ", "থ্যাংকস"]), ("hmmmm", ["হুম"]), ("hhhh", []), ("hhhmmm", [])],
)
def test_a_letter_that_is_drawn_out_is_one(candidates: LatinCandidates, typed: str, found: list[str]) -> None:
    """A repeated letter counts once if a table has the word so, otherwise twice."""
    assert [candidate.text for candidate in candidates.of(typed, capitals=False)][
        : len(found) or None
    ] == found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("albert", "অ্যালবার্ট"),
        ("norman", "নরম্যান"),
        ("watera", "পানি"),
        ("goverment", "সরকার"),
        ("ministar", "মন্ত্রী"),
    ],
)
def test_a_name_that_is_heard_is_no_slip_for_a_word(
    candidates: LatinCandidates, typed: str, meant: str
) -> None:
    """Articles must have the name with the letter that the word lacks; here *watera* is no word's slip."""
    assert candidates.of(typed, capitals=False)[0].text == meant


def test_letters_that_may_be_an_abbreviation_are_no_name_nearly_right(tmp_path: Path) -> None:
    """A candidate that may be meant is enough to leave out near names."""
    words = WordList(tmp_path, {"ব্রাহ্মণবাড়িয়া": 70})
    found = LatinCandidates(words, lambda _text: 0).of("bramonbaria", capitals=False)
    assert [(candidate.kind, candidate.sure, worth(candidate)) for candidate in found] == [
        ("name", False, 0.0)
    ]


@pytest.mark.parametrize(("other", "read"), [(400, "একে"), (401, "এ কে")])
def test_letters_are_apart_where_they_are_a_form_of_a_commoner_word(
    tmp_path: Path, other: int, read: str
) -> None:
    """One more article is enough to be commoner; with equal counts the letters are one word."""
    words = WordList(tmp_path, {"এক": other, "একে": 400})
    found = LatinCandidates(words, lambda _text: 9).of("ak", capitals=True)
    assert [candidate.text for candidate in found if candidate.kind == "letters"] == [read]


def test_only_a_sure_abbreviation_keeps_letters_from_their_names(tmp_path: Path) -> None:
    """A name may also be an abbreviation, however certain it is."""
    words = WordList(tmp_path, {"ঢাকা": 900, "ডিএইচএকেএ": 40, "দুদক": 139, "এসিসি": 40})
    candidates = LatinCandidates(words, lambda _text: 0)
    kinds = {
        typed: [found.kind for found in candidates.of(typed, capitals=capitals) if found.kind != "sound"]
        for typed, capitals in (("dhaka", True), ("dhaka", False), ("acc", False))
    }
    assert kinds == {"dhaka": ["name", "letters"], "acc": ["acronym"]}


@pytest.mark.parametrize(
    ("typed", "meant"), [("india's", "ভারত"), ("saudi arabia's", "সৌদি আরব"), ("cox's bazar", "কক্সবাজার")]
)
def test_a_name_with_an_english_ending_is_that_name(typed: str, meant: str) -> None:
    """*India's* is ভারত and not ইন্ডিয়া; a row for the typed form goes first."""
    row = entry_of(typed)
    assert row is not None
    assert (row[0].bengali[0], row[1]) == (meant, True)


@pytest.mark.parametrize(
    ("typed", "stems"),
    [
        ("cars", ["car"]),
        ("boxes", ["boxe", "box"]),
        ("cities", ["citie", "city", "citi"]),
        ("teacher's", ["teacher"]),
        ("teachers'", ["teacher"]),
        ("class", []),
        ("is", []),
        ("stopped", ["stopp", "stoppe", "stop"]),
        ("dancing", ["danc", "dance"]),
        ("sued", ["sue"]),
        ("seeing", ["see", "seee"]),
        ("fishermen", ["fisherman"]),
        ("carried", ["carry", "carri", "carrie"]),
        ("river", []),
    ],
)
def test_an_inflected_word_comes_from_words_of_three_letters_or_more(typed: str, stems: list[str]) -> None:
    """The stems are in order of likelihood: without the ending, with a silent e, with one letter of two."""
    assert [*_uninflected(typed)] == stems


def test_what_a_table_is_sure_of_is_sure_in_every_spelling() -> None:
    """One certain spelling of several is enough, whichever is the best."""
    heard, listed = (LatinCandidate("নূর", "sound", 4.0, 60), LatinCandidate("নুর", "name", 3.0, 6, sure=True))
    assert _as_one([heard, listed], loan=False).sure
    assert _as_one([listed, heard], loan=False).sure
    assert not _as_one([heard, replace(listed, sure=False)], loan=False).sure


@pytest.mark.parametrize(("usual", "spellings"), [("নূর", ("নুর",)), ("কী", ())])
def test_a_function_word_is_searched_in_no_other_spelling(usual: str, spellings: tuple[str, ...]) -> None:
    """A function word matches nothing in its own spelling."""
    other = {"নূর": "নুর", "কী": "কি"}[usual]
    ways = [LatinCandidate(usual, "sound", 4.0, 60), LatinCandidate(other, "sound", 3.0, 50)]
    assert _as_one(ways, loan=False).spellings == spellings


@pytest.mark.parametrize(
    ("text", "latin", "same"),
    [
        ("ফুটবল", "football", True),
        ("ফুটবল ম্যাচ", "football match", True),
        ("ফুটবল খেলা", "football match", False),
        ("খেলা ম্যাচ", "football match", False),
        ("খেলা", "match", False),
    ],
)
def test_a_loan_sounds_like_each_of_its_latin_words(text: str, latin: str, same: bool) -> None:
    """All of its Latin words must sound so, not one of two."""
    assert _sounds_so(text, latin) is same


@pytest.mark.parametrize(("articles", "meaning"), [(30, True), (31, False)])
def test_a_slip_of_english_may_sound_like_a_word_in_few_articles(
    tmp_path: Path, articles: int, meaning: bool
) -> None:
    """*goverment* means the government, for which few articles write গভর্মেন্ট."""
    words = WordList(tmp_path, {"গভর্মেন্ট": articles, "সরকার": 4000})
    found = LatinCandidates(words, lambda _text: 0).of("goverment", capitals=False)
    assert ("সরকার" in [candidate.text for candidate in found]) == meaning
