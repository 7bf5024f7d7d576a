"""Files next to the generations: the record of builds, and the ids that are held back."""

from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index.errors import BuildError
from onneshon.index.storage import beside
from onneshon.index.storage.beside import (
    BUILDS_FILE,
    WITHHELD_FILE,
    BuildRecord,
    read_withheld,
    record_build,
    recorded_builds,
    write_withheld,
)

BUILD = BuildRecord("000001", "2026-11-28T02:00:00+00:00", 300, 2, 1 << 20, 1.5, {"reading": 1.0})


def nights(first: int, last: int) -> list[BuildRecord]:
    """One build record a night, from number ``first`` to ``last``."""
    return [replace(BUILD, generation=f"{number:06}") for number in range(first, last + 1)]


def test_builds_are_remembered_in_their_order(tmp_path: Path) -> None:
    """Every field is kept; without a build, or with a garbled file, there are no records."""
    assert recorded_builds(tmp_path) == ()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / BUILDS_FILE).write_bytes(b"\xff\n[]\n{}\n1\n")
    assert recorded_builds(tmp_path / "other") == ()
    for record in nights(1, 3):
        record_build(tmp_path, record)
    assert recorded_builds(tmp_path) == tuple(nights(1, 3))
    assert [record.articles_per_second for record in (BUILD, replace(BUILD, seconds=0))] == [200, 0]


def test_the_oldest_builds_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the last ``KEPT`` records stay, else the file would grow with every night."""
    monkeypatch.setattr(beside, "KEPT", 3)
    for number, record in enumerate(nights(1, 5), 1):
        record_build(tmp_path, record)
        assert recorded_builds(tmp_path) == tuple(nights(max(1, number - 2), number))


@pytest.mark.parametrize("cut", ['{"generation": "000002", "crea', "\ufffd\x00"])
def test_a_line_that_a_power_cut_left_spoils_no_other(tmp_path: Path, cut: str) -> None:
    """A broken line is skipped when reading, and removed when the next build is recorded."""
    record_build(tmp_path, BUILD)
    with (tmp_path / BUILDS_FILE).open("a", encoding="utf-8") as stream:
        stream.write(cut)
    assert recorded_builds(tmp_path) == (BUILD,)
    record_build(tmp_path, *nights(3, 3))
    assert recorded_builds(tmp_path) == (BUILD, *nights(3, 3))
    assert cut not in (tmp_path / BUILDS_FILE).read_text("utf-8")


def test_ids_are_held_back_until_others_are(tmp_path: Path) -> None:
    """A new list replaces the old; an empty list removes the file."""
    assert read_withheld(tmp_path) == frozenset()
    write_withheld(tmp_path, ["নদী-২", "নদী-১"])
    assert read_withheld(tmp_path) == {"নদী-১", "নদী-২"}
    write_withheld(tmp_path, ["নদী-৩"])
    assert read_withheld(tmp_path) == {"নদী-৩"}
    write_withheld(tmp_path, [])
    assert not (tmp_path / WITHHELD_FILE).exists()
    assert read_withheld(tmp_path / WITHHELD_FILE) == frozenset()


def test_what_is_held_back_already_is_not_written_again(tmp_path: Path) -> None:
    """The same ids in another order do not rewrite the file; an empty list without a file removes nothing."""
    write_withheld(tmp_path, [])
    write_withheld(tmp_path, ["নদী-২", "নদী-১"])
    before = (tmp_path / WITHHELD_FILE).stat()
    write_withheld(tmp_path, ["নদী-১", "নদী-২"])
    assert (tmp_path / WITHHELD_FILE).stat() == before


def test_ids_that_cannot_be_read_let_nothing_be_built(tmp_path: Path) -> None:
    """Else articles that are held back would be found again."""
    (tmp_path / WITHHELD_FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(BuildError, match="nothing was built"):
        read_withheld(tmp_path)
