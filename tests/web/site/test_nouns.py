from unicodedata import normalize

import pytest

from onneshon.web.languages.catalogues import NOUNS, catalogue, inflected, own_noun, parts


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
    """The endings depend on how the word ends."""
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
    """A word gets the same endings in every Unicode normal form."""
    written = normalize(form, word)  # type: ignore[arg-type]
    assert inflected(written) == (written + ends[0], written + ends[1])


@pytest.mark.parametrize("name", sorted({noun.name for noun in NOUNS.values()}))
def test_nouns_of_the_catalogue_are_inflected_by_the_rule(name: str) -> None:
    """A site's own noun and those of the catalogue have endings by one rule."""
    forms = catalogue("bn").nouns[name]
    assert (forms["noun_in"], forms["noun_of"]) == inflected(forms["noun"])


def test_a_noun_of_ones_own_has_the_forms_of_each_language() -> None:
    """A form made by rule can be overridden; a language without a noun keeps the default noun."""
    assert (
        parts().items()
        >= {
            "bn": ("bn", "noun"),
            "bn_in": ("bn", "noun_in"),
            "bn_of": ("bn", "noun_of"),
            "en": ("en", "noun"),
            "en_many": ("en", "noun_many"),
        }.items()
    )
    noun = own_noun({"bn": "প্রবন্ধ", "bn_of": "প্রবন্ধটির"})
    assert noun.forms("bn") == {"noun": "প্রবন্ধ", "noun_in": "প্রবন্ধে", "noun_of": "প্রবন্ধটির"}
    assert noun.forms("en") == {"noun": "article", "noun_many": "articles"}


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        ({"en": "essay"}, "en_many"),
        ({"en_many": "essays"}, "en"),
        ({"bn_in": "প্রবন্ধে"}, "bn, bn_of"),
        ({"bn": " "}, "bn"),
    ],
)
def test_a_language_is_said_whole_or_not_at_all(said: dict[str, str], lacking: str) -> None:
    """Otherwise sentences would have gaps."""
    with pytest.raises(ValueError, match=f"must say {lacking} too"):
        own_noun(said)
