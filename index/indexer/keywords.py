"""The fields around the words of articles, each value one term: collected in memory, but for the ids."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from onneshon.index.columnar.doc_ids import KeysReader
from onneshon.index.columnar.postings import PostingsWriter
from onneshon.index.columnar.section_file import SectionWriter
from onneshon.index.columnar.term_block import TermBlock
from onneshon.index.columnar.term_dictionary import term_bytes
from onneshon.index.schema import ID_FIELD, KEYWORD_FIELDS, KEYWORDS

__all__ = ["Keywords"]


class Keywords:
    """Collects the documents of each value of ``author``, ``category``, ``date``, ``lang``, and of a site."""

    def __init__(self) -> None:
        self._docs_of: dict[str, dict[str, array[int]]] = {name: {} for name in KEYWORD_FIELDS}
        self._declared: dict[str, dict[str, array[int]]] = {}

    def add(self, doc: int, values: Mapping[str, Any]) -> None:
        """Note the values of a document; documents come in ascending order."""
        for name, docs_of in self._docs_of.items():
            if value := values.get(name):
                docs_of.setdefault(value, array("I")).append(doc)
        for name, several in values.get(KEYWORDS, {}).items():
            docs_of = self._declared.setdefault(name, {})
            for value in dict.fromkeys(several):
                docs_of.setdefault(value, array("I")).append(doc)

    def write(self, sections: SectionWriter, keys: KeysReader) -> None:
        """Write the fields, and that of the ids, which are read from the file of documents."""
        _write(sections, ID_FIELD, _of_keys([term_bytes(key) for key in keys.of(range(len(keys.ends)))]))
        for name, docs_of in (self._docs_of | self._declared).items():
            _write(sections, name, _of_values(docs_of))


def _write(sections: SectionWriter, name: str, block: TermBlock) -> None:
    if len(block.terms):
        writer = PostingsWriter(sections, name, frequencies=False, positions=False)
        writer.extend(block)
        writer.finish()


def _of_values(docs_of: Mapping[str, Sequence[int]]) -> TermBlock:
    """Each value's documents, ascending."""
    ordered = sorted(docs_of)
    counts = np.fromiter((len(docs_of[value]) for value in ordered), np.int64, len(ordered))
    docs = np.fromiter((doc for value in ordered for doc in docs_of[value]), np.uint32, int(counts.sum()))
    return TermBlock([term_bytes(value) for value in ordered], counts, docs)


def _of_keys(keys: Sequence[bytes]) -> TermBlock:
    """Each key's documents, nearly always one; a document without has none."""
    docs = sorted(filter(keys.__getitem__, range(len(keys))), key=keys.__getitem__)
    begins = [place for place, doc in enumerate(docs) if not place or keys[doc] != keys[docs[place - 1]]]
    counts = np.diff(np.array(begins, np.int64), append=len(docs))
    return TermBlock([keys[docs[place]] for place in begins], counts, np.array(docs, np.uint32))
