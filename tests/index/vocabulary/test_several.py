"""Vocabularies of several segments give the results of a single vocabulary of all their words."""

from collections import Counter
from pathlib import Path

import pytest

from onneshon.index.analysis.stemmer import fold
from onneshon.index.vocabulary.file import write_vocabulary
from onneshon.index.vocabulary.several import SeveralVocabularies
from onneshon.index.vocabulary.vocabulary import Vocabulary

PARTS = (
    {"নদী": 5, "নদীর": 2, "বাংলাদেশ": 40, "বাংলাদেশের": 9, "পাহাড়": 3, "পাহার": 1},
    {"নদী": 1, "বাংলাদেশ": 2, "নধী": 1, "আকাশ": 2},
    {"আকাশ": 1},
)


def nobody(word: str) -> int:
    """Fail: where nothing is deleted, no word is looked up."""
    raise AssertionError(word)


def any_word(_other: str) -> bool:
    """Accept every word."""
    return True


def written(folder: Path, words: dict[str, int]) -> Vocabulary:
    """A vocabulary of these words."""
    folder.mkdir()
    write_vocabulary(folder, words.items())
    vocabulary = Vocabulary.open(folder)
    assert vocabulary is not None
    return vocabulary


@pytest.fixture
def parts(tmp_path: Path) -> list[Vocabulary]:
    """A vocabulary for each segment."""
    return [written(tmp_path / str(number), words) for number, words in enumerate(PARTS)]


@pytest.fixture
def whole(tmp_path: Path) -> Vocabulary:
    """A vocabulary of all words."""
    return written(tmp_path / "whole", dict(sum(map(Counter, PARTS), Counter[str]())))


@pytest.mark.parametrize("typed", ["nodi", "bangladesh", "bangladesher", "akash", "pahar", "xyz", ""])
def test_latin_words_are_read_as_by_one_vocabulary(
    parts: list[Vocabulary], whole: Vocabulary, typed: str
) -> None:
    """The same words, counts, distances and scores, in the same order."""
    assert SeveralVocabularies(parts, nobody).romanised(typed) == whole.romanised(typed)


def test_there_are_about_as_many_words_as_one_vocabulary_has(tmp_path: Path) -> None:
    """The number bounds chance matches: it is not the largest part's, nor counts shared words twice."""
    words = [f"কর{vowel}ম{last}" for vowel in "ািীুূেো" for last in "ািীুূেো"]
    shared, own = words[:12], words[12:48]
    sizes = [own[at : at + 12] for at in range(0, 36, 12)]
    parts = [written(tmp_path / some[0], dict.fromkeys([*shared, *some], 1)) for some in sizes]
    assert len(SeveralVocabularies(parts, nobody)) == pytest.approx(len(shared) + len(own), rel=0.1)
    small = written(tmp_path / "small", dict.fromkeys(shared[:2], 1))
    assert len(SeveralVocabularies([parts[0], small], nobody)) == len(parts[0])
    assert [len(SeveralVocabularies(some, nobody)) for some in ([], parts[:1])] == [0, len(parts[0])]


@pytest.mark.parametrize("word", ["নদি", "বাংলাদেষ", "পাহাড়", "আকাস", "নদী", "খপুষ্প"])
def test_misspelt_words_are_read_as_by_one_vocabulary(
    parts: list[Vocabulary], whole: Vocabulary, word: str
) -> None:
    """The word itself is not among the results."""
    several = SeveralVocabularies(parts, nobody)
    assert several.similar(word) == whole.similar(word)
    assert several.frequency(word) == whole.frequency(word)


def test_a_word_that_few_parts_have_counts_what_all_parts_have(tmp_path: Path) -> None:
    """The best of each part are ranked by their total frequency, and as many returned as requested."""
    some = {f"কর{vowel}ম{last}": 9 for vowel in "ািীুূেো" for last in "ািীুূেো"}
    parts = [written(tmp_path / str(number), {**some, "করম": number}) for number in (1, 2, 300)]
    (first, *_), many = SeveralVocabularies(parts, nobody).romanised("korom", 1), range(1, 40)
    assert (first.word, first.frequency) == ("করম", 303)
    for limit in many:
        assert len(SeveralVocabularies(parts, nobody).romanised("korom", limit)) == limit


