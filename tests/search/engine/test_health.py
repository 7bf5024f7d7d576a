"""The health of an open index: its files are verified at most once, and the result is remembered."""

import threading

import pytest

from onneshon.index.errors import IndexCorruptError
from onneshon.index.kernel import DamageError
from onneshon.index.storage.checking import HealthState
from onneshon.search import Engine
from onneshon.search.retrieval.executor import Executor
from tests.fakes import article, reader_of

ARTICLES = [article("a", "নদী")]


def test_reading_all_is_done_once_and_remembered() -> None:
    """Sound or damaged, the second verification costs nothing and gives the same result."""
    for damage in ("", "x.inv is damaged in body"):
        index = reader_of(ARTICLES)
        index.damage = damage
        with Engine(index) as engine:
            assert (engine.health.verified, engine.health.damage) == (False, "")
            for _ in range(2):
                if damage:
                    with pytest.raises(IndexCorruptError, match=damage):
                        engine.verify()
                else:
                    engine.verify()
            assert index.verified == 1
            assert (engine.health.verified, engine.health.damage) == (not damage, damage)
            assert (engine.health.generation, engine.health.articles) == ("1", 1)


@pytest.mark.parametrize("damage", ["", "x.inv is damaged in body"])
def test_searches_that_fail_have_the_files_read_once(monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    """A hundred failing queries must not verify gigabytes a hundred times."""

    def broken(*_args: object, **_options: object) -> None:
        raise IndexError("out of range")

    monkeypatch.setattr(Executor, "candidates", broken)
    index = reader_of(ARTICLES)
    index.damage = damage
    with Engine(index) as engine:
        for _ in range(5):
            with pytest.raises(IndexCorruptError if damage else IndexError):
                engine.search("নদী")
    assert index.verified == 1


@pytest.fixture
def lists_found_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make each search find that a posting list is damaged."""

    def broken(*_args: object, **_options: object) -> None:
        raise DamageError("a posting list is damaged")

    monkeypatch.setattr(Executor, "candidates", broken)


@pytest.mark.usefixtures("lists_found_damaged")
def test_lists_that_are_damaged_since_all_was_read_have_it_read_once_more() -> None:
    """A disk may lose a block after months, while the system still had a copy in its cache."""
    index = reader_of(ARTICLES)
    with Engine(index) as engine:
        engine.verify()
        index.damage = "x.inv is damaged in exact/data"
        for _ in range(3):
            with pytest.raises(IndexCorruptError, match="exact/data"):
                engine.search("নদী")
        assert (engine.health.verified, engine.health.damage) == (False, index.damage)
    assert index.verified == 2


@pytest.mark.usefixtures("lists_found_damaged")
def test_lists_that_are_said_to_be_damaged_and_are_not_have_all_read_once() -> None:
    """A query that raises this error on sound files must not keep a server reading: it reads them once."""
    index = reader_of(ARTICLES)
    with Engine(index) as engine:
        engine.verify()
        for _ in range(3):
            with pytest.raises(DamageError):
                engine.search("নদী")
    assert index.verified == 2


def test_damage_that_a_search_meets_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Monitoring sees the damage, whether the files were verified before or not."""

    def damaged(*_args: object, **_options: object) -> None:
        raise IndexCorruptError("x.inv is damaged in body")

    monkeypatch.setattr(Executor, "candidates", damaged)
    with Engine(reader_of(ARTICLES)) as engine:
        engine.verify()
        with pytest.raises(IndexCorruptError):
            engine.search("নদী")
        assert (engine.health.verified, engine.health.damage) == (False, "x.inv is damaged in body")


def test_while_all_is_read_it_says_so_and_the_next_waits() -> None:
    """Two callers that verify at once read the files once; meanwhile the state says that it is reading."""
    health, begun, go_on = HealthState(), threading.Event(), threading.Event()
    readings = []

    def read() -> None:
        readings.append(1)
        begun.set()
        go_on.wait(10)

    threads = [threading.Thread(target=health.examine, args=(read,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    assert health.verified == "running"
    go_on.set()
    for thread in threads:
        thread.join()
    verified: object = health.verified
    assert (verified, readings) == (True, [1])


def test_a_reading_that_was_broken_off_is_not_remembered() -> None:
    """A failure of another kind says nothing about the files."""

    def read() -> None:
        raise MemoryError

    health = HealthState()
    with pytest.raises(MemoryError):
        health.examine(read)
    assert (health.verified, health.damage) == (False, "")
