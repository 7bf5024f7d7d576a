"""Documents of a segment are read back as given, whether written one by one or copied from others."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onneshon.index.columnar import documents
from onneshon.index.columnar.documents import DocumentsReader, DocumentsWriter, IdOrder, write_id_order
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.stored import encode_values

FIELDS = ("শিরোনাম", "লেখা")


@dataclass(frozen=True)
class Document:
    """A document of the tests.

    Attributes:
        id: its id, empty for none.
        lengths: the number of tokens of each field that it has.
        fingerprint: the fingerprint of its body.
    """

    id: str
    lengths: dict[str, int] = field(default_factory=dict)
    fingerprint: int = 0


some = st.builds(
    Document,
    st.sampled_from(["", "খবর-১", "খবর-২", "news-3", "ক"]),
    st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 2**32 - 1)),
    st.integers(0, 2**64 - 1),
)


def file_of(writer: SectionWriter) -> SectionFile:
    """The written file, opened for reading."""
    stream = io.BytesIO()
    writer.write_to(stream, "test.doc")
    file = SectionFile(bytearray(stream.getvalue()), "test.doc")
    file.verify()
    return file


def written(given_documents: Sequence[Document], *, printed: bool = True) -> DocumentsReader:
    """Write documents one by one, with fingerprints in two calls unless ``printed`` is false; the reader."""
    sections = SectionWriter()
    writer = DocumentsWriter(sections)
    for document in given_documents:
        writer.add(document.id, encode_values({"id": document.id}))
    for name in dict.fromkeys(name for document in given_documents for name in document.lengths):
        lengths = [document.lengths.get(name, 0) for document in given_documents]
        writer.set_lengths(name, np.array(lengths, np.uint32))
    prints = np.array([document.fingerprint for document in given_documents], np.uint64)
    for part in np.array_split(prints, 2) if printed else ():
        writer.set_fingerprints(part)
    writer.finish()
    return DocumentsReader(file_of(sections))


def read(reader: DocumentsReader, names: Sequence[str] = FIELDS) -> list[tuple[Any, ...]]:
    """Id, lengths, fingerprint and stored id of each document."""
    lengths = [reader.lengths(name).data.tolist() for name in names]
    prints = reader.fingerprints.tolist() or [None] * reader.count
    ids = reader.keys.of(range(reader.count))
    stored = [reader.stored[number]["id"] for number in range(reader.count)]
    return [*zip(ids, *lengths, prints, stored, strict=True)]


def plain(given_documents: Sequence[Document], *, printed: bool = True) -> Iterator[tuple[Any, ...]]:
    """The rows that ``read`` should return."""
    for each in given_documents:
        prints = each.fingerprint if printed else None
        yield each.id, *(each.lengths.get(name, 0) for name in FIELDS), prints, each.id


@given(st.lists(some, max_size=9), st.booleans(), st.sampled_from([1, 2, 100]))
@example([Document("ক"), Document("খ", {"লেখা": 7}), Document("গ", {"শিরোনাম": 2})], False, 1)
def test_documents_come_back(given_documents: list[Document], printed: bool, pending: int) -> None:
    """A field that a document lacks has length 0 there; fingerprints exist for all documents or for none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "PENDING_IDS", pending)
        reader = written(given_documents, printed=printed)
    assert reader.count == len(given_documents)
    assert {*reader.fields} == {name for each in given_documents for name in each.lengths}
    assert read(reader) == [*plain(given_documents, printed=printed)]


@given(st.lists(st.lists(st.tuples(some, st.booleans()), max_size=6), min_size=1, max_size=3), st.booleans())
def test_documents_of_several_are_taken_together(
    parts: list[list[tuple[Document, bool]]], printed: bool
) -> None:
    """Kept documents stay in order, whatever fields each part has; more documents may follow."""
    sections = SectionWriter()
    writer = DocumentsWriter(sections)
    for part in parts:
        reader = written([document for document, _ in part], printed=printed)
        writer.copy_only(reader, np.array([kept for _, kept in part], np.bool_))
    last = Document("শেষ", {"লেখা": 3}, 5)
    writer.copy(written([Document("আগে"), last, Document("পরে")], printed=printed), 1, 2)
    writer.copy(written([last], printed=printed))
    writer.finish()
    expected = [document for part in parts for document, kept in part if kept]
    assert read(DocumentsReader(file_of(sections))) == [*plain([*expected, last, last], printed=printed)]


def test_lengths_may_be_set_for_many_documents_at_once() -> None:
    """A bulk build sets them like this; documents without a given length have 0."""
    sections = SectionWriter()
    writer = DocumentsWriter(sections)
    for number in range(4):
        writer.add(f"{number}", encode_values({"id": f"{number}"}))
    writer.set_lengths("লেখা", np.array([3, 0], np.uint32))
    writer.set_lengths("লেখা", np.array([9], np.uint32))
    writer.finish()
    assert [lengths for _, _, lengths, *_ in read(DocumentsReader(file_of(sections)))] == [3, 0, 9, 0]


@given(st.lists(some, max_size=8))
def test_of_several_documents_of_an_id_the_latest_comes_first(given_documents: list[Document]) -> None:
    """A document without an id is not found."""
    reader = written(given_documents)
    sections = SectionWriter()
    write_id_order(sections, reader.keys)
    order = IdOrder(file_of(sections), reader.keys)
    order.check()
    for name in ("খবর-১", "খবর-২", "news-3", "ক", "নেই", "হ"):
        places = [number for number, each in enumerate(given_documents) if each.id == name]
        assert [*order.find(name)] == places[::-1]
    assert [*order.find("")] == []
    assert order.docs.data.tolist() == sorted(
        (number for number, each in enumerate(given_documents) if each.id),
        key=lambda number: (given_documents[number].id, number),
    )
