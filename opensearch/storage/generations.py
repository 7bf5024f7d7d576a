"""The generations of an index on a cluster: ``news-000007`` behind the alias ``news``, and their indexes.

A generation has its articles in one index and its files in ``news-000007-files``. After a roll-over, new
articles are in ``news-000007-0001``, later ones in ``news-000007-0002``. An article stays in the index to
which it was first written, so that no two have it; the files cover the words of all. The alias stands for all
article indexes of the live generation. An index without ``complete`` in its mapping was never finished.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from opensearchpy.exceptions import RequestError

from onneshon.index.analysis.analyzer import fingerprint
from onneshon.index.errors import IndexCorruptError, IndexMissingError, IndexOutdatedError
from onneshon.opensearch.connection.address import DIGITS, ROLLED_DIGITS, generation_of
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import TAKEN, ClusterError, kind
from onneshon.opensearch.storage.mapping import Contract, article_index, file_index

CLOSED_TOO: Final = {"expand_wildcards": "open,closed"}
"""Closed indexes belong to a generation too: reading one gives an error that says so."""

LONGEST_NAMES: Final = 3_000
"""The most characters of all names, with commas: OpenSearch limits a request's first line to 4,096 bytes."""


def files_of(generation: str) -> str:
    """The index of a generation's files."""
    return f"{generation}-files"


@dataclass(frozen=True, slots=True)
class ClusterGeneration:
    """One generation.

    Attributes:
        name: the name of the generation and of its first index of articles.
        meta: ``_meta`` of the mapping of the oldest index: the contract, and facts about its build.
        indexes: the indexes of its articles, the oldest first.
    """

    name: str
    meta: Mapping[str, Any]
    indexes: tuple[str, ...]

    @property
    def index(self) -> str:
        """The index names of a request for all of its articles."""
        return ",".join(self.indexes)

    @property
    def everything(self) -> str:
        """The index names of a request for all of it, its files too."""
        return f"{self.index},{files_of(self.name)}"

    @property
    def contract(self) -> Contract:
        """The contract it was built with; raises IndexStateError if it is not Onneshon's."""
        return Contract.from_dict(self.meta, self.name)

    @property
    def is_complete(self) -> bool:
        """Whether its build was finished."""
        return bool(self.meta.get("complete"))

    def check(self) -> None:
        """Refuse a generation that queries of this version would not fit.

        Raises:
            IndexOutdatedError: it was built by another version of the analysis or the mapping.
            IndexCorruptError: it is not Onneshon's.
        """
        if self.contract.analyzer != fingerprint():
            raise IndexOutdatedError(
                f"{self.name} was built by another version of the analysis ({self.contract.analyzer}, and "
                f"this is {fingerprint()}): `onneshon index migrate` builds it again"
            )


