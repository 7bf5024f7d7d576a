"""Parquet: rows are articles, whatever the types of their columns."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.index.ingest.readers.reading import Reading, read_file


def table(path: Path, **columns: list[Any]) -> Path:
    """A file with some columns."""
    parquet.write_table(pa.table(columns), path, row_group_size=50)
    return path


def test_rows_of_every_group_are_read(tmp_path: Path) -> None:
    """With dates as dates and numbers as ids."""
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
    """As a mapping gives them."""
    path = table(
        tmp_path / "news.pq",
        text=[{"bn": "পদ্মা", "en": "Padma"}],
        seen=[dt.datetime(2024, 2, 21, 8, tzinfo=dt.UTC)],
    )
    (article,) = Reading(path, mapping={"body": ("text.bn",), "date": ("seen",)}).articles
    assert (article.body, article.date, article.id) == ("পদ্মা", dt.date(2024, 2, 21), "news:1")


def test_a_bad_row_is_told_of_by_its_number(tmp_path: Path) -> None:
    """Those beside it are read."""
    path = table(tmp_path / "news.parquet", title=["ক", None, "গ"], views=[1, 2, 3])
    read = Reading(path)
    assert read.titles == ["ক", "গ"]
    assert [(where, kind) for where, kind, _ in read.faults] == [(f"{path}: row 2", "empty")]


@pytest.mark.parametrize("cut", [4, 100, 1000])
def test_a_file_that_is_cut_short_is_told_of(tmp_path: Path, cut: int) -> None:
    """It cannot be read at all, as its table of contents is at its end."""
    path = table(tmp_path / "news.parquet", title=[f"নদী {n}" for n in range(200)])
    read = read_file(path, path.read_bytes()[:-cut])
    assert (read.kinds, read.articles) == (["file"], [])


@pytest.mark.slow
@pytest.mark.no_cover
def test_any_byte_of_a_file_may_be_wrong(tmp_path: Path) -> None:
    """What cannot be read is reported, and nothing crashes."""
    path = table(tmp_path / "news.parquet", title=["নদী", "মেলা"])
    content = path.read_bytes()
    for at in range(0, len(content), 31):
        read_file(path, content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
