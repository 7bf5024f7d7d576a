"""``/readyz`` says whether to send requests here."""

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
    """An empty PROMETHEUS_MULTIPROC_DIR is as none: no counts are written where the program was started."""
    program = (
        "from onneshon.web.operations.monitoring import CollectorRegistry, Counter; "
        "Counter('asked', 'requests', registry=CollectorRegistry()).inc()"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": "", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
    assert not list(tmp_path.iterdir())


def test_a_server_with_a_sound_index_is_ready() -> None:
    """Each check is named."""
    answer = create_app(FakeEngine()).test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"ok": True, "checks": {"index": "ok"}})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_server_without_an_index_is_not() -> None:
    """The failure has the form of all failures."""
    answer = create_app(lambda: None).test_client().get("/readyz")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.get_json()["checks"] == {"index": "There is no index that can be opened."}


def test_a_server_with_a_damaged_index_is_not() -> None:
    """Though it answers what it can to those who ask."""
    client = create_app(FakeEngine(damage="/srv/secret/path is broken")).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "secret" not in answer.get_data(as_text=True)
    assert client.get("/api/v1/search?q=নদী").status_code == 200


def test_a_server_that_cannot_move_on_to_the_live_index_is_ready() -> None:
    """Else a mistake in their site would take away all that share it; `/healthz` has the reason."""

    class Staying(FakeEngine):
        def reload(self) -> bool:
            raise ConfigurationError(None, "facets.shown.catagory", "nobody knows this key")

    client = create_app(Staying()).test_client()
    assert client.get("/readyz").status_code == 200
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()["ok"]) == (200, True)
    assert "facets.shown.catagory: nobody knows" in answer.get_json()["warning"]


def test_every_check_must_be_well() -> None:
    """One that is not is told beside those that are."""
    from flask import Flask  # noqa: PLC0415  # of this test alone

    app = Flask("test")
    expose_readiness(app, {"disk": lambda: "", "writer": lambda: "It is dead."})
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["detail"]) == (503, "It is dead.")
    assert answer.get_json()["checks"] == {"disk": "ok", "writer": "It is dead."}
