"""The commands that build an index and maintain it: their output and exit codes."""

import errno
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import weakref
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner, Result

from onneshon.index.commands import main as cli
from onneshon.index.commands.shared import Terminated, ending_in_order
from onneshon.index.commands.terminal import GROUP
from onneshon.index.storage.durable import HOLDER_FILE, writer_lock
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import BELIEVED, MANIFEST_FILE
from tests.building import numbered, overwrite, write_corpus

ONNESHON = [sys.executable, "-m", "onneshon.index.commands.main"]


def run(*arguments: object) -> Result:
    """Run a command line in this process."""
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Twenty articles and one bad line."""
    path = write_corpus(tmp_path / "articles.jsonl", numbered(20))
    path.write_text(path.read_text() + "rubbish\n")
    return path


@pytest.fixture
def directory(tmp_path: Path, corpus: Path) -> Path:
    """An index of these articles."""
    assert run("index", "build", "--max-bad", 1, corpus, "--index", tmp_path / "index").exit_code == 6
    return tmp_path / "index"


def test_a_build_reports_on_stdout_and_complains_on_stderr(tmp_path: Path, corpus: Path) -> None:
    """The final report accounts for every article; bad ones are named during the build."""
    result = run("index", "build", "--max-bad", "5%", corpus, "--index", tmp_path / "index")
    assert result.exit_code == 6
    assert "21 articles in: 20 indexed, 1 left out\n  1 json: not JSON\n" in result.stdout
    assert "articles/s" in result.stdout
    assert "generation 000001 is live" in result.stdout
    assert f"{corpus}:21: not JSON" in result.stderr


def test_a_quiet_build_says_nothing(tmp_path: Path, corpus: Path) -> None:
    """Neither progress nor report is printed."""
    result = run("index", "build", "-q", "--max-bad", 1, corpus, "--index", tmp_path / "index")
    assert (result.exit_code, result.output) == (6, "")


def test_a_build_reports_as_json(tmp_path: Path, corpus: Path) -> None:
    """The output is for programs."""
    result = run("index", "build", "--json", "--max-bad", 1, corpus, "--index", tmp_path / "index")
    report = json.loads(result.stdout)
    assert (report["seen"], report["articles"], report["skipped"]) == (21, 20, {"json": 1})


def test_strict_ends_with_a_failure_and_the_place(tmp_path: Path, corpus: Path) -> None:
    """Nothing is built."""
    result = run("index", "build", "--strict", corpus, "--index", tmp_path / "index")
    assert result.exit_code == 1
    assert f"onneshon: {corpus}:21: not JSON" in result.stderr
    assert run("index", "stats", "--index", tmp_path / "index").exit_code == 3


def test_articles_come_from_standard_input(tmp_path: Path, corpus: Path) -> None:
    """`-` reads the output of another program."""
    command = ["index", "build", "-", "--max-bad", "1", "--index", str(tmp_path / "index")]
    ended = CliRunner().invoke(cli.main, command, input=corpus.read_bytes())
    assert ended.exit_code == 6
    assert "20 indexed" in ended.stdout
    assert "<stdin>:21: not JSON" in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["build", "/nowhere/at-all.jsonl"],
        ["build", "-", "-"],
        ["build", "--workers", "0", "-"],
        ["build", "--memory", "1", "-"],
        ["build", "--max-bad", "some", "-"],
        ["build", "--max-bad", "101%", "-"],
        ["build", "--keep", "0", "-"],
        ["build", "--unheard-of", "-"],
        ["demolish"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    """A line says what is wrong."""
    result = run("--index", tmp_path / "index", "index", *arguments)
    assert result.exit_code == 2
    assert "Error" in result.stderr
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("command", [["check"], ["stats"], ["rollback"], ["gc"]])
def test_without_an_index_the_code_is_3(tmp_path: Path, command: list[str]) -> None:
    """The message says how to build one."""
    result = run("index", *command, "--index", tmp_path / "index")
    assert result.exit_code == 3
    assert "onneshon index build PATH" in result.stderr
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("command", [["build", "CORPUS"], ["rollback"], ["gc"]])
def test_while_another_writes_the_code_is_4(directory: Path, corpus: Path, command: list[str]) -> None:
    """The message names the process."""
    arguments = [str(corpus) if word == "CORPUS" else word for word in command]
    with writer_lock(directory):
        result = run("index", *arguments, "--index", directory)
    assert result.exit_code == 4
    assert f"process {os.getpid()}" in result.stderr


@pytest.mark.parametrize(
    "name", ["CURRENT", f"generations/000001/{MANIFEST_FILE}", "generations/000001/*.inv"]
)
@pytest.mark.parametrize("damage", ["missing", "cut short", "altered"])
@pytest.mark.parametrize("command", ["check", "stats"])
def test_damage_ends_with_5(directory: Path, name: str, damage: str, command: str) -> None:
    """There is a message and no traceback, in the absence of the manifest's copy."""
    (directory / MANIFEST_FILE).unlink()
    (path,) = directory.glob(name)
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        overwrite(path, content[:-1] if damage == "cut short" else content[:-1] + b"\xff")
    result = run("index", command, "--index", directory)
    assert result.exit_code == 5
    assert result.stderr.startswith("onneshon: ")
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["check"], ["check", "--deep"], ["stats"], ["snapshot", "FILE"]])
def test_what_is_live_by_the_copy_of_its_manifest_is_not_called_wrong(
    directory: Path, command: list[str]
) -> None:
    """Only CURRENT is damaged; a warning says so, and that no rollback is needed."""
    (directory / "CURRENT").write_bytes(b"garbled")
    arguments = [str(directory / "copy.tar.zst") if word == "FILE" else word for word in command]
    result = run("index", *arguments, "--index", directory)
    assert result.exit_code == 0, result.stderr
    assert "000001" in result.stdout
    said = f"warning: {BELIEVED}\n" if command != ["snapshot", "FILE"] else ""
    assert result.stderr == said


