"""Indexes at addresses, whoever provides them: found by the scheme, asked by the commands and by search."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onneshon.index import remote
from onneshon.index.article import Article
from onneshon.index.commands import refresh_commands
from onneshon.index.commands.kept_process import keep_publishing as publish
from onneshon.index.commands.main import main
from onneshon.index.commands.shared import INCOMPLETE
from onneshon.index.configuration import FILE_NAME
from onneshon.index.errors import ConfigurationError
from onneshon.index.indexer.write_job import BuildReport, UpdateReport
from onneshon.index.indexer.write_options import BuildOptions, UpdateOptions, WriteOptions
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.remote import (
    BuildOption,
    Due,
    Outcome,
    RemoteCommands,
    RemoteIndex,
    RemoteWriter,
    location_of,
)
from onneshon.search import open_engine
from tests.fake_engine import FakeEngine

_asked: list[tuple[str, Any]] = []
"""What was asked of the index, each with its arguments."""


def _site(options: WriteOptions) -> Path | None:
    assert options.configuration
    return options.configuration.path


class _Writer(RemoteWriter):
    def add(self, article: Article) -> None:
        _asked.append(("add", article.title))

    def delete(self, article_id: str) -> None:
        _asked.append(("take out", article_id))

    def commit(self) -> UpdateReport:
        return _REPORT


_REPORT = UpdateReport(
    generation="পাতা-১",
    seen=9,
    added=7,
    changed=0,
    unchanged=0,
    deleted=0,
    unknown=0,
    stale=1,
    articles=12,
    skipped={"empty": 1},
    seconds=1.0,
    visible_seconds=1.0,
    index_bytes=5,
)


class _Commands(RemoteCommands):
    @contextmanager
    def writer(self, *, wait: float = 0) -> Iterator[RemoteWriter]:
        _asked.append(("writer", wait))
        yield _Writer()
        _asked.append(("visible", None))

    def live(self) -> str:
        return "পাতা-১.১"

    def build(
        self, paths: Sequence[Path], options: BuildOptions, own: Mapping[str, int | None]
    ) -> BuildReport:
        _asked.append(("build", ([path.name for path in paths], _site(options), own, options.workers)))
        return BuildReport(
            generation="পাতা-১", seen=2, articles=1, skipped={"empty": 1}, seconds=1.0, index_bytes=5
        )

    def migrate(self, options: BuildOptions) -> BuildReport:
        return self.build([], options, {})

    def update(self, paths: Sequence[Path], options: UpdateOptions) -> UpdateReport:
        _asked.append(("update", ([path.name for path in paths], _site(options), options.delete_missing)))
        return _REPORT

    def delete(self, ids: Sequence[str], *, wait: float) -> Outcome:
        _asked.append(("delete", (ids, wait)))
        return Outcome({"deleted": len(ids)}, ["deleted"])

    def check(self, *, deep: bool) -> Outcome:
        _asked.append(("check", deep))
        return Outcome({"articles": 3}, ["sound"])

    def rollback(self, to: str | None) -> str:
        _asked.append(("rollback", to))
        return "পাতা-১"

    def gc(self, *, keep: int, only_live: bool, dry_run: bool) -> Sequence[str]:
        _asked.append(("gc", (keep, only_live, dry_run)))
        return ["পাতা-০"]

    def rollover(self, due: Due, *, shards: int | None, wait: float) -> Outcome:
        _asked.append(("rollover", (due, shards, wait)))
        return Outcome({"index": None}, ["not yet"])

    def drop(self, *, wait: float) -> Outcome:
        _asked.append(("drop", wait))
        return Outcome({"removed": ["পাতা-১"]}, ["removed"])

    def repair(self) -> Outcome:
        _asked.append(("repair", None))
        return Outcome({"articles": 3}, ["mended"])

    def snapshot(self, name: str) -> Outcome:
        _asked.append(("snapshot", name))
        return Outcome({"snapshot": name}, ["kept"])

    def restore(self, name: str, *, wait: float) -> Outcome:
        _asked.append(("restore", (name, wait)))
        return Outcome({"snapshot": name}, ["live"])

    def stats(self) -> Outcome:
        _asked.append(("stats", None))
        return Outcome({"articles": 3}, ["articles    3"])


class _Paper(RemoteIndex):
    """An index on paper."""

    kind = "a shelf"
    build_options = (
        BuildOption("sheets", 1, "On a shelf: sheets of paper"),
        BuildOption("copies", 0, "Of each"),
    )

    def __init__(self, address: str) -> None:
        self._address = address

    def __str__(self) -> str:
        return self._address

    def commands(self) -> RemoteCommands:
        return _Commands()

    def open_engine(self, *, directory: Path, **options: Any) -> Any:
        _asked.append(("open", (directory, options)))
        return FakeEngine()


@pytest.fixture(autouse=True)
def _provided(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package provides ``paper://``, and no other is installed."""
    _asked.clear()
    entries = EntryPoints([EntryPoint("paper", f"{__name__}:_Paper", remote.GROUP)])
    monkeypatch.setattr(remote, "entry_points", entries.select)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--index", "paper://shelf/news", "index", *arguments])


