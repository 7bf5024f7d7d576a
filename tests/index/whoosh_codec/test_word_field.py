"""Articles through Whoosh's own writer: the same lists, with the same impacts, as those of a build."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from whoosh import query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from onneshon.index.article import Article
from onneshon.index.columnar.impact_writer import BASIS
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.indexer.bulk_writer import BulkWriter
from onneshon.index.ranking import Basis
from onneshon.index.schema import TEXT_FIELDS
from onneshon.index.whoosh_codec.codec import ColumnarCodec
from onneshon.index.whoosh_codec.schema import article_schema, indexed_fields
from onneshon.index.whoosh_codec.segments import open_segments

ARTICLES = [
    Article(
        str(number),
        title=" ".join(["নদী", "ঢাকা", "নদী", "ভাষা"][: number % 5]),
        body=" ".join(["নদীর", "ধারে", "ঢাকা", "ভাষার", "বই"][number % 3 :] * (1 + number % 7)),
    )
    for number in range(60)
]


def whoosh_index(directory: Path, *parts: Sequence[Article], basis: Basis | None = None) -> FileIndex:
    """An index that Whoosh's writer wrote, a segment for each part."""
    directory.mkdir(exist_ok=True)
    index = FileIndex.create(FileStorage(str(directory)), article_schema(), "MAIN")
    for part in parts:
        writer = index.writer(codec=ColumnarCodec(basis))
        for article in part:
            writer.add_document(**indexed_fields(article))
        writer.commit(merge=False)
    return index


def bulk_segment(directory: Path, articles: Sequence[Article], basis: Basis | None = None) -> SegmentReader:
    """The segment of a build."""
    with BulkWriter(directory, basis=basis) as writer:
        for article in articles:
            writer.add(article)
    (segment,) = open_segments(directory)
    return segment


def assert_same(found: SegmentReader, expected: SegmentReader) -> None:
    """Terms, documents, impacts, positions, lengths, stems and beginnings."""
    for text in ("title", "body"):
        assert found.lengths(text).tolist() == expected.lengths(text).tolist()
    for name in TEXT_FIELDS:
        mine, theirs = found.impacts(name), expected.impacts(name)
        assert list(mine.terms()) == list(theirs.terms())
        for ordinal in range(mine.term_count):
            for read in ("docs", "impacts", "freqs", "positions"):
                assert np.array_equal(getattr(mine, read)(ordinal), getattr(theirs, read)(ordinal)), read
    words = [*found.impacts("exact").terms()]
    assert [found.stem_of(word) for word in words] == [expected.stem_of(word) for word in words]
    assert found.beginnings.df("নদি") == expected.beginnings.df("নদি") > 0


def test_whooshs_writer_makes_what_a_build_makes(tmp_path: Path) -> None:
    """Without a basis it takes that of its articles, as a build does."""
    whoosh_index(tmp_path / "whoosh", ARTICLES)
    (segment,) = open_segments(tmp_path / "whoosh")
    assert_same(segment, bulk_segment(tmp_path / "bulk", ARTICLES))


def test_further_segments_take_the_basis_that_is_there(tmp_path: Path) -> None:
    """Impacts of one index compare with each other, whatever its later articles are like."""
    whoosh_index(tmp_path / "whoosh", ARTICLES[:9], ARTICLES[9:])
    first, second = open_segments(tmp_path / "whoosh")
    files = sorted((tmp_path / "whoosh").glob("*.inv"))
    bases = [SectionFile.open(path).facts[BASIS] for path in files]
    assert bases[0] == bases[1]
    basis = Basis.from_dict(bases[0])
    assert_same(first, bulk_segment(tmp_path / "first", ARTICLES[:9], basis))
    assert_same(second, bulk_segment(tmp_path / "second", ARTICLES[9:], basis))


def test_merging_and_deleting_keep_impacts(tmp_path: Path) -> None:
    """After Whoosh merged what is not deleted, the lists are those of a build of it under the same basis."""
    basis = Basis(3.0, 9.0)
    index = whoosh_index(tmp_path / "whoosh", ARTICLES[:30], ARTICLES[30:], basis=basis)
    writer = index.writer(codec=ColumnarCodec())
    for number in (3, 29, 30, 59):
        writer.delete_by_term("id", str(number))
    writer.commit(optimize=True)
    (segment,) = open_segments(tmp_path / "whoosh")
    left = [article for article in ARTICLES if article.id not in {"3", "29", "30", "59"}]
    assert_same(segment, bulk_segment(tmp_path / "bulk", left, basis))


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_whooshs_queries_find_the_words_of_a_layer(tmp_path: Path, name: str) -> None:
    """Terms, prefixes and, in stems, phrases, which do not reach from the title into the body."""
    index = whoosh_index(tmp_path, [Article("a", "নদী ঢাকা", "ভাষার বই"), Article("b", "বই", "ঢাকা")])
    layer = "stem" if name.endswith("stem") else "exact"
    word = {"stem": "নদি", "exact": "নদী"}[layer]
    with index.searcher() as searcher:

        def found(asked: query.Query) -> list[str]:
            return sorted(hit["id"] for hit in searcher.search(asked, limit=None))

        assert found(query.Term(name, word)) == ["a"]
        assert found(query.Prefix(name, word[:2])) == ["a"]
        assert found(query.Term(name, "ঢাকা")) == (["a"] if name.startswith("title") else ["a", "b"])
        if layer == "stem":
            assert found(query.Phrase(name, [word, "ঢাকা"])) == ["a"]
            assert found(query.Phrase(name, ["ঢাকা", "ভাষা"], slop=9)) == []
