"""The purpose of tuned numbers: words on both sides of each, which a number twice as large would confuse.

Which number is best, figures judge (``benchmarks.romanised``, ``benchmarks.relevance``). A row here states
what must hold for any number: the intended word comes before one that is nearly as near.
"""

from pathlib import Path

import numpy as np
import pytest

from onneshon.index.analysis.canonical import canonical
from onneshon.index.vocabulary.channels import (
    MISTAKES,
    farthest_from_latin,
    latin_from_words,
    misspelt_beginnings,
)
from onneshon.index.vocabulary.file import write_vocabulary
from onneshon.index.vocabulary.learned import learned_variants
from onneshon.index.vocabulary.pair_counts import counts_of_texts, joined
from onneshon.index.vocabulary.vocabulary import Vocabulary

FREQUENCIES = {
    "ভোর": 379, "ভোয়ার": 2, "দেশি": 158, "দেশে": 2199, "বেশ": 1730, "বেশী": 220, "কথায়": 305, "কথা": 4811,
    "উচ্চ": 565, "উচচ": 1, "তুহিন": 69, "তুন": 5, "আসর": 162, "আশ্রয়ের": 30, "বললে": 113, "বলে": 6359,
    "ইসলামে": 68, "ইসলামী": 547, "কাটতে": 87, "খাতে": 323, "মালিক": 703, "মালিকে": 3, "অংশে": 201,
    "অংশ": 1800, "শয্যা": 118, "সোজা": 44, "দত্ত": 72, "ডট": 30, "হাতের": 134, "হাটের": 69, "ফেরি": 94,
    "ফেরী": 17, "ডলার": 427, "দলের": 1517, "খুশি": 294, "খোশ": 5, "বিরোধ": 193, "ব্রড": 20, "রোড": 215,
    "রোদ": 36, "পৌঁছেছে": 147, "পাছিয়েছে": 2, "দুঃখের": 65, "দুদকের": 89, "পক্ষ": 1412, "পক্স": 3,
    "রাইসা": 7, "রাজা": 95, "জনক": 145, "জনৈক": 54, "দক্ষিণ": 1212, "দক্ষ": 143, "তাদের": 6232,
    "তাঁদের": 209, "বাঁধ": 257, "বোধ": 122, "হবে": 6812, "ইবনে": 117, "বগুড়ার": 109, "গড়ার": 90,
    "বার": 530, "রোববার": 1489, "পরপরই": 202, "পরই": 380, "ঈদুল": 384, "ভুল": 422, "গতি": 255, "গত": 6866,
    "প্রশাসক": 447, "প্রকাশক": 20, "সাগরে": 141, "সর্বাগ্রে": 11, "সৌদি": 129, "সর্দি": 101,
}  # fmt: skip
"""Number of articles, of some months of news, that contain each word."""


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """A vocabulary of all words of the rows."""
    directory = tmp_path_factory.mktemp("vocabulary")
    write_vocabulary(directory, ((canonical(word), times) for word, times in FREQUENCIES.items()))
    found = Vocabulary.open(directory)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("voar", "ভোর", "ভোয়ার"),  # an unexplained vowel costs no more than a rare word saves
        ("deshie", "দেশি", "দেশে"),  # and no less than the vowels that were typed say
        ("beshy", "বেশ", "বেশী"),  # y and w glide
        ("kothhay", "কথায়", "কথা"),  # but a typed ending is heard
        ("uchche", "উচ্চ", "উচচ"),  # h is only breath
        ("tuhn", "তুহিন", "তুন"),  # but is a consonant where a word has one
        ("asror", "আসর", "আশ্রয়ের"),  # a consonant without a unit is a slip
        ("blole", "বললে", "বলে"),  # which is rarer than a vowel left out
        ("isolamee", "ইসলামে", "ইসলামী"),  # a repeated letter is not another letter
        ("katte", "কাটতে", "খাতে"),  # but means two where a word has two
        ("malike", "মালিক", "মালিকে"),  # a silent e ends words
        ("onshe", "অংশে", "অংশ"),  # and mostly is said
        ("shoja", "শয্যা", "সোজা"),  # a word looks Bengali and is spelt so
        ("dott", "দত্ত", "ডট"),
        ("hatter", "হাতের", "হাটের"),  # looks English and is spelt as Bengali, which is rarer
        ("feeri", "ফেরি", "ফেরী"),
        ("doolar", "ডলার", "দলের"),  # looks Bengali and is spelt as English, which is rarest
        ("khush", "খুশি", "খোশ"),
        ("brodh", "বিরোধ", "ব্রড"),  # looks English and is spelt so
        ("rood", "রোড", "রোদ"),
        ("pucheche", "পৌঁছেছে", "পাছিয়েছে"),  # a unit that is written as it never is
        ("dohokere", "দুঃখের", "দুদকের"),
        ("poks", "পক্ষ", "পক্স"),  # ks is ক্ষ as well
        ("rasa", "রাইসা", "রাজা"),  # but s is seldom জ
    ],
)
def test_latin_letters_stand_for_the_word_that_was_meant(
    vocabulary: Vocabulary, typed: str, meant: str, other: str
) -> None:
    """Not for another word that is nearly as near."""
    found = [candidate.word for candidate in vocabulary.romanised(typed, len(FREQUENCIES))]
    assert found.index(canonical(meant)) < found.index(canonical(other))


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("জনৌক", "জনক", "জনৈক"),  # a vowel sign too many
        ("দক্ষি", "দক্ষিণ", "দক্ষ"),  # which is less likely than a letter too few at the end
        ("তাঁদর", "তাদের", "তাঁদের"),  # a chandrabindu too many, of so common a word
        ("বঁধ", "বাঁধ", "বোধ"),  # which mostly says what was meant
        ("হবনে", "হবে", "ইবনে"),  # a consonant too many
        ("বগড়ার", "বগুড়ার", "গড়ার"),  # which is less likely than a vowel too few
        ("ববার", "বার", "রোববার"),  # a letter typed again
        ("পপরই", "পরপরই", "পরই"),  # which is less likely than one left out
        ("ঈুল", "ঈদুল", "ভুল"),  # a letter left out, against one for another that it never is
        ("গগতি", "গতি", "গত"),  # a word that is near, against one in as many articles again
        ("প্রাসক", "প্রশাসক", "প্রকাশক"),  # and one in many, against one that is as near
        ("সবাগরে", "সাগরে", "সর্বাগ্রে"),
        ("সদি", "সর্দি", "সৌদি"),  # shorter by two letters
    ],
)
def test_a_slip_is_read_as_the_word_that_was_meant(
    vocabulary: Vocabulary, typed: str, meant: str, other: str
) -> None:
    """Not as another word that is nearly as near."""
    found = [candidate.word for candidate in vocabulary.similar(canonical(typed), len(FREQUENCIES))]
    assert canonical(other) not in found[: found.index(canonical(meant))]


