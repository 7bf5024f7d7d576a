"""Changes to a live index: visible together, found as in a fresh build, and discarded after an error."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.index import (
    Article,
    BuildError,
    ConfigurationError,
    CorpusError,
    IndexLockedError,
    build,
    open_index,
    open_writer,
)
from onneshon.index.columnar import change_dates
from onneshon.index.columnar.segment_list import Segment
from onneshon.index.configuration import FILE_NAME
from onneshon.index.storage.checking import check_index
from onneshon.index.storage.durable import current_holder
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.merging import NewSegment
from tests.building import build_numbered, segments_left_apart

RIVER = Article("নদী", title="পদ্মার ভাঙন", body="পদ্মা নদীর ভাঙনে গ্রাম বিলীন", category="প্রকৃতি")
HILL = Article("পাহাড়", title="পাহাড়ের চূড়া", body="হিমালয় পাহাড়ে বরফ", category="ভ্রমণ")
SEA = Article("সাগর", title="বঙ্গোপসাগর", body="সাগরের ঢেউ আর নদী", category="প্রকৃতি")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of two articles, about a river and a hill."""
    build([RIVER, HILL], tmp_path / "index")
    return tmp_path / "index"


def stored(directory: Path) -> dict[str, Article]:
    """The articles of the index by id, after a check of every byte."""
    check_index(directory)
    with open_index(directory) as reader:
        found = {}
        for segment in reader.segments:
            for doc in range(segment.doc_count):
                if segment.deleted is None or not segment.deleted[doc]:
                    article = segment.article(doc)
                    assert reader.article(article.id) == article
                    found[article.id] = article
        assert len(found) == reader.count == reader.manifest.articles
        return found


def test_what_is_added_changed_and_deleted_is_so_after_the_block(directory: Path) -> None:
    """All three changes are in one generation."""
    changed = replace(RIVER, body="যমুনা নদীর চর")
    with open_writer(directory) as writer:
        assert writer.add(SEA) == "added"
        assert writer.add(changed) == "changed"
        assert writer.delete(HILL.id)
        assert not writer.delete("নেই")
    assert stored(directory) == {SEA.id: SEA, changed.id: changed}
    assert Generations(directory).current().name == "000002"


