"""The HTTP API agrees with its OpenAPI document in every parameter, answer and failure."""

import gzip
import json
from inspect import signature
from pathlib import Path
from typing import Any

import msgspec
import pytest
import schemathesis
from flask import url_for
from flask.testing import FlaskClient
from hypothesis import HealthCheck, assume, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

from onneshon.index.configuration import FACETS, Configuration, KeywordField, is_field_name
from onneshon.index.ingest.records import MAX_ID_BYTES
from onneshon.index.json_form import json_type
from onneshon.search import Article, Engine, FieldFilter, Health, ResultPage, SearchRequest
from onneshon.search.engine.generation import Cursors
from onneshon.search.query.conditions import NUMBER_PATTERN
from onneshon.search.request import SearchOptions
from onneshon.web import create_app
from onneshon.web.addresses import article_address
from onneshon.web.api import schema
from onneshon.web.api.openapi import document
from onneshon.web.api.operations import OPERATIONS, operations
from onneshon.web.api.schema import answer_type
from onneshon.web.pages.listing import KEPT, Listing, filters_of
from tests.building import build_numbered
from tests.fake_engine import FakeEngine
from tests.serving import Site


@pytest.fixture(scope="module")
def client(sample_engine: Engine) -> FlaskClient:
    """A client of an application over the sample articles."""
    return create_app(sample_engine, origins=["https://example.org"]).test_client()


PATHS = {
    "/api/v1/": "/api/v1/",
    "/api/v1/search": "/api/v1/search?q=নদী shohor&facets=category,year&category=নেই&sort=newest&explain=1",
    "/api/v1/suggest": "/api/v1/suggest?q=বাং",
    "/api/v1/similar": "/api/v1/similar?id=history-01-bhasha-andolon",
    "/api/v1/articles/{id}/similar": "/api/v1/articles/history-01-bhasha-andolon/similar",
    "/api/v1/articles": "/api/v1/articles?id=history-01-bhasha-andolon",
    "/api/v1/articles/{id}": "/api/v1/articles/history-01-bhasha-andolon?q=ভাষা",
    "/api/v1/analyze": "/api/v1/analyze?text=বাংলাদেশের ১৯৭১",
    "/api/v1/openapi.json": "/api/v1/openapi.json",
    "/healthz": "/healthz",
}


READ = [operation for operation in OPERATIONS if operation.method == "get"]


@pytest.mark.parametrize("operation", READ, ids=lambda operation: operation.path)
def test_answers_are_of_their_types(client: FlaskClient, operation: Any) -> None:
    """Answers lack nothing, and have nothing that is not described."""
    for url in (PATHS[operation.path], PATHS[operation.path].replace("&category=নেই", "")):
        answer = client.get(url)
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        msgspec.convert(answer.get_json(), answer_type(operation.answer) if operation.answer else dict)


def test_a_query_understood_is_of_its_type(client: FlaskClient) -> None:
    """``/analyze`` answers with words for a query and with tokens for a text."""
    answer = client.get("/api/v1/analyze?query=নদী")
    words = msgspec.convert(answer.get_json(), answer_type(schema.AnalyzeAnswer)).words
    assert words is not None
    assert [word.typed for word in words] == ["নদী"]


