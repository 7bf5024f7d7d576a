"""``/readyz`` says whether this server should get requests."""

import os
import subprocess
import sys
from pathlib import Path

from onneshon.index.errors import ConfigurationError
from onneshon.web import create_app
from onneshon.web.operations.monitoring import expose_readiness
from tests.fake_engine import FakeEngine

ROOT = Path(__file__).parents[3]


def test_a_folder_without_a_name_is_none(tmp_path: Path) -> None:
    """An empty PROMETHEUS_MULTIPROC_DIR counts as unset: no files appear in the working directory."""
    program = (
        "from onneshon.web.operations.monitoring import CollectorRegistry, Counter; "
        "Counter('asked', 'requests', registry=CollectorRegistry()).inc()"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": "", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
    assert not list(tmp_path.iterdir())


FULL_DISK = """
import logging, os, shutil
from collections import namedtuple
from onneshon.web.live import LiveEngine
from onneshon.web.operations.monitoring import Metrics, generate_latest
from onneshon.web.operations.watching import Answered
from tests.fake_engine import FakeEngine

logging.basicConfig(format="%(message)s")
Usage = namedtuple("Usage", "total used free")
shutil.disk_usage = lambda _: Usage(1 << 30, 1 << 30, 4096)
metrics = Metrics(LiveEngine(FakeEngine()))
asked = Answered("1", "GET", "/search", 200, 0.1, 10, "found")
for _ in range(2):
    metrics.observe(asked)
    metrics.count_operation("wordpress", "put")
print(len(os.listdir(os.environ["PROMETHEUS_MULTIPROC_DIR"])))
shutil.disk_usage = lambda _: Usage(1 << 30, 0, 1 << 30)
metrics.observe(asked)
print('onneshon_searches_total{outcome="found"} 1.0' in generate_latest(metrics.registry).decode())
shutil.disk_usage = lambda _: Usage(1 << 30, 1 << 30, 0)
metrics.observe(asked)
print('onneshon_searches_total{outcome="found"} 2.0' in generate_latest(metrics.registry).decode())
"""


def test_what_has_no_place_in_a_full_folder_is_not_counted_until_there_is_room(tmp_path: Path) -> None:
    """Else the system ends the process that maps a hole there; what has its place is counted on."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-c", FULL_DISK]
    done = subprocess.run(program, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["0", "True", "True"]
    assert done.stderr.splitlines() == [
        f"Some requests are not counted: {tmp_path} has less than 8 MiB free; make room"
    ]


def test_a_server_with_a_sound_index_is_ready() -> None:
    """Each check has a name."""
    answer = create_app(FakeEngine()).test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"ok": True, "checks": {"index": "ok"}})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_server_without_an_index_is_not() -> None:
    """The answer has the form of all failures."""
    answer = create_app(lambda: None).test_client().get("/readyz")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.get_json()["checks"] == {"index": "There is no index that can be opened."}


def test_a_server_with_a_damaged_index_is_not() -> None:
    """A server with a damaged index is not ready, though it answers requests as far as it can."""
    client = create_app(FakeEngine(damage="/srv/secret/path is broken")).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "secret" not in answer.get_data(as_text=True)
    assert client.get("/api/v1/search?q=নদী").status_code == 200


def test_a_server_that_cannot_move_on_to_the_live_index_is_ready() -> None:
    """Otherwise a mistake in a site's settings would stop all servers; ``/healthz`` has the reason."""

    class Staying(FakeEngine):
        def reload(self) -> bool:
            raise ConfigurationError(None, "facets.shown.catagory", "nobody knows this key")

    client = create_app(Staying()).test_client()
    assert client.get("/readyz").status_code == 200
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()["ok"]) == (200, True)
    assert "facets.shown.catagory: nobody knows" in answer.get_json()["warning"]


def test_every_check_must_be_well() -> None:
    """A failed check is listed with those that passed."""
    from flask import Flask  # noqa: PLC0415  # of this test alone

    app = Flask("test")
    expose_readiness(app, {"disk": lambda: "", "writer": lambda: "It is dead."})
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["detail"]) == (503, "It is dead.")
    assert answer.get_json()["checks"] == {"disk": "ok", "writer": "It is dead."}
