"""What every engine promises, whoever answers: the contract of ``search.interface.SearchEngine``.

An engine joins by a line in ENGINES: something that makes it over given articles.
"""

import datetime as dt
import inspect
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.index.configuration import FILE_NAME, Configuration, KeywordField
from onneshon.index.errors import ClusterError
from onneshon.index.indexer.builder import build
from onneshon.index.opensearch.address import Address
from onneshon.index.opensearch.build import Layout, build_on_cluster
from onneshon.index.opensearch.client import Cluster
from onneshon.index.opensearch.update import delete_on_cluster, update_on_cluster
from onneshon.search import (
    ArticleNotFoundError,
    Engine,
    FieldFilter,
    IndexMissingError,
    IndexStateError,
    QueryError,
    SearchEngine,
    SearchRequest,
    UnknownValue,
    open_engine,
)
from onneshon.search.interface import DEEPEST
from onneshon.search.opensearch.engine import ClusterEngine
from onneshon.search.reranking.grouping import MOST
from tests.cluster.running import LocalCluster
from tests.fake_engine import FakeEngine
from tests.fakes import article, reader_of

pytestmark = pytest.mark.xdist_group("cluster")

Maker = Callable[[Sequence[Article], Path], AbstractContextManager[SearchEngine]]

ARTICLES = [
    article(
        "ঢাকা-১",
        "ঢাকা শহরের নদী।",
        title="নদী",
        category="পরিবেশ",
        author="ক খ",
        date=dt.date(2019, 1, 5),
        section=["প্রথম পাতা"],
        tags=["জল", "শহর"],
    ),
    article(
        "ঢাকা-২",
        "ঢাকার মেলা ও নদী।",
        category="উৎসব",
        author="গ",
        date=dt.date(2020, 6, 15),
        section=["শেষ পাতা"],
        tags=["শহর", "বাড়ি"],
    ),
    article(
        "ঢাকা-৩", "ঢাকায় নদী নেই।", category="পরিবেশ", date=dt.date(2020, 6, 30), tags=["বা\u09dcি", "বাড\u09bcি"]
    ),
    article("৪", "পদ্মা নদী", category="উৎসব", date=dt.date(2021, 12, 31), section=["0"]),
    article("৫", "মেলার বই", title="বই"),
]


SITE = Configuration(
    fields=(
        KeywordField("section", labels={"bn": "পাতা", "en": "Page"}),
        KeywordField("tags", several=True),
        KeywordField("desk"),
    )
)
TOML = """
[fields.section]
label = { bn = "পাতা", en = "Page" }
[fields.tags]
several = true
[fields.desk]
"""


@contextmanager
def _in_memory(articles: Sequence[Article], _directory: Path) -> Iterator[SearchEngine]:
    with Engine(reader_of(articles[:2], articles[2:]), configuration=SITE) as engine:
        yield engine


@contextmanager
def _on_disk(articles: Sequence[Article], directory: Path) -> Iterator[SearchEngine]:
    source = directory / "articles.jsonl"
    names = [name for name in Article.__dataclass_fields__ if name != "keywords"]
    records = [
        {name: str(getattr(one, name) or "") or None for name in names} | dict(one.keywords)
        for one in articles
    ]
    source.write_text("\n".join(map(json.dumps, records)), "utf-8")
    (directory / "index").mkdir(exist_ok=True)
    (directory / "index" / FILE_NAME).write_text(TOML, "utf-8")
    build([source], directory / "index")
    with Engine.open(directory / "index") as engine:
        yield engine


ENGINES: dict[str, Maker] = {"embedded, in memory": _in_memory, "embedded, on disk": _on_disk}
ON_CLUSTER = "on a cluster"


@pytest.fixture(scope="module")
def address(cluster: LocalCluster) -> Address:
    """The articles on a cluster, for all tests that change nothing; in as many parts as there are nodes."""
    address = Address.parse(cluster.address("contract"))
    _built_on(address, ARTICLES)
    return address


def _built_on(address: Address, articles: Sequence[Article]) -> None:
    with closing(Cluster(address)) as connection:
        build_on_cluster(iter(articles), connection, configuration=SITE, layout=Layout(shards=3), force=True)


