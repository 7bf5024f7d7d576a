"""Options of commands that write: the values passed on, their defaults, and the smallest values."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from onneshon.index.commands.build_options import reading_options
from onneshon.index.commands.main import main
from onneshon.index.commands.sites import site_options
from onneshon.index.ingest.crawling.address import SiteOptions
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ingest.source import Selection, Since
from tests.building import numbered, write_corpus


def _given(option: Callable[[Any], Any], *arguments: str) -> dict[str, Any]:
    """The arguments passed to a command with some options."""
    passed: dict[str, Any] = {}
    command = click.command()(option(lambda **given: passed.update(given)))
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    return passed


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), SiteOptions()),
        (("--delay", "0.5", "--pages", "7"), SiteOptions(delay=0.5, pages=7)),
        (
            ("--host", "a.example", "--host", "b.example"),
            SiteOptions(hosts=("a.example", "b.example")),
        ),
        (("--allow-private",), SiteOptions(allow_private=True)),
        (("--entries",), SiteOptions(entries=True)),
    ],
    ids=["none", "delay", "hosts", "private", "entries"],
)
def test_sites_are_asked_as_the_command_line_says(arguments: tuple[str, ...], options: SiteOptions) -> None:
    """The default is polite, and refuses private addresses."""
    assert _given(site_options, *arguments) == {"site": options}


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), ReadingOptions()),
        (("--format", "csv", "--date-format", "%d%m%y"), ReadingOptions("csv", date_format="%d%m%y")),
        (
            ("--map", "title=headline,heading", "--map", "body=lead", "--map", "title=শিরোনাম"),
            ReadingOptions(mapping={"title": ("headline", "heading", "শিরোনাম"), "body": ("lead",)}),
        ),
        (("--refuse-bijoy",), ReadingOptions(convert=False)),
        (("--follow-links",), ReadingOptions(follow_links=True)),
        (
            ("--database", "sqlite:///news.db", "--table", "news", "--since", "বদল"),
            ReadingOptions(database="sqlite:///news.db", selection=Selection("news", since=Since("বদল"))),
        ),
        (("--query", "SELECT 1"), ReadingOptions(selection=Selection(query="SELECT 1"))),
    ],
    ids=["none", "csv", "map", "bijoy", "links", "table", "query"],
)
def test_sources_are_read_as_the_command_line_says(
    arguments: tuple[str, ...], options: ReadingOptions
) -> None:
    """By default by their names and first bytes."""
    assert asdict(_given(reading_options, *arguments)["reading"]) == asdict(options)


def _help(command: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The help of each option of a command, in one line."""
    monkeypatch.setenv("COLUMNS", "200")
    options: dict[str, str] = {}
    name = ""
    for line in (
        CliRunner().invoke(main, ["index", command, "--help"]).output.partition("Options:")[2].split("\n")
    ):
        words = line.split()
        name = next((word for word in words[:2] if word.startswith("--")), name)
        options[name] = f"{options.get(name, '')} {' '.join(words)}".strip()
    return options


@pytest.mark.parametrize(
    ("command", "option", "said"),
    [
        ("build", "--max-bad", "[default: 1%]"),
        ("build", "--keep", "[default: 2; x>=1]"),
        ("build", "--workers", "[default: (the cores there are); x>=1]"),
        ("build", "--memory", "[default: 384; x>=16]"),
        ("build", "--wait", "[x>=0]"),
        ("build", "--delay", "[default: 1.0; x>=0]"),
        ("build", "--pages", "[default: 100000; x>=1]"),
        ("update", "--max-bad", "[default: 1%]"),
        ("watch", "--settle", "[default: 2.0; x>=0.05]"),
        ("watch", "--every", "[default: 900; x>=1]"),
        ("replay", "--wait", "[default: 60; x>=0]"),
        ("push", "--prune", "[x>=1]"),
        ("gc", "--keep-days", "[0<=x<=36525]"),
    ],
)
def test_help_says_defaults_and_minimums(
    monkeypatch: pytest.MonkeyPatch, command: str, option: str, said: str
) -> None:
    """So that nobody has to try it out."""
    assert _help(command, monkeypatch)[option].endswith(said)


def test_the_least_values_do(tmp_path: Path) -> None:
    """The build is slow, but the index is the same."""
    corpus = write_corpus(tmp_path / "articles.jsonl", numbered(20))
    least = ["--keep", "1", "--workers", "1", "--memory", "16", "--wait", "0", "--max-bad", "0"]
    command = ["index", "build", str(corpus), *least, "--index", str(tmp_path / "index")]
    for generation in ("000001", "000002"):
        built = CliRunner().invoke(main, command)
        assert (built.exit_code, f"generation {generation} is live" in built.stdout) == (0, True)
    assert [path.name for path in (tmp_path / "index" / "generations").iterdir()] == ["000002"]


def test_a_log_goes_to_standard_output_too(tmp_path: Path) -> None:
    """For a collector, with nothing else in the output; each line has its time."""
    corpus = write_corpus(tmp_path / "articles.jsonl", numbered(20))
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    command = ["index", "build", str(corpus), "--index", str(tmp_path / "index"), "--quiet", "--log", "-"]
    lines = [json.loads(line) for line in CliRunner().invoke(main, command).stdout.splitlines()]
    assert {(line["event"], line["left_out"]) for line in lines} == {("phase", 0)}
    times = [dt.datetime.fromisoformat(line["time"]) for line in lines]
    assert times == sorted(times)
    assert before < times[0] <= times[-1] <= dt.datetime.now(dt.UTC)
