import json
import sys
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.control_characters import json_bytes, json_text, visible, xml_text
from onneshon.index.commands.terminal import Styled, say
from tests.strategies import mixed_text

STEERING = [
    *range(0x20),
    *range(0x7F, 0xA0),
    0x61C,
    0x200F,
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    0xD800,
    0xDFFF,
]
KEPT = {0x09, 0x0A}


@pytest.mark.parametrize("code", STEERING, ids=lambda code: f"U+{code:04X}")
def test_what_steers_is_replaced_one_for_one(code: int) -> None:
    """Controls of C0 and C1, of direction and of lines, except the tab and the line feed."""
    text = f"ক{chr(code)}খ"
    assert visible(text) == (text if code in KEPT else "ক\ufffdখ")


@pytest.mark.parametrize("word", ["র\u200d্যাব", "ক্\u200cষ", "অপরাহ্ণ", "👩\u200d💻", "ক\u200eখ", "\ufeffক"])
def test_bengali_is_left_alone(word: str) -> None:
    """Joiners and non-joiners shape letters and do not affect layout."""
    assert visible(word) == word


def test_a_page_keeps_directions() -> None:
    """An element of a page isolates its text; controls that HTML forbids are replaced there too."""
    assert visible("\u202eক\x9b\r\n", isolated=True) == "\u202eক\ufffd\r\n"


@given(mixed_text | st.text(st.characters()))
def test_json_says_the_same(text: str) -> None:
    """Nothing is lost, no control is left, and letters are not escaped."""
    written = json_text({"text": text})
    assert json.loads(written) == {"text": text}
    assert visible(written) == written
    assert all(letter in written for letter in text if "\u0980" <= letter <= "\u09ff")


def test_a_text_cannot_begin_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A line break in a text is made visible, or indented where the text may have lines."""
    say("বিভাগ: ", "এক\nদুই")
    say(Styled("এক\nদুই"), indent="  ")
    assert capsys.readouterr().out == "বিভাগ: এক\ufffdদুই\nএক\n  দুই\n"


def test_every_code_point_may_stand_in_a_text_for_xml() -> None:
    """An XML parser accepts all 1,114,112, and reads the same except for those that XML forbids."""
    text = "".join(map(chr, range(sys.maxunicode + 1)))
    # A parser reads any line ending as a line feed.
    readable = xml_text(text).replace("\r", "\n")
    assert ET.fromstring(f"<a>{escape(readable)}</a>".encode()).text == readable  # noqa: S314  # our own text
    lost = {code for code, letter in enumerate(xml_text(text)) if letter != chr(code)}
    assert lost == {*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF} - {0x09, 0x0A, 0x0D}


@given(st.text() | st.text(st.sampled_from("ক\x01\x7f\x85\xa0\u061c\u200f\u200d\u2028\u202e\u2066”\ud800")))
def test_json_in_bytes_is_the_same_json(text: str) -> None:
    """Escapes are the same either way; single surrogates, which UTF-8 lacks, are escaped."""
    values = {"text": text, "more": [1, None, True, text]}
    assert json_bytes(values) == json_text(values, separators=(",", ":")).encode()
