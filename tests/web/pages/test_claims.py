"""No sentence on a page of results is false, for random queries whose pages are parsed."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.page.claims import Claims
from onneshon.index import Article, build
from onneshon.search import Engine

WORDS = (
    "নদী",
    "নদীর",
    "পলি",
    "চর",
    "ভাঙন",
    "ভাঙ্গন",
    "জেলে",
    "নৌকা",
    "ইলিশ",
    "মেলা",
    "ওজন",
    "হার",
    "লাশ",
    "মন",
    "মণ",
)
LATIN = (
    "nodi",
    "nodir",
    "poli",
    "vangon",
    "mon",
    "lose",
    "weight",
    "jele",
    "mela",
    "xyzzy",
    "how",
    "to",
    "ilish",
)
SIGNS = ("+{}", "-{}", "={}", "title:{}", '"{}"', "{}*", "নৌক~ {}", "{} OR নদী", "পলি AND {}", "({} চর)")
ARTICLES = 150


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Claims]:
    """Pages over short articles, many of which have all words of a query, and near-duplicates."""
    draw = Random(8)  # noqa: S311  # chance, not secrecy
    directory = Path(tmp_path_factory.mktemp("claims")) / "index"
    build(_articles(draw), directory)
    with Engine.open(directory, time_limit=None) as engine:
        yield Claims(engine)


def _articles(draw: Random) -> Iterator[Article]:
    for number in range(ARTICLES):
        title = " ".join(draw.sample(WORDS, draw.randrange(1, 3)))
        body = " ".join(draw.choices(WORDS, k=draw.choice([2, 5, 40])))
        yield Article(f"এ-{number}", title, body, date=None)
        if number % 7 == 0:
            yield Article(f"ও-{number}", title, f"{body} আজ")


def _signed(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from(SIGNS).map(lambda sign: sign.format(word))


_plain = st.sampled_from((*WORDS, *LATIN))
_words = _plain | _plain | _plain | _plain.flatmap(_signed)
_queries = st.lists(_words, min_size=1, max_size=8).map(" ".join)
_parameters = st.fixed_dictionaries(
    {},
    optional={
        "page": st.sampled_from(["1", "2", "3"]),
        "lang": st.sampled_from(["bn", "en"]),
        "sort": st.sampled_from(["newest", "oldest"]),
        "literal": st.just("1"),
    },
)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_queries, _parameters)
def test_no_sentence_is_false(claims: Claims, query: str, parameters: dict[str, str]) -> None:
    """Checked are counts, missing words, marks, the line between hits, links, and the order."""
    assert claims.false(query, **parameters) == []
