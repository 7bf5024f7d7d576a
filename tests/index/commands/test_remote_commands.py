"""Commands on an index at an address: they call its provider, and print its answer."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onneshon.index.commands import refresh_commands
from onneshon.index.commands.kept_process import keep_publishing as publish
from onneshon.index.commands.main import main
from onneshon.index.commands.shared import INCOMPLETE
from onneshon.index.configuration import FILE_NAME
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.remote import Due, location_of
from tests import paper_index
from tests.paper_index import ASKED, provide


@pytest.fixture(autouse=True)
def _provided(monkeypatch: pytest.MonkeyPatch) -> None:
    provide(monkeypatch)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--index", "paper://shelf/news", "index", *arguments])


def test_a_command_refuses_it_as_a_wrong_option() -> None:
    """An unknown scheme is refused, whether the option is before the command or after it."""
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
    """The answer of the index is printed as lines of text, or as JSON."""
    assert _run(*arguments).output == said
    assert json.loads(_run(*arguments, "--json").output) == values
    assert [asked, asked] == ASKED


def test_an_index_in_a_directory_is_never_rolled_over(tmp_path: Path) -> None:
    """An index in a directory grows by segments, whatever its size."""
    done = CliRunner().invoke(main, ["--index", str(tmp_path), "index", "rollover"])
    assert done.exit_code == 2
    assert "an index in a directory grows by segments" in done.output


def test_an_index_is_not_dropped_by_mistake(tmp_path: Path) -> None:
    """The command asks first; a directory is to be removed like any directory."""
    unsure = CliRunner().invoke(main, ["--index", "paper://x", "index", "drop"], input="n\n")
    directory = CliRunner().invoke(main, ["--index", str(tmp_path), "index", "drop", "--yes"])
    assert (unsure.exit_code, directory.exit_code, ASKED) == (1, 2, [])
    assert "remove its directory" in directory.output


def test_generations_that_went_or_came_back_are_named() -> None:
    """The output is that for an index in a directory."""
    assert _run("rollback", "--to", "পাতা-১").output == "generation পাতা-১ is live\n"
    assert _run("gc", "--dry-run", "--keep", "3").output == "would remove পাতা-০\n"
    assert ASKED == [("rollback", "পাতা-১"), ("gc", (3, False, True))]


def test_an_update_that_left_articles_out_ends_so(tmp_path: Path) -> None:
    """The exit code is that for a directory, also when quiet; the current directory has the settings."""
    (tmp_path / "a.jsonl").write_text("{}", "utf-8")
    update = ["update", str(tmp_path / "a.jsonl"), "--delete-missing"]
    done = _run(*update)
    assert done.exit_code == INCOMPLETE
    assert "7 added, 0 changed, 0 unchanged, 0 deleted, 1 left out\n" in done.output
    assert "  1 older than what the cluster has\n" in done.output
    assert done.output.endswith("1.0 s; 12 articles in পাতা-১\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper_index, "_REPORT", replace(paper_index._REPORT, visible_seconds=0.4))
        assert _run(*update).output.endswith("1.0 s, visible after 0.4 s; 12 articles in পাতা-১\n")
    assert json.loads(_run(*update, "--json").output)["added"] == 7
    assert _run(*update, "--quiet").output == ""
    assert [("update", (["a.jsonl"], Path(FILE_NAME), True))] * 4 == ASKED


def test_a_build_has_the_options_of_an_engine(tmp_path: Path) -> None:
    """The engine gets only its own options, with None for those not given."""
    (tmp_path / "a.jsonl").write_text("{}", "utf-8")
    done = _run("build", str(tmp_path / "a.jsonl"), "--sheets", "2", "--workers", "1")
    assert done.exit_code == INCOMPLETE
    assert "generation পাতা-১ is live" in done.output
    assert [("build", (["a.jsonl"], Path(FILE_NAME), {"sheets": 2, "copies": None}, 1))] == ASKED


def test_it_is_built_again_from_what_it_stores() -> None:
    """The provider gets the site's settings in the current directory, and no files."""
    assert "generation পাতা-১ is live" in _run("migrate").output
    assert json.loads(_run("migrate", "--json").output)["articles"] == 1
    assert [(name, given[:3]) for name, given in ASKED] == [("build", ([], Path(FILE_NAME), {}))] * 2


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
    """An index in a directory has none of them, and an engine that is not installed adds none."""
    (tmp_path / "a.jsonl").write_text("{}", "utf-8")
    path = str(tmp_path / "a.jsonl")
    done = CliRunner().invoke(main, ["--index", str(tmp_path), "index", "build", path, *arguments])
    assert (done.exit_code, said in done.output) == (2, True)


class _OncePublished(threading.Event):
    """An event that is set once something was published."""

    def is_set(self) -> bool:
        return bool(ProgressFile(Path()).read().newest)

    def wait(self, timeout: float | None = None) -> bool:
        raise AssertionError(f"it waits {timeout} s, though nothing goes wrong")


def test_what_comes_over_http_is_published_and_applied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue is in the current directory."""
    monkeypatch.chdir(tmp_path)
    journal = Journal(Path())
    journal.append([Operation("১", '{"title": "নদী"}'), Operation("২", None)])
    publish(location_of("paper://shelf/news"), _OncePublished())
    assert ProgressFile(Path()).read().newest == "পাতা-১.১"
    applied = [("add", "নদী"), ("take out", "২"), ("visible", None)]
    assert [("writer", 0), *applied] == ASKED
    ASKED.clear()
    assert _run("position").output == f"{journal.end()}\n"
    done = _run("replay", "--wait", "3")
    assert done.output == "2 operations: 7 put in, 0 taken out, 0 left out; generation পাতা-১ is live\n"
    assert [("writer", 3.0), *applied] == ASKED


def test_files_that_change_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles that files no longer contain are deleted, like in a directory."""
    (tmp_path / "a.jsonl").write_text("{}", "utf-8")
    monkeypatch.setattr(refresh_commands, "watched", lambda *_, **__: [0, 1])
    done = _run("watch", str(tmp_path / "a.jsonl"))
    assert done.output.count("generation পাতা-১ is live: 12 articles; 7 added") == 2
    assert [("update", (["a.jsonl"], Path(FILE_NAME), True))] * 2 == ASKED


def test_what_the_site_says_is_read_at_each_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invalid settings leave the index as it is until they are mended, like in a directory."""
    monkeypatch.chdir(tmp_path)
    Path("নদী.jsonl").write_text("{}", "utf-8")

    def watched(*_: object, **__: object) -> Iterator[int]:
        yield 0
        Path(FILE_NAME).write_text("[fields", "utf-8")
        yield 1
        Path(FILE_NAME).write_text("", "utf-8")
        yield 1

    monkeypatch.setattr(refresh_commands, "watched", watched)
    done = _run("watch", "নদী.jsonl")
    assert (done.output.count("is live"), done.output.count("the index stays as it was")) == (2, 1)
    assert len(ASKED) == 2


def test_a_repair_is_quiet_where_that_is_asked() -> None:
    """No text is printed, like for a directory; JSON is printed all the same."""
    assert _run("repair", "--quiet").output == ""
    assert json.loads(_run("repair", "--quiet", "--json").output) == {"articles": 3}
