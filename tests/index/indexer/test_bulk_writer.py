"""Bulk building: any memory budget gives the same index, in which every article can be read back."""

import datetime as dt
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onneshon.index
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.script import is_bengali
from onneshon.index.article import TEXT_FIELDS, Article, stored_values
from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.impact_field import BASIS, ImpactField
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionFile
from onneshon.index.columnar.segment_list import open_segments
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.columnar.stored import encode_values
from onneshon.index.errors import BuildError, IndexCorruptError, IndexMissingError
from onneshon.index.indexer import inversion
from onneshon.index.indexer.bulk_writer import MEMORY_BUDGET, BulkWriter
from onneshon.index.indexer.segment_merger import Run, merge_runs
from onneshon.index.indexer.segment_writer import write_layer_file, write_segment
from onneshon.index.ranking import GAP, Basis, impacts, norms
from tests.strategies import mixed_text

SMALL = 1
"""Memory budget in bytes so small that each range has the least number of tokens."""


@pytest.fixture(scope="module")
def articles(sample_articles: Path) -> list[Article]:
    """The sample articles six times, with different ids, dates and titles; some lack a part."""
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


@pytest.fixture(scope="module", params=["at once", "in many ranges"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, articles: list[Article]
) -> Path:
    """An index of the articles, inverted in one range of terms or in many."""
    directory = tmp_path_factory.mktemp("bulk")
    build(directory, articles, memory_budget=SMALL if request.param == "in many ranges" else MEMORY_BUDGET)
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
    """The single segment of the index."""
    (only,) = open_segments(built)
    return only


Places = dict[str, dict[int, list[int]]]
"""Positions of each term by document."""


def expected_places(articles: Sequence[Article], field: str) -> Places:
    """Positions of a field's terms by the analysis of each text; a body begins a gap after its title."""
    layer = field.removeprefix("title_")
    found: Places = {}
    for doc, article in enumerate(articles):
        titles = [getattr(token, layer) for token in analyze(article.title)]
        bodies = [getattr(token, layer) for token in analyze(article.body)] if layer == field else []
        for base, terms in ((0, titles), (len(titles) + GAP, bodies)):
            for place, term in enumerate(terms, base):
                found.setdefault(term, {}).setdefault(doc, []).append(place)
    return found


def lengths_of(articles: Sequence[Article], text: str) -> list[int]:
    """The number of tokens in each title or body."""
    return [len(analyze(getattr(article, text))) for article in articles]


def test_every_article_comes_back_as_it_was_given(segment: SegmentReader, articles: list[Article]) -> None:
    """Stored values, ids and look-up by id agree with the added articles, in their order."""
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
    """Each term has the right documents, document frequency and positions."""
    reader = segment.impacts(field)
    expected = expected_places(articles, field)
    assert list(reader.terms()) == sorted(expected)
    assert reader.has_positions == field.endswith("stem")
    assert reader.dfs().tolist() == [len(expected[term]) for term in sorted(expected)]
    for ordinal, term in enumerate(sorted(expected)):
        assert reader.ordinal(term) == ordinal
        assert reader.df(ordinal) == len(expected[term])
        assert reader.docs(ordinal).tolist() == list(expected[term])
        if reader.has_positions:
            assert reader.freqs(ordinal).tolist() == [len(places) for places in expected[term].values()]
            places = [place for found in expected[term].values() for place in found]
            assert reader.positions(ordinal).tolist() == places


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_impacts_are_those_of_the_contract(
    segment: SegmentReader, articles: list[Article], field: str
) -> None:
    """Computed one by one from frequencies and lengths, with the basis of the first articles."""
    titles, bodies = (lengths_of(articles, text) for text in ("title", "body"))
    assert segment.lengths("title").tolist() == titles
    assert segment.lengths("body").tolist() == bodies
    basis = Basis.of_lengths(titles, bodies)
    in_title = norms(basis, np.array(titles), title=True)
    in_body = norms(basis, np.array(bodies), title=False)
    reader = segment.impacts(field)
    for ordinal, (_, docs) in enumerate(sorted(expected_places(articles, field).items())):
        counts = [sum(place < titles[doc] for place in places) for doc, places in docs.items()]
        worth = [
            title * in_title[doc] + (len(docs[doc]) - title) * in_body[doc]
            for doc, title in zip(docs, counts, strict=True)
        ]
        assert reader.impacts(ordinal).tolist() == impacts(np.array(worth), basis.k1).tolist()


def test_each_word_knows_its_stem(segment: SegmentReader, articles: list[Article]) -> None:
    """A query can read the stem instead of deriving it."""
    found = {term: segment.stem_of(term) for term in segment.impacts("exact").terms()}
    tokens = [token for article in articles for token in analyze(f"{article.title} {article.body}")]
    assert found == {token.exact: token.stem for token in tokens}


@pytest.mark.parametrize("length", [3, 4])
def test_beginnings_count_the_articles_that_hold_any_word_beginning_so(
    segment: SegmentReader, articles: list[Article], length: int
) -> None:
    """Prefixes of Bengali stems; an article counts once, however many of its words have the prefix."""
    expected: Counter[str] = Counter()
    for article in articles:
        stems = {token.stem for token in analyze(f"{article.title} {article.body}")}
        expected.update({stem[:length] for stem in stems if len(stem) >= length and is_bengali(stem)})
    assert len(expected) > 100
    assert {start: segment.beginnings.df(start) for start in expected} == expected
    assert segment.beginnings.df("ঢঢঢ") == 0


def test_keywords_and_dates_are_columns(segment: SegmentReader, articles: list[Article]) -> None:
    """A code gives each document's value, code 0 none, and dates are ordinals."""
    for name in ("category", "author", "lang"):
        column = segment.keyword(name)
        assert [column.values[code] for code in column.codes] == [getattr(each, name) for each in articles]
        assert column.values[0] == ""
        assert column.docs is None
    days = [article.date.toordinal() if article.date else 0 for article in articles]
    assert segment.dates().tolist() == days
    assert segment.dates().dtype == np.int32


@pytest.mark.slow
@given(st.lists(st.tuples(mixed_text, mixed_text), max_size=12))
def test_any_text_is_kept_and_counted(texts: list[tuple[str, str]]) -> None:
    """Text of any script survives, and token counts are those of the analysis."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415  # Hypothesis runs many examples in one test

    given_articles = [Article(str(number), *text) for number, text in enumerate(texts)]
    with TemporaryDirectory() as directory:
        with BulkWriter(Path(directory)) as writer:
            for article in given_articles:
                writer.add(article)
        docs = [(part, doc) for part in open_segments(Path(directory)) for doc in range(part.doc_count)]
        assert [part.article(doc) for part, doc in docs] == given_articles
        for part, doc in docs:
            assert part.lengths("body")[doc] == len(analyze(part.article(doc).body))


@pytest.mark.parametrize(("bytes_more", "first"), [(0, 2), (1, 3)])
def test_of_long_articles_fewer_say_what_an_average_one_is(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch, bytes_more: int, first: int
) -> None:
    """The first articles are kept in memory, so a limit of their total size ends the sample early."""
    sizes = [len(encode_values(stored_values(article))) for article in articles]
    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.SAMPLE_BYTES", sum(sizes[:2]) + bytes_more)
    writer = BulkWriter(tmp_path / "var" / "index")  # made if need be
    for article in articles[:5]:
        writer.add(article)
    writer.commit()
    titles, bodies = (lengths_of(articles[:first], text) for text in ("title", "body"))
    assert writer.basis == Basis.of_lengths(titles, bodies)


def test_one_process_works_by_default(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For any number of articles; a caller who has spare cores asks for more processes."""

    def refuse(*_given: object) -> NoReturn:
        raise AssertionError("another process was started")

    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.SAMPLE", 5)
    monkeypatch.setattr("onneshon.index.indexer.worker_pool._Worker", refuse)
    writer = BulkWriter(tmp_path / "one")
    for article in articles[:12]:
        writer.add(article)
    writer.commit()
    assert onneshon.index.build(articles[:12], tmp_path / "two").articles == 12


def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Write the exact layer like another process would; the list of the tasks that it was given."""
    told = list[Any]()

    def elsewhere(task: bytes) -> Callable[[], object]:
        told.append(json.loads(task))
        steps = write_layer_file(task)
        return lambda: next(steps)

    def write(*given: Any, **options: Any) -> object:
        return write_segment(*given, **{**options, "write_elsewhere": elsewhere})

    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.write_segment", write)
    return told


def test_a_layer_of_another_process_is_as_if_it_were_of_this_one(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files, including that of pairs, which comes last; each process has half of the memory."""
    build(tmp_path / "one", articles[:60])
    told = _in_this_process(monkeypatch)
    build(tmp_path / "two", articles[:60], memory_budget=MEMORY_BUDGET)
    ones = sorted((tmp_path / "one").glob("MAIN_bulk*"))
    assert [path.suffix for path in ones] == [".doc", ".inv", ".pairs"]
    for path in ones:
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    assert told[0][-1] == MEMORY_BUDGET // 2


@pytest.mark.parametrize("processes", [1, 2])
def test_lists_take_no_more_memory_than_they_may(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    """Each range has as many terms as fit into the budget, at least one; two processes share the budget."""
    tokens = list[int]()
    made = inversion._lists

    def noted(spans: Any, terms: Any, low: int, counts: Any, *, positions: bool) -> Any:
        tokens.append(int(counts.sum()) if len(counts) > 1 else 0)
        return made(spans, terms, low, counts, positions=positions)

    monkeypatch.setattr(inversion, "_lists", noted)
    if processes == 2:
        _in_this_process(monkeypatch)
    most = 2 * inversion.LEAST_TOKENS
    build(tmp_path, articles[:60], memory_budget=most * inversion.BYTES_PER_TOKEN)
    assert most / 2 / processes < max(tokens) <= most / processes


def test_an_index_of_nothing_has_no_segments(tmp_path: Path) -> None:
    """An index without articles is valid."""
    BulkWriter(tmp_path).commit()
    assert open_segments(tmp_path) == ()


def broken(articles: list[Article]) -> Iterator[Article]:
    """Some articles, then an error."""
    yield from articles[:300]
    raise RuntimeError("the source broke")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_that_fails_or_is_cancelled_leaves_nothing(
    tmp_path: Path, articles: list[Article], workers: int
) -> None:
    """The directory is as empty as before, and contains no index."""
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
    """After the commit, adding and committing raise an error."""
    writer = BulkWriter(tmp_path)
    writer.commit()
    with pytest.raises(BuildError, match="closed"):
        writer.commit()
    with pytest.raises(BuildError, match="closed"):
        writer.add(Article("a", body="নদী"))


def test_what_needs_no_pairs_is_done_when_the_segment_is_there(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The segment can be opened at that time; a failure then leaves no file of it."""
    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.SAMPLE", 5)
    opened: list[int] = []

    def meanwhile() -> None:
        opened.append(open_segments(tmp_path / "index")[0].doc_count)
        raise RuntimeError("the words are no words")

    writer = BulkWriter(tmp_path / "index", workers=2)
    for article in articles[:20]:
        writer.add(article)
    with pytest.raises(RuntimeError, match="no words"):
        writer.commit(meanwhile)
    assert opened == [20]
    assert list((tmp_path / "index").iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3])
def test_workers_write_the_same_bytes(
    tmp_path: Path, articles: list[Article], workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The articles keep their order for any number of workers, and the files are the same."""
    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.SAMPLE", 100)
    monkeypatch.setattr("onneshon.index.indexer.worker_pool.BATCH", 1 << 12)
    build(tmp_path / "one", articles)
    build(tmp_path / "several", articles, workers=workers)
    for path in (tmp_path / "one").glob("MAIN_bulk.*"):
        assert path.read_bytes() == (tmp_path / "several" / path.name).read_bytes()


def test_more_terms_than_memory_holds_are_numbered_anew(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forgotten numbers of terms have no effect on the index."""
    build(tmp_path / "one", articles[:150])
    monkeypatch.setattr("onneshon.index.indexer.spools.PENDING", 2_000)
    build(tmp_path / "many", articles[:150], memory_budget=SMALL)
    for name in ("MAIN_bulk.inv", "MAIN_bulk.doc"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes()


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("deleted", [0, 1, 2, 7], ids=["none", "all but one", "every other", "some"])
def test_joined_segments_equal_one_of_all(tmp_path: Path, articles: list[Article], deleted: int) -> None:
    """With one basis and one dictionary, merging the live articles equals writing all of them at once."""
    dead = {number for number in range(1, len(articles)) if deleted and number % deleted == 0}
    living = [article for number, article in enumerate(articles) if number not in dead]
    build(tmp_path / "whole", living)
    whole = SectionFile.open(tmp_path / "whole" / "MAIN_bulk.inv")
    parts = [range(100), range(100, 101), range(101, len(articles))]
    runs = []
    for part in parts:
        folder = tmp_path / str(part.start)
        with BulkWriter(folder, dictionary=b"", basis=Basis.from_dict(whole.facts[BASIS])) as writer:
            for number in part:
                writer.add(articles[number])
        runs.append(Run(str(folder / "MAIN_bulk"), np.array([number in dead for number in part])))
    merge_runs(runs, tmp_path / "joined")
    stems = [tmp_path / "joined", tmp_path / "whole" / "MAIN_bulk"]
    for ending in (INVERTED_EXT, DOCUMENTS_EXT):
        joined, whole = (SectionFile.open(Path(f"{stem}{ending}")) for stem in stems)
        without_terms = set(joined.names) - set(whole.names)  # of a field that no living article has
        assert not any(len(joined.array(name)) for name in without_terms)
        for name in whole.names:
            if not name.startswith("stored"):  # compressed by a dictionary in the whole
                assert np.array_equal(joined.array(name), whole.array(name)), name
    found, wanted = (
        DocumentsReader(SectionFile.open(Path(f"{stem}{DOCUMENTS_EXT}"))).stored for stem in stems
    )
    assert [found[doc] for doc in range(len(found))] == [wanted[doc] for doc in range(len(wanted))]


def test_a_segment_of_which_nothing_is_gone_is_moved(tmp_path: Path, articles: list[Article]) -> None:
    """If it is the only one; its files are moved and not written again."""
    build(tmp_path / "own", articles[:5])
    files = [tmp_path / "own" / f"MAIN_bulk{ending}" for ending in (INVERTED_EXT, DOCUMENTS_EXT)]
    before = [(path.stat().st_ino, path.read_bytes()) for path in files]
    merge_runs([Run(str(tmp_path / "own" / "MAIN_bulk"), np.zeros(5, np.bool_))], tmp_path / "joined")
    after = [tmp_path / f"joined{path.suffix}" for path in files]
    assert [(path.stat().st_ino, path.read_bytes()) for path in after] == before
    assert not any(path.exists() for path in files)


def test_two_segments_of_which_nothing_is_gone_are_joined(tmp_path: Path, articles: list[Article]) -> None:
    """The result has all terms and documents of both."""
    runs = []
    for start, stop in ((0, 5), (5, 12)):
        with BulkWriter(tmp_path / str(start), dictionary=b"", basis=Basis(9.0, 99.0)) as writer:
            for article in articles[start:stop]:
                writer.add(article)
        runs.append(Run(str(tmp_path / str(start) / "MAIN_bulk"), np.zeros(stop - start, np.bool_)))
    merge_runs(runs, tmp_path / "joined")
    joined = DocumentsReader(SectionFile.open(tmp_path / f"joined{DOCUMENTS_EXT}"))
    assert joined.count == 12
    terms = SectionFile.open(tmp_path / f"joined{INVERTED_EXT}")
    fields = ImpactField(terms, "exact", 12)
    assert {*fields.terms()} == {
        token.exact for article in articles[:12] for token in analyze(f"{article.title} {article.body}")
    }


def test_a_worker_that_dies_fails_the_build_with_its_cause(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error has the last line of the worker's output, and no file is left."""
    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.SAMPLE", 100)
    writer = BulkWriter(tmp_path, workers=2)
    (writer._scratch / "spool0.tokens").mkdir()
    for article in articles[:200]:
        writer.add(article)
    with pytest.raises(BuildError, match=r"worker 1 died after \d+ articles: IsADirectoryError"):
        writer.commit()
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_is_killed_fails_the_build(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The death of a process that reports nothing is noticed too."""
    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.SAMPLE", 100)
    writer = BulkWriter(tmp_path, workers=3)
    for article in articles:
        writer.add(article)
    sink = writer._sink
    assert sink is not None
    sink._workers[1]._process.kill()  # type: ignore[union-attr]  # the pool, since there are several workers
    with pytest.raises(BuildError, match="worker 2 died"):
        writer.commit()
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_is_gone_ends_the_reading(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error comes before all articles are read, which may take an hour."""
    monkeypatch.setattr("onneshon.index.indexer.bulk_writer.SAMPLE", 5)
    monkeypatch.setattr("onneshon.index.indexer.worker_pool.BATCH", 1)
    writer = BulkWriter(tmp_path, workers=2)

    def add(count: int) -> None:
        for article in islice(cycle(articles), count):
            writer.add(article)
            time.sleep(0.001)

    add(5)
    sink = writer._sink
    assert sink is not None
    sink._workers[0]._process.kill()  # type: ignore[union-attr]  # as above
    with pytest.raises(BuildError, match="worker 1 died after"):
        add(2_000)
    writer.cancel()
    assert list(tmp_path.iterdir()) == []


def test_documents_that_get_lost_are_noticed(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of written documents is compared with the number given."""
    monkeypatch.setattr("onneshon.index.indexer.spools.Spooler.finish", lambda _self: [])
    writer = BulkWriter(tmp_path)
    writer.add(articles[0])
    with pytest.raises(BuildError, match="1 articles were given, 0 were written"):
        writer.commit()


@pytest.mark.parametrize("ending", [".inv", ".doc", ".json"])
def test_a_damaged_index_is_refused(tmp_path: Path, ending: str) -> None:
    """A missing or cut file is reported as corrupt, with a remedy."""
    build(tmp_path, [Article("a", body="নদী")])
    (path,) = tmp_path.glob(f"*{ending}")
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(IndexCorruptError, match="build the index again"):
        open_segments(tmp_path)


def test_altered_stored_text_is_noticed(tmp_path: Path) -> None:
    """Each document has a checksum and the file has one for all: reading and verifying both notice."""
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
