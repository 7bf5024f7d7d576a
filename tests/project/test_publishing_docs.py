"""The page about publishing matches the server: its commands run, and its limits are the code's."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from onneshon.index.publishing.journal import KEPT_SECONDS
from onneshon.web.api.operations import WRITING
from onneshon.web.api.schema import MAX_WAIT
from onneshon.web.publishing.queue import MAX_BYTES, WAITING
from onneshon.web.publishing.requests import MAX_ARTICLE, MAX_LINES
from onneshon.web.publishing.routes import MAX_BODY
from onneshon.web.service import RATE
from tests.building import build_numbered
from tests.publishing import publishing

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "publishing.md").read_text("utf-8")
FLAT = " ".join(PAGE.split())

LIMITS = (
    f"An article may have {MAX_ARTICLE >> 20} MiB, a body {MAX_BODY >> 20} MiB",
    f"up to {MAX_LINES:,}, all or none",
    f"`wait` is the number of seconds, up to {MAX_WAIT} and",
    f"more than `--rate` requests a second, by default {RATE:.0f}",
    f"or {MAX_BYTES >> 30} GiB waits",
    f"keeps whole articles for {KEPT_SECONDS // 3600} hours",
)


@pytest.mark.parametrize("sentence", LIMITS)
def test_limits_are_the_ones_described(sentence: str) -> None:
    """Numbers in the text equal those of the code."""
    assert sentence in FLAT
    assert WAITING == 8
    assert "Eight requests wait at a time" in FLAT


def test_every_request_is_described() -> None:
    """Every writing operation of the OpenAPI document is described, by method and path."""
    for operation in WRITING:
        path = operation.path.replace("{id}", "ID").replace("{position}", "POSITION")
        by_parameter = path == "/api/v1/articles" and operation.method in {"put", "patch", "delete"}
        assert f"`{operation.method.upper()} {path}`" in PAGE or (
            by_parameter and "`PUT`, `PATCH` and `DELETE` take `?id=ID`" in PAGE
        )


@pytest.mark.slow
def test_the_first_example_works_as_written(tmp_path: Path) -> None:
    """A shell and curl run it, given only the key and the server's port in place of 8000."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("no curl here; tests of the server send the same")
    command = re.search(r"^curl -X PUT.*?(?=^```)", PAGE, re.MULTILINE | re.DOTALL)
    assert command
    build_numbered(tmp_path / "index")
    with publishing(tmp_path / "index") as client:
        there = f"127.0.0.1:8000:127.0.0.1:{client.port}"
        script = f"KEY={client.key}\n" + command[0].replace("curl", f"{curl} -s --connect-to {there}", 1)
        answer = subprocess.run(["sh", "-c", script], capture_output=True, check=True, timeout=60)  # noqa: S607  # our own
        told = json.loads(answer.stdout)
        shown = re.search(r'^\{"ok": true, "position".*?\}$', PAGE, re.MULTILINE)
        assert shown
        assert told.keys() == json.loads(shown[0]).keys()
        assert told["visible"]
        assert client.title("2026/11/25/haor") == "হাওরে শীতের পাখি"
