"""The search engine over an index in a directory, shared by any number of threads."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import perf_counter
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.configuration import FILE_NAME, Configuration
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import ConfigurationError, IndexCorruptError, OnneshonError
from onneshon.index.file_stamp import FileStamp
from onneshon.index.kernel import DamageError
from onneshon.index.storage.checking import open_sound
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import BELIEVED
from onneshon.index.storage.reader import open_index
from onneshon.search.curation.pins import PinFile
from onneshon.search.engine.base import EngineBase
from onneshon.search.engine.local_answering import LocalAnswering, LocalGeneration
from onneshon.search.engine.searching import TIME_LIMIT
from onneshon.search.interface import Health
from onneshon.search.query.options import checked
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Query
from onneshon.search.request import DEEPEST, SearchRequest
from onneshon.search.reranking.explanation import explain_score
from onneshon.search.reranking.ranker import Outcome
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.retrieval.authors import SiteAuthors
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.budget import Clock, TimeBudget
from onneshon.search.retrieval.changes import Changes
from onneshon.search.retrieval.collection import select
from onneshon.search.retrieval.executor import Collector
from onneshon.search.retrieval.index_protocols import Index
from onneshon.search.understanding.site_synonyms import SiteSynonyms


class _SiteFault(NamedTuple):
    """The error in the site's settings, and the state of the file that has it."""

    reason: str
    file: FileStamp | None

    @property
    def warning(self) -> str:
        """The warning for the operator of the server."""
        return f"The settings of before are in force: {self.reason}"


