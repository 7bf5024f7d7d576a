"""Words that are nearly spelt so, by their definition: every word looked at, and its distance measured."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.kernel.distances import distances
from index.kernel.errors import DamageError
from index.kernel.spellings import BOUNDS, LENGTHS, PARTING, Spellings
from index.vocabulary.channels import letter_codes, misspelt
from index.vocabulary.writer import signature
from tests.index.kernel.plain_lists import u4

BITS, APART = 4, 2

spellings = st.text(alphabet="কখসশনণরবমািীুেঁ্", min_size=1, max_size=7)
vocabularies = st.dictionaries(
    spellings, st.sampled_from([1, 2, 3, 9, 10, 40, 5000, 70_000]), min_size=1, max_size=40
)


def columns_of(words: dict[str, int], parting: int) -> list[NDArray[Any]]:
    """What ``Spellings`` is made of."""
    places = range(len(words))
    signatures = [signature(word) for word in words]

    def run(place: int) -> int:
        frequency, word = [*words.values()][place], [*words][place]
        number = next(number for number, bound in enumerate(BOUNDS) if frequency >= bound)
        key = sum((signatures[place] >> bit & 1) << i for i, bit in enumerate(PARTING[:parting]))
        return ((number << parting) + key) * LENGTHS + min(len(word), LENGTHS - 1)

    order = sorted(places, key=run)
    sizes = np.bincount([run(place) for place in places], minlength=len(BOUNDS) * LENGTHS << parting)
    return [
        u4(order),
        u4([0, *np.cumsum(sizes).tolist()]),
        np.array([signatures[place] for place in order], np.uint64),
        u4([*words.values()]),
        u4([0, *np.cumsum([*map(len, words)]).tolist()]),
        letter_codes([*words]),
    ]


def is_near(word: str, typed: str) -> bool:
    """Whether two words have nearly the same letters."""
    return (signature(word) ^ signature(typed)).bit_count() <= BITS and abs(len(word) - len(typed)) <= APART


@given(vocabularies, spellings, st.integers(0, len(PARTING)))
def test_words_of_nearly_the_same_letters_are_found(words: dict[str, int], typed: str, parting: int) -> None:
    """Whatever their frequency, and however they are parted into runs."""
    found = Spellings(*columns_of(words, parting)).near(
        signature(typed), len(typed), APART, bits=BITS, enough=len(words)
    )
    assert sorted(found.tolist()) == [place for place, word in enumerate(words) if is_near(word, typed)]


@given(vocabularies, spellings, st.integers(0, len(PARTING)), st.integers(1, 12))
def test_of_many_words_of_nearly_the_same_letters_the_frequent_are_found(
    words: dict[str, int], typed: str, parting: int, enough: int
) -> None:
    """A class of frequencies is found as a whole or not at all, and none where rarer ones are."""
    found = Spellings(*columns_of(words, parting)).near(
        signature(typed), len(typed), APART, bits=BITS, enough=enough
    )
    near = [frequency for word, frequency in words.items() if is_near(word, typed)]
    frequent = sorted(near, reverse=True)[:enough]
    least = max((bound for bound in BOUNDS if frequent and bound <= frequent[-1]), default=1)
    expected = [frequency for frequency in near if frequency >= least or len(near) <= enough]
    assert sorted(expected) == sorted([*words.values()][place] for place in found.tolist())


@given(
    vocabularies, spellings, st.integers(0, len(PARTING)), st.sampled_from([0, 1, 9, 10, 500]),
    st.floats(-2, 8), st.integers(0, 40), st.integers(0, 5),
)  # fmt: skip
def test_a_word_that_is_near_for_its_frequency_is_noticed(  # noqa: PLR0917 (what a search depends on)
    words: dict[str, int], typed: str, parting: int, least: int, reach: float, sounding: int, most: int
) -> None:
    """As if all that are near, and all that sound alike, were measured."""
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
    found = Spellings(*columns).is_any_within(
        misspelt().letter_costs, typed, APART, bits=BITS,
        sounding=sounding, most=most, least=least, reach=reach, gain=gain,
    )  # fmt: skip
    assert found == expected


letters = st.sampled_from("কখসশনণরবমািীুেঁ্")
edits = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 1), st.just("") | letters), max_size=3)


def edited(word: str, changes: list[tuple[int, int, str]]) -> str:
    """A word with letters left out, put in or taken for others."""
    for at, taken, letter in changes:
        word = word[:at] + letter + word[at + taken :]
    return word


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
        found = Spellings(*columns).is_any_within(
            misspelt().letter_costs, typed, APART, bits=BITS,
            sounding=0, most=0, least=0, reach=distance + more - gain * np.log(frequency), gain=gain,
        )  # fmt: skip
        assert found == (more > 0 and is_near(word, typed))


WORDS = {"কথা": 5, "কথ": 9, "নদী": 2}


@pytest.mark.parametrize(
    ("column", "value"),
    [(0, [0]), (0, [0, 1, 7]), (1, [0, 3]), (1, "falling"), (1, "short"), (4, [0, 3, 2**32 - 1, 8]),
     (4, [4, 0, 0, 0])],
    ids=["fewer", "an order of no words", "no runs", "runs that end before they begin", "too few",
         "beyond the letters", "words that end before they begin"],
)  # fmt: skip
def test_damaged_columns_are_noticed(column: int, value: list[int] | str) -> None:
    """Rather than read beyond them."""
    columns = columns_of(WORDS, 0)
    runs = columns[1].tolist()
    made = {"falling": [0, 3, *runs[2:]], "short": [*runs[:-1], 2]}
    columns[column] = u4(made[value] if isinstance(value, str) else value)
    with pytest.raises(DamageError):
        look_all_over(columns)


def look_all_over(columns: list[NDArray[Any]]) -> None:
    """Ask for what leads to every word."""
    found, typed = Spellings(*columns), "কথা"
    found.near(signature(typed), 3, 9, bits=64, enough=1 << 30)
    found.is_any_within(
        misspelt().letter_costs, typed, APART, bits=BITS, sounding=0, most=9, least=0, reach=-9, gain=0
    )


def test_a_word_of_too_many_letters_is_refused() -> None:
    """There is no room for what they cost."""
    found = Spellings(*columns_of(WORDS, 0))
    with pytest.raises(ValueError):
        found.is_any_within(
            misspelt().letter_costs, "ক" * 129, APART, bits=BITS, sounding=0, most=9, least=0, reach=0, gain=0
        )
