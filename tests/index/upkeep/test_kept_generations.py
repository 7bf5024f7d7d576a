"""What a writer leaves on the disk: the generations that stay, their modes, and the live one reported."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from onneshon.index import Article, BuildError, build, open_writer
from onneshon.index.storage import durable
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.index_writer import Commit, IndexWriter
from onneshon.index.upkeep.repair import mend
from onneshon.index.upkeep.update import delete_articles, run_background_merges
from tests.building import segments_left_apart
from tests.locks import waits

RIVERS = ("পদ্মা", "মেঘনা", "যমুনা", "তিস্তা", "করতোয়া")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of five rivers."""
    build([Article(name, title=name, body=f"{name} নদীর চর") for name in RIVERS], tmp_path / "index")
    return tmp_path / "index"


def kept(directory: Path) -> list[int]:
    """The numbers of the generations that exist."""
    return [int(generation.name) for generation in Generations(directory).all()]


def add(writer: IndexWriter, name: str) -> None:
    """Commit an article as a segment of its own."""
    with segments_left_apart():
        writer.add(Article(name, title=name))
        writer.commit()


@pytest.mark.parametrize(("keep", "numbers"), [(1, [4]), (2, [3, 4]), (3, [2, 3, 4])])
def test_as_many_generations_stay_as_were_asked_for(directory: Path, keep: int, numbers: list[int]) -> None:
    """The new generation is counted too."""
    with open_writer(directory, keep=keep) as writer:
        for name in ("সুরমা", "কুশিয়ারা", "আত্রাই"):
            add(writer, name)
    assert kept(directory) == numbers


def test_merges_take_the_place_of_no_generation_until_the_next_commit(directory: Path) -> None:
    """The target of `rollback` stays through any number of merges; the next commit removes it."""
    with open_writer(directory) as writer:
        add(writer, "সুরমা")
        assert writer.merge(everything=True) == 2
        assert kept(directory) == [1, 2, 3]
        writer.delete("পদ্মা")
        writer.commit()
        assert kept(directory) == [3, 4]
        writer.merge(everything=True)
        assert kept(directory) == [3, 4, 5]


def test_a_merge_alone_keeps_what_it_merged_and_nothing_older(directory: Path) -> None:
    """With ``keep=1`` a merge keeps its source and its result."""
    with open_writer(directory, keep=3) as writer:
        add(writer, "সুরমা")
        add(writer, "কুশিয়ারা")
    with open_writer(directory, keep=1) as writer:
        assert writer.merge(everything=True) == 3
    assert kept(directory) == [3, 4]


def test_merges_in_the_background_tell_how_many_segments_went(directory: Path) -> None:
    """Zero while another task is wanted, and zero once all is merged."""
    with open_writer(directory) as writer:
        for name in ("সুরমা", "কুশিয়ারা", "আত্রাই"):
            add(writer, name)
        assert run_background_merges(writer, is_wanted=lambda: True) == 0
        before = writer.live.segments
        went = run_background_merges(writer)
        assert went > 0
        assert writer.live.segments == before - went
        assert run_background_merges(writer) == 0


def test_what_was_live_stays_before_what_was_gone_back_from(directory: Path) -> None:
    """The generation that was live is the next target of `rollback`."""
    with open_writer(directory) as writer:
        add(writer, "সুরমা")
    Generations(directory).rollback()
    with open_writer(directory) as writer:
        add(writer, "কুশিয়ারা")
    assert kept(directory) == [1, 3]


def test_only_its_owner_can_look_into_the_folders_of_an_index(directory: Path) -> None:
    """Folders of new segments and of kept ones have mode 0700."""
    with segments_left_apart(), open_writer(directory) as writer:
        for name in ("সুরমা", "কুশিয়ারা"):
            writer.add(Article(name, title=name))
            writer.commit()
    folders = [path for path in (directory / "generations").rglob("*") if path.is_dir()]
    assert {folder.name for folder in folders} >= {"000003", "MAIN_000002", "MAIN_000003"}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def told(writer: IndexWriter) -> tuple[int, ...]:
    """The counts of a writer's live generation, without its size."""
    live = writer.live
    return live.articles, live.added, live.changed, live.deleted, live.segments, live.merged


def test_what_is_live_is_reported_without_changes(directory: Path) -> None:
    """The counts are right before changes, after them, and after a merge."""
    with open_writer(directory) as writer:
        assert (writer.live.generation, told(writer)) == ("000001", (5, 0, 0, 0, 1, 0))
        add(writer, "সুরমা")
        assert (writer.live.generation, told(writer)) == ("000002", (6, 0, 0, 0, 2, 0))
        writer.merge(everything=True)
        assert (writer.live.generation, told(writer)) == ("000003", (6, 0, 0, 0, 1, 0))


def test_of_an_index_that_is_not_there_yet_nothing_is_live(tmp_path: Path) -> None:
    """A commit without changes makes nothing live."""
    with open_writer(tmp_path / "new") as writer:
        assert writer.live == writer.commit() == Commit("", 0, 0, 0, 0, 0, 0, 0)


def test_of_an_empty_index_nothing_is_merged(directory: Path) -> None:
    """No generation is made for an empty merge."""
    with open_writer(directory) as writer:
        for name in RIVERS:
            writer.delete(name)
        writer.commit()
        assert writer.merge(everything=True) == 0
    assert kept(directory) == [1, 2]


@pytest.mark.parametrize(
    "change",
    [lambda writer: writer.add(Article("সুরমা", title="নদী")), lambda writer: writer.delete("পদ্মা")],
    ids=["added", "deleted"],
)
def test_what_is_not_committed_yet_is_not_merged(
    directory: Path, change: Callable[[IndexWriter], object]
) -> None:
    """An addition and a deletion are both refused; they can still be committed."""
    with open_writer(directory) as writer:
        change(writer)
        with pytest.raises(BuildError, match="commit them first"):
            writer.merge(everything=True)
    assert kept(directory) == [1, 2]


def opened(directory: Path) -> None:
    """Open and close a writer."""
    with open_writer(directory):
        pass


@pytest.mark.parametrize(
    "write",
    [opened, mend, lambda directory: delete_articles(["পদ্মা"], directory)],
    ids=["open_writer", "mend", "delete_articles"],
)
def test_who_names_no_time_does_not_wait_for_another_writer(
    directory: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], object]
) -> None:
    """It waits only the moment that a look at the lock takes."""
    waited = waits(monkeypatch)
    write(directory)
    assert waited == [durable._GRACE]
