import json
import re
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index.analysis.control_characters import visible
from onneshon.index.commands.main import main
from onneshon.index.commands.terminal import say

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b2J\x90\u202eউলটো\u2066\u2028"
"""Sets the title of a terminal, clears its screen in two ways, and reverses the direction of text."""

NAME = "\x1b]0;owned\x07\x9b2J\u202eনাম\udcff"
"""The same as a file name, with one byte that is not UTF-8."""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def _run(*arguments: str) -> str:
    """The output of a command, without its own colours; a check that it cannot control a terminal."""
    result = CliRunner().invoke(main, arguments, color=True)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    printed = COLOUR.sub("", result.output)
    assert printed == visible(printed)
    assert printed.strip()
    return printed


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a hostile name, a corpus of hostile articles, a broken file, and an index."""
    folder = tmp_path_factory.mktemp("escapes") / NAME
    (folder / "corpus").mkdir(parents=True)
    records = [
        {
            "id": f"\u202eid-{number}",
            "title": f"বাংলাদেশ {HOSTILE}",
            "body": f"বাংলাদেশের নদী {HOSTILE}\n1 to 9 of 9 articles",
            "category": HOSTILE,
            "author": HOSTILE,
            "url": f"https://example.org/{HOSTILE}",
        }
        for number in range(3)
    ]
    corpus = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "corpus" / f"{NAME}.jsonl").write_text(corpus, "utf-8")
    (folder / "queries.tsv").write_text(f"{HOSTILE[:12]}q\tবাংলাদেশ\n", "utf-8")
    (folder / "qrels").write_text(f"{HOSTILE[:12]}q 0 \u202eid-1 1\n", "utf-8")
    index = ["--index", str(folder / "index")]
    assert CliRunner().invoke(main, ["index", "build", str(folder / "corpus"), *index]).exit_code == 0
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ("index", "stats"),
        ("index", "stats", "--json"),
        ("index", "check"),
        ("index", "check", "--json"),
        ("index", "gc", "--dry-run"),
        ("index", "rollback"),
        ("index", "rollback", "--to", HOSTILE),
        ("search", "বাংলাদেশ"),
        ("search", "বাংলাদেশ", "--json"),
        ("search", f"bangladesh {HOSTILE}"),
        ("search", f"খপুষ্প {HOSTILE}"),
        ("search", f"({HOSTILE}" * 12),
        ("search", "বাংলাদেশ", "--category", HOSTILE),
        ("search", "বাংলাদেশ", "--since", HOSTILE),
        ("doctor",),
        ("doctor", "--json"),
    ],
    ids=lambda command: " ".join(visible(word)[:12] for word in command),
)
def test_no_command_lets_an_article_drive_the_terminal(place: Path, command: tuple[str, ...]) -> None:
    """Texts, file names and words of the command line are displayed without effect."""
    printed = _run(*command, "--index", str(place / "index"))
    if command[-1] == "--json":
        json.loads(printed)


@pytest.mark.parametrize("arguments", [(HOSTILE,), (HOSTILE, "--json"), (f"বাংলাদেশ{HOSTILE}ের",)])
def test_the_analysis_of_escapes_is_harmless(arguments: tuple[str, ...]) -> None:
    """Control characters are shown by their code points."""
    _run("analyze", *arguments)


def test_a_build_names_files_harmlessly(place: Path, tmp_path: Path) -> None:
    """In its list of faults, in its report, and for a path that does not exist."""
    broken = tmp_path / NAME
    broken.mkdir()
    (broken / f"{NAME}.jsonl").write_bytes(
        b"{\n" + b'{"title": "\xff"}\n' + b'{"id": "a\\u009b", "title": "x"}\n'
    )
    for extra in ((), ("--json",), ("--strict",)):
        _run("index", "build", str(broken), "--index", str(tmp_path / "index"), *extra)
    _run("index", "build", str(broken / f"missing{NAME}"), "--index", str(tmp_path / "index"))


def test_an_evaluation_is_harmless(place: Path) -> None:
    """Queries and judgments come from files too."""
    files = ["--queries", str(place / "queries.tsv"), "--qrels", str(place / "qrels")]
    for extra in ((), ("--json",), ("--run", str(place / "missing" / NAME))):
        _run("evaluate", *files, "--index", str(place / "index"), *extra)


@pytest.mark.parametrize(
    "arguments",
    [
        (HOSTILE,),
        (f"--{HOSTILE}",),
        ("search", "ক", HOSTILE),
        ("search", "ক", "--limit", HOSTILE),
        ("index", HOSTILE),
        ("search", "ক", "--index", f"/{NAME}"),
        ("index", "build", f"ftp://example.org/{HOSTILE}"),
        ("index", "build", "--log", f"/nowhere/{NAME}", __file__),
    ],
    ids=lambda arguments: " ".join(visible(word)[:12] for word in arguments),
)
def test_a_wrong_command_line_is_quoted_harmlessly(arguments: tuple[str, ...]) -> None:
    """The message quotes what it did not understand."""
    _run(*arguments)


def test_a_server_that_cannot_start_says_so_harmlessly(tmp_path: Path) -> None:
    """The host and the folder in the message do not control the terminal."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        _run("serve", "--index", str(tmp_path / NAME), "--port", port)
    _run("serve", "--index", str(tmp_path), "--host", HOSTILE)


def test_a_line_end_of_windows_is_a_line_end(capsys: pytest.CaptureFixture[str]) -> None:
    """A single carriage return would move the cursor, and is made visible."""
    say("নদী\r\nমেলা\rহাট", indent="  ")
    assert capsys.readouterr().out == "নদী\n  মেলা\ufffdহাট\n"
