"""Letters of one byte: every text, and every row of bytes, comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel.texts import pack, unpack
from tests.strategies import mixed_text


@given(st.binary() | mixed_text.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_is_packed_comes_back(data: bytes) -> None:
    """UTF-8 or not."""
    assert unpack(pack(data)) == data


@pytest.mark.parametrize("word", ["বাংলাদেশ", "র\u200d্যাব", "‘ক্ষমা’—১৯৭১।", "৷ঀ৿", "alpha"])
def test_letters_of_bengali_and_their_punctuation_take_a_byte(word: str) -> None:
    """A third of their UTF-8; ASCII is as short as ever."""
    assert len(pack(word.encode())) == len(word)


def test_each_character_comes_back() -> None:
    """All of Unicode, halves of surrogate pairs too."""
    text = "".join(map(chr, range(0x11_0000)))
    assert unpack(pack(text.encode("utf-8", "surrogatepass"))) == text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("data", [b"\x1f", b"a\x00", b"\x0f", b"\x1e"])
def test_what_nothing_is_packed_as_is_refused(data: bytes) -> None:
    """Bytes without a meaning, and an escape that ends too soon."""
    with pytest.raises(ValueError, match=r"escape|byte"):
        unpack(data)