@pytest.mark.parametrize("word", ["নদি", "পাহাড়", "আকাস"])
@pytest.mark.parametrize("least", [1, 2, 9, 100])
@pytest.mark.parametrize("most", [1.0, 2.0, 6.0])
def test_frequent_words_near_enough_are_named_as_by_one_vocabulary(
    parts: list[Vocabulary], whole: Vocabulary, word: str, least: int, most: float
) -> None:
    """Frequencies add up: a word rare in each part may be near enough by its total."""
    several = SeveralVocabularies(parts, nobody)
    assert several.within(word, least, most, 0.6) == [*whole.within(word, least, most, 0.6)]


@pytest.mark.parametrize("most", [0.0, 3.0])
def test_similar_words_have_a_score_at_most(parts: list[Vocabulary], most: float) -> None:
    """Words with a higher score are left out."""
    several = SeveralVocabularies(parts, nobody)
    every = several.similar("নদি", 16)
    assert several.similar("নদি", 16, most) == [candidate for candidate in every if candidate.score <= most]


@pytest.mark.parametrize("word", ["নধী", "পাহার", "আকাস", "বাংলাদেশ"])
def test_words_that_sound_alike_are_found_in_all_parts(
    parts: list[Vocabulary], whole: Vocabulary, word: str
) -> None:
    """The most frequent words of each part, each once."""
    several = SeveralVocabularies(parts, nobody)
    assert sorted(several.sounding(word, 100)) == sorted(whole.sounding(word, 100))
    assert [*several.sounding(word, 1)] == [
        *dict.fromkeys(way for part in parts for way in part.sounding(word, 1))
    ]


def test_words_of_one_fold_are_found_in_all_parts(parts: list[Vocabulary], whole: Vocabulary) -> None:
    """Frequencies add up, frequent words come first, and the word itself is left out."""
    several = SeveralVocabularies(parts, nobody)
    for word in ("নদি", "পাহার", "বাংলাদেশ"):
        expected = [
            heard for heard in whole.sounding(word, 100) if heard != word and fold(heard) == fold(word)
        ]
        assert [*several.of_one_fold(word, 1)] == expected


def test_words_of_one_sound_are_found_in_all_parts(parts: list[Vocabulary], whole: Vocabulary) -> None:
    """Frequencies add up; নধী has the consonants of নদী, and নদীর has not."""
    several = SeveralVocabularies(parts, nobody)
    found = [("নদী", 6), ("নধী", 1)]
    assert several.of_one_sound("নদি", 1, any_word) == whole.of_one_sound("নদি", 1, any_word) == found
    assert several.of_one_sound("নদি", 6, any_word) == found[:1]


def test_words_that_nobody_looks_for_are_not_counted(
    parts: list[Vocabulary], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting may have to read which articles are deleted."""
    counted: list[str] = []
    several = SeveralVocabularies(parts, nobody)

    def frequency(word: str) -> int:
        counted.append(word)
        return 1

    monkeypatch.setattr(several, "frequency", frequency)
    assert several.of_one_sound("নদি", 1, "নধী".__eq__) == [("নধী", 1)]
    assert counted == ["নধী"]


def test_words_of_deleted_articles_are_found_no_more(parts: list[Vocabulary]) -> None:
    """A rare word is counted without them; a frequent word surely has some left."""
    asked: list[str] = []

    def living(word: str) -> int:
        asked.append(word)
        return {"আকাশ": 0, "পাহাড়": 1}.get(word, 2)

    several = SeveralVocabularies(parts, living, suspect=3)
    assert several.romanised("akash") == []
    assert several.frequency("আকাশ") == 0
    assert several.frequency("পাহাড়") == 1
    assert several.frequency("বাংলাদেশ") == 42
    assert "বাংলাদেশ" not in asked


def test_damage_of_any_part_is_found(parts: list[Vocabulary]) -> None:
    """Every part is read whole."""
    read: list[int] = []
    for number, part in enumerate(parts):
        part.verify = lambda number=number: read.append(number)  # type: ignore[method-assign, misc]
    SeveralVocabularies(parts, len).verify()
    assert read == [0, 1, 2]
