"""No source costs more than its size allows, whatever its format and its author."""

import cProfile
import gzip
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.formats.growing import CASES, Measure, measuring, read, written
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import MAX_COLUMNS, MAX_PARTS, Budget, size_of
from onneshon.index.ingest.readers.opened import HEAD_BYTES, Opened
from onneshon.index.ingest.streams import MAX_BYTES
from tests.index.ingest.readers.reading import read_file
from tests.zstandard import zstd

GROWS: float = 4.8
"""Maximum factor of cost for a source four times as large."""

LONG = frozenset(
    {
        "addresses of a wiki",
        "ampersands in an entry",
        "attributes in a feed",
        "attributes of a crawled page",
        "attributes of a page",
        "attributes of a paragraph",
        "attributes of an item",
        "authors of an export",
        "blocks in a text",
        "bold words of a wiki",
        "categories of an entry",
        "cells of a row of a workbook",
        "cells of a wiki",
        "columns of one name",
        "comments in a text",
        "elements in an entry",
        "elements of a book",
        "elements of an array",
        "entries of a feed",
        "headings of a wiki",
        "hits of an answer",
        "items of a book",
        "lines of a cell",
        "lines of a page",
        "lines of text",
        "links of a note that never end",
        "links of a wiki",
        "lists of a wiki",
        "nesting in an entry",
        "nesting of a page",
        "open tags in a text",
        "pages of a document",
        "paragraphs of a document",
        "references in a text",
        "rows of CSV",
        "rows of a database",
        "rows of a table",
        "rows of a workbook",
        "rows of one long text",
        "sections in an entry",
        "shortcodes of a post",
        "spans of a text",
        "styles on each other",
        "tags in a text",
        "tags of a document",
        "templates of a wiki",
        "text of a page",
        "texts that a workbook shares",
        "values of a cell",
        "values of a template",
        "words of a wiki",
    }
)
"""Cases whose eight megabytes take long: a quarter is read, and its excess over the least counts fourfold.

That was .9 to 1.4 times what eight megabytes took.
"""

LONGEST = frozenset(
    {
        "ampersands in an entry",
        "attributes of an item",
        "authors of an export",
        "blocks in a text",
        "cells of a row of a workbook",
        "elements in an entry",
        "elements of a book",
        "hits of an answer",
        "lines of a cell",
        "lines of a page",
        "lines of text",
        "nesting in an entry",
        "open tags in a text",
        "pages of a document",
        "paragraphs of a document",
        "shortcodes of a post",
        "text of a page",
        "texts that a workbook shares",
        "values of a cell",
    }
)
"""Cases of which an eighth gives the same result: .93 to 1.05 times what a quarter did."""


def cost(path: Path) -> tuple[int, int]:
    """The number of calls that reading a file takes, and its peak of memory in bytes."""
    with cProfile.Profile() as counted:
        read(path)
    tracemalloc.start()
    read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return sum(entry.callcount for entry in counted.getstats()), peak


@pytest.fixture(scope="module")
def measure() -> Iterator[Measure]:
    """A function that reads in processes of their own."""
    with measuring() as measure:
        yield measure


@pytest.mark.no_cover  # its calls are counted, of which coverage makes many more
@pytest.mark.parametrize("name", CASES)
def test_four_times_as_much_of_anything_costs_four_times_as_much(tmp_path: Path, name: str) -> None:
    """In calls, and in memory except for a piece of the file; libraries are loaded before."""
    read(written(name, 1_000, tmp_path))
    less, more = (cost(written(name, size, tmp_path)) for size in (4_000, 16_000))
    assert more[0] <= GROWS * less[0], (less, more)
    assert more[1] <= GROWS * less[1] + HEAD_BYTES, (less, more)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("name", CASES)
