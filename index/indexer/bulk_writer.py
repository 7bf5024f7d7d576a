"""Building an index from scratch: articles in, one segment out, in bounded memory.

Articles are stored and analysed as they come, and their tokens are spooled as numbers. At the end, when all
terms are known, the posting lists are made from the tokens, for as many terms at a time as the budget allows.
"""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final, Self

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.index.article import ID_FIELD, TEXTS, Article, stored_values
from onneshon.index.columnar.documents import DocumentsWriter
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, SectionWriter, write_file
from onneshon.index.columnar.segment_list import BUILT, INDEX_NAME, SEGMENT_LIST, Segment, documents_of
from onneshon.index.columnar.stored import SAMPLES_WANTED, encode_values, train_dictionary
from onneshon.index.errors import BuildError
from onneshon.index.indexer.segment_writer import Keywords, write_segment
from onneshon.index.indexer.spools import Spooler, Spools
from onneshon.index.indexer.worker_pool import WorkerPool
from onneshon.index.ranking import Basis
from onneshon.index.storage.whoosh_index import write_segments

MEMORY_BUDGET: Final = 384 << 20
"""Bytes for tokens, words and sorting; the process itself takes about 100 MB more."""

SAMPLE: Final = 2_000
"""The number of first articles of a build from which it computes the average lengths."""

SAMPLE_BYTES: Final = 64 << 20
"""Most bytes of text in that sample: if articles are long, it has fewer of them."""