class ClusterGenerations:
    """The generations behind one alias.

    Args:
        cluster: the cluster, with the alias.
        local: whether any host may answer from its own state, though the cluster manager node may have a
            newer one: readers then depend on no node but the one they ask.
    """

    def __init__(self, cluster: Cluster, *, local: bool = False) -> None:
        self._cluster = cluster
        self._local = {"local": "true"} if local else {}
        self._alias = cluster.alias
        self._name = re.compile(rf"{re.escape(self._alias)}-\d{{{DIGITS}}}")

    def all(self) -> list[ClusterGeneration]:
        """All generations, the oldest first, unfinished ones too."""
        found = self._mappings(f"{self._alias}-*")
        names = sorted({*map(generation_of, found)})
        return [_generation(name, found) for name in names if self._name.fullmatch(name)]

    def _mappings(self, names: str) -> Mapping[str, Any]:
        """The ``_meta`` of the mappings of some indexes, by index."""
        params = {**self._local, **CLOSED_TOO}
        found = self._cluster.read(lambda client: client.indices.get_mapping(index=names, params=params))
        return {name: index["mappings"].get("_meta", {}) for name, index in found.items()}

    def live(self) -> ClusterGeneration:
        """The generation behind the alias.

        Raises:
            IndexMissingError: there is none; or the alias alone was removed.
            IndexCorruptError: an index of it lacks ``complete``; readers ignore such an index silently, but
                writers and maintenance must not take the rest for all.
            ClusterError: as for ``Cluster.live``.
        """
        found, unmarked = self._live()
        if unmarked and not self._local:
            raise IndexCorruptError(
                f"{', '.join(unmarked)} of {found.name} is not searched, as nothing in its mapping says "
                "any more that it is complete: `onneshon index repair` says so again"
            )
        return found

    def mark_live(self) -> None:
        """Mark every index behind the alias as complete; errors as for ``live``."""
        found, unmarked = self._live()
        for name in unmarked:
            meta = {**found.contract.to_dict(), **self._mappings(name)[name]}
            self.complete(ClusterGeneration(name, meta, (name,)), {})

    def _live(self) -> tuple[ClusterGeneration, list[str]]:
        """The generation behind the alias, and the indexes there that are ignored, not being complete."""
        try:  # before the mappings: an index is complete before the alias stands for it
            behind = [*self._cluster.behind_alias(local=bool(self._local))]
        except IndexMissingError as missing:
            raise self._without_alias() or missing from None
        found = self.of(self._cluster.generation_among(behind))
        return found, [index for index in behind if index not in found.indexes]

    def _without_alias(self) -> IndexMissingError | None:
        """The error if the alias alone was removed; None if there is no complete generation either."""
        finished: list[str] = []
        with suppress(ClusterError):  # without permission to list them, there seem to be none
            finished = [generation.name for generation in self.all() if generation.is_complete]
        if not finished:
            return None
        there = f"{', '.join(finished)} {'is' if len(finished) == 1 else 'are'} there"
        return IndexMissingError(
            f"nothing on the cluster is called {self._alias}, though {there}: the alias was removed; make "
            f"one live again with `onneshon index rollback --to {finished[-1]}`"
        )

    def of(self, name: str) -> ClusterGeneration:
        """The generation with a name; raises IndexMissingError."""
        found = _generation(name, self._mappings(f"{name}*"))
        if not found.indexes:
            raise IndexMissingError(f"there is no {name}")
        return found

    def check_name(self) -> None:
        """Refuse a name under which a build could not be published in the end.

        Raises:
            ClusterError: an index has the name of the alias.
        """
        params = {"ignore_unavailable": "true"}
        found = self._cluster.read(lambda client: client.indices.get_alias(index=self._alias, params=params))
        if self._alias in found:
            raise ClusterError(f"{self._cluster.address} {TAKEN}")

    def live_name(self) -> str | None:
        """The name of the generation behind the alias, if there is one."""
        try:
            return self._cluster.live()
        except IndexMissingError:
            return None

    def free_name(self) -> str:
        """The name of the next generation."""
        numbers = [int(generation.name[-DIGITS:]) for generation in self.all()]
        return f"{self._alias}-{max(numbers, default=0) + 1:0{DIGITS}}"

    def begin(self, contract: Contract, shards: int, facts: Mapping[str, Any]) -> ClusterGeneration:
        """Create a new, empty generation, which no reader sees yet.

        Args:
            contract: the settings its articles are made with.
            shards: the number of primary shards of its articles.
            facts: facts about the build, for ``_meta``.
        """
        body = article_index(contract, shards=shards, facts=facts)
        while not self._made(name := self.free_name(), body):
            pass
        self._made(files_of(name), file_index())
        return ClusterGeneration(name, {**contract.to_dict(), **facts}, (name,))

    def extend(
        self, generation: ClusterGeneration, shards: int, facts: Mapping[str, Any]
    ) -> ClusterGeneration:
        """Create a new, empty index of a generation, which belongs to it once it is ``complete``.

        Args:
            generation: the generation to roll over.
            shards: the number of primary shards of the new index.
            facts: facts about the index, for ``_meta``.

        Returns:
            The index, as if it were a generation.

        Raises:
            ClusterError: the generation has as many indexes as one request can name.
        """
        last = generation.indexes[-1]
        number = int(last[-ROLLED_DIGITS:]) + 1 if last != generation.name else 1
        name = f"{generation.name}-{number:0{ROLLED_DIGITS}}"
        if len(f"{generation.index},{name}") > LONGEST_NAMES:
            raise ClusterError(
                f"{generation.name} has {len(generation.indexes)} indexes; more cannot be asked together: "
                "`onneshon index migrate` makes one of them"
            )
        self._remove(name)  # left by a roll-over that was interrupted
        self._made(name, article_index(generation.contract, shards=shards, facts=facts))
        return ClusterGeneration(name, {**generation.contract.to_dict(), **facts}, (name,))

    def _made(self, name: str, body: Mapping[str, Any]) -> bool:
        """Create an index; whether it did not exist yet: it may be left by a try whose answer was lost."""
        try:
            self._cluster.write(lambda client: client.indices.create(index=name, body=body))
        except ClusterError as error:
            cause = error.__cause__
            if isinstance(cause, RequestError) and kind(cause) == "resource_already_exists_exception":
                return False
            raise
        return True

    def complete(self, generation: ClusterGeneration, facts: Mapping[str, Any]) -> ClusterGeneration:
        """Mark a generation as complete, with further facts."""
        meta = {**generation.meta, **facts, "complete": True}
        self._cluster.write(
            lambda client: client.indices.put_mapping(index=generation.name, body={"_meta": meta})
        )
        return ClusterGeneration(generation.name, meta, generation.indexes)

    def publish(self, name: str) -> None:
        """Make a generation the live one, in one atomic step for all readers."""
        indexes = self.of(name).indexes
        behind: Iterable[str] = ()
        with suppress(IndexMissingError):
            behind = self._cluster.behind_alias()
        others = [index for index in behind if index not in indexes]
        actions = [{"add": {"index": index, "alias": self._alias}} for index in indexes]
        actions += [{"remove": {"index": other, "alias": self._alias}} for other in others]
        self._cluster.write(lambda client: client.indices.update_aliases(body={"actions": actions}))

    def discard(self, name: str) -> None:
        """Remove a generation whose build failed; one that went live stays, though its answer was lost."""
        if name != self.live_name():
            self.remove([name])

    def remove(self, names: Iterable[str]) -> None:
        """Remove generations with all of their indexes; a missing one is no error."""
        for name in names:
            for index in (*self._beside(name), name):  # it goes last, so that a retry still finds the rest
                self._remove(index)

    def _remove(self, index: str) -> None:
        params = {"ignore_unavailable": "true"}
        self._cluster.write(lambda client: client.indices.delete(index=index, params=params))

    def _beside(self, name: str) -> list[str]:
        """The indexes named after a generation: its files, and those of roll-overs."""
        return sorted(self._cluster.read(lambda client: client.indices.get_alias(index=f"{name}-*")))

    def unfinished(self) -> list[str]:
        """The generations of interrupted builds: while the caller holds the writer's lock, none is in use."""
        live = self.live_name()
        return [
            generation.name
            for generation in self.all()
            if not generation.is_complete and generation.name != live
        ]

    def superseded(self, keep: int, previous: str | None = None) -> list[str]:
        """The generations before the live one that may be removed; newer ones were left by a rollback.

        None may while no generation is live, as any may then be the one to go back to.

        Args:
            keep: the number of generations that stay, the live one included.
            previous: the first to keep besides the live one; None for the newest before it.
        """
        if (live := self.live_name()) is None:
            return []
        earlier = [each.name for each in self.all() if each.is_complete and each.name < live]
        earlier.sort(key=lambda name: name == previous)  # the others stay oldest first
        return earlier[: max(0, len(earlier) - (keep - 1))]


def _generation(name: str, found: Mapping[str, Any]) -> ClusterGeneration:
    rolled = re.compile(rf"{re.escape(name)}-\d{{{ROLLED_DIGITS}}}")
    more = [index for index in sorted(found) if rolled.fullmatch(index) and found[index].get("complete")]
    indexes = (name, *more) if name in found else (*more,)
    return ClusterGeneration(name, found[indexes[0]] if indexes else {}, indexes)
