"""Similarly spelt words, compared with the definition: the distance of every word is measured."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.spelling import near_signatures
from onneshon.index.vocabulary import spellings as by_letters
from onneshon.index.vocabulary.channels import (
    MISTAKES,
    farthest_from_latin,
    latin_from_words,
    letter_codes,
    misspelt_beginnings,
)
from onneshon.index.vocabulary.spellings import (
    BOUNDS,
    EVERY,
    LENGTHS,
    PARTING,
    Spellings,
    classes_from,
    letter_signatures,
    ordered_in_runs,
    run_count,
    signature,
)
from tests.index.kernel.plain_lists import u4

BITS, APART = 4, 2

spellings = st.text(alphabet="কখসশনণরবমািীুেঁ্", min_size=1, max_size=7)
vocabularies = st.dictionaries(
    spellings, st.sampled_from([1, 2, 3, 9, 10, 40, 5000, 70_000]), min_size=1, max_size=40
)


def columns_of(words: dict[str, int], parting: int) -> list[NDArray[Any]]:
    """The columns from which ``Spellings`` is made."""
    indexes = range(len(words))
    signatures = [signature(word) for word in words]

    def run(index: int) -> int:
        frequency, word = [*words.values()][index], [*words][index]
        number = next(number for number, bound in enumerate(BOUNDS) if frequency >= bound)
        key = sum((signatures[index] >> bit & 1) << i for i, bit in enumerate(PARTING[:parting]))
        return ((number << parting) + key) * LENGTHS + min(len(word), LENGTHS - 1)

    order = sorted(indexes, key=run)
    sizes = np.bincount([run(index) for index in indexes], minlength=len(BOUNDS) * LENGTHS << parting)
    return [
        u4(order),
        u4([0, *np.cumsum(sizes).tolist()]),
        np.array([signatures[index] for index in order], np.uint64),
    ]


def is_near(word: str, typed: str) -> bool:
    """Whether two words have nearly the same letters."""
    return (signature(word) ^ signature(typed)).bit_count() <= BITS and abs(len(word) - len(typed)) <= APART


@given(vocabularies, spellings, st.integers(0, len(PARTING)))
def test_words_of_nearly_the_same_letters_are_found(words: dict[str, int], typed: str, parting: int) -> None:
    """This holds for any frequency, and any number of letters that divide words into runs."""
    found = Spellings(*columns_of(words, parting)).near(
        signature(typed), len(typed), APART, bits=BITS, enough=len(words)
    )
    assert sorted(found.tolist()) == [index for index, word in enumerate(words) if is_near(word, typed)]


@given(vocabularies, st.integers(0, len(PARTING)))
def test_words_are_written_in_the_order_in_which_they_are_found(words: dict[str, int], parting: int) -> None:
    """The order is that of frequency classes, then of the letters that divide words, then of length."""
    of_words: dict[str, NDArray[Any]] = {
        "signatures": np.array([signature(word) for word in words], np.uint64),
        "frequencies": u4([*words.values()]),
        "letter_starts": u4([0, *np.cumsum([len(word) for word in words]).tolist()]),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_letters, "_parting", lambda _words: parting)
        written = ordered_in_runs(of_words)
    for name, expected in zip(("in_runs", "runs", "signatures"), columns_of(words, parting), strict=True):
        assert written[name].tolist() == expected.tolist()


@given(vocabularies, spellings, st.integers(0, len(PARTING)), st.integers(1, 12))
def test_of_many_words_of_nearly_the_same_letters_the_frequent_are_found(
    words: dict[str, int], typed: str, parting: int, enough: int
) -> None:
    """A class of frequencies is found as a whole or not at all, and more frequent classes come first."""
    found = Spellings(*columns_of(words, parting)).near(
        signature(typed), len(typed), APART, bits=BITS, enough=enough
    )
    near = [frequency for word, frequency in words.items() if is_near(word, typed)]
    frequent = sorted(near, reverse=True)[:enough]
    least = max((bound for bound in BOUNDS if frequent and bound <= frequent[-1]), default=1)
    expected = [frequency for frequency in near if frequency >= least or len(near) <= enough]
    assert sorted(expected) == sorted([*words.values()][index] for index in found.tolist())


@given(vocabularies, spellings, st.integers(1, 200))
def test_words_of_some_classes_are_found(words: dict[str, int], typed: str, least: int) -> None:
    """The classes that reach the frequency and the other classes together give all words."""
    frequent = classes_from(least)
    found = [
        Spellings(*columns_of(words, 0)).near(
            signature(typed), len(typed), APART, bits=BITS, enough=len(words), classes=classes
        )
        for classes in (frequent, range(frequent.stop, EVERY.stop))
    ]
    frequencies = [*words.values()]
    near = [index for index, word in enumerate(words) if is_near(word, typed)]
    bound = BOUNDS[frequent.stop - 1]
    assert sorted(found[0].tolist()) == [index for index in near if frequencies[index] >= bound]
    assert sorted(found[1].tolist()) == [index for index in near if frequencies[index] < bound]
    assert bound <= least


WORDS = {"কথা": 5, "কথ": 9, "নদী": 2}


@pytest.mark.parametrize(
    ("column", "value"),
    [(0, [0]), (0, [0, 1, 7]), (0, [0, 1, 3]), (1, [0, 3]), (1, "falling"), (1, "short")],
    ids=[
        "fewer",
        "an order of no words",
        "one word beyond the last",
        "no runs",
        "runs that end before they begin",
        "too few",
    ],
)
def test_damaged_columns_are_noticed(column: int, value: list[int] | str) -> None:
    """An error is raised before anything is read beyond them."""
    columns = columns_of(WORDS, 0)
    runs = columns[1].tolist()
    made = {"falling": [0, 3, *runs[2:]], "short": [*runs[:-1], 2]}
    columns[column] = u4(made[value] if isinstance(value, str) else value)
    with pytest.raises(DamageError):
        Spellings(*columns)


@pytest.mark.parametrize(
    ("sizes", "lengths", "runs"),
    [((4, 8), (0, 3), 9), ((8, 4), (2, 1), 9), ((8, 4), (0, 4), 9), ((8, 3), (0, 2), 9), ((8, 4), (0, 3), 8)],
)
def test_runs_of_other_words_are_refused(sizes: tuple[int, int], lengths: tuple[int, int], runs: int) -> None:
    """They are refused before anything is read."""
    letters = np.zeros(2, np.uint64)
    with pytest.raises(ValueError, match="runs"):
        near_signatures(
            u4([0, 1]),
            letters,
            u4([0] * runs),
            sizes,
            0,
            lengths,
            parting=0,
            bits=1,
            enough=9,
            classes=(0, 1),
        )
    for order, ends in (([0], 1), ([0, 1], 9)):
        with pytest.raises(ValueError, match="word"):
            near_signatures(
                u4(order),
                letters,
                u4([0] * 8 + [ends]),
                (8, 4),
                0,
                (0, 3),
                parting=0,
                bits=1,
                enough=9,
                classes=(0, 1),
            )


def test_how_far_letters_are_from_the_beginning_of_words() -> None:
    """Zero for themselves, more for a slip in one letter, most for another word; any letters may follow."""
    same, slip, other = misspelt_beginnings("মুক্তিযুদ", ["মুক্তিযুদ্ধ", "মুক্তীযুদ্ধের", "খেলাধুলা"]).tolist()
    assert same == 0
    assert 0 < slip <= MISTAKES < other


def test_how_far_latin_letters_are_from_the_beginning_of_words() -> None:
    """A loan from English is nearer by English spelling; words far from the nearest are too far."""
    words = ["বাংলাদেশ", "বাঙালি", "নদী"]
    distances = latin_from_words("bangla", words, beginnings=True)
    assert distances[0] < distances[1] < distances[2]
    assert distances[0] < farthest_from_latin("bangla", distances) < distances[2]


def test_a_signature_has_a_bit_for_each_different_letter() -> None:
    """The signature of a word is the same alone and among others."""
    words = ["নদী", "নদনদী", "মেলা", "ক"]
    found = letter_signatures(letter_codes(words)).tolist()
    assert found == [*map(signature, words)]
    assert [each.bit_count() for each in found] == [3, 3, 4, 1]
    assert len(letter_signatures(letter_codes([]))) == 0


def test_more_words_are_parted_by_more_letters() -> None:
    """The number of runs doubles from sixteen words a run on, up to the number of dividing letters."""
    runs = len(BOUNDS) * LENGTHS
    assert run_count(0) == run_count(16 * runs - 1) == runs + 1
    assert run_count(16 * runs) == run_count(32 * runs - 1) == 2 * runs + 1
    assert run_count(32 * runs) == 4 * runs + 1
    assert run_count(1 << 40) == (runs << len(PARTING)) + 1
