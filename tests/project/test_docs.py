"""The documentation says what the program does: what it names exists, what exists is named, examples run."""

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
    """Its ``--help`` has a sentence on each; the page has none."""
    for option in LEAVES[name].get_params(click.Context(LEAVES[name])):
        assert not isinstance(option, click.Option) or option.help, option.name


def test_no_option_is_described_that_is_not_there() -> None:
    """What the page of commands names, a command takes."""
    flags = set(
        re.findall(
            r"`(--?[a-z][a-z-]*)", re.sub(r"^```.*?^```", "", COMMANDS, flags=re.MULTILINE | re.DOTALL)
        )
    )
    assert len(flags) > 5
    assert flags <= {flag for command in LEAVES.values() for flag in _options(command)}


def test_every_command_is_described_and_no_other() -> None:
    """A line each."""
    named = set(re.findall(r"^\| `(onneshon[a-z ]*)", COMMANDS, re.MULTILINE))
    assert {name.strip() for name in named} == set(LEAVES)


@pytest.mark.parametrize("word", [*lexer.FIELDS, *lexer.SIGNS, *lexer.BENGALI_SIGNS])
def test_every_word_of_the_query_language_is_described(word: str) -> None:
    """Field names and operators, in both languages."""
    assert re.search(rf"`[^`]*{re.escape(word)}", SYNTAX)


LIMITS = (
    f"A query may have {parser.MAX_CHARACTERS:,} characters",
    f"and {clauses.MAX_WORDS:,} words.",
    f"parentheses group, up to {grammar.MAX_DEPTH:,} deep",
    f"words among them (at most {lexer.MAX_SLOP:,})",
    f"A prefix stands for at most {EXPANSIONS:,} words",
)
"""The sentences that name a limit, with the limit of the code."""


@pytest.mark.parametrize("sentence", LIMITS)
def test_limits_of_queries_are_the_ones_described(sentence: str) -> None:
    """Each number stands in the sentence that tells of it; another number elsewhere is no help."""
    assert sentence in " ".join(SYNTAX.split())


@pytest.mark.parametrize("query", re.findall(r"^\| `([^`]+)`", SYNTAX, re.MULTILINE))
def test_every_example_of_a_query_is_understood(query: str) -> None:
    """Nothing that the table shows is refused, and all of it looks for something."""
    assert parser.parse(query).query is not None


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _targets(path: Path) -> list[str]:
    """What a document links to, without places inside."""
    return re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8"))


@pytest.mark.parametrize("path", DOCS, ids=_name)
def test_links_lead_somewhere(path: Path) -> None:
    """Links to files name files that are there."""
    for target in _targets(path):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_every_document_is_reachable() -> None:
    """From the read me, link by link."""
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
    """Paths in code type, from the root of the project; results are there once something was measured."""
    folders = "|".join((*PACKAGES, "tests", "docs", "benchmarks", "examples", "deploy"))
    for name in re.findall(rf"`((?:{folders})/[\w./*-]*)`", path.read_text("utf-8")):
        assert name.startswith("benchmarks/results/") or list(ROOT.glob(name.rstrip("/"))), name


def test_decisions_are_numbered_and_of_one_form() -> None:
    """Each says why, what and what follows, in half a page; the list has them all, in order."""
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
"""Of the read me and the pages of docs together, as a site shows them."""


def _shown_words(path: Path) -> int:
    """Without the addresses of links, and signs that stand alone, as of tables."""
    text = re.sub(r"\]\([^)]*\)", "]", path.read_text("utf-8"))
    return sum(1 for word in text.split() if re.search(r"[^\W_]", word))


def test_the_documentation_is_short() -> None:
    """What is new takes the place of what no reader needs any more, or of what is said twice."""
    words = {path: _shown_words(path) for path in DOCS if path.parent == ROOT / "docs"}
    assert _shown_words(ROOT / "README.md") + sum(words.values()) <= MOST_WORDS


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def _lines(start: str) -> list[str]:
    """Command lines of the read me that begin so."""
    return [line for block in _blocks("sh") for line in block.splitlines() if line.startswith(start)]


@pytest.fixture
def clone(tmp_path: Path, sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory as a reader has it, with the sample indexed."""
    (tmp_path / "sample").symlink_to(ROOT / "sample")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "index").symlink_to(sample_index)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _composed(text: str) -> str:
    """In one encoding: an editor may change that of the read me, and the sample has both on purpose."""
    return unicodedata.normalize("NFC", text)


def _shown(after: str) -> set[str]:
    """Lines of the output that the read me shows below an example, but those that hold times or scores."""
    block = README.split(after, 1)[1].split("```text\n", 1)[1].split("\n```", 1)[0]
    return {
        line
        for line in _composed(block).splitlines()
        if not re.search(r"\d ms$|\d s, |· \d+\.\d+$|^ *…$", line)
    }


@pytest.mark.parametrize("line", _lines("onneshon "))
def test_command_lines_of_the_readme_print_what_it_shows(clone: Path, line: str) -> None:
    """All of it, but for times, scores and what the read me leaves out."""
    if "build" in line:
        (clone / "var" / "index").unlink()
    answer = CliRunner().invoke(main, shlex.split(line)[1:])
    assert answer.exit_code == 0, answer.output
    assert _shown(line) <= set(_composed(answer.stdout).splitlines())


@pytest.mark.parametrize("code", _blocks("python"))
def test_python_of_the_readme_prints_what_it_shows(clone: Path, code: str) -> None:
    """To the letter."""
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
    """The bytes of the request that curl makes of a line: the address as typed, then its data."""
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
    """In the read me and in the description of the API."""
    assert len(CURL) >= 4


@pytest.mark.parametrize("line", CURL)
def test_requests_of_the_documents_are_answered(sample_site: Site, line: str) -> None:
    """The real server answers the bytes that the line sends."""
    assert _answered(sample_site.send(_sent_by_curl(line)))


@pytest.mark.parametrize("line", CURL)
def test_lines_of_curl_in_the_documents_work_as_written(sample_site: Site, line: str) -> None:
    """The same by curl itself, which is told only where port 8000 is today."""
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
    """Numbers in the text are those of the code."""
    assert limit in (ROOT / "docs" / path).read_text("utf-8")
