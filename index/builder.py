"""Building an index: a new generation beside the live one, checked, made durable, and only then made live."""

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.analyzer import fingerprint
from index.article import Article
from index.columnar import MEMORY_BUDGET, BulkWriter, FieldReader
from index.corpus import Corpus
from index.durable import explain
from index.errors import BuildError, IndexStateError
from index.generations import Generation, Generations
from index.icu_text import versions
from index.lock import writer_lock
from index.manifest import MANIFEST_FILE, FileEntry, Manifest, describe_files
from index.problems import Problems
from index.progress import Progress, SilentProgress
from index.reader import IndexReader, open_folder
from index.schema import schema_fingerprint
from index.script import is_bengali
from index.sources import total_bytes
from index.vocabulary import write_vocabulary

__all__ = ["DEFAULT_MEMORY_MB", "BuildReport", "bengali_words", "build"]

DEFAULT_MEMORY_MB = MEMORY_BUDGET >> 20
_UNTOUCHED = "the live index is as it was"
_UNCONFIRMED = "the new index is live, but may not survive a power cut"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        generation: the name of the generation that is live now.
        seen: how many articles were met; always ``articles`` plus all of ``skipped``.
        articles: how many of them were indexed.
        skipped: how many were left out, by kind of fault.
        seconds: how long it took, all in all.
        index_bytes: size of the generation.
    """

    generation: str
    seen: int
    articles: int
    skipped: Mapping[str, int]
    seconds: float
    index_bytes: int

    @property
    def articles_per_second(self) -> float:
        """Speed over the whole build."""
        return self.articles / self.seconds if self.seconds else 0.0


def build(
    paths: Sequence[Path],
    directory: Path,
    *,
    strict: bool = False,
    workers: int = 1,
    memory_mb: int = DEFAULT_MEMORY_MB,
    wait: float = 0,
    progress: Progress | None = None,
) -> BuildReport:
    """Read articles and make them the live index; until the last step the index that was live stays so.

    Args:
        paths: files, folders, or ``-`` for standard input; see ``sources.find_sources``.
        directory: the index; made if need be, for its owner only.
        strict: stop at the first bad article, and change nothing.
        workers: processes that analyse at the same time.
        memory_mb: MiB that the postings may take before they are written out.
        wait: seconds to wait for another writer.
        progress: told how it goes.

    Raises:
        CorpusError: a bad article, under ``strict``.
        IndexLockedError: another process writes the index.
        BuildError: no article was good, the disk refused something, or what was written reads back
            differently.
    """
    started = time.monotonic()
    progress = progress or SilentProgress()
    problems = Problems(strict=strict, listener=progress.problem)
    open_writer = partial(BulkWriter, workers=workers, memory_budget=memory_mb << 20)
    job = _Build(paths, Generations(directory), problems, progress, open_writer)
    with _as_build_errors(directory):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with writer_lock(directory, wait=wait):
            generation, manifest = job.run()
    size = sum(entry.size for entry in manifest.files.values())
    seconds = time.monotonic() - started
    return BuildReport(generation.name, job.corpus.seen, manifest.articles, manifest.skipped, seconds, size)


@contextlib.contextmanager
def _as_build_errors(directory: Path) -> Iterator[None]:
    before = _pointer(directory)
    try:
        yield
    except OSError as error:
        what_is_live = _UNTOUCHED if _pointer(directory) == before else _UNCONFIRMED
        raise BuildError(f"{explain(error, directory)}; {what_is_live}") from error
    except MemoryError as error:
        raise BuildError(f"out of memory: build with a smaller --memory; {_UNTOUCHED}") from error


def _pointer(directory: Path) -> bytes:
    try:
        return Generations(directory).pointer.read_bytes()
    except OSError:
        return b""


class _Build:
    """One build, with the writer's lock held."""

    def __init__(
        self,
        paths: Sequence[Path],
        generations: Generations,
        problems: Problems,
        progress: Progress,
        open_writer: Callable[[Path], BulkWriter],
    ) -> None:
        self._paths = paths
        self._generations = generations
        self._open_writer = open_writer
        self._progress = progress
        self._problems = problems
        self._sample: list[Article] = []
        self.corpus = Corpus(paths, problems, progress.read)

    def run(self) -> tuple[Generation, Manifest]:
        """Write, check, publish; whatever fails, nothing half built stays."""
        self._generations.collect()
        try:
            working = self._generations.begin()
            self._progress.start(total_bytes(self._paths))
            self._write_articles(working)
            self._progress.stage("making the vocabulary")
            self._write_vocabulary(working)
            self._progress.stage("checking")
            self._check(working)
            manifest = self._write_manifest(working)
            self._progress.stage("publishing")
            previous = self._live()
            generation = self._generations.publish(working)
        finally:
            self._generations.clear()
            self._progress.finish()
        self._generations.collect(previous)
        return generation, manifest

    def _live(self) -> str | None:
        try:
            return self._generations.current().name
        except IndexStateError:
            return None

    def _write_articles(self, working: Path) -> None:
        writer = self._open_writer(working)
        try:
            for article in self.corpus:
                writer.add(article)
                self._keep_sample(article)
                self._progress.article()
            self._progress.stage("writing")
            self._account()
            writer.commit()
        except BaseException:
            writer.cancel()
            raise

    def _keep_sample(self, article: Article) -> None:
        """Keep the 1st, 2nd, 4th, 8th ... article, to be compared with what was written."""
        count = self.corpus.given
        if count & (count - 1) == 0:
            self._sample.append(article)

    def _account(self) -> None:
        """Nothing is lost: articles in = articles indexed + articles reported."""
        corpus = self.corpus
        if corpus.seen != corpus.given + self._problems.total:
            raise BuildError(
                f"{corpus.seen:,} articles were read, but {corpus.given:,} given on and "
                f"{self._problems.total:,} reported; {_UNTOUCHED}"
            )
        if not corpus.given:
            raise BuildError(
                f"no article could be read ({self._problems.total:,} were reported); {_UNTOUCHED}"
            )

    def _write_vocabulary(self, working: Path) -> None:
        with self._opened(working) as reader:
            write_vocabulary(working, bengali_words(reader))

    def _opened(self, working: Path) -> IndexReader:
        return open_folder(working, working.name, self._manifest())

    def _manifest(self, files: Mapping[str, FileEntry] | None = None) -> Manifest:
        return Manifest(
            articles=self.corpus.given,
            analyzer=fingerprint(),
            schema=schema_fingerprint(),
            created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            versions=versions(),
            sources=tuple(str(path) for path in self._paths),
            skipped=dict(sorted(self._problems.counts.items())),
            files=files or {},
        )

    def _check(self, working: Path) -> None:
        """Compare what was written with what was read."""
        with self._opened(working) as reader:
            if reader.count != self.corpus.given:
                raise BuildError(
                    f"{self.corpus.given:,} articles were added, but {reader.count:,} are there; {_UNTOUCHED}"
                )
            for article in self._sample:
                if reader.article(article.id) != article:
                    raise BuildError(f"the article {article.id!r} reads back differently; {_UNTOUCHED}")

    def _write_manifest(self, working: Path) -> Manifest:
        manifest = self._manifest(describe_files(working))
        (working / MANIFEST_FILE).write_bytes(manifest.encode())
        return manifest


def bengali_words(reader: IndexReader) -> list[tuple[str, int]]:
    """The Bengali words of an index in canonical spelling, in the order of code points.

    Returns:
        Each with the number of articles that hold it; where title and body both do, the larger of their
        numbers.
    """
    frequencies: dict[str, int] = {}
    for segment in reader.segments:
        for name in ("title_exact", "body_exact"):
            field = segment.field(name)
            for word, frequency in _terms(field) if field else ():
                if is_bengali(word) and frequency > frequencies.get(word, 0):
                    frequencies[word] = frequency
    return sorted(frequencies.items())


def _terms(field: FieldReader) -> Iterator[tuple[str, int]]:
    return zip(field.terms(), field.doc_frequencies(0, field.term_count).tolist(), strict=True)
