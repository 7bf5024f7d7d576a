"""Caches change how fast an engine answers, and never what it answers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.search import Engine

FUNCTION_WORDS = ("ও", "এবং", "এই", "থেকে", "কি")
WORDS = ("নদী", "ভাষা", "বাংলাদেশের", "ইতিহাস", "শিক্ষা", "ভাষার", "ঢাকা", "নদীর", "bhasha", "bangla")
BENGALI = (*FUNCTION_WORDS, *WORDS[:8])
THREADS = 16


def _several(words: tuple[str, ...], most: int = 4) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=most).map(" ".join)


queries = (
    st.sampled_from(FUNCTION_WORDS)
    | _several((*BENGALI, *WORDS))
    | _several(BENGALI, 3).map('"{}"'.format)
    | st.tuples(_several(BENGALI, 3), _several(BENGALI, 2)).map(lambda two: f'"{two[0]}"~2 {two[1]}')
    | st.sampled_from(WORDS).map("শিরোনাম:{} এবং".format)
    | st.sampled_from(["বাংলা*", "ভাষ* ও"])
)


class Afresh:
    """An engine without caches: each query is answered by a new engine."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Rank as an engine does."""
        with Engine.open(self._directory, time_limit=None) as engine:
            return engine.rank(text)


@pytest.fixture(scope="module")
def cold(sample_index: Path) -> Afresh:
    """An engine without caches."""
    return Afresh(sample_index)


@pytest.fixture(scope="module")
def warm(sample_index: Path) -> Iterator[Engine]:
    """An engine that keeps its caches from one example to the next."""
    with Engine.open(sample_index, time_limit=None) as engine:
        yield engine


@pytest.mark.no_cover  # many tries of lines that other tests cover
@given(st.lists(queries, min_size=1, max_size=6))
def test_a_warm_engine_answers_as_a_cold_one(cold: Afresh, warm: Engine, asked: list[str]) -> None:
    """Whatever was asked before, hits, order and scores are the same."""
    for text in asked:
        assert warm.rank(text) == cold.rank(text), text


@pytest.mark.parametrize("word", FUNCTION_WORDS)
def test_a_lone_function_word_leaves_the_next_query_alone(
    sample_index: Path, cold: Afresh, word: str
) -> None:
    """A function word has full weight alone, and after that still little weight next to content words."""
    text = f"নদী {word} ভাষা"
    with Engine.open(sample_index) as engine:
        engine.rank(word)
        assert engine.rank(text) == cold.rank(text)


def test_a_phrase_is_the_same_however_its_words_are_encoded(sample_index: Path, cold: Afresh) -> None:
    """Composed and decomposed letters are one spelling, so a phrase of both is one word twice."""
    mixed, composed = '"বাড\u09bcি বা\u09dcি"', '"বা\u09dcি বা\u09dcি"'
    with Engine.open(sample_index) as engine:
        assert engine.rank(mixed) == cold.rank(mixed)
        assert engine.rank(composed) == cold.rank(composed) == engine.rank(mixed)


@pytest.mark.slow
@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_sixteen_threads_answer_as_one(sample_index: Path, cold: Afresh) -> None:
    """Threads that fill one cache get what a single thread gets without a cache."""
    random = Random(16)  # noqa: S311 - a test needs no secret
    asked = [" ".join(random.choices((*FUNCTION_WORDS, *WORDS), k=random.randint(1, 4))) for _ in range(320)]
    expected = [cold.rank(text) for text in asked]
    with Engine.open(sample_index) as engine, ThreadPoolExecutor(THREADS) as threads:
        assert list(threads.map(engine.rank, asked)) == expected