def test_every_route_is_described() -> None:
    """The routes of the application and the paths of the document are the same."""
    app = create_app(FakeEngine())
    routes = {
        rule.rule.replace("<path:article_id>", "{id}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert routes - {"/api/v1/reference"} == set(document()["paths"])
    html = app.test_client().get("/api/v1/reference").get_data(as_text=True)
    for path, methods in document()["paths"].items():
        assert all(f"{method.upper()} {path}" in html for method in methods)
    assert "not_category" in html
    assert "`" not in html
    assert "()" not in html


@pytest.mark.parametrize("operation", READ, ids=lambda operation: operation.path)
def test_a_parameter_that_there_is_not_is_refused_everywhere(client: FlaskClient, operation: Any) -> None:
    """The error names the parameter, for any operation."""
    address = PATHS[operation.path].replace("&category=নেই", "")
    answer = client.get(f"{address}{'&' if '?' in address else '?'}রং=লাল")
    assert (answer.status_code, answer.get_json()["parameter"]) == (400, "রং")


def test_parameters_are_those_that_are_described_and_stay_as_they_were_read() -> None:
    """Parameters are frozen and closed, also with keys; a position is an integer that JSON has exactly."""
    for operation in operations(writing=True):
        for kind in (operation.parameters, operation.answer):
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                config = kind.__struct_config__
                assert (config.frozen, config.forbid_unknown_fields) == (True, True)
        assert operation.body is None or operation.body.__struct_config__.frozen
    described = document(writing=True)["paths"]["/api/v1/publications/{position}"]["get"]
    (position,) = (each for each in described["parameters"] if each["name"] == "position")
    assert position["required"]
    assert position["schema"] == {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}


def test_answers_are_json_and_suggestions_also_what_browsers_read() -> None:
    """That is an array of texts, with a media type of its own."""
    for operation in operations(writing=True):
        found = document(writing=True)["paths"][operation.path][operation.method]["responses"]["200"]
        arrays = {"application/x-suggestions+json"} if operation.path == "/api/v1/suggest" else set()
        assert found["content"].keys() == {"application/json"} | arrays


def test_what_changes_the_index_or_tells_of_it_needs_a_key() -> None:
    """Other operations need none; a change may become visible later."""
    public, whole = document()["paths"], document(writing=True)["paths"]
    assert [*document(writing=True)["components"]["securitySchemes"]] == ["key"]
    assert "securitySchemes" not in document()["components"]
    for path, methods in whole.items():
        for method, described in methods.items():
            needs_key = method not in public.get(path, {})
            assert ("security" in described) == needs_key
            assert ({"401", "403", "413", "429"} <= described["responses"].keys()) == needs_key
            assert ("202" in described["responses"]) == (needs_key and method != "get")
            of_one = method in {"put", "patch", "delete"}
            assert not of_one or {"404", "412"} <= described["responses"].keys()


def test_many_articles_are_put_in_by_one_request_alone() -> None:
    """The body of a bulk request is an array; all other requests have one object or no body."""
    many = [
        (method, path)
        for path, methods in document(writing=True)["paths"].items()
        for method, described in methods.items()
        if "requestBody" in described
        and described["requestBody"]["content"]["application/json"]["schema"].get("type") == "array"
    ]
    assert many == [("post", "/api/v1/articles")]


def test_values_of_a_parameter_are_repeated_or_parted_by_commas() -> None:
    """The document says so for each parameter that may have several values."""
    fields = document(("desk", "price"), ("price",))
    described = fields["paths"]["/api/v1/search"]["get"]["parameters"]
    about = {each["name"]: each["description"] for each in described}
    for name, which in (
        ("desk", "values"),
        ("price", "numbers or ranges"),
        ("not_price", "numbers or ranges"),
    ):
        assert f"of these {which}" in about[name]
    several = {each["name"]: each["explode"] for each in described if "explode" in each}
    assert several == {
        each["name"]: each["name"] not in {"fields", "facets"}
        for each in described
        if each["schema"].get("type") == "array"
    }
    assert {"category", "not_category", "desk", "facets"} <= several.keys()


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("q=ক&colour=red", "colour"),
        ("limit=3", "q"),
        ("q=%20", "q"),
        ("q=ক&q=খ", "q"),
        ("q=ক&limit=x", "limit"),
        ("q=ক&limit=101", "limit"),
        ("q=ক&offset=-1", "offset"),
        ("q=ক&sort=best", "sort"),
        ("q=ক&facets=category,colour", "facets"),
        ("q=ক&category=", "category"),
        ("q=ক&-category=", "-category"),
        ("q=ক&date=একদিন", "date"),
        ("q=ক&-date=2021-13", "-date"),
        ("q=ক&freshness=-1", "freshness"),
        ("q=ক&freshness=nan", "freshness"),
        ("q=ক&cursor=x", "cursor"),
        ("q=ক&literal=yes", "literal"),
        (f"q={'ক' * 513}", "q"),
    ],
)
def test_failures_name_the_parameter(client: FlaskClient, asked: str, parameter: str) -> None:
    """A parameter may be unknown, missing, repeated, of another type or out of range."""
    answer = client.get(f"/api/v1/search?{asked}")
    problem = msgspec.convert(answer.get_json(), json_type(schema.Problem))
    assert (answer.status_code, problem.parameter) == (400, parameter)
    assert parameter.lstrip("-") in problem.error


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("catgory=x", "there is no parameter 'catgory'; did you mean 'category'?"),
        ("limit=x", "limit: write a whole number"),
        ("limit=1.5", "limit: write a whole number"),
        ("limit=101", "limit: at most 100"),
        ("offset=-1", "offset: at least 0"),
        ("offset=1001", "offset: at most 1,000"),
        ("freshness=x", "freshness: write a number"),
        ("sort=newset", "sort: there is no 'newset'; did you mean 'newest'?"),
        (
            "facets=category,foo",
            "facets: there is no 'foo'; there are category, author, lang, year, month, day",
        ),
        ("literal=yes", "literal: there is no 'yes'; there are 0, 1, false, true"),
        ("group=of", "group: there is no 'of'; did you mean 'off'?"),
        ("author=", "author: it is empty"),
        (f"author={'ক' * 513}", "author: at most 512 characters"),
        ("&".join(f"author={number}" for number in range(21)), "author: at most 20 values"),
        ("cursor=x", "cursor: it does not have the form that is described"),
    ],
)
def test_failures_say_what_to_write_instead(client: FlaskClient, asked: str, said: str) -> None:
    """The advice is in words of the API, not of the type checker."""
    assert client.get(f"/api/v1/search?q=ক&{asked}").get_json()["detail"] == said