@pytest.fixture(params=[*ENGINES, ON_CLUSTER])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """Each engine over the same articles."""
    if request.param == ON_CLUSTER:
        with ClusterEngine.open(request.getfixturevalue("address"), configuration=SITE) as engine:
            yield engine
    else:
        with ENGINES[request.param](ARTICLES, tmp_path) as engine:
            yield engine


def ids(engine: SearchEngine, text: str = "", **options: Any) -> list[str]:
    """The ids of a page."""
    return [hit.id for hit in engine.search(SearchRequest.of(text, **options))]


@pytest.mark.parametrize("kind", [Engine, ClusterEngine, FakeEngine])
def test_an_engine_has_all_of_the_interface(kind: type) -> None:
    """Everything that pages and commands ask for is there, the tests' own engine included."""
    asked = {name for name in vars(SearchEngine) if not name.startswith("_")}
    assert asked <= {name for name, _ in inspect.getmembers(kind)}


def test_words_find_articles_and_mark_them(engine: SearchEngine) -> None:
    """Inflected forms match, the marks are where the words stand, and the layer is said."""
    page = engine.search(SearchRequest("মেলা"))
    assert {hit.id for hit in page} == {"ঢাকা-২", "৫"}
    for hit in page:
        (mark,) = hit.snippet.matches
        assert hit.snippet.text[mark.start : mark.end].startswith("মেলা")
        assert mark.layer == ("exact" if hit.id == "ঢাকা-২" else "inflection")
        assert f'<mark class="{mark.layer}">' in hit.snippet.html()


def test_the_total_counts_all_and_pages_show_each_once(engine: SearchEngine) -> None:
    """Whatever the size of a page, the pages together are the whole, in one order."""
    whole = ids(engine, "নদী মেলা")
    assert engine.search(SearchRequest("নদী মেলা", limit=0)).total == len(whole) == 5
    for size in (1, 2, 3):
        paged = [
            one for start in range(0, 6, size) for one in ids(engine, "নদী মেলা", limit=size, offset=start)
        ]
        assert paged == whole


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_cursors_lead_through_the_same_pages(engine: SearchEngine, sort: str, size: int) -> None:
    """From the first page to the last, where there is no further one."""
    whole = ids(engine, "নদী মেলা", sort=sort)
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = engine.search(SearchRequest.of("নদী মেলা", sort=sort, limit=size, cursor=cursor))  # type: ignore[arg-type]
        assert (page.total, page.offset, page.sort) == (5, len(found), sort)
        found += [hit.id for hit in page]
        cursor = page.cursor
    assert found == whole


def test_an_offset_counts_from_the_cursor(engine: SearchEngine) -> None:
    """Hits can be passed over there too, and beyond the last there is nothing."""
    cursor = engine.search(SearchRequest("নদী মেলা", limit=2)).cursor or ""
    page = engine.search(SearchRequest("নদী মেলা", limit=1, offset=1, cursor=cursor))
    assert ([hit.id for hit in page], page.offset) == (ids(engine, "নদী মেলা")[3:4], 3)
    assert not engine.search(SearchRequest("নদী মেলা", offset=9, cursor=cursor))


def test_a_cursor_fits_its_request_alone(engine: SearchEngine) -> None:
    """Another query, filter or order, or a changed letter, is refused and told apart."""
    cursor = engine.search(SearchRequest("নদী", limit=1)).cursor
    assert cursor
    changed = cursor[:-3] + ("A" if cursor[-3] != "A" else "B") + cursor[-2:]
    for asked in (
        {"text": "মেলা", "cursor": cursor},
        {"text": "নদী", "cursor": cursor, "sort": "newest"},
        {"text": "নদী", "cursor": cursor, "category": "উৎসব"},
        {"text": "নদী", "cursor": changed},
        {"text": "নদী", "cursor": "x"},
        {"text": "নদী", "cursor": "অ"},
    ):
        with pytest.raises(QueryError) as caught:
            engine.search(SearchRequest.of(**asked))  # type: ignore[arg-type]
        assert (caught.value.kind, caught.value.parameter) == ("cursor", "cursor")