def test_another_version_ends_with_5(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy is a new build."""
    monkeypatch.setattr("onneshon.index.storage.reader.fingerprint", lambda: "another")
    result = run("index", "check", "--index", directory)
    assert result.exit_code == 5
    assert "build it again" in result.stderr


def test_a_sound_index_checks_with_0(directory: Path) -> None:
    """The output has the generation and the number of articles read."""
    result = run("index", "check", "--index", directory)
    assert result.exit_code == 0
    assert result.stdout.startswith("generation 000001 is sound: 20 articles, ")
    as_json = json.loads(run("index", "check", "--json", "--index", directory).stdout)
    assert (as_json["generation"], as_json["articles"]) == ("000001", 20)
    deep = run("index", "check", "--deep", "--index", directory).stdout
    assert deep.startswith("generation 000001 is sound: 20 articles and ")
    assert (
        json.loads(run("index", "check", "--deep", "--json", "--index", directory).stdout)["articles"] == 20
    )


def test_statistics_say_what_the_index_holds(directory: Path, corpus: Path) -> None:
    """The statistics are printed as text or as JSON."""
    text = run("index", "stats", "--index", directory).stdout
    assert "articles    20\n" in text
    assert f"from {corpus}" in text
    assert "left out    1 json" in text
    assert "ইতিহাস 10, প্রকৃতি 10" in text
    assert "segments    1, nothing deleted in them\n" in text
    as_json = json.loads(run("index", "stats", "--json", "--index", directory).stdout)
    assert as_json["categories"] == {"ইতিহাস": 10, "প্রকৃতি": 10}
    assert as_json["kept"] == ["000001"]
    assert as_json["fields"]["title_exact"]["tokens"] == 60


def test_what_a_search_prints_is_deleted(directory: Path) -> None:
    """Ids are arguments, or ids or articles by line on standard input; deleted articles take space."""
    named = json.loads(run("index", "delete", "1", "--json", "--index", directory).stdout)
    assert named["deleted"] == 1
    arguments = ["index", "delete", "-", "--index", str(directory)]
    lines = '2\n\n{"id": "3", "title": "নদী"}\n  {"id": 4}\n'
    done = CliRunner().invoke(cli.main, arguments, input=lines)
    assert done.stdout.startswith("deleted 3; 16 articles in 1 segment left\n")
    assert "4 deleted articles take about" in run("index", "stats", "--index", directory).stdout


@pytest.mark.parametrize("line", ['{"title": "নদী"}', '{"id": ""}', '{"id": true}', '{"id": 5.0}', "{"])
def test_a_line_without_an_id_deletes_nothing(directory: Path, line: str) -> None:
    """The message has its line number."""
    arguments = ["index", "delete", "-", "--index", str(directory)]
    done = CliRunner().invoke(cli.main, arguments, input=f"2\n{line}\n")
    assert done.exit_code == 2
    assert "line 2 is no article with an id: nothing was deleted" in done.stderr
    assert json.loads(run("index", "stats", "--json", "--index", directory).stdout)["articles"] == 20


def test_an_update_and_a_merge_say_what_they_did(directory: Path, tmp_path: Path) -> None:
    """The output has the time taken, and the numbers of articles and segments."""
    changed = write_corpus(tmp_path / "changed.jsonl", numbered(1, "দ্বিতীয়"))
    said = run("index", "update", changed, "--index", directory).stdout
    assert "0 added, 1 changed, 0 unchanged, 0 deleted, 0 left out\n" in said
    took = r"[0-9]+\.[0-9] s(, visible after [0-9]+\.[0-9] s)?"
    assert re.search(rf"^{took}; 20 articles in 2 segments, ", said, re.MULTILINE)
    assert "were not there" not in said
    gone = write_corpus(tmp_path / "gone.jsonl", [{"id": "নেই", "deleted": True}])  # type: ignore[dict-item]
    assert "  1 to be deleted were not there\n" in run("index", "update", gone, "--index", directory).stdout
    merging = ("index", "merge", "--all", "--index", directory)
    assert run(*merging).stdout.startswith("merged 2 segments; 20 articles in 1 segment, ")
    assert run(*merging).stdout.startswith("nothing to merge; 20 articles in 1 segment, ")


@pytest.mark.parametrize("undated", [0, 1, 3])
def test_statistics_count_articles_without_a_date(tmp_path: Path, undated: int) -> None:
    """Their number is printed after the first and last date."""
    records = [record | ({"date": ""} if at < undated else {}) for at, record in enumerate(numbered(9))]
    corpus = write_corpus(tmp_path / "articles.jsonl", records)
    assert run("index", "build", corpus, "--index", tmp_path / "index").exit_code == 0
    said = run("index", "stats", "--index", tmp_path / "index").stdout
    more = f", {undated} without a date" if undated else ""
    assert f"dates       2023-11-{1 + undated:02} to 2023-11-09{more}\n" in said


def test_rollback_and_forward_again(directory: Path, corpus: Path) -> None:
    """Rollback makes the earlier generation live, and the later one by its name."""
    assert run("index", "build", "--max-bad", 1, corpus, "--index", directory).exit_code == 6
    assert "generation 000001 is live" in run("index", "rollback", "--index", directory).stdout
    result = run("index", "rollback", "--index", directory)
    assert result.exit_code == 1
    assert "no earlier generation" in result.stderr
    assert run("index", "rollback", "--to", "000002", "--index", directory).exit_code == 0
    assert Generations(directory).current().name == "000002"


def test_a_full_disk_is_reported_with_what_to_do(
    directory: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any command reports it and stops; the index is unchanged."""

    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    run("index", "build", "--max-bad", 1, corpus, "--index", directory)
    monkeypatch.setattr("onneshon.index.storage.generations.replace_file", refuse)
    result = run("index", "rollback", "--index", directory)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "onneshon: No space left on device; free some space and try again\n"
    assert Generations(directory).current().name == "000002"


def test_rollback_repairs_a_lost_pointer(directory: Path) -> None:
    """A generation is found without CURRENT and without the manifest's copy, which would name it."""
    (directory / "CURRENT").unlink()
    (directory / MANIFEST_FILE).unlink()
    assert "index rollback" in run("index", "check", "--index", directory).stderr
    assert run("index", "rollback", "--index", directory).exit_code == 0
    assert run("index", "check", "--index", directory).exit_code == 0


def test_who_cannot_go_back_to_another_version_is_told_what_to_do(
    directory: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version that built it can; where nothing is live, it can be rebuilt from its stored articles."""
    run("index", "build", "--max-bad", 1, corpus, "--index", directory)
    monkeypatch.setattr("onneshon.index.storage.reader.fingerprint", lambda: "another")
    assert (
        "make it live with the version of Onneshon" in run("index", "rollback", "--index", directory).stderr
    )
    assert Generations(directory).current().name == "000002"
    (directory / "CURRENT").unlink()
    assert "or build it again with" in run("index", "rollback", "--index", directory).stderr


def test_gc_removes_what_was_left(directory: Path) -> None:
    """A dry run lists what would be removed."""
    left = Generations(directory).begin()
    assert f"would remove {left}" in run("index", "gc", "--dry-run", "--index", directory).stdout
    assert left.exists()
    assert f"removed {left}" in run("index", "gc", "--index", directory).stdout
    assert not left.exists()
    assert "nothing to remove" in run("index", "gc", "--index", directory).stdout


def test_gc_says_what_it_could_not_remove(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of another user, whose files only that user may remove."""
    left = Generations(directory).begin()
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", lambda _folder, **_options: None)
        told = run("index", "gc", "--index", directory)
    assert told.exit_code == 1
    assert not told.stdout
    assert f"0 of 1 were removed; {left} cannot be: give it to the user" in told.stderr
    assert f"removed {left}" in run("index", "gc", "--index", directory).stdout


def test_an_empty_index_is_no_directory(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a script with an unset variable would write an index into the current folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for words in (("index", "build", corpus, "--index", ""), ("--index", "", "index", "build", corpus)):
        result = run(*words)
        assert (result.exit_code, "'--index': it is empty" in result.stderr) == (2, True)
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("days", ["nan", "inf", "99999999999999999999"])
def test_gc_refuses_days_that_no_calendar_has(directory: Path, days: str) -> None:
    """It is refused like any other invalid option."""
    result = run("index", "gc", "--keep-days", days, "--index", directory)
    assert result.exit_code == 2
    assert "--keep-days" in result.stderr


def test_a_snapshot_is_restored_elsewhere(directory: Path, tmp_path: Path) -> None:
    """The report is text or JSON."""
    assert run("index", "snapshot", tmp_path / "all.snap", "--index", directory).exit_code == 0
    restoring = ("index", "restore", tmp_path / "all.snap", "--index", tmp_path / "other")
    assert run(*restoring).stdout == "20 articles restored; generation 000001 is live\n"
    assert json.loads(run(*restoring, "--json").stdout)["articles"] == 20


def test_a_snapshot_needs_a_name(directory: Path) -> None:
    """An empty name is that of an unset variable in a script."""
    result = run("index", "snapshot", "", "--index", directory)
    assert (result.exit_code, "no snapshot was written" in result.stderr) == (1, True)


def test_gc_clears_up_after_a_first_build_that_was_killed(tmp_path: Path) -> None:
    """No index need exist yet."""
    (tmp_path / "index").mkdir()
    left = Generations(tmp_path / "index").begin()
    assert f"removed {left}" in run("index", "gc", "--index", tmp_path / "index").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--index", "DIR", "index", "stats"],
        ["index", "--index", "DIR", "stats"],
        ["index", "stats", "--index", "DIR"],
    ],
    ids=["before", "between", "after"],
)
def test_the_index_is_named_before_or_after_the_command(directory: Path, arguments: list[str]) -> None:
    """Both places have precedence over the environment."""
    words = [str(directory) if word == "DIR" else word for word in arguments]
    result = CliRunner().invoke(cli.main, words, env={"ONNESHON_INDEX": "/nowhere"})
    assert result.exit_code == 0, result.output


def test_the_last_named_index_wins(directory: Path) -> None:
    """The last of two options counts, as it does for any option."""
    assert run("--index", "/nowhere", "index", "stats", "--index", directory).exit_code == 0


def test_the_environment_names_the_index(directory: Path) -> None:
    """ONNESHON_INDEX replaces the option."""
    result = CliRunner().invoke(cli.main, ["index", "stats"], env={"ONNESHON_INDEX": str(directory)})
    assert result.exit_code == 0


def test_without_a_name_the_index_is_in_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path is relative to the current directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONNESHON_INDEX", raising=False)
    assert "no index in var/index yet" in run("index", "stats").stderr


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (signal.SIGINT, 130, "stopped"),
        (signal.SIGTERM, 143, "stopped by SIGTERM"),
        (signal.SIGHUP, 129, "stopped by SIGHUP"),
    ],
)
def test_a_build_that_is_stopped_leaves_nothing(
    directory: Path, number: signal.Signals, code: int, words: str
) -> None:
    """While it waits for input: the index is unchanged, the lock free, and the exit code names the signal."""
    command = [*ONNESHON, "index", "build", "-", "--index", str(directory)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (directory / HOLDER_FILE).exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    _output, stderr_path = process.communicate()
    assert process.returncode == code
    assert stderr_path.endswith(f"onneshon: {words}\n")
    assert "Traceback" not in stderr_path
    assert not (directory / HOLDER_FILE).exists()
    assert Generations(directory).abandoned() == []
    assert run("index", "check", "--index", directory).exit_code == 0


@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_a_signal_that_comes_in_a_callback_ends_a_command(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """Python drops an exception in a callback, like the one after each import; also on a busy machine."""
    start = threading.Thread.start

    def start_slowly(thread: threading.Thread) -> None:
        start(thread)
        time.sleep(seconds)

    monkeypatch.setattr(threading.Thread, "start", start_slowly)
    given = signal.getsignal(signal.SIGTERM), sys.unraisablehook
    waiting = threading.Event()
    imported = threading.Event()
    reference = weakref.ref(imported, lambda _: os.kill(os.getpid(), signal.SIGTERM))
    code = 0
    try:
        with ending_in_order():
            del imported
            waiting.wait(10)
    except Terminated as stop:
        code = stop.exit_code
    assert (code, reference()) == (143, None)
    assert (signal.getsignal(signal.SIGTERM), sys.unraisablehook) == given


def test_a_signal_that_is_ignored_stays_ignored(directory: Path, tmp_path: Path) -> None:
    """Under `nohup` closing the terminal does not end a build."""
    nohup = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    command = [*ONNESHON, "index", "build", "-", "--index", str(directory)]
    with subprocess.Popen(
        [sys.executable, "-c", f"{nohup}os.execv(sys.argv[1], sys.argv[1:])", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while not (directory / HOLDER_FILE).exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGHUP)
        process.communicate(write_corpus(tmp_path / "more.jsonl", numbered(30)).read_bytes())
    assert process.returncode == 0


def test_a_complete_build_ends_with_0(tmp_path: Path) -> None:
    """No record was left out."""
    corpus = write_corpus(tmp_path / "articles.jsonl", numbered(20))
    assert run("index", "build", corpus, "--index", tmp_path / "index").exit_code == 0


def test_a_build_that_is_too_bad_ends_with_1_and_changes_nothing(directory: Path, corpus: Path) -> None:
    """The message has the limit, the place of the first fault, and a remedy; `--max-bad` sets the limit."""
    result = run("index", "build", "-q", corpus, "--index", directory)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "1 of 21 articles (4.8%) had to be left out, more than --max-bad 1% allows" in result.stderr
    assert f"{corpus}:21: not JSON" in result.stderr
    assert "; the live index is as it was" in result.stderr
    assert Generations(directory).current().name == "000001"


def test_force_publishes_what_shrank(directory: Path, tmp_path: Path) -> None:
    """A build with under half of the live index's articles is refused without it."""
    corpus = write_corpus(tmp_path / "few.jsonl", numbered(5))
    refused = run("index", "build", corpus, "--index", directory)
    assert refused.exit_code == 1
    assert "5 articles could be read, under half of the 20 that the live index holds" in refused.stderr
    assert run("index", "build", "--force", corpus, "--index", directory).exit_code == 0


def test_gc_keeps_as_many_as_it_is_asked_to(tmp_path: Path) -> None:
    """By default two and those of some days are kept; with `--only-live` the live one alone."""
    corpus = write_corpus(tmp_path / "articles.jsonl", numbered(20))
    directory = tmp_path / "index"
    for _build in range(4):
        assert run("index", "build", "--keep", 4, corpus, "--index", directory).exit_code == 0

    def kept() -> list[str]:
        return [generation.name for generation in Generations(directory).all()]

    assert kept() == ["000001", "000002", "000003", "000004"]
    assert run("index", "gc", "--keep", 3, "--index", directory).exit_code == 0
    assert kept() == ["000002", "000003", "000004"]
    assert run("index", "gc", "--keep", 1, "--keep-days", 1, "--index", directory).exit_code == 0
    assert kept() == ["000002", "000003", "000004"]
    assert run("index", "gc", "--index", directory).exit_code == 0
    assert kept() == ["000003", "000004"]
    assert run("index", "gc", "--only-live", "--index", directory).exit_code == 0
    assert kept() == ["000004"]


def test_a_directory_that_cannot_be_written_is_a_plain_failure(tmp_path: Path, corpus: Path) -> None:
    """A file is in the place of a folder to be made."""
    (tmp_path / "file").write_text("")
    result = run("index", "build", corpus, "--index", tmp_path / "file" / "index")
    assert result.exit_code == 1
    assert result.stderr.startswith("onneshon: ")
    assert "Traceback" not in result.output


def on_terminal(arguments: list[str], **environment: str) -> str:
    """The output of a command on a terminal."""
    try:
        terminal, end = pty.openpty()
    except OSError as error:
        pytest.skip(f"this system gives no terminal: {error}")
    process = subprocess.Popen(arguments, stdout=end, stderr=end, env={**os.environ, **environment})
    os.close(end)
    written = b""
    try:
        while piece := os.read(terminal, 65536):
            written += piece
    except OSError:  # Linux reports the closed other end like this
        pass
    process.wait()
    os.close(terminal)
    return written.decode()


def test_colours_are_for_terminals_that_want_them(directory: Path) -> None:
    """On a terminal they are used, in a pipe and under NO_COLOR they are not."""
    failing = [*ONNESHON, "index", "stats", "--index", str(directory / "nowhere")]
    assert "\x1b[31monneshon:" in on_terminal(failing, NO_COLOR="")
    assert "\x1b[31m" not in on_terminal(failing, NO_COLOR="1")
    piped = subprocess.run(failing, capture_output=True, text=True, check=False)
    assert piped.stderr.startswith("onneshon:")


def test_a_terminal_shows_a_bar(tmp_path: Path, corpus: Path) -> None:
    """A terminal shows the bar of progress, then the report."""
    command = ["index", "build", "--max-bad", "1", str(corpus), "--index", str(tmp_path / "index")]
    written = on_terminal([*ONNESHON, *command])
    assert "\r\x1b[K[########################] 20 articles; checking" in written
    assert "20 indexed" in written


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("serch", " (Did you mean one of: 'search', 'searches', 'serve'?)"),
        ("evalaute", " Did you mean 'evaluate'?"),
        ("নদী", ""),
    ],
)
def test_of_a_command_that_is_none_the_nearest_are_named(typed: str, named: str) -> None:
    """Even if their layers were not loaded."""
    answer = CliRunner().invoke(cli.main, [typed])
    assert answer.exit_code == 2
    assert answer.stderr.endswith(f"Error: No such command {typed!r}.{named}\n")


def no_command() -> None:
    """Stand in for an object that a layer names as a command, and which is none."""


def test_a_layer_that_fails_is_reported_and_the_others_work(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line on stderr names the missing command and the reason, when that command or help is asked for."""
    entries = [
        EntryPoint("index", "onneshon.index.commands.index_group:index_group", GROUP),
        EntryPoint("serve", "index.nowhere:serve", GROUP),
        EntryPoint("keys", "tests.index.commands.test_index_group:nothing", GROUP),
        EntryPoint("search", "tests.index.commands.test_index_group:no_command", GROUP),
    ]
    monkeypatch.setattr(cli, "entry_points", lambda **_group: entries)
    group = cli.Onneshon("onneshon", params=[cli.main.params[0]])
    check = CliRunner().invoke(group, ["index", "check", "--index", str(directory)])
    assert (check.exit_code, check.stderr) == (0, "")
    serve = CliRunner().invoke(group, ["serve"])
    assert serve.exit_code == 2
    assert "onneshon: 'serve' is missing: ModuleNotFoundError" in serve.stderr
    assert "Did you mean" not in serve.stderr
    assert CliRunner().invoke(group, ["search"]).exit_code == 2
    shown = CliRunner().invoke(group, ["--help"])
    assert "'keys' is missing: AttributeError" in shown.stderr
    assert "'search' is missing: TypeError" in shown.stderr
    assert "Build an index of articles" in shown.stdout


@pytest.mark.no_cover  # what its processes import is looked at, and not what they run
def test_a_command_loads_no_other_layer(directory: Path) -> None:
    """A build loads neither search nor web server, and a search no web server."""
    loaded = (
        "import sys; from onneshon.index.commands.main import main\n"
        "try: main({})\nfinally: print(*sys.modules)"
    )
    for arguments, absent in ((["index", "check"], "search"), (["search", "ঢাকা"], "flask")):
        command = [*arguments, "--index", str(directory)]
        done = subprocess.run(
            [sys.executable, "-c", loaded.format(command)], capture_output=True, text=True, check=False
        )
        assert absent not in done.stdout.splitlines()[-1].split()


def test_help_is_there_for_every_command() -> None:
    """Each command has a line of help of its own, and its options are explained."""
    context = click.Context(cli.main)
    for name in ("index", "doctor"):
        assert name in cli.main.list_commands(context)
    for arguments in ([], ["index"], ["index", "build"], ["index", "gc"], ["doctor"]):
        result = run(*arguments, "--help")
        assert result.exit_code == 0
        assert "--index DIR" in result.stdout
