"""``onneshon index push`` and ``pull`` report what they did, and in one sentence what failed."""

import json
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onneshon.index.article import Article
from onneshon.index.commands import kept_process
from onneshon.index.commands.main import main
from onneshon.index.replication import lease as lease_module
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.store import ObjectStore, open_store
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.index_writer import open_writer
from tests.building import build_numbered


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of three articles."""
    build_numbered(tmp_path / "writer", 3)
    return tmp_path / "writer"


@pytest.fixture
def address(tmp_path: Path) -> str:
    """The address of a store in a folder."""
    return f"file://{tmp_path}/store"


def ask(*arguments: str) -> Result:
    """Run ``onneshon index``."""
    return CliRunner().invoke(main, ["index", *arguments], prog_name="onneshon")


def test_an_index_goes_to_a_store_and_comes_from_there(directory: Path, tmp_path: Path, address: str) -> None:
    """The report has numbers and sizes, as text and as JSON."""
    pushed = ask("push", address, "--index", str(directory))
    assert pushed.exit_code == 0, pushed.output
    assert f"generation 000001, 3 articles, is live in {address}: " in pushed.output
    pulled = ask("pull", address, "--index", str(tmp_path / "replica"))
    assert pulled.exit_code == 0, pulled.output
    assert "generation 000001, 3 articles, is live: " in pulled.output
    again = json.loads(ask("pull", address, "--index", str(tmp_path / "replica"), "--json").output)
    assert (again["moved"], again["files"]) == (False, 0)


def test_what_nobody_needs_goes_from_the_store(directory: Path, address: str) -> None:
    """``--prune`` removes old objects in the same command."""
    pushed = ask("push", address, "--index", str(directory), "--prune", "7")
    assert pushed.output.endswith("removed 0 files from it, 0 bytes\n")
    told = json.loads(ask("push", address, "--index", str(directory), "--prune", "7", "--json").output)
    assert told["pruned"] == {"manifests": 0, "files": 0, "bytes": 0}


def test_a_second_writer_is_refused_with_its_own_exit_code(
    directory: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code is that for a directory which another process writes."""
    monkeypatch.setattr(lease_module, "RENEW_SECONDS", 0.01)
    monkeypatch.setattr(lease_module, "LOOK_SECONDS", 0.1)
    with Lease(open_store(address)).acquire():
        refused = ask("push", address, "--index", str(directory))
    assert refused.exit_code == 4
    assert "is being written by process" in refused.output


@pytest.mark.parametrize(
    ("arguments", "reason", "code"),
    [
        (["push", "STORE", "--index", "MISSING"], "there is no index in", 3),
        (["pull", "STORE", "--index", "MISSING"], "push an index there with `onneshon index push`", 3),
        (["pull", "ftp://news", "--index", "MISSING"], "is no address of an object store", 1),
    ],
    ids=["no index", "nothing there", "no store"],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, address: str, arguments: list[str], reason: str, code: int
) -> None:
    """Each kind of failure has its exit code."""
    names = {"STORE": address, "MISSING": str(tmp_path / "missing")}
    result = ask(*(names.get(word, word) for word in arguments))
    assert (result.exit_code, reason in result.output) == (code, True), result.output


def test_the_process_of_a_replica_keeps_its_directory_up_to_date(
    directory: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the process is to end."""
    ask("push", address, "--index", str(directory))
    (tmp_path / "replica").mkdir()
    ending = threading.Event()
    monkeypatch.setattr(ending, "wait", lambda _timeout: ending.set())
    kept_process.keep_following(tmp_path / "replica", ending, address)
    assert Generations(tmp_path / "replica").current().name == "000001"


def test_the_process_that_publishes_takes_each_generation_to_the_store(
    directory: Path, tmp_path: Path, address: str
) -> None:
    """Including a generation that was made before it began."""
    with open_writer(directory) as writer:
        writer.add(Article(id="নতুন", title="নদী", body="পদ্মা"))
    (directory / "publishing").mkdir()

    class Ending(threading.Event):
        """An event that is set once there is nothing to do."""

        waits = 0

        def is_set(self) -> bool:
            return self.waits > 3

        def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002  # as that of an event
            self.waits += 1
            return self.is_set()

    kept_process.keep_publishing(directory, Ending(), address)
    assert ask("pull", address, "--index", str(tmp_path / "replica")).exit_code == 0
    assert Generations(tmp_path / "replica").current().name == "000002"


def test_a_store_is_pruned_once_a_day(
    directory: Path, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure is logged, and nothing stops."""
    caplog.set_level("INFO")
    now = [0.0]
    with Lease(open_store(address)).acquire() as lease:
        upkeep = kept_process._Upkeep(directory, bool, lease, clock=lambda: now[0])
        upkeep()
        now[0] = kept_process.PRUNE_SECONDS
        upkeep()
        upkeep()
        assert caplog.text.count("Removed 0 files") == 1
        now[0] *= 2
        monkeypatch.setattr(ObjectStore, "listed", lambda *_: 1 / 0)
        lease.lost.set()
        upkeep()
    assert "The store was not pruned" in caplog.text