def test_a_cursor_that_does_not_fit_is_a_conflict(client: FlaskClient) -> None:
    """A cursor of another query is well formed but useless, so the client starts again."""
    cursor = client.get("/api/v1/search?q=নদী&limit=1").get_json()["cursor"]
    assert client.get(f"/api/v1/search?q=নদী&limit=1&cursor={cursor}").get_json()["offset"] == 1
    answer = client.get(f"/api/v1/search?q=বই&limit=1&cursor={cursor}")
    assert (answer.status_code, answer.get_json()["parameter"]) == (409, "cursor")


def test_a_cursor_that_notes_where_a_cluster_goes_on_is_taken(client: FlaskClient) -> None:
    """After ten thousand hits it contains the last id, however long that is."""
    noted = json.dumps([3, 12.5, "খ" * (MAX_ID_BYTES // 3)], ensure_ascii=False).encode()
    cursor = Cursors(b"elsewhere").make(12_000, "q=নদী", noted)
    assert client.get(f"/api/v1/search?q=নদী&cursor={cursor}").status_code == 409


def test_every_parameter_reaches_the_engine() -> None:
    """The engine gets all filters, their negations, the order and the counts."""
    engine = FakeEngine()
    asked = (
        "q=ক&limit=5&offset=2&literal=1&category=A&category=B&-category=C&author=D&-author=E&lang=bn&-lang=en"
        "&date=2019..2020-06&-date=২০২০&id=1&-id=2&sort=newest&freshness=30&facets=category,year&facet_limit=3"
    )
    assert create_app(engine).test_client().get(f"/api/v1/search?{asked}").status_code == 200
    assert engine.asked == [
        SearchRequest(
            "ক",
            limit=5,
            offset=2,
            literal=True,
            filters=(
                FieldFilter("category", ("A", "B")),
                FieldFilter("author", ("D",)),
                FieldFilter("lang", ("bn",)),
                FieldFilter("date", ("2019..2020-06",)),
                FieldFilter("id", ("1",)),
                FieldFilter("category", ("C",), negated=True),
                FieldFilter("author", ("E",), negated=True),
                FieldFilter("lang", ("en",), negated=True),
                FieldFilter("date", ("২০২০",), negated=True),
                FieldFilter("id", ("2",), negated=True),
            ),
            sort="newest",
            freshness=30,
            facets=("category", "year"),
            facet_limit=3,
        )
    ]


def test_an_answer_that_a_client_has_is_not_sent_again() -> None:
    """For one generation an address keeps its tag, and the engine is not asked again."""
    engine = FakeEngine()
    client = create_app(engine).test_client()
    tag = client.get("/api/v1/search?q=ক").headers["ETag"]
    assert tag.startswith('W/"')
    again = client.get("/api/v1/search?q=ক", headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data(), again.headers["ETag"], len(engine.asked)) == (
        304,
        b"",
        tag,
        1,
    )
    assert client.get("/api/v1/search?q=খ", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/api/v1/articles/3", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/api/v1/articles/3").headers["Cache-Control"] == "no-cache"


def test_a_new_generation_makes_every_tag_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers from another index are computed again."""
    client = create_app(FakeEngine()).test_client()
    tag = client.get("/api/v1/search?q=ক").headers["ETag"]
    monkeypatch.setattr(FakeEngine, "health", Health("000008", 5))
    assert client.get("/api/v1/search?q=ক", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["search?q=নদী", "suggest?q=ন", "articles/3?q=নদী"])
def test_what_decides_an_answer_decides_its_tag(tmp_path: Path, path: str) -> None:
    """The tag depends on a site's synonyms, its settings, and the index, even with the same number."""

    def tag(engine: Engine) -> str:
        return create_app(engine).test_client().get(f"/api/v1/{path}").headers["ETag"]

    directory, other = tmp_path / "one", tmp_path / "other"
    build_numbered(directory)
    build_numbered(other, edition="দ্বিতীয়")
    with Engine.open(directory) as engine:
        first = tag(engine)
        assert tag(engine) == first
        (directory / "synonyms.txt").write_text("নদী, গাঙ\n", "utf-8")
        with Engine.open(directory) as again:
            assert tag(again) != first
    (directory / "synonyms.txt").unlink()
    with Engine.open(directory) as engine:
        assert tag(engine) == first
    (directory / "onneshon.toml").write_text("[weights]\nexact = 2.0\n", "utf-8")
    with Engine.open(directory) as engine:
        assert tag(engine) != first
    with Engine.open(other) as engine:
        assert engine.health.generation == "000001"
        assert tag(engine) != first


def test_part_of_a_marked_article_gets_no_tag() -> None:
    """A page cut by the timeout may be complete the next time."""
    client = create_app(FakeEngine()).test_client()
    assert "ETag" not in client.get("/api/v1/articles/3?q=অংশ").headers
    assert "ETag" in client.get("/api/v1/articles/3?q=বই").headers


def test_large_answers_are_compressed_for_those_who_take_it(client: FlaskClient) -> None:
    """Small answers and those for other clients are not compressed."""
    plain = client.get("/api/v1/openapi.json")
    packed = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.get_data()))
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers
    refused = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


@pytest.mark.parametrize("path", ["/api/v1/search?q=নদী", "/healthz", "/api/v1/"])
def test_head_has_no_body_and_options_names_the_methods(client: FlaskClient, path: str) -> None:
    """HEAD gives the headers alone, OPTIONS the methods."""
    head = client.head(path)
    assert (head.status_code, head.get_data()) == (200, b"")
    assert set(client.options(path).allow) == {"GET", "HEAD", "OPTIONS"}


def test_pages_of_named_sites_may_read_the_api(client: FlaskClient) -> None:
    """Only those sites may, for the API alone; without named sites none may."""
    ours = {"Origin": "https://example.org"}
    answer = client.get("/api/v1/search?q=নদী", headers=ours)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://example.org"
    assert "Origin" in answer.headers["Vary"]
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "X-Request-Id"} <= {*exposed} & {*answer.headers.keys()}
    preflight = client.options("/api/v1/search", headers=ours)
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    preflight = client.options("/api/v1/multi-search", headers=ours)
    assert preflight.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    other = client.get("/api/v1/search?q=নদী", headers={"Origin": "https://example.com"})
    assert "Access-Control-Allow-Origin" not in other.headers
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=ours).headers
    closed = create_app(FakeEngine()).test_client().get("/healthz", headers=ours)
    assert "Access-Control-Allow-Origin" not in closed.headers


