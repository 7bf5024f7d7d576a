"""The release checklist names existing things, and the version is the same everywhere."""

import re
import shlex
import subprocess
import tomllib

import click
import pytest

from onneshon.index.commands.main import main
from tests.packages import ROOT

PAGE = (ROOT / "RELEASE.md").read_text("utf-8")
STEPS = re.findall(r"^- \[ \] (.*(?:\n {6}.*)*)", PAGE, re.MULTILINE)
CODE = [code for step in STEPS for code in re.findall(r"`([^`]+)`", step)]
FILES = {"pyproject.toml", "dist", "tests/data/indexes/"}
"""Names in the list that are not commands."""

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
ELSEWHERE = {"docker", "git", "pip"}
"""Programs of others in the list."""


def _is_here(words: list[str]) -> bool:
    """Whether a command of the list exists, if it is ours."""
    program, *arguments = words
    if program == "./dev":
        said = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True, check=True).stdout
        return arguments[0] in re.findall(r"^  (\w+)", said, re.MULTILINE)
    if program == "onneshon":
        options = {flag for option in main.params for flag in option.opts}
        return arguments[0] in {*main.list_commands(click.Context(main)), *options}
    return program in ELSEWHERE


@pytest.mark.parametrize("code", CODE)
def test_what_a_step_names_is_there(code: str) -> None:
    """Each name is a command, a file, or an address of the server."""
    is_a_path = code.endswith(".py") or code in FILES
    assert code == "/healthz" or (
        (ROOT / code).exists() or code == "dist" if is_a_path else _is_here(shlex.split(code))
    )


def test_every_step_can_be_ticked() -> None:
    """All steps are parsed, so that none escapes the tests."""
    section = PAGE.partition("## Making a release")[2].partition("\n## ")[0]
    assert section.count("[ ]") == len(STEPS) > 8


def test_the_newest_version_of_the_changelog_is_the_one_that_is_installed() -> None:
    """An unreleased section may stand above it."""
    headings = re.findall(
        r"^## \[(\d[^\]]*)\] - (\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert headings[0][0] == VERSION
    assert f"`git tag --annotate v{VERSION}`" in PAGE
