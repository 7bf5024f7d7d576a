from pathlib import Path

import pytest
from hypothesis import given

from onneshon.index.analysis import verbs
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import _stemmers, _stems, prepare, stem, stem_key
from onneshon.index.analysis.tokenizer import words_of
from tests.strategies import mixed_text

GOLDEN = Path(__file__).parents[2] / "data" / "stems.tsv"

SAME = [
    ("মানুষ", "মানুষগুলোকে"),
    ("ছেলে", "ছেলেদের"),
    ("মেয়ে", "মেয়েদেরকে"),
    ("বই", "বইয়ের"),
    ("নদী", "নদীতে"),
    ("ঢাকা", "ঢাকায়"),
    ("দেশ", "দেশেই"),
    ("গাড়ি", "গাড়িগুলোর"),
    ("মা", "মায়ের"),
    ("স্ত্রী", "স্ত্রীকে"),
    ("সরকার", "সরকারকেও"),
    ("বাজার", "বাজারে"),
    ("বৈঠক", "বৈঠকে"),
    ("সংবাদ", "সংবাদের"),
    ("মৌলবাদ", "মৌলবাদের"),
    ("সংকট", "সংকটে"),
    ("সঙ্গীত", "সংগীতে"),
    ("নৌকা", "নৌকোয়"),
    ("মিটিং", "মিটিংয়ের"),
    ("পরিবার", "পরিবারসহ"),
    ("হিসাব", "হিসেবে"),
    ("ভাল", "ভালোই"),
    ("আমি", "আমাদেরকেও"),
    ("তিনি", "তাঁর"),
    ("সে", "তাহাকে"),
    ("এই", "এটা"),
    ("যা", "যাকে"),
    ("এখন", "এখনকার"),
    ("কাজীর", "কাজিকে"),
    ("পরলোক", "পরলোকে"),
    ("অমৃত", "অমৃতে"),
    ("ঝকঝক", "ঝকঝকে"),
    ("বাসা", "বাসায়"),
    ("পাড়া", "পাড়াতেও"),
    ("গলা", "গলাটাও"),
    ("লড়াই", "লড়াইয়ে"),
    ("ঘুম", "ঘুমিয়ে"),
    ("কান্না", "কাঁদছে"),
    ("রান্নার", "রাঁধছে"),
    ("খেলাধুলোর", "খেলাধুলা"),
    ("উর্দ্ধগতি", "ঊর্ধ্বগতির"),
    ("চমক", "চমকেছে"),
    ("নেতা", "নেতৃবৃন্দ"),
    ("দুজন", "দুইজনকেই"),
    ("মূল", "মূলতঃ"),
    ("মহারাষ্ট্র", "মহারাষ্ট্রর"),
    ("ভাষা", "ভাষাভিত্তিক"),
    ("মাস", "মাসখানেক"),
    ("কে", "কাউকে"),
    ("তিনি", "ওঁদের"),
    ("বন্ধু", "বন্ধুর"),
    ("চেষ্টা", "চেষ্টার"),
    ("সমস্যা", "সমস্যাকে"),
    ("ভঙ্গী", "ভঙ্গীতে"),
    ("শিশির", "শিশিরে"),
    ("দাপট", "দাপটে"),
    ("চাচা", "চাচাকে"),
    ("ঢাকা", "ঢাকায়ঃ"),
    ("বাংলাদেশ", "বাংলাদেশেরঃ"),
    ("বলা", "বলেনঃ"),
    ("আমি", "আমাদেরঃ"),
    ("ফলত", "ফলতঃ"),
    ("আল্লাহ", "আল্লাহ্"),
    ("শাহ", "শাহ্"),
    ("কোন", "কোন্"),
    ("করা", "করেছিস্"),
    ("করা", "করেছেন্ঃ"),
    ("আল্লাহ", "আল্লাহর"),
    ("আল্লাহ", "আল্লাহরই"),
    ("আল্লাহ্", "আল্লাহ্\u200cর"),
    *(
        ("আল্লাহ", f"আল্লাহ্{joiner}{ending}")
        for joiner in ("", "\u200c")
        for ending in ("কে", "কেও", "তে", "রই", "ই", "ও", "এর")
    ),
    ("বাদশাহ", "বাদশাহ্দের"),
    ("বাদশাহ", "বাদশাহ্রা"),
    ("শাহ", "শাহ্কে"),
    ("শহীদুল্লাহ", "শহীদুল্লাহ্কে"),
    ("শহীদুল্লাহ", "শহীদুল্লাহর"),
    ("শাহ", "শাহর"),
    ("অ্যাটাকের", "এ্যাটাকে"),
    ("অ্যাডভোকেট", "এ্যাডভোকেটদের"),
    ("runs", "running"),
]

