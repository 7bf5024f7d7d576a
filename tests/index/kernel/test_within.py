"""Whether a word is near for its frequency, by the distances of all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel.distances import distances
from onneshon.index.kernel.spellings import PARTING, Spellings
from onneshon.index.kernel.within import is_any_within
from onneshon.index.vocabulary.channels import misspelt
from tests.index.kernel.test_spellings import APART, BITS, WORDS, columns_of, is_near, spellings, vocabularies

letters = st.sampled_from("কখসশনণরবমািীুেঁ্")
edits = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 1), st.just("") | letters), max_size=3)


def edited(word: str, changes: list[tuple[int, int, str]]) -> str:
    """A word with letters left out, put in or taken for others."""
    for at, taken, letter in changes:
        word = word[:at] + letter + word[at + taken :]
    return word


def family(word: str, rows: list[tuple[list[tuple[int, int, str]], int]]) -> dict[str, int]:
    """Words that are all near one, with their frequencies."""
    return {edited(word, changes) or word: frequency for changes, frequency in rows}


families = st.builds(
    family,
    spellings,
    st.lists(st.tuples(edits, st.sampled_from([1, 2, 3, 9, 10, 40, 5000, 70_000])), min_size=1, max_size=40),
)


@given(
    vocabularies | families, edits, st.integers(0, len(PARTING)), st.sampled_from([0, 1, 9, 10, 500]),
    st.floats(-2, 8), st.integers(0, 40), st.integers(0, 5),
)  # fmt: skip
def test_a_word_that_is_near_for_its_frequency_is_noticed(  # noqa: PLR0917 (what a search depends on)
    words: dict[str, int],
    changes: list[tuple[int, int, str]],
    parting: int,
    least: int,
    reach: float,
    sounding: int,
    most: int,
) -> None:
    """As if all that are near, and all that sound alike, were measured."""
    typed = edited(next(iter(words)), changes)
    columns, gain = columns_of(words, parting), 0.61
    measured = distances(misspelt().table(typed), columns[5], columns[4], np.arange(len(words))).tolist()
    rows = [*zip(words, words.values(), measured, strict=True)]
    allowed = [float(np.float32(reach + gain * np.log(frequency))) for frequency in words.values()]
    near = [distance <= most for distance, most in zip(measured, allowed, strict=True)]
    sounds = [sounding <= place < sounding + most for place in range(len(words))]
    if any(words_ <= least for _, words_, _ in rows[sounding : sounding + most]):
        return  # the frequent come first
    expected = any(
        frequency > least and near[place] and (sounds[place] or is_near(word, typed))
        for place, (word, frequency, _) in enumerate(rows)
    )
    found = is_any_within(
        Spellings(*columns), misspelt().letter_costs, typed, APART, bits=BITS,
        sounding=sounding, most=most, least=least, reach=reach, gain=gain,
    )  # fmt: skip
    assert found == expected


@given(
    spellings, edits, st.integers(0, len(PARTING)),
    st.sampled_from([1, 2, 9, 10, 31, 32, 999, 1000, 31_623, 400_000]),
)  # fmt: skip
def test_no_bound_is_above_the_distance(
    word: str, changes: list[tuple[int, int, str]], parting: int, frequency: int
) -> None:
    """A word is near from its distance on, and is not a little before that."""
    typed, gain = edited(word, changes), 0.61
    columns = columns_of({word: frequency}, parting)
    distance = distances(misspelt().table(typed), columns[5], columns[4], np.arange(1))[0]
    for more in (-0.01, 0.01):
        found = is_any_within(
            Spellings(*columns), misspelt().letter_costs, typed, APART, bits=BITS,
            sounding=0, most=0, least=0, reach=distance + more - gain * np.log(frequency), gain=gain,
        )  # fmt: skip
        assert found == (more > 0 and is_near(word, typed))


def test_a_word_of_too_many_letters_is_refused() -> None:
    """There is no room for what they cost."""
    with pytest.raises(ValueError):
        is_any_within(
            Spellings(*columns_of(WORDS, 0)), misspelt().letter_costs, "ক" * 129, APART, bits=BITS,
            sounding=0, most=9, least=0, reach=0, gain=0,
        )  # fmt: skip
