"""Tables of endings and stems: unfit ones are refused, and large ones grow."""

import pytest

from onneshon.index.kernel.stems import CONSONANT, VOWEL, VOWEL_SIGN, NounEndings, VerbForms

CLASSES = bytearray(128)
CLASSES[ord("ক") - 0x980 : ord("হ") + 1 - 0x980] = bytes([CONSONANT]) * (ord("হ") + 1 - ord("ক"))
CLASSES[ord("আ") - 0x980] = VOWEL
CLASSES[ord("া") - 0x980] = VOWEL_SIGN


def test_a_class_for_each_letter_is_wanted() -> None:
    """Else letters would be looked up beyond the end of the table."""
    with pytest.raises(ValueError, match="letter of the block"):
        NounEndings(b"\0" * 127, [], [], [], [])


def test_thousands_of_kept_words_are_told_apart() -> None:
    """The hash table grows, and finds no word that is not in it."""
    kept = [f"কথা{number}কে" for number in range(5_000)]
    endings = NounEndings(bytes(CLASSES), [("কে", 1, "-", True, True)], kept, [], [])
    assert {endings.without(word) for word in kept} == set(kept)
    assert endings.without("কথা5000কে") == "কথা5000"


def test_a_word_of_nothing_has_nothing_to_take_off() -> None:
    """The same holds for a word that an ending would use up."""
    endings = NounEndings(bytes(CLASSES), [("কে", 0, "-", True, True)], [], [], [])
    assert [endings.without(word) for word in ("", "কে", "ককে")] == ["", "কে", "ক"]


def test_of_verbs_with_one_stem_the_first_has_the_form() -> None:
    """The order of additions does not matter, and a form must be long enough."""
    forms = VerbForms([], [], [])
    longer, other = frozenset({"ে", "েছে"}), frozenset({"ে"})
    forms.add(
        [("কর", 7, other, "later", 0), ("কর", 3, longer, "first", 5), ("কর", 5, other, "second", 0)],
        {},
        [],
        [],
    )
    assert [forms.key(word) for word in ("করে", "করেছে", "কর", "ক", "")] == [
        "second",
        "first",
        None,
        None,
        None,
    ]


def test_more_endings_than_there_is_room_for_are_refused() -> None:
    """A table that large is a mistake."""
    forms = VerbForms([], [], [])
    forms.add([("কর", 1, frozenset(f"{number}" for number in range(1024)), "কর", 0)], {}, [], [])
    assert forms.key("কর1023") == "কর"
    with pytest.raises(ValueError, match="too many"):
        forms.add([("ধর", 2, frozenset({"বে"}), "ধর", 0)], {}, [], [])
