"""A cache bounded by bytes or by the number of values."""

from typing import Any

import numpy as np

from onneshon.search.retrieval.budget import BoundedCache, by_number


def test_what_was_used_last_is_kept_within_the_bytes() -> None:
    """A value larger than the budget is returned but not kept, and so is one not worth keeping."""
    cache = BoundedCache(100)
    made: list[str] = []

    def get(key: str, size: int, **options: Any) -> int:
        def compute() -> np.ndarray[Any, Any]:
            made.append(key)
            return np.zeros(size, np.uint8)

        return len(cache.get(key, compute, **options))

    assert [get("নদী", 40), get("মেলা", 60), get("নদী", 40)] == [40, 60, 40]
    assert (made, len(cache), cache.size) == (["নদী", "মেলা"], 2, 100)
    get("ভাষা", 1)
    assert (len(cache), cache.size) == (2, 41)
    get("মেলা", 101)
    get("খেলা", 5, keep=lambda: False)
    get("বই", 5, keep=lambda: True)
    get("নদী", 40)
    assert made == ["নদী", "মেলা", "ভাষা", "মেলা", "খেলা", "বই"]
    assert (len(cache), cache.size) == (3, 46)


def test_of_two_who_make_a_value_at_once_both_get_the_first() -> None:
    """The value is counted once."""
    cache = BoundedCache(100)
    inner: list[object] = []

    def compute() -> np.ndarray[Any, Any]:
        inner.append(cache.get("নদী", lambda: np.zeros(7, np.uint8)))
        return np.zeros(7, np.uint8)

    assert cache.get("নদী", compute) is inner[0]
    assert cache.size == 7


def test_as_many_values_are_kept_as_the_budget_says_where_none_has_bytes() -> None:
    """The value unused for longest goes first; a kept value is not replaced."""
    cache = BoundedCache(2, by_number)
    cache.keep("নদী", 1)
    cache.keep("চর", 2)
    assert cache.keep("নদী", 9) == cache.kept("নদী") == 1
    cache.keep("মেলা", 3)
    assert [cache.kept(key) for key in ("নদী", "চর", "মেলা")] == [1, None, 3]
    assert ("নদী" in cache, "চর" in cache) == (True, False)