def test_the_entry_leads_everywhere(client: FlaskClient) -> None:
    """From one address a client finds all others."""
    entry = client.get("/api/v1/").get_json()
    assert {path: set(methods) for path, methods in entry["paths"].items()} == {
        path: {method.upper() for method in described} for path, described in document()["paths"].items()
    }
    assert client.get(entry["openapi"]).get_json() == json.loads(json.dumps(document()))
    assert client.get(entry["reference"]).status_code == 200


SITE = Configuration(fields=(KeywordField("section"), KeywordField("tags", several=True)))
TAGGED = [
    Article("1", "পদ্মা নদী", keywords={"section": ("প্রথম",), "tags": ("চর", "জল")}),
    Article("2", "মেঘনা নদী", keywords={"tags": ("জল",)}),
]


def test_fields_of_a_site_are_described_and_asked_for() -> None:
    """Each field is two parameters and a facet in the document, the reference and the answers."""
    with Engine.of(TAGGED, configuration=SITE) as engine:
        client = create_app(engine).test_client()
        told = client.get("/api/v1/openapi.json").get_json()
        parameters = {
            parameter["name"]: parameter for parameter in told["paths"]["/api/v1/search"]["get"]["parameters"]
        }
        assert {"section", "not_section", "tags", "not_tags"} <= parameters.keys()
        assert {"section", "tags"} <= set(parameters["facets"]["schema"]["items"]["enum"])
        assert "not_tags" in client.get("/api/v1/reference").get_data(as_text=True)
        url = "/api/v1/search?q=নদী&tags=জল&tags=চর&-section=শেষ&facets=tags,section"
        answer = msgspec.convert(client.get(url).get_json(), answer_type(ResultPage))
        assert [hit.id for hit in answer.hits] == ["1", "2"]
        assert answer.hits[0].keywords == {"section": ["প্রথম"], "tags": ["চর", "জল"]}
        assert [(facet.value, facet.count) for facet in answer.facets["tags"]] == [("জল", 2), ("চর", 1)]
        article = msgspec.convert(
            client.get("/api/v1/articles/2").get_json(), answer_type(schema.ArticleAnswer)
        ).article
        assert article.keywords == {"tags": ["জল"]}


