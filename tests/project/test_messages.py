"""Messages of commits: which of them the build server refuses."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.project.test_dev import DEV

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="no git")

SUBJECT = "Read বাংলা লেখা anew, in index/ingest"
BODY = "\n\nThe reader lost the last line."
WHO = {f"GIT_{role}_{what}": "nobody" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class History:
    """A repository with the script, and a first commit that has no body.

    Args:
        folder: the repository's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")
        shutil.copy(DEV, folder / "dev")
        self.git("add", "dev")
        self.commit("Begin")

    def git(self, *arguments: str) -> str:
        """Run git, independent of its user's configuration; return its output."""
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return subprocess.run(
            ["git", *arguments],  # noqa: S607  # the developer's own
            cwd=self.folder,
            env={**os.environ, **WHO, **settings},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def commit(self, message: str) -> None:
        """Make a commit that changes nothing."""
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def checked(self, since: str, folder: Path | None = None) -> tuple[int, str]:
        """Check the commits after the given one; return exit code and errors."""
        script = (folder or self.folder) / "dev"
        answer = subprocess.run([script, "messages", since], capture_output=True, text=True, check=False)
        return answer.returncode, answer.stderr


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A repository with a first commit."""
    return History(tmp_path / "clone")


@pytest.mark.parametrize("word", ["x", "ক", "😀"])
def test_a_subject_has_72_characters_at_most(history: History, word: str) -> None:
    """Characters are counted, not bytes; the message names the faulty commit."""
    start = history.git("rev-parse", "HEAD").strip()
    history.commit(SUBJECT.ljust(72, word) + BODY)
    assert history.checked(start) == (0, "")
    history.commit(SUBJECT.ljust(73, word) + BODY)
    history.commit(SUBJECT + BODY)
    code, said = history.checked(start)
    assert code == 1
    wrong = history.git("rev-parse", "--short", "HEAD~1").strip()
    assert said.splitlines()[1:] == [f"{wrong}: a subject has 72 characters at most, this has 73"]


@pytest.mark.parametrize("message", [SUBJECT, f"{SUBJECT}\n\n \n"], ids=["none", "blank"])
def test_a_commit_has_a_body(history: History, message: str) -> None:
    """The commit before the first checked one needs none."""
    history.commit(message)
    code, said = history.checked("HEAD~1")
    assert (code, said.count("there is none")) == (1, 1)
    assert history.checked("HEAD")[0] == 0


def test_merges_are_as_git_words_them(history: History) -> None:
    """Merge commits are exempt, while the commits they merge are checked."""
    history.git("checkout", "--quiet", "-b", "other")
    history.commit(SUBJECT + BODY)
    history.git("checkout", "--quiet", "main")
    history.git("merge", "--quiet", "--no-ff", "--no-edit", "other")
    assert history.checked("HEAD~1") == (0, "")
    history.git("commit", "--quiet", "--amend", "--no-edit")
    history.git("checkout", "--quiet", "other")
    history.commit(SUBJECT)
    history.git("checkout", "--quiet", "main")
    history.git("merge", "--quiet", "--no-ff", "--no-edit", "other")
    assert history.checked("HEAD~2")[0] == 1


@pytest.mark.parametrize("message", [SUBJECT + BODY, SUBJECT])
def test_in_a_shallow_clone_what_is_there_is_checked(tmp_path: Path, history: History, message: str) -> None:
    """The first commit of the range need not be in the clone."""
    start = history.git("rev-parse", "HEAD").strip()
    for _ in range(3):
        history.commit(message)
    shallow = tmp_path / "shallow"
    history.git("clone", "--quiet", "--depth", "2", f"file://{history.folder}", str(shallow))
    assert history.checked(start, shallow)[0] == (message == SUBJECT)


def test_without_a_history_nothing_is_checked(tmp_path: Path) -> None:
    """An archive of a release, which has no history, passes."""
    shutil.copy(DEV, tmp_path / "dev")
    answer = subprocess.run([tmp_path / "dev", "messages"], capture_output=True, text=True, check=False)
    assert answer.returncode == 0
    assert "no history" in answer.stderr
