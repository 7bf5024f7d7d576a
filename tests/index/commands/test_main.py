"""How a failing command ends: with a sentence on standard error, and an exit code for its kind."""

import errno
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from onneshon.index.commands import main as cli
from onneshon.index.commands.terminal import log_to_stderr
from onneshon.index.errors import IndexCorruptError
from tests.paper_index import ASKED, provide


def _ended(act: Callable[[], object], *arguments: str) -> Result:
    """Run a command that calls ``act``."""
    group = cli.Onneshon("onneshon", commands=[click.Command("act", callback=act)])
    return CliRunner().invoke(group, [*arguments, "act"])


def _raising(error: BaseException) -> Callable[[], object]:
    def fail() -> None:
        raise error

    return fail


def _as_process(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run the command like ``python -m onneshon``."""
    command = [sys.executable, "-m", "onneshon", *arguments]
    return subprocess.run(command, check=False, text=True, stderr=subprocess.PIPE, **settings)


def test_ctrl_c_is_reported_below_what_stood_there() -> None:
    """The message has a line of its own, since a bar may be there; standard output stays as it is."""
    done = _ended(_raising(KeyboardInterrupt()))
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", "\nonneshon: stopped\n")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "Disk quota exceeded; free some space and try again"),
        (
            OSError(errno.EACCES, "Permission denied", "var/খবর"),
            "Permission denied: var/খবর; give it to the user that runs this",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device", "var/index"),
            "No space left on device: var/index; free some space and try again",
        ),
        (OSError("the socket is closed"), "the socket is closed"),
    ],
    ids=["quota", "denied", "full", "without a number"],
)
def test_what_the_system_refused_is_said_with_what_to_do(error: OSError, said: str) -> None:
    """The message names the file where it is known."""
    done = _ended(_raising(error))
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"onneshon: {said}\n")


def test_an_output_without_bengali_is_reported_with_what_to_do() -> None:
    """A terminal with a Latin locale causes this; text that cannot be encoded at all is a bug of ours."""
    done = _ended(lambda: "ইলিশ".encode("latin-1"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "onneshon: the output is encoded as latin-1, which has no Bengali: set PYTHONUTF8=1"
    )
    assert isinstance(_ended("\ud800".encode).exception, UnicodeEncodeError)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_options_that_print_and_end_fail_as_commands_do(option: str) -> None:
    """The help has Bengali letters; a full disk takes neither text."""
    with Path("/dev/full").open("w") as full:
        done = _as_process(option, stdout=full)
    assert (done.returncode, done.stderr.splitlines()[1:]) == (1, [])
    assert "No space left on device" in done.stderr
    latin = _as_process("--help", stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert (latin.returncode, latin.stdout) == (1, "")
    assert latin.stderr.startswith("onneshon: the output is encoded as latin-1, which has no Bengali")


def test_a_full_disk_under_the_output_is_not_taken_for_that_of_the_index() -> None:
    """There is space where the index is, and the output was lost all the same."""
    with Path("/dev/full").open("w") as full:
        done = _as_process("analyze", "ইলিশ", stdout=full)
    told = "No space left on device: standard output; free some space and try again"
    assert (done.returncode, done.stderr) == (1, f"onneshon: {told}\n")


def test_who_reads_no_further_is_told_nothing() -> None:
    """`onneshon search --all | head` closes the pipe when it has enough, which is no error to report."""
    done = _ended(_raising(OSError(errno.EPIPE, "Broken pipe")))
    assert (done.exit_code, done.output) == (1, "")


def test_errors_of_ours_have_codes_of_their_own() -> None:
    """Further lines of a message are indented."""
    done = _ended(_raising(IndexCorruptError("a.inv is cut short\nb.doc is missing")))
    assert done.exit_code == 5
    assert done.stderr == "onneshon: a.inv is cut short\n  b.doc is missing\n"


def test_an_index_is_a_folder(tmp_path: Path) -> None:
    """A file in its place is refused as a wrong option."""
    (tmp_path / "index").write_text("", "utf-8")
    for words in (["index", "stats", "--index"], ["index", "check", "--index"]):
        done = CliRunner().invoke(cli.main, [*words, str(tmp_path / "index")])
        assert (done.exit_code, "is a file" in done.stderr) == (2, True)


def test_who_may_not_read_a_folder_is_told_so_by_what_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is that of a failure, not that of a wrong command line, and the message has a remedy."""

    def refuse(name: str) -> None:
        read = getattr(Path, name)

        def refused(path: Path, *arguments: Any, **options: Any) -> Any:
            if path.is_relative_to(tmp_path):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return read(path, *arguments, **options)  # of a library, imported by the first command

        monkeypatch.setattr(Path, name, refused)

    monkeypatch.setattr(os, "access", lambda *_arguments, **_options: False)
    refuse("read_text")
    refuse("read_bytes")
    done = CliRunner().invoke(cli.main, ["index", "stats", "--index", str(tmp_path)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("Permission denied): give it to the user that runs this\n")


@pytest.mark.parametrize("command", [["index", "merge"], ["index", "push", "file:///store"]])
def test_what_is_of_directories_is_refused_of_others(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address may be before the command, after it, or in the environment."""
    provide(monkeypatch)
    for words, environment in (
        ([*command, "--index", "paper://shelf/news"], {}),
        (["--index", "paper://shelf/news", *command], {}),
        (command, {"ONNESHON_INDEX": "paper://shelf/news"}),
    ):
        done = CliRunner().invoke(cli.main, words, env=environment)
        assert done.exit_code == 2
        assert f"`main {' '.join(command[:2])}` works on an index in a directory" in done.stderr
    assert ASKED == []


def test_lines_that_are_not_utf_8_are_refused_with_their_place(tmp_path: Path) -> None:
    """The message has the line, the place in it, both counted from 1, and the byte."""
    lines = "১\nখবর-২".encode() + b"\xff\n"
    done = CliRunner().invoke(cli.main, ["index", "delete", "-", "--index", str(tmp_path)], input=lines)
    assert done.exit_code == 2
    where = "line 2 of standard input is not UTF-8 (byte 0xff in place 14)"
    assert where in " ".join(done.stderr.split())


def test_warnings_are_written_down_cleaned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With time and logger; lower levels are not written."""
    log = logging.getLogger("onneshon.index.test")
    monkeypatch.setattr(logging, "root", logging.RootLogger(logging.WARNING))
    monkeypatch.setattr(log, "parent", logging.root)
    log_to_stderr()
    log.warning("the title is %s", "\x1b[2Jনদী")
    log.info("all is well")
    (line,) = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d [\d:,]+ WARNING onneshon.index.test: the title is .\[2Jনদী", line)
    assert "\x1b" not in line
