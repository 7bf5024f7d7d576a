"""The fields around the words of articles: the value of each article, by number, collected in memory."""

from array import array
from collections import defaultdict
from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np

from onneshon.index.article import KEYWORD_FIELDS, KEYWORDS
from onneshon.index.columnar.keywords import write_keywords
from onneshon.index.columnar.section_file import SectionWriter

__all__ = ["Keywords"]


class _Column:
    """The values of one field as they come."""

    def __init__(self) -> None:
        self._number_of: defaultdict[str, int] = defaultdict(count().__next__)
        self._docs = array("I")
        self._numbers = array("I")

    def add(self, doc: int, value: str) -> None:
        self._docs.append(doc)
        self._numbers.append(self._number_of[value])

    def write(self, sections: SectionWriter, name: str, documents: int) -> None:
        pairs = np.array(self._docs, np.int64), np.array(self._numbers, np.int64)
        write_keywords(sections, name, documents, list(self._number_of), pairs)


class Keywords:
    """Collects the values of ``author``, ``category``, ``date``, ``lang``, and of the fields of a site."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {name: _Column() for name in KEYWORD_FIELDS}

    def add(self, doc: int, values: Mapping[str, Any]) -> None:
        """Note the values of a document; documents come in ascending order."""
        for name in KEYWORD_FIELDS:
            if value := values.get(name):
                self._columns[name].add(doc, value)
        for name, several in values.get(KEYWORDS, {}).items():
            column = self._columns.setdefault(name, _Column())
            for value in dict.fromkeys(several):
                column.add(doc, value)

    def write(self, sections: SectionWriter, documents: int) -> None:
        """Write the fields of so many documents."""
        for name, column in self._columns.items():
            column.write(sections, name, documents)