def test_a_cursor_goes_on_where_filters_and_values_come_in_another_order(engine: SearchEngine) -> None:
    """They ask the same; a value more does not."""
    asked = SearchRequest.of("নদী", limit=1, tags=["শহর", "জল"], category=["উৎসব", "পরিবেশ"])  # type: ignore[call-arg]
    cursor = engine.search(asked).cursor or ""
    tags, category = FieldFilter("tags", ("জল", "শহর", "জল")), FieldFilter("category", ("পরিবেশ", "উৎসব"))
    following = engine.search(SearchRequest("নদী", limit=1, cursor=cursor, filters=(tags, category)))
    assert [hit.id for hit in following] == ids(engine, "নদী", tags=["জল", "শহর"])[1:]
    with pytest.raises(QueryError, match="cursor"):
        engine.search(SearchRequest("নদী", cursor=cursor, filters=(tags,)))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"category": "উৎসব"}, ["৪", "ঢাকা-২"]),
        ({"category": ["উৎসব", "পরিবেশ"]}, ["৪", "ঢাকা-৩", "ঢাকা-২", "ঢাকা-১"]),
        ({"not_category": "উৎসব"}, ["ঢাকা-৩", "ঢাকা-১", "৫"]),
        ({"category": "উৎসব", "not_author": "গ"}, ["৪"]),
        ({"author": "ক খ"}, ["ঢাকা-১"]),
        ({"author": "ক"}, []),
        ({"date": "2020"}, ["ঢাকা-৩", "ঢাকা-২"]),
        ({"date": ["২০১৯", "২০২১-১২"]}, ["৪", "ঢাকা-১"]),
        ({"date": "জুন ২০২০"}, ["ঢাকা-৩", "ঢাকা-২"]),
        ({"date": "২০২০-০৬-১৫.."}, ["৪", "ঢাকা-৩", "ঢাকা-২"]),
        ({"not_date": "..2020"}, ["৪", "৫"]),
        ({"since": "2020-06-16", "until": dt.date(2020, 12, 31)}, ["ঢাকা-৩"]),
        ({"lang": "en"}, []),
        ({"lang": "bn", "category": "উৎসব"}, ["৪", "ঢাকা-২"]),
        ({"ids": ["৫", "৪", "none"]}, ["৪", "৫"]),
        ({"not_ids": ["৫", "৪"]}, ["ঢাকা-৩", "ঢাকা-২", "ঢাকা-১"]),
        ({"section": "প্রথম পাতা"}, ["ঢাকা-১"]),
        ({"section": ["প্রথম পাতা", "শেষ পাতা"]}, ["ঢাকা-২", "ঢাকা-১"]),
        ({"not_section": "প্রথম পাতা"}, ["৪", "ঢাকা-৩", "ঢাকা-২", "৫"]),
        ({"tags": "শহর"}, ["ঢাকা-২", "ঢাকা-১"]),
        ({"tags": "বা\u09dcি"}, ["ঢাকা-৩", "ঢাকা-২"]),
        ({"tags": ["জল", "বাড\u09bcি"]}, ["ঢাকা-৩", "ঢাকা-২", "ঢাকা-১"]),
        ({"tags": "শহর", "not_tags": "জল"}, ["ঢাকা-২"]),
        ({"tags": "নেই"}, []),
        ({"desk": "নেই"}, []),
        ({"section": [0, 1]}, ["৪"]),
        ({"section": 0}, ["৪"]),
        ({"section": [0]}, ["৪"]),
        ({"section": "0"}, ["৪"]),
        ({"not_section": [0]}, ["ঢাকা-৩", "ঢাকা-২", "ঢাকা-১", "৫"]),
        ({"section": [7.5]}, []),
        ({"date": 2020}, ["ঢাকা-৩", "ঢাকা-২"]),
        ({"ids": []}, []),
        ({"ids": [], "category": "উৎসব"}, []),
        ({"ids": [""]}, []),
        ({"ids": "", "tags": "জল"}, ["ঢাকা-১"]),
        ({"not_ids": [], "tags": "জল"}, ["ঢাকা-১"]),
        ({"category": [], "tags": ["", None, "জল"]}, ["ঢাকা-১"]),
    ],
    ids=str,
)
def test_filters_select(engine: SearchEngine, options: dict[str, Any], expected: list[str]) -> None:
    """Values of a field are alternatives, fields are demands, each can be negated; without any word too."""
    assert ids(engine, sort="newest", **options) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("নদী বিভাগ:উৎসব", {"৪", "ঢাকা-২"}),
        ("নদী category:উৎসব category:পরিবেশ", {"৪", "ঢাকা-১", "ঢাকা-২", "ঢাকা-৩"}),
        ("নদী -category:উৎসব", {"ঢাকা-১", "ঢাকা-৩"}),
        ('নদী তারিখ:"জুন ২০২০"', {"ঢাকা-২", "ঢাকা-৩"}),
        ("নদী date:২০২১.. OR date:2019", {"ঢাকা-১", "ঢাকা-২", "ঢাকা-৩", "৪"}),
        ("নদী date:২০২১.. date:2019", {"ঢাকা-১", "৪"}),
        ("নদী -date:২০২০", {"ঢাকা-১", "৪"}),
        ("ভাষা:বাংলা লেখক:ক", {"ঢাকা-১"}),
        ("lang:en", set()),
        ('section:"প্রথম পাতা"', {"ঢাকা-১"}),
        ("পাতা:প্রথম", {"ঢাকা-১"}),
        ("Page:পাতা", {"ঢাকা-১", "ঢাকা-২"}),
        ("নদী tags:শহর tags:বাড়ি", {"ঢাকা-১", "ঢাকা-২", "ঢাকা-৩"}),
        ("নদী tags:শহর -tags:জল", {"ঢাকা-২"}),
        ("নদী desk:ক", set()),
    ],
)
def test_filters_can_be_typed_in_the_query(engine: SearchEngine, text: str, expected: set[str]) -> None:
    """In either language, with the signs of the query."""
    assert set(ids(engine, text)) == expected


