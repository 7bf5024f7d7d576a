from unicodedata import normalize

import pytest

from onneshon.web.messages import LANGUAGES, MESSAGES
from onneshon.web.site.nouns import NOUNS, Noun, inflected


@pytest.mark.parametrize(
    ("word", "within", "of"),
    [
        ("খবর", "খবরে", "খবরের"),
        ("নিবন্ধ", "নিবন্ধে", "নিবন্ধের"),
        ("উৎস", "উৎসে", "উৎসের"),
        ("বই", "বইয়ে", "বইয়ের"),
        ("লেখা", "লেখায়", "লেখার"),
        ("চিঠি", "চিঠিতে", "চিঠির"),
        ("মামলা", "মামলায়", "মামলার"),
        ("ভিডিও", "ভিডিওয়ে", "ভিডিওয়ের"),
        ("রায়", "রায়ে", "রায়ের"),
    ],
)
def test_nouns_are_inflected_as_they_are_written(word: str, within: str, of: str) -> None:
    """Whatever the word ends in."""
    assert inflected(word) == (within, of)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("word", "ends"),
    [
        ("রা\u09df", ("\u09c7", "\u09c7র")),
        ("পাহা\u09dc", ("\u09c7", "\u09c7র")),
        ("ফট\u09cb", ("তে", "র")),
        ("খবর", ("\u09c7", "\u09c7র")),
    ],
)
def test_letters_of_several_code_points_are_one(word: str, ends: tuple[str, str], form: str) -> None:
    """A word takes the same endings in every form of Unicode."""
    written = normalize(form, word)  # type: ignore[arg-type]
    assert inflected(written) == (written + ends[0], written + ends[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_noun_of_a_message_has_its_form(language: str) -> None:
    """No reader sees a brace."""
    for text in MESSAGES[language].values():  # type: ignore[index]
        for noun in (*NOUNS.values(), Noun("প্রবন্ধ", "essay", "essays")):
            forms = noun.forms(language)  # type: ignore[arg-type]
            left = [brace for brace in ("{noun}", "{nouns}", "{noun_in}", "{noun_of}") if brace in text]
            assert {brace.strip("{}") for brace in left} <= forms.keys(), text
