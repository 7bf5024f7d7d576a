"""Building an index: a new generation next to the live one, checked, made durable, and only then live."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from onneshon.index.analysis.analyzer import fingerprint
from onneshon.index.analysis.icu_text import versions
from onneshon.index.article import Article, schema_fingerprint
from onneshon.index.columnar.change_dates import changed_now, last_date, read_gone, write_gone
from onneshon.index.columnar.segment_list import BUILT, INDEX_NAME, open_segments, side_folder
from onneshon.index.completion.titles import TitleSpool
from onneshon.index.completion.writer import WordCount, word_counts, write_completion
from onneshon.index.configuration import check_shown
from onneshon.index.errors import BuildError, IndexStateError
from onneshon.index.indexer.bulk_writer import BulkWriter
from onneshon.index.indexer.digests import Digests, DigestSpool, read_digests, write_digests
from onneshon.index.indexer.progress import Phases
from onneshon.index.indexer.side_process import (
    SEGMENT_IS_THERE,
    SideProcess,
    completion_beside,
    rare_collections,
)
from onneshon.index.indexer.write_job import BuildReport, WriteJob, as_build_errors, as_writer
from onneshon.index.indexer.write_options import BuildOptions, by_keywords
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.storage.beside import BuildRecord, record_build, recorded_builds
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import (
    MANIFEST_FILE,
    FileEntry,
    Generation,
    Manifest,
    describe_files,
)
from onneshon.index.storage.parity import write_parity
from onneshon.index.storage.reader import IndexReader, open_folder
from onneshon.index.storage.statistics import present_basis
from onneshon.index.vocabulary.file import write_vocabulary
from onneshon.index.vocabulary.learned import LEARNED_EXT, Explanations, learned_table
from onneshon.index.vocabulary.pairs import PAIRS_EXT, read_pairs


def run_build(source: ArticleSource, directory: str | Path, options: BuildOptions) -> BuildReport:
    """Build an index of articles and make it live; until the last step the previous index stays live.

    Args:
        source: files, folders, or ``-`` for standard input (see ``ingest.sources``); or the articles
            themselves, which need not all be in memory at once.
        directory: the index; made if it is missing, for its owner only.
        options: see ``BuildOptions``.

    Raises:
        ConfigurationError: ``onneshon.toml`` does not fit these articles.
        CorpusError: a bad article, under ``strict``.
        IndexLockedError: another process writes the index.
        BuildError: no article was good, or too few to replace the live index; the disk refused something;
            or the written index reads back differently. The message says what is live now.
    """
    directory = Path(directory)
    with as_writer(directory, wait=options.wait):
        return build_by_writer(source, directory, options)


build = by_keywords(BuildOptions, run_build)


def build_by_writer(source: ArticleSource, directory: Path, options: BuildOptions) -> BuildReport:
    """As ``run_build``, for a caller with the writer's lock, such as one that reads from the index itself."""
    with as_build_errors(directory):
        job = _Build(source, directory, options)
        job.phases.expect(*_before(directory))
        with rare_collections():
            generation, manifest = job.run()
        kept = tuple(each.name for each in Generations(directory).all())
        record = _record(generation, manifest, job.seconds, job.phases)
        with contextlib.suppress(OSError):  # the index is live; its history can do without this line
            record_build(directory, record)
    return BuildReport(
        generation=generation.name,
        articles=manifest.articles,
        seconds=record.seconds,
        index_bytes=record.bytes,
        previous=job.previous_articles,
        kept=kept,
        **job.account(job.corpus),
    )


def _before(directory: Path) -> tuple[int, Mapping[str, float]]:
    builds = recorded_builds(directory)
    return (builds[-1].articles, builds[-1].phases) if builds else (0, {})


