"""Words that sound alike, compared with the definition of their skeletons."""

from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.spelling import Sounding
from onneshon.index.vocabulary.channels import letter_codes
from onneshon.index.vocabulary.skeleton import SKELETONS, pack_skeletons
from tests.index.kernel.plain_lists import u4

SAME = bytes(code % 7 for code in range(128))
"""Code of each letter: many letters share a code, and code 0 is left out."""

spellings = st.text(alphabet="কখসশনণরবমািীুেঁ্", min_size=1, max_size=5)
vocabularies = st.dictionaries(spellings, st.integers(1, 9), max_size=40)


def ordered(words: dict[str, int]) -> dict[str, int]:
    """The words in the order of a vocabulary, without those that have no skeleton."""
    packed = dict(zip(words, pack_skeletons([*words]).tolist(), strict=True))
    kept = sorted((word for word in words if packed[word]), key=lambda word: (packed[word], -words[word]))
    return {word: words[word] for word in kept}


def columns_of(words: dict[str, int]) -> list[NDArray[Any]]:
    """The columns in which ``Sounding`` looks words up."""
    return [
        pack_skeletons([*words]),
        u4([*words.values()]),
        u4([0, *np.cumsum([*map(len, words)]).tolist()]),
        letter_codes([*words]) if words else np.zeros(0, np.uint8),
    ]


def sounding(words: dict[str, int]) -> Sounding:
    """A vocabulary of these words."""
    return Sounding(SKELETONS, SAME, *columns_of(words))


def simplified(word: str) -> list[int]:
    """The codes of the letters, without zeros, and repeated codes only once."""
    return [
        code for code, _ in groupby(SAME[ord(letter) - 0x980] for letter in word if SAME[ord(letter) - 0x980])
    ]


@given(vocabularies, spellings)
def test_words_of_one_skeleton_are_a_range(words: dict[str, int], typed: str) -> None:
    """A word without a skeleton has an empty range."""
    words = ordered(words)
    (packed,) = pack_skeletons([typed]).tolist()
    expected = [
        place for place, skeleton in enumerate(pack_skeletons([*words]).tolist()) if packed == skeleton
    ]
    assert [*range(*sounding(words).range(typed))] == expected


@given(vocabularies, spellings | st.text(max_size=3) | st.just("ক" * 99))
def test_a_word_is_found(words: dict[str, int], typed: str) -> None:
    """The place of the word among those that sound the same."""
    words = ordered(words)
    found = sounding(words)
    assert [found.find(word) for word in words] == [*range(len(words))]
    assert found.find(typed) == ([*words].index(typed) if typed in words else -1)


@given(vocabularies, spellings, st.integers(1, 9), st.integers(0, 6), st.integers(0, 40))
def test_words_are_alike_whose_letters_are(
    words: dict[str, int], typed: str, least: int, heard: int, at: int
) -> None:
    """Words with the same codes, of one skeleton and frequent enough, in their order."""
    words = ordered(words)
    typed = [*words, typed][min(at, len(words))]
    (packed,) = pack_skeletons([typed[:heard]]).tolist()
    expected = [
        place
        for place, (word, frequency) in enumerate(words.items())
        if frequency >= least
        and packed == pack_skeletons([word])[0]
        and simplified(word) == simplified(typed)
    ]
    assert sounding(words).equal(typed, heard, least) == expected


@pytest.mark.parametrize("typed", ["x", "কx", "ক\U0001f600", "", "ि"])
def test_a_word_of_other_letters_is_like_none(typed: str) -> None:
    """Such a word is not in the vocabulary either."""
    found = sounding({"ক": 3, "কক": 2})
    assert found.find(typed) == -1
    assert found.equal(typed, 30, 1) == []


@pytest.mark.parametrize("starts", [[0, 9], [2, 1], [0], [4, 5]])
def test_words_beyond_the_letters_are_not_compared(starts: list[int]) -> None:
    """A damaged column raises an error."""
    columns = columns_of({"ক": 3})
    columns[2] = u4(starts)
    with pytest.raises(DamageError):
        Sounding(SKELETONS, SAME, *columns).equal("ক", 30, 1)


def test_a_table_of_other_letters_is_refused() -> None:
    """A table that is too short would be read beyond its end."""
    with pytest.raises(ValueError):
        Sounding(SKELETONS, SAME[1:], *columns_of({"ক": 3}))
