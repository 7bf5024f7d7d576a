"""Fields that a site declares, from articles to columns and back, in every way of building."""

import json
from pathlib import Path
from random import Random

import pytest

from onneshon.index import Article, BuildError, ConfigurationError, build, open_index
from onneshon.index.columnar.segment_list import open_segments
from onneshon.index.configuration import FILE_NAME, Configuration, KeywordField
from onneshon.index.errors import CorpusError
from onneshon.index.indexer.builder import migrate
from onneshon.index.indexer.bulk_writer import BulkWriter
from onneshon.index.storage.checking import check_index
from onneshon.index.upkeep.update import update
from tests.building import write_corpus

TAGS = ["নদী", "চর", "বা\u09dcি", "বাড\u09bcি", "Tag", "tag", " ফাঁকা "]


def _articles(count: int, seed: int = 7) -> list[Article]:
    """Articles with none, one or several values of two fields, in any order and some twice."""
    draw = Random(seed)  # noqa: S311 (chance, not secrecy)
    articles = []
    for number in range(count):
        keywords = {}
        if draw.random() < 0.7:
            keywords["tags"] = tuple(draw.choices(TAGS, k=draw.randint(1, 4)))
        if number % 5 == 0:
            keywords["section"] = (f"পাতা {number % 3}",)
        articles.append(Article(str(number), f"সংখ্যা {number}", "নদীর কথা " * 20, keywords=keywords))
    return articles


def _expected(articles: list[Article], name: str) -> set[tuple[str, str]]:
    return {(article.id, value) for article in articles for value in article.keywords.get(name, ())}


@pytest.mark.parametrize(
    ("workers", "memory"), [(1, 1 << 30), (1, 1), (2, 1)], ids=["one run", "runs", "workers"]
)
def test_columns_hold_every_value_of_every_article(tmp_path: Path, workers: int, memory: int) -> None:
    """In one pass, in runs that are merged, and with several processes."""
    articles = _articles(300)
    with BulkWriter(tmp_path / "index", workers=workers, memory_budget=memory) as writer:
        for article in articles:
            writer.add(article)
    (segment,) = open_segments(tmp_path / "index")
    assert sorted(segment.declared) == ["section", "tags"]
    for name in ("section", "tags", "desk"):
        column = segment.keyword(name)
        docs, codes = column.pairs()
        ids = segment.article_ids(docs)
        found = [(at, column.values[code]) for at, code in zip(ids, codes.tolist(), strict=True)]
        assert len(found) == len(set(found))
        assert set(found) == _expected(articles, name)
    for doc in range(segment.doc_count):
        read = segment.article(doc)
        assert read == articles[int(read.id)]


def test_a_build_reads_the_fields_of_its_site(tmp_path: Path) -> None:
    """Those that ``onneshon.toml`` in the directory declares, and no others."""
    records = [{"id": "1", "title": "নদী", "tags": ["চর", "মাছ"], "colour": "লাল"}, {"id": "2", "title": "খাল"}]
    source = write_corpus(tmp_path / "articles.jsonl", records)  # type: ignore[arg-type]  # any JSON will do
    directory = tmp_path / "index"
    directory.mkdir()
    (directory / FILE_NAME).write_text("[fields.tags]\nseveral = true\n", "utf-8")
    build([source], directory)
    with open_index(directory, verify=True) as reader:
        assert reader.article("1").keywords == {"tags": ("চর", "মাছ")}
        assert reader.segments[0].declared == ["tags"]
    assert check_index(directory).articles == 2
    build([source], directory, configuration=Configuration(fields=(KeywordField("colour"),)))
    with open_index(directory) as reader:
        assert reader.article("1").keywords == {"colour": ("লাল",)}


def test_a_broken_configuration_stops_a_build_before_it_begins(tmp_path: Path) -> None:
    """Nothing is read or written, and the live generation stays."""
    source = write_corpus(tmp_path / "articles.jsonl", [{"id": "1", "title": "নদী"}])
    directory = tmp_path / "index"
    build([source], directory)
    (directory / FILE_NAME).write_text("[field.tags]\n", "utf-8")
    with pytest.raises(ConfigurationError, match="'fields'"):
        build([source], directory)
    with open_index(directory) as reader:
        assert reader.generation == "000001"


def test_a_migration_keeps_the_values(tmp_path: Path) -> None:
    """An index stores every indexed value of an article."""
    articles = _articles(40)
    build(articles, tmp_path / "index")
    migrate(tmp_path / "index")
    with open_index(tmp_path / "index", verify=True) as reader:
        assert reader.generation == "000002"
        assert [reader.article(article.id) for article in articles] == articles


@pytest.mark.parametrize(
    "keywords",
    [
        {"Tags": ("নদী",)},
        {"title": ("নদী",)},
        {"title_exact": ("নদী",)},
        {"tags": ["নদী"]},
        {"tags": "নদী"},
        {"tags": ()},
        {"tags": ("",)},
        {"tags": (3,)},
        [("tags", ("নদী",))],
    ],
    ids=str,
)
def test_keywords_in_hand_are_checked(tmp_path: Path, keywords: object) -> None:
    """An article whose values could not be read back as given is refused."""
    bad = Article("1", "নদী", keywords=keywords)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(BuildError, match="no article could be read"):
        build([bad], tmp_path / "index", max_bad="100%")


NUMBERS = Configuration(fields=(KeywordField("views", type="number"), KeywordField("section")))


@pytest.mark.parametrize("in_hand", [True, False])
def test_values_that_are_no_numbers_are_counted_and_their_articles_kept(
    tmp_path: Path, *, in_hand: bool
) -> None:
    """A build and an update do so, with files and with ``Article`` objects."""
    articles = [
        Article(str(number), "নদী", keywords={"views": (views,), "section": ("অনেক",)})
        for number, views in enumerate(("১,২০০", "অনেক", "x"))
    ]
    records = [{"id": article.id, "title": "নদী", **article.keywords} for article in articles]
    source = tmp_path / "articles.jsonl"
    source.write_text("\n".join(map(json.dumps, records)), "utf-8")
    report = build(articles if in_hand else [source], tmp_path / "index", configuration=NUMBERS)
    assert (report.articles, report.values, report.skipped) == (3, {"number": 2}, {})
    with open_index(tmp_path / "index") as index:
        held = {name: index.article(name).keywords for name in ("0", "1", "2")}
    assert held["0"] == {"views": ("১,২০০",), "section": ("অনেক",)}
    assert held["1"] == held["2"] == {"section": ("অনেক",)}
    for _ in range(2):
        again = update(articles if in_hand else [source], tmp_path / "index", configuration=NUMBERS)
        assert (again.unchanged, again.values, again.skipped) == (3, {"number": 2}, {})


def test_a_value_that_is_no_number_ends_a_strict_build(tmp_path: Path) -> None:
    """Such a value is a fault like any other."""
    article = Article("1", "নদী", keywords={"views": ("অনেক",)})
    with pytest.raises(CorpusError, match="views is 'অনেক', not a number"):
        build([article], tmp_path / "index", configuration=NUMBERS, strict=True)
