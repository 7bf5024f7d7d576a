"""Keys are stored as digests, read again when their file changes, and open their scopes only."""

import datetime as dt
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index.commands.main import main
from onneshon.web.access.guard import CLIENTS, RateLimit, key_of
from onneshon.web.access.keys import KeyFile, KeyFileError, add_key, remove_key

TODAY = dt.date(2026, 11, 25)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of the file of keys."""
    return tmp_path / "keys"


def test_the_file_has_a_digest_and_not_the_key(path: Path) -> None:
    """A copy of the file gives nobody write access."""
    key = add_key(path, "wordpress", ["write"], TODAY)
    text = path.read_text("utf-8")
    assert re.fullmatch(r"onn_[A-Za-z0-9_-]{43}", key)
    assert key not in text
    digest = hashlib.sha256(key.encode()).hexdigest()
    assert text.splitlines()[1] == f"wordpress write {digest} 2026-11-25"
    assert path.stat().st_mode & 0o777 == 0o600


def test_each_client_is_known_by_its_key(path: Path) -> None:
    """No other key is accepted, however similar."""
    keys = {name: add_key(path, name, ["search", "write"], TODAY) for name in ("a", "b", "c")}
    file = KeyFile(path)
    for name, key in keys.items():
        client = file.client(key)
        assert client is not None
        assert (client.name, set(client.scopes)) == (name, {"search", "write"})
        for wrong in (key[:-1], key + "a", key.swapcase(), "", "\udc80"):
            assert file.client(wrong) is None


def test_a_key_that_is_removed_opens_nothing_more(path: Path) -> None:
    """A removed key is refused by a server that has read the file before, too."""
    first = add_key(path, "a", ["write"], TODAY)
    file = KeyFile(path)
    second = add_key(path, "b", ["write"], TODAY)
    assert file.client(second) is not None
    remove_key(path, "a")
    assert file.client(first) is None
    assert file.client(second) is not None


def test_a_key_that_nobody_was_shown_is_not_kept(path: Path) -> None:
    """If the output goes to a full disk, no key is stored, so the command can be repeated; others stay."""
    first = add_key(path, "a", ["write"], TODAY)
    command = [sys.executable, "-m", "onneshon", "keys", "add", "wordpress", "--keys", str(path)]
    with Path("/dev/full").open("w") as full:
        assert subprocess.run(command, check=False, stdout=full, stderr=subprocess.DEVNULL).returncode == 1
    assert [client.name for client in KeyFile(path).clients()] == ["a"]
    assert KeyFile(path).client(first) is not None


def test_a_file_that_is_gone_or_garbled_opens_nothing(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The reason is logged once; after a repair keys open again."""
    key = add_key(path, "a", ["write"], TODAY)
    good = path.read_bytes()
    file = KeyFile(path)
    path.write_bytes(b"garbled")
    assert file.client(key) is None
    assert ":1 is no key" in file.failure
    path.unlink()
    assert file.client(key) is None
    assert file.client(key) is None
    assert ["is no key" in caplog.text, "cannot be read" in caplog.text, len(caplog.records)] == [
        True,
        True,
        2,
    ]
    path.write_bytes(good)
    assert file.client(key) is not None
    assert file.failure == ""


@pytest.mark.parametrize(
    "line",
    [
        "a",
        "a write",
        "a write 12",
        f"A write {'0' * 64}",
        f"a owner {'0' * 64}",
        f"a write,x {'0' * 64}",
        "\xff",
    ],
)
def test_a_line_that_is_no_key_is_reported_by_its_place(path: Path, line: str) -> None:
    """Reading the file fails at the start, before anything is served."""
    path.write_text(f"# keys\n{line}\n", "utf-8")
    with pytest.raises(KeyFileError, match=r"keys:2 is no key: .*`onneshon keys add`"):
        KeyFile(path)