APART = [
    ("পানি", "পা"),
    ("পাতা", "পা"),
    ("হাতি", "হাত"),
    ("মাটি", "মা"),
    ("কমিটি", "কমি"),
    ("ঢাকা", "ঢাক"),
    ("বাসা", "বাস"),
    ("সোনা", "শোনা"),
    ("আশা", "আসা"),
    ("কর", "করা"),
    ("সরকার", "সরকা"),
    ("তারা", "তার"),
    ("কালো", "কাল"),
    ("চিড়িয়াখানা", "চিড়িয়া"),
    ("আমির", "আমি"),
    ("জামাই", "জামা"),
    ("ফরিদপুর", "ফরিদপু"),
    ("পোস্টার", "পোস্টা"),
    ("জনগণ", "জন"),
    ("পৃ", "পা"),
    ("পায়রা", "পা"),
    ("দায়ের", "দায়"),
    ("বিষ", "বিশে"),
    ("বিধবা", "বেঁধা"),
    ("তাঃ", "তা"),
    ("যাঃ", "যা"),
    ("বয়ঃ", "বয়"),
    ("বহিঃ", "বহে"),
    ("মোছাঃ", "মোছা"),
    ("ফলত", "ফলেছে"),
    ("ঠাহর", "ঠাহ"),
    ("গহর", "গহ"),
    ("গ্রাহ্য", "গ্রাহ"),
    ("জাহ্নবী", "জাহ"),
    ("শাহ্জাদা", "শাহ"),
    ("ইয়াহ্ইয়া", "ইয়াহ"),
]


@pytest.mark.parametrize(("word", "other"), SAME, ids=["-".join(pair) for pair in SAME])
def test_inflected_forms_meet(word: str, other: str) -> None:
    """A word and its forms have one key, with any number of endings."""
    assert stem_key(canonical(word)) == stem_key(canonical(other))


@pytest.mark.parametrize(("word", "other"), APART, ids=["-".join(pair) for pair in APART])
def test_words_that_only_look_related_stay_apart(word: str, other: str) -> None:
    """An ending is removed only where the conditions of the table allow it."""
    assert stem_key(canonical(word)) != stem_key(canonical(other))


@pytest.mark.parametrize("word", ["2024", "হ", "হিन्दी", "भाषा", "।", "র্"])
def test_numbers_and_other_scripts_come_back_as_they_are(word: str) -> None:
    """Only Bengali and English have rules."""
    assert stem_key(word) == word


@pytest.mark.parametrize("word", ["ঃ", "\u09cd", "ঃ\u09cdঃ", "কঃ", "ক\u09cd", "ক\u09cdক\u09cd"])
def test_a_mark_stays_at_the_end_where_too_little_would_be_left(word: str) -> None:
    """The mark is kept where one akshara or none would be left."""
    assert stem(word) == word


@given(mixed_text)
def test_a_key_is_never_empty_and_no_part_of_one(text: str) -> None:
    """Every word can be found, and its key is a single term of an index."""
    for word in words_of(text):
        key = stem_key(canonical(word))
        assert bool(key) == bool(canonical(word))
        assert key.split() == [key] * bool(key)


def test_golden_vocabulary(update_golden: bool) -> None:
    """Each word has the recorded stem and key, so that a change of rules is a readable diff."""
    words = [line.split("\t")[0] for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    table = "".join(f"{word}\t{stem(canonical(word))}\t{stem_key(canonical(word))}\n" for word in words)
    if update_golden:
        GOLDEN.write_text(table, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == table


def test_what_is_prepared_is_not_loaded_by_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of verbs, nouns and English are loaded by ``prepare``."""
    monkeypatch.setattr(_stemmers, "made", None)
    monkeypatch.setattr(verbs, "_learned", set())
    _stems.cache_clear()
    prepare()
    assert _stemmers.made
    learned, loaded = len(verbs._learned), _stems.cache_info().misses
    assert [stem(word) for word in ("বইগুলো", "লিখেছিলেন")] == ["বই", "লেখ\u09cd"]
    assert (len(verbs._learned), _stems.cache_info().misses) == (learned, loaded)