@pytest.mark.parametrize(("word", "is_measured"), [("দাম", True), ("দামি", False)])
def test_words_of_other_letters_are_not_even_measured(
    tmp_path: Path, word: str, *, is_measured: bool
) -> None:
    """Two letters for two others make four differences; a third makes too many."""
    write_vocabulary(tmp_path, [(word, 9)])
    vocabulary = Vocabulary.open(tmp_path)
    assert vocabulary is not None
    assert bool(vocabulary.similar("গান")) is is_measured


@pytest.mark.parametrize(
    ("typed", "word", "is_slip"),
    [
        ("সাষমরিক", "সামরিক", True),
        ("দিচ্েন", "দিচ্ছেন", True),
        ("শেয়রার", "শেয়ার", False),
        ("ফিরনে", "ফিরে", False),
    ],
)
def test_what_is_no_more_than_a_slip_away_is_suggested(typed: str, word: str, *, is_slip: bool) -> None:
    """A letter that sounds like its neighbour, or a letter left out; no consonant of another word."""
    (farther,) = misspelt_beginnings(canonical(typed), [canonical(word)]).tolist()
    assert (farther <= MISTAKES) is is_slip


@pytest.mark.parametrize(
    ("typed", "words", "are_near"),
    [
        ("w", ["ওয়াহেদ"], [True]),  # of wa, which one letter of the word is written as
        ("por", ["পারেনি"], [True]),  # two other vowels
        ("bas", ["ব্যাপক"], [False]),  # one other consonant, of three
        ("prot", ["প্রভাবশালী"], [True]),  # and of four
        ("pach", ["পেয়েছে"], [False]),
        ("itih", ["ইতিহাসের", "ইতিমধ্যে"], [True, True]),  # as far from each other as one letter
        ("chal", ["চালায়", "চট্টগ্রামে"], [True, False]),  # farther
    ],
)
def test_words_that_begin_as_latin_letters_sound_are_suggested(
    typed: str, words: list[str], are_near: list[bool]
) -> None:
    """Words that are near for the number of typed letters, and not much farther than the nearest."""
    distances = latin_from_words(typed, [canonical(word) for word in words], beginnings=True)
    assert (distances <= np.float32(farthest_from_latin(typed, distances))).tolist() == are_near


FRAMES = ("উপজেলা {}", "সরকারি {}", "শহরের {}", "নতুন {}", "{} বোর্ড")


@pytest.mark.parametrize(
    ("word", "rarer", "frames", "times", "is_one"),
    [
        ("আইসোলেশন", "আইসালেশন", 3, 2, True),  # six times, with three words next to both
        ("পরিস্থিতি", "পরিস্থতি", 5, 1, False),  # five times
        ("হাসপাতাল", "হাসপতাল", 2, 3, False),  # two words next to both
        ("ভাঙনে", "ভাঙ্গনে", 4, 2, True),  # a letter more is typed
        ("সম্পর্ক", "সুসম্পর্ক", 4, 2, False),  # two more
        ("ওষুধ", "ঔষধ", 4, 2, True),  # three letters that only one of them has
        ("গুলিবর্ষণ", "গোলাবর্ষণ", 4, 2, False),  # four
        ("সন্ধ্যা", "সন্ধা", 4, 2, True),  # shorter by two
        ("কয়েকদিনের", "কদিনের", 4, 2, False),  # by three
    ],
)
def test_spellings_that_are_learned_are_of_one_word(
    word: str, rarer: str, frames: int, times: int, *, is_one: bool
) -> None:
    """Where they share contexts often enough, and differ by a slip at most."""
    said = [frame.format(one) for frame in FRAMES[:frames] for one in [word] * 5 + [rarer] * times]
    found = learned_variants(joined(list(counts_of_texts(said))))
    assert [(variant.stands_for, variant.text) for variant in found] == [
        (canonical(word), canonical(rarer))
    ] * is_one
