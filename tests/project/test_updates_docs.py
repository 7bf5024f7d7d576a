"""The examples of docs/updates.md work as written."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index.commands.main import main
from onneshon.index.upkeep.merging import BACKGROUND_BYTES, INLINE_BYTES
from tests.building import build_numbered, numbered, write_corpus

TEXT = (Path(__file__).parents[2] / "docs" / "updates.md").read_text("utf-8")
SHELL = "".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)).splitlines()


def test_its_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program prints the final counts."""
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, {})  # noqa: S102  # it is ours
    assert printed.getvalue() == "1 1\n"


@pytest.mark.parametrize("line", SHELL)
def test_its_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Each command runs, with files of the names it uses."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    build_numbered(tmp_path / "var" / "index")
    (tmp_path / "archive").mkdir()
    for name in ("today.jsonl", "archive/old.jsonl"):
        write_corpus(tmp_path / name, numbered(19))
    assert CliRunner().invoke(main, ["index", "snapshot", "backup.tar.zst"]).exit_code == 0
    program, *arguments = shlex.split(line, comments=True)
    assert program == "onneshon"
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output


def test_its_sizes_are_those_of_the_code() -> None:
    """The sizes of merges before and after publishing equal those of the code."""
    assert re.search(rf"\bup\s+to {INLINE_BYTES >> 20} MiB, before it publishes", TEXT)
    assert re.search(rf"\bup\s+to {BACKGROUND_BYTES >> 20} MiB at a time", TEXT)
    assert f"merge(most={BACKGROUND_BYTES >> 20} << 20)" in TEXT