def _record(generation: Generation, manifest: Manifest, seconds: float, phases: Phases) -> BuildRecord:
    return BuildRecord(
        generation=generation.name,
        created=manifest.created,
        articles=manifest.articles,
        left_out=sum(manifest.skipped.values()),
        bytes=manifest.size,
        seconds=seconds,
        phases={name: round(took, 3) for name, took in phases.seconds.items()},
    )


class _Build(WriteJob):
    def __init__(self, source: ArticleSource, directory: Path, options: BuildOptions) -> None:
        super().__init__(options, directory)
        self.corpus = self.intake(source)
        self._generations = Generations(directory)
        self._open_writer = partial(
            BulkWriter, workers=options.workers, memory_budget=options.memory_mb << 20, basis=options.basis
        )
        self._sample: list[Article] = []
        self._digests = DigestSpool()
        self._explanations = Explanations()
        self._basis: Mapping[str, float] | None = None
        self._words: Sequence[WordCount] = ()
        self._ids: Sequence[str] = ()
        self.previous_articles: int | None = None

    def run(self) -> tuple[Generation, Manifest]:
        """Write, check and publish the generation; after any failure, nothing half built stays."""
        self._generations.collect(keep=self.options.keep)
        previous = self._live()
        try:
            working = self._generations.begin()
            self.phases.start(self.corpus.total_bytes)
            with ExitStack() as stack:
                titles = stack.enter_context(closing(TitleSpool(working)))
                beside = self._write_articles(working, titles, stack)
                self._write_suggestions(working, titles, beside)
            self.phases.stage("checking")
            self._check(working)
            manifest = self._write_manifest(working)
            self.phases.stage("publishing")
            generation = self._generations.publish(working)
        finally:
            self._generations.clear()
            self.phases.finish()
        self._generations.collect(previous, keep=self.options.keep)
        return generation, manifest

    def _live(self) -> str | None:
        """The name of the live generation; its article count is noted if its manifest is sound."""
        try:
            live = self._generations.agreed()
        except IndexStateError:
            return None
        with contextlib.suppress(IndexStateError):
            manifest, _ = live.agreed_manifest()
            self.previous_articles = manifest.articles
        return live.name

    def _write_articles(self, working: Path, titles: TitleSpool, stack: ExitStack) -> SideProcess | None:
        """Write the segment; return the process that will write the suggestions, if there are several."""
        beside = None
        writer = self._open_writer(working)
        try:
            for article in self.corpus:
                writer.add(article)
                self._digests.add(article, self.corpus.record_digest)
                titles.add(article.title)
                self._explanations.add(article.body)
                self._keep_sample(article)
                self.phases.article()
            self.phases.stage("writing")
            self.accept(self.corpus, self.corpus.given, self.previous_articles)
            if writer.is_shared:
                beside = stack.enter_context(completion_beside(working, titles, self.corpus.given))
            writer.commit(partial(self._write_vocabulary, working, beside))
            self._basis = writer.basis.to_dict()
        except BaseException:
            writer.cancel()
            raise
        return beside

    def _keep_sample(self, article: Article) -> None:
        """Keep the 1st, 2nd, 4th, 8th ... article, to be compared with the written index."""
        count = self.corpus.given
        if count & (count - 1) == 0:
            self._sample.append(article)

    def _write_vocabulary(self, working: Path, beside: SideProcess | None) -> None:
        """Write the vocabulary, which needs only the words, as soon as the segment is written."""
        self.phases.stage("making the vocabulary")
        if beside:
            beside.send(SEGMENT_IS_THERE)
        segments = open_segments(working)  # only the segments: the suggestions may be half written
        self._words = word_counts(segments)
        self._ids = [each for part in segments for each in part.article_ids(range(part.doc_count))]
        write_vocabulary(working, [(found.word, found.articles) for found in self._words])

    def _write_suggestions(self, working: Path, titles: TitleSpool, beside: SideProcess | None) -> None:
        """Write the learned variants, which need word pairs, then suggestions and digests with dates."""
        pairs = read_pairs([working / f"{BUILT}{PAIRS_EXT}"])
        if table := learned_table(pairs.counts(), self._explanations):
            (working / f"{BUILT}{LEARNED_EXT}").write_text(table, "utf-8")
        if beside:
            beside.wait()
        else:
            write_completion(working, self._words, titles, self.corpus.given)
        # Last, as the dates of the changes are taken here: what follows must take less than a minute.
        self._write_changes(working, self._ids)

    def _write_changes(self, working: Path, ids: Sequence[str]) -> None:
        """Write digests and removed ids: articles unchanged since the live generation keep their dates."""
        present = frozenset(ids)
        before: list[Digests] = []
        gone: dict[str, int] = {}
        left: list[str] = []
        with contextlib.suppress(IndexStateError):
            folder = self._generations.agreed().folder
            gone = read_gone(folder)
            for segment in open_segments(folder):
                if found := read_digests(side_folder(folder, segment.name), segment.doc_count):
                    before.append(found.of(segment.alive))
                live = segment.article_ids(segment.alive.nonzero()[0])
                left += [each for each in live if each not in present]
        changed = changed_now(last_date((part.changed for part in before), gone))
        gone |= dict.fromkeys(left, changed)
        digests = self._digests.of(ids, changed)
        for part in before:
            digests = digests.dated_as(part)
        write_digests(working, digests)
        write_gone(working, {each: at for each, at in gone.items() if each not in present})

    def _manifest(self, files: Mapping[str, FileEntry] | None = None) -> Manifest:
        return Manifest(
            articles=self.corpus.given,
            analyzer=fingerprint(),
            schema=schema_fingerprint(),
            created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            versions=versions(),
            sources=self.corpus.sources,
            skipped=self.skipped,
            files=files or {},
            basis=self._basis,
        )

    def _check(self, working: Path) -> None:
        """Compare the written index with the articles read, and its fields with the facets to be shown."""
        with open_folder(working, working.name, self._manifest()) as reader:
            check_shown(self.configuration, reader.declared)
            if reader.count != self.corpus.given:
                raise BuildError(f"{self.corpus.given:,} articles were added, but {reader.count:,} are there")
            for article in self._sample:
                if reader.article(article.id) != article:
                    raise BuildError(f"the article {article.id!r} reads back differently")

    def _write_manifest(self, working: Path) -> Manifest:
        for name in (BUILT, INDEX_NAME):
            write_parity(working, name)
        manifest = self._manifest(describe_files(working))
        (working / MANIFEST_FILE).write_bytes(manifest.encode())
        return manifest


