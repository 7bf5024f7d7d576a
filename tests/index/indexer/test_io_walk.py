"""Whichever file system call fails in a build, a whole index is live, and the message says which.

``ONNESHON_FAULTS=all pytest tests/index/indexer/test_io_walk.py`` fails each call in turn in each
way; by default the last calls, where publishing happens, and a few others fail, each in one way.
"""

import errno
import shutil
from pathlib import Path

import pytest

from onneshon.index import BuildError, ConfigurationError, IndexMissingError, build, open_index
from onneshon.index.storage.durable import current_holder
from onneshon.index.storage.generations import Generations
from tests.building import build_numbered, numbered, write_corpus
from tests.faulty_io import FaultyIo, faults_to_try

LAST = 30
OTHERS = 12
EDITIONS = {"প্রথম": 20, "দ্বিতীয়": 30}


class Site:
    """The place of the tries: each build begins with the same files."""

    def __init__(self, folder: Path, builds_before: int) -> None:
        self._template = folder / "template" / "index"
        self._template.parent.mkdir()
        for _build in range(builds_before):
            build_numbered(self._template)
        self.place = folder / "place"
        self.directory = self.place / "index"
        self.before = "প্রথম" if builds_before else ""

    def build(self, failing: int, code: int = errno.EIO) -> tuple[FaultyIo, str]:
        """Build the second edition while one call fails; the recorded calls and the error's message."""
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()
        if self._template.exists():
            shutil.copytree(self._template, self.directory)
        corpus = write_corpus(self.place / "articles.jsonl", numbered(30, "দ্বিতীয়"))
        faults = FaultyIo(self.place, failing, code)
        try:
            with faults.installed():
                build([corpus], self.directory)
        except (BuildError, ConfigurationError) as error:
            return faults, str(error)
        return faults, ""

    def live_edition(self) -> str:
        """The live edition, empty for none, after a check of every byte."""
        try:
            with open_index(self.directory, verify=True) as reader:
                edition = reader.article("0").title.split()[0]
                assert reader.count == EDITIONS[edition]
                return edition
        except IndexMissingError:
            return ""


def assert_told_the_truth(site: Site, said: str) -> None:
    """Check that the edition which the message calls live is live."""
    live = site.live_edition()
    if not said or "the new index is live, but may not survive a power cut" in said:
        assert live == "দ্বিতীয়", said
    else:
        # The site's settings are read before anything is begun, and then the message names their file.
        assert "the live index is as it was" in said or "onneshon.toml: cannot be read" in said
        assert live == site.before, said


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("builds_before", [0, 1, 3], ids=["the first", "a second", "a fourth"])
def test_whichever_call_fails_the_live_index_is_whole_and_the_message_true(
    tmp_path: Path, builds_before: int
) -> None:
    """No half-built generation or lock is left, and no exception but a BuildError is raised."""
    site = Site(tmp_path, builds_before)
    faults, said = site.build(0)
    assert (said, site.live_edition()) == ("", "দ্বিতীয়")
    assert {"open", "read", "write", "os.fsync", "os.rename", "os.replace", "os.mkdir"} <= set(faults.calls)
    failures = 0
    for number, code in faults_to_try(len(faults.calls), last=LAST, others=OTHERS):
        faults, said = site.build(number, code)
        failures += bool(said)
        assert_told_the_truth(site, said)
        generations = Generations(site.directory)
        for generation in generations.all():
            generation.check(digests=True)
        live = [generations.current().name] if site.live_edition() else []
        assert [generation.name for generation in generations.all()][-1:] == live, (number, said)
        if not faults.in_removal:
            assert generations.abandoned() == [], (number, faults.calls[-1], said)
        assert current_holder(site.directory) is None
    assert failures > LAST / 2
