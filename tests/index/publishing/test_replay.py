"""Operations received over HTTP are applied again to an older index, and nothing newer is undone."""

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index.commands.main import main
from onneshon.index.configuration import FILE_NAME
from onneshon.index.publishing.applying import Applier
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.replay import replay
from onneshon.index.storage.reader import open_index
from onneshon.index.upkeep.index_writer import open_writer
from tests.building import build_numbered


def _put(article_id: str, title: str, hour: int) -> Operation:
    return Operation(article_id, json.dumps({"title": title}), "a", f"2026-11-25T{hour:02}:00:00.000+00:00")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index that received operations and was then rebuilt from files older than these."""
    directory = tmp_path / "index"
    build_numbered(directory, 5)
    came = [
        _put("সকাল", "সকালের খবর", 6),
        _put("1", "পুরোনো শিরোনাম", 7),
        _put("1", "নতুন শিরোনাম", 8),
        Operation("2", None, "a", "2026-11-25T09:00:00.000+00:00"),
    ]
    Journal(directory).append(came)
    assert Applier(directory, open_writer).step()
    build_numbered(directory, 5)
    return directory


def _titles(directory: Path) -> dict[str, str]:
    with open_index(directory) as reader:
        found = [part.article(doc) for part in reader.segments for doc in range(part.doc_count)]
        alive = {article.id for article in found if _is_there(reader, article.id)}
        return {article.id: reader.article(article.id).title for article in found if article.id in alive}


def _is_there(reader: object, article_id: str) -> bool:
    segments = reader.segments  # type: ignore[attr-defined]
    return any(segment.find(article_id) is not None for segment in segments)


def test_all_that_came_is_there_again(directory: Path) -> None:
    """Operations are applied again; of several on an article the last counts."""
    assert "সকাল" not in _titles(directory)
    report = replay(directory)
    assert (report.operations, report.put, report.deleted) == (4, 2, 1)
    titles = _titles(directory)
    assert (titles["সকাল"], titles["1"], "2" in titles) == ("সকালের খবর", "নতুন শিরোনাম", False)


def test_twice_is_as_once(directory: Path) -> None:
    """The second replay changes nothing, and makes no generation."""
    first = replay(directory)
    second = replay(directory)
    assert (second.put, second.deleted, second.generation) == (0, 0, first.generation)


def test_only_what_came_since_then_is_applied(directory: Path) -> None:
    """The time at which the server received an operation counts."""
    report = replay(directory, dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC))
    assert (report.operations, report.put, report.deleted) == (1, 0, 1)


def test_what_waits_is_left_to_the_server(directory: Path) -> None:
    """Queued operations are applied later, by the server."""
    Journal(directory).append([_put("1", "এখনও অপেক্ষায়", 10)])
    assert replay(directory).operations == 4
    assert _titles(directory)["1"] == "নতুন শিরোনাম"


def test_the_command_tells_what_it_did(directory: Path) -> None:
    """A text that is no time is refused."""
    words = ["index", "replay", "--index", str(directory)]
    told = CliRunner().invoke(main, [*words, "--since", "2026-11-25T06:30:00+00:00"])
    assert told.exit_code == 0, told.output
    assert "3 operations: 1 put in, 1 taken out" in told.stdout
    assert CliRunner().invoke(main, [*words, "--since", "গতকাল"]).exit_code == 2


def test_what_no_index_takes_holds_up_no_other(directory: Path) -> None:
    """The faulty operation is reported by the exit code, and its article is unchanged."""
    (directory / FILE_NAME).write_text("[fields.tags]\nseveral = true", "utf-8")
    tags = json.dumps({"title": "নতুন", "tags": ["নদী", "খাল"]})
    Journal(directory).append([Operation("3", tags, "a", "2026-11-25T10:00:00.000+00:00")])
    assert Applier(directory, open_writer).step()
    build_numbered(directory, 5)
    before = _titles(directory)["3"]
    (directory / FILE_NAME).write_text("[fields.tags]", "utf-8")
    told = CliRunner().invoke(main, ["index", "replay", "--index", str(directory)])
    assert told.exit_code == 6, told.output
    assert "5 operations: 2 put in, 1 taken out, 1 left out" in told.stdout
    assert "left out: article 3: tags has 2 values" in told.stderr
    titles = _titles(directory)
    assert (titles["সকাল"], titles["1"], titles["3"]) == ("সকালের খবর", "নতুন শিরোনাম", before)


def test_there_is_nothing_to_replay_to_where_there_is_no_index(tmp_path: Path) -> None:
    """The exit code says so, and no index is made."""
    told = CliRunner().invoke(main, ["index", "replay", "--index", str(tmp_path / "index")])
    assert told.exit_code == 3
    assert not (tmp_path / "index").exists()


def test_what_came_behind_a_position_is_there_again_whatever_clocks_said(directory: Path) -> None:
    """A nightly job does this: it reads the position first, then exports, builds and replays."""
    position = CliRunner().invoke(main, ["index", "position", "--index", str(directory)]).output.strip()
    Journal(directory).append([_put("রাত", "রাতের খবর", 1)])  # with an earlier time than all others
    assert Applier(directory, open_writer).step()
    build_numbered(directory, 5)
    command = ["index", "replay", "--from", position, "--index", str(directory)]
    assert CliRunner().invoke(main, command).exit_code == 0
    titles = _titles(directory)
    assert (titles.get("রাত"), "সকাল" in titles) == ("রাতের খবর", False)
