"""The cache of analysed chunks takes a fixed number of bytes, and does not change results."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import (
    ENTRY_BYTES,
    LONGEST_KEPT,
    ChunkCache,
    _chunks,
    _keys,
    analysis_bytes,
    analyze,
    size_of,
)
from tests.strategies import bengali_words


def _halves(chunk: str) -> tuple[str, ...]:
    return chunk[: len(chunk) // 2], chunk[len(chunk) // 2 :]


@given(st.lists(bengali_words), st.integers(0, 3_000))
def test_it_gives_what_is_computed_and_holds_no_more_than_it_may(chunks: list[str], budget: int) -> None:
    """Values are right and bytes within the budget, whether chunks are repeated or not."""
    cache = ChunkCache(_halves, budget)
    for chunk in chunks * 2:
        assert cache[chunk] == _halves(chunk)
        assert cache.bytes_kept <= budget


def test_what_came_is_not_computed_again() -> None:
    """While there is room, each chunk is computed once."""
    asked: list[str] = []

    def length(chunk: str) -> int:
        asked.append(chunk)
        return len(chunk)

    cache = ChunkCache(length, 1 << 20)
    for _ in range(3):
        assert [cache[chunk] for chunk in ("নদী", "ভাষা")] == [3, 4]
    assert asked == ["নদী", "ভাষা"]


def test_of_a_full_cache_what_comes_again_is_kept() -> None:
    """A frequently requested chunk survives any number of others."""
    asked: list[str] = []

    def nothing(chunk: str) -> int:
        asked.append(chunk)
        return 0

    cache = ChunkCache(nothing, 8_000)
    for number in range(500):
        assert cache["নদী"] == cache[f"শব্দ{number}"] == 0
    assert asked.count("নদী") == 1


def test_long_chunks_are_not_kept() -> None:
    """A text without spaces is not cached, here and in the analysis."""
    cache = ChunkCache(_halves, 1 << 20)
    assert cache["ক" * (LONGEST_KEPT + 1)]
    assert (len(cache), cache.bytes_kept) == (0, 0)
    assert cache["ক" * LONGEST_KEPT]
    assert len(cache) == 1


def test_threads_keep_the_account() -> None:
    """The counted bytes are those of the entries, though sixteen threads fill the cache at once."""
    cache = ChunkCache(_halves, 20_000)
    chunks = [f"শব্দ{number % 300}" for number in range(6_000)]
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(cache.__getitem__, chunks)) == [_halves(chunk) for chunk in chunks]
    kept = [*cache.items(), *cache._older.items()]  # not by look-ups, which move older entries
    assert (
        cache.bytes_kept == sum(ENTRY_BYTES + size_of(key) + size_of(value) for key, value in kept) <= 20_000
    )


def test_the_size_of_a_value_is_that_of_all_in_it() -> None:
    """Strings in tuples count, and strings of Bengali more than those of ASCII."""
    assert size_of(("ভাষা",)) == size_of(()) + 8 + size_of("ভাষা")
    assert size_of("ভাষা" * 8) > size_of("abcd" * 8)


def test_caches_of_the_analysis_are_counted() -> None:
    """The memory reported for analysis is the sum of the budgets of permanent caches."""
    before = analysis_bytes()
    ChunkCache(_halves, 1_000)
    assert analysis_bytes() == before
    assert _chunks.bytes_kept + _keys.bytes_kept <= before <= 128 << 20


def test_the_analysis_keeps_no_long_chunk() -> None:
    """A text of 20,000 letters without a space is analysed and not cached."""
    held = _chunks.bytes_kept, _keys.bytes_kept
    assert len(analyze("কখগঘ" * 5_000)) == 1
    assert (_chunks.bytes_kept, _keys.bytes_kept) == held
