"""Requests have the same features everywhere: in Python, HTTP, the command line and the page."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import pytest
from click.testing import CliRunner

from onneshon.index.commands.main import main
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.search import Engine, ResultPage, SearchRequest
from onneshon.web import create_app
from tests.fake_engine import FakeEngine

pytestmark = pytest.mark.no_cover  # many tries of lines that other tests cover


class Feature(NamedTuple):
    """A way to narrow or order a search, in each interface.

    Attributes:
        python: the options of ``Engine.search``.
        http: the query string of the API.
        command: the options of ``onneshon search``.
        page: the query string of the page; None where it has no such feature.
    """

    python: dict[str, Any]
    http: str
    command: list[str]
    page: str | None


def _filter(field: str, value: str) -> Feature:
    python = {"ids" if field == "id" else field: [value]}
    page = "article_lang" if field == "lang" else field
    return Feature(python, f"{field}={value}", ["--filter", f"{field}={value}"], f"{page}={value}")


def _negated(field: str, value: str) -> Feature:
    python = {"not_ids" if field == "id" else f"not_{field}": [value]}
    page = "article_lang" if field == "lang" else field
    return Feature(python, f"-{field}={value}", ["--filter", f"-{field}={value}"], f"-{page}={value}")


VALUES = {
    "category": "ইতিহাস",
    "author": "ক",
    "lang": "bn",
    "date": "২০১৯..2020-06",
    "id": "x",
    "section": "প্রথম পাতা",
    "tags": "নদী",
}

SITE = Configuration(
    fields=(KeywordField("section", facet=False), KeywordField("tags", several=True, facet=False))
)

FEATURES = {
    **{field: _filter(field, value) for field, value in VALUES.items()},
    **{f"not {field}": _negated(field, value) for field, value in VALUES.items()},
    "several": Feature(
        {"category": ["A", "B"]},
        "category=A&category=B",
        ["--category", "A", "--category", "B"],
        "category=A&category=B",
    ),
    "several of a declared field": Feature(
        {"tags": ["নদী", "চর"], "not_section": "খ"},
        "tags=নদী&tags=চর&-section=খ",
        ["--filter", "tags=নদী", "--filter", "tags=চর", "--filter", "-section=খ"],
        "tags=নদী&tags=চর&-section=খ",
    ),
    "facets of declared fields": Feature(
        {"facets": ["tags", "section"]}, "facets=tags,section", ["--facets", "tags,section"], None
    ),
    "strict": Feature({"strict": True}, "strict=1", ["--strict"], None),
    "literal": Feature({"literal": True}, "literal=1", ["--literal"], "literal=1"),
    "unfinished": Feature({"unfinished": True}, "unfinished=1", ["--unfinished"], None),
    "group": Feature({"group": False}, "group=off", ["--no-group"], "group=off"),
    "explain": Feature({"explain": True}, "explain=1", ["--explain"], None),
    "exact totals": Feature({"exact_totals": True}, "exact_totals=1", ["--exact-totals"], None),
    "newest": Feature({"sort": "newest"}, "sort=newest", ["--sort", "newest"], "sort=newest"),
    "oldest": Feature({"sort": "oldest"}, "sort=oldest", ["--sort", "oldest"], "sort=oldest"),
    "freshness": Feature({"freshness": 30}, "freshness=30", ["--freshness", "30"], "freshness=30"),
    "facets": Feature(
        {"facets": ["category", "author", "year"], "facet_limit": 8},
        "facets=category,author,year&facet_limit=8",
        ["--facets", "category,author,year", "--facet-limit", "8"],
        "",
    ),
    "offset": Feature({"offset": 10}, "offset=10", ["--offset", "10"], "page=2"),
    "cursor": Feature({"cursor": "x" * 38}, f"cursor={'x' * 38}", ["--cursor", "x" * 38], None),
    "text": Feature({}, "", [], ""),
}

ON_EVERY_PAGE = {"facets": ["category", "author", "year"], "facet_limit": 8}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[SearchRequest]:
    """The requests to engines that commands open."""
    seen: list[SearchRequest] = []

    def search(_: Engine, text: str | SearchRequest, /, **options: Any) -> ResultPage:
        request = SearchRequest.of(text, **options) if isinstance(text, str) else text
        seen.append(request)
        return ResultPage(request.text, (), 0, request.offset, request.limit, 0.0)

    monkeypatch.setattr(Engine, "search", search)
    return seen


@pytest.mark.parametrize("name", FEATURES)
def test_all_four_ask_the_same(name: str, asked: list[SearchRequest], sample_index: Path) -> None:
    """Each feature makes the same request in every interface."""
    feature = FEATURES[name]
    expected = SearchRequest.of("নদী", **feature.python)
    with Engine.open(sample_index) as engine:
        engine.search("নদী", **feature.python)
    result = CliRunner().invoke(main, ["search", "নদী", *feature.command, "--index", str(sample_index)])
    assert result.exit_code == 1, result.output  # the page is empty
    assert asked == [expected, expected]
    served = FakeEngine(configuration=SITE)
    client = create_app(served).test_client()
    assert client.get(f"/api/v1/search?q=নদী&{feature.http}").status_code == 200
    assert served.asked == [expected]
    if feature.page is not None:
        client.get(f"/search?q=নদী&{feature.page}")
        assert served.asked[1] == SearchRequest.of("নদী", **{**ON_EVERY_PAGE, **feature.python})


def test_the_table_holds_every_part_of_a_request() -> None:
    """A new part of a request must be added to the table, and so to every interface."""
    parts = set(SearchRequest.__dataclass_fields__)
    changed = set()
    plain = SearchRequest("নদী")
    for feature in FEATURES.values():
        request = SearchRequest.of("নদী", **feature.python)
        changed |= {part for part in parts if getattr(request, part) != getattr(plain, part)}
    assert changed | {"text", "limit"} == parts


ANSWERS: dict[str, tuple[str, dict[str, Any], str, list[str]]] = {
    "hits": ("বাংলাদেশের নদী", {}, "", []),
    "facets": (
        "বাংলাদেশ",
        {"facets": ["category", "year"], "facet_limit": 2, "limit": 3},
        "facets=category,year&facet_limit=2&limit=3",
        ["--facets", "category,year", "--facet-limit", "2", "--limit", "3"],
    ),
    "order": (
        "বাংলাদেশ",
        {"sort": "newest", "date": "২০২০..", "limit": 2},
        "sort=newest&date=২০২০..&limit=2",
        ["--sort", "newest", "--date", "২০২০..", "--limit", "2"],
    ),
    "what is unknown": (
        "নদী",
        {"category": "ইতিহাশ", "facets": ["category"]},
        "category=ইতিহাশ&facets=category",
        ["--category", "ইতিহাশ", "--facets", "category"],
    ),
    "what was read and passed over": (
        'foo:nodi "শহর',
        {"freshness": 30},
        "freshness=30",
        ["--freshness", "30"],
    ),
    "explanations": (
        "নদী মেলা",
        {"explain": True, "limit": 2},
        "explain=1&limit=2",
        ["--explain", "--limit", "2"],
    ),
}
"""By name: a query, and further options in Python, over HTTP and on the command line."""


@pytest.mark.parametrize("name", ANSWERS)
def test_all_answer_the_same(name: str, sample_index: Path, sample_engine: Engine) -> None:
    """Answers have the same names and values; the page shows the same hits in order."""
    text, python, http, command = ANSWERS[name]
    expected = json.loads(json.dumps(sample_engine.search(text, **python).to_dict()))
    client = create_app(sample_engine).test_client()
    answer = client.get(f"/api/v1/search?q={quote(text)}&{http}").get_json()
    printed = run("search", text, *command, "--json", index=sample_index)
    assert answer.pop("ok") is True
    for told in (expected, answer, printed):
        del told["took_ms"]
    assert answer == printed == expected
    page = client.get(f"/search?q={quote(text)}&{http}").get_data(as_text=True)
    shown = [unquote(address) for address in re.findall(r'<h2[^>]*>\s*<a[^>]* href="/article/([^"?]*)', page)]
    assert shown[: len(expected["hits"])] == [hit["id"] for hit in expected["hits"]]


def test_suggestions_and_similar_articles_are_the_same_everywhere(
    sample_index: Path, sample_engine: Engine
) -> None:
    """Python, HTTP and the command line agree; the page requests them over HTTP."""
    client = create_app(sample_engine).test_client()
    for text in ("বাং", "bangla", "বিস্ববিদ্যা"):
        suggested = [asdict(suggestion) for suggestion in sample_engine.suggest(text, limit=5)]
        assert suggested
        assert client.get(f"/api/v1/suggest?q={text}&limit=5").get_json()["suggestions"] == suggested
        assert run("suggest", text, "--limit", "5", index=sample_index) == suggested
    article = sample_engine.search("নদী", limit=1).hits[0].article.id
    similar = json.loads(
        json.dumps([neighbour.to_dict() for neighbour in sample_engine.similar(article, limit=3)])
    )
    assert similar
    assert client.get(f"/api/v1/similar?id={article}&limit=3").get_json()["similar"] == similar
    assert run("similar", article, "--limit", "3", index=sample_index) == similar
    every = [article.id for article in sample_engine.scan("নদী")]
    printed = CliRunner().invoke(main, ["search", "নদী", "--all", "--index", str(sample_index)]).stdout
    assert [json.loads(line)["id"] for line in printed.splitlines()] == every


def run(*arguments: str, index: Path) -> Any:
    """The JSON that a command prints."""
    options = [*arguments, "--index", str(index)]
    result = CliRunner().invoke(main, options if "--json" in options else [*options, "--json"])
    told = json.loads(result.stdout)
    nothing = arguments[0] == "search" and not told["total"]
    assert result.exit_code == int(nothing), result.output
    return told
