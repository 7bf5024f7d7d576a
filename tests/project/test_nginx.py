"""The configuration for nginx, in a real nginx."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serving import SECONDS, serving

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx" / "onneshon.conf"
REPLICAS = CONFIGURATION.with_name("replicas.conf")
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx here")

USER = "" if os.geteuid() else "user root;"
"""nginx's ``user`` directive if root runs the tests: other users may not write to a test's folder."""

REST = """
{user} daemon off; pid {folder}/pid; error_log {folder}/errors; worker_processes 1;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {configuration}
}}
"""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _ours(folder: Path, port: int, server: int, text: str) -> str:
    """The shipped configuration with another port, log and server, and without a certificate."""
    text, listens = re.subn(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", text)
    text, certificates = re.subn(r"ssl_certificate(_key)? .*;", "", text)
    text, logs = re.subn(r"/var/log/nginx/", f"{folder}/", text)
    text, servers = re.subn(r"127\.0\.0\.1:8000", f"127.0.0.1:{server}", text)
    assert (listens, certificates, logs, servers) == (1, 2, 1, int(bool(server)))
    return REST.format(user=USER, folder=folder, configuration=text)


@contextmanager
def _before(folder: Path, server: int, text: str = "") -> Iterator[HTTPConnection]:
    """A connection to an nginx in front of a server, or of those that a configuration names."""
    port = _free_port()
    file = folder / "nginx.conf"
    file.write_text(_ours(folder, port, server, text or CONFIGURATION.read_text("utf-8")), "utf-8")
    with subprocess.Popen(
        [str(NGINX), "-p", str(folder), "-c", str(file)], stderr=subprocess.PIPE
    ) as process:
        try:
            end = time.monotonic() + SECONDS
            while process.poll() is None and time.monotonic() < end:
                with closing(socket.socket()) as tried:
                    if tried.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            assert process.poll() is None, process.stderr and process.stderr.read()
            with closing(HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
                yield connection
        finally:
            process.terminate()


def _status(connection: HTTPConnection, path: str) -> int:
    connection.request("GET", path, headers={"Host": "example.org"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


@pytest.mark.no_cover  # what its processes run others cover
def test_the_other_reader_answers_where_one_does_not(sample_index: Path, tmp_path: Path) -> None:
    """Requests succeed whichever of the two readers is down."""
    upstream = re.compile(r"upstream onneshon {.*?}", re.DOTALL)
    with serving(sample_index, "--public-url", "http://example.org/search") as site:
        for number, dead in enumerate(("192.0.2.11", "192.0.2.12")):
            text = REPLICAS.read_text("utf-8").replace(f"{dead}:8000", f"127.0.0.1:{_free_port()}")
            text, alive = re.subn(r"192\.0\.2\.1[12]:8000", f"127.0.0.1:{site.port}", text)
            assert alive == 1
            whole = text.join(upstream.split(CONFIGURATION.read_text("utf-8"), maxsplit=1))
            folder = tmp_path / str(number)
            folder.mkdir()
            with _before(folder, 0, whole) as connection:
                statuses = Counter(_status(connection, "/search/healthz") for _ in range(20))
            assert statuses == {200: 20}


@pytest.mark.slow
def test_readers_behind_one_address_are_answered(sample_index: Path, tmp_path: Path) -> None:
    """Several readers who type and search at once are not limited, with pages and their files."""
    with (
        serving(sample_index, "--public-url", "http://example.org/search", "--metrics") as site,
        _before(tmp_path, site.port) as connection,
    ):
        suggestions = f"/search/api/v1/suggest?q={quote('বাং')}"
        assert Counter(_status(connection, suggestions) for _ in range(150)) == {200: 150}
        paths = [f"/search/search?q={quote('নদী')}", "/search/static/style.css", "/search/static/page.js"]
        assert Counter(_status(connection, path) for path in paths * 30) == {200: 90}
        assert _status(connection, "/search/metrics") == 403
        assert _status(connection, "/search") == 301
    log = (tmp_path / "onneshon.log").read_text("utf-8")
    assert "q=" not in log
    assert len(log.splitlines()) == 242


@pytest.mark.parametrize(
    "path", ["/search/search?q=a", "/search/api/v1/suggest?q=a", "/search/api/v1/articles/a"]
)
def test_a_program_that_asks_without_a_pause_is_held_up(tmp_path: Path, path: str) -> None:
    """It gets status 429 for excess requests; the test needs no server behind nginx."""
    with _before(tmp_path, _free_port()) as connection:
        statuses = Counter(_status(connection, path) for _ in range(2000))
    assert statuses.keys() == {502, 429}
    assert statuses[502] >= 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/search/api/v1/articles/a", 502),
        ("POST", "/search/desk/article", 502),
        ("POST", "/search/desk/import", 502),
        ("POST", "/search/api/v1/multi-search", 413),
        ("POST", "/search/alerts/?q=a", 413),
    ],
)
def test_what_may_be_long_is_handed_on(tmp_path: Path, method: str, path: str, status: int) -> None:
    """Long articles and imports are passed on to the server, other long bodies are refused."""
    with _before(tmp_path, _free_port()) as connection:
        connection.request(method, path, body=b"a" * (1 << 20), headers={"Host": "example.org"})
        with connection.getresponse() as answer:
            answer.read()
        assert answer.status == status
