import pytest
from hypothesis import given

from onneshon.index.analysis.stemmer import fold
from onneshon.index.tables import read_rows
from tests.strategies import bengali_words


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("বাড়ী", "বাড়ি"),
        ("ধূলা", "ধুলা"),
        ("ঈদ", "ইদ"),
        ("রাণী", "রানি"),
        ("পোষাক", "পোশাক"),
        ("ষ্টেশন", "স্টেশন"),
        ("বাঙলা", "বাংলা"),
        ("সঙ্গীত", "সংগীত"),
        ("পাঁচ", "পাচ"),
        ("পূর্ব্ব", "পূর্ব"),
        ("অর্দ্ধ", "অর্ধ"),
        ("মূর্চ্ছা", "মূর্ছা"),
        ("নির্দ্ধারণ", "নির্ধারণ"),
        ("কার্যতঃ", "কার্যত"),
        ("হঠাৎ", "হঠাত"),
        ("উৎসব", "উত্সব"),
        ("যাদু", "জাদু"),
        ("কোরআন", "কোরান"),
        ("জামাআত", "জামাত"),
        ("বিধবাআশ্রম", "বিধবাশ্রম"),
        ("বাশ", "বাঁশ"),
        ("এ্যালবাম", "অ্যালবাম"),
        ("এ্যাকশন", "অ্যাকশন"),
    ],
)
def test_spellings_that_sound_alike_have_one_key(word: str, other: str) -> None:
    """Pairs from the Academy's spelling rules that writers confuse."""
    assert fold(word) == fold(other)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("বড়", "বর"),
        ("জন্য", "জন"),
        ("সত্য", "সত্ত"),
        ("কর্ম", "করম"),
        ("অন্ত", "অনত"),
        ("স্বামী", "সামি"),
        ("বন্ধ", "বন্ধু"),
        ("কক্ষ", "কক্স"),
        ("বক্ষ", "বক্স"),
        ("এআই", "এাই"),
        ("এ্য", "অ্য"),
        ("রিএ্যাক্ট", "রিঅ্যাক্ট"),
        ("কাগঅ", "কাগা"),
    ],
)
def test_letters_that_make_another_word_are_kept(word: str, other: str) -> None:
    """ড় is no র; ya-phala, ba-phala and hasanta stay."""
    assert fold(word) != fold(other)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("বিষ", "বিশ"),
        ("বাঁশ", "বাস"),
        ("দীন", "দিন"),
        ("শব", "সব"),
        ("কোণ", "কোন"),
        ("ধোঁয়া", "ধোয়া"),
        ("সৎ", "শত"),
        ("কেশ", "কেস"),
        ("বীণা", "বিনা"),
        ("শাল", "সাল"),
        ("বিকৃত", "বিক্রীত"),
    ],
)
def test_common_words_that_only_spelling_tells_apart_stay_apart(word: str, other: str) -> None:
    """A homophone of another common word keeps its spelling as its key."""
    assert fold(word) != fold(other)


def test_every_homophone_would_be_folded_without_its_table() -> None:
    """Every line is needed, and a key is a fixed point of the fold."""
    for word, spellings in read_rows("homophones.tsv"):
        assert fold(word) == word
        assert all(fold(spelling) == word for spelling in spellings.split())
        assert fold(word + "কর") != word + "কর"


@given(bengali_words)
def test_a_key_is_never_empty(word: str) -> None:
    """A word of dropped signs alone keeps a key."""
    assert fold(word)


def test_the_ya_of_a_ya_phala_does_not_become_ja() -> None:
    """য alone sounds as জ; under a consonant it is another sound."""
    assert fold("বাক্য") == "বাক্য"
