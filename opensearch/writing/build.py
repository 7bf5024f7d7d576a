"""Builds an index on a cluster: a new generation next to the live one, complete before readers see it."""

import datetime as dt
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

from onneshon.index.analysis.analyzer import fingerprint
from onneshon.index.analysis.icu_text import versions
from onneshon.index.article import Article, article_from_stored
from onneshon.index.columnar.change_dates import changed_now
from onneshon.index.completion.titles import TitleSpool
from onneshon.index.errors import BuildError, CorpusError, IndexMissingError, IndexStateError
from onneshon.index.indexer.write_job import BuildReport, WriteJob
from onneshon.index.indexer.write_options import BuildOptions, by_keywords
from onneshon.index.ingest.articles_in_hand import ArticleSource
from onneshon.index.ranking import Basis
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import UNASSIGNED, ClusterError
from onneshon.opensearch.connection.reading import LIVE, documents
from onneshon.opensearch.storage.documents import DocumentMaker
from onneshon.opensearch.storage.generations import ClusterGeneration
from onneshon.opensearch.storage.mapping import PRESENCE, Contract
from onneshon.opensearch.storage.tenants import generations_of
from onneshon.opensearch.storage.word_file import WordCounts
from onneshon.opensearch.writing.changer import last_change
from onneshon.opensearch.writing.lease import Lease, writer_lease
from onneshon.opensearch.writing.parts import write_first_part
from onneshon.opensearch.writing.workers import Job, Writers

SAMPLE: Final = 2_000
"""The number of first articles of a build from which average lengths are taken."""

SAMPLE_CHARACTERS: Final = 32 << 20
"""The most characters of text in that sample: with long articles, it has fewer."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The shards and replicas of a generation.

    Attributes:
        shards: the number of primary shards.
        replicas: the number of replicas; None for one if there are several nodes, else none.
    """

    shards: int = 1
    replicas: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterBuildOptions(BuildOptions):
    """The options of a build on a cluster.

    Attributes:
        layout: the numbers of shards and replicas.
    """

    layout: Layout = Layout()

    @classmethod
    def of(cls, options: BuildOptions, layout: Layout) -> Self:
        """Combine the options of any build with a layout."""
        given = {each.name: getattr(options, each.name) for each in fields(options)}
        return cls(layout=layout, **given)


def run_build_on_cluster(
    source: ArticleSource, cluster: Cluster, options: ClusterBuildOptions
) -> BuildReport:
    """Read articles and make them the live generation; the former one stays live until the last step.

    Args:
        source: as for ``index.build``.
        cluster: the cluster, with the alias.
        options: see ``ClusterBuildOptions``; the basis is that of the first ``SAMPLE`` articles unless given.

    Raises:
        CorpusError: a bad article, under ``strict``.
        IndexLockedError: another process writes the index.
        ClusterError: the cluster does not answer, or refuses.
        BuildError: no article was good, or too few; or what was written reads back differently. The former
            generation is still live.
    """
    job = _Build(source, cluster, options)
    with writer_lease(cluster, wait=options.wait) as lease:
        generation = job.run(lease)
    return BuildReport(
        generation=generation.name,
        articles=job.written,
        seconds=job.seconds,
        index_bytes=size_of(cluster, generation.everything),
        previous=job.previous,
        kept=tuple(each.name for each in generations_of(cluster).all()),
        **job.account(job.corpus),
    )


build_on_cluster = by_keywords(ClusterBuildOptions, run_build_on_cluster)


def size_of(cluster: Cluster, index: str) -> int:
    """The bytes of one or several indexes, primary shards only."""
    found = cluster.read(lambda client: client.indices.stats(index=index, metric="store"))
    return int(found["_all"]["primaries"]["store"]["size_in_bytes"])


def count_of(cluster: Cluster, index: str) -> int:
    """The number of articles of one or several indexes together."""
    return int(cluster.read(lambda client: client.count(index=index, body={"query": LIVE}))["count"])


def spread_of(cluster: Cluster, index: str) -> tuple[int, int]:
    """The number of shards of one or several indexes together, and the largest number of replicas."""
    found = cluster.read(lambda client: client.indices.get_settings(index=index))
    settings = [each["settings"]["index"] for each in found.values()]
    shards = sum(int(each["number_of_shards"]) for each in settings)
    return shards, max(int(each["number_of_replicas"]) for each in settings)