def test_facets_count_everything_that_matches(engine: SearchEngine) -> None:
    """Not the page, but the whole; a field's own filter does not narrow its own counts."""
    request = SearchRequest.of(
        "নদী", limit=1, category="উৎসব", facets=["category", "author", "year", "month", "day", "lang"]
    )
    facets = {
        name: [(v.value, v.count) for v in one.values] for name, one in engine.search(request).facets.items()
    }
    assert facets == {
        "category": [("উৎসব", 2), ("পরিবেশ", 2)],
        "author": [("গ", 1)],
        "year": [("2021", 1), ("2020", 1)],
        "month": [("2021-12", 1), ("2020-06", 1)],
        "day": [("2021-12-31", 1), ("2020-06-15", 1)],
        "lang": [("bn", 2)],
    }
    first = engine.search(SearchRequest.of("নদী", facets=["category", "year"], facet_limit=1, date="2019"))
    assert (first.facets["category"].values[0].value, first.facets["category"].more) == ("পরিবেশ", 0)
    assert ([v.value for v in first.facets["year"].values], first.facets["year"].more) == (
        ["2021", "2019"],
        1,
    )


def test_declared_fields_are_counted(engine: SearchEngine) -> None:
    """Each value of an article once, whatever its encoding; the field's own filter does not narrow them."""
    water = FieldFilter("tags", ("জল",))
    page = engine.search(SearchRequest("নদী", facets=("tags", "section", "desk"), filters=(water,)))
    counts = {name: [(v.value, v.count) for v in one.values] for name, one in page.facets.items()}
    assert page.total == 1
    assert [count for _, count in counts["tags"]] == [2, 2, 1]
    assert dict(counts["tags"])["শহর"] == 2
    assert counts["section"] == [("প্রথম পাতা", 1)]
    assert counts["desk"] == []
    fair = engine.search(SearchRequest("মেলা", facets=("tags",))).facets["tags"]
    assert [one.count for one in fair.values] == [1, 1]
    assert page.hits[0].keywords == {"section": ("প্রথম পাতা",), "tags": ("জল", "শহর")}
    assert page.to_dict()["hits"][0]["keywords"]["tags"] == ["জল", "শহর"]


def test_the_fields_of_a_site_are_known(engine: SearchEngine) -> None:
    """With what people call them, and the values that articles have."""
    assert [(one.name, one.several, one.label("bn")) for one in engine.fields] == [
        ("section", False, "পাতা"),
        ("tags", True, "tags"),
        ("desk", False, "desk"),
    ]
    assert engine.values("tags")[2:] == ["জল"]
    with pytest.raises(QueryError, match="did you mean 'section'"):
        engine.values("sections")


@pytest.mark.parametrize(
    ("options", "parameter"),
    [({"colour": "লাল"}, "colour"), ({"not_tag": "লাল"}, "-tag"), ({"facets": ["colour"]}, "facets")],
    ids=str,
)
def test_a_field_that_there_is_not_is_refused(
    engine: SearchEngine, options: dict[str, Any], parameter: str
) -> None:
    """By the engine, which knows the fields of its site; the message names what there is."""
    with pytest.raises(QueryError, match=r"there are|did you mean 'tags'") as caught:
        engine.search(SearchRequest.of("নদী", **options))
    assert (caught.value.kind, caught.value.parameter) == ("parameter", parameter)


