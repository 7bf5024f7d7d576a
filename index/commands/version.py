"""The version of Onneshon, and the commit that it was made from.

``setup.py`` runs this file too, before anything is installed, so that it imports nothing of ours.
"""

import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

COMMIT_FILE: Final = "COMMIT"
"""A file of the package: a placeholder that git fills when it makes an archive; in a wheel, the commit."""

_INSTALLED: Final = Path(__file__).parents[3]
"""The folder that contains ``onneshon``: that of the repository, or of installed packages."""


def commit_of(checkout: Path) -> str:
    """The commit of a checkout, or of an archive or wheel made from one; empty if unknown.

    Args:
        checkout: the folder that contains ``onneshon``. If it is a repository of git, ``-dirty`` is appended
            if files were changed since the commit.
    """
    if (checkout / ".git").exists():
        return _asked_of_git(checkout)
    return _written(checkout / "onneshon" / COMMIT_FILE)


def version_text() -> str:
    """The version, with the commit in parentheses if it is known."""
    commit = commit_of(_INSTALLED)
    return f"{version('onneshon')} ({commit})" if commit else version("onneshon")


def _asked_of_git(checkout: Path) -> str:
    command = ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 # git of the path
    except (OSError, subprocess.CalledProcessError):
        return ""


def _written(file: Path) -> str:
    """The commit in the file; empty if the file is still the placeholder."""
    try:
        text = file.read_text("utf-8").strip()
    except OSError:
        return ""
    return "" if text.startswith("$") else text