def test_a_clock_that_was_set_back_sets_no_change_back(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Change dates still rise, for additions and deletions, so that readers of changes miss none."""

    def at(now: int) -> None:
        monkeypatch.setattr(change_dates, "time", SimpleNamespace(time=lambda: now))

    at(2_000_000_000)
    with open_writer(directory) as writer:
        writer.add(SEA)
    at(1_900_000_000)
    with open_writer(directory) as writer:
        writer.add(replace(HILL, title="পাহাড়ের পথ"))
        writer.delete(SEA.id)
    last = 2_000_000_000 + change_dates.PUBLISHING
    with open_index(directory) as reader:
        assert reader.gone == {SEA.id: last}
        assert [int(part.changed.max()) for part in reader.dates].count(last) == 1
    build([RIVER, replace(HILL, title="পাহাড়")], directory)
    with open_index(directory) as reader:
        assert reader.gone == {SEA.id: last}
        assert int(reader.dates[0].changed.max()) == last


def test_nothing_is_visible_before_the_commit_and_all_of_it_after(directory: Path) -> None:
    """A writer may commit several times."""
    with open_writer(directory) as writer:
        writer.add(SEA)
        assert len(stored(directory)) == 2
        assert writer.count == 3
        commit = writer.commit()
        assert (commit.added, commit.changed, commit.deleted, commit.articles) == (1, 0, 0, 3)
        assert len(stored(directory)) == 3
        writer.delete(SEA.id)
        assert writer.commit().deleted == 1
    assert stored(directory) == {RIVER.id: RIVER, HILL.id: HILL}


def test_what_is_new_is_dated_when_its_lists_are_made(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The date is taken late, so that a reader who asks for changes meanwhile gets it the next time."""
    clock = SimpleNamespace(now=2_000_000_000)
    monkeypatch.setattr(change_dates, "time", SimpleNamespace(time=lambda: clock.now))
    finish = NewSegment.finish

    def slowly(segment: NewSegment, *given: Any) -> Segment:
        clock.now += 3_600
        return finish(segment, *given)

    monkeypatch.setattr(NewSegment, "finish", slowly)
    with open_writer(directory) as writer:
        writer.add(SEA)
    with open_index(directory) as reader:
        assert max(int(part.changed.max()) for part in reader.dates) == change_dates.changed_now(0)


def test_an_article_that_is_the_same_makes_no_generation(directory: Path) -> None:
    """This holds for an index without digests, built by an earlier version, too."""
    with open_writer(directory) as writer:
        assert writer.add(RIVER) == "unchanged"
        assert writer.commit().generation == "000001"
    assert [generation.name for generation in Generations(directory).all()] == ["000001"]


@pytest.mark.parametrize(
    "keywords", [{}, {"places": ("ব্রহ্মপুত্র",)}, {"rivers": ("পদ্মা", "মেঘনা")}, {"rivers": ("মেঘনা",)}]
)
def test_an_article_of_which_only_keywords_differ_has_changed(
    directory: Path, keywords: dict[str, tuple[str, ...]]
) -> None:
    """Another field, another value, or no value any more."""
    with open_writer(directory) as writer:
        writer.add(replace(RIVER, keywords={"rivers": ("পদ্মা",)}))
    with open_writer(directory) as writer:
        assert writer.add(replace(RIVER, keywords={"rivers": ("পদ্মা",)})) == "unchanged"
        assert writer.add(replace(RIVER, keywords=keywords)) == "changed"
    assert stored(directory)[RIVER.id].keywords == keywords


def test_the_last_of_several_changes_of_an_article_counts(directory: Path) -> None:
    """An article is added, changed, deleted and added again before one commit."""
    second = replace(SEA, body="দ্বিতীয়")
    with open_writer(directory) as writer:
        writer.add(SEA)
        assert writer.add(second) == "changed"
        assert writer.delete(SEA.id)
        assert not writer.delete(SEA.id)
        assert writer.add(SEA) == "added"
        assert writer.add(second) == "changed"
        assert writer.delete(RIVER.id)
        assert writer.add(RIVER) == "added"
        commit = writer.commit()
    assert (commit.added, commit.changed, commit.deleted) == (1, 1, 0)
    assert stored(directory) == {RIVER.id: RIVER, HILL.id: HILL, SEA.id: second}


def test_what_was_added_and_deleted_again_leaves_no_segment(directory: Path) -> None:
    """No file of such a segment is left either."""
    with open_writer(directory) as writer:
        writer.add(SEA)
        writer.delete(SEA.id)
        writer.delete(HILL.id)
        assert writer.commit().segments == 1
    assert stored(directory) == {RIVER.id: RIVER}


def test_changes_that_come_to_nothing_leave_no_file(directory: Path) -> None:
    """The working folder is removed while the writer is still open."""
    with open_writer(directory) as writer:
        writer.add(SEA)
        assert Generations(directory).abandoned() != []
        writer.delete(SEA.id)
        assert writer.commit().generation == "000001"
        assert Generations(directory).abandoned() == []


def test_a_writer_tells_how_many_segments_went_into_others(directory: Path) -> None:
    """A merge that has nothing to merge returns zero."""
    with segments_left_apart(), open_writer(directory) as writer:
        for number in range(3):
            writer.add(replace(SEA, id=f"সাগর {number}"))
            assert writer.commit().merged == 0
    with open_writer(directory) as writer:
        assert writer.has_to_merge()
        assert writer.merge() == 3
        assert writer.merge() == 0
        assert writer.merge(everything=True) == 0


def test_an_index_can_be_emptied_and_filled_again(directory: Path) -> None:
    """It has no segment at all in between."""
    with open_writer(directory) as writer:
        writer.delete(RIVER.id)
        writer.delete(HILL.id)
        assert writer.commit().segments == 0
        assert stored(directory) == {}
        writer.add(SEA)
    assert stored(directory) == {SEA.id: SEA}


def test_an_exception_gives_up_what_was_not_committed(directory: Path) -> None:
    """Earlier commits stay."""

    def give_up() -> None:
        with open_writer(directory) as writer:
            writer.add(SEA)
            writer.commit()
            writer.delete(RIVER.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert len(stored(directory)) == 3
    assert Generations(directory).abandoned() == []
    assert current_holder(directory) is None


def test_a_bad_article_is_refused_and_the_others_go_on(directory: Path) -> None:
    """The rules are those for records of files."""
    with open_writer(directory) as writer:
        with pytest.raises(CorpusError, match="neither title nor body"):
            writer.add(Article("শূন্য"))
        writer.add(SEA)
    assert len(stored(directory)) == 3


def test_what_is_no_article_is_refused_as_by_a_build(directory: Path) -> None:
    """The error names the type, and nothing has changed."""
    nothing: Any = {"id": "১", "title": "নদী"}
    with open_writer(directory) as writer, pytest.raises(CorpusError, match="a dict instead of an Article"):
        writer.add(nothing)


def test_an_article_typed_for_a_font_is_kept_in_unicode(directory: Path) -> None:
    """The writer converts it, like a build or an update."""
    with open_writer(directory) as writer:
        assert writer.add(Article("গান", "Avgvi †mvbvi evsjv", "Avwg evsjvi Mvb MvB|")) == "added"
    assert stored(directory)["গান"].title == "আমার সোনার বাংলা"


def test_a_second_writer_is_told_who_the_first_is(directory: Path) -> None:
    """The first writer continues."""
    with open_writer(directory) as writer:
        with pytest.raises(IndexLockedError, match="is being written by process"), open_writer(directory):
            pytest.fail("two writers")
        writer.add(SEA)
    assert len(stored(directory)) == 3


def test_a_closed_writer_says_so(directory: Path) -> None:
    """A writer is closed at the end of its block."""
    with open_writer(directory) as writer:
        pass
    with pytest.raises(BuildError, match="the writer is closed"):
        writer.add(SEA)


def test_where_there_is_no_index_a_writer_makes_one(tmp_path: Path) -> None:
    """The first article makes the index; without one none is made."""
    directory = tmp_path / "new"
    with open_writer(directory):
        pass
    assert Generations(directory).all() == []
    with open_writer(directory) as writer:
        writer.add(SEA)
    assert stored(directory) == {SEA.id: SEA}


def test_generations_share_the_files_of_segments_that_stay(tmp_path: Path) -> None:
    """They share inodes; the older generation still opens and has the older articles."""
    directory = tmp_path / "many"
    build_numbered(directory, 40)
    articles = stored(directory)
    with open_writer(directory) as writer:
        writer.add(SEA)
        writer.delete("7")
    before, after = (generation.folder for generation in Generations(directory).all())
    shared = [path.name for path in before.iterdir() if (after / path.name).exists()]
    same = {name for name in shared if (before / name).stat().st_ino == (after / name).stat().st_ino}
    assert same == {
        "MAIN_bulk.doc",
        "MAIN_bulk.inv",
        "MAIN_bulk.pairs",
        "MAIN_bulk.parity",
        "vocabulary.bin",
        "completion.bin",
        "digests.bin",
    }
    Generations(directory).rollback()
    assert stored(directory) == articles


@pytest.mark.parametrize("said", ['[facets]\nshown = ["catagory"]', "[weights]\nexac = 0.5", "[field"])
def test_no_article_comes_while_the_site_is_invalid_and_any_may_go(directory: Path, said: str) -> None:
    """Deletion must not wait, or a withdrawn article could be read on while somebody edits the file."""
    (directory / FILE_NAME).write_text(said, "utf-8")
    with pytest.raises(ConfigurationError), open_writer(directory) as writer:
        writer.add(SEA)
    assert set(stored(directory)) == {RIVER.id, HILL.id}
    with open_writer(directory) as writer:
        writer.delete(RIVER.id)
    assert set(stored(directory)) == {HILL.id}


def test_a_field_that_articles_have_may_be_shown(directory: Path) -> None:
    """A field of a newly added article counts too, without a declaration."""
    (directory / FILE_NAME).write_text('[facets]\nshown = ["colour"]', "utf-8")
    with open_writer(directory) as writer:
        writer.add(replace(SEA, keywords={"colour": ("নীল",)}))
    assert set(stored(directory)) == {RIVER.id, HILL.id, SEA.id}
    with pytest.raises(ConfigurationError):
        build([RIVER, HILL], directory)