def test_numbers_of_a_site_are_described_and_asked_for() -> None:
    """Filters of numeric fields have a pattern, and there are orders in both directions."""
    site = Configuration(fields=(KeywordField("views", type="number", ranges=(0, 100)),))
    articles = [
        Article("1", "পদ্মা নদী", keywords={"views": ("১,২০০",)}),
        Article("2", "মেঘনা নদী", keywords={"views": ("7",)}),
        Article("3", "যমুনা নদী"),
    ]
    with Engine.of(articles, configuration=site) as engine:
        client = create_app(engine).test_client()
        told = client.get("/api/v1/openapi.json").get_json()
        parameters = {
            parameter["name"]: parameter for parameter in told["paths"]["/api/v1/search"]["get"]["parameters"]
        }
        assert parameters["sort"]["schema"]["enum"][-2:] == ["views:asc", "views:desc"]
        assert {parameters[name]["schema"]["items"]["pattern"] for name in ("views", "not_views")} == {
            NUMBER_PATTERN
        }
        url = "/api/v1/search?q=নদী&sort=views:asc&facets=views"
        answer = msgspec.convert(client.get(url).get_json(), answer_type(ResultPage))
        assert ([hit.id for hit in answer.hits], answer.sort) == (["2", "1", "3"], "views:asc")
        assert [(facet.value, facet.count) for facet in answer.facets["views"]] == [
            ("0..<100", 1),
            (">=100", 1),
        ]
        found = client.get("/api/v1/search", query_string={"q": "নদী", "views": [">১০০", "5..7"]}).get_json()
        assert {hit["id"] for hit in found["hits"]} == {"1", "2"}
        for wrong, parameter in (({"views": "অনেক"}, "views"), ({"sort": "views"}, "sort")):
            refused = client.get("/api/v1/search", query_string={"q": "নদী", **wrong})
            assert (refused.status_code, refused.get_json()["parameter"]) == (400, parameter)


@pytest.mark.parametrize("parameter", ["section=x", "-tags=x", "facets=tags"])
def test_fields_of_another_site_are_refused(client: FlaskClient, parameter: str) -> None:
    """An index without such a field has no such parameter."""
    answer = client.get(f"/api/v1/search?q=নদী&{parameter}")
    assert (answer.status_code, answer.get_json()["parameter"]) == (400, parameter.split("=", maxsplit=1)[0])


