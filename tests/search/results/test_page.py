"""What a page has besides its articles: counts, missing words, readings, suggestions."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from onneshon.index import Article
from onneshon.index.analysis.analyzer import Token
from onneshon.search import Engine, ResultPage
from onneshon.search.results.page import FEW_HITS, RARE
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.readings import Readings
from tests.fakes import FakeSegment, article, reader_of

ARTICLES = [
    article("a", "নদী ও শহর। ভাষা আন্দোলন নিয়ে মেলা।", title="নদীর মেলা"),
    article("b", "ভাষা নিয়ে যত আন্দোলন।", title="শহর"),
    article("c", "নদী।", title="পাহাড়", category="ভ্রমণ"),
    *(article(f"x{n}", "শহর পাতা", title="পাতা", category="খেলা" if n < 3 else "") for n in range(30)),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine in memory over the articles of this module."""
    with Engine(reader_of(ARTICLES)) as opened:
        yield opened


def counted(page: ResultPage) -> dict[str, int]:
    """The document frequencies that a page reports, by label."""
    return dict(page.counts)


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("নদী শহর", {"নদী": 2, "শহর": 32}),
        ('"ভাষা আন্দোলন"', {"“ভাষা আন্দোলন”": 1, "ভাষা": 2, "আন্দোলন": 2}),
        ('"ভাষা আন্দোলন"~2', {"“ভাষা আন্দোলন”~2": 2, "ভাষা": 2, "আন্দোলন": 2}),
        ("শহ*", {"শহ*": 32}),
        ("title:নদী", {"title:নদী": 1}),
        ("=নদীর", {"=নদীর": 1}),
        ("নদী -শহর", {"নদী": 2}),
        ("মরুভূমি", {"মরুভূমি": 0}),
    ],
)
def test_each_concept_is_counted_as_it_can_be_searched_for(
    engine: Engine, query: str, counts: dict[str, int]
) -> None:
    """Each label is itself a query for its concept; the words of a phrase are counted as well."""
    assert counted(engine.search(query)) == counts


@pytest.mark.parametrize("query", ["নদী", "শহ*", "title:নদী", "=নদীর"])
def test_a_label_searched_for_finds_as_many(engine: Engine, query: str) -> None:
    """A reader may click on a label."""
    for label, count in engine.search(query).counts:
        assert engine.search(label).total == count


def test_an_article_says_what_it_lacks(engine: Engine) -> None:
    """Each hit lists its own missing words in any order; a concept with a synonym present is not missing."""
    page = engine.search("নদী ভাষা শহর")
    lacking = {hit.article.id: hit.missing for hit in page.hits}
    assert lacking["a"] == ()
    assert lacking["b"] == ("নদী",)
    assert lacking["c"] == ("ভাষা", "শহর")
    assert lacking["x0"] == ("নদী", "ভাষা")


@pytest.mark.parametrize(
    ("query", "total", "total_all"), [("নদী ভাষা", 3, 1), ("নদী", 2, 2), ("category:ভ্রমণ", 1, 1), ("মরু", 0, 0)]
)
def test_a_page_counts_articles_with_all_and_with_any(
    engine: Engine, query: str, total: int, total_all: int
) -> None:
    """Articles that meet the conditions of a query without words count as having all of it."""
    page = engine.search(query)
    assert (page.total, page.total_all) == (total, total_all)


def test_a_page_is_a_part_of_what_was_found(engine: Engine) -> None:
    """A page gives its offset and its limit."""
    whole, part = engine.search("শহর", limit=30), engine.search("শহর", limit=4, offset=3)
    assert [hit.article.id for hit in part.hits] == [hit.article.id for hit in whole.hits[3:7]]
    assert (part.offset, part.limit, part.total) == (3, 4, 32)
    assert [hit.score for hit in part.hits] == [hit.score for hit in whole.hits[3:7]]


def test_the_rare_word_is_what_a_snippet_shows() -> None:
    """The rarer word is shown where both do not fit; function words are worth less than rarer words."""
    filler = "পাতা " * 200
    body = f"শহর {filler} নদী {filler} শহর"
    articles = [article("a", body), *(article(f"x{n}", "শহর") for n in range(20))]
    with Engine(reader_of(articles)) as opened:
        (hit, *_) = [hit for hit in opened.search("শহর নদী").hits if hit.article.id == "a"]
    assert "নদী" in hit.snippet.text
    assert "শহর" not in hit.snippet.text


