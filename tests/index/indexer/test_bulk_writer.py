"""Bulk building: every article comes back, in any budget, and Whoosh's own searchers find them."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query
from whoosh.index import open_dir

from index.analysis.analyzer import Token, analyze
from index.article import Article
from index.columnar.section_file import SectionFile
from index.columnar.segment_reader import SegmentReader
from index.errors import BuildError, IndexCorruptError, IndexMissingError
from index.indexer.bulk_writer import MEMORY_BUDGET, BulkWriter
from index.schema import TEXT_FIELDS
from index.whoosh_codec.codec import ColumnarCodec
from index.whoosh_codec.schema import article_schema, indexed_fields
from index.whoosh_codec.segments import open_segments
from tests.strategies import mixed_text

SMALL = 1
"""Bytes: so small a budget that a run has only the least number of tokens."""


@pytest.fixture(scope="module")
def articles(sample_articles: Path) -> list[Article]:
    """The sample articles six times over, with different ids, dates and titles; some lack a part."""
    found = []
    for copy in range(6):
        for line in sample_articles.read_text("utf-8").splitlines():
            read = json.loads(line)
            day = dt.date.fromisoformat(read["date"]) if copy % 2 else None
            title = read["title"] if copy != 3 else ""
            found.append(
                Article(
                    id=f"{read['id']}-{copy}",
                    title=title,
                    body=read["body"] if copy != 4 else "",
                    date=day,
                    category=read.get("category", ""),
                    author=read.get("author", "") if copy else "",
                )
            )
    return found


@pytest.fixture(scope="module", params=["one run", "many runs"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, articles: list[Article]
) -> Path:
    """An index of the articles, written at once or in runs."""
    directory = tmp_path_factory.mktemp("bulk")
    build(directory, articles, memory_budget=SMALL if request.param == "many runs" else MEMORY_BUDGET)
    return directory


def build(
    directory: Path, articles: Iterable[Article], *, memory_budget: int = MEMORY_BUDGET, workers: int = 1
) -> None:
    """Write an index of the articles."""
    with BulkWriter(directory, memory_budget=memory_budget, workers=workers) as writer:
        for article in articles:
            writer.add(article)


@pytest.fixture(scope="module")
def segment(built: Path) -> SegmentReader:
    """The one segment of the index."""
    (only,) = open_segments(built)
    return only


def text_of(article: Article, field: str) -> str:
    """The text that a field such as ``body_stem`` indexes."""
    text: str = getattr(article, field.partition("_")[0])
    return text


def keys(tokens: Sequence[Token], field: str) -> list[str]:
    """The terms of a field's layer."""
    return [getattr(token, field.partition("_")[2]) for token in tokens]


def test_every_article_comes_back_as_it_was_given(segment: SegmentReader, articles: list[Article]) -> None:
    """Stored values, ids and look-up by id agree with what was added, in order."""
    assert segment.doc_count == len(articles)
    assert [segment.article(doc) for doc in range(segment.doc_count)] == articles
    assert segment.article_ids(range(segment.doc_count)) == [article.id for article in articles]
    assert [segment.find(article.id) for article in articles] == list(range(len(articles)))
    assert segment.find("nobody") is None
    assert segment.deleted is None


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_postings_are_those_of_the_analysis(
    segment: SegmentReader, articles: list[Article], field: str
) -> None:
    """Each term's documents, frequencies, positions, and each document's exact length."""
    reader = segment.field(field)
    assert reader is not None
    expected: dict[str, dict[int, list[int]]] = {}
    lengths = []
    for doc, article in enumerate(articles):
        terms = keys(analyze(text_of(article, field)), field)
        lengths.append(len(terms))
        for place, term in enumerate(terms):
            expected.setdefault(term, {}).setdefault(doc, []).append(place)
    assert reader.lengths.tolist() == lengths
    assert reader.total_length == sum(lengths)
    assert list(reader.terms()) == sorted(expected)
    assert reader.has_positions == field.endswith("_stem")
    for ordinal, term in enumerate(sorted(expected)):
        docs, freqs = reader.postings(ordinal)
        assert docs.tolist() == list(expected[term])
        assert freqs.tolist() == [len(places) for places in expected[term].values()]
        if reader.has_positions:
            places = [place for found in expected[term].values() for place in found]
            assert reader.positions(ordinal).tolist() == places