def test_reserved_names_are_all_that_requests_and_articles_have() -> None:
    """A site's field cannot hide a parameter, an attribute, or a page's own parameter."""
    kinds = {operation.parameters for operation in operations(writing=True)}
    parameters = {field.encode_name for kind in kinds for field in msgspec.structs.fields(kind)}
    attributes = {
        *SearchRequest.__dataclass_fields__,
        *SearchOptions.__annotations__,
        *Article.__dataclass_fields__,
    }
    shown = {*KEPT, *filters_of(()), "page", "hit"}
    names = parameters | attributes | shown | set(FACETS)
    assert {name for name in names if is_field_name(name)} == set()


def test_reserved_names_are_all_that_makes_links_and_requests() -> None:
    """Filters are passed by name, next to arguments of functions and parts of paths."""
    rules = [rule for rule in create_app(FakeEngine()).url_map.iter_rules() if rule.endpoint != "static"]
    parts = {name for rule in rules for name in rule.arguments}
    arguments = {
        parameter.name
        for function in (url_for, article_address, Listing.to, Listing.feed, SearchRequest.of.__func__)  # type: ignore[attr-defined]
        for parameter in signature(function).parameters.values()
        if parameter.kind in {parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY}
        and parameter.name != "self"
    }
    assert {name for name in parts | arguments if is_field_name(name)} == set()


@pytest.mark.parametrize("name", ["values", "self", "filename", "path", "action"])
def test_other_names_are_free(name: str) -> None:
    """A site's field may have such a name: every page and operation answers."""
    site = Configuration(fields=(KeywordField(name),))
    assert is_field_name(name)
    client = create_app(FakeEngine(configuration=site)).test_client()
    for path in ("/search", "/api/v1/search", "/article/3", "/feed.atom"):
        assert client.get(f"{path}?q=নদী&{name}=ক&-{name}=খ").status_code == 200


@pytest.mark.parametrize(
    ("query", "position"), [("নদী AND", 4), ('নদী "খাল', 4), ("foo:bar", 0), ("নদী -১৯৭১", 4)]
)
def test_strict_requests_are_told_where_the_fault_is(client: FlaskClient, query: str, position: int) -> None:
    """The problem has a position; without ``strict`` the answer reports the same place."""
    refused = client.get("/api/v1/search", query_string={"q": query, "strict": "1"})
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    problem = msgspec.convert(refused.get_json(), json_type(schema.Problem))
    assert (problem.parameter, problem.position) == ("q", position)
    answered = client.get("/api/v1/search", query_string={"q": query}).get_json()
    ignored = msgspec.convert(answered, answer_type(ResultPage)).ignored
    assert ignored[0].start == position
    assert ignored[0].reason in refused.get_json()["detail"]


@pytest.fixture
def described(request: pytest.FixtureRequest) -> schemathesis.BaseSchema:
    """The document, loaded where its tests run and not in each process."""
    request.node._nodeid = request.node.nodeid  # schemathesis 4.32 reads it, and pytest 9.2 no longer has it
    read = schemathesis.openapi.from_dict(json.loads(json.dumps(document())))
    read.config.checks.negative_data_rejection.expected_statuses.append("431")
    return read


@pytest.mark.slow
@pytest.mark.no_cover
@schemathesis.pytest.from_fixture("described").parametrize()
@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_the_document_allows_is_answered(case: schemathesis.Case[Any], sample_site: Site) -> None:
    """The real server gets valid and invalid requests, and each answer is as documented."""
    if case.path == "/api/v1/analyze":  # exactly one of text and query is needed, which a document cannot say
        assume(bool(case.query.get("text")) != bool(case.query.get("query")))
    # A document cannot say either what strict parsing refuses.
    assume(str(case.query.get("strict")).lower() != "true")
    # One wrong search of several does not make the request fail.
    leave_out: list[Any] = [negative_data_rejection] if case.path == "/api/v1/multi-search" else []
    case.call_and_validate(base_url=sample_site.url, excluded_checks=leave_out)
