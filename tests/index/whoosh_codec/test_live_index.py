"""A generation opened by Whoosh has the terms, postings, values and deletions that our readers see."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import query
from whoosh.index import open_dir
from whoosh.qparser import QueryParser
from whoosh.reading import TermNotFound

from onneshon.index import Article, IndexOutdatedError, IndexStateError, build, open_index, open_writer
from onneshon.index.article import TEXT_FIELDS
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.whoosh_index import open_with_whoosh
from tests.building import segments_left_apart

ARTICLES = [
    Article(
        str(number),
        title=" ".join(["নদী", "ঢাকা", "নদী", "ভাষা"][: number % 5]),
        body=" ".join(["নদীর", "ধারে", "ঢাকা", "ভাষার", "বই"][number % 3 :] * (1 + number % 7)),
        date=dt.date(2024, 1 + number % 12, 1) if number % 4 else None,
        category="সাহিত্য" if number % 2 else "",
        keywords={"tags": ("নদী", f"দল {number % 3}")} if number % 5 else {},
    )
    for number in range(60)
]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two segments, with a deletion in the first."""
    directory = tmp_path_factory.mktemp("live") / "index"
    build(ARTICLES[:50], directory)
    with segments_left_apart(), open_writer(directory) as writer:
        for article in ARTICLES[50:]:
            writer.add(article)
        writer.delete("7")
    return directory


@pytest.fixture(scope="module")
def searcher(directory: Path) -> Iterator[Any]:
    """Whoosh's searcher of the live generation."""
    with open_with_whoosh(directory).searcher() as searcher:
        yield searcher


def found(searcher: Any, asked: query.Query) -> list[str]:
    """The ids of the documents that Whoosh finds."""
    return sorted(hit["id"] for hit in searcher.search(asked, limit=None))


def test_whoosh_counts_the_articles_that_are_not_deleted(searcher: Any) -> None:
    """Deleted articles are not counted, in either segment."""
    assert searcher.doc_count() == 59
    assert found(searcher, query.Every()) == sorted({article.id for article in ARTICLES} - {"7"})


def positions(reader: Any, name: str, term: str) -> list[int]:
    """The positions of a term, document after document, as Whoosh's matchers give them."""
    matcher = (
        reader.codec()
        .terms_reader(reader.storage(), reader.segment())
        .matcher(name, term.encode(), reader.schema[name].format)
    )
    found = []
    while matcher.is_active():
        found += matcher.value_as("positions")
        matcher.next()
    return found


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_terms_and_their_documents_are_those_of_our_readers(
    directory: Path, searcher: Any, name: str
) -> None:
    """Positions agree too, in fields that have them; a term that does not exist raises an error."""
    with open_index(directory) as reader:
        for (sub, _), segment in zip(searcher.reader().leaf_readers(), reader.segments, strict=True):
            field = segment.impacts(name)
            assert [text.decode() for text in sub.lexicon(name)] == list(field.terms())
            for ordinal, term in enumerate(field.terms()):
                docs = [doc for doc in field.docs(ordinal).tolist() if not sub.is_deleted(doc)]
                assert list(sub.postings(name, term).all_ids()) == docs
                assert sub.doc_frequency(name, term) == field.df(ordinal)
                if field.has_positions:
                    assert positions(sub, name, term) == field.positions(ordinal).tolist()
        with pytest.raises(TermNotFound):
            searcher.reader().postings(name, "নেই")


def test_values_are_terms_of_their_fields(searcher: Any) -> None:
    """Ids, categories, dates and the fields of a site are indexed as whole values."""
    alive = [article for article in ARTICLES if article.id != "7"]
    assert found(searcher, query.Term("id", "12")) == ["12"]
    assert found(searcher, query.Term("id", "7")) == []
    assert found(searcher, query.Term("category", "সাহিত্য")) == sorted(
        article.id for article in alive if article.category
    )
    assert found(searcher, query.TermRange("date", "2024-03", "2024-05")) == sorted(
        article.id for article in alive if article.date and article.date.month in {3, 4}
    )
    for value in ("নদী", "দল 1"):
        assert found(searcher, query.Term("tags", value)) == sorted(
            article.id for article in alive if value in article.keywords.get("tags", ())
        )


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_whooshs_queries_find_the_words_of_a_layer(tmp_path: Path, name: str) -> None:
    """Terms, prefixes and, in stems, phrases, which do not reach from the title into the body."""
    build([Article("a", "নদী ঢাকা", "ভাষার বই"), Article("b", "বই", "ঢাকা")], tmp_path)
    layer = "stem" if name.endswith("stem") else "exact"
    word = {"stem": "নদি", "exact": "নদী"}[layer]
    index = open_with_whoosh(tmp_path)
    with index.searcher() as searcher:
        assert found(searcher, query.Term(name, word)) == ["a"]
        assert found(searcher, query.Prefix(name, word[:2])) == ["a"]
        assert found(searcher, query.Term(name, "ঢাকা")) == (["a"] if name.startswith("title") else ["a", "b"])
        assert found(searcher, QueryParser(name, index.schema).parse("নদী")) == ["a"]
        if layer == "stem":
            assert found(searcher, query.Phrase(name, [word, "ঢাকা"])) == ["a"]
            assert found(searcher, query.Phrase(name, ["ঢাকা", "ভাষা"], slop=9)) == []


def test_whoosh_weighs_by_the_lengths_of_articles(tmp_path: Path, searcher: Any) -> None:
    """A word counts more in a shorter article; the average is that of title and body together."""
    words = sum(len(f"{article.title} {article.body}".split()) for article in ARTICLES)
    assert searcher.avg_field_length("stem") == pytest.approx(words / len(ARTICLES))
    build([Article("long", body="নদী " + "বই " * 50), Article("short", body="নদী")], tmp_path)
    with open_with_whoosh(tmp_path).searcher() as own:
        assert [hit["id"] for hit in own.search(query.Term("stem", "নদি"))] == ["short", "long"]


def test_whoosh_cannot_write_into_a_live_index(directory: Path) -> None:
    """Publishing goes through one writer; nothing is left in the generation."""
    with pytest.raises(IndexStateError, match="onneshon index update"):
        open_with_whoosh(directory).writer()
    Generations(directory).current().check(digests=True)


def test_whooshs_own_way_of_opening_finds_the_same(directory: Path, searcher: Any) -> None:
    """The folder of a generation is a Whoosh index, with schema and segments in Whoosh's own list."""
    folder = Generations(directory).current().folder
    with open_dir(str(folder), readonly=True).searcher() as other:
        assert other.schema.names() == searcher.schema.names()
        assert found(other, query.Term("stem", "নদি")) == found(searcher, query.Term("stem", "নদি"))


def test_an_old_index_is_not_opened(tmp_path: Path) -> None:
    """Its files would be misread."""
    moved = shutil.copytree(Path(__file__).parents[2] / "data" / "indexes" / "layout-2", tmp_path / "moved")
    with pytest.raises(IndexOutdatedError, match="onneshon index migrate"):
        open_with_whoosh(moved)
