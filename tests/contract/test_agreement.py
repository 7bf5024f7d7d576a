"""Compares whole pages of a cluster with those of an index in a directory: both must answer alike.

Both have the same articles and one basis. On the cluster the index has three shards on three nodes.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from unicodedata import normalize

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.configuration import FACETS, FILE_NAME
from onneshon.index.configuration_file import read_configuration
from onneshon.index.indexer.builder import build
from onneshon.index.ingest.corpus import read_articles
from onneshon.index.storage.reader import open_index
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching import score_sums
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.searching.score_sums import ScoreSum
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.search import Engine, FieldFilter, SearchRequest
from onneshon.search.reranking.ranker import Sort
from onneshon.search.retrieval.query_lists import FEWEST
from tests.cluster.running import LocalCluster

pytestmark = pytest.mark.xdist_group("cluster")

APART = 1e-5
"""The greatest difference of scores, as a share of a score: Lucene adds 32-bit numbers."""

WORDS = (
    "ঢাকা", "নদী", "ভাষা আন্দোলন", "মুক্তিযুদ্ধ", "মুক্তি যুদ্ধ", "বাংলাদেশের ইতিহাস", "বিশ্ববিদ্যালয়", "করোনা ভাইরাস টিকা",
    "২১ ফেব্রুয়ারি ১৯৫২", "rabindranath", "dhaka university", "পদ্মা সেতু নির্মাণ কাজ শুরু হয়", "এবং", "খপুষ্প",
)  # fmt: skip
SHAPES = (
    "{0}", '"{0}"', '"{0}"~4', "title:{1}", "body:{1}", "={1}", "{1}~", "{2}*", "+{1} {3}", "{1} -{3}",
    "({1} OR {3}) AND {4}", "{1}^3 {3}", "-{1}", "{0} {3}", "lang:bn {1}", "{0} category:ইতিহাস", "*",
    '-"{0}" {3}', 'title:"{0}"', "{1} {2}* {3}", "+({1} {3} {4}) +ভাষা",
    "{1} OR ({3} {4} {0})", "({1} {3} {4}) OR {0}",
)  # fmt: skip


GROUP = re.compile(r"\([^()]*\)")
"""Matches a group in parentheses within a query."""

EVERY = 100
"""A number of facet values that exceeds those of any field of the sample."""

DATES = ("year", "month", "day")

SORTS_ASKED: tuple[Sort, ...] = (
    *("relevance", "relevance", "relevance", "newest", "oldest", "views:desc", "views:asc"),
)
TOML = '[fields.views]\ntype = "number"\n'
VIEWS = (">100", ">=১০০", "<7", "10..500", "<=0")


class Both(NamedTuple):
    """The two engines."""

    ours: Engine
    theirs: ClusterEngine


@contextmanager
def engines_of(address: Address, sample: Path, directory: Path) -> Iterator[Both]:
    """Open both engines over the sample; the index must not exist yet, and the folder be empty."""
    draw = Random(7)  # noqa: S311 (chance, not secrecy)
    articles = [
        replace(
            article, keywords={"views": (str(draw.randrange(-5, 1000) // 7),)} if draw.random() < 0.8 else {}
        )
        for article in read_articles([sample])
    ]
    (directory / FILE_NAME).write_text(TOML, "utf-8")
    site = read_configuration(directory)
    build(iter(articles), directory)
    with open_index(directory) as reader:
        basis = reader.basis
    with closing(Cluster(address)) as connection:
        build_on_cluster(iter(articles), connection, configuration=site, layout=Layout(3), basis=basis)
    with (
        Engine.open(directory, time_limit=None) as ours,
        ClusterEngine.open(address, configuration=site, time_limit=None) as theirs,
    ):
        yield Both(ours, theirs)


@pytest.fixture(scope="module")
def both(
    cluster: LocalCluster, sample_articles: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    """Both engines over the sample."""
    address = Address.parse(cluster.address("agreement"))
    with engines_of(address, sample_articles, tmp_path_factory.mktemp("both")) as engines:
        yield engines


def _asked(draw: Random) -> str:
    whole = draw.choice(WORDS)
    word, other, third = (draw.choice(WORDS).split()[0] for _ in range(3))
    return draw.choice(SHAPES).format(whole, word, word[:3], other, third)


def _request(draw: Random, categories: list[str]) -> SearchRequest:
    filters = []
    if draw.random() < 0.3:
        filters.append(
            FieldFilter("category", tuple(draw.sample(categories, 2)), negated=draw.random() < 0.3)
        )
    if draw.random() < 0.2:
        filters.append(FieldFilter("date", (draw.choice(["2020", "2021..", "..2019"]),)))
    if draw.random() < 0.2:
        filters.append(FieldFilter("views", tuple(draw.sample(VIEWS, 2)), negated=draw.random() < 0.3))
    return SearchRequest(
        _asked(draw),
        limit=draw.choice([1, 5, 10, 60]),
        offset=draw.choice([0, 0, 0, 3]),
        literal=draw.random() < 0.1,
        filters=tuple(filters),
        sort=draw.choice(SORTS_ASKED),
        freshness=draw.choice([None] * 4 + [30.0, 3000.0]),
        facets=tuple(draw.sample((*FACETS, "views"), draw.randrange(3))),
        facet_limit=draw.choice([1, 3, EVERY]),
        explain=draw.random() < 0.3,
    )


def _near(value: Any, other: Any) -> bool:
    """Whether two JSON values are the same, except for the precision that 32-bit numbers lose."""
    if isinstance(value, dict):
        return value.keys() == other.keys() and all(_near(value[key], other[key]) for key in value)
    if isinstance(value, list | tuple):
        return len(value) == len(other) and all(map(_near, value, other))
    if isinstance(value, float):
        return bool(value == pytest.approx(other, rel=APART, abs=2e-6))
    return bool(value == other)


def _described(page: Any, *, every_value: bool) -> dict[str, Any]:
    told: dict[str, Any] = page.to_dict()
    for name, values in told["facets"].items():  # a cluster returns the values of facets in NFC
        for facet in values:
            facet["value"] = normalize("NFC", facet["value"]) if every_value or name in DATES else ""
        if name not in DATES:
            values.sort(key=lambda facet: (-facet["count"], facet["value"]))
    return {name: value for name, value in told.items() if name not in {"took_ms", "cursor", "next"}}


def _few(engine: Engine, request: SearchRequest) -> bool:
    """Whether few articles match enough words and others fill up: of equal ones, engines pick their own."""
    texts = (request.text, *GROUP.findall(request.text))
    return any(
        engine.search(replace(request, text=text, filters=(), facets=())).total == FEWEST for text in texts
    )


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_random_requests_get_the_same_page(both: Both) -> None:
    """Both give the same hits with reasons, scores, snippets, totals, facets, readings and suggestions."""
    draw = Random(20_205)  # noqa: S311 (chance, not secrecy)
    categories = both.ours.values("category")
    found = 0
    for _ in range(150):
        request = _request(draw, categories)
        if _few(both.ours, request):
            continue
        ours, theirs = (
            _described(engine.search(request), every_value=request.facet_limit == EVERY) for engine in both
        )
        for name, value in ours.items():
            assert _near(value, theirs[name]), (request, name, value, theirs[name])
        found += bool(ours["hits"])
    assert found > 60


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_a_title_that_is_a_part_of_a_query_counts_the_same(both: Both) -> None:
    """A title within a query scores as much on a cluster, in its exact form only, not with another ending."""
    titles = [" ".join(token.text for token in analyze(hit.title)) for hit in both.ours.search("*", limit=12)]
    counted = []
    for text in (f"{title}{ending} টিকা" for title in titles for ending in ("", "গুলোর")):
        ours, theirs = (engine.search(SearchRequest(text, limit=5, explain=True)) for engine in both)
        scores = [[(hit.id, hit.score) for hit in page] for page in (ours, theirs)]
        assert _near(*scores), text
        worth = [_worth("whole_title", page.hits[0].to_dict()["explanation"]) for page in (ours, theirs)]
        assert _near(*worth), text
        counted.append(worth[0] > 0)
    assert len(titles) // 2 < sum(counted) < len(counted)


def _worth(name: str, part: dict[str, Any]) -> float:
    """The sum of the parts of a score that have this name."""
    own: float = part["score"] if part["name"] == name else 0.0
    return own + sum(_worth(name, inner) for inner in part.get("parts", ()))


SUMS = (
    "{0}",
    "{0} {2}",
    "{0} {1} {2}",
    "+{0} {2}",
    "{0} -{2}",
    "{0}^3 {2}",
    "(+{0} {2}) lang:bn",
    '{0} "{1}"~3',
)
"""Shapes of queries whose scores are at most sums of the scores of words."""


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_the_best_are_the_same_where_they_are_looked_for_alone(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a large collection is not scored whole, hits are the same; counts end at a bound, and say so."""
    monkeypatch.setattr(score_sums, "LOOKED_AT", 3)
    monkeypatch.setattr(score_sums, "FEWEST", 2)
    monkeypatch.setattr(score_sums, "COUNTED_TO", 4)
    draw = Random(20_207)  # noqa: S311 (chance, not secrecy)
    categories = both.ours.values("category")
    bounded = estimated = 0
    for shape in SUMS * 5:
        text = shape.format(*draw.sample(WORDS, 3))
        filters = (FieldFilter("category", tuple(draw.sample(categories, 2)), negated=True),)
        request = SearchRequest(text, facets=("category",), filters=filters * (draw.random() < 0.3))
        whole, best = (
            both.theirs.search(replace(request, exact_totals=exact_totals)) for exact_totals in (True, False)
        )
        assert _near([hit.to_dict() for hit in whole], [hit.to_dict() for hit in best]), request
        assert whole.total_is_exact
        assert whole.facets_are_exact
        most = whole.total if best.total_is_exact else 4
        assert most <= whole.total
        assert (best.total, best.total_all) == (most, min(whole.total_all, most)), request
        bounded += not best.total_is_exact
        estimated += not best.facets_are_exact
    assert bounded > 5
    assert estimated > 5