def test_a_function_word_is_worth_little_in_a_snippet() -> None:
    """A function word is worth little although fewer articles contain it."""
    filler = "পাতা " * 200
    articles = [article("a", f"কিন্তু {filler} শহর"), *(article(f"x{n}", "শহর") for n in range(3))]
    articles += [article(f"y{n}", "পাতা") for n in range(20)]
    with Engine(reader_of(articles)) as opened:
        (hit, *_) = [hit for hit in opened.search("কিন্তু শহর").hits if hit.article.id == "a"]
    assert "শহর" in hit.snippet.text
    assert "কিন্তু" not in hit.snippet.text


def test_a_page_says_how_long_it_took() -> None:
    """``took_ms`` is in milliseconds, by the clock of the engine."""
    ticks = itertools.count()
    with Engine(reader_of(ARTICLES), clock=lambda: next(ticks) / 1_000) as opened:
        took = opened.search("নদী").took_ms
    assert 1 <= took <= next(ticks)
    assert took == round(took)


def test_nothing_read_otherwise_is_nothing_to_explain(engine: Engine) -> None:
    """A query that is searched as typed has no explanation of readings."""
    page = engine.search("নদী শহর")
    assert page.understanding is None
    assert page.readings == ()


def test_what_was_read_otherwise_is_said(sample_engine: Engine) -> None:
    """Each Latin word is reported with its reading and the other words it is searched as."""
    page = sample_engine.search("bangladesh nodi")
    assert page.understanding is not None
    assert page.understanding.understood == "বাংলাদেশ নদী"
    assert page.understanding.literal == "bangladesh nodi"
    assert page.understanding.encoding == "unicode"
    told = {reading.typed: (reading.word, reading.kind, reading.also) for reading in page.readings}
    assert told == {
        "bangladesh": ("বাংলাদেশ", "name", ("বাংলাদেশি",)),
        "nodi": ("নদী", "sound", ()),
    }


def test_text_of_an_old_font_is_named(sample_engine: Engine) -> None:
    """The page names the encoding, although each of its words is read as it is."""
    page = sample_engine.search("gyw³hy× evsjv‡`k")
    assert page.understanding is not None
    assert page.understanding.encoding == "bijoy"
    assert page.understanding.original == "gyw³hy× evsjv‡`k"


def test_another_reading_is_a_query_with_that_word_in_its_place(sample_engine: Engine) -> None:
    """The other words of the query stay as typed."""
    readings = [reading for reading in sample_engine.search("nodi pora 1971").readings if reading.others]
    for reading in readings:
        for other in reading.others:
            assert other.query == f"nodi {other.word} 1971"
    assert [reading.typed for reading in readings] == ["pora"]


