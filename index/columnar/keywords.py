"""Keyword fields of a segment, such as categories and days: whole values, with a code for each document.

    name/terms ...       the values, see ``term_dictionary.py``
    name/codes u1 u2 u4  the index of a document's value among the values, from 1 on; 0 for no value
    name/docs  u4        only if some document has several values: the document of each code, ascending

Without ``docs`` there is one code for each document; with it, one for each value of each document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.sections import I8
from onneshon.index.columnar.term_dictionary import (
    TermDictionary,
    TermDictionaryWriter,
    term_bytes,
    term_text,
)

_TYPES: Final = tuple(np.dtype(kind) for kind in ("<u1", "<u2", "<u4"))


@dataclass(frozen=True, slots=True)
class Keywords:
    """The values of a field in one segment.

    Attributes:
        codes: for each document the index of its value in ``values``, in the smallest unsigned type.
        values: the distinct values in the order of code points, after "" at index 0 for no value.
        docs: if some document has several values, the document of each of ``codes``, ascending.
    """

    codes: NDArray[np.unsignedinteger]
    values: list[str]
    docs: NDArray[np.uint32] | None = None

    def pairs(self) -> tuple[NDArray[np.integer], NDArray[np.unsignedinteger]]:
        """All pairs of a document and a value, as two arrays: document numbers, ascending, and codes."""
        if self.docs is not None:
            return self.docs, self.codes
        docs = np.flatnonzero(self.codes)
        return docs, self.codes[docs]


def code_type(count: int) -> np.dtype[Any]:
    """The smallest unsigned type that represents N codes."""
    return next(kind for kind in _TYPES if count <= 1 << 8 * kind.itemsize)


def keyword_names(file: SectionFile) -> list[str]:
    """The fields of a segment's inverted file that were written by ``write_keywords``."""
    return list(file.facts.get("keywords", ()))


def write_keywords(
    writer: SectionWriter, name: str, documents: int, values: Sequence[str], pairs: tuple[I8, I8]
) -> None:
    """Write a field, unless no document has a value.

    Args:
        writer: the writer of the file.
        name: the field's name.
        documents: the number of documents of the segment.
        values: the distinct values, in any order.
        pairs: all pairs of a document and a value, as two arrays: document numbers, ascending, and indexes
            into ``values``; no pair occurs twice.
    """
    docs, numbers = pairs
    if not len(docs):
        return
    ordered = sorted(range(len(values)), key=values.__getitem__)
    code_of = np.empty(len(values), np.int64)
    code_of[ordered] = np.arange(1, len(values) + 1)
    TermDictionaryWriter(writer, name).extend([term_bytes(values[number]) for number in ordered])
    codes = code_of[numbers]
    section = writer.section(f"{name}/codes", code_type(len(values) + 1).str)
    if (np.diff(docs) > 0).all():
        column = np.zeros(documents, np.int64)
        column[docs] = codes
        section.extend(column)
    else:
        order = np.lexsort((codes, docs))
        section.extend(codes[order])
        writer.section(f"{name}/docs", "<u4").extend(docs)
    writer.facts.setdefault("keywords", []).append(name)


def read_keywords(file: SectionFile, name: str, documents: int) -> Keywords:
    """Read a field and verify its checksums; if the file lacks it, no document has a value.

    Args:
        file: the segment's inverted file.
        name: the field's name.
        documents: the number of documents of the segment.

    Raises:
        IndexCorruptError: the field is not as it was written.
    """
    if f"{name}/codes" not in file:
        return Keywords(np.zeros(documents, np.uint8), [""])
    docs = file.array(f"{name}/docs") if f"{name}/docs" in file else None
    values = map(term_text, TermDictionary(file, name).from_ordinal())
    return Keywords(file.array(f"{name}/codes"), ["", *values], docs)
