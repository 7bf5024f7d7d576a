"""Which Bengali words a Latin word may be by sound, and which are too far."""

from pathlib import Path

import pytest

from onneshon.index.analysis.canonical import canonical
from onneshon.index.vocabulary.vocabulary import Candidate
from onneshon.search.understanding.romanised import _is_drummed, is_plausible, sounding, surface
from tests.search.understanding.word_lists import WordList


@pytest.mark.parametrize("latin", ["kkkkkk", "zzzzqqq", "ttttttt", "vvbbnn", "kk", "tttt", "aaa"])
def test_a_drumming_finger_sounds_like_no_word(tmp_path: Path, latin: str) -> None:
    """Random keys have no reading, however near the words of the index are."""
    vocabulary = WordList(tmp_path, {"কাকা": 300, "জক": 90, "তত": 400, "ববন": 50, "টুট": 9}).vocabulary
    assert vocabulary
    assert sounding(latin, vocabulary) == []


@pytest.mark.parametrize(
    ("latin", "drummed"),
    [
        ("kakak", True),
        ("kaka", False),
        ("kakad", False),
        ("qwer", True),
        ("rewq", True),
        ("wer", False),
        ("qwea", False),
        ("bdgk", False),
        ("bdbdbd", True),
        ("bdgbdg", True),
        ("bdgkbdg", False),
        ("bagbag", False),
        ("k", False),
        ("kk", True),
        ("aa", False),
        ("aaa", True),
    ],
)
def test_few_letters_and_keys_in_a_row_are_drummed(latin: str, drummed: bool) -> None:
    """Random keys are recognised from five letters, or four adjacent keys."""
    assert _is_drummed(latin) == drummed


@pytest.mark.parametrize(("latin", "word"), [("accchhha", "আচ্ছা"), ("hummm", "হুম"), ("ee", "ই")])
def test_a_stretched_word_is_one(tmp_path: Path, latin: str, word: str) -> None:
    """Repeated letters come from a key that was held down."""
    vocabulary = WordList(tmp_path, {word: 300}).vocabulary
    assert vocabulary
    assert [heard.word for heard in sounding(latin, vocabulary)] == [word]


def test_among_fewer_words_one_may_be_farther() -> None:
    """Among a hundred words none is near by chance."""
    pather = Candidate("পাঁচালী", 1, 6.0, 0.0)
    assert not is_plausible(pather, "panchali", 150_000)
    assert is_plausible(pather, "panchali", 5_000)


def test_the_best_word_by_sound_comes_first(tmp_path: Path) -> None:
    """The score combines sound and frequency."""
    vocabulary = WordList(tmp_path, {"সোনার": 121, "শোনার": 64, "মান": 900}).vocabulary
    assert vocabulary
    assert [heard.word for heard in sounding("sonar", vocabulary)] == ["সোনার", "শোনার"]


def test_a_skeleton_in_common_is_not_enough(tmp_path: Path) -> None:
    """A common skeleton is too little, however few words there are to choose from."""
    vocabulary = WordList(tmp_path, {"ফেসবুক": 275, "হিত": 10}).vocabulary
    assert vocabulary
    assert sounding("aetohaooise", vocabulary) == []


@pytest.mark.parametrize(
    ("latin", "word", "frequency", "distance", "plausible"),
    [
        ("itihas", "ইতিহাস", 256, 1.0, True),
        ("itihas", "ইতিহাস", 256, 9.5, False),
        ("uytre", "উৎরে", 5, 6.0, False),
        ("bangla", "বাংলা", 3000, 9.0, True),
        ("kkk", "ক", 287, 0.9, False),
        ("ee", "ই", 287, 0.9, True),
        ("eee", "ই", 287, 0.9, False),
        ("dhonnnobad", "ধন্যবাদ", 300, 6.0, True),
    ],
)
def test_a_rare_word_must_be_nearer(
    latin: str, word: str, frequency: int, distance: float, plausible: bool
) -> None:
    """The required frequency rises with the distance per letter; random keys are no word."""
    assert is_plausible(Candidate(word, frequency, distance, 0.0), latin, 150_000) is plausible


@pytest.mark.parametrize(("distance", "plausible"), [(3.0, True), (3.01, False)])
def test_a_word_of_one_article_is_at_most_half_a_step_a_letter_away(distance: float, plausible: bool) -> None:
    """The limit is for a vocabulary of the measured size; the end of the word counts as a letter."""
    assert is_plausible(Candidate("সোনার", 1, distance, 0.0), "sonar", 151_850) is plausible


@pytest.mark.parametrize(("word", "shown"), [("র্যাব", "র\u200d্যাব"), ("কার্য", "কার্য"), ("ঢাকা", "ঢাকা")])
def test_a_word_is_shown_as_newspapers_write_it(word: str, shown: str) -> None:
    """A word does not begin with a repha."""
    assert surface(word) == shown


@pytest.mark.parametrize(
    ("latin", "word", "other"),
    [
        ("satya", "সত্য", "ছাতা"),
        ("surya", "সূর্য", "সুরা"),
        ("kanya", "কন্যা", "কানা"),
        ("karya", "কার্য", "কারা"),
        ("aishwarya", "ঐশ্বর্য", "এছাড়া"),
        ("kaniya", "কানা", "কন্যা"),
        ("sata", "ছাতা", "সত্য"),
        ("khawya", "খাওয়া", "খাদ্য"),
    ],
)
def test_ya_behind_a_last_consonant_is_a_ya_phala(tmp_path: Path, latin: str, word: str, other: str) -> None:
    """In transliterated Sanskrit র্য is *rya*; after a vowel it is not so."""
    vocabulary = WordList(tmp_path, {word: 300, other: 100}).vocabulary
    assert vocabulary
    assert sounding(latin, vocabulary)[0].word == canonical(word)


@pytest.mark.parametrize(
    ("latin", "word", "other"),
    [
        ("charyapad", "চর্যাপদ", "ছাড়পত্র"),
        ("aparajito", "অপরাজিত", "পরাজিত"),
        ("raktakarabi", "রক্তকরবী", "রক্তাক্ত"),
        ("bijnan", "বিজ্ঞান", "বাজান"),
        ("jyotirbijnan", "জ্যোতির্বিজ্ঞান", "জ্যোতি"),
        ("paurasabha", "পৌরসভা", "পুরোসভা"),
        ("kshati", "ক্ষতি", "ছাতি"),
        ("jama", "জামা", "জমা"),
        ("chala", "চালা", "চলা"),
        ("dharla", "ধরলা", "ধারালো"),
    ],
)
def test_a_word_may_be_written_letter_by_letter(tmp_path: Path, latin: str, word: str, other: str) -> None:
    """Libraries write the unwritten vowel as *a* too; for one letter most write what they hear."""
    vocabulary = WordList(tmp_path, {word: 3, other: 9}).vocabulary
    assert vocabulary
    found = sounding(latin, vocabulary)
    assert found[0].word == canonical(word)
    assert is_plausible(found[0], latin, 151_850)