class BulkWriter:
    """Writes one index of articles into an empty directory.

    with BulkWriter(directory) as writer:
        for article in articles:
            writer.add(article)

    Leaving the block commits; leaving it by an exception cancels. The directory has no index before the
    commit is done: a build that is killed leaves only files to be deleted.

    Args:
        directory: the directory, made if it is missing; must contain no index.
        workers: the number of processes; with more than one, this process reads and the others analyse.
        memory_budget: bytes for all processes together.
        basis: the basis of the impacts, from the index that the articles are added to. None for the first
            articles of an index: the basis is then that of their average.
        dictionary: the compression dictionary of the segments that this one may be merged with; None to
            train one on the first articles.
        analyzer: the first analyser to use, which may know stems already; None for a new one. With one
            worker only.

    Raises:
        BuildError: the directory contains an index already, or the arguments do not go together.
    """

    def __init__(
        self,
        directory: Path,
        *,
        workers: int = 1,
        memory_budget: int = MEMORY_BUDGET,
        basis: Basis | None = None,
        dictionary: bytes | None = None,
        analyzer: BatchAnalyzer | None = None,
    ) -> None:
        self._directory = directory
        self._dictionary = dictionary
        self._workers = workers
        self._budget = memory_budget
        self._basis = basis
        self._analyzer = analyzer
        if workers < 1 or (analyzer is not None and workers > 1):
            raise BuildError(f"{workers} workers cannot build an index")
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.glob(f"*{INDEX_NAME}_*")):
            raise BuildError(f"{directory} holds an index already; build into an empty directory")
        self._scratch = Path(mkdtemp(prefix="spools-", dir=directory))
        self._pending: list[tuple[bytes, dict[str, Any]]] = []
        self._sink: Spooler | WorkerPool | None = None
        self._stored = SectionWriter(self._scratch)
        self._documents: DocumentsWriter
        self._pending_bytes = 0
        self._sampled = 0
        self._keywords = Keywords()
        self.count = 0
        """The number of articles added."""
        self._closed = False

    @property
    def is_shared(self) -> bool:
        """Whether other processes analyse, as they do once there are enough articles."""
        return isinstance(self._sink, WorkerPool)

    @property
    def basis(self) -> Basis:
        """The basis of the impacts; raises BuildError before the commit, unless a basis was given."""
        if self._basis is None:
            raise BuildError("what an average article is like is known once all are committed")
        return self._basis

    def add(self, article: Article) -> None:
        """Add an article.

        Raises:
            BuildError: a worker has died, or the writer is closed.
            OSError: the disk is full, or the like.
        """
        if self._closed:
            raise BuildError("the writer is closed")
        values = stored_values(article)
        item = encode_values(values), values
        if self._sink is None:
            self._pending.append(item)
            self._pending_bytes += len(item[0])
            if len(self._pending) >= SAMPLE or self._pending_bytes >= SAMPLE_BYTES:
                self._start()
        else:
            self._write(self._sink, *item)
        self._keywords.add(self.count, values)
        self.count += 1

    def _start(self) -> None:
        """Train the dictionary on the pending first articles, then begin to write and analyse."""
        dictionary = self._dictionary
        if dictionary is None:
            dictionary = train_dictionary([encoded for encoded, _ in self._pending[:SAMPLES_WANTED]])
        self._sampled = len(self._pending)
        self._documents = DocumentsWriter(self._stored, dictionary)
        self._sink = sink = self._make_sink()
        for item in self._pending:
            self._write(sink, *item)
        self._pending.clear()

    def _make_sink(self) -> Spooler | WorkerPool:
        if self._workers > 1:
            return WorkerPool(self._scratch, self._workers - 1, self._budget)
        return Spooler(self._scratch / "spool", self._budget, self._analyzer)

    def _write(self, sink: Spooler | WorkerPool, encoded: bytes, values: dict[str, Any]) -> None:
        sink.add(encoded, values)
        self._documents.add(values[ID_FIELD], encoded)

    def commit(self, meanwhile: Callable[[], None] | None = None) -> None:
        """Write the index. After any failure nothing is left of it.

        Args:
            meanwhile: called once the segment is written, possibly before its word pairs are counted.

        Raises:
            BuildError: a worker failed, documents were lost, or the index is too large.
        """
        if self._closed:
            raise BuildError("the writer is closed")
        try:
            self._commit(meanwhile)
        except BaseException:
            self.cancel()
            raise
        self._close()

    def _commit(self, meanwhile: Callable[[], None] | None) -> None:
        spools = self._spooled()
        finish = self._write_segment(spools) if self.count else None
        write_segments(self._directory, [Segment(BUILT, self.count)] if self.count else [])
        if meanwhile:
            meanwhile()
        if finish:
            finish()

    def _spooled(self) -> Spools:
        """The tokens of all articles; sets the basis from their average lengths, unless one was given."""
        if self._sink is None:
            self._workers = 1  # so few articles that another process would cost more than it saves
            self._start()
        found = [] if self._sink is None else self._sink.finish()
        written = sum(spool.documents for spool in found)
        if written != self.count:
            raise BuildError(f"{self.count:,} articles were given, {written:,} were written")
        order = self._sink.order if isinstance(self._sink, WorkerPool) else [(0, written)]
        spools = Spools(found, order)
        self._basis = self._basis or spools.basis(self._sampled)
        return spools

    def _write_segment(self, spools: Spools) -> Callable[[], object] | None:
        finish = write_segment(
            spools,
            partial(self._write_documents, spools),
            self._keywords,
            self.basis,
            self._directory / BUILT,
            memory=self._budget,
            write_elsewhere=self._sink.write_layer if isinstance(self._sink, WorkerPool) else None,
        )
        written = documents_of(self._directory, BUILT).count
        if written != self.count:
            raise BuildError(f"{self.count:,} articles were given, {written:,} were merged")
        return finish

    def _write_documents(self, spools: Spools) -> None:
        """Write the file of the documents, whose lengths are known after analysis."""
        for text, lengths in zip(TEXTS, spools.lengths, strict=True):
            self._documents.set_lengths(text, lengths)
        self._documents.set_fingerprints(spools.fingerprints)
        self._documents.finish()
        write_file(self._stored, self._directory / f"{BUILT}{DOCUMENTS_EXT}")

    def cancel(self) -> None:
        """Remove everything that was written; harmless when repeated."""
        self._close()
        for path in (self._directory / SEGMENT_LIST, *self._directory.glob(f"*{INDEX_NAME}_*")):
            path.unlink(missing_ok=True)

    def _close(self) -> None:
        self._closed = True
        if self._sink is not None:
            self._sink.close()
        self._stored.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self.cancel()
        elif not self._closed:
            self.commit()
