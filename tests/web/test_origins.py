"""Which other sites' pages may read the API, and how they are named."""

import pytest

from onneshon.web import create_app
from onneshon.web.middleware.answers import parse_origin
from tests.fake_engine import FakeEngine


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://example.org", "https://example.org"),
        ("https://Example.org/", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:8080", "http://example.org:8080"),
        ("https://খবর.example", "https://xn--q5b8bm.example"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("*", "https://anywhere.example"),
    ],
)
def test_an_origin_is_let_in_however_it_was_written(written: str, sent: str) -> None:
    """Browsers send one spelling, without a path and without the default port."""
    client = create_app(FakeEngine(total=1), origins=[written]).test_client()
    answer = client.get("/healthz", headers={"Origin": sent})
    assert answer.headers["Access-Control-Allow-Origin"] == sent


@pytest.mark.parametrize("text", ["example.org", "https://example.org/news", "https://", "", "//example.org"])
def test_what_no_browser_sends_is_refused(text: str) -> None:
    """An origin that browsers never send would never match, and the box would get no suggestions."""
    with pytest.raises(ValueError, match="no origin such as"):
        parse_origin(text)