@pytest.mark.parametrize("text", ["var/index", "./opensearch:/x", "opensearch", "C://news", "://x", ""])
def test_what_has_no_scheme_is_a_directory(text: str) -> None:
    """Whatever signs its name has."""
    assert location_of(text) == Path(text)


@pytest.mark.parametrize("text", ["paper://shelf/news", "paper+https://shelf/news", "PAPER://shelf/news"])
def test_the_scheme_says_who_provides_an_index(text: str) -> None:
    """What follows a plus says how it is reached, which is the provider's own."""
    assert str(location_of(text)) == text
    assert isinstance(location_of(text), _Paper)


@pytest.mark.parametrize("where", [location_of, open_engine])
def test_a_scheme_that_nobody_provides_is_refused(where: Callable[[str], object]) -> None:
    """With what to do; a directory of that name is not made."""
    with pytest.raises(ConfigurationError, match=r"nothing here provides an index at stone://: give a dir"):
        where("stone://wall/news")


def test_an_extra_that_would_provide_it_is_named() -> None:
    """By the metadata of what is installed, so that none is named that there is not."""
    with pytest.raises(ConfigurationError, match=r"pip install 'onneshon\[opensearch\]'"):
        location_of("opensearch://host/news")


def test_a_command_refuses_it_as_a_wrong_option() -> None:
    """Wherever the option stands."""
    for arguments in (["--index", "stone://x", "index", "stats"], ["index", "stats", "--index", "stone://x"]):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 2
        assert "nothing here provides an index at stone://" in done.output


@pytest.mark.parametrize(
    ("arguments", "asked", "said", "values"),
    [
        (["check", "--deep"], ("check", True), "sound\n", {"articles": 3}),
        (["stats"], ("stats", None), "articles    3\n", {"articles": 3}),
        (["rollover", "--days", "7"], ("rollover", (Due(days=7), None, 0)), "not yet\n", {"index": None}),
        (["drop", "--yes"], ("drop", 0), "removed\n", {"removed": ["পাতা-১"]}),
        (["repair"], ("repair", None), "mended\n", {"articles": 3}),
        (["delete", "১", "২"], ("delete", (("১", "২"), 0)), "deleted\n", {"deleted": 2}),
        (["snapshot", "shelf:মে"], ("snapshot", "shelf:মে"), "kept\n", {"snapshot": "shelf:মে"}),
        (["restore", "shelf:মে"], ("restore", ("shelf:মে", 0)), "live\n", {"snapshot": "shelf:মে"}),
    ],
)
def test_commands_ask_the_index_and_say_what_it_says(
    arguments: list[str], asked: tuple[str, Any], said: str, values: dict[str, Any]
) -> None:
    """To people in its lines, to programs in its values."""
    assert _run(*arguments).output == said
    assert json.loads(_run(*arguments, "--json").output) == values
    assert _asked == [asked, asked]


def test_an_index_in_a_directory_is_never_rolled_over(tmp_path: Path) -> None:
    """It grows by segments, whatever its size."""
    done = CliRunner().invoke(main, ["--index", str(tmp_path), "index", "rollover"])
    assert done.exit_code == 2
    assert "an index in a directory grows by segments" in done.output


def test_an_index_is_not_dropped_by_mistake(tmp_path: Path) -> None:
    """Only after a yes; and a directory is removed as directories are."""
    unsure = CliRunner().invoke(main, ["--index", "paper://x", "index", "drop"], input="n\n")
    directory = CliRunner().invoke(main, ["--index", str(tmp_path), "index", "drop", "--yes"])
    assert (unsure.exit_code, directory.exit_code, _asked) == (1, 2, [])
    assert "remove its directory" in directory.output


def test_generations_that_went_or_came_back_are_named() -> None:
    """As those of a directory are."""
    assert _run("rollback", "--to", "পাতা-১").output == "generation পাতা-১ is live\n"
    assert _run("gc", "--dry-run", "--keep", "3").output == "would remove পাতা-০\n"
    assert _asked == [("rollback", "পাতা-১"), ("gc", (3, False, True))]


