"""The kernel removes the endings that the rules say, from any word."""

from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.stemmer import _endings
from onneshon.index.analysis.verbs import verb_key
from onneshon.index.tables import read_rows, read_words
from tests.index.analysis import plain_stemmer
from tests.index.analysis.plain_stemmer import forms_of
from tests.strategies import bengali_letters

NOUNS = ["বই", "ছেলে", "বৈঠক", "নদী", "মা", "ঝকঝক", "সাফল্য", "রাষ্ট্র", "বাংলা", "স্ত্রী", "পর্ব", "ভাবনা", "কাজী"]
FORMS = sorted(
    {form for root, kind in (("কর", "same"), ("লেখ", "e"), ("কাট", "aa")) for form in forms_of(root, kind)}
)
LISTED = sorted(read_words("homographs.txt") | read_words("kept_words.txt") | read_words("short_nouns.txt"))
IRREGULAR = [form for form, _ in read_rows("preferred_verbs.tsv")]

some_letters = st.text(st.sampled_from("কতনমরলসহয়্ািুেোইও") | bengali_letters, max_size=6)
beginnings = st.sampled_from(NOUNS + FORMS + LISTED + IRREGULAR) | some_letters
words = st.tuples(
    beginnings,
    st.lists(st.sampled_from([*plain_stemmer.some_endings()]), max_size=3),
    some_letters | st.just(""),
).map(lambda parts: parts[0] + "".join(parts[1]) + parts[2])


@given(words.filter(bool))
def test_endings_come_off_as_the_rules_say(word: str) -> None:
    """Several endings; one that leaves a known word before longer ones, and none that leaves too little."""
    assert _endings().without(word) == plain_stemmer.without_endings(word)


@given(words)
def test_verbs_are_found_as_the_tables_say(word: str) -> None:
    """Particles, negation, older spelling and homographs agree; among several verbs the first counts."""
    assert verb_key(word) == plain_stemmer.verb_key(word)


def test_long_words_have_stems() -> None:
    """Words longer than the kernel's buffer, and with letters beyond 16 bits."""
    for word in ("ক" * 300 + "গুলোতেও", "করেছিলেন" * 40, "ক" * 96 + "ের", "কর\U0001f600গুলো"):
        assert _endings().without(word) == plain_stemmer.without_endings(word)
        assert verb_key(word) == plain_stemmer.verb_key(word)