def migrate(
    directory: Path,
    options: BuildOptions = BuildOptions(),  # noqa: B008  # frozen
) -> BuildReport:
    """Build the live generation again by the rules of this version; the old one stays for a rollback.

    Where ``CURRENT`` is broken, the newest generation is built again: a rollback could not make one live
    that this version cannot open.

    An index stores all that was indexed of an article, so that no source is needed. As all articles are
    known beforehand, the ranking uses their average lengths instead of those of the first ones.

    Args:
        directory: the index.
        options: the options of the build, but it is always strict, and has the basis of the stored articles.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: a file is not as it was built; all files are read and compared first.
        IndexLockedError: another process writes the index.
        BuildError: the new generation could not be built; the old one is still live.
    """
    generations = Generations(directory)
    generations.current_or_newest()  # raises if there is no index, before a directory is made
    with as_writer(directory, wait=options.wait):
        generation = generations.current_or_newest()
        manifest = generation.check(digests=True)
        with open_folder(generation.folder, generation.name, manifest) as reader:
            basis = present_basis(reader) if manifest.basis else None
            return build_by_writer(_stored(reader), directory, replace(options, strict=True, basis=basis))


def _stored(reader: IndexReader) -> Iterator[Article]:
    for segment in reader.segments:
        yield from map(segment.article, segment.alive.nonzero()[0].tolist())