def test_an_unknown_value_names_the_nearest(engine: SearchEngine) -> None:
    """Nothing is found, and what there is instead is said."""
    for request in (SearchRequest.of("নদী", category="উতসব"), SearchRequest("নদী বিভাগ:উতসব")):
        page = engine.search(request)
        assert page.total == 0
        assert [(one.field, one.value, one.nearest) for one in page.unknown] == [
            ("category", "উতসব", ("উৎসব",))
        ]
    assert engine.search(SearchRequest.of("নদী", category="উৎসব")).unknown == ()
    assert engine.search(SearchRequest("নদী", filters=(FieldFilter("tags", ("শহরে",)),))).unknown[
        0
    ].nearest == ("শহর",)
    assert engine.search(SearchRequest.of("", ids=["৫", "x"])).unknown[0].value == "x"


@pytest.mark.parametrize(
    ("date", "nearest"),
    [
        ("২০৩০", ("2021",)),
        ("১৯৫২..২০০০", ("2019",)),
        ("মে ২০২০", ("2020-06", "2019-01")),
        ("2020-06-16..2020-06-29", ("2020-06-15", "2020-06-30")),
        ("2022..", ("2021",)),
        ("..2018", ("2019",)),
    ],
)
def test_days_of_no_article_name_those_beside(
    engine: SearchEngine, date: str, nearest: tuple[str, ...]
) -> None:
    """As precisely as was asked for, the nearer first; within a query too, and in figures there."""
    part = "2022-02" if date == "2022.." else date
    beside = engine.search(SearchRequest.of("নদী", date=[date, part]))
    assert beside.total == 0
    assert beside.unknown == (UnknownValue("date", date, nearest),)
    within = engine.search(SearchRequest(f'নদী তারিখ:"{date}"'))
    assert [one.nearest for one in within.unknown] == [nearest]
    assert engine.search(SearchRequest("নদী date:2020")).unknown == ()
    found = engine.search(SearchRequest.of("নদী", date=[date, "2021"]))
    assert (found.total > 0, [one.value for one in found.unknown]) == (True, [date])


def test_the_order_is_said(engine: SearchEngine) -> None:
    """By what hits stand in order, of pages without one too."""
    for text in ("নদী", "খপুষ্প", " "):
        page = engine.search(SearchRequest.of(text, sort="oldest"))
        assert (page.sort, page.freshness) == ("oldest", None)
        page = engine.search(SearchRequest.of(text, freshness=30))
        assert (page.sort, page.freshness) == ("relevance", 30)


def test_sorts_are_total(engine: SearchEngine) -> None:
    """By day from either end, articles without one last, and equal ones in the order of their ids."""
    assert ids(engine, "নদী মেলা", sort="newest") == ["৪", "ঢাকা-৩", "ঢাকা-২", "ঢাকা-১", "৫"]
    assert ids(engine, "নদী মেলা", sort="oldest") == ["ঢাকা-১", "ঢাকা-২", "ঢাকা-৩", "৪", "৫"]
    assert ids(engine, lang="bn") == ["ঢাকা-১", "ঢাকা-২", "ঢাকা-৩", "৪", "৫"] == sorted(ids(engine, lang="bn"))


def test_freshness_lets_age_count(engine: SearchEngine) -> None:
    """A short half-life puts the latest first; a very long one changes nothing, unknown days included."""
    plain = ids(engine, "নদী মেলা")
    assert plain[0] != "৪"
    assert ids(engine, "নদী মেলা", freshness=100)[0] == "৪"
    assert ids(engine, "নদী মেলা", freshness=1e9) == plain


def test_a_scan_reads_everything_in_order(engine: SearchEngine) -> None:
    """The articles themselves, whatever the page; nothing for a query without words."""
    assert [one.id for one in engine.scan(SearchRequest.of("নদী মেলা", sort="newest", limit=1))] == ids(
        engine, "নদী মেলা", sort="newest"
    )
    assert [one.id for one in engine.scan(SearchRequest.of("", category="উৎসব"))] == ["ঢাকা-২", "৪"]
    assert list(engine.scan(SearchRequest(""))) == []