def test_keywords_and_dates_are_columns(segment: SegmentReader, articles: list[Article]) -> None:
    """Codes give each document's value, 0 gives none, and days are ordinals."""
    for name in ("category", "author", "lang"):
        codes, values = segment.keyword(name)
        assert [values[code] for code in codes] == [getattr(article, name) for article in articles]
        assert values[0] == ""
    days = [article.date.toordinal() if article.date else 0 for article in articles]
    assert segment.dates().tolist() == days
    assert segment.dates().dtype == np.int32


@pytest.mark.slow
def test_whooshs_searcher_finds_the_same_as_in_an_index_it_built_itself(
    built: Path, articles: list[Article], tmp_path: Path
) -> None:
    """The bulk index, and one that went through Whoosh's own writer, give the same documents and scores."""
    from whoosh.index import create_in  # noqa: PLC0415

    slow = create_in(str(tmp_path), article_schema())
    writer = slow.writer()
    for article in articles:
        writer.add_document(**indexed_fields(article))
    writer.commit()
    words = Counter(term for article in articles for term in keys(analyze(article.body), "body_stem"))
    with slow.searcher() as expected, open_dir(str(built), schema=article_schema()).searcher() as ours:
        for word in [*list(words)[::37], words.most_common(1)[0][0]]:
            asked = query.Or([query.Term(field, word) for field in TEXT_FIELDS])
            hits = [
                {hit["id"]: hit.score for hit in searcher.search(asked, limit=None)}
                for searcher in (expected, ours)
            ]
            assert hits[1] == pytest.approx(hits[0]), word
        pair = query.Phrase("body_stem", keys(analyze(articles[0].body), "body_stem")[4:6])
        assert len(ours.search(pair, limit=None)) == len(expected.search(pair, limit=None)) > 0


def test_whooshs_writer_can_delete_and_add_afterwards(tmp_path: Path, articles: list[Article]) -> None:
    """A bulk index is an ordinary one: deletions and further segments show in the segment readers."""
    build(tmp_path, articles[:20])
    index = open_dir(str(tmp_path), schema=article_schema())
    update = index.writer(codec=ColumnarCodec())
    update.delete_by_term("id", articles[3].id)
    update.update_document(**indexed_fields(articles[5]))
    update.commit(merge=False)
    first, second = open_segments(tmp_path)
    assert first.deleted is not None
    assert np.flatnonzero(first.deleted).tolist() == [3, 5]
    assert first.find(articles[3].id) is None
    assert first.find(articles[5].id) is None
    assert second.article(second.find(articles[5].id) or 0) == articles[5]
    index.writer(codec=ColumnarCodec()).commit(optimize=True)
    (only,) = open_segments(tmp_path)
    assert only.doc_count == 19
    assert only.article(18) == articles[5]


