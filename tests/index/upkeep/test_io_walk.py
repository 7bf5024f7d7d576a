"""Whichever file system call fails in an update, a merge, a snapshot or the like, nothing is lost.

``ONNESHON_FAULTS=all pytest tests/index/upkeep/test_io_walk.py`` fails each call in turn in each way, and
``once`` each in one way; by default the last calls, where publishing happens, and a few others are failed.
"""

import errno
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index import Article, IndexStateError, OnneshonError, build, open_index, open_writer
from onneshon.index.commands.main import main
from onneshon.index.storage.durable import current_holder
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.snapshot import restore, snapshot
from onneshon.index.upkeep.update import update
from tests.building import segments_left_apart, write_corpus
from tests.faulty_io import FaultyIo, faults_to_try

LAST = 20
OTHERS = 6


def article(number: int, text: str) -> Article:
    """An article with this number."""
    return Article(str(number), title=f"{text} {number}", body=f"নদীর কথা {text}", category=text)


def add_some(directory: Path) -> None:
    """Add an article, change another and delete a third."""
    with open_writer(directory) as writer:
        writer.add(article(100, "নতুন"))
        writer.add(article(1, "বদল"))
        writer.delete("2")


def update_some(directory: Path) -> None:
    """Update the index from a file."""
    update([directory.parent / "changes.jsonl"], directory)


def update_and_merge(directory: Path) -> None:
    """Update from a file and merge after publishing; a failed merge does not fail the update."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("onneshon.index.upkeep.index_writer.INLINE_BYTES", 0)
        update([directory.parent / "changes.jsonl"], directory)


def merge_all(directory: Path) -> None:
    """Merge all segments into one."""
    with open_writer(directory) as writer:
        writer.merge(everything=True)


def collect(directory: Path) -> None:
    """Remove generations that are no longer needed."""
    arguments = ["index", "gc", "--keep", "1", "--index", str(directory)]
    result = CliRunner().invoke(main, arguments)
    if result.exit_code:
        raise IndexStateError(result.output)


def take_snapshot(directory: Path) -> None:
    """Write a snapshot over an older file of that name."""
    snapshot(directory, directory.parent / "snapshot")


def take_back(directory: Path) -> None:
    """Restore the older snapshot."""
    restore(directory.parent / "snapshot", directory)


CHANGES = {"1": "বদল", "100": "নতুন"}


@dataclass(frozen=True)
class Case:
    """An operation, and whether it makes a new generation."""

    run: Callable[[Path], None]
    changes: bool = True


CASES = {
    "add": Case(add_some),
    "update": Case(update_some),
    "update and merge": Case(update_and_merge),
    "merge": Case(merge_all, changes=False),
    "gc": Case(collect, changes=False),
    "snapshot": Case(take_snapshot, changes=False),
    "restore": Case(take_back, changes=False),
}


def contents(directory: Path) -> dict[str, str]:
    """Id and category of every article, after a check of every byte."""
    with open_index(directory, verify=True) as reader:
        found = {}
        for segment in reader.segments:
            for doc in range(segment.doc_count):
                if segment.deleted is None or not segment.deleted[doc]:
                    article = segment.article(doc)
                    found[article.id] = article.category
        assert reader.count == len(found)
        return found


class Site:
    """The place of the tries: each begins with the same files, an index of three segments among them."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template"
        directory = self._template / "index"
        self._template.mkdir()
        build([article(number, "প্রথম") for number in range(12)], directory)
        changes = [
            {"id": key, "title": f"{text} {key}", "body": "নদী", "category": text}
            for key, text in CHANGES.items()
        ]
        corpus = write_corpus(self._template / "changes.jsonl", changes)
        corpus.write_text(corpus.read_text() + '{"id": "2", "deleted": true}\n')
        for number in (3, 50):
            with segments_left_apart(), open_writer(directory) as writer:
                writer.add(article(number, "দ্বিতীয়"))
        with open_index(directory) as reader:
            assert len(reader.segments) == 3
        snapshot(directory, self._template / "snapshot")
        self.before = contents(directory)
        self.after = {key: value for key, value in self.before.items() if key != "2"} | CHANGES
        self.place = folder / "place"
        self.directory = self.place / "index"

    def try_out(self, case: Case, failing: int, code: int = errno.EIO) -> tuple[FaultyIo, str]:
        """Run an operation while one call fails; the recorded calls and the error's message."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self._template, self.place)
        faults = FaultyIo(self.place, failing, code)
        try:
            with faults.installed():
                case.run(self.directory)
        except OnneshonError as error:
            return faults, str(error)
        return faults, ""


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("name", CASES)
def test_whichever_call_fails_the_index_is_whole(tmp_path: Path, name: str) -> None:
    """The index is unchanged or fully changed, the message is true, and the next change works."""
    site, case = Site(tmp_path), CASES[name]
    faults, said = site.try_out(case, 0)
    assert said == ""
    assert contents(site.directory) == (site.after if case.changes else site.before)
    total = len(faults.calls)
    for number, code in faults_to_try(total, last=LAST, others=OTHERS):
        faults, said = site.try_out(case, number, code)
        told = (name, number, faults.calls[-1], said)
        found = contents(site.directory)
        assert found in (site.before, site.after), told
        if said and "the new index is live" not in said:
            assert found == site.before, told
        if not said and case.changes:
            assert found == site.after, told
        assert current_holder(site.directory) is None
        snapshot(site.directory, site.place / "another")  # the older file, or the whole new one
        restore(site.place / "snapshot", site.place / "restored")
        assert contents(site.place / "restored") == site.before, told
        add_some(site.directory)
        assert contents(site.directory) == site.after, told
        assert Generations(site.directory).abandoned() == []