def test_values_are_told_by_frequency(engine: SearchEngine) -> None:
    """For completion and for those who choose."""
    assert engine.values("category") == ["উৎসব", "পরিবেশ"]
    assert engine.values("author") == ["ক খ", "গ"]
    assert engine.values("date") == []


def test_articles_and_their_marks_are_had_by_id(engine: SearchEngine) -> None:
    """The texts as stored, and the ranges that a query matches."""
    assert engine.article("৪").body == "পদ্মা নদী"
    found = engine.marked("৪", "নদী")
    assert [found.body.text[mark.start : mark.end] for mark in found.body.matches] == ["নদী"]
    with pytest.raises(ArticleNotFoundError):
        engine.article("none")


@pytest.mark.parametrize(
    ("options", "parameter"),
    [
        ({"sort": "best"}, "sort"),
        ({"facets": ["Colour"]}, "facets"),
        ({"facets": "category"}, "facets"),
        ({"facet_limit": -1}, "facet_limit"),
        ({"limit": -1}, "limit"),
        ({"offset": -1}, "offset"),
        ({"offset": DEEPEST}, "offset"),
        ({"freshness": 0.0}, "freshness"),
        ({"freshness": float("nan")}, "freshness"),
        ({"date": "গতকাল"}, "date"),
        ({"not_date": "2021-13"}, "-date"),
        ({"since": "2020-02-30"}, "since"),
        ({"since": "2016..2017"}, "since"),
        ({"until": "২০১৬.."}, "until"),
        ({"tags": 1j}, "tags"),
        ({"not_tags": ["জল", True]}, "not_tags"),
        ({"tags": "জল".encode()}, "tags"),
        ({"ids": [str(number) for number in range(101)]}, "id"),
    ],
    ids=str,
)
def test_requests_that_make_no_sense_name_what_is_wrong(options: dict[str, Any], parameter: str) -> None:
    """Before any engine is asked, with the name of the parameter in the message."""
    with pytest.raises(
        QueryError, match="first 10000" if options == {"offset": DEEPEST} else parameter
    ) as caught:
        SearchRequest.of("নদী", **options)
    assert caught.value.parameter == parameter


def test_a_filter_by_an_unknown_field_is_refused() -> None:
    """A name that nobody knows is no condition that is silently met."""
    with pytest.raises(QueryError, match="Colour"):
        FieldFilter("Colour", ("লাল",))


def test_a_query_that_is_too_long_is_refused(engine: SearchEngine) -> None:
    """In a sentence, and by a word for programs."""
    with pytest.raises(QueryError) as caught:
        engine.search(SearchRequest("ক" * 1000))
    assert caught.value.kind == "long"


def test_health_and_reload(engine: SearchEngine) -> None:
    """The engine knows what answers, reads all of it when told to, and has nothing newer."""
    assert (engine.count, engine.health.articles, engine.health.damage) == (5, 5, "")
    engine.verify()
    assert engine.health.verified is True
    assert not engine.reload()


def test_a_closed_engine_says_so(engine: SearchEngine) -> None:
    """Asking afterwards is an error of the family, not a crash."""
    with closing(engine):
        pass
    for ask in (lambda: engine.search(SearchRequest("নদী")), lambda: list(engine.scan(SearchRequest("নদী")))):
        with pytest.raises(IndexStateError):
            ask()


def test_a_cursor_ends_with_its_generation_on_a_cluster(cluster: LocalCluster) -> None:
    """The same there; and an update ends it too, since it changes what words are worth."""
    address = Address.parse(cluster.address("renewed"))
    _built_on(address, ARTICLES)
    with ClusterEngine.open(address, configuration=SITE) as engine:
        assert not engine.reload()
        cursor = engine.search(SearchRequest("নদী", limit=1)).cursor
        assert cursor
        _built_on(address, ARTICLES[:3])
        assert engine.reload()
        assert (engine.count, engine.health.generation) == (3, "renewed-000002")
        with pytest.raises(QueryError, match="renewed"):
            engine.search(SearchRequest("নদী", cursor=cursor))
        with closing(Cluster(address)) as connection:
            update_on_cluster(iter([article("৬", "নদীর তীর")]), connection, configuration=SITE)
        assert engine.reload()
        assert ids(engine, "তীর") == ["৬"]


