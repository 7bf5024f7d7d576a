"""Packages of npm for tests of our code in browsers and in TypeScript."""

import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["node_packages"]


def node_packages(*packages: str, folder: Path) -> Path:
    """A folder with installed packages; skips the test where npm is absent or cannot install them.

    Args:
        packages: names with a version each.
        folder: an empty folder.
    """
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on the PATH")
    (folder / "package.json").write_text('{"private": true}', "utf-8")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *packages]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if installed.returncode:
        pytest.skip(f"npm cannot install {', '.join(packages)}: {installed.stderr.strip()[-200:]}")
    return folder
