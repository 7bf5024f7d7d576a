"""Texts of one byte a letter."""

from hypothesis import given

from onneshon.index.completion.table import pack, unpack
from tests.strategies import mixed_text


@given(mixed_text)
def test_a_text_comes_back(text: str) -> None:
    """Whatever the script, surrogates too, but for the control character that marks what is spelt out."""
    assert unpack(pack(text)) == text.replace("\x1f", " ")
    assert b"\0" not in pack(text.replace("\0", ""))


@given(mixed_text, mixed_text)
def test_the_beginning_of_a_text_begins_its_bytes(start: str, rest: str) -> None:
    """So that the rows of a beginning are neighbours in the order of their bytes."""
    assert pack(start + rest).startswith(pack(start))


def test_bengali_takes_a_byte_a_letter() -> None:
    """And so do ASCII and the punctuation of titles; the rest is spelt out."""
    assert len(pack("‘র\u200d্যাব’ — ১০০%।")) == len("‘র\u200d্যাব’ — ১০০%।")
    assert len(pack("é")) == len("\x1fe9;")
