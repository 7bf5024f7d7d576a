"""The search page inside an application of Flask, at a path of its own."""

import re
from urllib.parse import quote, unquote

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from onneshon.adapters.flask import blueprint
from tests.fake_engine import FakeEngine


def _host(prefix: str) -> Flask:
    """An application with a page and failures of its own, and articles searched under a prefix."""
    app = Flask(__name__)
    app.register_blueprint(blueprint(FakeEngine(), url_prefix=prefix))
    app.add_url_rule("/", "home", lambda: f"খবর {url_for('onneshon.home')}")
    app.register_error_handler(404, lambda _error: ("হারিয়ে গেছে", 404))
    return app


@pytest.fixture(params=["/khoj", "/a/b", "/খোঁজ"])
def prefix(request: pytest.FixtureRequest) -> str:
    """Where the page is."""
    return str(request.param)


@pytest.fixture
def client(prefix: str) -> FlaskClient:
    """A client of such an application."""
    return _host(prefix).test_client()


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_every_link_stays_below_the_prefix(client: FlaskClient, prefix: str) -> None:
    """Of pages, files and the API; each leads somewhere."""
    html = client.get(f"{prefix}/search?q=নদী", headers={"Host": "khabar.example"}).get_data(as_text=True)
    found = re.findall(r'(?:href|src|action)="(/[^"]*)"', html)
    links = [unquote(link.replace("&amp;", "&")) for link in found]
    assert len(links) > 5
    for link in links:
        assert link.startswith(f"{prefix}/")
        with client.get(link, follow_redirects=True) as answer:
            assert answer.status_code == 200, link
    assert client.get(f"{prefix}/").status_code == 200


def test_the_api_answers_below_the_prefix(client: FlaskClient, prefix: str) -> None:
    """Searches, ids with slashes, bodies, and failures in its own shape."""
    assert client.get(f"{prefix}/api/v1/search?q=নদী").get_json()["ok"]
    told = client.get(f"{prefix}/api/v1/openapi.json").get_json()
    assert told["servers"] == [{"url": prefix}]
    answers = client.post(f"{prefix}/api/v1/multi-search", json={"searches": [{"q": "নদী"}]}).get_json()
    assert answers["answers"][0]["ok"]
    lost = client.get(f"{prefix}/api/v1/articles/নেই/কোথাও")
    assert (lost.status_code, lost.mimetype) == (404, "application/problem+json")
    assert client.put(f"{prefix}/api/v1/search").status_code == 405


def test_the_host_keeps_what_is_its_own(client: FlaskClient, prefix: str) -> None:
    """Its page, its failures, its headers, and the names that it answers to."""
    home = client.get("/", headers={"Host": "khabar.example"})
    assert home.get_data(as_text=True) == f"খবর {quote(prefix)}/"
    assert "Content-Security-Policy" not in home.headers
    assert "Content-Security-Policy" in client.get(f"{prefix}/", headers={"Host": "khabar.example"}).headers
    assert client.get("/নেই").get_data(as_text=True) == "হারিয়ে গেছে"


def test_a_prefix_may_be_told_when_it_is_registered() -> None:
    """And several engines may stand side by side."""
    app = Flask(__name__)
    app.register_blueprint(blueprint(FakeEngine(), "/a"), url_prefix="/খবর")
    app.register_blueprint(blueprint(lambda: None, "/b", name="archive"))
    client = app.test_client()
    assert client.get("/খবর/search?q=নদী").status_code == 200
    assert client.get("/a/search?q=নদী").status_code == 404
    assert client.get("/b/search?q=নদী").status_code == 503