def test_what_stays_of_a_deleted_article_is_found_by_nothing(cluster: LocalCluster) -> None:
    """Neither by everything, nor by what it does not hold, nor by its id."""
    address = Address.parse(cluster.address("deleting"))
    _built_on(address, ARTICLES)
    with closing(Cluster(address)) as connection:
        delete_on_cluster(["৪", "৫"], connection)
    left = {"ঢাকা-১", "ঢাকা-২", "ঢাকা-৩"}
    with ClusterEngine.open(address, configuration=SITE) as engine:
        for text, found in (("*", left), ("-মেলা", left - {"ঢাকা-২"}), ("নদী OR বই", left)):
            page = engine.search(text, facets=["category"])
            assert ({hit.id for hit in page}, page.total) == (found, len(found)), text
            assert sum(value.count for value in page.facets["category"].values) == len(found)
        assert ids(engine, "*", not_category="উৎসব") == ["ঢাকা-১", "ঢাকা-৩"]
        assert {one.id for one in engine.scan("*")} == left
        page = engine.search("", ids=["৪"])
        assert (page.total, [one.value for one in page.unknown]) == (0, ["৪"])


def test_far_down_a_cluster_goes_on_from_the_last_hit(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where counting would lead too far, pages by cursor are the same."""
    monkeypatch.setattr("onneshon.search.opensearch.answering.FARTHEST", 2 * MOST)
    for options in ({"sort": "newest"}, {"sort": "oldest"}, {}):
        with ClusterEngine.open(address, configuration=SITE) as engine:
            whole = ids(engine, "নদী", **options)
            found: list[str] = []
            cursor: str | None = ""
            while cursor is not None:
                request = SearchRequest.of("নদী", limit=1, cursor=cursor, **options)  # type: ignore[arg-type]
                page = engine.search(request)
                assert (page.total, page.offset) == (4, len(found))
                found += [hit.id for hit in page]
                cursor = page.cursor
            assert found == whole


@pytest.mark.parametrize("where", ["embedded, on disk", ON_CLUSTER])
def test_pages_by_number_lead_past_alike_articles(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """However many there are of them; each that is shown is on one page."""
    told = " ".join(f"নদী{chr(0x995 + one)}{chr(0x995 + other)}" for one in range(20) for other in range(9))
    alike = [article(f"ক{number}", f"{told} শেষ{number}", title="নদী") for number in range(120)]
    others = [article(f"খ{number}", "নদী " * (number + 1)) for number in range(5)]
    with _over(where, [*alike, *others], request, tmp_path) as engine:
        paged = [one for offset in range(0, 9, 3) for one in ids(engine, "নদী", limit=3, offset=offset)]
    assert len(paged) == len(set(paged)) == 6
    assert {one for one in paged if one.startswith("খ")} == {other.id for other in others}


@contextmanager
def _over(
    where: str, articles: Sequence[Article], request: pytest.FixtureRequest, directory: Path
) -> Iterator[SearchEngine]:
    """An engine over other articles."""
    if where != ON_CLUSTER:
        with ENGINES[where](articles, directory) as engine:
            yield engine
        return
    address = Address.parse(request.getfixturevalue("cluster").address("alike"))
    _built_on(address, articles)
    with ClusterEngine.open(address, configuration=SITE) as engine:
        yield engine


def test_a_cluster_that_does_not_answer_is_an_error_of_the_family() -> None:
    """So is an index that is not there; both say what to do."""
    with pytest.raises(ClusterError, match="does not answer: is it running"):
        ClusterEngine.open("opensearch://127.0.0.1:9/news")


def test_an_index_that_is_not_there_is_missing(cluster: LocalCluster) -> None:
    """By either name of the function that opens."""
    for opened in (ClusterEngine.open, open_engine):
        with pytest.raises(IndexMissingError, match="onneshon index build"):
            opened(cluster.address("nowhere"))


def test_a_cursor_ends_with_its_generation(tmp_path: Path) -> None:
    """After a new build the old cursor is refused with the reason; a new one is had by searching again."""
    with _on_disk(ARTICLES, tmp_path) as engine:
        cursor = engine.search(SearchRequest("নদী", limit=1)).cursor
        assert cursor
        with _on_disk(ARTICLES[:3], tmp_path):
            assert engine.reload()
            with pytest.raises(QueryError, match="renewed"):
                engine.search(SearchRequest("নদী", cursor=cursor))