def test_two_keys_of_one_name_are_refused(path: Path) -> None:
    """The command and the reader of the file refuse it."""
    add_key(path, "a", ["write"], TODAY)
    with pytest.raises(KeyFileError, match="already"):
        add_key(path, "a", ["write"], TODAY)
    path.write_text(path.read_text("utf-8") * 2, "utf-8")
    with pytest.raises(KeyFileError, match="two keys of one name: take"):
        KeyFile(path)


@pytest.mark.parametrize("name", ["", "A", "a b", "-a", "a\n", "a" * 41, "ক"])
def test_names_are_plain(path: Path, name: str) -> None:
    """Names appear in logs and metrics."""
    with pytest.raises(KeyFileError, match="no name"):
        add_key(path, name, ["write"], TODAY)


def test_commands_make_list_and_remove_keys(path: Path) -> None:
    """Only the key goes to standard output."""
    run = CliRunner().invoke
    made = run(main, ["keys", "add", "wordpress", "--keys", str(path)])
    key = made.stdout.strip()
    assert KeyFile(path).client(key) is not None
    run(main, ["keys", "add", "reader", "--keys", str(path), "--scope", "search"])
    listed = run(main, ["keys", "list", "--keys", str(path)]).stdout.splitlines()
    assert [line.split()[:2] for line in listed] == [["wordpress", "write"], ["reader", "search"]]
    assert run(main, ["keys", "remove", "wordpress", "--keys", str(path)]).exit_code == 0
    again = run(main, ["keys", "remove", "wordpress", "--keys", str(path)])
    assert (again.exit_code, "There is no key for wordpress" in again.output) == (1, True)
    taken = run(main, ["keys", "add", "reader", "--keys", str(path)])
    assert (taken.exit_code, "`onneshon keys remove reader`" in taken.output) == (1, True)


@pytest.mark.parametrize(
    ("header", "key", "basic_key"),
    [
        ("Bearer onn_a", "onn_a", "onn_a"),
        ("bearer onn_a ", "onn_a", "onn_a"),
        ("Basic eDpvbm5fYQ==", "", "onn_a"),
        ("Basic !", "", ""),
        ("Basic /w==", "", ""),
        ("onn_a", "", ""),
        ("", "", ""),
    ],
)
def test_a_key_is_read_from_its_header(header: str, key: str, basic_key: str) -> None:
    """As a Basic password it counts for reading only, since browsers send that by themselves."""
    assert (key_of(header), key_of(header, basic=True)) == (key, basic_key)


def test_a_client_may_ask_as_often_as_its_rate() -> None:
    """A burst is allowed, then one request per interval; each client has its own limit."""
    now = [100.0]
    limit = RateLimit(2, 4, clock=lambda: now[0])
    assert [limit.wait("a") for _ in range(6)] == [0, 0, 0, 0, 1, 1]
    assert limit.wait("b") == 0
    now[0] += 0.5
    assert [limit.wait("a"), limit.wait("a")] == [0, 1]
    now[0] += 60
    assert [limit.wait("a") for _ in range(5)] == [0, 0, 0, 0, 1]


FORKING = """
import os
from onneshon.web.access.guard import RateLimit
limit = RateLimit(1, 4, clock=lambda: 100.0)
for number in range(3):
    if not (pid := os.fork()):
        os._exit(limit.wait("a"))
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
print(limit.wait("a"), limit.wait("a"), limit.wait("b"))
"""


def test_processes_that_are_forked_count_together() -> None:
    """A client gains nothing from several answering processes, whether or not these still run."""
    ran = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["0", "0", "0", "0", "1", "0"]


def test_a_limit_survives_any_number_of_clients() -> None:
    """The client that asked longest ago is forgotten, which has the effect of a full allowance."""
    now = [100.0]
    limit = RateLimit(1, 1, clock=lambda: now[0])
    for number in range(3 * CLIENTS):
        now[0] += 0.01
        assert limit.wait(str(number)) == 0
    assert limit.wait(str(number)) == 1
