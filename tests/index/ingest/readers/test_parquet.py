"""Parquet: rows are articles, whatever the types of the columns."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.index.ingest.readers.reading import Reading, read_file


def table(path: Path, **columns: list[Any]) -> Path:
    """Write a file with these columns and return its path."""
    parquet.write_table(pa.table(columns), path, row_group_size=50)
    return path


def test_rows_of_every_group_are_read(tmp_path: Path) -> None:
    """Dates are read as dates and numbers as ids."""
    days = [dt.date(2024, 1, 1) + dt.timedelta(number) for number in range(200)]
    path = table(
        tmp_path / "news.parquet", id=list(range(200)), title=[f"নদী {n}" for n in range(200)], date=days
    )
    read = Reading(path)
    assert read.faults == []
    assert [(article.id, article.title, article.date) for article in read.articles[::199]] == [
        ("0", "নদী 0", dt.date(2024, 1, 1)),
        ("199", "নদী 199", days[-1]),
    ]


def test_fields_within_fields_have_names_with_dots(tmp_path: Path) -> None:
    """A mapping can name them."""
    path = table(
        tmp_path / "news.pq",
        text=[{"bn": "পদ্মা", "en": "Padma"}],
        seen=[dt.datetime(2024, 2, 21, 8, tzinfo=dt.UTC)],
    )
    (article,) = Reading(path, mapping={"body": ("text.bn",), "date": ("seen",)}).articles
    assert (article.body, article.date, article.id) == ("পদ্মা", dt.date(2024, 2, 21), "news:1")


def test_columns_of_one_name_are_told_apart_or_reported(tmp_path: Path) -> None:
    """Numbered or refused, as in other tables: of two titles one would be lost."""
    path = tmp_path / "news.parquet"
    columns = [pa.array(["নদী"]), pa.array(["পদ্মা"]), pa.array(["মেঘনা"])]
    parquet.write_table(pa.Table.from_arrays(columns, ["title", "content", "content"]), path)
    (article,) = Reading(path).articles
    assert (article.title, article.body) == ("নদী", "পদ্মা")
    parquet.write_table(pa.Table.from_arrays(columns, ["title", "title", "body"]), path)
    ((where, kind, reason),) = Reading(path).faults
    assert (where, kind, "two columns are called 'title'" in reason) == (str(path), "format", True)


def test_a_bad_row_is_reported_by_its_number(tmp_path: Path) -> None:
    """The fault has the row's number, and other rows are read."""
    path = table(tmp_path / "news.parquet", title=["ক", None, "গ"], views=[1, 2, 3])
    read = Reading(path)
    assert read.titles == ["ক", "গ"]
    assert [(where, kind) for where, kind, _ in read.faults] == [(f"{path}: row 2", "empty")]


@pytest.mark.parametrize(
    "odd",
    [
        pa.array([1708545600123456789], pa.timestamp("ns")),
        pa.array([1], pa.duration("ns")),
        pa.array([1 << 60], pa.timestamp("us")),
        pa.array([1], pa.timestamp("us", "Mars/Olympus")),
        pa.array([[1708545600123456789]], pa.list_(pa.timestamp("ns"))),
    ],
    ids=lambda odd: str(odd.type),
)
def test_a_value_that_python_does_not_have_costs_nothing(tmp_path: Path, odd: pa.Array) -> None:
    """If no article field is read from its column; formerly the whole file was a fault."""
    path = tmp_path / "news.parquet"
    parquet.write_table(pa.table({"title": ["নদীর কথা"], "crawled": odd}), path)
    read = Reading(path)
    assert (read.titles, read.faults) == (["নদীর কথা"], [])


def test_a_moment_with_nanoseconds_is_a_date(tmp_path: Path) -> None:
    """A time beyond the calendar is a fault of its row."""
    moments = pa.array([1708545600123456789, None], pa.timestamp("ns"))
    path = table(tmp_path / "news.parquet", title=["নদী", "মেলা"], date=moments)
    assert [article.date for article in Reading(path).articles] == [dt.date(2024, 2, 21), None]
    far = pa.array([1 << 60, 1], pa.timestamp("us"))
    read = Reading(table(tmp_path / "far.parquet", title=["নদী", "মেলা"], date=far))
    assert (read.titles, read.kinds) == (["মেলা"], ["date"])


def test_texts_of_a_column_of_bytes_are_read(tmp_path: Path) -> None:
    """Some programs write them; a text that is no UTF-8 is a fault of its row."""
    bodies = pa.array(["পদ্মা".encode(), b"caf\xe9 \xff", None], pa.binary())
    path = table(tmp_path / "news.parquet", শিরোনাম=["নদী", "মেলা", "গান"], content=bodies)
    read = Reading(path)
    assert [(article.title, article.body) for article in read.articles] == [("নদী", "পদ্মা"), ("গান", "")]
    assert [(where, kind) for where, kind, _ in read.faults] == [(f"{path}: row 2", "utf-8")]


@pytest.mark.parametrize("cut", [4, 100, 1000])
def test_a_file_that_is_cut_short_is_reported(tmp_path: Path, cut: int) -> None:
    """The footer with the table of contents is at its end."""
    path = table(tmp_path / "news.parquet", title=[f"নদী {n}" for n in range(200)])
    read = read_file(path, path.read_bytes()[:-cut])
    assert (read.kinds, read.articles) == (["file"], [])


@pytest.mark.slow
@pytest.mark.no_cover
def test_any_byte_of_a_file_may_be_wrong(tmp_path: Path) -> None:
    """Unreadable parts are reported, and nothing crashes."""
    path = table(tmp_path / "news.parquet", title=["নদী", "মেলা"])
    content = path.read_bytes()
    for at in range(0, len(content), 31):
        read_file(path, content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
