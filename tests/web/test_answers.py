import gzip
import runpy
import sys

import pytest
from flask.testing import FlaskClient

from onneshon.web.middleware import answers

GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize(
    "url", ["/", "/search?q=ভাষা", "/static/style.css", "/static/suggest.js", "/api/v1/search?q=ভাষা"]
)
def test_texts_are_compressed_for_who_can_read_it(client: FlaskClient, url: str) -> None:
    """Compressed answers have at most half the size, and caches keep the two forms apart."""
    with client.get(url) as plain, client.get(url, headers=GZIP) as packed:
        assert plain.content_encoding is None
        assert packed.content_encoding == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) * 2 < len(plain.data)
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize("headers", [{}, GZIP], ids=["plain", "gzip"])
@pytest.mark.parametrize("url", ["/", "/search?q=ভাষা", "/static/style.css"])
def test_what_is_known_is_not_sent_again(client: FlaskClient, url: str, headers: dict[str, str]) -> None:
    """A client that sends the tag of the answer gets no body."""
    with client.get(url, headers=headers) as first:
        tag = first.headers["ETag"]
    with client.get(url, headers={**headers, "If-None-Match": tag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_fonts_and_failures_are_left_alone(client: FlaskClient) -> None:
    """A typeface is compressed already; a failure is short and not cached."""
    with client.get("/static/fonts/noto-sans-bengali-latin-wght-normal.woff2", headers=GZIP) as font:
        assert font.content_encoding is None
    with client.get("/nothing", headers=GZIP) as failure:
        assert failure.content_encoding is None
        assert "ETag" not in failure.headers


def test_without_the_extra_zlib_compresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra zlib runs at a level that leaves fewer bytes."""
    monkeypatch.setitem(sys.modules, "isal.igzip", None)
    module = runpy.run_path(str(answers.__file__))
    assert module["LEVEL"] > answers.LEVEL
    assert gzip.decompress(module["gzip"]("নদী".encode())).decode() == "নদী"


def test_who_refuses_gzip_gets_none(client: FlaskClient) -> None:
    """A quality of 0 is a refusal."""
    with client.get("/", headers={"Accept-Encoding": "gzip;q=0"}) as answer:
        assert answer.content_encoding is None
