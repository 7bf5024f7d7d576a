"""The vocabulary file and look-ups in it."""

import hashlib
from itertools import groupby
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import fold
from onneshon.index.errors import IndexCorruptError
from onneshon.index.tables import read_rows
from onneshon.index.vocabulary import file
from onneshon.index.vocabulary import spellings as by_letters
from onneshon.index.vocabulary.channels import SAME_LETTERS
from onneshon.index.vocabulary.file import CODES_DIGEST, FILE_NAME, HEADER, write_vocabulary
from onneshon.index.vocabulary.vocabulary import Candidate, Vocabulary
from tests.strategies import bengali_words

WORDS = {
    "বাংলাদেশের": 1674, "বাংলাদেশির": 40, "ইতিহাস": 256, "সোনার": 121, "শোনার": 64, "বাংলা": 521, "মানুষ": 2000,
    "মানুষের": 1800, "মনস": 1, "ঢাকা": 2339, "ধাক্কা": 277, "সেকেন্ড": 50, "তাড়াতাড়ি": 90, "ভালো": 1107, "বালু": 125,
    "হক": 700, "যদি": 900, "পাওয়া": 2326, "জিবি": 19, "রবীন্দ্রনাথ": 17, "দেখতে": 954, "চাঁদ": 60, "স্মৃতি": 130,
    "শিক্ষা": 900, "শিকার": 60, "নকশা": 75,
}  # fmt: skip


def written(directory: Path, words: dict[str, int]) -> Vocabulary:
    """A vocabulary of these words."""
    write_vocabulary(directory, words.items())
    vocabulary = Vocabulary.open(directory)
    assert vocabulary is not None
    return vocabulary


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """A small vocabulary, with words that sound alike."""
    return written(tmp_path_factory.mktemp("vocabulary"), WORDS)


def words_of(candidates: list[Candidate]) -> list[str]:
    """The words of candidates."""
    return [candidate.word for candidate in candidates]


@pytest.mark.parametrize(
    ("latin", "word"),
    [
        ("bangladesher", "বাংলাদেশের"),
        ("itihas", "ইতিহাস"),
        ("Rabindranath", "রবীন্দ্রনাথ"),
        ("dhaka", "ঢাকা"),
        ("second", "সেকেন্ড"),
        ("gb", "জিবি"),
        ("pauya", "পাওয়া"),
        ("tratari", "তাড়াতাড়ি"),
        ("vvlo", "ভালো"),
        ("haque", "হক"),
        ("siksa", "শিক্ষা"),
        ("shiksha", "শিক্ষা"),
        ("noksha", "নকশা"),
    ],
)
def test_a_latin_word_is_read(vocabulary: Vocabulary, latin: str, word: str) -> None:
    """The intended word is the best candidate, with letters doubled, dropped or spelt the English way."""
    assert words_of(vocabulary.romanised(latin))[0] == word


def test_frequency_decides_between_equal_sounds(vocabulary: Vocabulary) -> None:
    """The more frequent সোনার is the better reading of sonar than শোনার."""
    assert words_of(vocabulary.romanised("sonar"))[:2] == ["সোনার", "শোনার"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("মানুস", "মানুষ"),
        ("মানুসের", "মানুষের"),
        ("তারাতারি", "তাড়াতাড়ি"),
        ("বালো", "ভালো"),
        ("জদি", "যদি"),
        ("দেকতে", "দেখতে"),
        ("চাদ", "চাঁদ"),
        ("সৃতি", "স্মৃতি"),
        ("ইতহাস", "ইতিহাস"),
    ],
)
def test_a_misspelling_is_corrected(vocabulary: Vocabulary, typed: str, meant: str) -> None:
    """Real errors: a letter of the same sound, a missing chandrabindu, a missing vowel or phala."""
    assert words_of(vocabulary.similar(typed))[0] == meant


@pytest.mark.parametrize("typed", ["মানুস", "শিক্কা", "বালো", "শোনার", "ক"])
@pytest.mark.parametrize("least", [1, 60, 400])
def test_words_within_a_distance_are_named(vocabulary: Vocabulary, typed: str, least: int) -> None:
    """A more frequent word may be farther; ``similar`` has the same bounds of score and frequency."""
    every = vocabulary.similar(typed, len(WORDS))
    for most in (-3.0, 0.0, 4.0):
        near = vocabulary.within(typed, least, most, 0.6)
        assert {other for other in near if other.word != typed} == {
            other
            for other in every
            if other.frequency >= least and other.distance - 0.6 * log(other.frequency) <= most
        }
        assert vocabulary.similar(typed, len(WORDS), most, least) == [
            other for other in every if other.score <= most
        ]


def test_a_word_is_not_similar_to_itself(vocabulary: Vocabulary) -> None:
    """The typed word is no suggestion."""
    assert "মানুষ" not in words_of(vocabulary.similar("মানুষ"))


