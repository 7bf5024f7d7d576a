from pathlib import Path

import pytest

from search.retrieval.memory import CACHE_BYTES, CACHE_BYTES_PER_ARTICLE, memory_of_machine, suitable_cache

GIB = 1 << 30


@pytest.fixture
def limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which a container is told its limit."""
    path = tmp_path / "memory.max"
    monkeypatch.setattr("search.retrieval.memory.LIMITS", (path,))
    return path


def test_a_container_may_use_what_it_is_allowed(limits: Path) -> None:
    """The machine's own memory is more than the container has."""
    limits.write_text(f"{64 << 20}\n")
    assert memory_of_machine() == 64 << 20


@pytest.mark.parametrize("content", ["max\n", "", None])
def test_without_a_limit_the_machine_counts(limits: Path, content: str | None) -> None:
    """A file that says nothing, or none."""
    if content is not None:
        limits.write_text(content)
    memory = memory_of_machine()
    assert memory is not None
    assert memory > 64 << 20


def test_a_system_that_says_nothing_is_taken_to_have_enough(
    limits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every system has sysconf, or that name."""

    def refuse(_name: str) -> int:
        raise ValueError("unrecognized configuration name")

    assert not limits.exists()
    monkeypatch.setattr("os.sysconf", refuse)
    assert memory_of_machine() is None
    assert suitable_cache(1_000) == CACHE_BYTES + CACHE_BYTES_PER_ARTICLE * 1_000


def test_lists_grow_with_the_index_up_to_a_quarter_of_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million articles on a small machine must not fill it."""
    monkeypatch.setattr("search.retrieval.memory.memory_of_machine", lambda: 4 * GIB)
    assert suitable_cache(0) == CACHE_BYTES
    assert CACHE_BYTES < suitable_cache(100_000) < GIB
    assert suitable_cache(1_000_000) == GIB
