"""What is there for deployment fits the program: commands, options, ports, limits."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from onneshon.index.commands.main import main
from onneshon.index.ingest.streams import MAX_BYTES as MAX_LINE
from onneshon.web.middleware.answers import HEADER
from onneshon.web.publishing.routes import MAX_BODY as MAX_PUBLISHED
from onneshon.web.server import MAX_BODY, MAX_HEADER
from onneshon.web.wsgi import application
from tests.packages import PACKAGES, ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
NGINX = (DEPLOY / "nginx" / "onneshon.conf").read_text("utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def _command_of(words: list[str]) -> click.Context:
    """What click makes of a command line; it complains of what it does not know."""
    context = main.make_context("onneshon", list(words))
    command: click.Command = main
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        command = found
        context = command.make_context(name, list(words), parent=context)
    return context


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_there_is(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With options that it knows; files that it names need not be here."""
    monkeypatch.setattr(click.Path, "convert", lambda _self, value, _parameter, _context: value)
    text = unit.read_text("utf-8").replace("\\\n", " ")
    line = re.search(r"^ExecStart=(\S+)/onneshon (.*)$", text, re.MULTILINE)
    assert line
    assert line[1] == "/opt/onneshon/bin"
    _command_of(shlex.split(line[2]))


def test_the_image_starts_a_command_that_there_is() -> None:
    """As a user who is not root, with a health check that asks the port that it listens on."""
    command = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[-1]
    parameters = _command_of(json.loads(command)).params
    assert (parameters["host"], parameters["port"]) == ("0.0.0.0", 8000)  # noqa: S104 # of a container
    assert "EXPOSE 8000\n" in DOCKERFILE
    assert "http://127.0.0.1:8000/healthz" in DOCKERFILE
    assert re.search(r"^USER onneshon$", DOCKERFILE, re.MULTILINE)


def test_the_image_has_all_packages() -> None:
    """Those of the wheel, and what its build needs."""
    copied = set(re.findall(r"^COPY (.*) \./?\w*$", DOCKERFILE, re.MULTILINE))
    assert copied == {"pyproject.toml setup.py README.md LICENSE", "onneshon", *PACKAGES}
    kept = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE))
    assert kept == set(" ".join(copied).split())


def test_limits_of_the_proxy_are_those_of_the_server() -> None:
    """What the one lets through the other takes."""
    bodies = re.findall(r"client_max_body_size (\d+)([km]);", NGINX)
    assert [int(number) << {"k": 10, "m": 20}[unit] for number, unit in bodies] == [MAX_BODY, MAX_PUBLISHED]
    assert f"large_client_header_buffers 4 {MAX_HEADER >> 10}k;" in NGINX
    shared = NGINX.partition("\n    location")[0]  # which every location has that sets no header of its own
    assert f"proxy_set_header {HEADER} $request_id;" in shared
    assert NGINX.count("proxy_set_header") == shared.count("proxy_set_header")


def test_the_longest_line_is_as_the_page_on_security_says() -> None:
    """Who judges what may come from outside reads that page."""
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    assert re.findall(r"a line may have (\d+) MiB", page) == [str(MAX_LINE >> 20)]


def test_the_application_for_other_servers_takes_what_the_page_says(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line with gunicorn, with the sample's index."""
    page = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    call = re.search(r"'onneshon\.web\.wsgi:(application\(.*?\))'", page, re.DOTALL)
    assert call
    code = call[1].replace('"var/index"', repr(str(sample_index))).replace('"access.jsonl"', '""')
    app = eval(code, {"application": application})  # noqa: S307 # our own page
    client = app.test_client()
    answer = client.get("/search?q=নদী", headers={"Host": "search.example.org"})
    assert answer.status_code == 200
    assert "https://search.example.org/" in client.get(
        "/opensearch.xml", headers={"Host": "search.example.org"}
    ).get_data(as_text=True)
