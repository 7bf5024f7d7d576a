"""Fingerprints of texts: near for texts that say nearly the same, far for others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.indexer import digests as module
from onneshon.index.indexer.digests import SHINGLE, SHORT, fingerprints, term_hashes

WORDS = [f"শব্দ{number}" for number in range(4_000)]
HASHES = term_hashes(WORDS)
Text = list[int]


def prints(*texts: Text) -> list[int]:
    """The fingerprints of texts of numbered words."""
    numbers = np.array([number for text in texts for number in text], np.uint32)
    lengths = np.array([len(text) for text in texts], np.uint32)
    return [int(found) for found in fingerprints(HASHES, numbers, lengths)]


def apart(text: Text, other: Text) -> int:
    """Bits in which the fingerprints of two texts differ."""
    first, second = prints(text, other)
    return (first ^ second).bit_count()


def straightforward(text: Text) -> list[int]:
    """How many runs have each bit, counted one by one."""
    runs = module._runs(HASHES[text]).tolist()
    return [sum(run >> bit & 1 for run in runs) for bit in range(64)]


@pytest.mark.parametrize("length", [SHORT + SHINGLE, 300, 700])
def test_each_bit_is_that_of_the_majority(length: int) -> None:
    """More runs than a byte can count, too."""
    text = [(7 * number * number) % 3_001 for number in range(length)]
    ones = straightforward(text)
    expected = [2 * count > length - SHINGLE + 1 for count in ones]
    (found,) = prints(text)
    # Bytes are little-endian and bits within one are not.
    bits = np.unpackbits(np.array([found], np.uint64).view(np.uint8))
    order = [8 * byte + 7 - bit for byte in range(8) for bit in range(8)]
    assert [bool(bits[place]) for place in order] == expected


def test_a_changed_word_changes_few_bits() -> None:
    """Of three hundred words."""
    text = list(range(300))
    assert apart(text, [*text[:150], 999, *text[151:]]) <= 8


def test_other_words_change_half_of_the_bits() -> None:
    """Texts without a run in common."""
    assert 16 < apart(list(range(300)), list(range(1000, 1300))) < 48


def test_short_texts_are_alike_if_they_are_equal() -> None:
    """A word of ten makes the difference."""
    text = list(range(10))
    assert apart(text, text) == 0
    assert apart(text, [*text[:9], 99]) > 8


def test_a_text_of_too_few_words_has_none() -> None:
    """Nor has one without words."""
    assert prints([], [1], [1, 2]) == [0, 0, 0]


@given(st.lists(st.lists(st.integers(0, 50), max_size=60), max_size=8))
def test_a_text_has_the_same_fingerprint_wherever_it_stands(texts: list[Text]) -> None:
    """Between others, at the beginning of a piece and at its end."""
    before = module.PIECE
    module.PIECE = 64  # type: ignore[misc]  # many pieces of few runs
    try:
        together = prints(*texts)
    finally:
        module.PIECE = before  # type: ignore[misc]
    assert together == [print_ for text in texts for print_ in prints(text)]
