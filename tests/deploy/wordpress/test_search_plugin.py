"""The plugin that has WordPress search with Onneshon, on stand-ins for what it asks of WordPress."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from onneshon.index import Article, build
from onneshon.search import Engine
from onneshon.web import create_app

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

PHP = shutil.which("php")
HERE = Path(__file__).parent
PLUGINS = sorted((HERE.parents[2] / "deploy" / "wordpress").glob("*.php"))

pytestmark = pytest.mark.skipif(PHP is None, reason="there is no PHP: apt-get install php-cli")


def _run(*queries: dict[str, Any], answer: "TestResponse | dict[str, Any] | None", **scenario: Any) -> Any:
    """What becomes of some queries."""
    if answer is not None and not isinstance(answer, dict):
        answer = {"status": answer.status_code, "body": answer.get_data(as_text=True)}
    given = json.dumps({"queries": queries, "answer": answer, **scenario})
    command = [str(PHP), "-d", "error_reporting=-1", "-d", "display_errors=stderr", str(HERE / "search.php")]
    result = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert (result.stderr, result.returncode) == ("", 0)
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> "TestResponse":
    """What a server says about rivers, of three posts and an article from elsewhere."""
    index = tmp_path_factory.mktemp("posts")
    rivers = [("wp-17", "পদ্মা নদী"), ("wp-4", "নদী & <b>নৌকা</b>"), ("other", "নদী"), ("wp-9", "বৈশাখী মেলা")]
    build([Article(number, title=title, body=f"{title} নিয়ে কথা।") for number, title in rivers], index)
    with Engine.open(index) as engine:
        parameters = {"q": "নদী", "limit": 10, "offset": 0, "group": "off"}
        return create_app(engine).test_client().get("/api/v1/search", query_string=parameters)


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_is_php(plugin: Path) -> None:
    """As PHP itself says."""
    result = subprocess.run([str(PHP), "-l", str(plugin)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_a_search_finds_what_the_server_finds(answered: "TestResponse") -> None:
    """In its order; what is no post of the site is passed by, and the text is not looked through again."""
    found = _run({"values": {"s": "নদী"}}, answer=answered, posts=[4, 1])
    (told,) = found["told"]
    ids = [hit["id"] for hit in answered.get_json()["hits"]]
    assert told["values"]["post__in"] == [int(name[3:]) for name in ids if name.startswith("wp-")]
    assert set(told["values"]["post__in"]) == {17, 4}
    assert (told["values"]["orderby"], told["values"]["offset"], told["values"]["s"]) == (
        "post__in",
        0,
        "নদী",
    )
    assert (told["sql"], told["found"]) == ("", answered.get_json()["total"])
    assert told["excerpts"] == [
        "<mark>নদী</mark> &amp; &lt;b&gt;নৌকা&lt;/b&gt; নিয়ে কথা।",
        "as ever",
    ]


def test_the_server_is_asked_for_one_page(answered: "TestResponse") -> None:
    """As many hits as the page has; by parameters that it knows."""
    assert answered.status_code == 200
    found = _run({"values": {"s": "নদী", "paged": 3, "posts_per_page": 20}}, answer=answered)
    ((url, options),) = found["requests"]
    assert url.startswith("https://search.example/api/v1/search?")
    assert parse_qs(urlsplit(url).query) == {
        "q": ["নদী"],
        "limit": ["20"],
        "offset": ["40"],
        "group": ["off"],
    }
    assert options["timeout"] <= 2


@pytest.mark.parametrize(
    "query",
    [
        {"values": {"s": r"ভাষা -\"শহীদ মিনার\" o\'clock"}},
        {"values": {"s": 'ভাষা -"শহীদ মিনার" o\'clock'}, "main": False, "rest": {"subtype": ["any"]}},
    ],
    ids=["of an address", "of REST"],
)
def test_the_server_is_asked_what_the_reader_wrote(query: dict[str, Any], answered: "TestResponse") -> None:
    """Without the backslashes that WordPress puts before quotation marks of addresses."""
    ((url, _),) = _run(query, answer=answered)["requests"]
    assert parse_qs(urlsplit(url).query)["q"] == ['ভাষা -"শহীদ মিনার" o\'clock']


def test_a_search_without_hits_finds_nothing(answered: "TestResponse") -> None:
    """No number at all would find every post."""
    nothing = {"status": 200, "body": '{"ok": true, "total": 0, "hits": []}'}
    (told,) = _run({"values": {"s": "নেই"}}, answer=nothing)["told"]
    assert (told["values"]["post__in"], told["found"]) == ([0], 0)


@pytest.mark.parametrize(
    "answer",
    [None, {"status": 503, "body": "{}"}, {"status": 200, "body": "<html>"}, {"status": 200, "body": "{}"}],
    ids=["no answer", "busy", "no JSON", "another program"],
)
def test_wordpress_searches_while_the_server_is_away(answer: dict[str, Any] | None) -> None:
    """For a minute it is not asked again."""
    found = _run({"values": {"s": "নদী"}}, {"values": {"s": "মেলা"}}, answer=answer, posts=[4])
    for told in found["told"]:
        assert (told["sql"], told["found"], told["excerpts"]) == (" AND LIKE", 3, ["as ever"])
        assert "post__in" not in told["values"]
    assert len(found["requests"]) == 1
    assert found["transients"] == {"onneshon_away": [1, 60]}


def test_a_query_that_is_refused_says_nothing_of_the_server() -> None:
    """WordPress searches for it, and the next one is asked for."""
    refused = {"status": 400, "body": '{"ok": false}'}
    found = _run({"values": {"s": "ন" * 600}}, {"values": {"s": "মেলা"}}, answer=refused)
    assert (len(found["requests"]), found["transients"]) == (2, [])


@pytest.mark.parametrize(
    ("values", "more"),
    [
        ({}, {}),
        ({"s": " "}, {}),
        ({"s": "নদী"}, {"main": False}),
        ({"s": "নদী", "cat": 3}, {}),
        ({"s": "নদী", "author_name": "লেখক"}, {}),
        ({"s": "নদী", "orderby": "date"}, {}),
        ({"s": "নদী", "post_type": "product"}, {}),
        ({"s": "নদী", "posts_per_page": -1}, {}),
        ({"s": "নদী", "paged": 101}, {}),
    ],
    ids=str,
)
def test_other_queries_stay_with_wordpress(
    answered: "TestResponse", values: dict[str, Any], more: dict[str, Any]
) -> None:
    """Lists, searches of parts of the site, and what is further down than the server goes."""
    found = _run({"values": values, **more}, answer=answered)
    assert (found["requests"], found["told"][0]["values"]) == ([], values or [])


@pytest.mark.parametrize(
    "scenario", [{"admin": True}, {"url": False}, {"filters": {"onneshon_takes": False}}], ids=str
)
def test_a_site_may_keep_its_searches(answered: "TestResponse", scenario: dict[str, Any]) -> None:
    """Those of its editors it does, and all where no server is named or a theme says so."""
    assert _run({"values": {"s": "নদী"}}, answer=answered, **scenario)["requests"] == []


@pytest.mark.parametrize(("subtype", "asked"), [(["any"], 1), ("any", 1), (["post"], 0)])
def test_searches_of_programs_are_taken_too(answered: "TestResponse", subtype: Any, asked: int) -> None:
    """Those for everything, which WordPress makes one of all types."""
    values = {"s": "নদী", "post_type": ["post", "page"], "posts_per_page": 10, "paged": 1}
    found = _run({"values": values, "rest": {"subtype": subtype}, "main": False}, answer=answered)
    assert len(found["requests"]) == asked