def test_an_update_that_left_articles_out_ends_so(tmp_path: Path) -> None:
    """As one of a directory does, and quietly where asked; what the site says is where one works."""
    (tmp_path / "a.jsonl").write_text("{}", "utf-8")
    update = ["update", str(tmp_path / "a.jsonl"), "--delete-missing"]
    done = _run(*update)
    assert done.exit_code == INCOMPLETE
    assert "7 added, 0 changed, 0 unchanged, 0 deleted, 1 left out\n" in done.output
    assert "  1 older than what the cluster has\n" in done.output
    assert done.output.endswith("1.0 s; 12 articles in পাতা-১\n")
    assert json.loads(_run(*update, "--json").output)["added"] == 7
    assert _run(*update, "--quiet").output == ""
    assert _asked == [("update", (["a.jsonl"], Path(FILE_NAME), True))] * 3


def test_a_build_has_the_options_of_an_engine(tmp_path: Path) -> None:
    """And gives it those alone, with nothing for what was not said."""
    (tmp_path / "a.jsonl").write_text("{}", "utf-8")
    done = _run("build", str(tmp_path / "a.jsonl"), "--sheets", "2", "--workers", "1")
    assert done.exit_code == INCOMPLETE
    assert "generation পাতা-১ is live" in done.output
    assert _asked == [("build", (["a.jsonl"], Path(FILE_NAME), {"sheets": 2, "copies": None}, 1))]


def test_it_is_built_again_from_what_it_stores() -> None:
    """With what the site says where one works, and no files."""
    assert "generation পাতা-১ is live" in _run("migrate").output
    assert json.loads(_run("migrate", "--json").output)["articles"] == 1
    assert [(name, given[:3]) for name, given in _asked] == [("build", ([], Path(FILE_NAME), {}))] * 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--copies", "0"], "--sheets and --copies are of a shelf: name one with --index"),
        (["--sheets", "0"], "0 is not in the range x>=1"),
        (["--shards", "2"], "No such option '--shards'"),
    ],
    ids=["a directory", "too few", "of no engine"],
)
def test_options_of_engines_are_refused_elsewhere(tmp_path: Path, arguments: list[str], said: str) -> None:
    """A directory has none of them, and what is not installed brings none."""
    (tmp_path / "a.jsonl").write_text("{}", "utf-8")
    path = str(tmp_path / "a.jsonl")
    done = CliRunner().invoke(main, ["--index", str(tmp_path), "index", "build", path, *arguments])
    assert (done.exit_code, said in done.output) == (2, True)


def test_an_engine_that_cannot_be_imported_hinders_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its addresses are of nobody, and its options are not there."""
    broken = EntryPoint("stone", "none.such.module:Index", remote.GROUP)
    monkeypatch.setattr(remote, "entry_points", EntryPoints([broken]).select)
    assert "--workers" in CliRunner().invoke(main, ["index", "build", "--help"]).output
    with pytest.raises(ConfigurationError, match="nothing here provides an index at stone://"):
        location_of("stone://wall/news")


class _OncePublished(threading.Event):
    """Ends what publishes once something was."""

    def is_set(self) -> bool:
        return bool(ProgressFile(Path()).read().newest)

    def wait(self, timeout: float | None = None) -> bool:
        raise AssertionError(f"it waits {timeout} s, though nothing goes wrong")


def test_what_comes_over_http_is_published_and_applied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue is where one works."""
    monkeypatch.chdir(tmp_path)
    journal = Journal(Path())
    journal.append([Operation("১", '{"title": "নদী"}'), Operation("২", None)])
    publish(location_of("paper://shelf/news"), _OncePublished())
    assert ProgressFile(Path()).read().newest == "পাতা-১.১"
    applied = [("add", "নদী"), ("take out", "২"), ("visible", None)]
    assert _asked == [("writer", 0), *applied]
    _asked.clear()
    assert _run("position").output == f"{journal.end()}\n"
    done = _run("replay", "--wait", "3")
    assert done.output == "2 operations: 7 put in, 0 taken out, 0 left out; generation পাতা-১ is live\n"
    assert _asked == [("writer", 3.0), *applied]


def test_files_that_change_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a directory: what they lack any more goes."""
    (tmp_path / "a.jsonl").write_text("{}", "utf-8")
    monkeypatch.setattr(refresh_commands, "watched", lambda *_, **__: [0, 1])
    done = _run("watch", str(tmp_path / "a.jsonl"))
    assert done.output.count("generation পাতা-১ is live: 12 articles; 7 added") == 2
    assert _asked == [("update", (["a.jsonl"], Path(FILE_NAME), True))] * 2


def test_an_engine_is_opened_by_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what the site says where one works."""
    assert open_engine("paper://shelf/news", costly=2).count == FakeEngine().count
    ((_, (directory, options)),) = _asked
    assert directory == Path()
    assert options["costly"] == 2
