"""How long generations stay, whatever the clock of the machine said when they were built."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index import Article, open_index, open_writer
from onneshon.index.commands.main import main
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import MANIFEST_FILE
from tests.building import build_numbered, overwrite

NOW = dt.datetime.now(dt.UTC)


def aged(directory: Path, days: dict[str, float]) -> None:
    """Set the age of each generation in days; a negative age is that of a clock that ran ahead."""
    for generation in Generations(directory).all():
        created = (NOW - dt.timedelta(days=days[generation.name])).isoformat(timespec="seconds")
        manifest = replace(generation.manifest(), created=created)
        overwrite(generation.folder / MANIFEST_FILE, manifest.encode())
    generations = Generations(directory)
    generations._point_at(generations.all()[-1])


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of five generations."""
    build_numbered(tmp_path / "index")
    for number in range(4):
        with open_writer(tmp_path / "index", keep=9) as writer:
            writer.add(Article(f"নতুন {number}", title="নতুন"))
    return tmp_path / "index"


def left_after(directory: Path, *options: str) -> list[str]:
    """The last digits of the generations that a collection keeps."""
    result = CliRunner().invoke(main, ["index", "gc", *options, "--index", str(directory)])
    assert result.exit_code == 0, result.output
    return [generation.name[-1] for generation in Generations(directory).all()]


def test_generations_stay_by_their_age_beside_the_newest(directory: Path) -> None:
    """Generations of a clock that ran ahead stay too, since their age is not known."""
    aged(directory, {"000001": 9, "000002": -400, "000003": 9, "000004": 2, "000005": 1})
    assert left_after(directory, "--keep", "1", "--keep-days", "5") == ["2", "4", "5"]
    assert left_after(directory, "--keep", "1") == ["5"]


def test_a_generation_whose_age_cannot_be_read_stays(directory: Path) -> None:
    """With ``--keep-days`` an unreadable manifest, and so an unknown age, keeps the generation."""
    aged(directory, dict.fromkeys(("000001", "000002", "000003", "000004", "000005"), 9.0))
    overwrite(directory / "generations" / "000002" / MANIFEST_FILE, b"garbled")
    assert left_after(directory, "--keep", "1", "--keep-days", "5") == ["2", "5"]


@pytest.mark.parametrize("years", [-50, 50])
def test_a_clock_that_jumps_changes_nothing_but_what_is_written_of_it(
    directory: Path, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """The order of generations is that of their numbers; only the recorded date follows the clock."""

    class Jumped(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Jumped":
            return cls.fromtimestamp(NOW.timestamp() + years * 365 * 86_400, tz)

    monkeypatch.setattr("datetime.datetime", Jumped)
    for number in range(3):
        with open_writer(directory) as writer:
            writer.add(Article(f"আরও {number}", title="আরও"))
    with open_index(directory, verify=True) as reader:
        assert (reader.generation, reader.count) == ("000008", 27)
        assert abs(int(reader.manifest.created[:4]) - NOW.year) >= 49
    assert Generations(directory).rollback().name == "000007"
