"""The search page inside an application of Flask, at a path of its own."""

import re
from urllib.parse import quote, unquote

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from onneshon.adapters.flask import blueprint
from onneshon.web import create_app
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
    page = client.get(f"{prefix}/", headers={"Host": "khabar.example"})
    assert (page.status_code, "Content-Security-Policy" in page.headers) == (200, True)
    assert client.get("/নেই").get_data(as_text=True) == "হারিয়ে গেছে"


def test_a_prefix_may_be_given_when_it_is_registered() -> None:
    """And several engines may stand side by side."""
    app = Flask(__name__)
    app.register_blueprint(blueprint(FakeEngine(), "/a"), url_prefix="/খবর")
    app.register_blueprint(blueprint(lambda: None, "/b", name="archive"))
    client = app.test_client()
    assert client.get("/খবর/search?q=নদী").status_code == 200
    assert client.get("/a/search?q=নদী").status_code == 404
    assert client.get("/b/search?q=নদী").status_code == 503


def test_of_paths_of_which_one_begins_with_the_other_each_keeps_its_links() -> None:
    """Whichever was registered first."""
    for prefixes in (("/খবর", "/খবর/পুরনো"), ("/খবর/পুরনো", "/খবর")):
        routes, app = blueprint(FakeEngine(), "/"), Flask(__name__)
        for number, prefix in enumerate(prefixes):
            app.register_blueprint(routes, url_prefix=prefix, name=f"search{number}")
        for prefix in prefixes:
            told = app.test_client().get(f"{prefix}/api/v1/openapi.json").get_json()
            assert told["servers"] == [{"url": prefix}]


def test_what_may_be_done_at_an_address_is_what_the_page_says(client: FlaskClient, prefix: str) -> None:
    """And not all that could be passed on to it."""
    allowed = create_app(FakeEngine()).test_client().options("/api/v1/search").headers["Allow"]
    found = client.options(f"{prefix}/api/v1/search").headers["Allow"]
    assert {*found.split(", ")} == {*allowed.split(", ")}
    assert "DELETE" not in found
