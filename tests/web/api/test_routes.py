import json
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from onneshon.index.errors import IndexCorruptError
from onneshon.index.json_form import json_type
from onneshon.search import SearchRequest
from onneshon.web import create_app
from onneshon.web.api import schema
from onneshon.web.api.openapi import document
from tests.fake_engine import ARTICLES, FakeEngine


def _success(client: FlaskClient, url: str) -> dict[str, Any]:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = answer.get_json()
    assert found.pop("ok") is True
    return found


def _failure(client: FlaskClient, url: str, status: int, method: str = "GET") -> str:
    """The detail of a failure, after a check: RFC 9457 with the three older members."""
    answer = client.open(url, method=method)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    found = msgspec.convert(answer.get_json(), json_type(schema.Problem))
    assert (found.ok, found.status, found.detail) == (False, status, found.error)
    error: str = found.error
    return error


def test_search_answers_with_the_page_of_results(client: FlaskClient) -> None:
    """The JSON is the result page as the engine gave it."""
    found = _success(client, "/api/v1/search?q=বাংলাদেশের ইতিহাস")
    expected = FakeEngine(total=1234).search(SearchRequest("বাংলাদেশের ইতিহাস")).to_dict()
    assert found == json.loads(json.dumps(expected))
    assert found["hits"][0]["id"] == "ইতিহাস-1"


def test_bengali_is_sent_as_itself(client: FlaskClient) -> None:
    """People read JSON too, so letters are not escaped."""
    assert "ইতিহাস" in client.get("/api/v1/search?q=ইতিহাস").get_data(as_text=True)


def test_limit_offset_and_literal_reach_the_engine(client: FlaskClient, engine: FakeEngine) -> None:
    """Programs page by hits, and may switch off readings of Latin words."""
    _success(client, "/api/v1/search?q=bangladesher%20itihas&limit=25&offset=50&literal=1")
    assert engine.asked == [SearchRequest("bangladesher itihas", limit=25, offset=50, literal=True)]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "q=",
        "q=%20%20",
        "q=ক&limit=x",
        "q=ক&limit=-1",
        "q=ক&limit=101",
        "q=ক&offset=1001",
        "q=ক&offset=",
        "q=(((",
        "q=" + "ক" * 513,
        "q=ক&literal=yes",
    ],
)
def test_bad_searches_are_refused(client: FlaskClient, asked: str) -> None:
    """What cannot be answered is refused with the reason."""
    assert _failure(client, f"/api/v1/search?{asked}", 400)


def test_an_article_as_stored(client: FlaskClient) -> None:
    """An article has all its fields, its date in ISO form."""
    article = _success(client, "/api/v1/articles/ইতিহাস-1")["article"]
    assert article["body"] == ARTICLES[0].body
    assert article["date"] == "2024-02-21"


def test_ids_may_hold_slashes(client: FlaskClient) -> None:
    """An id with slashes is a single id."""
    assert _success(client, "/api/v1/articles/nodi/2")["article"]["id"] == "nodi/2"


def test_matches_index_the_article(client: FlaskClient) -> None:
    """With a query, the ranges that match are given for the texts as stored."""
    found = _success(client, "/api/v1/articles/ইতিহাস-1?q=বাংলাদেশের ইতিহাস")
    body = found["article"]["body"]
    words = {body[match["start"] : match["end"]] for match in found["matches"]["body"]}
    assert words == {"বাংলাদেশের", "ইতিহাসে", "ইতিহাস"}


def test_matches_are_literal_when_asked(client: FlaskClient) -> None:
    """With ``literal`` an article is marked as a literal search would mark it."""
    url = "/api/v1/articles/ইতিহাস-1?q=itihas"
    assert _success(client, url)["matches"]["body"]
    assert _success(client, f"{url}&literal=1")["matches"] == {"title": [], "body": []}


@pytest.mark.parametrize("asked", ["", "&literal=0"])
def test_only_one_is_literal(client: FlaskClient, engine: FakeEngine, asked: str) -> None:
    """Words in Latin letters are read by their sound unless ``literal=1``."""
    _success(client, f"/api/v1/search?q=itihas{asked}")
    assert engine.asked == [SearchRequest("itihas", limit=10, offset=0)]


@pytest.mark.parametrize(
    ("on", "off", "options"),
    [
        ("1", "0", ("literal", "strict", "unfinished", "explain", "exact_totals")),
        ("true", "false", ("literal", "strict", "unfinished", "group", "explain", "exact_totals")),
        ("on", "off", ("group",)),
    ],
)
def test_switches_are_booleans_however_they_are_written(
    client: FlaskClient, engine: FakeEngine, on: str, off: str, options: tuple[str, ...]
) -> None:
    """Clients that are made of the document write them as JSON does."""
    described = {
        parameter["name"]: parameter["schema"]
        for parameter in document()["paths"]["/api/v1/search"]["get"]["parameters"]
    }
    for name in options:
        default = getattr(SearchRequest("নদী"), name)
        assert described[name] == {"type": "boolean", "default": default}
        for text, value in ((on, True), (off, False)):
            assert client.get(f"/api/v1/search?q=নদী&{name}={text}").status_code == 200
            assert getattr(engine.asked.pop(), name) is value


