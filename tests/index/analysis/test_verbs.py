from concurrent.futures import ThreadPoolExecutor

import pytest

from onneshon.index.analysis import verbs
from onneshon.index.analysis.verbs import (
    _roots,
    beginnings_of,
    irregular_forms,
    prepare,
    stems_of,
    verb_key,
)
from onneshon.index.tables import read_rows
from tests.index.analysis.plain_stemmer import forms_of

FORMS = {
    "কর্": "করা করি করিস করো করেন করুন করুক করছি করছিলেন করেছে করেছিলেন করলাম করত করতেন "
    "করব করবে করবেন করতে করলে করার করানো করিয়ে করিয়াছিলেন করিতেছে করিল করিব করিয়া করেনি করেই করতেও কর্ছে",
    "লেখ্": "লেখা লিখি লেখে লিখেছেন লিখল লেখার লিখিয়াছেন লেখাচ্ছে",
    "শোন্": "শোনা শুনি শোনে শুনলাম শুনেছি শুনিয়ে শোনাবে",
    "কাট্": "কাটা কাটি কেটেছে কেটে কাটছে কাটিয়াছে কাটেনি",
    "বাড়্": "বাড়া বাড়ে বাড়ছে বেড়েছে বেড়ে বাড়ার",
    "বেড়্": "বেড়ানো বেড়াতে বেড়িয়েছে",
    "আন্": "আনা আনি এনেছে এনে আনবে",
    "আস্": "আসা আসি এসেছিল এসে এলো এলাম আসিয়াছেন আসবে",
    "থাক্": "থাকা থাকে থেকেছে থাকতেন আছে আছেন ছিল ছিলেন ছিলাম",
    "যাওয়া": "যাই যায় যাচ্ছে গেল গেলেন গিয়েছে গিয়াছিল গেছে যাব যেতে যাওয়ার যায়নি যাইতেছে",
    "খাওয়া": "খাই খায় খেয়েছি খেয়ে খাচ্ছি খেলাম খাব খেতে খাওয়াচ্ছে খাইয়ে খাইল খাইতেছে",
    "পাওয়া": "পাই পেলেন পেয়েছেন পাইলেন পাইতেছে পাবে পাবার",
    "দেওয়া": "দিই দেয় দিচ্ছে দিলেন দেব দিয়েছেন দিয়ে দেওয়ার দেয়া দিতেছে দিয়াছেন দিছিলেন",
    "হওয়া": "হই হয় হচ্ছে হল হলো হয়েছে হবে হতে হওয়ার হইল হইয়াছে হইতেছে হয়নি হয়না",
    "চাওয়া": "চাই চায় চেয়েছিলেন চাইলেন চাইবে চাচ্ছে চাহিয়া চাহিলেন",
    "শোয়া": "শুই শোয় শুয়েছে শুতে শোয়ানো শুইয়ে শুইয়া",
    "ছোঁয়া": "ছুঁই ছোঁয় ছুঁয়েছে ছুঁয়ে",
    "দাঁড়্": "দাঁড়ানো দাঁড়ায় দাঁড়িয়ে দাঁড়াইয়া দাঁড়াচ্ছে দাড়িয়ে",
    "ঘুম্": "ঘুমানো ঘুমায় ঘুমিয়েছে ঘুমোয় ঘুমোচ্ছে ঘুমুতে ঘুমাইছিল ঘুমায়েছে",
    "বের্": "বেরিয়ে বেরোয় বেরোচ্ছে বেরিয়েছে বেরোনো বেরতে বেরুল",
    "পৌঁছ্": "পৌঁছে পৌঁছেছে পৌঁছায় পৌঁছাতে পৌঁছয় পৌঁছল পৌছেছে",
    "চাপ্": "চাপিয়ে চাপানো চেপেছে",
    "মোচড়্": "মোচড়ায় মুচড়ে মুচড়েছে মুচড়িয়ে",
    "চমক্": "চমকে চমকেছে চমকেও চমকায় চমকাচ্ছে",
    "বল্": "বলা বলেন বললেন বল্লেন বলেছে বলতেন",
}
"""Forms of the paradigms in grammars, চলিত and সাধু, and current spellings of the press."""


NEGATED = {
    "জান্": "জানিনা জানেনা জানোনা জানবনা জানতোনা জানলনা",
    "পার্": "পারিনা পারেনা পারোনা পারবনা পারলনা",
    "চাওয়া": "চাইনা চাহিনা চায়না",
    "যাওয়া": "যাইনা যাবনা যেওনা গেলনা",
    "থাক্": "ছিলনা থেকোনা থাকতনা",
    "ভাব্": "ভাবিনা ভেবোনা",
}
"""Finite forms joined with the না that is usually written apart."""

NO_NEGATION = "করোনা রওনা পাওনা খেলনা চেতনা ফেলনা বনিবনা ভাবনা হাসিনা করিনা সেলিনা মলিনা খুলনা নেত্রকোনা ঘটনা"

