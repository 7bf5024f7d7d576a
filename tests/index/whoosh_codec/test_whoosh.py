"""The columnar codec and the stock one agree under Whoosh's own writers, searchers and queries."""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import analysis, fields, query, scoring
from whoosh.codec.whoosh3 import W3PerDocWriter
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import FileIndex
from whoosh.query import spans
from whoosh.reading import TermNotFound
from whoosh.writing import CLEAR

from tests.index.whoosh_codec.writing import WritingCodec, WrittenSegment

pytestmark = pytest.mark.slow

WORDS = [
    "ও", "এবং", "করে", "বাংলা", "বাংলাদেশ", "বাংলাদেশের", "ঢাকা", "ঢাকায়", "নদী", "নদীর", "মানুষ", "মানুষের", "ভাষা",
    "ভাষার", "ইতিহাস", "ইতিহাসের", "বই", "বইয়ের", "গান", "গানের", "খেলা", "খেলার", "দেশ", "দেশের", "শিক্ষা", "শিক্ষক",
    "ক্ষমা", "র‍্যাব", "বৃষ্টি", "বর্ষা", "alpha", "beta",
]  # fmt: skip
"""In descending frequency: the odds of a word are the inverse of its place."""

ODDS = [1 / (place + 1) for place in range(len(WORDS))]
DOCUMENTS = 210
CASES = 6
"""Number of random queries of each kind on each index."""


def schema() -> fields.Schema:
    """A schema with every format: positions, frequencies, existence, characters, boost, columns, vector."""
    words = analysis.RegexTokenizer(r"\S+")
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        title=fields.TEXT(analyzer=words, stored=True),
        body=fields.TEXT(analyzer=words),
        plain=fields.TEXT(analyzer=words, phrase=False, field_boost=2.0),
        marked=fields.TEXT(analyzer=words, chars=True, vector=True),
        tags=fields.KEYWORD(stored=True, scorable=True),
        size=fields.NUMERIC(stored=True, sortable=True),
        day=fields.DATETIME(stored=True),
    )


def documents() -> list[dict[str, Any]]:
    """The same random documents for every index."""
    draw = random.Random(26)  # noqa: S311

    def text(least: int, most: int) -> str:
        return " ".join(draw.choices(WORDS, ODDS, k=draw.randint(least, most)))

    return [
        {
            "id": f"a{number}",
            "title": text(0, 6),
            "body": text(0, 150) if number % 40 else text(2_000, 2_100),
            "plain": text(0, 20),
            "marked": text(1, 8),
            "tags": text(0, 3),
            "size": draw.randint(0, 40),
            "day": dt.datetime(2024, 1, 1, tzinfo=None) + dt.timedelta(days=number),  # noqa: DTZ001
            **({"_body_boost": 1.5} if number % 30 == 0 else {}),
        }
        for number in range(DOCUMENTS)
    ]


def build(place: Path, codec: Callable[[], Any] | None, *, pieces: int) -> FileIndex:
    """An index of the documents in ``pieces`` commits; with several, some are deleted and updated."""
    index = FileIndex.create(FileStorage(str(place)), schema(), "MAIN")
    draw = random.Random(5)  # noqa: S311
    size = -(-DOCUMENTS // pieces)
    for start in range(0, DOCUMENTS, size):
        writer = index.writer(codec=codec() if codec else None)
        for document in documents()[start : start + size]:
            writer.add_document(**document)
        if start:
            for number in draw.sample(range(start), 9):
                writer.delete_by_term("id", f"a{number}")
            writer.update_document(**{**documents()[start - 1], "title": "ঢাকা ঢাকা নদী"})
        writer.commit(merge=False)
    return index


SHAPES: dict[str, Callable[[Path, Callable[[], Any] | None], FileIndex]] = {
    "one segment": lambda place, codec: build(place, codec, pieces=1),
    "several segments with deletions": lambda place, codec: build(place, codec, pieces=5),
    "merged": lambda place, codec: optimised(build(place, codec, pieces=4), codec),
}


def optimised(index: FileIndex, codec: Callable[[], Any] | None) -> FileIndex:
    """The index after all its segments were merged."""
    index.writer(codec=codec() if codec else None).commit(optimize=True)
    return index


@pytest.fixture(scope="module", params=SHAPES, ids=str)
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, Any]]:
    """Searchers of the same documents: the stock codec's and ours."""
    make = SHAPES[request.param]
    stock = make(tmp_path_factory.mktemp("stock"), None)
    ours = make(tmp_path_factory.mktemp("ours"), WritingCodec)
    assert all(isinstance(segment, WrittenSegment) for segment in ours._segments())
    assert len(stock._segments()) == len(ours._segments())
    with stock.searcher() as stock_searcher, ours.searcher() as our_searcher:
        yield stock_searcher, our_searcher


