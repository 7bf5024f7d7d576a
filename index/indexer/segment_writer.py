"""From the spools of a build to the one segment of an index."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Final

import numpy as np

from onneshon.index.arrays import U4
from onneshon.index.columnar.doc_ids import write_id_order
from onneshon.index.columnar.documents import DocumentsReader, DocumentsWriter
from onneshon.index.columnar.impact_field import STEM_OF
from onneshon.index.columnar.impact_writer import BASIS, ImpactWriter
from onneshon.index.columnar.section_file import (
    DOCUMENTS_EXT,
    INVERTED_EXT,
    SectionFile,
    SectionWriter,
    write_file,
)
from onneshon.index.indexer.inversion import Norms, invert
from onneshon.index.indexer.keywords import Keywords
from onneshon.index.indexer.side_process import SideProcess
from onneshon.index.indexer.spools import Layer, Order, Spool, Spools
from onneshon.index.ranking import Basis
from onneshon.index.vocabulary.pair_counts import TokenRun, count_pairs
from onneshon.index.vocabulary.pairs import PAIRS_EXT, write_pairs

__all__ = ["write_layer_file", "write_segment"]

NUMBERINGS: Final = "exact/numberings"
NUMBERS: Final = "exact/numbers"
"""Sections of a process beside this one: a numbering that has each exact term, and its number there."""


def write_segment(
    spools: Sequence[Spool],
    order: Order,
    keywords: Keywords,
    basis: Basis,
    stem: Path,
    *,
    memory: int,
    workers: int = 1,
) -> None:
    """Write the three files of a segment; the spools are used up.

    Args:
        spools: all with the same dictionary for stored values.
        order: of their documents.
        keywords: fields around the words.
        basis: what impacts are made with.
        stem: path of the segment's files, without their endings.
        memory: bytes, for all processes together.
        workers: with more than one, another process writes one of the layers.

    Raises:
        BuildError: that process failed, or the segment is too large.
    """
    together = Spools(spools, order)
    share = memory // min(workers, 2)
    with closing(SectionWriter(stem.parent)) as sections:
        sections.facts[BASIS] = basis.to_dict()
        if workers > 1:
            with _exact_beside(spools, order, basis, share) as exact_file:
                stems = write_layer("stem", together, basis, sections, share)
                _write_documents(spools, together, stem)
                file, pairs = exact_file()
            pairs.rename(f"{stem}{PAIRS_EXT}")
            _take_over(file, sections)
            origins = file.array(NUMBERINGS), file.array(NUMBERS)
        else:
            stems = write_layer("stem", together, basis, sections, share)
            exact = write_layer("exact", together, basis, sections, share)
            _write_pairs(together, exact, Path(f"{stem}{PAIRS_EXT}"), share)
            origins = _origins(exact)
            _write_documents(spools, together, stem)
        sections.section(STEM_OF, "<u4").extend(_stems(stems, *origins))
        documents = _documents_of(stem)
        write_id_order(sections, documents.keys)
        keywords.write(sections, documents.count)
        write_file(sections, Path(f"{stem}{INVERTED_EXT}"))


def write_layer(name: str, spools: Spools, basis: Basis, sections: SectionWriter, memory: int) -> Layer:
    """Write the two fields of a layer; its terms and numberings."""
    layer = spools.layer(name)
    positions = name == "stem"
    both = ImpactWriter(sections, name, positions=positions, beginnings=positions)
    titles = ImpactWriter(sections, f"title_{name}", positions=positions)
    norms = Norms(basis, *spools.lengths)
    stretches = spools.stretches(layer)
    invert(stretches, layer.terms, norms, both, titles, positions=positions, memory=memory)
    both.finish()
    titles.finish()
    return layer


def write_layer_file(spools: Sequence[Spool], order: Order, basis: Basis, path: Path, memory: int) -> None:
    """Write the exact layer to a file of its own, and the pairs of its words to another one beside it."""
    with closing(SectionWriter(path.parent)) as sections:
        together = Spools(spools, order)
        layer = write_layer("exact", together, basis, sections, memory)
        _write_pairs(together, layer, path.with_suffix(PAIRS_EXT), memory)
        for name, column in zip((NUMBERINGS, NUMBERS), _origins(layer), strict=True):
            sections.section(name, "<u4").extend(column)
        write_file(sections, path)


def _write_pairs(spools: Spools, layer: Layer, path: Path, memory: int) -> None:
    """Write how often the words of the exact layer stand side by side."""
    runs = [TokenRun(found.ids, found.ranks, found.ends) for found in spools.stretches(layer)]
    write_pairs(path, count_pairs(runs, layer.terms, memory))


@contextmanager
def _exact_beside(
    spools: Sequence[Spool], order: Order, basis: Basis, memory: int
) -> Iterator[Callable[[], tuple[SectionFile, Path]]]:
    """Another process writes the exact layer meanwhile; called, what is given waits for its files."""
    path = Path(f"{spools[0].stem}-exact{INVERTED_EXT}")
    with SideProcess("onneshon.index.indexer.layer_worker", Path(f"{spools[0].stem}-exact.log")) as other:
        described = [list(map(astuple, spools)), list(order), basis.to_dict(), str(path), memory]
        other.send(json.dumps(described).encode())

        def wait() -> tuple[SectionFile, Path]:
            other.wait()
            return SectionFile.open(path), path.with_suffix(PAIRS_EXT)

        yield wait


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
    """The stem of each exact term."""
    found = np.empty(len(numbers), np.uint32)
    for numbering, ranks in enumerate(stems.ranks):
        mine = np.flatnonzero(numberings == numbering)
        found[mine] = ranks[numbers[mine]]
    return found


def _write_documents(spools: Sequence[Spool], together: Spools, stem: Path) -> None:
    target = Path(f"{stem}{DOCUMENTS_EXT}")
    if len(spools) == 1:
        spools[0].documents_file.rename(target)
        return
    with closing(SectionWriter(stem.parent)) as sections:
        pieces = list(together.pieces())
        documents = DocumentsWriter(sections, pieces[0][0].stored.dictionary)
        for reader, start, stop in pieces:
            documents.copy(reader, start, stop)
        documents.finish()
        write_file(sections, target)


def _documents_of(stem: Path) -> DocumentsReader:
    return DocumentsReader(SectionFile.open(Path(f"{stem}{DOCUMENTS_EXT}")))
