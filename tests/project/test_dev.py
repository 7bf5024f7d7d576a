"""The developer's script, as far as it can be tried without setting a machine up."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEV = ROOT / "dev"
SCRIPTS = (DEV, ROOT / ".ci" / "run")


def _dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DEV, *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_are_posix_sh_and_executable(script: Path) -> None:
    """They parse under sh, use nothing of bash, and can be started as they are."""
    assert os.access(script, os.X_OK)
    text = script.read_text("utf-8")
    assert text.startswith("#!/bin/sh\n")
    assert "set -eu" in text
    assert not re.search(r"\[\[|\blocal\b|\bsource\b|\bfunction\b|\$'|<<<|&>", text)
    subprocess.run(["/bin/sh", "-n", script], check=True, timeout=60)


def test_help_names_every_command() -> None:
    """The help and the commands that the script understands are the same."""
    shown = set(re.findall(r"^  (\w+)", _dev("help").stdout, re.MULTILINE))
    known = set(
        re.findall(r"^    (\w+)(?: \|.*)?\) \w+ ?(?:\"\$@\" )?;;$", DEV.read_text("utf-8"), re.MULTILINE)
    )
    assert shown == known != set()


@pytest.mark.parametrize("arguments", [("frobnicate",), ("run", "--frobnicate"), ("run", "--port")])
def test_what_is_not_understood_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    """Nothing is set up for a command that makes no sense."""
    answer = _dev(*arguments)
    assert answer.returncode == 2
    assert arguments[-1] in answer.stderr


def test_without_apt_the_lines_to_type_are_shown(tmp_path: Path) -> None:
    """Where nothing can be installed the script stops, and says what is missing and what to type."""
    for name in ("sh", "id", "uname", "tr", "cat", "dirname", "cksum"):
        (tmp_path / name).symlink_to(Path("/bin" if Path("/bin", name).exists() else "/usr/bin", name))
    home = tmp_path / "clone"
    home.mkdir()
    (home / "dev").write_text(DEV.read_text("utf-8"), "utf-8")
    answer = subprocess.run(
        [tmp_path / "sh", home / "dev", "run"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 1
    assert "missing" in answer.stderr
    assert "python3" in answer.stderr.lower()
    assert not (home / ".venv").exists()
