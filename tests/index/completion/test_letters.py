"""Texts packed into one byte a letter."""

from hypothesis import given

from onneshon.index.completion.table import pack, unpack
from tests.strategies import mixed_text


@given(mixed_text)
def test_a_text_comes_back(text: str) -> None:
    """Any script and surrogates are restored, except for the control character that marks an escape."""
    assert unpack(pack(text)) == text.replace("\x1f", " ")
    assert b"\0" not in pack(text.replace("\0", ""))


@given(mixed_text, mixed_text)
def test_the_beginning_of_a_text_begins_its_bytes(start: str, rest: str) -> None:
    """So that rows with a prefix are adjacent in the order of their bytes."""
    assert pack(start + rest).startswith(pack(start))


def test_bengali_takes_a_byte_a_letter() -> None:
    """So do ASCII and the punctuation of titles; other letters are escaped."""
    assert len(pack("‘র\u200d্যাব’ — ১০০%।")) == len("‘র\u200d্যাব’ — ১০০%।")
    assert len(pack("é")) == len("\x1fe9;")
