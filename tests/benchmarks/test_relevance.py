"""The benchmarks run, and the engines that are compared do the same work."""

import json
import lzma
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from benchmarks.relevance.bm25 import BM25
from benchmarks.relevance.collections_on_disk import TitleCollection
from benchmarks.relevance.passages import passages
from benchmarks.relevance.retyped import RETYPINGS
from benchmarks.relevance.tokens import raw
from benchmarks.reliability import warm_cold
from benchmarks.reliability.starvation import MAX_CHARACTERS, Costly
from benchmarks.speed.peer import Peer
from benchmarks.speed.peers.onneshon_peer import Onneshon, OnneshonTerms
from benchmarks.speed.peers.sqlite_peer import SQLite
from benchmarks.speed.peers.whoosh_peer import StockWhoosh
from benchmarks.speed.queries import KINDS, Asked, choose, read_asked, write_asked
from benchmarks.speed.report import table
from benchmarks.speed.rows import read_rows, write_rows
from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.engine.admission import SLOW_LANE, demand
from onneshon.search.understanding.synonyms import shipped_synonyms

ARTICLES = 90
"""More than the sample has: the rest is resampled."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of rows, made of the sample."""
    path = tmp_path_factory.mktemp("speed") / "rows.tsv"
    size, real = write_rows(path, None, ARTICLES)
    assert size > 100_000
    assert 60 < real < ARTICLES
    return path


@pytest.fixture(scope="module")
def asked(rows: Path) -> list[Asked]:
    """Queries of every class, through the file in which the engines get them."""
    path = rows.with_name("queries.tsv")
    write_asked(path, choose(rows))
    return read_asked(path)


def _built(peer: Peer, rows: Path, directory: Path) -> Peer:
    directory.mkdir()
    with rows.open(encoding="utf-8") as lines:
        assert peer.build(directory, read_rows(lines), rows.with_suffix(".jsonl")) > 0
    return peer


@pytest.mark.slow
@pytest.mark.parametrize("make", [SQLite, StockWhoosh])
def test_engines_find_the_same_articles(
    rows: Path, asked: list[Asked], tmp_path: Path, make: Callable[[], Peer]
) -> None:
    """Where all that matches fits into one page, the pages of two engines hold the same articles."""
    ours, theirs = _built(Onneshon(), rows, tmp_path / "ours"), _built(make(), rows, tmp_path / "theirs")
    ours.open(tmp_path / "ours")
    theirs.open(tmp_path / "theirs")
    plain = [query for query in asked if not shipped_synonyms().of(analyze(query.text))]  # theirs has none
    pages = {query: (ours.prepare(query)(), theirs.prepare(query)()) for query in plain}
    same = [set(mine) == set(other) for mine, other in pages.values() if max(len(mine), len(other)) < 10]
    assert len(same) > 30
    assert sum(same) == len(same)


def test_every_class_has_queries(asked: list[Asked]) -> None:
    """Even of a small corpus."""
    assert {query.kind for query in asked} == set(KINDS)


def test_the_writer_takes_terms(rows: Path, tmp_path: Path) -> None:
    """Those of the rows, without analysing anything."""
    _built(OnneshonTerms(), rows, tmp_path / "terms")


def test_a_table_has_ratios() -> None:
    """Ours divided by theirs."""
    times = {"p50": 1.0, "p95": 2.0, "first p50": 1.0, "first p95": 2.0}
    engine = {"seconds": 1.0, "size": 10, "peak_mb": 5, "open_ms": 1.0, "classes": {"2 OR": times}}
    slower = engine | {"classes": {"2 OR": {name: 2 * value for name, value in times.items()}}}
    result = {"articles": 100, "text_bytes": 100, "engines": {"onneshon": engine, "other": slower}}
    assert any("2.000/4.000 (0.50)" in line for line in table(result))


@pytest.mark.parametrize("name", ["other encoding", "ASCII digits", "ZWNJ after hasanta"])
def test_retyping_keeps_the_word(name: str) -> None:
    """What changes is the encoding: the canonical form stays."""
    word = "১৯৭১সালেরবাড়িরশক্তিকে"
    changed = RETYPINGS[name](word, Random(0))  # noqa: S311 (nothing here is secret)
    assert changed != word
    assert canonical(changed) == canonical(word)


def test_plain_bm25_prefers_the_rarer_word() -> None:
    """As everywhere: rare words count more, and a document without any of the words is left out."""
    bm25 = BM25(raw(["নদী নদী জল", "নদী জল", "জল মেঘ", "পাখি"]), ["a", "b", "c", "d"])
    assert bm25.rank(["নদী", "মেঘ"], 10)[0][0] == "c"
    assert len(bm25.rank(["জল"], 10)) == 3


def test_a_warm_engine_is_compared_with_a_cold_one(sample_index: Path) -> None:
    """Headlines of the sample get the same answers after any others."""
    assert warm_cold.measure(sample_index, ["নদী ও ভাষা", "বাংলাদেশের ইতিহাস", "এই নদী"], seed=1) == (0, 0)


def test_costly_queries_are_costly() -> None:
    """What is asked beside a reader is what the engine makes wait, and fits into a query."""
    costly = Costly([f"শব্দটি{letter}" for letter in "কখগঘচছজঝ" * 20], seed=1)
    for make in (costly.many_words, costly.prefixes, costly.latin):
        text = make()
        assert demand(text) >= SLOW_LANE
        assert len(text) <= MAX_CHARACTERS


def test_titles_that_several_articles_have_find_none_of_them(tmp_path: Path) -> None:
    """So many others, by chance and the same each time."""
    titles = ["নদী", "মেলা", "নদী ", "বই", "শহর", "ভাষা", ""]
    lines = [
        json.dumps({"id": str(n), "title": title, "body": "ক", "author": "রহিম"})
        for n, title in enumerate(titles)
    ]
    with lzma.open(tmp_path / "a.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))
    collection = TitleCollection("titles", "a.jsonl.xz", limit=3)
    made = collection.queries(tmp_path, None)
    assert made == collection.queries(tmp_path, None)
    assert len(made) == 3
    assert len(collection.queries(tmp_path, 2)) == 2
    every = TitleCollection("titles", "a.jsonl.xz", limit=9).queries(tmp_path, None)
    assert every == {"1": "মেলা", "3": "বই", "4": "শহর", "5": "ভাষা"}
    assert collection.judgments(tmp_path)["5"] == {"5": 1}
    assert {article.author for article in collection.articles(tmp_path)} == {""}
    by = TitleCollection("titles", "a.jsonl.xz", limit=9, by_author=True)
    assert by.queries(tmp_path, None)["4"] == "শহর রহিম"
    assert {article.author for article in by.articles(tmp_path)} == {"রহিম"}


def test_passages_are_words_of_one_sentence() -> None:
    """Three to five words that stand in the article in that order, not in its first sentence."""
    sentence = "নদীর ধারে বসে আমরা সবাই মিলে পুরোনো দিনের গান শুনি"
    bodies = {f"{n}": f"প্রথম বাক্য {n}। {f'{sentence} {n}। ' * 3}" for n in range(9)}
    articles = [Article(number, "", body) for number, body in bodies.items()]
    made = passages(articles, 5)
    assert len(made) == 5
    assert made == passages(articles, 5)
    for number, text in made.items():
        assert text in bodies[number].removeprefix("প্রথম বাক্য")
        assert 3 <= len(text.split()) <= 5