@pytest.mark.slow
@given(st.lists(st.tuples(mixed_text, mixed_text), max_size=12))
def test_any_text_is_kept_and_counted(texts: list[tuple[str, str]]) -> None:
    """Text of any script survives; tokens are counted as the analysis counts them."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415  # Hypothesis runs many examples in one test

    given_articles = [Article(str(number), *text) for number, text in enumerate(texts)]
    with TemporaryDirectory() as directory:
        with BulkWriter(Path(directory)) as writer:
            for article in given_articles:
                writer.add(article)
        docs = [(part, doc) for part in open_segments(Path(directory)) for doc in range(part.doc_count)]
        assert [part.article(doc) for part, doc in docs] == given_articles
        for part, doc in docs:
            field = part.field("body_stem")
            length = 0 if field is None else int(field.lengths[doc])
            assert length == len(analyze(part.article(doc).body))


def test_an_index_of_nothing_has_no_segments(tmp_path: Path) -> None:
    """No articles are an index all the same."""
    BulkWriter(tmp_path).commit()
    assert open_segments(tmp_path) == ()


def test_given_terms_are_indexed_as_they_are(tmp_path: Path) -> None:
    """Pre-analysed terms go in without analysis; positions are their places."""
    with BulkWriter(tmp_path) as writer:
        terms = {"body_exact": ["নদীর", "ধারে", "নদীর"], "body_stem": ["নদী", "ধার", "নদী"]}
        writer.add_terms(Article("a", body="নদীর ধারে নদীর"), terms)
        writer.add_terms(Article("b", title="কিছু নেই"), {})
    (segment,) = open_segments(tmp_path)
    field = segment.field("body_stem")
    assert field is not None
    assert list(field.terms()) == ["ধার", "নদী"]
    assert field.positions(1).tolist() == [0, 2]
    assert field.lengths.tolist() == [3, 0]
    assert segment.field("title_stem") is None
    assert segment.article(1) == Article("b", title="কিছু নেই")


def test_terms_must_fit_together(tmp_path: Path) -> None:
    """Unknown fields and layers of different lengths are refused."""
    writer = BulkWriter(tmp_path)
    with pytest.raises(BuildError, match="title_exact"):
        writer.add_terms(Article("a"), {"text": ["x"]})
    writer.add_terms(Article("a"), {"body_exact": ["x", "y"], "body_stem": ["x"]})
    with pytest.raises(BuildError, match="2 terms in the exact layer, 1 in the stem layer"):
        writer.commit()
    assert list(tmp_path.iterdir()) == []


def test_another_analysis_may_stand_in(tmp_path: Path) -> None:
    """Whatever ``analyze`` says becomes the terms."""
    with BulkWriter(
        tmp_path, analyze=lambda text: [Token(w, 0, 1, w, w[:1]) for w in text.split()]
    ) as writer:
        writer.add(Article("a", body="কলম খাতা কলম"))
    (segment,) = open_segments(tmp_path)
    field = segment.field("body_stem")
    assert field is not None
    assert list(field.terms()) == ["ক", "খ"]


def broken(articles: list[Article]) -> Iterator[Article]:
    """Some articles, then a failure."""
    yield from articles[:300]
    raise RuntimeError("the source broke")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_that_fails_or_is_cancelled_leaves_nothing(
    tmp_path: Path, articles: list[Article], workers: int
) -> None:
    """The directory is as empty as before, and there is no index in it."""
    with pytest.raises(RuntimeError, match="the source broke"):
        build(tmp_path, broken(articles), workers=workers)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(IndexMissingError, match="onneshon index build"):
        open_segments(tmp_path)


def test_a_directory_with_an_index_is_not_overwritten(tmp_path: Path) -> None:
    """A second build into the same directory is refused, and the index stays."""
    build(tmp_path, [Article("a", body="নদী")])
    with pytest.raises(BuildError, match="holds an index already"):
        BulkWriter(tmp_path)
    assert open_segments(tmp_path)[0].article(0).id == "a"


def test_a_closed_writer_takes_nothing(tmp_path: Path) -> None:
    """After the commit, adding and committing say so."""
    writer = BulkWriter(tmp_path)
    writer.commit()
    for use in (writer.commit, lambda: writer.add(Article("a", body="নদী"))):
        with pytest.raises(BuildError, match="closed"):
            use()


@pytest.mark.slow
def test_workers_write_the_same_articles_and_postings(tmp_path: Path, articles: list[Article]) -> None:
    """Two processes lose nothing: the same articles, the same lengths, the same frequencies."""
    build(tmp_path, articles, workers=2)
    (segment,) = open_segments(tmp_path)
    segment.verify()
    kept = [segment.article(doc) for doc in range(segment.doc_count)]
    assert sorted(kept, key=lambda article: article.id) == sorted(articles, key=lambda article: article.id)
    field = segment.field("body_exact")
    assert field is not None
    words = Counter(word for article in articles for word in keys(analyze(article.body), "body_exact"))
    assert list(field.terms()) == sorted(words)
    frequencies = field.collection_frequencies(0, field.term_count).tolist()
    assert frequencies == [words[word] for word in sorted(words)]
    assert field.lengths.tolist() == [len(analyze(article.body)) for article in kept]


def test_a_worker_that_dies_fails_the_build_with_its_cause(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the worker said last is in the error, and nothing is left behind."""
    monkeypatch.setattr("index.indexer.worker_pool.DICTIONARY_FILE", "missing/dictionary")
    monkeypatch.setattr("pathlib.Path.write_bytes", lambda *_: 0)
    writer = BulkWriter(tmp_path, workers=2)
    for article in articles[:200]:
        writer.add(article)
    with pytest.raises(BuildError, match=r"worker 1 died after \d+ articles: FileNotFoundError"):
        writer.commit()
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_is_killed_fails_the_build(tmp_path: Path, articles: list[Article]) -> None:
    """Even a process that can say nothing is missed."""
    writer = BulkWriter(tmp_path, workers=2)
    for article in articles:
        writer.add(article)
    sink = writer._sink
    assert sink is not None
    sink._workers[1]._process.kill()  # type: ignore[union-attr]  # the pool, since there are two workers
    with pytest.raises(BuildError, match="worker 2 died"):
        writer.commit()
    assert list(tmp_path.iterdir()) == []


