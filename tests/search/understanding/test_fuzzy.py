"""A word with a tilde matches words that differ from it by a cluster or two."""

from collections.abc import Iterator

import pytest
from hypothesis import given

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.search.query.clauses import MAX_FUZZY
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import Any, Fuzzy, MatchAll, Not, Phrase, Term
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.fuzzy import FUZZY, cluster_distance, expanded
from tests.fakes import article, reader_of
from tests.strategies import mixed_text

ARTICLES = [
    Article("যুদ্ধ", "মুক্তিযুদ্ধ", "মুক্তিযুদ্ধ ও স্বাধীনতা"),
    Article("যোদ্ধা", "বীর", "মুক্তিযোদ্ধা ফিরলেন"),
    Article("খেলা", "ক্রিকেট", "ক্রিকেট ম্যাচ জিতল দল"),
    Article("শেখ", "নেতা", "শেখ সাহেব এলেন"),
    Article("সে", "কেউ", "সে এল আর গেল"),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine over the articles of this module."""
    with Engine.of(ARTICLES) as opened:
        yield opened


def ids(engine: Engine, query: str) -> set[str]:
    """The ids of the articles that a query finds."""
    return {hit.id for hit in engine.search(query).hits}


@pytest.mark.parametrize("query", ["~", "~ ~", "-~"])
def test_a_tilde_without_a_word_asks_for_nothing(engine: Engine, query: str) -> None:
    """A tilde alone is a query without words."""
    assert engine.understand(query) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("=মুক্তিযুদ্দ", set()),
        ("মুক্তিযুদ্দ~", {"যুদ্ধ", "যোদ্ধা"}),
        ("ক্রিকট~", {"খেলা"}),
        ("সেখ~", {"শেখ"}),
        ("শিরোনাম:মুক্তিযুদ্দ~", {"যুদ্ধ"}),
        ("+মুক্তিযুদ্দ~ -বীর", {"যুদ্ধ"}),
        ("ক্রিকেট~", {"খেলা"}),
    ],
)
def test_a_tilde_finds_what_is_nearly_spelt_so(engine: Engine, query: str, found: set[str]) -> None:
    """সেখ~ matches শেখ, which sounds the same, and not সে, which lacks one cluster of two."""
    assert ids(engine, query) == found


def test_what_is_found_is_marked(engine: Engine) -> None:
    """A fuzzy match is marked as a match by sound."""
    hit = engine.search("ক্রিকট~").hits[0]
    (match,) = hit.marked_title.matches
    assert hit.title[match.start : match.end] == "ক্রিকেট"
    assert hit.layers == {"ক্রিকট": "sound"}


def test_an_exact_spelling_comes_first(engine: Engine) -> None:
    """Other spellings have less weight."""
    assert engine.search("মুক্তিযুদ্ধ~").hits[0].id == "যুদ্ধ"


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("ক্রিকট~", Fuzzy("ক্রিকট", "ক্রিকট")),
        ("ক্রিকট~2", Fuzzy("ক্রিকট", "ক্রিকট", 2)),
        ("title:ক্রিকট~1", Fuzzy("ক্রিকট", "ক্রিকট", 1, "title")),
        ("*", MatchAll()),
        ("  *  ", MatchAll()),
    ],
)
def test_signs_make_these_trees(query: str, tree: object) -> None:
    """A star alone is the query for all articles."""
    assert parse(query).query == tree


@pytest.mark.parametrize("query", ["ক~", "cricket~", "ক্রিকেট~~", "ক্রিকেট~3", "~", "~ক্রিকেট", "ক্রিকেট~ভাষা"])
def test_other_tildes_are_punctuation(query: str) -> None:
    """A word of one cluster is near too many words, and Latin words are read by sound already."""
    assert "Fuzzy" not in repr(parse(query).query)


def test_few_words_have_a_tilde() -> None:
    """Each fuzzy word stands for many."""
    tree = repr(parse(" ".join(["ক্রিকট~"] * (MAX_FUZZY + 3))).query)
    assert tree.count("Fuzzy(") == MAX_FUZZY


def test_words_of_no_vocabulary_are_themselves() -> None:
    """Without a vocabulary a fuzzy word becomes a plain one, anywhere in the query tree."""
    index = reader_of([article("1", "ক্রিকেট")])
    term = Term("ক্রিকট", "ক্রিকট", "ক্রিকট")
    assert expanded(Not(Fuzzy("ক্রিকট", "ক্রিকট")), index, TimeBudget()) == Not(term)
    assert expanded(Phrase((term, term)), index, TimeBudget()) == Phrase((term, term))
    words = Any((Fuzzy("ক্রিকট", "ক্রিকট"), term), words=True)
    assert expanded(words, index, TimeBudget()) == Any((term, term), words=True)


@pytest.mark.parametrize(
    ("word", "other", "distance"),
    [
        (["ক্রি", "কে", "ট"], ["ক্রি", "কে", "ট"], 0),
        (["শে", "খ"], ["সে", "খ"], 0.5),
        (["ব", "ই"], ["ব"], 1),
        (["ব"], ["ব", "ই"], 1),
        (["ন", "দী"], ["ম", "দী"], 1),
        ([], ["ক", "খ"], 2),
    ],
)
def test_distance_is_counted_in_clusters(word: list[str], other: list[str], distance: float) -> None:
    """A cluster that sounds the same counts half."""
    heard = {"শে": "s", "সে": "s"}
    heard = {cluster: heard.get(cluster, cluster) for cluster in (*word, *other)}
    assert cluster_distance(word, other, heard) == distance


@given(mixed_text)
def test_without_its_sign_nothing_is_fuzzy(text: str) -> None:
    """A query without tildes need not be walked for expansion."""
    query = parse(text.replace(FUZZY, " ")[:400]).query
    if query is not None:
        assert expanded(query, reader_of([article("1", "নদী")]), TimeBudget()) == query
