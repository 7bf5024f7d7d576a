"""The requests and answers of the client for InstantSearch, by itself."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from onneshon.index.configuration import Configuration, KeywordField
from onneshon.search import Article, Engine
from onneshon.web import create_app
from tests.packages import ROOT
from tests.web.browsing import listening

CLIENT = ROOT / "clients" / "instantsearch" / "index.js"
NODE = shutil.which("node")
RUN = """
const [client, address, method, requests] = process.argv.slice(1);
const { onneshonClient } = await import(client);
const found = await onneshonClient(address)[method](JSON.parse(requests)).catch((error) => error.message);
console.log(JSON.stringify(found));
"""
SITE = Configuration(fields=(KeywordField("views", type="number"),))
ARTICLES = [
    *(
        Article(str(number), f"নদী {number}", category="জাতী\u09af\u09bc", keywords={"views": (str(number),)})
        for number in range(10)
    ),
    Article("uncounted", "নদী"),
]

pytestmark = pytest.mark.skipif(NODE is None, reason="no node here")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a server."""
    with Engine.of(ARTICLES, configuration=SITE) as engine, listening(create_app(engine)) as ours:
        yield ours


def asked(address: str, method: str, **params: Any) -> Any:
    """The answer of the client."""
    requests = json.dumps([{"indexName": "articles", "params": {"hitsPerPage": 100, **params}}])
    told = subprocess.run(
        [str(NODE), "--input-type=module", "-e", RUN, CLIENT.as_uri(), address, method, requests],
        capture_output=True,
        check=True,
    )
    return json.loads(told.stdout)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["views>=3", "views<=5"], "345"),
        (["views>3", "views<6"], "45"),
        (["views>=3", "views<5"], "34"),
        (["views>2", "views>4", "views<=6"], "56"),
        ([["views=2", "views=7"]], "27"),
        (["views<5", ["views=2", "views=7"]], "2"),
        (["views=4"], "4"),
        (["views>=7", "views!=8"], "79"),
        (["views=4", "views=5"], ""),
    ],
    ids=str,
)
def test_numbers_meet_every_filter(address: str, filters: list[Any], expected: str) -> None:
    """All filters on one field apply; an article without a number matches none."""
    (found,) = asked(address, "search", numericFilters=filters)["results"]
    assert sorted(hit["objectID"] for hit in found["hits"]) == [*expected]


def test_a_number_is_narrowed_within_a_facet_of_it(address: str) -> None:
    """A chosen range and a typed range apply together."""
    chosen = {"facetFilters": [["views:0..<5"]], "numericFilters": ["views>=3"]}
    (found,) = asked(address, "search", **chosen)["results"]
    assert sorted(hit["objectID"] for hit in found["hits"]) == ["3", "4"]


def test_a_value_is_found_in_either_encoding(address: str) -> None:
    """A keyboard may type য় as one code point where an index has two."""
    (found,) = asked(address, "searchForFacetValues", facetName="category", facetQuery="\u09df")
    assert [hit["count"] for hit in found["facetHits"]] == [10]


@pytest.mark.parametrize(
    ("method", "params"),
    [("search", {"facets": ["colour"]}), ("searchForFacetValues", {"facetName": "colour", "facetQuery": ""})],
)
def test_what_is_wrong_is_reported_as_the_server_says_it(address: str, method: str, params: Any) -> None:
    """Errors are the server's, for values of a facet, too."""
    assert asked(address, method, **params).startswith("Onneshon: facets: there is no 'colour'")


def test_a_page_beyond_the_last_one_that_is_reached_has_no_hits() -> None:
    """The pagination has no such page."""
    many = [Article(str(number), "নদী") for number in range(1_005)]
    with Engine.of(many) as engine, listening(create_app(engine)) as ours:
        (last,) = asked(ours, "search", query="নদী", page=9)["results"]
        (beyond,) = asked(ours, "search", query="নদী", page=10)["results"]
    assert (last["nbPages"], len(last["hits"])) == (10, 100)
    assert (beyond["nbPages"], beyond["page"], beyond["hits"], beyond["nbHits"]) == (10, 10, [], 1_005)


def test_a_proxy_that_answers_in_place_of_the_server_is_reported_by_its_status() -> None:
    """A proxy does not answer in JSON."""
    proxy = Flask(__name__)
    proxy.register_error_handler(404, lambda _error: ("<html>", 502))
    with listening(proxy) as ours:
        assert asked(ours, "search", query="নদী") == "Onneshon: status 502"
