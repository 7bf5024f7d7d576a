"""Letters packed into one byte: every text, and any sequence of bytes, is restored."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel.texts import pack, texts_of, unpack
from tests.strategies import mixed_text


@given(st.binary() | mixed_text.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_is_packed_comes_back(data: bytes) -> None:
    """Any bytes are restored, UTF-8 or not."""
    assert unpack(pack(data)) == data


@pytest.mark.parametrize("word", ["বাংলাদেশ", "র\u200d্যাব", "‘ক্ষমা’—১৯৭১।", "৷ঀ৿", "alpha"])
def test_letters_of_bengali_and_their_punctuation_take_a_byte(word: str) -> None:
    """A third of their UTF-8; ASCII stays as long as it is."""
    assert len(pack(word.encode())) == len(word)


def test_each_character_comes_back() -> None:
    """All of Unicode, single surrogates included."""
    text = "".join(map(chr, range(0x11_0000)))
    assert unpack(pack(text.encode("utf-8", "surrogatepass"))) == text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("data", [b"\x1f", b"a\x00", b"\x0f", b"\x1e"])
def test_what_nothing_is_packed_as_is_refused(data: bytes) -> None:
    """Undefined bytes, and an escape that ends too soon."""
    with pytest.raises(ValueError, match=r"escape|byte"):
        unpack(data)


names = st.dictionaries(mixed_text, mixed_text | st.just('১৯৭১ সালে “café”\u00a0—\n"\\/ €'), min_size=1)


@given(names)
def test_packed_texts_are_read_at_once(texts: dict[str, str]) -> None:
    """The result is that of JSON; letters beyond 16 bits and numeric escapes of controls are left to JSON."""
    try:
        written = msgspec.json.encode(texts)
    except UnicodeEncodeError:
        written = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )
    whole = "".join([*texts, *texts.values()])
    simple = all(" " <= letter < "\ud800" or letter in "\b\t\n\f\r" for letter in whole)
    found = texts_of(pack(written))
    assert found == texts if simple else found in (None, texts)


@given(
    st.binary(max_size=40)
    | st.text(st.sampled_from('{}[]:,"\\nu0কé€\U0001f600 '), max_size=30).map(str.encode)
)
def test_what_is_no_json_of_texts_is_never_read_as_some(data: bytes) -> None:
    """The result is None or equal to that of JSON."""
    found = texts_of(pack(data))
    assert found is None or found == msgspec.json.decode(data)


@pytest.mark.parametrize(
    "written",
    [
        "{}", '{"a":1}', '{"a":{"b":"c"}}', '{"a":"b",}', '{"a":"b"}}', '{"a" :"b"}', '{"a":"b"',
        '{"a":"\\u0995"}',
        '{"a":"\\q"}', '{"a":"\\', '["a"]', '{"a":"😀"}', "{", "",
    ],
)  # fmt: skip
def test_what_is_not_written_simply_is_left_to_json(written: str) -> None:
    """Other values, spaces, numeric escapes, and JSON that ends too soon."""
    assert texts_of(pack(written.encode())) is None


@pytest.mark.parametrize(
    "letter", [b"\xc1\xa9", b"\xed\xa0\x80", b"\xe0\x80\xa9", b"\xe9", b"\xc3(", b"\xe2\x82"]
)
def test_what_is_no_utf_8_is_no_text(letter: bytes) -> None:
    """Overlong forms, single surrogates, and incomplete sequences."""
    assert texts_of(pack(b'{"a":"' + letter + b'"}')) is None
