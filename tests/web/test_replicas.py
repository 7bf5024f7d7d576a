"""A server that writes and one that reads, which share only an S3 store."""

import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from onneshon.index.errors import ConfigurationError
from onneshon.web.commands import serve
from onneshon.web.operations.replica import HEADER
from onneshon.web.service import Service, Settings
from tests.building import build_numbered
from tests.publishing import publishing
from tests.s3 import BUCKET, s3_server
from tests.serving import SECONDS, Site, serving


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a store that speaks S3."""
    with s3_server() as (environment, _):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield f"s3://{BUCKET}/bengali"


def ask(site: Site, path: str, generation: str = "") -> tuple[int, dict[str, object]]:
    """The status and JSON of an answer, from the given generation or a later one."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    try:
        connection.request("GET", path, headers={HEADER: generation} if generation else {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def await_status(site: Site, path: str, generation: str = "") -> dict[str, object]:
    """The answer, once its status is 200."""
    end = time.monotonic() + 3 * SECONDS
    while time.monotonic() < end:
        status, answer = ask(site, path, generation)
        if status == 200:
            return answer
        time.sleep(0.1)
    raise AssertionError(answer)


@pytest.mark.slow
def test_what_one_server_has_taken_in_another_finds(tmp_path: Path, store: str) -> None:
    """The reader starts without an index, then waits for the writer's generation, and has lag metrics."""
    build_numbered(tmp_path / "writer")
    with (
        publishing(tmp_path / "writer", "--push", store) as writer,
        serving(tmp_path / "reader", "--from", store, "--metrics") as reader,
    ):
        await_status(reader, "/readyz")
        generation = writer.await_position(writer.put("নতুন", "পদ্মার চর")[1]["position"])
        found = await_status(reader, f"/api/v1/articles/{quote('নতুন')}", generation)
        assert found["article"]["title"] == "পদ্মার চর"  # type: ignore[index]  # of JSON
        replica = ask(reader, "/healthz")[1]["replica"]
        assert replica == {"wanted": "000002", "reached": "000002", "lag_seconds": 0.0, "follows": True}
        metrics = reader.get(b"/metrics")
        assert b"onneshon_replica_generation 2.0" in metrics
    assert (tmp_path / "reader" / "generations" / "000002").is_dir()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--push", "file:///srv/news"], "--push needs --keys"),
        (["--from", "file:///srv/news", "--keys", "KEYS"], "--from is of a server that reads"),
    ],
    ids=["nothing to push", "both"],
)
def test_what_is_invalid_is_refused_before_anything_is_served(
    tmp_path: Path, options: list[str], reason: str
) -> None:
    """The message gives the remedy."""
    (tmp_path / "keys").write_text("", encoding="utf-8")
    given = [str(tmp_path / "keys") if option == "KEYS" else option for option in options]
    result = CliRunner().invoke(serve, ["--index", str(tmp_path / "index"), "--port", "0", *given])
    assert result.exit_code != 0
    assert reason in (result.output or str(result.exception))


def test_an_index_on_a_cluster_follows_no_store(tmp_path: Path) -> None:
    """A cluster has its own copies."""
    from onneshon.opensearch.provider import OpenSearchIndex  # noqa: PLC0415  # an extra, of this test alone

    settings = Settings(
        location=OpenSearchIndex("opensearch://127.0.0.1:1/news"), follows=f"file://{tmp_path}/store"
    )
    with pytest.raises(ConfigurationError, match="needs a directory"):
        Service(settings)


def test_an_address_of_no_store_is_refused_at_once(tmp_path: Path) -> None:
    """The error does not come from the process that would follow it."""
    with pytest.raises(ConfigurationError, match="is no address of an object store"):
        Service(Settings(location=tmp_path, follows="ftp://news"))