NOUNS = "গাড়ি পাতা পাতাগুলো দিন বাড়িতে ছেলে লড়াই ভাবনা রচনা পর্ব পর্বে কল বই গান পরিবারের হাজার মানুষ ছুটি তাকে এ"


@pytest.mark.parametrize(
    ("form", "key"), [(form, key) for key, forms in FORMS.items() for form in forms.split()]
)
def test_forms_of_one_verb_share_its_key(form: str, key: str) -> None:
    """Changes of the stem's vowel, of tense and of style do not hide the verb."""
    assert verb_key(form) == key


@pytest.mark.parametrize(
    ("form", "key"), [(form, key) for key, forms in NEGATED.items() for form in forms.split()]
)
def test_a_negation_written_onto_a_finite_form_hides_no_verb(form: str, key: str) -> None:
    """জানিনা, for জানি না, means the same verb."""
    assert verb_key(form) == key


@pytest.mark.parametrize("word", NO_NEGATION.split())
def test_names_and_nouns_that_end_like_a_negation_are_no_verbs(word: str) -> None:
    """হাসিনা is a name and not হাসি না, and রওনা is no form of রওয়া."""
    assert verb_key(word) is None


@pytest.mark.parametrize("word", NOUNS.split())
def test_words_that_only_look_like_forms_are_none(word: str) -> None:
    """A generated form that is more often a noun, a name or a particle is not taken for a verb."""
    assert verb_key(word) is None


def test_a_root_is_conjugated_with_its_vowel_changes() -> None:
    """কাট্: আ stays before endings, and becomes এ in the perfect."""
    forms = set(forms_of("কাট", "aa"))
    assert {"কাটে", "কাটি", "কাটছে", "কেটেছে", "কেটে", "কাটিয়াছে", "কাটানো", "কাটিয়ে"} <= forms
    assert not {"কেটছে", "কাটেছে"} & forms


def test_a_root_with_an_initial_vowel_changes_the_letter() -> None:
    """ওঠ্: the letter ও becomes উ as the sign ো becomes ু."""
    assert {"ওঠে", "উঠি", "উঠেছে"} <= set(forms_of("ওঠ", "o"))


def test_every_generated_form_is_found_again_or_left_out_on_purpose() -> None:
    """Looking a form up by stem and ending agrees with generating it."""
    for kind, line in read_rows("verb_roots.tsv"):
        for root in line.split()[:5]:
            unknown = [form for form in forms_of(root, kind) if len(form) > 1 and verb_key(form) is None]
            assert len(unknown) < 30, (root, unknown)


def test_a_noun_in_bar_takes_the_genitive_of_a_consonant() -> None:
    """করবার has করবারের, but করার never করারর."""
    assert "করবারের" in set(forms_of("কর", "same"))


def test_stems_come_with_the_endings_of_their_class() -> None:
    """The perfect stem of a root has the endings of the perfect and not those of the future."""
    endings = dict(stems_of("কাট", "aa"))["কেট"]
    assert "েছিলেন" in endings
    assert "বে" not in endings


def test_irregular_roots_give_their_verbal_noun() -> None:
    """গেল is a form of যাওয়া, whatever it sounds like."""
    assert ("গেলেন", "যাওয়া") in set(irregular_forms())


def test_the_letters_of_a_root_are_all_that_its_stems_begin_with() -> None:
    """ওঠ্ is looked up under ও and under উ, and nowhere else."""
    for kind, line in read_rows("verb_roots.tsv"):
        for root in line.split():
            assert {stem[0] for stem, _ in stems_of(root, kind)} <= set(beginnings_of(root)), root
    assert beginnings_of("ওঠ") == ("ও", "উ")


def test_irregular_forms_of_each_letter_are_all_irregular_forms() -> None:
    """গেল is found under গ, though its root begins with য."""
    every = list(irregular_forms())
    letters = {form[0] for form, _ in every}
    assert sorted(every) == sorted(form for letter in letters for form in irregular_forms(letter))
    assert ("গেল", "যাও\u09dfা") in set(irregular_forms("গ"))


def test_tables_that_are_prepared_are_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server loads the tables of all letters before it answers."""
    monkeypatch.setattr(verbs, "_learned", set())
    prepare()
    assert verbs._learned == set(_roots())
    monkeypatch.setattr(verbs, "_stems", None)
    assert verb_key("লিখেছিলেন") == "লেখ\u09cd"


def test_a_letter_that_two_threads_meet_is_learned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later threads wait for the first."""
    made: list[str] = []

    def stems(letter: str) -> list[object]:
        made.append(letter)
        return []

    monkeypatch.setattr(verbs, "_learned", set())
    monkeypatch.setattr(verbs, "_known_stems", stems)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(verb_key, ["করে"] * 40))
    assert made == ["ক"]
