"""The page says that a query was typed for Bijoy, and links to a search for it as typed."""

from urllib.parse import quote

import pytest

from onneshon.search import Engine
from onneshon.web import create_app


@pytest.mark.parametrize(
    ("language", "notice"), [("bn", "লেখাটি বিজয়ের (ANSI)"), ("en", "Typed for Bijoy (ANSI): ")]
)
def test_the_page_says_what_was_understood(sample_engine: Engine, language: str, notice: str) -> None:
    """The page links to the words as typed."""
    client = create_app(sample_engine).test_client()
    page = client.get("/search", query_string={"q": "fvlv Av‡›`vjb", "lang": language}).get_data(as_text=True)
    assert notice in page
    assert f"q={quote('fvlv')}" in page
    assert "literal=1" in page


def test_programs_are_told_too(sample_engine: Engine) -> None:
    """The answer has the encoding and the Unicode text."""
    client = create_app(sample_engine).test_client()
    answer = client.get("/api/v1/search", query_string={"q": "fvlv Av‡›`vjb"}).get_json()
    assert answer["understanding"]["encoding"] == "bijoy"
    assert answer["total"] > 0
