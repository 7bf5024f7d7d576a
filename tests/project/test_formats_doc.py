"""docs/formats.md describes the formats that are read, and its examples print what it shows."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.bijoy.typist import composed
from onneshon.index.commands.main import main
from onneshon.index.errors import KINDS
from onneshon.index.ingest.readers.registry import FORMATS, READERS

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
ROWS = {row[0]: row for row in re.findall(r"^\| `(\w+)` \| (.*?) \| .*? \| ?(.*?) ?\|$", TEXT, re.MULTILINE)}
FILES = dict(re.findall(r"^```file (\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
EXAMPLES = [
    example
    for block in re.findall(r"^```console\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
]


def test_every_format_has_a_row_with_its_files_and_what_it_needs() -> None:
    """There is no row of another format."""
    assert ROWS.keys() == FORMATS.keys()
    for reader in READERS:
        _name, files, extra = ROWS[reader.name]
        assert set(re.findall(r"`(\.\w+)`", files)) >= set(reader.suffixes)
        assert extra.strip(" `") == (f"onneshon[{reader.extra}]" if reader.extra else "")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split("\n")[0])
def test_examples_print_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    """Each example runs on the files that the page has."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    command, _, shown = example.partition("\n")
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    assert result.exit_code == 0, result.output
    assert composed(result.stdout) == composed(shown)  # editors write ড় in either encoding


def test_kinds_of_faults_that_the_page_names_are_there() -> None:
    """Kinds of faults are found in code type after the word fault."""
    assert set(re.findall(r"fault `(\w+)`", TEXT)) <= KINDS.keys()
