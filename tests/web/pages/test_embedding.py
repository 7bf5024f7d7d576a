"""The script for pages of other sites, and the page that says how to use it."""

import json
import re
from base64 import b64encode
from hashlib import sha384
from html import unescape

import pytest
from flask.testing import FlaskClient

from onneshon.web import create_app
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.middleware.answers import HEADERS
from onneshon.web.site.palette import Colours, palette
from onneshon.web.site.settings import PublicAddress, Site
from tests.fake_engine import FakeEngine


@pytest.fixture
def client() -> FlaskClient:
    """A client of an application that allows no other origin."""
    return create_app(FakeEngine()).test_client()


def test_the_script_is_for_everyone_and_nothing_else_is(client: FlaskClient) -> None:
    """Only its route allows other origins; pages, the API and files do not."""
    answer = client.get("/embed.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for path in ("/", "/search?q=ভাষা", "/embed", "/site.css", "/logo", "/api/v1/suggest?q=ভা", "/nothing"):
        kept = client.get(path, headers={"Origin": "https://other.example"})
        assert "Access-Control-Allow-Origin" not in kept.headers, path
        assert kept.headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert (
            kept.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"] or path == "/logo"
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_to_copy_have_the_sum_of_the_script(client: FlaskClient, language: str) -> None:
    """The integrity hash is of the served bytes, which may be cached for a year."""
    text = unescape(client.get(f"/embed?lang={language}").get_data(as_text=True))
    found = re.search(
        r'src="(http://localhost/embed\.js\?v=[0-9a-f]{12})"\s+integrity="(sha384-[^"]+)"', text
    )
    assert found
    answer = client.get(found[1])
    assert found[2] == "sha384-" + b64encode(sha384(answer.data).digest()).decode()
    assert (answer.cache_control.max_age, answer.cache_control.public) == (365 * 24 * 3600, True)
    assert client.get("/embed.js?v=other").cache_control.no_cache


def test_the_script_has_all_words_that_the_box_says(client: FlaskClient) -> None:
    """The script has the words of the box in every language of the pages."""
    script = client.get("/embed.js").get_data(as_text=True)
    found = re.search(r"^const WORDS = (.*);$", script, re.MULTILINE)
    assert found
    said = {*re.findall(r"words\.([a-z]+)", script)} - {"lang", "suggest"}
    for words in json.loads(found[1]).values():
        assert said <= words.keys()


def test_the_script_has_the_forms_of_one_and_of_many(client: FlaskClient) -> None:
    """Counted texts have singular and plural, with a place for the number."""
    found = re.search(r"^const WORDS = (.*);$", client.get("/embed.js").text, re.MULTILINE)
    assert found
    words = json.loads(found[1])["en"]
    forms = {name: words[name] for name in ("single", "many", "lone_found", "found")}
    assert forms == {
        "single": "{count} suggestion",
        "many": "{count} suggestions",
        "lone_found": "{count} result",
        "found": "{count} results",
    }
    assert words["lone"] != words["tally"]


def test_the_script_is_one_file_of_plain_words(client: FlaskClient) -> None:
    """The script imports nothing, so that one hash covers all, and has no template braces left."""
    script = client.get("/embed.js").get_data(as_text=True)
    assert not re.search(r"^\s*import[ (]|import\(", script, re.MULTILINE)
    assert "{{" not in script
    assert "{%" not in script
    words = re.search(r"^const WORDS = (.*);$", script, re.MULTILINE)
    assert words
    assert "পরামর্শ" in str(json.loads(words[1]))
    assert 'const FIRST = "bn";' in script  # for a page that does not state its language


def test_it_has_the_colours_and_the_address_of_the_site() -> None:
    """Another accent gives another script with another hash."""
    ours = create_app(FakeEngine()).test_client().get("/embed.js").data
    site = Site(
        palette=palette(None, Colours(accent="#006a4e")), address=PublicAddress("https", "x.example", "/khoj")
    )
    client = create_app(FakeEngine(), whose=site).test_client()
    theirs = client.get("/khoj/embed.js").data
    assert b"#006a4e" in theirs
    assert b"#2f3d9f" in ours
    assert b"#006a4e" not in ours
    text = client.get("/khoj/embed", base_url="https://localhost").get_data(as_text=True)
    assert "https://localhost/khoj/embed.js" in text
    assert "https://localhost/khoj/search" in text
