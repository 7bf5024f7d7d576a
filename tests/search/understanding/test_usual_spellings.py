"""When a word is an unusual spelling of another, or a slip for a homophone."""

from pathlib import Path

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.retrieval.index_protocols import document_frequency
from onneshon.search.understanding.usual_spellings import UsualSpellings
from tests.search.understanding.word_lists import PairList, WordList, context_of


def usual(index: WordList, word: str) -> tuple[str, bool] | None:
    """The usual spelling of a word, and whether it is the same word."""
    (token,) = analyze(word)
    spellings = UsualSpellings(index, context_of(index))
    found = spellings.of(token, document_frequency(token.exact, index))
    return (found.word, found.same) if found else None


@pytest.mark.parametrize(
    ("articles", "usually", "meant"),
    [(0, 5, True), (0, 4, False), (10, 50, True), (10, 49, False), (200, 1000, True), (201, 1010, False)],
)
def test_a_homophone_in_five_times_the_articles_is_meant(
    tmp_path: Path, articles: int, usually: int, meant: bool
) -> None:
    """A homophone in five times the articles is meant, unless one article in a hundred has the typed word."""
    words = {"স্বাস্থকর্মী": articles, "স্বাস্থ্যকর্মী": usually} if articles else {"স্বাস্থ্যকর্মী": usually}
    assert usual(WordList(tmp_path, words), "স্বাস্থকর্মী") == (
        (canonical("স্বাস্থ্যকর্মী"), False) if meant else None
    )


@pytest.mark.parametrize(
    ("articles", "beside", "meant"), [(0, 0, True), (1, 0, False), (4, 0, False), (4, 3, True)]
)
def test_of_a_short_word_that_articles_have_the_contexts_decide(
    tmp_path: Path, articles: int, beside: int, meant: bool
) -> None:
    """ব্যাঙ is no slip for ব্যঙ্গ, though far rarer; ধংস occurs in the contexts of ধ্বংস."""
    words = {"ধ্বংস": 500, "যজ্ঞ": 50} | ({"ধংস": articles} if articles else {})
    pairs = PairList({("ধংস", "যজ্ঞ"): beside, ("ধ্বংস", "যজ্ঞ"): 40} if beside else {}, words)
    assert bool(usual(WordList(tmp_path, words, pairs=pairs), "ধংস")) == meant


@pytest.mark.parametrize(
    ("other", "usually", "company", "meant"),
    [
        ("উজ্জ্বল", 110, 9, True),
        ("উজ্জ্বল", 109, 9, False),
        ("উজ্জ্বল", 110, 0, False),
        ("উজ্জ্বল", 110, 3, False),
        ("স্বাস্থ্যকর্মী", 110, 3, True),
        ("স্বাস্থ্যকর্মী", 110, 1, False),
    ],
)
def test_in_the_same_contexts_twice_as_many_are_enough(
    tmp_path: Path, other: str, usually: int, company: int, meant: bool
) -> None:
    """উজ্জল ভবিষ্যৎ is a spelling of উজ্জ্বল; for a long word contexts may be less alike."""
    typed = {"উজ্জ্বল": "উজ্জল", "স্বাস্থ্যকর্মী": "স্বাস্থকর্মী"}[other]
    words = {typed: 55, other: usually, "ভবিষ্যৎ": 300}
    pairs = {(typed, "ভবিষ্যৎ"): 9, (other, "ভবিষ্যৎ"): company}
    assert bool(usual(WordList(tmp_path, words, pairs=PairList(pairs, words)), typed)) == meant


@pytest.mark.parametrize(("forms", "meant"), [(136, True), (137, False)])
def test_a_homophone_is_commoner_in_all_its_forms(tmp_path: Path, forms: int, meant: bool) -> None:
    """স্বরে is a form of স্বর, and no slip for সরে."""
    index = WordList(tmp_path, {"সরে": 272, "শ্বরে": 10, "শ্বর": forms})
    assert bool(usual(index, "শ্বরে")) is False
    words = {"লক্ষ্যে": 272, "লক্ষে": 10, "লক্ষ": forms, "পৌঁছাতে": 90}
    pairs = PairList({("লক্ষে", "পৌঁছাতে"): 9, ("লক্ষ্যে", "পৌঁছাতে"): 80}, words)
    assert bool(usual(WordList(tmp_path, words, pairs=pairs), "লক্ষে")) == meant


@pytest.mark.parametrize(("other", "word"), [(35, "জাহাঙ্গীর"), (34, "জাহাঙ্গির")])
def test_what_nobody_wrote_is_the_word_in_far_more_articles(tmp_path: Path, other: int, word: str) -> None:
    """In জাহাংগীর and জাহাঙ্গির the stemmer removes র, but not in জাহাঙ্গীর."""
    index = WordList(tmp_path, {"জাহাঙ্গীর": other, "জাহাঙ্গির": 7})
    assert usual(index, "জাহাংগীর") == (canonical(word), word == "জাহাঙ্গির")


