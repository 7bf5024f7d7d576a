"""Similar articles, explanations and groups over HTTP."""

import pytest
from flask.testing import FlaskClient

from tests.fake_engine import FakeEngine


@pytest.mark.parametrize("path", ["articles/nodi/2/similar?limit=2", "similar?id=nodi/2&limit=2"])
def test_similar_articles_are_listed_without_their_bodies(client: FlaskClient, path: str) -> None:
    """The id is in the path, with slashes, or a parameter."""
    found = client.get(f"/api/v1/{path}").get_json()
    assert found["id"] == "nodi/2"
    assert [article["id"] for article in found["similar"]] == ["ইতিহাস-1", "3"]
    assert "body" not in found["similar"][0]
    assert found["similar"][0]["score"] == 1.0


def test_an_article_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    """Without an id the request is refused."""
    assert client.get("/api/v1/articles/none/similar").status_code == 404
    assert client.get("/api/v1/similar").status_code == 400


def test_groups_and_explanations_reach_the_engine(client: FlaskClient, engine: FakeEngine) -> None:
    """Groups are on by default, and explanations off."""
    client.get("/api/v1/search?q=নদী")
    client.get("/api/v1/search?q=নদী&group=off&explain=1")
    client.get("/search?q=নদী&group=off")
    assert [asked.group for asked in engine.asked] == [True, False, False]
    assert [asked.explain for asked in engine.asked] == [False, True, False]