def test_candidates_are_best_first_and_no_more_than_asked_for(vocabulary: Vocabulary) -> None:
    """The order is that of the scores, and no word comes twice."""
    found = vocabulary.romanised("sonar", limit=2)
    assert len(found) == 2
    assert found[0].score < found[1].score
    assert len(set(words_of(vocabulary.romanised("sonar", 10)))) == len(vocabulary.romanised("sonar", 10))


def test_a_single_letter_may_be_a_conjunct_that_is_one_sound(tmp_path: Path) -> None:
    """*gan* is গান, then জ্ঞান, which sounds the same, before গণ."""
    vocabulary = written(tmp_path, {"গান": 189, "জ্ঞান": 160, "গণ": 31})
    assert words_of(vocabulary.romanised("gan")) == ["গান", "জ্ঞান", "গণ"]


@pytest.mark.parametrize("latin", ["", "123", "বাংলা", "xqzzk" * 20, "zzzz"])
def test_what_cannot_be_read_has_no_candidates(vocabulary: Vocabulary, latin: str) -> None:
    """No letters, other letters, and sounds that no word has."""
    assert vocabulary.romanised(latin) == []


@pytest.mark.parametrize("word", ["", "abc", "্", "ঁঁঁ", "ক" * 300])
def test_odd_words_are_borne(vocabulary: Vocabulary, word: str) -> None:
    """No typed text is an error."""
    assert all(candidate.word in WORDS for candidate in vocabulary.similar(word))


def test_frequencies_are_kept(vocabulary: Vocabulary) -> None:
    """A word's frequency is the written one, and 0 for an unknown word."""
    assert {word: vocabulary.frequency(word) for word in WORDS} == WORDS
    assert vocabulary.frequency("নেই") == 0
    assert len(vocabulary) == len(WORDS)


@pytest.mark.parametrize("words", [{"ননদী": 3, "নানদী": 2}, {"ননদী": 3, "নানদী": 2, "নদী": 1}])
def test_the_end_of_a_word_is_not_that_word(tmp_path: Path, words: dict[str, int]) -> None:
    """Words of one sound are adjacent, so that a word could seem to be where another ends."""
    vocabulary = written(tmp_path, words)
    assert {word: vocabulary.frequency(word) for word in ("ননদী", "নানদী", "নদী", "দী", "নন")} == {
        "দী": 0,
        "নন": 0,
        "নদী": 0,
        **words,
    }


@pytest.mark.parametrize("word", ["latin", "১৯৭১", "", "্ক", "ক" * 41, "াগ"])
def test_what_is_no_bengali_word_is_left_out(tmp_path: Path, word: str) -> None:
    """Other scripts, numbers, stray signs and runs of one letter are left out."""
    assert len(written(tmp_path, {word: 5})) == 0


def test_an_index_without_bengali_words_has_an_empty_vocabulary(tmp_path: Path) -> None:
    """Nothing is found in it, and no look-up fails."""
    empty = written(tmp_path, {})
    assert empty.romanised("bangla") == empty.similar("বাংলা") == []


def test_without_a_file_there_is_no_vocabulary(tmp_path: Path) -> None:
    """An index may have been built without one."""
    assert Vocabulary.open(tmp_path) is None


