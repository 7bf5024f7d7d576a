"""Fixtures of tests of what developers and operators type."""

from pathlib import Path

import pytest

from tests.clones import Clone, tools_in
from tests.packages import ROOT


@pytest.fixture
def pretended(tmp_path: Path) -> Clone:
    """A clone with ``./dev``, in which tools only pretend to work."""
    clone = Clone(tmp_path / "clone", tmp_path / "bin")
    for folder in (clone.folder, clone.path):
        folder.mkdir()
    for name in ("dev", "pyproject.toml"):
        (clone.folder / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    tools_in(clone.path)
    return clone