class Engine(EngineBase[LocalGeneration]):
    """Searches an index; safe to share among threads.

    with Engine.open("var/index") as engine:
        page = engine.search("বাংলাদেশের ইতিহাস")

    Args:
        index: an open index, which the engine closes.
        weights: constants of the ranking; None for those in ``onneshon.toml``, or else the defaults.
        time_limit: seconds that one search may take; None for no limit.
        directory: the directory in which newer generations of the index appear; None where none do.
        costly: the most costly queries that run at a time, while any number of others run; None for no
            limit.
        clock: the clock of time limits, in seconds.
        configuration: the site's settings; None for those of ``onneshon.toml`` in the directory.

    Raises:
        ConfigurationError: the settings are invalid.
    """

    def __init__(
        self,
        index: Index,
        *,
        weights: Weights | None = None,
        time_limit: float | None = TIME_LIMIT,
        directory: Path | None = None,
        costly: int | None = None,
        clock: Clock = perf_counter,
        configuration: Configuration | None = None,
    ) -> None:
        self._weights = weights
        self._directory = directory
        self._given = configuration
        site = self._read_configuration()
        self._site_authors = SiteAuthors(directory) if directory else None
        super().__init__(
            self._open(index, site),
            time_limit=time_limit,
            costly=costly,
            clock=clock,
            synonyms=SiteSynonyms(directory / site.synonyms) if directory else None,
            pins=PinFile(directory) if directory else None,
        )
        self._reloading = Lock()
        self._damaged: set[str] = set()
        self._fault: _SiteFault | None = None
        self._seen = (index.generation, index.warning)
        """The generation that was live at the last check, and its warning then."""

    def _open(self, index: Index, configuration: Configuration) -> LocalGeneration:
        return LocalGeneration(index, self._weights, configuration, self._authors())

    def _read_configuration(self) -> Configuration:
        """The site's current settings."""
        if self._given is not None or self._directory is None:
            return self._given or Configuration()
        return read_configuration(self._directory)

    @classmethod
    @checked
    def open(
        cls,
        directory: str | Path,
        *,
        weights: Weights | None = None,
        time_limit: float | None = TIME_LIMIT,
        costly: int | None = None,
    ) -> Self:
        """Open the live generation of an index.

        Args:
            directory: the index's directory.
            weights: constants of the ranking; None for those in ``onneshon.toml``, or else the defaults.
            time_limit: seconds that one search may take.
            costly: the most costly queries that run at a time; None for no limit.

        Raises:
            IndexMissingError: there is no index there.
            IndexCorruptError: its files differ from those built, and there is no older sound generation;
                where there is one, the engine uses it, and `health` warns.
            ConfigurationError: its ``onneshon.toml`` is invalid.
        """
        directory = Path(directory)
        return cls(
            open_sound(directory),
            weights=weights,
            time_limit=time_limit,
            directory=directory,
            costly=costly,
        )

    @classmethod
    def of(
        cls,
        articles: Iterable[Article],
        *,
        strict: bool = True,
        weights: Weights | None = None,
        time_limit: float | None = TIME_LIMIT,
        configuration: Configuration | None = None,
    ) -> Self:
        """Index articles in a temporary directory, which is deleted once the engine is open.

        Args:
            articles: at least one; they need not all be in memory at once.
            strict: refuse all where one is bad: without an id or a text, with a repeated id, with a character
                that texts cannot contain. Otherwise bad articles are left out.
            weights: constants of the ranking; None for those in ``configuration``, or else the defaults.
            time_limit: seconds that one search may take.
            configuration: the settings to use, as from ``onneshon.toml``.

        Raises:
            CorpusError: an article is bad, under ``strict``.
            BuildError: there is no good article, or writing to the disk failed.
        """
        from onneshon.index import build  # noqa: PLC0415 (who serves an index that is there loads nothing that builds one)

        with TemporaryDirectory(prefix="onneshon-") as folder:
            build(articles, Path(folder), strict=strict, max_bad="100%")
            # The open files outlive their names: the whole index is memory-mapped when it is opened.
            index = open_index(Path(folder))
        return cls(
            index,
            weights=weights,
            time_limit=time_limit,
            configuration=configuration,
        )

    def reload(self) -> bool:
        """Move to a newer generation, if one was published; running searches finish on the old one.

        A changed table of the site's authors takes effect too.

        Where ``onneshon.toml`` has become invalid, earlier settings stay in force, and `health` warns; the
        file is read again once it changes.

        Raises:
            IndexStateError: the newer generation cannot be opened; the engine keeps the one it has.
        """
        directory = self._directory
        if directory is None or not self._reloading.acquire(blocking=False):
            return False
        try:
            live = Generations(directory).agreed()
            with self._searchers.acquire() as state:
                anew = self._authors() is not state.authors or self._is_mended(directory)
                known = None if anew else state.known_as
            is_news = anew or (live.name, live.warning) != self._seen
            if live.name in self._damaged or not is_news:
                return False
            moved = self._move_on(directory, known)
            self._seen = (live.name, live.warning)
            return moved
        finally:
            self._reloading.release()

    def _is_mended(self, directory: Path) -> bool:
        """Whether the file with invalid settings has changed since."""
        return self._fault is not None and self._fault.file != FileStamp.of(directory / FILE_NAME)

    def _move_on(self, directory: Path, known: tuple[str, str] | None) -> bool:
        """Open the newest sound generation; return whether it, or its warning, differs from ``known``."""
        index = open_sound(directory, damaged=self._damaged)
        if (index.generation, index.warning) == known:
            index.close()
            return False
        try:
            successor = self._succeeding(directory, index)
        except OnneshonError:
            index.close()
            raise
        self._searchers.replace(successor)
        path = directory / successor.configuration.synonyms
        if self._site_synonyms and self._site_synonyms.path != path:  # otherwise the table read stays in use
            self._site_synonyms = SiteSynonyms(path)
        return True

    def _succeeding(self, directory: Path, index: Index) -> LocalGeneration:
        """The index with the site's current settings, or else the earlier ones, or else the defaults.

        An invalid settings file must not keep a generation with withdrawn articles in use.
        """
        file = FileStamp.of(directory / FILE_NAME)
        try:
            successor = self._open(index, self._read_configuration())
        except ConfigurationError as error:
            self._fault = _SiteFault(str(error), file)
        else:
            self._fault = None
            return successor
        with self._searchers.acquire() as state:
            before = state.configuration
        try:
            return self._open(index, before)
        except ConfigurationError:
            return self._open(index, Configuration())

    def _leave(self, damaged: str, damage: IndexCorruptError) -> None:
        """Move from a damaged generation to a mended copy or an older generation, if there is one.

        Args:
            damaged: the name of the damaged generation.
            damage: the error; noted in ``health`` where the index that is used then is damaged too.
        """
        directory = self._directory
        if directory is None:
            return
        # Threads that find the same damage meanwhile wait for the replacement; without one, the damaged
        # index answers as far as it can.
        with self._reloading, suppress(OnneshonError):
            tried = damaged in self._damaged  # in vain: the whole index need not be read for each search
            self._damaged.add(damaged)
            with self._searchers.acquire() as state:
                known = state.known_as
            if known in {(damaged, ""), (damaged, BELIEVED)} and not tried:
                self._move_on(directory, known)
                with self._searchers.acquire() as state:
                    if state.index.is_lossy:
                        state.health.note(damage)

    @property
    def health(self) -> Health:
        """The generation in use, and the known state of its files."""
        settings = self._fault.warning if self._fault else ""
        with self._searchers.acquire() as state:
            (generation, warning), health = state.known_as, state.health
            return Health(generation, state.index.count, health.verified, health.damage, warning, settings)

    def verify(self) -> None:
        """Verify the whole current generation, once; `health` reports the outcome from then on.

        Searches continue meanwhile; whatever they read is checked against its checksums anyway. Takes about a
        second per gigabyte, and longer where the disk is slower than that.

        Where it is damaged, an older sound generation answers from then on, and `health` warns.

        Raises:
            IndexCorruptError: a file is not as it was built.
        """
        with self._searchers.acquire() as state:
            try:
                state.health.examine(state.index.verify)
            except IndexCorruptError as damage:
                self._leave(state.index.generation, damage)
                raise

    def _changes(self, state: LocalGeneration) -> Changes:
        return state.changes

    def _best(
        self, state: LocalGeneration, query: Query, limit: int, budget: TimeBudget
    ) -> list[tuple[str, float]]:
        found = state.ranker.run(query, Collector(min(limit, DEEPEST)), budget)
        return list(zip(found.ids, found.scores.tolist(), strict=True))

    def _answering(
        self, state: LocalGeneration, request: SearchRequest, parsed: Parsed, budget: TimeBudget
    ) -> LocalAnswering:
        return LocalAnswering(state, request, parsed, budget)

    def _explained(
        self, state: LocalGeneration, query: Query, article_id: str, budget: TimeBudget
    ) -> ScorePart:
        doc = state.executor.collection.find(article_id)
        assert doc is not None  # noqa: S101  # its article was read
        return explain_score(query, doc, state.ranker, budget)

    def _count_each(self, state: LocalGeneration, queries: Sequence[Query]) -> list[int]:
        budget = self._budget()
        return [state.executor.count_all(query, budget) for query in queries]

    def _similar(
        self, state: LocalGeneration, query: Query, count: int, budget: TimeBudget
    ) -> tuple[Outcome, NDArray[np.uint64]]:
        found = state.executor.candidates(query, Collector(count), budget)
        collection = state.executor.collection
        docs, scores = select(collection, found.docs, found.scores, count)
        return Outcome(docs, scores, collection.ids(docs)), collection.fingerprints

    @contextmanager
    def _reading(self) -> Iterator[LocalGeneration]:
        """The current index. Reads are checked against checksums; other failures make it be verified, once.

        Raises:
            IndexCorruptError: a file is not as it was built; the message names the file.
        """
        with super()._reading() as state:
            try:
                yield state
            except IndexCorruptError as error:
                state.health.note(error)
                self._leave(state.index.generation, error)
                raise
            except OnneshonError:
                raise
            except Exception as error:
                if isinstance(error, DamageError):  # no query makes a sound list raise this
                    state.health.doubt()
                try:
                    state.health.examine(state.index.verify)
                except IndexCorruptError as damage:
                    self._leave(state.index.generation, damage)
                    raise damage from error
                raise
