"""The engine finds what plain Python finds: every row of the table, and thousands of random queries."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from benchmarks.exactness.compare import compared, differences
from benchmarks.exactness.plain import Found, PlainArticles, values_of
from benchmarks.exactness.rows import ROWS, SITE, Row, with_fields
from onneshon.index import Article, read_articles
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search import Engine, SearchRequest

QUERIES = 3_000
FACETS = ("category", "author", "lang", "year", "month", "day", "section", "tags")
DATES = ("2019", "২০১৮..", "..2020-06", "জানুয়ারি ২০২০", "2018-03..2019-02-28", "1950")


@pytest.fixture(scope="module")
def plain(sample_articles: Path) -> PlainArticles:
    """The sample articles with fields of a site, as lists of words."""
    return PlainArticles(with_fields(list(read_articles([sample_articles]))))


@pytest.fixture(scope="module")
def engine(plain: PlainArticles) -> Iterator[Engine]:
    """An engine of the same."""
    with Engine.of(plain.articles, configuration=SITE, time_limit=None) as engine:
        yield engine


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_every_row_of_the_table_holds_of_the_sample(engine: Engine, plain: PlainArticles, row: Row) -> None:
    """Articles, total, order and counts."""
    assert compared(engine, plain, row).differences == ()


def test_the_table_has_every_option_and_operator() -> None:
    """What the documents list of operators, filters, facets and orders."""
    whats = " ".join(row.what for row in ROWS)
    syntax = Path("docs/query-syntax.md").read_text("utf-8")
    for operator in (
        "AND",
        "OR",
        "NOT",
        "=",
        "*",
        "~",
        "title:",
        "author:",
        "category:",
        "date:",
        "lang:",
        "tags:",
    ):
        assert operator in whats
        assert operator in syntax
    for name in FACETS:
        assert f"facet {name}" in whats
    for name in ("category", "author", "lang", "date", "id", "section", "tags"):
        assert f"filter {name}" in whats


class Drawing:
    """Random queries of words that stand for themselves alone, each with what it means."""

    def __init__(self, plain: PlainArticles, engine: Engine, seed: int) -> None:
        self._plain = plain
        self._draw = Random(seed)  # noqa: S311 (chance, not secrecy)
        texts = [analyze(article.body) for article in plain.articles]
        self._texts = [[token.text for token in text] for text in texts]
        common = sorted(
            {token.text for text in texts for token in text if len(cluster_boundaries(token.text)) > 3}
        )
        self._words = [word for word in self._draw.sample(common, 300) if _stands_for_itself(engine, word)]
        assert len(self._words) > 100
        # Each of these looks at every article, and a word is drawn many times.
        self._word, self._exactly, self._beginning = map(cache, (plain.word, plain.exactly, plain.beginning))
        self._days, self._keyword_words = cache(plain.days), cache(plain.keyword_words)
        self._known = cache(self._values)

    def query(self, depth: int = 3) -> tuple[str, Found]:
        """A query in parentheses and the articles that it selects."""
        kind = self._draw.choice(["leaf", "AND", "OR", "NOT", "signs"]) if depth else "leaf"
        if kind == "leaf":
            return self._leaf()
        (left, first), (right, second) = self.query(depth - 1), self.query(depth - 1)
        match kind:
            case "AND":
                return f"({left} AND {right})", first & second
            case "OR":
                return f"({left} OR {right})", first | second
            case "NOT":
                return f"({left} AND NOT {right})", first - second
            case _:
                return f"(+{left} -{right})", first - second

    def _leaf(self) -> tuple[str, Found]:
        word = self._draw.choice(self._words)
        start = word[: cluster_boundaries(word)[2]]
        day = self._draw.choice(DATES)
        makers: list[Callable[[], tuple[str, Found]]] = [
            lambda: (word, self._word(word)),
            lambda: (f"={word}", self._exactly(word)),
            lambda: (f"title:{word}", self._word(word, title=True)),
            lambda: (f"{start}*", self._beginning(analyze(start)[0].exact)),
            lambda: (f'date:"{day}"', self._days(day)),
            self._phrase,
            self._keyword,
        ]
        return self._draw.choice([makers[0], *makers])()

    def _phrase(self) -> tuple[str, Found]:
        words = self._draw.choice(self._texts)
        at = self._draw.randrange(len(words) - 4)
        first, second = words[at], words[at + self._draw.choice([1, 1, 2, 3])]
        if not all(is_bengali(token.exact) for word in (first, second) for token in analyze(word)):
            return self._phrase()  # what Latin letters and figures are read as is another matter
        slop = self._draw.choice([0, 0, 1, 2])
        text = f"{first} {second}"
        return f'"{text}"' + (f"~{slop}" if slop else ""), self._plain.phrase(text, slop)

    def _keyword(self) -> tuple[str, Found]:
        field = self._draw.choice(["category", "author", "section", "tags", "lang"])
        value = self._draw.choice(self._known(field))
        return f'{field}:"{value}"', self._keyword_words(field, value)

    def _values(self, field: str) -> list[str]:
        return sorted({value for article in self._plain.articles for value in values_of(article, field)})


def _stands_for_itself(engine: Engine, word: str) -> bool:
    """Whether a word is one, has one writing, as typed, and finds articles beside others too."""
    understood = engine.understand(word)
    return (
        len(analyze(word)) == 1
        and is_bengali(analyze(word)[0].exact)
        and not is_function_word(analyze(word)[0].exact)
        and len(understood) == 1
        and [writing.kind for writing in understood[0].writings] == ["typed"]
        and not engine.search(word, limit=0).readings
    )


@pytest.mark.slow
@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_random_queries_of_operators_equal_plain_python(engine: Engine, plain: PlainArticles) -> None:
    """Trees of all operators, beside random filters, facets and orders; strictly and leniently the same."""
    drawing, chance = Drawing(plain, engine, 1971), Random(1972)  # noqa: S311 (chance, not secrecy)
    some = 0
    for _ in range(QUERIES):
        text, expected = drawing.query()
        request = SearchRequest(
            text,
            limit=1,
            sort=chance.choice(["relevance", "newest", "oldest"]),
            facets=tuple(chance.sample(FACETS, chance.randrange(3))),
            facet_limit=1000,
            strict=chance.random() < 0.5,
        )
        assert list(differences(engine, plain, request, expected, expected)) == [], text
        some += bool(expected)
    assert some > QUERIES // 3


def test_a_difference_is_reported(engine: Engine, plain: PlainArticles) -> None:
    """Of articles, total, order and counts."""
    request = SearchRequest("*", sort="newest", facets=("tags",), facet_limit=1000)
    every = plain.all()
    told = list(differences(engine, plain, request, every - {0}, every - {0}))
    assert [line.split()[0] for line in told] == ["total", "found", "another", "other"]
    assert list(differences(engine, plain, replace(request, facets=()), every, every)) == []


def test_the_table_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a corpus in a file, a line a row."""
    from benchmarks.exactness import run  # noqa: PLC0415 (only here is it run)

    corpus = tmp_path / "articles.jsonl"
    corpus.write_text(json.dumps({"id": "1", "title": "ইলিশ"}) + "\n", "utf-8")
    monkeypatch.setattr("sys.argv", ["run", "--corpus", str(corpus)])
    run.main()
    printed = capsys.readouterr().out
    assert printed.count(" |  |\n") == len(ROWS)
    assert Article("1", "ইলিশ").title in printed