@pytest.mark.parametrize("path", ["articles/ইতিহাস-1?q=itihas", "analyze?query=itihas"])
def test_the_switch_of_other_answers_is_a_boolean_too(client: FlaskClient, path: str) -> None:
    """An article is marked, and a query explained, as the search was."""
    answers = {text: client.get(f"/api/v1/{path}&literal={text}") for text in ("1", "true", "0", "false")}
    assert answers["1"].get_json() == answers["true"].get_json() != answers["0"].get_json()
    assert answers["0"].get_json() == answers["false"].get_json()


def test_a_refused_query_is_explained_in_english(client: FlaskClient) -> None:
    """Programs get the sentence of the error, whatever the pages say."""
    assert _failure(client, "/api/v1/search?q=[[[", 400) == "Parentheses may be 8 deep. (at character 3)"


def test_failures_have_one_shape(client: FlaskClient) -> None:
    """Unknown articles, unknown paths and wrong methods all answer alike."""
    _failure(client, "/api/v1/articles/nothing", 404)
    assert "/api/v1/ says what there is" in _failure(client, "/api/v1/nothing", 404)
    _failure(client, "/api/v1/search?q=ক", 405, method="POST")
    _failure(client, "/api/v1/articles/1", 405, method="DELETE")


def test_a_wrong_method_is_answered_with_the_right_ones(client: FlaskClient) -> None:
    """The sentence and the header both name the right methods."""
    said = _failure(client, "/api/v1/search?q=ক", 405, method="POST")
    assert said == "POST cannot be asked of this address; GET and HEAD can."


def test_a_bug_tells_no_secret(client: FlaskClient) -> None:
    """A failure of the program itself is logged and not shown."""
    assert _failure(client, "/api/v1/search?q=boom", 500) == "Internal error."


def test_health_is_how_many_articles_of_which_generation_and_whether_it_was_read(
    client: FlaskClient, engine: FakeEngine
) -> None:
    """Monitoring sees the number of articles, the generation, and whether all files were verified."""
    index = {"generation": "000007", "verified": False}
    assert _success(client, "/healthz") == {"articles": 17757, "index": index, "warning": "", "replica": None}
    engine.verified = 1
    assert _success(client, "/healthz")["index"] == index | {"verified": True}
    engine.warning = "generation 000008 is damaged"
    assert _success(client, "/healthz")["warning"] == engine.warning


def test_a_damaged_index_is_unwell(client: FlaskClient, engine: FakeEngine) -> None:
    """Monitoring gets the damage; sound parts are searched all the same."""
    engine.damage = "MAIN_bulk.inv is damaged in body_stem/docs1: build the index again"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json() == {
        "ok": False,
        "error": f"The index is damaged: {engine.damage}",
        "detail": f"The index is damaged: {engine.damage}",
        "status": 503,
        "title": "Service Unavailable",
        "type": "about:blank",
        "index": {"generation": "000007", "verified": False},
    }
    _success(client, "/api/v1/search?q=ক")


@pytest.mark.parametrize("url", ["/healthz", "/api/v1/search?q=ক", "/api/v1/articles/1"])
def test_without_an_index_programs_are_asked_to_wait(url: str) -> None:
    """Without an index an answer says how to build one and when to retry."""
    client = create_app(lambda: None).test_client()
    assert "index build" in _failure(client, url, 503)
    assert client.get(url).headers["Retry-After"] == "5"


def test_too_many_costly_queries_are_asked_to_wait(client: FlaskClient) -> None:
    """A busy server says so, and when to retry."""
    assert "fewer words" in _failure(client, "/api/v1/search?q=ভিড়", 503)
    assert client.get("/api/v1/search?q=ভিড়").headers["Retry-After"] == "2"


def test_marks_of_a_part_of_an_article_are_called_partial(client: FlaskClient) -> None:
    """If an article was marked only in part, the answer says so."""
    assert _success(client, "/api/v1/articles/3?q=অংশ")["partial"] is True
    assert _success(client, "/api/v1/articles/3?q=বাংলাদেশ")["partial"] is False


def test_a_damaged_index_names_no_file() -> None:
    """File names belong in the server's log."""

    def damaged() -> FakeEngine:
        raise IndexCorruptError("/srv/secret/body.postings is cut short")

    assert "secret" not in _failure(create_app(damaged).test_client(), "/api/v1/search?q=ক", 503)


def test_the_analysis_of_a_text() -> None:
    """Each token of a text is given with its offsets and keys; no index is needed."""
    client = create_app(lambda: None).test_client()
    token, number = _success(client, "/api/v1/analyze?text=বাংলাদেশের ১৯৭১")["tokens"]
    assert (token["text"], token["start"], token["end"]) == ("বাংলাদেশের", 0, 10)
    assert number["exact"] == "1971"
    _failure(client, "/api/v1/analyze?text=", 400)
    _failure(client, "/api/v1/analyze?text=" + "ক" * 2001, 400)
    for wrong in ("", "?literal=1", "?text=নদী&query=মেলা"):
        assert "not both, and not neither" in _failure(client, f"/api/v1/analyze{wrong}", 400)
