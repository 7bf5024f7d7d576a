"""The documentation matches the program: names exist, existing names are documented, examples run."""

import contextlib
import io
import json
import re
import shlex
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import click
import pytest
from click.testing import CliRunner

from onneshon.index.commands.main import main
from onneshon.search.query import clauses, grammar, lexer, parser
from onneshon.search.retrieval.term_scorer import EXPANSIONS
from onneshon.web import server
from tests.packages import PACKAGES, ROOT
from tests.serving import Site

DOCS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").glob("*.md"),
        *(ROOT / "clients").rglob("*.md"),
    ]
)
DECISIONS = ROOT / "docs" / "decisions"
COMMANDS = (ROOT / "docs" / "commands.md").read_text("utf-8")
SYNTAX = (ROOT / "docs" / "query-syntax.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def _walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for part in command.list_commands(context):
            inner = command.get_command(context, part)
            assert inner is not None
            yield from _walk(inner, f"{name} {part}")


ALL = dict(_walk(main, "onneshon"))
LEAVES = {name: command for name, command in ALL.items() if not isinstance(command, click.Group)}


def _options(command: click.Command) -> set[str]:
    return {
        flag
        for option in command.get_params(click.Context(command))
        if isinstance(option, click.Option)
        for flag in option.opts
    }


@pytest.mark.parametrize("name", LEAVES)
def test_every_option_is_described_by_the_command(name: str) -> None:
    """The ``--help`` of a command has a sentence for each option; the page has none."""
    for option in LEAVES[name].get_params(click.Context(LEAVES[name])):
        assert not isinstance(option, click.Option) or option.help, option.name


def test_no_option_is_described_that_is_not_there() -> None:
    """Every option named on the page of commands belongs to a command."""
    flags = set(
        re.findall(
            r"`(--?[a-z][a-z-]*)", re.sub(r"^```.*?^```", "", COMMANDS, flags=re.MULTILINE | re.DOTALL)
        )
    )
    assert len(flags) > 5
    assert flags <= {flag for command in LEAVES.values() for flag in _options(command)}


def test_every_command_is_described_and_no_other() -> None:
    """The page has one row for each command."""
    named = set(re.findall(r"^\| `(onneshon[a-z ]*)", COMMANDS, re.MULTILINE))
    assert {name.strip() for name in named} == set(LEAVES)


@pytest.mark.parametrize("word", [*lexer.FIELDS, *lexer.SIGNS, *lexer.BENGALI_SIGNS])
def test_every_word_of_the_query_language_is_described(word: str) -> None:
    """Field names and operators of both languages are described."""
    assert re.search(rf"`[^`]*{re.escape(word)}", SYNTAX)


LIMITS = (
    f"A query may have {parser.MAX_CHARACTERS:,} characters",
    f"and {clauses.MAX_WORDS:,} words.",
    f"parentheses group, up to {grammar.MAX_DEPTH:,} deep",
    f"words among them (at most {lexer.MAX_SLOP:,})",
    f"A prefix stands for at most {EXPANSIONS:,} words",
)
"""Sentences that name a limit, with the limit of the code."""


@pytest.mark.parametrize("sentence", LIMITS)
def test_limits_of_queries_are_the_ones_described(sentence: str) -> None:
    """Each number must be in its sentence; the same number elsewhere does not count."""
    assert sentence in " ".join(SYNTAX.split())


@pytest.mark.parametrize("query", re.findall(r"^\| `([^`]+)`", SYNTAX, re.MULTILINE))
def test_every_example_of_a_query_is_understood(query: str) -> None:
    """Every query in the table is accepted, and searches for something."""
    assert parser.parse(query).query is not None


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _targets(path: Path) -> list[str]:
    """The targets of a document's links, without fragments."""
    return re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8"))


@pytest.mark.parametrize("path", DOCS, ids=_name)
def test_links_lead_somewhere(path: Path) -> None:
    """Relative links name existing files."""
    for target in _targets(path):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_every_document_is_reachable() -> None:
    """Every document is reachable from the README by links."""
    reached: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        path = ahead.pop()
        if path in DOCS and path not in reached:
            reached.add(path)
            ahead += [(path.parent / target).resolve() for target in _targets(path)]
    assert {_name(path) for path in reached} == {_name(path) for path in DOCS}


@pytest.mark.parametrize("path", DOCS, ids=_name)
def test_files_that_documents_name_exist(path: Path) -> None:
    """Paths in code type are relative to the project's root; results exist only after a measurement."""
    folders = "|".join((*PACKAGES, "tests", "docs", "benchmarks", "examples", "deploy"))
    for name in re.findall(rf"`((?:{folders})/[\w./*-]*)`", path.read_text("utf-8")):
        assert name.startswith("benchmarks/results/") or list(ROOT.glob(name.rstrip("/"))), name


def test_decisions_are_numbered_and_of_one_form() -> None:
    """Each gives reasons, decision and consequences in half a page; the list has all of them in order."""
    pages = sorted(DECISIONS.glob("0*.md"))
    assert [int(path.name[:4]) for path in pages] == list(range(1, len(pages) + 1))
    for path in pages:
        text = path.read_text("utf-8")
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        assert headings[1:] == ["Why there was something to decide", "Decision", "Consequences"]
        number, title = headings[0].split(". ", 1)
        assert f"{number}. [{title}]({path.name})" in (DECISIONS / "README.md").read_text("utf-8")
        assert len(text.split()) < 250


MOST_WORDS = 30_000
"""The limit of words of the README and the pages of docs together, as a site shows them."""


def _shown_words(path: Path) -> int:
    """The number of words, without link targets and lone signs such as those of tables."""
    text = re.sub(r"\]\([^)]*\)", "]", path.read_text("utf-8"))
    return sum(1 for word in text.split() if re.search(r"[^\W_]", word))


def test_the_documentation_is_short() -> None:
    """New text must replace text that is obsolete or repeated."""
    words = {path: _shown_words(path) for path in DOCS if path.parent == ROOT / "docs"}
    assert _shown_words(ROOT / "README.md") + sum(words.values()) <= MOST_WORDS


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def _lines(start: str) -> list[str]:
    """Command lines of the README with this prefix."""
    return [line for block in _blocks("sh") for line in block.splitlines() if line.startswith(start)]


@pytest.fixture
def clone(tmp_path: Path, sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's working directory, with the sample indexed."""
    (tmp_path / "sample").symlink_to(ROOT / "sample")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "index").symlink_to(sample_index)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _composed(text: str) -> str:
    """The text in NFC: editors may normalise the README, and the sample has both forms on purpose."""
    return unicodedata.normalize("NFC", text)


def _shown(after: str) -> set[str]:
    """Output lines that the README shows after an example, except those with times or scores."""
    block = README.split(after, 1)[1].split("```text\n", 1)[1].split("\n```", 1)[0]
    return {
        line
        for line in _composed(block).splitlines()
        if not re.search(r"\d ms$|\d s, |· \d+\.\d+$|^ *…$", line)
    }


@pytest.mark.parametrize("line", _lines("onneshon "))
def test_command_lines_of_the_readme_print_what_it_shows(clone: Path, line: str) -> None:
    """The shown lines are printed, except times, scores and what the README leaves out."""
    if "build" in line:
        (clone / "var" / "index").unlink()
    answer = CliRunner().invoke(main, shlex.split(line)[1:])
    assert answer.exit_code == 0, answer.output
    assert _shown(line) <= set(_composed(answer.stdout).splitlines())


@pytest.mark.parametrize("code", _blocks("python"))
def test_python_of_the_readme_prints_what_it_shows(clone: Path, code: str) -> None:
    """The output equals the shown text."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})  # noqa: S102 (it is our own)
    assert set(_composed(printed.getvalue()).splitlines()) == _shown(code)


CURL = [
    line
    for path in DOCS
    if path.name != "publishing.md"  # whose requests need a key: test_publishing_docs.py
    for line in re.findall(r"^curl .*", path.read_text("utf-8"), re.MULTILINE)
]


def _sent_by_curl(line: str) -> bytes:
    """The bytes of the request that curl sends for a command line: the address as typed, then its data."""
    words = iter(shlex.split(line)[1:])
    address, body, data = "", b"", []
    for word in words:
        if word == "--data-urlencode":
            name, _, value = next(words).partition("=")
            data.append(f"{name}={quote(value, safe='')}")
        elif word == "-d":
            data.append(next(words))
        elif word == "--data":
            body = next(words).encode()
        elif word != "-G":
            address = word
    host, slash, target = address.removeprefix("http://").partition("/")
    target = slash + target + ("?" + "&".join(data) if data else "")
    method, length = ("POST", f"Content-Length: {len(body)}\r\n") if body else ("GET", "")
    return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{length}Connection: close\r\n\r\n".encode() + body


def _answered(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.startswith(b"HTTP/1.1 200 ") and json.loads(body)["ok"] is True


def test_there_are_lines_of_curl_to_try() -> None:
    """The README and the description of the API have such lines."""
    assert len(CURL) >= 4


@pytest.mark.parametrize("line", CURL)
def test_requests_of_the_documents_are_answered(sample_site: Site, line: str) -> None:
    """The real server answers the bytes that the line sends."""
    assert _answered(sample_site.send(_sent_by_curl(line)))


@pytest.mark.parametrize("line", CURL)
def test_lines_of_curl_in_the_documents_work_as_written(sample_site: Site, line: str) -> None:
    """Curl itself gets the same answers; its only extra option replaces port 8000."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("no curl here; the test before this one sends the same bytes")
    there = f"127.0.0.1:8000:127.0.0.1:{sample_site.port}"
    words = [curl, "--silent", "--include", "--connect-to", there, *shlex.split(line)[1:]]
    assert _answered(subprocess.run(words, capture_output=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("deployment.md", f"{server.CONNECTIONS:,}"),
        ("deployment.md", f"{server.REQUEST_SECONDS} s"),
        ("deployment.md", f"{server.MAX_HEADER >> 10} KiB"),
        ("deployment.md", f"{server.MAX_BODY >> 10} KiB"),
    ],
)
def test_limits_of_the_server_are_the_ones_described(path: str, limit: str) -> None:
    """Numbers in the documents equal those of the code."""
    assert limit in (ROOT / "docs" / path).read_text("utf-8")
