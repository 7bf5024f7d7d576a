"""Articles in hand: the same rules as for those of files, and the same accounts."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onneshon.index import Article, BuildError, CorpusError, build, open_index
from onneshon.index.ingest.articles_in_hand import intake_of
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.intake import KINDS, Problems

GOOD = Article("১", "পদ্মা", "পদ্মার পলি।", dt.date(2024, 2, 21), "নদী", "https://example.org/1", "মেঘনা", "bn")

BAD: dict[str, tuple[object, str]] = {
    "a dictionary": ({"id": "2"}, "type"),
    "a path among them": (Path("articles.jsonl"), "type"),
    "no id": (replace(GOOD, id=""), "id"),
    "a line break in the id": (replace(GOOD, id="2\n"), "id"),
    "the same id": (replace(GOOD, title="যমুনা"), "duplicate"),
    "no text": (Article("2"), "empty"),
    "NUL": (Article("2", "ক\0"), "nul"),
    "half of a pair": (Article("2", "\ud800"), "surrogate"),
    "a number for a title": (Article("2", title=1971), "type"),  # type: ignore[arg-type]
    "a moment for a day": (Article("2", "ক", date=dt.datetime(2024, 2, 21, tzinfo=dt.UTC)), "type"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told_with_the_number_of_the_article(name: str) -> None:
    """Counted by kind, the others are given on, and none goes missing."""
    bad, kind = BAD[name]
    told: list[CorpusError] = []
    problems = Problems(listener=told.append)
    intake = intake_of([GOOD, bad, replace(GOOD, id="3")], problems)  # type: ignore[arg-type]
    assert [article.id for article in intake] == ["১", "3"]
    assert (intake.seen, intake.given, dict(problems.counts)) == (3, 2, {kind: 1})
    assert kind in KINDS
    assert str(told[0]).startswith("article 2: ")


def test_paths_and_articles_are_told_apart() -> None:
    """By the first of them; nothing at all are no paths."""
    assert intake_of(iter([Path("a.jsonl"), Path("b.txt")]), Problems()).sources == ("a.jsonl", "b.txt")
    assert intake_of(iter([GOOD]), Problems()).sources == ()
    assert isinstance(intake_of([], Problems()), Corpus)


def test_articles_are_built_and_read_back(tmp_path: Path) -> None:
    """Every field, from a generator that is asked once."""
    articles = [replace(GOOD, id=str(number)) for number in range(30)]
    report = build((article for article in articles), tmp_path / "index")
    assert (report.seen, report.articles) == (30, 30)
    with open_index(tmp_path / "index", verify=True) as reader:
        assert [reader.article(article.id) for article in articles] == articles
        assert reader.manifest.sources == ()


@pytest.mark.parametrize("source", [[], [Article("1")]], ids=["none", "none good"])
def test_without_a_good_article_there_is_no_index(tmp_path: Path, source: Any) -> None:
    """As with files."""
    with pytest.raises(BuildError, match="no article could be read"):
        build(source, tmp_path / "index")


def test_where_no_article_is_good_the_first_fault_is_told(tmp_path: Path) -> None:
    """Of how many: whoever builds from a program sees nothing else of it."""
    articles = [Article(str(number), "পদ্মা", date="2020-01-01") for number in range(3)]  # type: ignore[arg-type]
    with pytest.raises(BuildError, match=r"\(3 were reported\), the first: article 1: .*date"):
        build(articles, tmp_path / "index")
    with pytest.raises(BuildError, match=r"\(0 were reported\);"):
        build([], tmp_path / "index")
