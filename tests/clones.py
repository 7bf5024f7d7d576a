"""Clones in which ``./dev`` can be tried: every tool only pretends to work, and logs its calls."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Clone", "tools_in"]

TOOLS = [
    "sh",
    "id",
    "uname",
    "tr",
    "cat",
    "dirname",
    "cksum",
    "mkdir",
    "mv",
    "cp",
    "rm",
    "chmod",
    "env",
    "sed",
]


def tools_in(folder: Path) -> None:
    """Link the few programs that every system has into a folder."""
    for name in TOOLS:
        (folder / name).symlink_to(Path("/bin" if Path("/bin", name).exists() else "/usr/bin", name))


PRETENDED = """#!/bin/sh
case $1 in
    --version) echo Python 3.11 ;;
    -) exec {python} - ;;
    -m) [ "$2" != venv ] || {{ mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; }} ;;
esac
echo "$(dirname "$0")/{name}: $*${{PYTHONDONTWRITEBYTECODE:+, keeping no bytecode}}" >>{log}
case "{name}:$*" in {failing}) exit 1 ;; esac
"""
"""A program that logs how it was called, and runs Python on a script from standard input.

It fails where its name and arguments match a pattern of the shell.
"""


@dataclass
class Clone:
    """A clone that is set up, with tools that only pretend to work."""

    folder: Path
    path: Path

    @property
    def log(self) -> Path:
        """The file where the tools log their calls."""
        return self.folder / "log"

    def pretend(self, folder: Path, name: str, failing: str = "none") -> None:
        """Put a pretended tool into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        text = PRETENDED.format(python=sys.executable, name=name, log=self.log, failing=failing)
        (folder / name).write_text(text, "utf-8")
        (folder / name).chmod(0o755)

    def set_up(self, failing: str = "none") -> None:
        """Make the environment, and mark it as up to date with pyproject.toml."""
        for name in ("python", "ruff", "mypy", "lint-imports", "coverage"):
            self.pretend(self.folder / ".venv" / "bin", name, failing)
        stamp = 'echo "$(cksum <pyproject.toml) $(pwd) $(.venv/bin/python --version)"'
        made = subprocess.run(
            [self.path / "sh", "-c", stamp], cwd=self.folder, capture_output=True, check=True
        )
        (self.folder / ".venv" / ".ready-test").write_bytes(made.stdout)
        self.log.unlink()

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, list[str]]:
        """Run ``./dev`` with further environment variables: exit code, errors, and the tools' calls."""
        answer = subprocess.run(
            [self.path / "sh", self.folder / "dev", *arguments],
            # Images of containers set the second variable.
            env={"PATH": str(self.path), "PYTHONDONTWRITEBYTECODE": "1", **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        called = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return answer.returncode, answer.stderr, [line for line in called if "--version" not in line]
