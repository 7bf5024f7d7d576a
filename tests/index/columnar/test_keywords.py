"""Columns of whole values are read back, with one value a document or several, in any order of values."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.columnar.keywords import code_type, keyword_names, read_keywords, write_keywords
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.errors import IndexCorruptError

VALUES = ["নদী", "বই", "বাড়ি", "a", "\U00010331", "\uffee", "\ud800"]
"""The last three have another order in UTF-16."""

documents = st.lists(st.lists(st.sampled_from(VALUES), max_size=3, unique=True), max_size=20)


def file_of(writer: SectionWriter) -> bytearray:
    """The bytes of the written file."""
    stream = io.BytesIO()
    writer.write_to(stream, "test.inv")
    return bytearray(stream.getvalue())


def written(given_values: list[list[str]]) -> bytearray:
    """A file with the field ``tags``."""
    number_of: dict[str, int] = {}
    pairs = [
        (doc, number_of.setdefault(value, len(number_of)))
        for doc, several in enumerate(given_values)
        for value in several
    ]
    docs, numbers = np.array(pairs, np.int64).reshape(-1, 2).T
    writer = SectionWriter()
    write_keywords(writer, "tags", len(given_values), list(number_of), (docs, numbers))
    return file_of(writer)


@given(documents)
def test_values_come_back(given_values: list[list[str]]) -> None:
    """Values are in the order of code points, after the code for none."""
    file = SectionFile(written(given_values), "test.inv")
    column = read_keywords(file, "tags", len(given_values))
    found: list[list[str]] = [[] for _ in given_values]
    for doc, code in zip(*column.pairs(), strict=True):
        found[doc].append(column.values[code])
    assert found == [sorted(several) for several in given_values]
    assert column.values == ["", *sorted({value for several in given_values for value in several})]
    several = any(len(each) > 1 for each in given_values)
    assert (column.docs is not None) == several
    assert len(column.codes) == (sum(map(len, given_values)) if several else len(given_values))
    assert keyword_names(file) == (["tags"] if any(given_values) else [])


@pytest.mark.parametrize(
    ("count", "kind"), [(1, "u1"), (256, "u1"), (257, "u2"), (65_536, "u2"), (65_537, "u4")]
)
def test_codes_take_as_few_bytes_as_they_need(count: int, kind: str) -> None:
    """All codes fit, whatever the values are."""
    assert code_type(count) == np.dtype(kind)
    assert int(np.iinfo(code_type(count)).max) >= count - 1


def test_many_values_are_told_apart() -> None:
    """There are more values than a byte can count."""
    column = read_keywords(SectionFile(written([[f"{n:04}"] for n in range(300)]), "x"), "tags", 300)
    assert column.codes.dtype == np.uint16
    assert [column.values[code] for code in column.codes] == [f"{n:04}" for n in range(300)]


@pytest.mark.parametrize("given_values", [[["নদী"], [], ["বই"]], [["নদী", "বই"], [], ["বই"]]], ids=str)
def test_every_changed_byte_is_found(given_values: list[list[str]]) -> None:
    """At opening or at reading; only padding bytes between sections may change without effect."""
    data = written(given_values)
    before = read_keywords(SectionFile(data, "x"), "tags", 3)
    harmless = 0
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x11
        try:
            after = read_keywords(SectionFile(changed, "x"), "tags", 3)
        except IndexCorruptError:
            continue
        harmless += 1
        assert after.values == before.values
        assert np.array_equal(after.codes, before.codes)
    assert harmless < 64
