"""Several searches in one request, and answers with selected fields of hits."""

from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient

from onneshon.search import Article, Engine, ResultPage, SearchRequest
from onneshon.web import create_app
from tests.fake_engine import FakeEngine
from tests.fakes import reader_of

ADDRESS = "/api/v1/multi-search"
ARTICLES = [
    Article("1", "পদ্মা নদী", "ইলিশের নদী", category="পরিবেশ"),
    Article("2", "মেঘনা নদী", category="ভ্রমণ"),
]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of an application over two articles."""
    return create_app(Engine.of(ARTICLES)).test_client()


def test_each_search_is_answered_as_by_itself(client: FlaskClient) -> None:
    """The parameters are those of a single search, as members of an object."""
    searches = [{"q": "পদ্মা", "facets": ["category"]}, {"q": "নদী", "not_category": ["পরিবেশ"], "limit": 1}]
    answer = client.post(ADDRESS, json={"searches": searches}).get_json()
    alone = [
        client.get("/api/v1/search?q=পদ্মা&facets=category").get_json(),
        client.get("/api/v1/search?q=নদী&-category=পরিবেশ&limit=1").get_json(),
    ]
    assert answer.keys() == {"ok", "answers"}
    assert [_lasting(page) for page in answer["answers"]] == [_lasting(page) for page in alone]
    assert [hit["id"] for hit in answer["answers"][1]["hits"]] == ["2"]


def _lasting(page: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in page.items() if name != "took_ms"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"literal": True, "group": False}, "literal=1&group=off"),
        ({"strict": False, "group": True, "explain": True}, "strict=0&group=on&explain=1"),
        (
            {"category": "ভ্রমণ", "facets": "category", "fields": "title"},
            "category=ভ্রমণ&facets=category&fields=title",
        ),
        ({"date": [2019], "lang": None, "cursor": None, "freshness": None}, "date=2019"),
    ],
)
def test_values_are_written_as_json_has_them(client: FlaskClient, written: dict[str, Any], said: str) -> None:
    """Switches are booleans, a list of one may be a single value, and null means absent."""
    answer = client.post(ADDRESS, json={"searches": [{"q": "নদীর", **written}]}).get_json()
    alone = client.get(f"/api/v1/search?q=নদীর&{said}").get_json()
    assert alone["ok"]
    assert [_lasting(page) for page in answer["answers"]] == [_lasting(alone)]


@pytest.mark.parametrize("written", [{"limit": True}, {"sort": True}, {"literal": 1}, {"category": [True]}])
def test_a_value_of_another_kind_is_refused(client: FlaskClient, written: dict[str, Any]) -> None:
    """The error names the parameter."""
    (answer,) = client.post(ADDRESS, json={"searches": [{"q": "নদী", **written}]}).get_json()["answers"]
    assert (answer["status"], answer["parameter"]) == (400, next(iter(written)))


def test_a_filter_that_leaves_out_may_be_written_with_a_hyphen(client: FlaskClient) -> None:
    """A negated filter may be written as in an address, but not both ways at once."""
    both = {"q": "নদী", "-category": ["পরিবেশ"], "not_category": ["ভ্রমণ"]}
    answer = client.post(ADDRESS, json={"searches": [{"q": "নদী", "-category": ["পরিবেশ"]}, both]}).get_json()
    found, refused = answer["answers"]
    assert [hit["id"] for hit in found["hits"]] == ["2"]
    assert (refused["status"], refused["parameter"]) == (400, "not_category")


def test_what_is_wrong_with_one_search_is_its_answer(client: FlaskClient) -> None:
    """A search refused by the parser or the engine has its error; the others are answered."""
    searches = [
        {"q": "নদী", "sort": "best"},
        {"q": "নদী", "colour": "লাল"},
        {"limit": 3},
        {"q": "নদী AND", "strict": "1"},
        {"q": "নদী"},
    ]
    answers = client.post(ADDRESS, json={"searches": searches}).get_json()["answers"]
    assert [answer.get("parameter") for answer in answers] == ["sort", "colour", "q", "q", None]
    assert [answer.get("status") for answer in answers] == [400, 400, 400, 400, None]
    assert (answers[3]["position"], answers[4]["total"]) == (4, 2)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"searches": []}',
        b'{"searches": [1]}',
        b'{"searches": [{"q": "a"}], "x": 1}',
        b'{"searches": [{"q": "a"}], "\xff": 1}',
        b"[" * 60_000,
        b'{"searches": [{"q": ' + b"[" * 60_000,
    ],
    ids=lambda body: str(body[:40]),
)
def test_a_body_of_another_form_is_refused(client: FlaskClient, body: bytes) -> None:
    """The whole request is refused, with the expected form."""
    answer = client.post(ADDRESS, data=body)
    assert (answer.status_code, answer.get_json()["parameter"]) == (400, "body")
    assert "a list of 1 to 20 searches" in answer.get_json()["detail"]


def test_twenty_searches_are_the_most(client: FlaskClient) -> None:
    """More searches would take too long."""
    assert client.post(ADDRESS, json={"searches": [{"q": "নদী"}] * 20}).status_code == 200
    assert client.post(ADDRESS, json={"searches": [{"q": "নদী"}] * 21}).status_code == 400


def test_all_searches_share_the_time_of_one() -> None:
    """Searches after the timeout are partial."""
    seconds = count()
    with Engine(reader_of(ARTICLES), time_limit=200, clock=lambda: float(next(seconds))) as engine:
        pages = engine.multi_search([SearchRequest("নদী")] * 30)
    partial = [page.partial for page in pages if isinstance(page, ResultPage)]
    assert len(partial) == 30
    assert not partial[0]
    assert partial[-1]
    assert partial == sorted(partial)


def test_of_several_searches_the_busy_one_is_reported() -> None:
    """A search refused by a busy server has the status that it has alone."""
    client = create_app(FakeEngine()).test_client()
    answers = client.post(ADDRESS, json={"searches": [{"q": "ভি\u09dc"}, {"q": "নদী"}]}).get_json()["answers"]
    assert [(answer["ok"], answer.get("status")) for answer in answers] == [(False, 503), (True, None)]


def test_hits_have_the_fields_that_are_asked_for(client: FlaskClient) -> None:
    """Hits always have ids; without ``fields`` they have all, and an unknown field is refused."""
    (hit, _) = client.get("/api/v1/search?q=নদী&fields=title,url").get_json()["hits"]
    assert hit == {"id": "1", "title": "পদ্মা নদী", "url": ""}
    assert "snippet" in client.get("/api/v1/search?q=নদী&fields=").get_json()["hits"][0]
    searches = [{"q": "পদ্মা", "fields": ["score"]}]
    (answer,) = client.post(ADDRESS, json={"searches": searches}).get_json()["answers"]
    assert [hit.keys() for hit in answer["hits"]] == [{"id", "score"}]
    refused = client.get("/api/v1/search?q=নদী&fields=titel").get_json()
    assert refused["detail"] == "fields: there is no 'titel'; did you mean 'title'?"
