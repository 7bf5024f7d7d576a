"""Bijoy: the text read is the text that the font shows."""

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.bijoy.typist import Typist, composed
from onneshon.index.encodings.bijoy import CodeKind, bijoy_codes, from_bijoy
from onneshon.index.encodings.legacy import in_unicode

DATA = Path(__file__).parents[2] / "data" / "bijoy"
UNICODE = (DATA / "unicode.txt").read_text("utf-8").splitlines()
BIJOY = (DATA / "bijoy.txt").read_text("utf-8").splitlines()
"""Typed by OpenBangla's converter, which does not use our table."""


def without_joiners(text: str) -> str:
    """A text with one code point for each letter, and no joiners, which Bijoy cannot type."""
    return re.sub("[\u200c\u200d]", "", composed(text))


def test_each_code_has_one_meaning_that_holds_everywhere_at_most() -> None:
    """Kinds are known, and all other meanings depend on the code before."""
    for character, meanings in bijoy_codes().items():
        assert len(character) == 1
        assert sum(not meaning.after for meaning in meanings) <= 1
        assert {meaning.kind for meaning in meanings} <= {*get_args(CodeKind)}
        assert all(meaning.text for meaning in meanings)


@pytest.mark.parametrize(("typed", "read"), list(zip(BIJOY, UNICODE, strict=True)), ids=UNICODE)
def test_a_sentence_typed_by_another_program_is_read(typed: str, read: str) -> None:
    """Every word is read, full stops and digits too."""
    found = from_bijoy(typed)
    assert without_joiners(found.text) == without_joiners(read)
    assert found.unread == 0


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Avwg evsjv", "আমি বাংলা"),
        ("evsjv‡`k", "বাংলাদেশ"),
        ("wPšÍv", "চিন্তা"),
        ("¯úó", "স্পষ্ট"),
        ("Kg©x", "কর্মী"),
        ("Kgx©", "কর্মী"),
        ("e¨v_©", "ব্যার্থ"),
        ("Kvh©", "কার্য"),
        ("i¨ve", "র‍্যাব"),
        ("A¨vc", "অ্যাপ"),
        ("ïiæ", "শুরু"),
        ("iæ‡c", "রুপে"),
        ("MÖ“c", "গ্রুপ"),
        ("†øn", "স্নেহ"),
        ("wkíx", "শিল্পী"),
        ("Kíbv", "কল্পনা"),
        ("Dj­vm", "উল্লাস"),
        ("dyj", "ফুল"),
        ("uv`", "ঁাদ"),
        ("Puv`", "চাঁদ"),
        ("cÖPÐ", "প্রচণ্ড"),
        ("ejjÑ bv", "বলল— না"),
        ("bvg t iwng", "নাম : রহিম"),
        ("`ytL", "দুঃখ"),
        ("ÒnuÓ", "“হঁ”"),
        ("‡mŠi", "সৌর"),
        ("‰e`¨yr", "বৈদ্যুৎ"),
        ("j¶¥x wZ³", "লক্ষ্মী তিক্ত"),
        ("Avj&jvn", "আল্‌লাহ"),
        ("†Kb?", "কেন?"),
        ("Kv’ bv", "কা’ না"),
        ("Kv” Kx", "কা” কী"),
        ("100 UvKv|", "১০০ টাকা।"),
    ],
)
def test_words_are_read_in_the_order_in_which_they_are_spoken(typed: str, read: str) -> None:
    """Signs before a consonant, rephs, parts of conjuncts, codes with several meanings."""
    assert from_bijoy(typed).text == composed(read)


def test_bytes_taken_for_latin_1_are_the_same_codes() -> None:
    """Byte 0x87 in the file is a control character to a program that knows Latin-1 only."""
    assert from_bijoy("evsjv‡`k".encode("cp1252").decode("latin-1")).text == "বাংলাদেশ"


CONSONANTS = st.sampled_from(
    [
        "ক",
        "গ",
        "ত",
        "ন",
        "ম",
        "স",
        "র",
        "ল",
        "ব",
        "দ",
        "\u09dc",
        "ক্ষ",
        "স্ত",
        "ন্ত",
        "ত্র",
        "ম্প",
        "প্র",
        "দ্ধ",
        "জ্ঞ",
        "ষ্ট",
        "ঙ্গ",
        "শ্চ",
        "ন্দ্র",
    ]
)
SIGNS = st.sampled_from(["", "া", "ি", "ী", "ু", "ূ", "ৃ", "ে", "ৈ", "ো", "ৌ"])
SYLLABLES = st.builds("{}{}{}".format, CONSONANTS, SIGNS, st.sampled_from(["", "", "ং", "ঁ"]))


@given(st.lists(SYLLABLES, min_size=1, max_size=6), st.integers(0, 9))
def test_what_is_typed_is_read_back(syllables: list[str], seed: int) -> None:
    """Every shape that a font has for a sign is read."""
    word = "".join(syllables)
    assert without_joiners(from_bijoy(Typist(seed)(word)).text) == word


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    """Any text is read as something, and no character that is no code is lost."""
    read = from_bijoy(text)
    assert read.unread <= len(text)
    strange = [
        character for character in text if character not in bijoy_codes() and not "\x80" <= character < "\xa0"
    ]
    assert [character for character in read.text if character in strange] or not strange


def test_a_text_is_converted_line_by_line() -> None:
    """English lines stay, and so do addresses and Latin words within a line."""
    english = "The quick brown fox jumps over the lazy dog."
    text = "\n".join([BIJOY[0], english, "", f"{BIJOY[2]} https://example.org/Avwg Windows", "2024"])
    found = in_unicode(text)
    first, second, blank, fourth, year = found.text.split("\n")
    assert without_joiners(first) == composed(UNICODE[0])
    assert (second, blank, year) == (english, "", "2024")
    assert fourth == f"{composed(UNICODE[2])} https://example.org/Avwg Windows"
    assert (found.converted, found.unreadable) == (2, 0)


def test_what_is_unicode_stays_as_it_is() -> None:
    """To the last code point; a single line of Bijoy among others is converted."""
    text = "\n".join(UNICODE)
    assert in_unicode(text) == (text, 0, 0)
    mixed = in_unicode("\n".join([UNICODE[3], BIJOY[4], "ok"]))
    assert mixed.converted == 1
    assert mixed.text.split("\n")[0] == UNICODE[3]
    assert mixed.text.split("\n")[2] == "ok"