class Maker:
    """Draws random queries."""

    def __init__(self, seed: str) -> None:
        self.draw = random.Random(seed)  # noqa: S311

    def word(self) -> str:
        """A word, common ones more often."""
        return self.draw.choices(WORDS, ODDS)[0]

    def field(self) -> str:
        """A field of words."""
        return self.draw.choice(["title", "body", "plain", "marked", "tags"])

    def phrase_field(self) -> str:
        """A field with positions."""
        return self.draw.choice(["title", "body", "marked"])

    def term(self, field: str | None = None) -> query.Query:
        """A term, sometimes boosted, seldom one that no document has."""
        word = "নেই" if self.draw.random() < 0.03 else self.word()
        return query.Term(field or self.field(), word, boost=self.draw.choice([1.0, 1.0, 2.5]))

    def terms(self, least: int = 2, most: int = 4) -> list[query.Query]:
        """Some terms."""
        return [self.term() for _ in range(self.draw.randint(least, most))]

    def span(self, field: str) -> query.Query:
        """A query that has spans."""
        return self.draw.choice(
            [query.Term(field, self.word()), query.Or([query.Term(field, self.word())] * 2)]
        )


def positional(make: Callable[[Maker, str], query.Query]) -> Callable[[Maker], query.Query]:
    """A kind of query that works within one field with positions."""
    return lambda maker: make(maker, maker.phrase_field())


KINDS: dict[str, Callable[[Maker], query.Query]] = {
    "Term": lambda m: m.term(),
    "And": lambda m: query.And(m.terms()),
    "Or": lambda m: query.Or(m.terms()),
    "Or at least": lambda m: query.Or(m.terms(3, 5), minmatch=2),
    "Not": lambda m: query.And([m.term(), query.Not(m.term())]),
    "AndNot": lambda m: query.AndNot(m.term(), m.term()),
    "AndMaybe": lambda m: query.AndMaybe(m.term(), m.term()),
    "Require": lambda m: query.Require(m.term(), m.term()),
    "Otherwise": lambda m: query.Otherwise(m.term(), m.term()),
    "DisjunctionMax": lambda m: query.DisjunctionMax(m.terms()),
    "ConstantScore": lambda m: query.ConstantScoreQuery(query.Or(m.terms()), 3.0),
    "Every": lambda m: query.Every(m.draw.choice([None, "title", "size"])),
    "nested": lambda m: query.And([query.Or(m.terms()), query.Not(query.And(m.terms(2, 2)))]),
    "Prefix": lambda m: query.Prefix(m.field(), m.word()[: m.draw.randint(0, 3)]),
    "Wildcard": lambda m: query.Wildcard(m.field(), m.word()[:2] + m.draw.choice(["*", "?*", "??"])),
    "Regex": lambda m: query.Regex(m.field(), m.word()[:2] + ".*"),
    "FuzzyTerm": lambda m: query.FuzzyTerm(m.field(), m.word(), maxdist=m.draw.randint(1, 2)),
    "TermRange": lambda m: query.TermRange(m.field(), *sorted([m.word(), m.word()])),
    "open TermRange": lambda m: query.TermRange(m.field(), m.word(), None, startexcl=True),
    "Variations": lambda m: query.Variations(m.field(), m.word()),
    "NumericRange": lambda m: query.NumericRange("size", m.draw.randint(0, 20), m.draw.randint(20, 40)),
    "DateRange": lambda m: query.DateRange(
        "day",
        dt.datetime(2024, 1, m.draw.randint(1, 28)),  # noqa: DTZ001  # Whoosh has no time zones
        dt.datetime(2024, m.draw.randint(2, 8), 1),  # noqa: DTZ001
    ),
    "MultiTerm of numbers": lambda m: query.Term("size", schema()["size"].to_bytes(m.draw.randint(0, 40))),
    "Phrase": positional(lambda m, f: query.Phrase(f, [m.word(), m.word()])),
    "Phrase with slop": positional(
        lambda m, f: query.Phrase(
            f, [m.word() for _ in range(m.draw.randint(2, 3))], slop=m.draw.randint(1, 5)
        )
    ),
    "Sequence": positional(
        lambda m, f: query.Sequence([query.Term(f, m.word()), query.Prefix(f, m.word()[:1])])
    ),
    "Ordered": positional(lambda m, f: query.Ordered([query.Term(f, m.word()), query.Term(f, m.word())])),
    "SpanNear": positional(
        lambda m, f: spans.SpanNear(
            m.span(f), m.span(f), slop=m.draw.randint(1, 6), ordered=m.draw.random() < 0.5
        )
    ),
    "SpanNear2": positional(lambda m, f: spans.SpanNear2([m.span(f), m.span(f)], slop=m.draw.randint(1, 4))),
    "SpanFirst": positional(lambda m, f: spans.SpanFirst(m.span(f), limit=m.draw.randint(0, 5))),
    "SpanOr": positional(lambda m, f: spans.SpanOr([m.span(f), m.span(f)])),
    "SpanNot": positional(lambda m, f: spans.SpanNot(m.span(f), m.span(f))),
    "SpanBefore": positional(lambda m, f: spans.SpanBefore(m.span(f), m.span(f))),
    "SpanContains": positional(
        lambda m, f: spans.SpanContains(spans.SpanNear(m.span(f), m.span(f), slop=6), m.span(f))
    ),
    "SpanCondition": positional(lambda m, f: spans.SpanCondition(m.span(f), m.span(f))),
}


