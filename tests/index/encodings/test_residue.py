"""Codes of Bijoy left in Unicode text are read where a syllable needs them, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.encodings.bijoy import bijoy_codes
from onneshon.index.encodings.residue import mended

CODES = [code for code in bijoy_codes() if not code.isascii()]
PIECES = ["ক", "র", "হ", "্", "ি", "ে", "া", "ূ", "\u09bc", "ং", "a", "(", ":", "\u200c", *CODES]


@pytest.mark.parametrize(
    ("left", "unicode"),
    [
        ("রতœা", "রত্না"),
        ("ভ‚মিকা", "ভূমিকা"),
        ("ফেব্রæয়ারি", "ফেব্রুয়ারি"),
        ("হত্যাকাÐের", "হত্যাকাণ্ডের"),
        ("স¤প্রতি", "সম্প্রতি"),
        ("স¤্রাট", "সম্রাট"),
        ("ল²ীপুর", "লক্ষ্মীপুর"),
        ("তীক্ষèধার", "তীক্ষ্ণধার"),
        ("বিঘিœত", "বিঘ্নিত"),
        ("সত্তে¡ও", "সত্ত্বেও"),
        ("প্রতিদ্ব›িদ্বতা", "প্রতিদ্বন্দ্বিতা"),
        ("দ্ব›েদ্বর", "দ্বন্দ্বের"),
        ("সেøাগান", "স্লোগান"),
        ("¯্রােতে", "স্রোতে"),
        ("¯েœহ", "স্নেহ"),
        ("নি¤œাঞ্চল", "নিম্নাঞ্চল"),
        ("“ভ‚মি”-র", "“ভূমি”-র"),
    ],
)
def test_what_a_converter_left_is_read(left: str, unicode: str) -> None:
    """The text is read even where a converter put a vowel sign after half of a conjunct."""
    found = mended(left)
    assert found is not None
    assert found.text.replace("\u09c7\u09be", "\u09cb") == unicode


@pytest.mark.parametrize(
    "text",
    [
        "নদী",
        "œuvre",
        "‚নদী‚",
        "‹নদী›",
        "দু›দেশের",
        "মে´র",
        "হবেÑএমন",
        "নদী—পাহাড়",
        "‘নদী’র",
        "দৈর্ঘ্য×প্রস্থ",
        "নদী¤",
        "¡নদী",
        "বাংলা\u00adদেশ",
    ],
)
def test_what_no_syllable_needs_stays(text: str) -> None:
    """Quotation marks, dashes, letters of other languages."""
    assert mended(text) is None


def test_each_character_knows_its_place() -> None:
    """A reordered sign keeps the offset at which it was written."""
    found = mended("বিঘিœত")
    assert found is not None
    assert list(zip(found.text, found.places, strict=True)) == [
        ("ব", 0), ("ি", 1), ("ঘ", 2), ("্", 4), ("ন", 4), ("ি", 3), ("ত", 5),
    ]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_places_are_of_the_text_as_given(text: str) -> None:
    """No character is lost but codes and parts of what two characters became."""
    found = mended(text)
    if found is None:
        return
    assert len(found.places) == len(found.text)
    assert set(found.places) <= set(range(len(text)))
    lost = {text[place] for place in set(range(len(text))) - set(found.places)}
    assert lost <= {"্", "া", "ে", *CODES}
