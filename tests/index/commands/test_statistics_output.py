"""Figures of an index as a picture: what its builds took."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index.commands.main import main
from onneshon.index.storage.beside import BuildRecord, record_build
from tests.building import build_numbered


def _record(number: int) -> BuildRecord:
    created = f"2026-11-{1 + number % 28:02}T02:30:00+00:00"
    return BuildRecord(f"{number:06}", created, 100 + number, 0, 1000 * number, 10.0, {"reading": 9.0})


@pytest.mark.slow
@pytest.mark.parametrize("kind", [".png", ".svg"])
def test_the_history_is_drawn(tmp_path: Path, kind: str) -> None:
    """Of several builds, of one too."""
    directory = tmp_path / "index"
    build_numbered(directory)
    for number in range(5):
        record_build(directory, _record(number))
    path = tmp_path / f"builds{kind}"
    drawn = CliRunner().invoke(main, ["index", "stats", "--index", str(directory), "--plot", str(path)])
    assert drawn.exit_code == 0, drawn.output
    assert path.stat().st_size > 5000


def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    """No builds, and a kind of picture that there is not."""
    words = ["index", "stats", "--index", str(tmp_path), "--plot"]
    nothing = CliRunner().invoke(main, [*words, str(tmp_path / "x.png")])
    assert (nothing.exit_code, "no build is recorded" in nothing.output) == (1, True)
    record_build(tmp_path, _record(1))
    odd = CliRunner().invoke(main, [*words, str(tmp_path / "x.odd")])
    assert (odd.exit_code, "Traceback" in odd.output) == (1, False)
