import re
import signal
import socket
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from onneshon.index.commands.doctor import examine
from onneshon.web import commands
from onneshon.web.commands import serve
from onneshon.web.processes import EndSignal
from onneshon.web.service import Service, Settings
from tests.serving import serving, start


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_when_stopped(tmp_path: Path, end: signal.Signals) -> None:
    """The address goes to stderr, no index is needed, and both signals end it cleanly."""
    with start(tmp_path, "--port", "0") as process:
        assert process.stderr
        line = process.stderr.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert address, line
        memory = process.stderr.readline()
        assert re.search(r"up to \d+ MB of analysed text in memory", memory), memory
        with pytest.raises(HTTPError) as refused:
            urlopen(address[0])  # noqa: S310 # our own server
        assert refused.value.code == 503
        refused.value.close()
        process.send_signal(end)
        out, errors = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in errors


@pytest.mark.parametrize("step", ["warm", "start"])
def test_stopped_before_it_answers_it_closes_what_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Threads would otherwise keep the process alive; the end is no failure."""
    closed: list[Service] = []
    close = Service.close

    def told(_service: Service) -> None:
        raise KeyboardInterrupt

    def closing(service: Service) -> None:
        closed.append(service)
        close(service)

    monkeypatch.setattr(Service, step, told)
    monkeypatch.setattr(Service, "close", closing)
    monkeypatch.setattr("onneshon.web.commands.signal.signal", lambda *_: None)  # the tests' handler stays
    with socket.create_server(("127.0.0.1", 0)) as listener:
        commands._answer(Settings(location=tmp_path), [listener], EndSignal(), lambda: None)
    assert len(closed) == 1


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    """A second server reports the fault and the remedy, without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start(tmp_path, "--port", str(port)) as process:
            _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"port {port}" in errors
    assert "Traceback" not in errors


def test_an_invalid_site_is_not_served(tmp_path: Path) -> None:
    """The message has the key, the reason and what is allowed."""
    (tmp_path / "onneshon.toml").write_text('[site.colours]\naccent = "#ffcc00"\n', "utf-8")
    with start(tmp_path, "--port", "0") as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "site.colours.accent: #ffcc00 beside #fbfbfe has a contrast of 1.46; 4.5 is needed" in errors
    assert "Traceback" not in errors


@pytest.mark.no_cover  # a server as above, at another address
def test_it_is_served_under_its_path(tmp_path: Path) -> None:
    """The real server answers there; early refusals have the form for programs."""
    (tmp_path / "onneshon.toml").write_text('[site]\naddress = "/khoj"\n', "utf-8")
    with serving(tmp_path) as site:
        assert b" 200 " in site.get(b"/khoj/help").splitlines()[0]
        assert b"404" in site.get(b"/help").splitlines()[0]
        refused = site.get(b"/khoj/api/v1/search?q=" + b"\xff")
        assert b"application/problem+json" in refused


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--public-name", "https://search.example.org"),
        ("--cors", "example.org"),
        ("--public-url", "example.org"),
    ],
)
def test_names_that_nobody_can_come_by_are_refused_before_it_serves(
    tmp_path: Path, option: str, value: str
) -> None:
    """The administrator sees the fault at the command line."""
    result = CliRunner().invoke(serve, ["--index", str(tmp_path), option, value])
    assert (result.exit_code, f"Invalid value for '{option}'" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ('[site]\nname = "খবর"\n', ""),
        ('[site]\nnmae = "খবর"\n', "did you mean 'name'?"),
        ('[site.colours]\naccent = "#ffff00"\n', "a contrast of"),
        ("[site.searches]\nleast = 2\n", "must be 5 or more"),
        ('[site.alerts]\nsender = "x"\n', "must be an address"),
    ],
)
def test_the_doctor_tells_of_a_site_with_which_no_server_starts(
    tmp_path: Path, written: str, wrong: str
) -> None:
    """The doctor reports a wrong site before the server is restarted."""
    (tmp_path / "onneshon.toml").write_text(written, "utf-8")
    found = next(finding for finding in examine(tmp_path) if finding.name == "site")
    assert (found.state, wrong in found.text) == ("wrong" if wrong else "ok", True)
    assert bool(found.exit_code) == bool(wrong)
