"""``onneshon suggest`` as users type it."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from onneshon.index.commands.main import main


def run(*arguments: str) -> Result:
    """The result of running the command: its output and exit code."""
    return CliRunner().invoke(main, ["suggest", *arguments])


def test_suggestions_are_listed_with_kind_and_count(sample_index: Path) -> None:
    """Suggestions are printed one a line, the likeliest first."""
    lines = run("বাং", "--limit", "2", "--index", str(sample_index)).stdout.splitlines()
    assert lines[0].startswith("বাং")
    assert len(lines) == 2


def test_json_is_for_programs(sample_index: Path) -> None:
    """``--json`` gives each suggestion's text, kind and count under these names."""
    found = json.loads(run("bangla", "--json", "--index", str(sample_index)).stdout)
    assert found[0].keys() == {"text", "kind", "count"}
    assert "বাংলাদেশ" in [suggestion["text"] for suggestion in found[:3]]
