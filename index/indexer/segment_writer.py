"""Writing the spools of a build as the one segment of an index, both layers in parallel."""

import json
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import astuple
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from onneshon.index.article import KEYWORD_FIELDS, KEYWORDS
from onneshon.index.columnar.documents import DocumentsReader, write_id_order
from onneshon.index.columnar.impact_field import BASIS, STEM_OF, ImpactWriter
from onneshon.index.columnar.keywords import write_keywords
from onneshon.index.columnar.section_file import (
    DOCUMENTS_EXT,
    INVERTED_EXT,
    SectionFile,
    SectionWriter,
    write_file,
)
from onneshon.index.columnar.sections import U4
from onneshon.index.indexer.inversion import Impacts, invert
from onneshon.index.indexer.spools import Layer, Spool, Spools
from onneshon.index.ranking import Basis
from onneshon.index.vocabulary.pair_counts import TokenRun, count_pairs
from onneshon.index.vocabulary.pairs import PAIRS_EXT, write_pairs

LayerWriter: TypeAlias = Callable[[bytes], Callable[[], object]]
"""Has another process do what ``write_layer_file`` does; each call of the result waits for the next part."""


class _Column:
    """Collects the values of one field as they come."""

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
    """Collects the values of ``author``, ``category``, ``date``, ``lang``, and of a site's own fields."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {name: _Column() for name in KEYWORD_FIELDS}

    def add(self, doc: int, values: Mapping[str, Any]) -> None:
        """Add the values of a document; documents come in ascending order."""
        for name in KEYWORD_FIELDS:
            if value := values.get(name):
                self._columns[name].add(doc, value)
        for name, several in values.get(KEYWORDS, {}).items():
            column = self._columns.setdefault(name, _Column())
            for value in dict.fromkeys(several):
                column.add(doc, value)

    def write(self, sections: SectionWriter, documents: int) -> None:
        """Write all fields; ``documents`` is the number of documents of the segment."""
        for name, column in self._columns.items():
            column.write(sections, name, documents)


NUMBERINGS: Final = "exact/numberings"
NUMBERS: Final = "exact/numbers"
"""Sections by the other process: for each exact term, a numbering with that term, and its number there."""


def write_segment(
    spools: Spools,
    write_documents: Callable[[], None],
    keywords: Keywords,
    basis: Basis,
    stem: Path,
    *,
    memory: int,
    write_elsewhere: LayerWriter | None,
) -> Callable[[], object] | None:
    """Write the two files of a segment, and the file of its word pairs; the spools are consumed.

    Args:
        spools: the tokens of the documents.
        write_documents: writes the file of the documents.
        keywords: the values of the keyword fields.
        basis: the basis of the impacts.
        stem: the path of the segment's files, without suffixes.
        memory: the memory budget in bytes, for all processes together.
        write_elsewhere: has another process write the exact layer; None if only this process works.

    Returns:
        A function that waits until the pairs are written; None if they are written already.

    Raises:
        BuildError: the other process failed, or the segment is too large.
    """
    pairs = Path(f"{stem}{PAIRS_EXT}")
    finish: Callable[[], object] | None = None
    with closing(SectionWriter(stem.parent)) as sections:
        sections.facts[BASIS] = basis.to_dict()
        if write_elsewhere:
            path, finish = _exact_elsewhere(spools, basis, pairs, memory // 2, write_elsewhere)
            write_documents()
            stems = write_layer("stem", spools, basis, sections, memory // 2)
            finish()  # waits for the layer
            file = SectionFile.open(path)
            _take_over(file, sections)
            origins = file.array(NUMBERINGS), file.array(NUMBERS)
        else:
            write_documents()
            stems = write_layer("stem", spools, basis, sections, memory)
            exact = write_layer("exact", spools, basis, sections, memory)
            _write_pairs(spools, exact, pairs, memory)
            origins = _origins(exact)
        sections.section(STEM_OF, "<u4").extend(_stems(stems, *origins))
        documents = DocumentsReader(SectionFile.open(Path(f"{stem}{DOCUMENTS_EXT}")))
        write_id_order(sections, documents.keys)
        keywords.write(sections, documents.count)
        write_file(sections, Path(f"{stem}{INVERTED_EXT}"))
    return finish


def write_layer(name: str, spools: Spools, basis: Basis, sections: SectionWriter, memory: int) -> Layer:
    """Write the two fields of a layer; return its terms and numberings."""
    layer = spools.layer(name)
    positions = name == "stem"
    both = ImpactWriter(sections, name, positions=positions, beginnings=positions)
    titles = ImpactWriter(sections, f"title_{name}", positions=positions)
    worth = Impacts(basis, *spools.lengths)
    spans = spools.spans(layer)
    invert(spans, layer.terms, worth, both, titles, positions=positions, memory=memory)
    both.finish()
    titles.finish()
    return layer


def write_layer_file(task: bytes) -> Iterator[None]:
    """Write the exact layer to a file of its own, then the pairs of its words; yield after each of the two.

    Args:
        task: a JSON list: spools, order of their documents, basis, the two paths, memory budget in bytes.
    """
    given, order, basis, path, pairs, memory = json.loads(task)
    spools = Spools([Spool(*spool) for spool in given], order)
    with closing(SectionWriter(Path(path).parent)) as sections:
        layer = write_layer("exact", spools, Basis(**basis), sections, memory)
        for section, column in zip((NUMBERINGS, NUMBERS), _origins(layer), strict=True):
            sections.section(section, "<u4").extend(column)
        write_file(sections, Path(path))
    yield
    _write_pairs(spools, layer, Path(pairs), memory)
    yield


def _write_pairs(spools: Spools, layer: Layer, path: Path, memory: int) -> None:
    """Write the counts of adjacent words of the exact layer."""
    runs = [TokenRun(found.ids, found.ranks, found.ends) for found in spools.spans(layer)]
    write_pairs(path, count_pairs(runs, layer.terms, memory))


def _exact_elsewhere(
    spools: Spools, basis: Basis, pairs: Path, memory: int, write_elsewhere: LayerWriter
) -> tuple[Path, Callable[[], object]]:
    """Have another process write the exact layer: the path of its file, and a function that waits.

    Its first call waits for the layer, the second for the word pairs.
    """
    path = Path(f"{spools.spools[0].stem}-exact{INVERTED_EXT}")
    given = list(map(astuple, spools.spools))
    task = [given, list(spools.order), basis.to_dict(), str(path), str(pairs), memory]
    return path, write_elsewhere(json.dumps(task).encode())


def _take_over(file: SectionFile, sections: SectionWriter) -> None:
    sections.facts.setdefault("fields", {}).update(file.facts["fields"])
    for name in file.names:
        if name not in (NUMBERINGS, NUMBERS):
            array = file.array(name)
            sections.section(name, array.dtype.str).extend(array)


def _origins(layer: Layer) -> tuple[U4, U4]:
    """For each term, a numbering that has it, and the term's number in that numbering."""
    numberings, numbers = np.empty(len(layer.terms), np.uint32), np.empty(len(layer.terms), np.uint32)
    for numbering, ranks in enumerate(layer.ranks):
        numberings[ranks] = numbering
        numbers[ranks] = np.arange(len(ranks))
    return numberings, numbers


def _stems(stems: Layer, numberings: U4, numbers: U4) -> U4:
    found = np.empty(len(numbers), np.uint32)
    for numbering, ranks in enumerate(stems.ranks):
        mine = np.flatnonzero(numberings == numbering)
        found[mine] = ranks[numbers[mine]]
    return found