def test_nothing_of_eight_megabytes_takes_five_hundred(name: str, measure: Measure) -> None:
    """Eight megabytes is as much as a record may have of anything, counted before compression."""
    part = 8 if name in LONGEST else 4 if name in LONG else 1
    _seconds, megabytes, articles, faults = measure(name, 8_000_000 // part)
    least = measure(name, 1_000)[1] if part > 1 else 0
    assert least + part * (megabytes - least) < 500
    assert articles + faults >= 1


@pytest.mark.no_cover  # what its processes run others cover
def test_what_the_reading_takes_is_not_what_others_took(measure: Measure) -> None:
    """The measured memory excludes that of the test process and of a file read before."""
    held = bytearray(b"x") * (200 << 20)
    measure("bytes of a cell of a database", 500_000)
    _seconds, megabytes, _articles, _faults = measure("lines of text", 1_000)
    assert len(held) >> 20 == 200
    assert megabytes < 150


def test_names_of_columns_are_compared_once() -> None:
    """A name is compared only with names of the same hash, not with all before it."""
    compared = 0

    class Name(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str(self) == other

    columns = [Name(f"c{number}") for number in range(1_000)]
    opened = Opened("a.csv", "a", None)
    assert opened.named_apart([*columns, "c1"], "csv", 1)[-1] == "c1 2"
    assert compared < 5_000


def test_a_table_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    """CSV and databases have the same limit."""
    names = ",".join(f"c{number}" for number in range(MAX_COLUMNS))
    assert read_file(tmp_path / "a.csv", f"title,{names[: names.rindex(',')]}\nনদী\n").titles == ["নদী"]
    read = read_file(tmp_path / "a.csv", f"title,{names}\nনদী\n")
    assert (read.kinds, read.unreadable) == (["csv"], 1)
    assert "more than 10,000 columns" in read.faults[0][2]


@pytest.mark.parametrize("values", ["[],", '{"":0},', "0,", '"ক",'])
def test_values_that_nobody_keeps_are_counted_before_they_are_decoded(tmp_path: Path, values: str) -> None:
    """Eight megabytes of them took 318 in memory; commas in a text are no values."""
    many = '{"title": "নদী", "x": [' + values * (MAX_PARTS + 1) + "0]}\n"
    text = json.dumps({"title": "মেলা", "body": values * (MAX_PARTS + 1) + '\\"'}) + "\n"
    read = read_file(tmp_path / "a.jsonl", many + text)
    assert (read.titles, read.kinds) == (["মেলা"], ["long"])
    assert "more than 200,000 values" in read.faults[0][2]


def test_a_record_that_is_too_long_costs_itself_alone(tmp_path: Path) -> None:
    """Even if its bytes are not in the file."""
    # In the first row, either column is short enough, and both together are not.
    query = (
        "SELECT i AS id, hex(zeroblob(9000000 / i / i)) AS title, hex(zeroblob(9000000 / i / i)) AS x FROM "
    )
    query += "(SELECT 2 AS i UNION ALL SELECT 3000)"
    read = read_file(tmp_path / "a.sql", query, database="sqlite://")
    assert (read.titles, read.kinds) == (["00"], ["long"])


@pytest.mark.parametrize(
    "query", ["SELECT hex(zeroblob(400000000)) AS title", "SELECT zeroblob(10000000) AS title"]
)
def test_a_database_in_this_process_makes_no_longer_cell(tmp_path: Path, query: str) -> None:
    """It would take memory before its length could be checked."""
    read = read_file(tmp_path / "a.sql", query, database="sqlite://")
    assert (read.kinds, read.unreadable) == (["database"], 1)
    assert "too big" in read.faults[0][2]


def budget(clock: list[float]) -> Budget:
    """The budget of a source, with a clock set by hand."""
    return Budget("a.jsonl", lambda: clock[0])


def test_a_source_may_give_two_hundred_times_its_bytes() -> None:
    """In addition 256 MiB are allowed, as small files may be well compressed."""
    spent = budget([0.0])
    spent.read(10 << 20)
    for _ in range(2256):
        spent.given(1 << 20)
        spent.unpacked(1 << 20)
    for more in (spent.given, spent.unpacked):
        with pytest.raises(CorpusError, match="more than 200 times") as caught:
            more(1)
        assert (caught.value.kind, caught.value.ends_source) == ("budget", True)


def test_time_of_a_reader_counts_and_no_other() -> None:
    """A second for 64 KiB, and 300 in addition."""
    clock = [0.0]
    spent = budget(clock)
    spent.read(64 << 10)

    def steps() -> Iterator[int]:
        clock[0] += 300
        yield 1
        clock[0] += 1
        yield 2
        clock[0] += 0.5
        yield 3

    during = spent.during(steps())
    for number in (1, 2):
        assert next(during) == number
        clock[0] += 1_000
    with pytest.raises(CorpusError, match="more than 301 s"):
        next(during)


def test_time_counts_while_a_reader_reads_on_and_gives_nothing() -> None:
    """A reader that searches for the end of something is such a case."""
    clock = [0.0]
    spent = budget(clock)
    spent.unpacked(1)
    clock[0] = 301
    with pytest.raises(CorpusError, match="of the processor"):
        spent.unpacked(1)


def test_a_small_file_that_unpacks_without_end_is_left(tmp_path: Path) -> None:
    """Articles before the limit are kept."""
    lines = b'{"title": "a", "body": "' + b"a" * (1 << 20) + b'"}\n'
    content = zstd.compress(lines * 300, 1)
    assert len(content) < 200_000
    read = read_file(tmp_path / "a.jsonl.zst", content)
    assert (read.kinds, read.unreadable) == (["budget"], 1)
    assert len(read.articles) > 250
    assert read_file(tmp_path / "a.jsonl.gz", gzip.compress(lines * 10)).kinds == []


def test_the_size_of_fields_is_that_of_their_texts() -> None:
    """Sizes are in UTF-8, at any depth; too many values exceed any limit."""
    assert size_of({"a": "নদী", "b": ["ab", {"c": 1}], "d": b"xyz"}) == 4 + 9 + 2 + 8 + 3
    assert size_of({"a": [None] * (2 * MAX_PARTS)}) > MAX_BYTES


@pytest.mark.parametrize(
    ("name", "size", "kind", "says"),
    [
        ("attributes of a page", 30_000, "html", "more than 1,000 attributes in an element"),
        ("attributes of a crawled page", 30_000, "html", "more than 1,000 attributes in an element"),
        ("elements of a page", 300_000, "html", "more than 20,000 elements"),
        ("values of a template", 1_000_000, "xml", "signs of markup"),
        ("head of a record", 1_300_000, "file", "longer than it may be"),
        ("heads of a record", 1_300_000, "file", "longer than it may be"),
        pytest.param(
            "bytes of a cell", 8_000_000, "file", "needs more than 448 MiB of memory", marks=pytest.mark.slow
        ),
        ("members of a book", 9_000_000, "file", "its list of members is longer than 8 MiB"),
    ],
)
def test_what_a_library_would_not_end_with_is_refused_before(
    tmp_path: Path, name: str, size: int, kind: str, says: str
) -> None:
    """The message says what there is too much of."""
    path = written(name, size, tmp_path)
    read = read_file(path, path.read_bytes())
    assert (read.articles, read.kinds) == ([], [kind])
    assert says in read.faults[0][2]


def test_a_document_that_a_book_names_again_is_read_once(tmp_path: Path) -> None:
    """Here it is named forty times."""
    path = written("one document again and again", 1_000, tmp_path)
    read = read_file(path, path.read_bytes())
    assert (len(read.articles), read.faults) == (1, [])


def test_tags_that_never_close_are_text(tmp_path: Path) -> None:
    """A search for the end of each would be quadratic."""
    path = written("open tags in a text", 300, tmp_path)
    (article,) = read_file(path, path.read_bytes()).articles
    assert article.body.startswith("<a <a")
