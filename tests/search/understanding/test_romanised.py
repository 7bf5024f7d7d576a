"""Latin words of a query read as Bengali words of the index."""

from pathlib import Path

import pytest

from index.vocabulary.vocabulary import Vocabulary, write_vocabulary
from search.understanding.romanised import held, read

WORDS = {"বাংলাদেশের": 1674, "বাংলাদেশির": 40, "ইতিহাস": 256, "সোনার": 121, "শোনার": 64, "মান": 900, "ফেসবুক": 275}


class Words:
    """An index that holds some Bengali words and some Latin ones."""

    count = 20_000

    def __init__(self, directory: Path, latin: dict[str, int]) -> None:
        write_vocabulary(directory, WORDS.items())
        self.vocabulary = Vocabulary.open(directory)
        self.latin = latin

    def document_frequency(self, field: str, term: str) -> int:
        """Latin words stand in bodies only."""
        return self.latin.get(term, 0) if field == "body_exact" else 0


@pytest.mark.parametrize(
    ("latin", "word"), [("bangladesher", "বাংলাদেশের"), ("itihas", "ইতিহাস"), ("facebook", "ফেসবুক")]
)
def test_a_latin_word_that_the_index_does_not_hold_is_read(tmp_path: Path, latin: str, word: str) -> None:
    """The best reading comes first."""
    assert read(latin, Words(tmp_path, {}))[0][0] == word


def test_less_likely_readings_weigh_less(tmp_path: Path) -> None:
    """Weights fall from the best reading on; the commonest weighs 1 if it is the best."""
    found = read("sonar", Words(tmp_path, {}))
    weights = [weight for _, weight in found]
    assert {word for word, _ in found} == {"সোনার", "শোনার"}
    assert weights == sorted(weights, reverse=True)
    assert 0 < weights[-1] < weights[0] == 1


def test_an_english_word_that_the_index_holds_is_not_hijacked(tmp_path: Path) -> None:
    """Who types Facebook and has articles that write it so means those, however common ফেসবুক is."""
    assert read("facebook", Words(tmp_path, {"facebook": 1})) == []
    assert read("man", Words(tmp_path, {"man": 1})) == []


def test_a_chance_latin_word_does_not_hide_its_bengali_form(tmp_path: Path) -> None:
    """One romanised line somewhere does not make bangladesher a word of the index."""
    assert read("bangladesher", Words(tmp_path, {"bangladesher": 1}))[0][0] == "বাংলাদেশের"
    assert read("bangladesher", Words(tmp_path, {"bangladesher": 30})) == []


@pytest.mark.parametrize("word", ["", "বাংলা", "covid19", "o'neil", "zzzzz"])
def test_what_is_not_a_latin_word_is_taken_as_it_is(tmp_path: Path, word: str) -> None:
    """Other scripts, digits, and sounds that no word of the index has."""
    assert read(word, Words(tmp_path, {})) == []


def test_what_sounds_like_no_word_is_not_read(tmp_path: Path) -> None:
    """A skeleton in common is not enough: fbsbk is not ফেসবুক, however few words there are to choose from."""
    assert read("aetohaooise", Words(tmp_path, {})) == []


def test_without_a_vocabulary_nothing_is_read(tmp_path: Path) -> None:
    """An index may have been built without one."""
    words = Words(tmp_path, {})
    words.vocabulary = None
    assert read("itihas", words) == []


def test_a_word_is_held_by_titles_or_bodies(tmp_path: Path) -> None:
    """The field with more articles counts."""
    assert held("github", Words(tmp_path, {"github": 3})) == 3
