"""From the spools of a build to the one segment of an index, its two layers side by side."""

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
"""Has another process do what ``write_layer_file`` does; what it gives waits for one part a call."""


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


NUMBERINGS: Final = "exact/numberings"
NUMBERS: Final = "exact/numbers"
"""Sections of a process beside this one: a numbering that has each exact term, and its number there."""


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
    """Write the two files of a segment, and the one of its pairs; the spools are used up.

    Args:
        spools: the tokens of the documents.
        write_documents: writes the file of the documents.
        keywords: fields around the words.
        basis: what impacts are made with.
        stem: path of the segment's files, without their endings.
        memory: bytes, for all processes together.
        write_elsewhere: writes one of the layers meanwhile, where several processes work.

    Returns:
        Waits until the pairs are there as well; None where they are.

    Raises:
        BuildError: that process failed, or the segment is too large.
    """
    pairs = Path(f"{stem}{PAIRS_EXT}")
    finish: Callable[[], object] | None = None
    with closing(SectionWriter(stem.parent)) as sections:
        sections.facts[BASIS] = basis.to_dict()
        if write_elsewhere:
            path, finish = _exact_elsewhere(spools, basis, pairs, memory // 2, write_elsewhere)
            write_documents()
            stems = write_layer("stem", spools, basis, sections, memory // 2)
            finish()  # the layer
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
    """Write the two fields of a layer; its terms and numberings."""
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
    """Write the exact layer to a file of its own, then the pairs of its words; a step for each that is there.

    Args:
        task: in JSON the spools, the order of their documents, the basis, the two paths, bytes of memory.
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
    """Write how often the words of the exact layer stand side by side."""
    runs = [TokenRun(found.ids, found.ranks, found.ends) for found in spools.spans(layer)]
    write_pairs(path, count_pairs(runs, layer.terms, memory))


def _exact_elsewhere(
    spools: Spools, basis: Basis, pairs: Path, memory: int, write_elsewhere: LayerWriter
) -> tuple[Path, Callable[[], object]]:
    """Another process writes the exact layer meanwhile: its file, and what waits for it, then for pairs."""
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
    """For each term a numbering that has it, and its number there."""
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
