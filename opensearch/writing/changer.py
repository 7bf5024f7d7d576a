"""Carries out changes of articles, a batch at a time, and counts their words.

An article is changed in the index that has its id, and a new one goes to the newest index, so that each has
one place, whatever was rolled over meanwhile.

Every write has a version, from the time of the run and its ordinal there, so that of two runs the later one
counts, whatever order their writes arrive in. A deleted article leaves a document without words, a tombstone:
a real deletion is forgotten within a minute, and an older write after that would bring the article back.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Final

from onneshon.index.article import Article, article_from_stored, stored_values
from onneshon.index.columnar.change_dates import PUBLISHING, changed_now
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.intake import Problems
from onneshon.opensearch.connection.bulk import Operation, Outcome, send
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.reading import documents
from onneshon.opensearch.storage.documents import Analyzed, DocumentMaker
from onneshon.opensearch.storage.generations import ClusterGeneration
from onneshon.opensearch.storage.mapping import place_of
from onneshon.opensearch.storage.word_file import WordCounts
from onneshon.opensearch.writing.lease import Lease
from onneshon.opensearch.writing.parts import WordChanges, add_part
from onneshon.opensearch.writing.workers import BATCH

MOST_UNCOUNTED: Final = 10_000
"""The most changed articles before their words are counted: a killed update leaves these uncounted."""


_SECOND: Final = 1_000_000


def tombstone(article_id: str, changed: int) -> dict[str, Any]:
    """The document that a deleted article leaves; ``changed`` is the time in Unix seconds."""
    return {"id": article_id, "place": place_of(article_id), "changed": changed}


def last_change(cluster: Cluster, generation: ClusterGeneration) -> int:
    """The time of the last change of a generation, in Unix seconds; 0 if unknown."""
    body = {"size": 0, "aggs": {"last": {"max": {"field": "changed"}}}}
    found = cluster.read(lambda client: client.search(index=generation.index, body=body))
    last = found["aggregations"]["last"]["value"]
    return max(int(last or 0), int(generation.meta.get("published", 0)))


def first_version(last: int) -> int:
    """The version of the first change of a job, in Unix microseconds.

    The cluster rejects a change as stale if its version is lower than that of the document. Where the clock
    is behind the last change, as it was set back or is another machine's, versions continue from there.

    Args:
        last: the time of the last change, see ``last_change``.
    """
    now, before = time.time_ns() // 1_000, last - PUBLISHING
    return now if now // _SECOND >= before else (before + 1) * _SECOND


def _date_of(version: int) -> int:
    """The time from which a change is visible, in Unix seconds; the next job has later versions."""
    return changed_now(version // _SECOND + PUBLISHING)


class Changer:
    """Carries out changes, a batch at a time.

    Args:
        cluster: the cluster.
        generation: the generation to change.
        lease: the writer's lease.
        problems: collects the articles that the cluster refuses.
    """

    def __init__(
        self, cluster: Cluster, generation: ClusterGeneration, lease: Lease, problems: Problems
    ) -> None:
        self._cluster = cluster
        self._generation = generation
        self._lease = lease
        self._problems = problems
        self._maker = DocumentMaker(generation.contract.basis, generation.contract.numbers)
        self._pending: dict[str, tuple[int, Article | None]] = {}
        self._version = count(first_version(last_change(cluster, generation)))
        self._uncounted = WordChanges()
        self.seen = 0
        self.added = self.changed = self.unchanged = self.stale = self.deleted = self.unknown = 0

    def change(self, article_id: str, article: Article | None) -> None:
        """Add or replace an article, or delete it if None; of several changes of one, the last counts."""
        self.seen += 1
        self._pending[article_id] = next(self._version), article
        if len(self._pending) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Carry out the pending changes."""
        if not self._pending:
            return
        self._lease.check()
        pending, self._pending = self._pending, {}
        places, before = self._before(list(pending))
        wanted = self._wanted(pending, before)
        old = self._analyzed([before[name] for name in wanted if name in before])
        new = self._analyzed([article for name in wanted if (article := pending[name][1]) is not None])
        operations = list(self._operations(wanted, pending, new))
        counts, came, went = WordCounts(), [], []
        for outcome in self._sent(operations, places):
            name = outcome.operation.id
            if outcome.state == "written":
                self._count(name in before, pending[name][1] is not None)
                if name in old:
                    counts.add(old[name], -1)
                    went.append(before[name].title)
                if name in new:
                    counts.add(new[name])
                    came.append(str(new[name].document["article"].get("title", "")))
            elif outcome.state == "stale":
                self.stale += 1
            else:
                self._problems.report(CorpusError(f"article {name!r}", "refused", outcome.reason))
        self._uncounted.add(counts, came, went)
        if self._uncounted.size >= MOST_UNCOUNTED:
            self.count()

    def _sent(self, operations: Sequence[Operation], places: Mapping[str, str]) -> Iterator[Outcome]:
        """Send changes, each to the index that has the id, or else to the newest."""
        newest = self._generation.indexes[-1]
        for index in self._generation.indexes:
            yield from send(
                self._cluster, index, [each for each in operations if places.get(each.id, newest) == index]
            )

    def count(self) -> None:
        """Add the counts of the changes to the words of the generation."""
        if self._uncounted.size:
            add_part(self._cluster, self._generation.name, self._uncounted)
            self._uncounted = WordChanges()

    def missing(self, names: Sequence[str]) -> list[str]:
        """The ids that no article has."""
        missing: list[str] = []
        for at in range(0, len(names), BATCH):
            _, there = self._before(part := names[at : at + BATCH])
            missing += [name for name in part if name not in there]
        return missing

    def _before(self, names: Sequence[str]) -> tuple[dict[str, str], dict[str, Article]]:
        """The index that has each id, deleted or not; and the articles, visible to searches yet or not."""
        places: dict[str, str] = {}
        before: dict[str, Article] = {}
        for index in reversed(self._generation.indexes):
            left = [name for name in names if name not in places]
            for name, hit in documents(self._cluster, index, left).items() if left else ():
                places[name] = index
                if values := hit["_source"].get("article"):
                    before[name] = article_from_stored(values)
        return places, before

    def _wanted(
        self, pending: Mapping[str, tuple[int, Article | None]], before: Mapping[str, Article]
    ) -> list[str]:
        wanted = []
        for name, (_, article) in pending.items():
            known = before.get(name)
            if article is None and known is None:
                self.unknown += 1
            elif article and known and stored_values(article) == stored_values(known):
                self.unchanged += 1
            else:
                wanted.append(name)
        return wanted

    def _analyzed(self, articles: Sequence[Article]) -> dict[str, Analyzed]:
        made = zip(articles, self._maker.make(articles), strict=True)
        found = {}
        for article, document in made:
            if isinstance(document, Analyzed):
                found[article.id] = document
            else:
                self._problems.report(CorpusError(f"article {article.id!r}", "refused", str(document)))
        return found

    @staticmethod
    def _operations(
        wanted: Sequence[str], pending: Mapping[str, tuple[int, Article | None]], new: Mapping[str, Analyzed]
    ) -> Iterator[Operation]:
        for name in wanted:
            version, article = pending[name]
            if article is None:
                yield Operation(name, tombstone(name, _date_of(version)), version)
            elif name in new:
                yield Operation(name, {**new[name].document, "changed": _date_of(version)}, version)

    def _count(self, was_there: bool, is_there: bool) -> None:  # two facts, not modes
        if not is_there:
            self.deleted += 1
        elif was_there:
            self.changed += 1
        else:
            self.added += 1

    @property
    def changes(self) -> int:
        """The number of articles that were added, changed or deleted."""
        return self.added + self.changed + self.deleted