class _Build(WriteJob):
    def __init__(self, source: ArticleSource, cluster: Cluster, options: ClusterBuildOptions) -> None:
        super().__init__(options)
        self.corpus = self.intake(source)
        self._cluster = cluster
        self._how = options
        self._generations = generations_of(cluster)
        self._kept: list[Article] = []
        self._counts = WordCounts()
        self.written = 0
        self.previous: int | None = None
        self._was_live: str | None = None
        self._last_change = 0

    def run(self, lease: Lease) -> ClusterGeneration:
        """Write, check and publish; after a failure, nothing half built stays."""
        layout = self._how.layout
        self._generations.check_name()
        self._generations.remove(self._generations.unfinished())
        self._look_at_live()
        self.phases.start(self.corpus.total_bytes)
        articles = iter(self.corpus)
        sample = list(_sample(articles))
        basis = self._how.basis or _basis_of(sample)
        presence = self.configuration.weights.get("presence", PRESENCE)
        fields = tuple(field.name for field in self.configuration.fields)
        contract = Contract(fingerprint(), basis, presence, fields, numbers=self.configuration.numbers)
        generation = self._generations.begin(contract, layout.shards, self._facts())
        try:
            with TemporaryDirectory() as folder, closing(TitleSpool(Path(folder))) as titles:
                self._write(generation, chain(sample, articles), titles, lease)
                self.phases.stage("making the vocabulary")
                write_first_part(self._cluster, generation.name, self._counts, titles, self.written)
            self.phases.stage("checking")
            self._check(generation.name)
            self.phases.stage("publishing")
            spread(self._cluster, generation.everything, layout)
            lease.check()
            published = {"published": changed_now(self._last_change)}
            generation = self._generations.complete(generation, {**self._facts(), **published})
            self._generations.publish(generation.name)
        except BaseException:
            with suppress(IndexStateError):  # the next build removes it
                self._generations.discard(generation.name)
            raise
        finally:
            self.phases.finish()
        self._generations.remove(self._generations.superseded(self.options.keep, self._was_live))
        return generation

    def _look_at_live(self) -> None:
        with suppress(IndexMissingError):
            live = self._generations.live()
            self._was_live = live.name
            self.previous = count_of(self._cluster, live.index)
            self._last_change = last_change(self._cluster, live)

    def _facts(self) -> dict[str, Any]:
        return {
            "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "versions": versions(),
            "sources": list(self.corpus.sources),
            "articles": self.written,
            "skipped": self.skipped,
        }

    def _write(
        self, generation: ClusterGeneration, articles: Iterator[Article], titles: TitleSpool, lease: Lease
    ) -> None:
        version = time.time_ns() // 1_000
        contract = generation.contract
        job = Job(
            self._cluster.address,
            self._cluster.credentials,
            generation.name,
            contract.basis,
            version,
            contract.numbers,
        )
        with Writers(job, self._how.workers) as writers:
            for written in writers.write(self._noted(articles, titles)):
                lease.check()
                self.written += written.articles
                self._counts.merge(written.counts)
                for name, reason in written.refused:
                    self.problems.report(CorpusError(f"article {name!r}", "refused", reason))
        self.phases.stage("writing")
        self.accept(self.corpus, self.written, self.previous)

    def _noted(self, articles: Iterator[Article], titles: TitleSpool) -> Iterator[Article]:
        """Yield the articles, keeping their titles, and the 1st, 2nd, 4th, 8th ... for comparison."""
        for number, article in enumerate(articles, start=1):
            titles.add(article.title)
            if number & (number - 1) == 0:
                self._kept.append(article)
            self.phases.article()
            yield article

    def _check(self, name: str) -> None:
        """Compare the number of articles and some of their texts on the cluster with what was read."""
        self._cluster.write(lambda client: client.indices.refresh(index=name))
        if (there := count_of(self._cluster, name)) != self.written:
            raise BuildError(f"{self.written:,} articles were written, but {there:,} are there")
        ids = [article.id for article in self._kept]
        found = documents(self._cluster, name, ids)
        for article in self._kept:
            stored = found.get(article.id)
            if stored and article_from_stored(stored["_source"]["article"]) != article:
                raise BuildError(f"the article {article.id!r} reads back differently")


def _sample(articles: Iterator[Article]) -> Iterator[Article]:
    size = 0
    for number, article in enumerate(articles, start=1):
        yield article
        size += len(article.body)
        if number == SAMPLE or size >= SAMPLE_CHARACTERS:
            return


def _basis_of(articles: Sequence[Article]) -> Basis:
    lengths = DocumentMaker(Basis(1.0, 1.0)).lengths(articles)
    return Basis.of_lengths(lengths[:, 0].tolist(), lengths[:, 1].tolist())


READY: Final = 600
"""Seconds to wait for replicas before a generation goes live without them; they are then made later."""

PAUSE: Final = 0.25
"""Seconds between two checks of the health."""


def spread(cluster: Cluster, names: str, layout: Layout) -> None:
    """Give indexes their replicas, waiting for them, and the default refresh interval of a second.

    Args:
        cluster: the cluster.
        names: the names of the indexes, with commas in between.
        layout: the layout with the number of replicas.

    Raises:
        ClusterError: a primary shard is on no node after ten minutes, or as for ``Cluster.write``.
    """
    settings: Mapping[str, Any] = {
        "index": {"refresh_interval": None, "number_of_replicas": _replicas(cluster, layout)}
    }

    cluster.write(lambda client: client.indices.put_settings(index=names, body=settings))
    until = time.monotonic() + READY
    health = partial(cluster.read, lambda client: client.cluster.health(index=names))
    while (status := health()["status"]) != "green" and time.monotonic() < until:
        time.sleep(PAUSE)
    if status == "red":
        raise ClusterError(f"{cluster.address}: a shard of {names} is on no node: {UNASSIGNED}")


def _replicas(cluster: Cluster, layout: Layout) -> int:
    if layout.replicas is not None:
        return layout.replicas
    nodes = cluster.read(lambda client: client.cluster.health())["number_of_data_nodes"]
    return 1 if nodes > 1 else 0
