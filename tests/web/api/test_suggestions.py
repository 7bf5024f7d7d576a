"""Suggestions over HTTP, in the API's form and in that of browsers."""

import pytest
from flask.testing import FlaskClient

from onneshon.web import create_app
from tests.fake_engine import SUGGESTED, FakeEngine


@pytest.fixture
def client() -> FlaskClient:
    """A client of an application with a fake engine."""
    return create_app(FakeEngine()).test_client()


def test_suggestions_have_their_kind_and_count(client: FlaskClient) -> None:
    """The answer has what the engine gave."""
    answer = client.get("/api/v1/suggest?q=বাং&limit=1")
    expected = {"text": SUGGESTED[0], "kind": "word", "count": 1234}
    assert answer.get_json() == {"ok": True, "query": "বাং", "suggestions": [expected]}


def test_browsers_read_four_lists(client: FlaskClient) -> None:
    """The OpenSearch Suggestions lists are the typed text, texts, descriptions and addresses."""
    answer = client.get("/api/v1/suggest?q=বাং&limit=2&format=opensearch")
    assert answer.mimetype == "application/x-suggestions+json"
    assert answer.get_json() == ["বাং", list(SUGGESTED[:2]), ["1,234", "1,233"], []]


def test_nothing_typed_is_no_mistake(client: FlaskClient) -> None:
    """An emptied search box sends such a request."""
    assert client.get("/api/v1/suggest").get_json()["suggestions"] == []


@pytest.mark.parametrize("wrong", ["format=xml", "limit=51", "limit=x"])
def test_wrong_parameters_are_named(client: FlaskClient, wrong: str) -> None:
    """The message names the parameter and its allowed values."""
    answer = client.get(f"/api/v1/suggest?q=ক&{wrong}")
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(wrong.split("=", maxsplit=1)[0])
