"""Building an index from nothing: articles in, one Whoosh segment out, in bounded memory.

Articles are analysed as they come, and their tokens written down as numbers. At the end, when all terms are
known, the lists are made of them, a range of terms at a time, as many as the budget allows.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Final, Self

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer, KnownStem
from onneshon.index.article import Article
from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionFile
from onneshon.index.columnar.stored import SAMPLES_WANTED, encode_values, train_dictionary
from onneshon.index.errors import BuildError
from onneshon.index.indexer.given_tokens import GivenTokens
from onneshon.index.indexer.keywords import Keywords
from onneshon.index.indexer.segment_writer import write_segment
from onneshon.index.indexer.spooler import Spooler
from onneshon.index.indexer.worker_pool import WorkerPool
from onneshon.index.ranking import Basis
from onneshon.index.schema import GIVEN_FIELDS, TEXTS, stored_values
from onneshon.index.whoosh_codec.codec import ColumnarSegment
from onneshon.index.whoosh_codec.toc import INDEX_NAME, write_segments

__all__ = ["MEMORY_BUDGET", "BulkWriter"]

MEMORY_BUDGET: Final = 384 << 20
"""Bytes for tokens, words and their sorting; the process itself takes about 100 MB more."""

SAMPLE: Final = 2_000
"""The articles, first of all, by which is decided what an average one is."""

SAMPLE_BYTES: Final = 64 << 20
"""Where they are long, fewer."""

SEGMENT_ID: Final = "bulk"


class BulkWriter:
    """Writes one index of articles into an empty directory.

    with BulkWriter(directory) as writer:
        for article in articles:
            writer.add(article)

    Leaving the block commits; leaving it by an exception cancels. Nothing in the directory is an index before
    the commit is done: a build that is killed leaves only files to be thrown away.

    Args:
        directory: made if missing; must hold no index.
        workers: processes that analyse; 1 is this one.
        memory_budget: bytes for all of them together.
        basis: what impacts are made with: of the index that the articles are added to. None where they are
            its first ones: it is that of an average of them.
        analyze: stands in for ``index.analysis.batch_analyzer``, with one worker only.
        dictionary: for the stored values, of other segments that this one may be joined with; None to train
            one on the first articles.
        known_stem: see ``BatchAnalyzer``, with one worker only; None where nothing is known.

    Raises:
        BuildError: the directory holds an index already, or the arguments do not go together.
    """

    def __init__(
        self,
        directory: Path,
        *,
        workers: int = 1,
        memory_budget: int = MEMORY_BUDGET,
        basis: Basis | None = None,
        analyze: Callable[[str], Sequence[Any]] | None = None,
        dictionary: bytes | None = None,
        known_stem: KnownStem | None = None,
    ) -> None:
        self._directory = directory
        self._known_stem = known_stem
        self._dictionary = dictionary
        self._workers = workers
        self._budget = memory_budget
        self._basis = basis
        self._analyze = analyze
        if workers < 1 or (analyze is not None and workers > 1):
            raise BuildError(f"{workers} workers cannot build an index")
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.glob(f"*{INDEX_NAME}_*")):
            raise BuildError(f"{directory} holds an index already; build into an empty directory")
        self._scratch = Path(mkdtemp(prefix="spools-", dir=directory))
        self._held: list[tuple[bytes, dict[str, Any], Mapping[str, Sequence[str]] | None]] = []
        self._sink: Spooler | WorkerPool | None = None
        self._held_bytes = 0
        self._keywords = Keywords()
        self._count = 0
        self._closed = False

    @property
    def count(self) -> int:
        """Articles added."""
        return self._count

    @property
    def basis(self) -> Basis:
        """What impacts are made with; raises BuildError before the first articles were looked at."""
        if self._basis is None:
            raise BuildError("too few articles were added to say what an average one is")
        return self._basis

    def add(self, article: Article) -> None:
        """Add an article.

        Raises:
            BuildError: a worker has died, or the writer is closed.
            OSError: the disk is full, or the like.
        """
        self._add(article, None)

    def add_terms(self, article: Article, terms: Mapping[str, Sequence[str]]) -> None:
        """Add an article whose terms are given: what the analysis would say is not asked.

        Args:
            article: what is stored.
            terms: for ``title_exact``, ``title_stem``, ``body_exact``, ``body_stem``, in the order of
                the text; both layers of a text have the same number. A field left out has none.

        Raises:
            BuildError: a field is none of these, layers disagree, or there are several workers.
        """
        if self._workers > 1 or not set(terms) <= set(GIVEN_FIELDS):
            raise BuildError(f"terms are taken by one worker, in the fields {', '.join(GIVEN_FIELDS)}")
        self._add(article, terms)

    def _add(self, article: Article, terms: Mapping[str, Sequence[str]] | None) -> None:
        if self._closed:
            raise BuildError("the writer is closed")
        values = stored_values(article)
        item = encode_values(values), values, terms
        if self._sink is None:
            self._held.append(item)
            self._held_bytes += len(item[0])
            if len(self._held) >= SAMPLE or self._held_bytes >= SAMPLE_BYTES:
                self._start()
        else:
            _pass(self._sink, *item)
        self._keywords.add(self._count, values)
        self._count += 1

    def _start(self) -> None:
        """The first articles have come: see what they are like, then let the work begin."""
        dictionary = self._dictionary
        if dictionary is None:
            dictionary = train_dictionary([encoded for encoded, _, _ in self._held[:SAMPLES_WANTED]])
        analyzer = self._new_analyzer()
        if self._basis is None:
            self._basis = self._measured(analyzer)
        self._sink = self._make_sink(dictionary, analyzer)
        for item in self._held:
            _pass(self._sink, *item)
        self._held.clear()

    def _new_analyzer(self) -> BatchAnalyzer | GivenTokens:
        if self._analyze:
            return GivenTokens(self._analyze)
        return BatchAnalyzer(self._known_stem) if self._known_stem else BatchAnalyzer()

    def _measured(self, analyzer: BatchAnalyzer | GivenTokens) -> Basis:
        """The basis of the articles held; the analyser remembers their words, but not their tokens."""
        lengths = [
            [_length(analyzer, values.get(text, ""), terms, text) for text in TEXTS]
            for _, values, terms in self._held
        ]
        analyzer.take()
        return Basis.of_lengths([title for title, _ in lengths], [body for _, body in lengths])

    def _make_sink(self, dictionary: bytes, analyzer: BatchAnalyzer | GivenTokens) -> Spooler | WorkerPool:
        if self._workers > 1:
            return WorkerPool(self._scratch, self._workers, dictionary, self._budget)
        return Spooler(self._scratch / "spool", dictionary, self._budget, analyzer)

    def commit(self) -> None:
        """Write the index. On any failure nothing is left of it.

        Raises:
            BuildError: a worker failed, documents were lost, or the index is too large.
        """
        if self._closed:
            raise BuildError("the writer is closed")
        try:
            self._commit()
        except BaseException:
            self.cancel()
            raise
        self._close()

    def _commit(self) -> None:
        if self._sink is None:
            self._workers = 1  # so few that a process of their own would cost more than it saves
            self._start()
        spools = [] if self._sink is None else self._sink.finish()
        written = sum(spool.documents for spool in spools)
        if written != self._count:
            raise BuildError(f"{self._count:,} articles were given, {written:,} were written")
        segment = ColumnarSegment(INDEX_NAME, written, SEGMENT_ID)
        if written:
            write_segment(
                spools,
                self._sink.order if isinstance(self._sink, WorkerPool) else [(0, written)],
                self._keywords,
                self.basis,
                self._directory / segment.segment_id(),
                memory=self._budget,
                workers=self._workers,
            )
            segment.note_lengths(self._read_documents(segment))
        write_segments(self._directory, [segment] if written else [])

    def _read_documents(self, segment: ColumnarSegment) -> DocumentsReader:
        documents = DocumentsReader(
            SectionFile.open(self._directory / f"{segment.segment_id()}{DOCUMENTS_EXT}")
        )
        if documents.count != self._count:
            raise BuildError(f"{self._count:,} articles were given, {documents.count:,} were merged")
        return documents

    def cancel(self) -> None:
        """Remove all that was written; harmless when repeated."""
        self._close()
        for ending in (INVERTED_EXT, DOCUMENTS_EXT):
            (self._directory / f"{INDEX_NAME}_{SEGMENT_ID}{ending}").unlink(missing_ok=True)

    def _close(self) -> None:
        self._closed = True
        if self._sink is not None:
            self._sink.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.cancel()
        elif not self._closed:
            self.commit()


def _length(
    analyzer: BatchAnalyzer | GivenTokens,
    content: str,
    terms: Mapping[str, Sequence[str]] | None,
    text: str,
) -> int:
    """Tokens of a title or a body."""
    return analyzer.add(content) if terms is None else len(terms.get(f"{text}_exact", ()))


def _pass(
    sink: Spooler | WorkerPool,
    encoded: bytes,
    values: Mapping[str, Any],
    terms: Mapping[str, Sequence[str]] | None,
) -> None:
    if terms is not None and isinstance(sink, Spooler):
        sink.add_terms(encoded, values, terms)
    else:
        sink.add(encoded, values)
