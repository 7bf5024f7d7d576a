"""The real server accepts articles, names the generation of each, and loses none when killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest

from onneshon.index.configuration import FILE_NAME
from onneshon.index.publishing.journal import Journal
from tests.building import build_numbered
from tests.publishing import Publisher, key_for, publishing
from tests.serving import SECONDS, start


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of 20 articles."""
    build_numbered(tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    """A client of a server over 20 articles, whose site has tags; several tests add articles."""
    directory = tmp_path_factory.mktemp("shared") / "index"
    build_numbered(directory)
    (directory / FILE_NAME).write_text("[fields.tags]\nseveral = true\n", "utf-8")
    with publishing(directory) as client:
        yield client


@pytest.mark.slow
def test_an_article_is_found_once_its_generation_is_reported(client: Publisher) -> None:
    """An article is added, replaced and deleted; each answer holds for the next request."""
    status, answer = client.put("নতুন/১", "হাওরে শীতের পাখি")
    assert (status, answer["visible"], answer["articles"]) == (200, True, 1)
    first = answer["generation"]
    assert client.title("নতুন/১") == "হাওরে শীতের পাখি"
    _, answer = client.put("নতুন/১", "পাখি উড়ে গেছে")
    assert answer["generation"] > first
    assert client.title("নতুন/১") == "পাখি উড়ে গেছে"
    assert client.ask("GET", "/healthz")[1]["index"]["generation"] == answer["generation"]
    assert client.delete("নতুন/১")[0] == 200
    assert client.title("নতুন/১") is None
    assert client.title("7") is not None


@pytest.mark.slow
def test_an_article_is_found_by_the_fields_of_its_site(client: Publisher) -> None:
    """The fields work as for articles of the build, and an update of another field keeps them."""
    path = "/api/v1/articles/হাওর?wait=20"
    client.ask("PUT", quote(path, safe="/?="), {"title": "হাওরে শীতের পাখি", "tags": ["পাখি", "শীত"]})
    assert _found_by_tag(client, "পাখি") == ["হাওর"]
    _, answer = client.ask("GET", quote("/api/v1/articles/হাওর"), key="")
    client.ask("PUT", quote(path, safe="/?="), {**answer["article"], "title": "পাখি উড়ে গেছে"})
    assert (_found_by_tag(client, "শীত"), client.title("হাওর")) == (["হাওর"], "পাখি উড়ে গেছে")


def _found_by_tag(client: Publisher, tag: str) -> list[str]:
    _, answer = client.ask("GET", f"/api/v1/search?q=*&tags={quote(tag)}", key="")
    return [hit["id"] for hit in answer["hits"]]


@pytest.mark.slow
def test_every_process_finds_what_is_reported_as_visible(directory: Path) -> None:
    """Another process than the one that answered may get the next request."""
    with publishing(directory, "--processes", "3") as client:
        for number in range(12):
            _, answer = client.put("বদল", f"সংখ্যা {number}")
            assert answer["visible"]
            assert {client.title("বদল") for _ in range(6)} == {f"সংখ্যা {number}"}
        assert client.delete("বদল")[1]["visible"]
        assert {client.title("বদল") for _ in range(6)} == {None}


@pytest.mark.slow
def test_many_are_published_together(client: Publisher) -> None:
    """Many articles come as JSON Lines, some of them deletions."""
    lines = [{"id": f"bulk-{number}", "title": f"নদী {number}"} for number in range(100)]
    body = "\n".join(json.dumps(line) for line in [*lines, {"id": "3", "deleted": True}]).encode()
    before = client.ask("GET", "/healthz")[1]["articles"]
    status, answer = client.ask("POST", "/api/v1/articles?wait=20", body)
    assert (status, answer["articles"], answer["visible"]) == (200, 101, True)
    assert client.ask("GET", "/healthz")[1]["articles"] == before + 99
    assert (client.title("bulk-99"), client.title("3")) == ("নদী 99", None)


@pytest.mark.slow
def test_an_array_is_as_good_as_lines(client: Publisher) -> None:
    """Some clients can only send JSON; a fault is reported with its line."""
    changes = [{"id": "ইলিশ", "title": "পদ্মার ইলিশ"}, {"id": "4", "deleted": True}]
    assert client.title("4") is not None
    assert client.ask("POST", "/api/v1/articles?wait=20", changes)[1]["articles"] == 2
    assert (client.title("ইলিশ"), client.title("4")) == ("পদ্মার ইলিশ", None)
    for body, told in ((b' [{"id": "x"}]', "line 1"), (b"[1, 2", "neither JSON Lines nor an array")):
        status, answer = client.ask("POST", "/api/v1/articles", body)
        assert (status, told in answer["detail"]) == (400, True), answer


@pytest.mark.slow
def test_only_who_has_a_key_may_send_much(client: Publisher) -> None:
    """Others are refused before their body is read; a key as a password does not count here."""
    article = {"id": "x", "title": "a", "body": "নদী " * 200_000}
    assert client.ask("PUT", "/api/v1/articles/x?wait=20", article)[0] == 200
    for key in ("", "onn_wrong"):
        assert client.ask("PUT", "/api/v1/articles/x?wait=0", {"title": "a" * 100_000}, key=key)[0] == 413
    assert client.ask("PUT", "/api/v1/search", {"title": "a" * 100_000})[0] == 413


@pytest.mark.slow
def test_it_begins_without_an_index(tmp_path: Path) -> None:
    """The first article creates the index."""
    with publishing(tmp_path / "index") as client:
        assert client.ask("GET", "/readyz", key="")[0] == 503
        assert client.put("প্রথম", "প্রথম লেখা")[0] == 200
        assert client.title("প্রথম") == "প্রথম লেখা"
        assert client.ask("GET", "/readyz", key="")[1]["checks"] == {"index": "ok", "writer": "ok"}


@contextmanager
def _killed_at_the_end(directory: Path, key: str) -> Iterator[tuple[Publisher, "subprocess.Popen[str]"]]:
    keys = directory.with_name("keys")
    with start(directory, "--port", "0", "--keys", str(keys)) as process:
        assert process.stderr
        line = process.stderr.readline()
        port = int(line.split("http://127.0.0.1:")[1].split("/")[0])
        try:
            yield Publisher(port, key), process
        finally:
            process.kill()
            process.communicate(timeout=SECONDS)


@pytest.mark.slow
def test_a_server_that_is_killed_loses_nothing_that_it_answered(directory: Path) -> None:
    """SIGKILL comes at several moments after the answers; the next server publishes all.

    ``ONNESHON_CRASHES`` is the number of killed servers, by default 2: one long after, one at once.
    """
    random = Random(15)  # noqa: S311 # moments, no secret
    key = key_for(directory.with_name("keys"))
    acknowledged = []
    for round_number in range(int(os.environ.get("ONNESHON_CRASHES", "2"))):
        with _killed_at_the_end(directory, key) as (client, process):
            for number in range(5):
                name = f"{round_number}-{number}"
                status, answer = client.put(name, f"খবর {name}", wait=0)
                assert status in {200, 202}
                acknowledged.append(name)
            time.sleep(random.random())
            os.kill(process.pid, signal.SIGKILL)
    with publishing(directory) as client:
        client.await_position(answer["position"])
        assert {name: client.title(name) for name in acknowledged} == {
            name: f"খবর {name}" for name in acknowledged
        }
        assert client.ask("GET", "/healthz")[1]["articles"] == 20 + len(acknowledged)


def _writer_of(process: "subprocess.Popen[str]") -> int:
    """The process id of the server's writer."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        threads = Path(f"/proc/{process.pid}/task").iterdir()
        found += [child for thread in threads for child in (thread / "children").read_text().split()]
        if found:
            return int(found[0])
        time.sleep(0.05)
    raise AssertionError("no writer")


@pytest.mark.slow
def test_a_writer_that_is_killed_is_started_again_and_ends_with_its_server(directory: Path) -> None:
    """Queued articles are published, and no stray process keeps the index, however the server ends."""
    key = key_for(directory.with_name("keys"))
    with _killed_at_the_end(directory, key) as (client, process):
        client.put("আগে", "আগের খবর")
        os.kill(_writer_of(process), signal.SIGKILL)
        assert client.put("পরে", "পরের খবর")[1]["visible"]
        assert client.title("পরে") == "পরের খবর"
        writer = _writer_of(process)
    end = time.monotonic() + SECONDS
    while Path(f"/proc/{writer}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{writer}").exists()


@pytest.mark.slow
def test_what_waits_when_a_server_ends_in_order_is_published_by_the_next(directory: Path) -> None:
    """SIGTERM comes after an answer of 202."""
    with publishing(directory) as client:
        position = client.ask("POST", "/api/v1/articles?wait=0", b'{"id": "x", "title": "a"}')[1]["position"]
    assert Journal(directory).end() == position
    with publishing(directory) as client:
        client.await_position(position)
        assert client.title("x") == "a"


LOADED = """
import sys
import onneshon.web.service
print([name for name in sys.modules if name.startswith(("onneshon.index.indexer", "onneshon.index.upkeep"))])
"""


def test_the_server_itself_has_nothing_that_writes_an_index() -> None:
    """The server's process loads neither indexer nor upkeep, which the writer's does."""
    answer = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"
