"""Files for deployment match the program: commands, options, ports, limits."""

import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Unpack, get_type_hints

import click
import pytest

from onneshon.index.commands.main import main
from onneshon.index.ingest.streams import MAX_BYTES as MAX_LINE
from onneshon.web.middleware.answers import HEADER
from onneshon.web.publishing.routes import MAX_BODY as MAX_PUBLISHED
from onneshon.web.server import MAX_BODY, MAX_HEADER
from onneshon.web.service import Settings
from onneshon.web.wsgi import ServingOptions, application
from tests.packages import PACKAGES, ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
NGINX = (DEPLOY / "nginx" / "onneshon.conf").read_text("utf-8")
BUILT_BY = {"LICENSE", "README.md", "deploy", "dev", "pyproject.toml", "setup.py"}
"""Files that an image needs in addition to the packages."""

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def _command_of(words: list[str]) -> click.Context:
    """The click context of a command line; click raises an error for unknown options."""
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
    """Its options exist; files that it names need not exist here."""
    monkeypatch.setattr(click.Path, "convert", lambda _self, value, _parameter, _context: value)
    text = unit.read_text("utf-8").replace("\\\n", " ")
    line = re.search(r"^ExecStart=(\S+)/onneshon (.*)$", text, re.MULTILINE)
    assert line
    assert line[1] == "/opt/onneshon/bin"
    _command_of(shlex.split(line[2]))


def test_the_image_starts_a_command_that_there_is() -> None:
    """It runs as a user other than root, and its health check uses the port it listens on."""
    command = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[-1]
    parameters = _command_of(json.loads(command)).params
    assert (parameters["host"], parameters["port"]) == ("0.0.0.0", 8000)  # noqa: S104 # of a container
    assert "EXPOSE 8000\n" in DOCKERFILE
    assert "http://127.0.0.1:8000/healthz" in DOCKERFILE
    (user,) = re.findall(r"^USER (\d+):\1$", DOCKERFILE, re.MULTILINE)
    assert f"useradd --uid {user} " in DOCKERFILE


def test_the_image_is_made_of_what_wheels_are_made_of() -> None:
    """No compiled files of another machine are included."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    kept = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert kept == {"onneshon", "sample", *PACKAGES, *BUILT_BY}
    assert all((ROOT / name).exists() for name in kept)
    assert {"**/*.so", "**/*.c"} <= set(lines)


def _tool(name: str) -> str:
    """A program of this environment or of the system; skips the test where it is missing."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return shutil.which(name, path=path) or pytest.skip(f"no {name} here")


def _said(*command: str | Path) -> str:
    done = subprocess.run(list(command), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    """The linter checks the Dockerfile's instructions and shell commands; no image is built here."""
    assert _said(_tool("hadolint"), "--no-color", "Dockerfile") == ""


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of compose.yaml as Docker Compose reads them."""
    composed = json.loads(
        _said(_tool("docker-compose"), "--file", "compose.yaml", "config", "--format", "json")
    )
    assert set(composed["volumes"]) == {"index", "keys"}
    found: dict[str, Any] = composed["services"]
    return found


def test_services_start_commands_that_there_are(services: dict[str, Any]) -> None:
    """Ports are published to this machine only, and services have no capabilities of root."""
    assert set(services) == {"search", "writer"}
    for service in services.values():
        parameters = _command_of(service["command"]).params
        (port,) = service["ports"]
        assert (parameters["port"], port["host_ip"]) == (port["target"], "127.0.0.1")
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_only_the_writer_can_change_the_index_and_see_the_keys(services: dict[str, Any]) -> None:
    """Mounted folders are those that the image gives to its user."""
    mounts = {
        name: {volume["target"]: volume.get("read_only", False) for volume in service["volumes"]}
        for name, service in services.items()
    }
    assert mounts == {"search": {"/data": True}, "writer": {"/data": False, "/keys": False}}
    assert services["writer"]["environment"]["ONNESHON_KEYS"].startswith("/keys/")
    assert "install -d -o onneshon -g onneshon -m 0700 /data /keys\n" in DOCKERFILE


def test_replicas_share_a_store_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """One service writes the store, with keys; two follow it, each with a volume of its own."""
    monkeypatch.setenv("STORE_SECRET", "of this test")
    told = _said(_tool("docker-compose"), "--file", "compose.replicas.yaml", "config", "--format", "json")
    services = json.loads(told)["services"]
    ours = {name: service for name, service in services.items() if service.get("image") == "onneshon"}
    assert set(ours) == {"writer", "reader1", "reader2"}
    mounts = [volume["source"] for service in ours.values() for volume in service["volumes"]]
    assert len(mounts) == len(set(mounts))
    for name, service in ours.items():
        assert _command_of(service["command"]).params["host"] == "0.0.0.0"  # noqa: S104  # of a container
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        followed, pushed = (service["environment"].get(f"ONNESHON_{what}") for what in ("FROM", "PUSH"))
        store = "s3://news/bengali"
        assert (followed, pushed) == ((None, store) if name == "writer" else (store, None))


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    """All keys and values are valid; /bin/true replaces our program, whose path differs here."""
    analyze = _tool("systemd-analyze")
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text("utf-8").replace("/opt/onneshon/bin/onneshon", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    done = subprocess.run(
        [analyze, "--man=no", "verify", *sorted(tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_limits_of_the_proxy_are_those_of_the_server() -> None:
    """The server accepts whatever the proxy lets through."""
    bodies = re.findall(r"client_max_body_size (\d+)([km]);", NGINX)
    limits = [int(number) << {"k": 10, "m": 20}[unit] for number, unit in bodies]
    assert limits == [MAX_BODY, MAX_PUBLISHED, MAX_PUBLISHED]
    assert f"large_client_header_buffers 4 {MAX_HEADER >> 10}k;" in NGINX
    shared = NGINX.partition("\n    location")[0]  # inherited by locations that set no header of their own
    assert f"proxy_set_header {HEADER} $request_id;" in shared
    assert NGINX.count("proxy_set_header") == shared.count("proxy_set_header")


def test_the_longest_line_is_as_the_page_on_security_says() -> None:
    """The security page states the limit of untrusted input."""
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    assert re.findall(r"a line may have (\d+) MiB", page) == [str(MAX_LINE >> 20)]


def test_the_application_for_other_servers_takes_what_the_page_says(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The documented gunicorn application runs, with the index of the sample."""
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


def test_the_application_for_other_servers_names_its_options() -> None:
    """Type checkers thus find misspelt options; the types are those of ``Settings``."""
    hints, settings = get_type_hints(ServingOptions), get_type_hints(Settings)
    assert hints == {name: settings.get(name) for name in hints}
    assert hints.keys() == settings.keys() - {
        *("location", "keys", "limit", "address"),  # which the application makes from strings
        *("costly", "threads", "counter", "sign_ins", "alerts"),  # shared by processes, or set by the server
        "time_limit",  # which only a command that nobody waits for lifts
    }
    assert inspect.signature(application).parameters["settings"].annotation == Unpack[ServingOptions]
