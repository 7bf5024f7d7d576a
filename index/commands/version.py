"""Which version of Onneshon this is, and of which commit.

``setup.py`` runs this file too, where nothing is installed yet: it imports nothing of ours.
"""

import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

COMMIT_FILE: Final = "COMMIT"
"""In the package: a form that git fills where it makes an archive; in a wheel, what its build wrote."""

_INSTALLED: Final = Path(__file__).parents[3]
"""Where ``onneshon`` lies: the folder of the repository, or one of installed packages."""


def commit_of(checkout: Path) -> str:
    """The commit of a checkout, or of what was made of one; empty where nobody knows.

    Args:
        checkout: the folder that ``onneshon`` lies in. Where git knows it, ``-dirty`` follows if files were
            changed since.
    """
    if (checkout / ".git").exists():
        return _asked_of_git(checkout)
    return _written(checkout / "onneshon" / COMMIT_FILE)


def version_text() -> str:
    """The version, and where it is known the commit in parentheses."""
    commit = commit_of(_INSTALLED)
    return f"{version('onneshon')} ({commit})" if commit else version("onneshon")


def _asked_of_git(checkout: Path) -> str:
    command = ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 # git of the path
    except (OSError, subprocess.CalledProcessError):
        return ""


def _written(file: Path) -> str:
    """What the file says, unless it is the form still."""
    try:
        text = file.read_text("utf-8").strip()
    except OSError:
        return ""
    return "" if text.startswith("$") else text
