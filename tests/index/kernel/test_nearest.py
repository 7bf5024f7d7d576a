"""The nearest words, by the scores of all."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onneshon.index.kernel.distances import distances
from onneshon.index.kernel.errors import DamageError
from onneshon.index.kernel.nearest import nearest
from onneshon.index.kernel.spellings import PARTING, Spellings
from onneshon.index.vocabulary.channels import misspelt
from tests.index.kernel.plain_lists import u4
from tests.index.kernel.test_spellings import APART, BITS, WORDS, columns_of, is_near, vocabularies
from tests.index.kernel.test_within import edited, edits, families

WEIGHT = 0.55


def worth(frequency: int) -> float:
    """What a frequency is worth in distance."""
    return WEIGHT * (math.log1p(frequency) - 1 / frequency)


@settings(max_examples=400)
@given(
    vocabularies | families,
    edits,
    st.integers(0, len(PARTING)),
    st.integers(0, 20),
    st.integers(0, 5),
    st.integers(1, 5),
    st.sampled_from([0.0, 0.5, 2.0, math.inf]),
    st.integers(1, 60),
    st.integers(-1, 5),
)
def test_the_nearest_are_those_of_the_best_scores(  # noqa: PLR0917 (what a search depends on)
    words: dict[str, int],
    changes: list[tuple[int, int, str]],
    parting: int,
    sounding: int,
    most: int,
    count: int,
    within: float,
    enough: int,
    but: int,
) -> None:
    """As if all that are looked at were measured; it may say that it does not know, but not of few words."""
    typed = edited(next(iter(words)), changes)
    columns = columns_of(words, parting)
    measured = distances(misspelt().table(typed), columns[5], columns[4], np.arange(len(words))).tolist()
    rows = [*zip(words, words.values(), measured, strict=True)]
    looking = sorted(
        (place for place, word in enumerate(words) if is_near(word, typed)), key=lambda place: -rows[place][1]
    )
    looking = looking[:enough]
    sounds = [*range(sounding, min(sounding + most, len(words)))]
    if sounds != sorted(sounds, key=lambda place: -rows[place][1]):
        return  # the frequent come first
    scores = {place: rows[place][2] - worth(rows[place][1]) for place in {*looking, *sounds} if place != but}
    best = sorted(scores, key=lambda place: (scores[place], place))[:count]
    expected = [place for place in best if scores[place] <= scores[best[0]] + within]
    found = nearest(
        Spellings(*columns),
        misspelt().letter_costs,
        typed,
        APART,
        bits=BITS,
        but=but,
        sounding=sounding,
        most=most,
        weight=WEIGHT,
        count=count,
        within=within,
        enough=enough,
    )
    if found is not None:
        assert found == [(place, rows[place][2]) for place in sorted(expected)]
    elif enough >= len(words):
        ordered = sorted(scores.values())
        assert len(ordered) > count
        assert ordered[count] - ordered[count - 1] < 1e-6


def search(words: Spellings, typed: str = "কথা", count: int = 2) -> list[tuple[int, float]] | None:
    """What is nearest, of all words."""
    return nearest(
        words,
        misspelt().letter_costs,
        typed,
        APART,
        bits=BITS,
        but=-1,
        sounding=0,
        most=0,
        weight=WEIGHT,
        count=count,
        within=math.inf,
        enough=1 << 30,
    )


def test_the_nearest_of_a_few_words() -> None:
    """In the order of their places."""
    found = search(Spellings(*columns_of(WORDS, 0)))
    assert found is not None
    assert [place for place, _ in found] == [0, 1]


@pytest.mark.parametrize(("typed", "count"), [("ক" * 129, 2), ("কথা", 0), ("কথা", 17)])
def test_too_much_is_refused(typed: str, count: int) -> None:
    """There is no room for it."""
    with pytest.raises(ValueError):
        search(Spellings(*columns_of(WORDS, 0)), typed, count)


def test_a_word_that_no_article_holds_is_noticed() -> None:
    """The column of frequencies is damaged then."""
    columns = columns_of(WORDS, 0)
    columns[3] = u4([0, 0, 0])
    with pytest.raises(DamageError):
        search(Spellings(*columns))