def ranked(searcher: Any, asked: query.Query, limit: int | None = None) -> dict[str, float]:
    """Ids and scores of the documents found."""
    return {hit["id"] + str(hit.docnum): hit.score for hit in searcher.search(asked, limit=limit)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_query_finds_the_same_with_the_same_scores(pair: tuple[Any, Any], kind: str) -> None:
    """Documents are equal and scores agree to nine digits, whatever the query."""
    maker = Maker(kind)
    for _ in range(CASES):
        asked = KINDS[kind](maker)
        try:
            stock = ranked(pair[0], asked)
        except (IndexError, NotImplementedError):  # Whoosh's SpanNot reads past the end of its own postings
            assert kind == "SpanNot"
            continue
        ours = ranked(pair[1], asked)
        assert ours == pytest.approx(stock, rel=1e-9), repr(asked)


@pytest.mark.parametrize("kind", ["Term", "Or", "And", "AndMaybe", "DisjunctionMax", "Prefix"])
def test_the_best_few_score_the_same_when_blocks_are_skipped(pair: tuple[Any, Any], kind: str) -> None:
    """With a limit Whoosh skips blocks that cannot score enough; the best documents score the same."""
    maker = Maker(kind + " limited")
    for _ in range(CASES):
        asked = KINDS[kind](maker)
        stock, ours = (sorted(ranked(searcher, asked, limit=3).values()) for searcher in pair)
        assert ours == pytest.approx(stock, rel=1e-9), repr(asked)


@pytest.mark.parametrize(
    "weighting",
    [scoring.BM25F(B=0.3, K1=2.0), scoring.TF_IDF(), scoring.Frequency()],
    ids=["BM25F", "TF_IDF", "Frequency"],
)
def test_every_weighting_scores_the_same(pair: tuple[Any, Any], weighting: Any) -> None:
    """A weighting gets the same statistics of terms and lengths."""
    maker = Maker("weighting")
    searchers = [type(searcher)(searcher.reader(), weighting=weighting) for searcher in pair]
    for _ in range(CASES):
        asked = query.Or(maker.terms())
        stock, ours = (ranked(searcher, asked) for searcher in searchers)
        assert ours == pytest.approx(stock, rel=1e-9), repr(asked)


def test_terms_postings_and_statistics_are_the_same(pair: tuple[Any, Any]) -> None:
    """All that a reader says of a term is equal in both codecs, even encoded positions."""
    stock, ours = (searcher.reader() for searcher in pair)
    assert list(ours.all_terms()) == list(stock.all_terms())
    assert list(ours.iter_postings()) == list(stock.iter_postings())
    for name, text in stock.all_terms():
        theirs, mine = stock.term_info(name, text), ours.term_info(name, text)
        for ask in ("weight", "doc_frequency", "min_length", "max_length", "max_weight", "min_id", "max_id"):
            expected = getattr(theirs, ask)()
            # The stock codec has no least length (None) in fields that have none; a number does as well.
            assert getattr(mine, ask)() == pytest.approx(expected or 0), (name, text, ask)


def test_lengths_stored_values_columns_and_vectors_are_the_same(pair: tuple[Any, Any]) -> None:
    """All that a reader says of documents is equal in both codecs."""
    stock, ours = (searcher.reader() for searcher in pair)
    assert ours.doc_count() == stock.doc_count()
    assert list(ours.all_stored_fields()) == list(stock.all_stored_fields())
    for name in ("title", "body", "plain", "marked", "tags"):
        assert ours.field_length(name) == stock.field_length(name)
        for doc in ours.all_doc_ids():
            assert ours.doc_field_length(doc, name, 0) == (stock.doc_field_length(doc, name, 0) or 0)
    for doc in ours.all_doc_ids():
        assert list(ours.vector_as("frequency", doc, "marked")) == list(
            stock.vector_as("frequency", doc, "marked")
        )
    by_size = [[hit["id"] for hit in s.search(query.Every(), sortedby="size", limit=None)] for s in pair]
    assert by_size[0] == by_size[1]


def test_corrections_come_from_the_same_terms(pair: tuple[Any, Any]) -> None:
    """Whoosh's spelling walks the terms with an automaton through our cursor."""
    for word in ("বাংলাদেশ", "ইতিহাশ", "নদি"):
        stock, ours = (searcher.corrector("body").suggest(word, limit=9, maxdist=2) for searcher in pair)
        assert sorted(ours) == sorted(stock)


def test_a_matcher_moves_as_the_stock_matcher_does(pair: tuple[Any, Any]) -> None:
    """Stepping, skipping, copying and resetting end at the same postings."""
    stock, ours = (searcher.reader().postings("body", "বাংলা") for searcher in pair)
    for target in (0, 3, 90, 91, 200):
        for matcher in (stock, ours):
            if matcher.is_active():
                matcher.skip_to(target)
        assert ours.is_active() == stock.is_active()
        if stock.is_active():
            assert (ours.id(), ours.weight(), ours.value()) == (stock.id(), stock.weight(), stock.value())


def test_a_missing_term_is_missing_the_same_way(pair: tuple[Any, Any]) -> None:
    """Unknown terms raise or count as none, as Whoosh expects."""
    for searcher in pair:
        reader = searcher.reader()
        assert ("body", "নেই") not in reader
        assert reader.doc_frequency("body", "নেই") == 0
        assert reader.frequency("body", "নেই") == 0
        with pytest.raises(TermNotFound):
            reader.postings("body", "নেই")


def test_segments_of_both_codecs_live_in_one_index_and_merge(tmp_path: Path) -> None:
    """An index begun with the stock codec continues with ours; after optimising only ours is left."""
    index = FileIndex.create(FileStorage(str(tmp_path)), schema(), "MAIN")
    for codec, chosen in ((None, documents()[:50]), (WritingCodec(), documents()[50:120])):
        writer = index.writer(codec=codec)
        for document in chosen:
            writer.add_document(**document)
        writer.commit(merge=False)
    index.writer(codec=WritingCodec()).commit(optimize=True)
    assert [type(segment) for segment in index._segments()] == [WrittenSegment]
    with index.searcher() as searcher:
        assert searcher.doc_count() == 120
        assert searcher.document(id="a7")["title"] == documents()[7]["title"]


def test_an_index_on_disk_is_reopened_updated_and_cleared(tmp_path: Path) -> None:
    """The segments name their codec, so that a new process needs nothing but the directory."""
    build(tmp_path, WritingCodec, pieces=3)
    index = FileIndex(FileStorage(str(tmp_path)), schema=schema())
    with index.searcher() as searcher:
        before = searcher.doc_count()
    writer = index.writer(codec=WritingCodec())
    writer.update_document(**documents()[200])
    writer.commit(merge=False)
    with index.searcher() as searcher:
        assert searcher.doc_count() == before
    writer = index.writer(codec=WritingCodec())
    writer.add_document(**documents()[0])
    writer.commit(mergetype=CLEAR)
    with index.searcher() as searcher:
        assert searcher.doc_count_all() == 1


def test_a_cancelled_writer_changes_nothing(tmp_path: Path) -> None:
    """What was added before cancelling is not in the index, and the next writer is not hindered."""
    index = build(tmp_path, WritingCodec, pieces=1)
    writer = index.writer(codec=WritingCodec())
    writer.add_document(id="lost")
    writer.cancel()
    with index.searcher() as searcher:
        assert searcher.document(id="lost") is None
    index.writer(codec=WritingCodec()).commit()


@pytest.mark.skipif(
    not hasattr(W3PerDocWriter, "cancel_doc"), reason="this version of Whoosh cannot take a document back"
)
def test_a_document_that_fails_leaves_the_others_whole(tmp_path: Path) -> None:
    """When Whoosh cancels a document, its lengths and stored values are dropped too."""
    index = FileIndex.create(FileStorage(str(tmp_path)), schema(), "MAIN")
    writer = index.writer(codec=WritingCodec())
    writer.add_document(id="first", title="ঢাকা")
    with pytest.raises(ValueError, match="not"):
        writer.add_document(id="bad", body="নদী", size="not a number")
    writer.add_document(id="second", title="ঢাকা নদী")
    writer.commit()
    with index.searcher() as searcher:
        assert [stored["id"] for stored in searcher.reader().all_stored_fields()] == ["first", "second"]
        assert searcher.reader().doc_field_length(1, "title") == 2
        assert searcher.reader().field_length("body") == 0


def test_an_index_may_live_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no file to map, the codec reads the bytes in the storage."""
    # Whoosh's memory storage keeps its temporary files under one name for all processes.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    index = FileIndex.create(RamStorage(), schema(), "MAIN")
    writer = index.writer(codec=WritingCodec())
    writer.add_document(**documents()[1])
    writer.commit()
    with index.searcher() as searcher:
        assert searcher.document(id="a1")["tags"] == documents()[1]["tags"]
