"""Documents in, a spool out: what is stored of them, and their tokens by number, for one process of a build.

A spool is three files: the documents, as in a segment; the tokens, four bytes each; the terms that their
numbers mean, and where sentences end. Where there are too many to remember all are forgotten, and
numbering begins anew: an epoch.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.index.columnar.documents import DocumentsWriter
from onneshon.index.columnar.section_file import SectionWriter, write_file
from onneshon.index.columnar.term_dictionary import TermDictionaryWriter, term_bytes
from onneshon.index.indexer.fingerprints import fingerprints, term_hashes
from onneshon.index.indexer.spools import ENDS, EPOCHS, Spool, ranks_section
from onneshon.index.schema import ID_FIELD, LAYERS, TEXTS

__all__ = ["Spooler"]

BYTES_PER_TERM: Final = 350
"""Memory that a distinct word keeps in the analyser's tables."""

PENDING: Final = 1 << 19
"""Tokens held before they are written."""


class Spooler:
    """Analyses documents and writes them down.

    Args:
        stem: of the spool's files.
        dictionary: for the stored values.
        memory_budget: bytes.
        analyzer: the one to begin with, which may remember words already; None for a new one.
    """

    def __init__(
        self,
        stem: Path,
        dictionary: bytes,
        memory_budget: int,
        analyzer: BatchAnalyzer | None = None,
    ) -> None:
        self._spool = Spool(str(stem), 0)
        self._budget = memory_budget
        self._tokens = self._spool.tokens_file.open("wb")
        self._sections = SectionWriter(stem.parent)
        self._documents = DocumentsWriter(self._sections, dictionary)
        self._vocabularies = SectionWriter(stem.parent)
        self._ends = self._vocabularies.section(ENDS, "|u1")
        self._epochs: list[int] = []
        self._pending = 0
        self._begin(analyzer or BatchAnalyzer())

    def _begin(self, analyzer: BatchAnalyzer) -> None:
        self._analyzer = analyzer
        self._hashes = np.empty(0, np.uint64)
        self._began = self._documents.count

    def add(self, encoded: bytes, values: Mapping[str, Any]) -> None:
        """Add a document: its stored values, encoded and as they are; ``title`` and ``body`` are analysed."""
        for text in TEXTS:
            self._pending += self._analyzer.add(values.get(text, ""))
        self._documents.add(values.get(ID_FIELD, ""), encoded, {})
        if self._pending >= PENDING:
            self._flush()
            # To forget is to analyse the common words anew, so that the tables may outgrow their share.
            if len(self._analyzer.exact_terms) * BYTES_PER_TERM > self._budget:
                self._end_epoch()
                self._begin(self._analyzer.anew())

    def _flush(self) -> None:
        batch = self._analyzer.take()
        lengths = batch.lengths.reshape(-1, len(TEXTS))
        for text, column in zip(TEXTS, lengths.T, strict=True):
            self._documents.set_lengths(text, column)
        in_body = np.repeat(np.arange(len(batch.lengths)) % 2 == 1, batch.lengths)
        exact = self._analyzer.exact_of[batch.ids[in_body]]
        new = term_hashes(self._analyzer.exact_terms[len(self._hashes) :])
        self._hashes = np.concatenate([self._hashes, new])
        self._documents.set_fingerprints(fingerprints(self._hashes, exact, lengths[:, 1]))
        self._tokens.write(batch.ids.data)
        self._ends.extend(batch.ends)
        self._pending = 0

    def _end_epoch(self) -> None:
        """Write the terms of the epoch in order, and the place of each number's term in it."""
        epoch = len(self._epochs)
        self._epochs.append(self._documents.count - self._began)
        columns = self._analyzer.exact_of, self._analyzer.stem_of
        terms = self._analyzer.exact_terms, self._analyzer.stem_terms
        for layer, of_number, found in zip(LAYERS, columns, terms, strict=True):
            order = sorted(range(len(found)), key=found.__getitem__)
            ranks = np.empty(len(found), np.uint32)
            ranks[order] = np.arange(len(found))
            TermDictionaryWriter(self._vocabularies, f"{epoch}/{layer}").extend(
                [term_bytes(found[number]) for number in order]
            )
            self._vocabularies.section(ranks_section(epoch, layer), "<u4").extend(ranks[of_number])

    def finish(self) -> list[Spool]:
        """Write what is left. The analyser's tables make room for what comes next."""
        self._flush()
        self._end_epoch()
        del self._analyzer, self._hashes
        self._tokens.close()
        self._documents.finish()
        write_file(self._sections, self._spool.documents_file)
        self._vocabularies.facts[EPOCHS] = self._epochs
        write_file(self._vocabularies, self._spool.terms_file)
        return [Spool(self._spool.stem, self._documents.count)]

    def close(self) -> None:
        """Let go of what is open; harmless when repeated."""
        self._tokens.close()
        self._sections.close()
        self._vocabularies.close()
