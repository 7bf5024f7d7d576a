"""``onneshon --version`` names the commit it was built from, if that is known."""

import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index.commands import version as versions
from onneshon.index.commands.main import main

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git here")

IDENTITY = ["-c", "user.name=অন্বেষণ", "-c", "user.email=onneshon@example.org", "-c", "commit.gpgsign=false"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the package's file as the repository has it."""
    (tmp_path / "onneshon").mkdir()
    (tmp_path / "onneshon" / versions.COMMIT_FILE).write_text("$Format:%h$\n", "utf-8")
    return tmp_path


@pytest.fixture
def git(checkout: Path) -> Callable[..., str]:
    """Git in that folder, in which it has one commit."""

    def run(*arguments: str) -> str:
        command = ["git", "-C", str(checkout), *IDENTITY, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    run("init", "--quiet")
    (checkout / ".gitattributes").write_text(f"onneshon/{versions.COMMIT_FILE} export-subst\n", "utf-8")
    run("add", ".")
    run("commit", "--quiet", "--message", "প্রথম")
    return run


@needs_git
def test_a_checkout_asks_git(checkout: Path, git: Callable[..., str]) -> None:
    """Uncommitted changes are marked, as the running code is then of no commit."""
    commit = git("rev-parse", "--short=12", "HEAD")
    assert versions.commit_of(checkout) == commit
    (checkout / ".gitattributes").write_text("", "utf-8")
    assert versions.commit_of(checkout) == f"{commit}-dirty"


@needs_git
def test_an_archive_that_git_makes_knows_its_commit(
    checkout: Path, git: Callable[..., str], tmp_path: Path
) -> None:
    """The archive has no history, and the commit in the package's file."""
    git("archive", "--format=zip", "--output=archive.zip", "HEAD")
    shutil.unpack_archive(checkout / "archive.zip", tmp_path / "elsewhere")
    commit = versions.commit_of(tmp_path / "elsewhere")
    assert commit
    assert git("rev-parse", "HEAD").startswith(commit)


@pytest.mark.parametrize("known", ["no file", "a form", "no repository"])
def test_where_nobody_knows_the_commit_none_is_reported(known: str, checkout: Path) -> None:
    """For sources copied without their history; a refusal of git is no error."""
    if known == "no file":
        (checkout / "onneshon" / versions.COMMIT_FILE).unlink()
    if known == "no repository":
        (checkout / ".git").mkdir()
    assert versions.commit_of(checkout) == ""


@pytest.mark.parametrize(("commit", "told"), [("00f1e2d3c4b5", " (00f1e2d3c4b5)"), ("", "")])
def test_the_command_prints_version_and_commit(
    commit: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are on one line."""
    monkeypatch.setattr(versions, "commit_of", lambda _checkout: commit)
    answer = CliRunner().invoke(main, ["--version"])
    assert (answer.exit_code, answer.stdout) == (0, f"onneshon, version {version('onneshon')}{told}\n")