@pytest.fixture
def doubted(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The words for which spellings are requested; নদীর and নদী are suggested for any."""
    asked: list[set[str]] = []

    def others(
        _self: Readings, _text: str, tokens: Sequence[Token], doubtful: Sequence[int], _budget: TimeBudget
    ) -> list[str]:
        asked.append({tokens[at].text for at in doubtful})
        return ["নদীর", "নদী"]

    monkeypatch.setattr(Readings, "others", others)
    return asked


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("মরু বালি", {"মরু", "বালি"}),  # hardly anything is found
        ("শহর", set()),  # many articles contain it
        ("শহর পাতা", set()),
        ("শহর নদী", {"শহর", "নদী"}),  # no article has both
        ("শহর পাতা zzyx", {"শহর", "পাতা", "zzyx"}),
        ("শহর পাতা নদী মেলা", {"নদী", "মেলা"}),  # few articles have four words in any case
        ("শহর পাতা নদী ভাষা মেলা আন্দোলন", {"নদী", "ভাষা", "মেলা", "আন্দোলন"}),
        ("শহর পাতা নদী ভাষা মেলা আন্দোলন পাহাড়", set()),  # what is found decides
    ],
)
def test_other_spellings_are_looked_for_where_a_word_is_doubtful(
    engine: Engine, doubted: list[set[str]], query: str, words: set[str]
) -> None:
    """Other spellings are looked for also where hardly any article has all words."""
    offered = engine.search(query).suggestions
    assert doubted == ([words] if words else [])
    assert offered == (("নদীর", "নদী") if words else ())


@pytest.mark.parametrize("category", [None, "নেই"])
@pytest.mark.parametrize("read", ["nodi", "bangladesh", "nodi bangladesh"])
def test_a_word_beside_those_that_were_read_is_doubted_alone(
    sample_engine: Engine, doubted: list[set[str]], read: str, category: str | None
) -> None:
    """The page already reports other readings of the rest, also where nothing is found."""
    for query in (read, f"{read} কখগঘ"):
        sample_engine.search(query, category=category)
    assert doubted == [{"কখগঘ"}]


@pytest.mark.parametrize(
    ("articles", "words"), [(2, {"নদী", "শহর"}), (3, {"নদী"}), (RARE, {"নদী"}), (RARE + 1, set())]
)
def test_a_word_of_some_articles_is_doubtful_and_one_of_more_is_not(
    doubted: list[set[str]], articles: int, words: set[str]
) -> None:
    """A misspelling may be in as many articles; the next word is doubted where few articles have both."""
    found = [article(f"n{n}", "নদী শহর") for n in range(articles)]
    with Engine(reader_of([*found, *(article(f"x{n}", "শহর") for n in range(RARE + 1))])) as opened:
        opened.search("নদী শহর")
    assert doubted == ([words] if words else [])


def test_where_three_articles_are_found_no_frequent_word_is_doubted(doubted: list[set[str]]) -> None:
    """Where fewer are found every word is doubted: it may be the one that excludes other articles."""
    for category, articles in {"খেলা": FEW_HITS, "মেলা": FEW_HITS - 1}.items():
        few = [article(f"{category}{n}", "শহর", category=category) for n in range(articles)]
        with Engine(reader_of([*few, *(article(f"x{n}", "শহর") for n in range(RARE))])) as opened:
            opened.search("শহর", category=category)
    assert doubted == [{"শহর"}]


def test_a_hit_says_how_many_say_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is in the hit's row, on later pages too; without grouping it is 0."""
    monkeypatch.setattr(FakeSegment, "fingerprints", lambda _: np.array([0, 7, 7, 7, 0], np.uint64))
    bodies = ["নদী নদী নদী", *["নদী নদী পাতা"] * 3, "নদী পাতা মেলা"]
    with Engine(reader_of([article(str(n), body) for n, body in enumerate(bodies)])) as opened:
        shown = [(hit.id, hit.alike) for hit in opened.search("নদী")]
        later = [(hit.id, hit.alike) for hit in opened.search("নদী", offset=1)]
        each = [hit.alike for hit in opened.search("নদী", group=False)]
    assert shown == [("0", 0), ("1", 2), ("4", 0)]
    assert later == shown[1:]
    assert each == [0] * 5


@pytest.mark.parametrize(
    "query",
    ['"মরু বালি"', "+মরু বালি", "মরু -শহর", "মর*", "title:মরু শহর*", '"শহর" মরু', '"মরু" "বালি"'],
)
def test_nothing_is_offered_for_operators(engine: Engine, doubted: list[set[str]], query: str) -> None:
    """A user of operators knows what is meant."""
    assert engine.search(query).suggestions == ()
    assert doubted == []


def test_what_was_typed_is_not_offered(engine: Engine, doubted: list[set[str]]) -> None:
    """The typed query has been searched for already, so it is not suggested."""
    assert engine.search("নদী").suggestions == ("নদীর",)
    assert doubted == [{"নদী"}]


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ('"শহর নদীর ধারে" বট', ("শহর নদীর ধারে বট",)),
        ("“শহর নদীর” মেলা", ("শহর নদীর মেলা",)),
        ('"নদীর শহর" পুরোনো শহর', ("নদীর শহর পুরোনো শহর",)),
        ('"শহর নদীর"~1', ("শহর নদীর",)),
        ('"নদীর ধারে"', ()),  # is found
        ('"বটের ছায়া"', ()),  # no article has either word
        ("+শহর +বট", ()),
    ],
)
def test_of_a_quotation_that_nothing_has_the_words_are_offered(query: str, offered: tuple[str, ...]) -> None:
    """A quotation from memory may have a word too many, or another order."""
    with Engine.of([Article("১", "", "নদীর ধারে পুরোনো শহর")]) as opened:
        assert opened.search(query).suggestions == offered