def test_where_the_highest_sums_are_not_the_best_all_are_scored(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All documents are scored if many contain common words often, and too little of the query."""
    monkeypatch.setattr(score_sums, "LOOKED_AT", 3)
    request = SearchRequest("ঢাকা নদী", facets=("category",))
    whole = both.theirs.search(replace(request, exact_totals=True))
    monkeypatch.setattr(ScoreSum, "scoring", lambda *_: NOTHING_MATCHES)
    found = both.theirs.search(request)
    assert _described(found, every_value=True) == _described(whole, every_value=True)
    assert len(found) > 3


def test_pages_by_cursor_are_the_same(both: Both) -> None:
    """Pages by cursor agree from the first to the last."""
    for text in ("ঢাকা নদী ভাষা", "বাংলাদেশের ইতিহাস"):
        pages: list[list[list[str]]] = []
        for engine in both:
            cursor: str | None = ""
            pages.append([])
            while cursor is not None:
                page = engine.search(SearchRequest(text, limit=4, cursor=cursor))
                pages[-1].append([hit.id for hit in page])
                cursor = page.cursor
        assert pages[0] == pages[1]
        assert len(pages[0]) > 2


@pytest.mark.parametrize("options", [{}, {"sort": "newest"}, {"freshness": 200.0}], ids=str)
def test_a_scan_reads_the_same_articles_in_the_same_order(both: Both, options: dict[str, Any]) -> None:
    """A scan reads all articles, even of a query whose best hits are scored twice."""
    ours, theirs = ([*engine.scan(SearchRequest("ঢাকা নদী ভাষা", **options))] for engine in both)
    assert [hit.id for hit in theirs] == [hit.id for hit in ours]
    assert theirs == ours
    assert len(ours) > 10


def test_similar_articles_and_suggestions_are_the_same(both: Both) -> None:
    """Similar articles and suggestions agree between the engines."""
    for hit in both.ours.search("ইতিহাস", limit=5):
        ours, theirs = ([similar.to_dict() for similar in engine.similar(hit.id)] for engine in both)
        assert _near(ours, theirs)
    for text in ("বাং", "মুক্তি", "bang", "ভাষা আ"):
        suggested, others = (engine.suggest(text) for engine in both)
        assert suggested == others
        assert suggested


def test_a_query_is_understood_and_explained_the_same(both: Both) -> None:
    """Both give each concept with its writings and their document frequencies, and each part of a score."""
    for text in ("মুক্তি যুদ্ধ", "dhaka", "২১ ফেব্রুয়ারি ১৯৫২", "নদি~", '"ভাষা আন্দোলন"'):
        ours, theirs = ([concept.to_dict() for concept in engine.understand(text)] for engine in both)
        assert ours == theirs
        for hit in both.ours.search(text, limit=2):
            explained, other = (engine.explain(text, hit.id).to_dict() for engine in both)
            assert _near(explained, other)


def test_words_in_parentheses_are_together_one_alternative(both: Both) -> None:
    """On each engine ``OR`` finds what its sides find by themselves, not what has one word of a group."""
    word, group, words = "মেলা", "(ঢাকা নদী গ্রাম শহর মানুষ)", "ঢাকা OR নদী OR গ্রাম OR শহর OR মানুষ"
    for engine in both:
        found, alone, either, loose = (
            {article.id for article in engine.scan(text)}
            for text in (word, group, f"{word} OR {group}", f"{word} OR {words}")
        )
        assert either == found | alone
        assert either < loose


def test_what_keeps_an_article_from_being_found_is_reported_the_same(both: Both) -> None:
    """Words, filters and exclusions are explained alike; what neither engine finds has a score of 0."""
    draw = Random(20_206)  # noqa: S311 (chance, not secrecy)
    ids = [hit.id for hit in both.ours.search("*", limit=100)]
    for _ in range(60):
        text, name = _asked(draw), draw.choice(ids)
        if _few(both.ours, SearchRequest(text)):
            continue
        explained, other = (engine.explain(text, name).to_dict() for engine in both)
        assert _near(explained, other), (text, name)


def test_ranks_are_those_of_pages(both: Both) -> None:
    """``rank`` gives the ids of pages in the same order, without texts and to the given depth."""
    for text in ("ঢাকা নদী ভাষা", '"ভাষা আন্দোলন"'):
        ours, theirs = ([name for name, _ in engine.rank(text, limit=150)] for engine in both)
        assert ours == theirs
        page = both.theirs.search(replace(SearchRequest(text), limit=10, group=False))
        assert [hit.id for hit in page] == ours[:10]