def test_documents_that_get_lost_are_noticed(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count of what was written is compared with the count of what was given."""
    monkeypatch.setattr("index.indexer.inverter.Inverter.finish", lambda _self: [])
    writer = BulkWriter(tmp_path)
    writer.add(articles[0])
    with pytest.raises(BuildError, match="1 articles were given, 0 were written"):
        writer.commit()


@pytest.mark.parametrize("ending", [".inv", ".doc", ".toc"])
def test_a_damaged_index_is_refused(tmp_path: Path, ending: str) -> None:
    """A file that is missing or cut short is said to be corrupt, with what to do."""
    build(tmp_path, [Article("a", body="নদী")])
    (path,) = tmp_path.glob(f"*{ending}")
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(IndexCorruptError, match="build the index again"):
        open_segments(tmp_path)


def test_altered_stored_text_is_noticed(tmp_path: Path) -> None:
    """A document carries a sum of its text, and the file one of all: reading and verifying both notice."""
    build(tmp_path, [Article("a", body="নদী")])
    (path,) = tmp_path.glob("*.doc")
    data = bytearray(path.read_bytes())
    packed = SectionFile(bytes(data), "x").array("stored").tobytes()
    data[data.index(packed) + len(packed) - 1] ^= 1
    path.write_bytes(data)
    (segment,) = open_segments(tmp_path)
    with pytest.raises(IndexCorruptError, match=r"damaged in document 0"):
        segment.article(0)
    with pytest.raises(IndexCorruptError, match=r"damaged in stored"):
        segment.verify()


def test_a_list_of_segments_cannot_run_code(tmp_path: Path) -> None:
    """A pickle that names anything but our segments is refused, not run."""
    build(tmp_path, [Article("a", body="নদী")])
    (path,) = tmp_path.glob("*.toc")
    harmful = b"cposix\nsystem\n(S'touch %s'\ntR." % str(tmp_path / "ran").encode()
    data = path.read_bytes()
    pickled = data.rindex(b"\x80\x02]") if b"\x80\x02]" in data else data.rindex(b"\x80")
    path.write_bytes(data[:pickled] + harmful)
    with pytest.raises(IndexCorruptError, match="has no place in a list of segments"):
        open_segments(tmp_path)
    assert not (tmp_path / "ran").exists()