def test_a_slip_that_articles_have_leads_on_to_what_is_meant(tmp_path: Path) -> None:
    """লক্ষিপুর leads to লক্ষীপুর, which is a slip for লক্ষ্মীপুর."""
    index = WordList(tmp_path, {"লক্ষীপুর": 10, "লক্ষ্মীপুর": 99})
    assert usual(index, "লক্ষিপুর") == (canonical("লক্ষ্মীপুর"), False)


@pytest.mark.parametrize(
    ("word", "followers", "apart"),
    [
        ("উপদেষ্ঠা", [1, 1, 1, 1], False),
        ("উপদেষ্ঠা", [3, 1], True),
        ("উপদেষ্ঠা", [2] * 5, False),
        ("উপদেষ্ঠা", [2] * 6, True),
        ("উপদেষ্ঠা", [3], False),
        ("লাস", [1, 1, 1, 1], True),
    ],
)
def test_a_long_word_keeps_a_context_that_comes_again(
    tmp_path: Path, word: str, followers: list[int], apart: bool
) -> None:
    """Four followers that occur once may be chance; for a short word they are enough."""
    pairs = {(word, f"পর{letter}"): times for letter, times in zip("কখগঘচছ", followers, strict=False)}
    index = WordList(tmp_path, {word: 3}, pairs=PairList(pairs, {}))
    spellings = UsualSpellings(index, context_of(index))
    assert spellings.is_apart(canonical(word), "ক") == apart


@pytest.mark.parametrize(("times", "meant"), [(23_000, True), (26_000, False)])
def test_what_is_said_alike_may_stand_in_other_contexts(tmp_path: Path, times: int, meant: bool) -> None:
    """The contexts must not be entirely different: অন্ন is no slip for অন্য."""
    pairs = PairList({("ব্যাক্তিগত", "আক্রোশ"): 100, ("ব্যক্তিগত", "আক্রোশ"): 60}, {"ব্যক্তিগত": times})
    index = WordList(tmp_path, {"ব্যাক্তিগত": 10, "ব্যক্তিগত": 900}, pairs=pairs)
    assert bool(usual(index, "ব্যাক্তিগত")) == meant


@pytest.mark.parametrize(
    ("typed", "words", "meant"),
    [
        ("আসিবো", {"আসিব": 9}, ("আসিব", True)),
        ("আবারো", {"আবারো": 2, "আবার": 900}, None),
        ("বড়", {"বড়ো": 9}, ("বড়ো", True)),
        ("কালো", {"কাল": 9}, None),
        ("কোন", {"কোনো": 9}, None),
    ],
)
def test_a_last_vowel_may_be_written_or_not(
    tmp_path: Path, typed: str, words: dict[str, int], meant: tuple[str, bool] | None
) -> None:
    """The spelling of more articles is taken; কালো and কাল are different words, as are কোন and কোনো."""
    found = usual(WordList(tmp_path, words), typed)
    assert found == ((canonical(meant[0]), meant[1]) if meant else None)


def test_a_word_that_no_article_spells_so_is_the_same_word_in_however_few(tmp_path: Path) -> None:
    """মাসী is মাসি, in two articles, and not মাস, in thousands."""
    assert usual(WordList(tmp_path, {"মাসি": 2, "মাস": 2000}), "মাসী") == ("মাসি", True)


@pytest.mark.parametrize(
    ("typed", "articles", "found"),
    [
        ("বাশঁ", 0, ("বাঁশ", False)),
        ("বাশঁ", 9, ("বাঁশ", False)),
        ("বাশঁ", 10, ("বাস", True)),
        ("হাসঁ", 0, ("হাঁস", True)),
        ("পেয়াঁজ", 0, ("পেঁয়াজ", True)),
        ("বাঁশঁ", 0, ("বাঁশ", False)),
        ("বাস", 0, None),
    ],
)
def test_a_nasal_sign_may_stand_over_another_letter(
    tmp_path: Path, typed: str, articles: int, found: tuple[str, bool] | None
) -> None:
    """বাশঁ is বাঁশ and not বাস, unless articles have the typed form as often."""
    words = {"বাঁশ": 47, "হাঁস": 31, "পেঁয়াজ": 118, "বাস": 446, typed: articles}
    index = WordList(tmp_path, {word: count for word, count in words.items() if count})
    assert usual(index, typed) == (found and (canonical(found[0]), found[1]))
