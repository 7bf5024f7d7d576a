from functools import reduce

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onneshon.index.analysis.canonical import STEPS, canonical
from tests.strategies import bengali_letters, bengali_text, bengali_words, mixed_text

ONE_SPELLING = [
    ("নি\u09af\u09bcে", "নি\u09dfে", "য় of one code point and of two; NFC makes it two"),
    ("বা\u09a1\u09bcি", "বা\u09dcি", "ড়"),
    ("আষা\u09a2\u09bc", "আষা\u09dd", "ঢ়"),
    ("ক\u09c7\u09beন", "ক\u09cbন", "ো as two signs"),
    ("ন\u09c7\u09d7কা", "ন\u09ccকা", "ৌ as two signs"),
    ("অ\u09beমার", "আমার", "অ and া for আ"),
    ("র\u200c্যাব", "র\u200d্যাব", "either joiner before ya-phala"),
    ("হঠা\u09a4\u09cd\u200d", "হঠা\u09ce", "ৎ before Unicode 4.1"),
    ("হঠা\u09a4\u09cd", "হঠা\u09ce", "ৎ typed as ত and hasanta"),
    ("উ\u09a4\u09cd\u200cসব", "উ\u09ceসব", "ৎ inside a word"),
    ("স\u09a4\u09cd\u200cয", "সত্য", "a stray joiner in a conjunct that is no ৎ"),
    ("কি\u200cন্তু", "কিন্তু", "stray ZWNJ"),
    ("\ufeffবাংলা", "বাংলা", "byte order mark"),
    ("বাংলা\u2060দেশ", "বাংলাদেশ", "word joiner"),
    ("বাংলাদেশ\u200e", "বাংলাদেশ", "left-to-right mark"),
    ("বা\u09a1ি\u09bc", "বা\u09dcি", "nukta after the vowel sign"),
    ("চ\u0981\u09beদ", "চাঁদ", "chandrabindu before the vowel sign"),
    ("বাাংলা", "বাংলা", "a vowel sign twice"),
    ("ব\u09bcাজা", "রাজা", "র as ব with a dot"),
    ("ৰাজা", "রাজা", "Assamese ra"),
    ("১৯৭১", "1971", "Bengali digits"),
    ("१९७१", "1971", "Devanagari digits"),
    ("WiFi", "wifi", "case"),
    ("Rahim\u2019s", "rahim's", "typographic apostrophe"),
]
"""Cases without a source were seen in newspapers, blogs and encyclopaedias."""


@pytest.mark.parametrize(("written", "same", "why"), ONE_SPELLING, ids=[why for _, _, why in ONE_SPELLING])
def test_encodings_of_one_spelling_have_one_form(written: str, same: str, why: str) -> None:
    """What looks the same to a reader has the same key."""
    assert canonical(written) == canonical(same)


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ("বড়", "বর"),
        ("বাড়ি", "বাডি"),
        ("কর্ম", "করম"),
        ("জন্য", "জন"),
        ("সত্য", "সৎ"),
        ("ক্ষমা", "খমা"),
        ("দিন", "দীন"),
        ("চাঁদ", "চাদ"),
        ("দুঃখ", "দুখ"),
    ],
)
def test_spellings_that_a_reader_tells_apart_stay_apart(form: str, other: str) -> None:
    """No letter, nukta, hasanta, ya-phala, length, ঁ or ঃ is lost in the exact layer."""
    assert canonical(form) != canonical(other)


@given(mixed_text | bengali_text | st.text("কতঁংঃািেৈৗোৌ়্য", max_size=9))
@example("ঁাঁে")
@example("অঁা")
@example("ে\u0981াে\u0981া")
def test_the_form_of_a_form_is_itself(text: str) -> None:
    """Canonical form is idempotent for any text."""
    assert canonical(canonical(text)) == canonical(text)


plain = st.text(st.characters(max_codepoint=0x7F) | st.characters(categories=["Nd"]), max_size=6)


@given(mixed_text | bengali_text | bengali_words | st.text(bengali_letters, max_size=6) | plain)
def test_the_form_is_what_the_steps_make_of_a_word(text: str) -> None:
    """Words that are found to need no step are those that no step changes."""
    assert canonical(text) == reduce(lambda word, step: step.apply(word), STEPS, text)


@given(text=st.text(alphabet="কযয়ড়ঢবতঅআািেো়্ংঁ\u200c\u200d", min_size=1, max_size=12))
@example(text="সম\u09af\u09bcে")
@example(text="\u09af\u09be\u09bc")
def test_letters_in_two_have_the_form_that_the_steps_make(text: str) -> None:
    """Most texts in NFC have য় as two code points: the shortcut gives the same form as all steps."""
    assert canonical(text) == reduce(lambda word, step: step.apply(word), STEPS, text)


def test_letters_with_a_dot_are_one_code_point() -> None:
    """Keys contain U+09DC, U+09DD and U+09DF, which NFC alone would decompose."""
    assert canonical("\u09a1\u09bc\u09a2\u09bc\u09af\u09bc") == "\u09dc\u09dd\u09df"


def test_every_step_has_a_name_of_its_own() -> None:
    """An explanation names the step that changed a word."""
    assert len({step.name for step in STEPS}) == len(STEPS)