@pytest.mark.parametrize("damage", ["empty", "cut", "longer", "magic", "version", "header"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    """Magic, format and length are checked before any byte is used."""
    written(tmp_path, WORDS)
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    damaged = {
        "empty": b"",
        "cut": content[:-1],
        "longer": content + b"\0",
        "magic": b"X" + content[1:],
        "version": content[:8] + b"\x63" + content[9:],
        "header": content[:10],
    }
    path.write_bytes(damaged[damage])
    with pytest.raises(IndexCorruptError, match="is damaged"):
        Vocabulary.open(tmp_path)


@given(words=st.dictionaries(bengali_words, st.integers(1, 10**6), max_size=20))
def test_every_word_is_found_by_its_own_spelling(
    tmp_path_factory: pytest.TempPathFactory, words: dict[str, int]
) -> None:
    """A written word is there or was left out; no word gets the frequency of another."""
    vocabulary = written(tmp_path_factory.mktemp("any"), words)
    found = {word: vocabulary.frequency(word) for word in words if vocabulary.frequency(word)}
    assert found.items() <= words.items()
    assert len(found) == len(vocabulary)


@pytest.mark.parametrize(
    ("column", "step", "value"), [("_frequencies", 1, 0), ("_letter_starts", 2, 2**32 - 1)]
)
def test_a_damaged_vocabulary_is_said_to_be(tmp_path: Path, column: str, step: int, value: int) -> None:
    """Impossible numbers raise a clear error, without a warning or an answer."""
    vocabulary = written(tmp_path, WORDS)
    damaged = getattr(vocabulary, column).copy()
    damaged[::step] = value
    setattr(vocabulary, column, damaged)
    with pytest.raises(IndexCorruptError, match="is damaged"):
        vocabulary.similar("ইতিহস")


def test_damaged_starts_of_sounds_are_said_to_be(tmp_path: Path) -> None:
    """A word that ends before it begins, and one without an end."""
    for damaged in (0, 2**32 - 1):
        vocabulary = written(tmp_path, {"ইতিহাস": 256})
        vocabulary._unit_starts = np.array([5, damaged], np.uint32)
        with pytest.raises(IndexCorruptError, match="a word of an impossible length"):
            vocabulary.romanised("itihas")


@pytest.mark.parametrize("ask", ["frequency", "romanised", "similar", "verify"])
def test_a_file_is_read_through_before_a_word_is_looked_up(tmp_path: Path, ask: str) -> None:
    """Opening reads only the header; the first look-up reads the whole file, once."""
    write_vocabulary(tmp_path, [("নদী", 3), ("নগর", 2), ("বাংলাদেশ", 9)])
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    arguments = {"verify": (), "romanised": ("nodi",)}.get(ask, ("নদী",))
    sound = Vocabulary.open(tmp_path)
    getattr(sound, ask)(*arguments)
    for index in (-1, HEADER.size):
        damaged_content = bytearray(content)
        damaged_content[index] ^= 1
        path.write_bytes(damaged_content)
        getattr(sound, ask if ask != "verify" else "frequency")("নদী")
        damaged = Vocabulary.open(tmp_path)
        with pytest.raises(IndexCorruptError, match=f"{FILE_NAME} is damaged: go back with"):
            getattr(damaged, ask)(*arguments)


def test_a_file_of_other_words_is_recognised_by_its_digest(tmp_path: Path) -> None:
    """The file's own checksum is right."""
    written(tmp_path, WORDS)
    sha256 = hashlib.sha256((tmp_path / FILE_NAME).read_bytes()).hexdigest()
    written(tmp_path, {**WORDS, "নগর": 2})
    other = Vocabulary.open(tmp_path, sha256)
    assert other is not None
    with pytest.raises(IndexCorruptError, match=f"{FILE_NAME} is damaged"):
        other.verify()


def test_a_file_of_other_codes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two units in exchanged places would make other words of the same numbers."""
    written(tmp_path, WORDS)
    monkeypatch.setattr(file, "CODES_DIGEST", CODES_DIGEST ^ 1)
    with pytest.raises(IndexCorruptError, match="of another version"):
        Vocabulary.open(tmp_path)


@pytest.mark.parametrize("parting", [0, 3, 6])
def test_words_are_parted_by_letters_where_there_are_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parting: int
) -> None:
    """For any number of runs the same words are near."""
    asked = ["মানুস", "ইতহাস", "সোনার", "বালো"]
    expected = [written(tmp_path, WORDS).similar(word) for word in asked]
    monkeypatch.setattr(by_letters, "_parting", lambda _words: parting)
    assert [written(tmp_path, WORDS).similar(word) for word in asked] == expected


@given(st.lists(bengali_words, min_size=1, max_size=20), st.integers(1, 9))
def test_words_of_one_fold_are_found(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], least: int
) -> None:
    """The result is that of folding all words that sound alike."""
    known = {canonical(word): 1 + len(word) for word in words}
    vocabulary = written(tmp_path_factory.mktemp("any"), known)
    for word in known:
        sounding = [heard for heard in vocabulary.sounding(word, 100) if known[heard] >= least]
        expected = [heard for heard in sounding if heard != word and fold(heard) == fold(word)]
        assert [*vocabulary.of_one_fold(word, least)] == expected


def same_letters(word: str) -> bytes:
    """The letters of a word, simplified, with repeated letters once."""
    found = [SAME_LETTERS[ord(letter) - 0x980] for letter in word if "\u0980" <= letter <= "\u09ff"]
    return bytes(code for code, _ in groupby(filter(None, found)))


@given(bengali_words | st.text(st.sampled_from("কনণশসযজড়ঢ়রঋৃতৎংঙঅআইঈািীুূ্ঁঃ"), max_size=8))
@example("এ্যালবাম")
def test_a_word_and_its_fold_have_the_same_letters(word: str) -> None:
    """Every rule of the fold keeps the simplified letters."""
    assert same_letters(fold(word)) == same_letters(word)


def test_homophones_have_the_same_letters_as_their_fold() -> None:
    """This holds for the homophones in a table too."""
    for word, spellings in read_rows("homophones.tsv"):
        assert {same_letters(spelling) for spelling in spellings.split()} <= {same_letters(word)}


@pytest.mark.parametrize(
    ("latin", "doubled", "single"),
    [
        ("ranna", "রান্না", "রানা"),
        ("somman", "সম্মান", "সমান"),
        ("baccha", "বাচ্চা", "বাঁচা"),
        ("rajjo", "রাজ্য", "রাজু"),
    ],
)
def test_a_letter_typed_twice_is_a_double_and_once_a_single(
    tmp_path: Path, latin: str, doubled: str, single: str
) -> None:
    """For each consonant, also one doubled by a ya-phala; the single one may be more frequent."""
    vocabulary = written(tmp_path, {doubled: 60, single: 100})
    assert words_of(vocabulary.romanised(latin, 2))[0] == canonical(doubled)
