"""The generations of an index on a cluster: ``news-000007`` behind the alias ``news``, and what is beside it.

A generation has its articles in one index and its files in ``news-000007-files``. Where it was rolled over,
new articles are in ``news-000007-0001``, later ones in ``news-000007-0002``. An article stays in the index to
which it came first, so that no two have it; the files know the words of all. The alias stands for all indexes
of articles of the live one. What has no ``complete`` in its mapping was never finished.
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
"""An index that somebody closed is no less a part of a generation: who reads it is told of that."""

LONGEST_NAMES: Final = 3_000
"""Characters of all names, with commas: OpenSearch takes requests whose first line has 4,096 bytes."""


def files_of(generation: str) -> str:
    """The index of a generation's files."""
    return f"{generation}-files"


@dataclass(frozen=True, slots=True)
class ClusterGeneration:
    """One generation.

    Attributes:
        name: of it, and of its first index of articles.
        meta: what is kept with the mapping of the oldest index: the contract, and facts of its making.
        indexes: those of its articles, the oldest first.
    """

    name: str
    meta: Mapping[str, Any]
    indexes: tuple[str, ...]

    @property
    def index(self) -> str:
        """What a request names to ask all of its articles."""
        return ",".join(self.indexes)

    @property
    def everything(self) -> str:
        """What a request names to ask all of it, its files too."""
        return f"{self.index},{files_of(self.name)}"

    @property
    def contract(self) -> Contract:
        """What it was made with; raises IndexStateError where it is none of ours."""
        return Contract.from_dict(self.meta, self.name)

    @property
    def is_complete(self) -> bool:
        """Whether its build was finished."""
        return bool(self.meta.get("complete"))

    def check(self) -> None:
        """Refuse a generation that queries of this version would not fit.

        Raises:
            IndexOutdatedError: it was made by another analysis or another mapping.
            IndexCorruptError: it is none of ours.
        """
        if self.contract.analyzer != fingerprint():
            raise IndexOutdatedError(
                f"{self.name} was built by another version of the analysis ({self.contract.analyzer}, and "
                f"this is {fingerprint()}): `onneshon index migrate` builds it again"
            )


class ClusterGenerations:
    """The generations behind one alias.

    Args:
        cluster: and the alias.
        local: whether any host tells what it knows, though the node that manages the cluster may know more
            since a moment ago: readers need no node but that which they ask.
    """

    def __init__(self, cluster: Cluster, *, local: bool = False) -> None:
        self._cluster = cluster
        self._local = {"local": "true"} if local else {}
        self._alias = cluster.alias
        self._name = re.compile(rf"{re.escape(self._alias)}-\d{{{DIGITS}}}")

    def all(self) -> list[ClusterGeneration]:
        """All of them, oldest first, unfinished ones too."""
        found = self._mappings(f"{self._alias}-*")
        names = sorted({*map(generation_of, found)})
        return [_generation(name, found) for name in names if self._name.fullmatch(name)]

    def _mappings(self, names: str) -> Mapping[str, Any]:
        """``_meta`` of some indexes, by their names."""
        params = {**self._local, **CLOSED_TOO}
        found = self._cluster.read(lambda client: client.indices.get_mapping(index=names, params=params))
        return {name: index["mappings"].get("_meta", {}) for name, index in found.items()}

    def live(self) -> ClusterGeneration:
        """The one behind the alias.

        Raises:
            IndexMissingError: there is none; or there is, and nothing stands for it any more.
            IndexCorruptError: an index of it would be passed over, which readers do without a word: whoever
                writes or looks after it must not take the rest for all.
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
        """Say of every index that the alias stands for that it is complete; errors as for ``live``."""
        found, unmarked = self._live()
        for name in unmarked:
            meta = {**found.contract.to_dict(), **self._mappings(name)[name]}
            self.complete(ClusterGeneration(name, meta, (name,)), {})

    def _live(self) -> tuple[ClusterGeneration, list[str]]:
        """The one behind the alias, and the indexes there that are passed over."""
        try:  # before the mappings: an index is complete before the alias stands for it
            behind = [*self._cluster.behind_alias(local=bool(self._local))]
        except IndexMissingError as missing:
            raise self._without_alias() or missing from None
        found = self.of(self._cluster.generation_among(behind))
        return found, [index for index in behind if index not in found.indexes]

    def _without_alias(self) -> IndexMissingError | None:
        """What to say where the alias alone is gone; None where there is nothing that it stood for."""
        finished: list[str] = []
        with suppress(ClusterError):  # who may not see them all is told that there is none
            finished = [generation.name for generation in self.all() if generation.is_complete]
        if not finished:
            return None
        there = f"{', '.join(finished)} {'is' if len(finished) == 1 else 'are'} there"
        return IndexMissingError(
            f"nothing on the cluster is called {self._alias}, though {there}: the alias was removed; make "
            f"one live again with `onneshon index rollback --to {finished[-1]}`"
        )

    def of(self, name: str) -> ClusterGeneration:
        """The generation of a name; raises IndexMissingError."""
        found = _generation(name, self._mappings(f"{name}*"))
        if not found.indexes:
            raise IndexMissingError(f"there is no {name}")
        return found

    def check_name(self) -> None:
        """Refuse to build what could not be published, once it is built.

        Raises:
            ClusterError: an index has the name of the alias.
        """
        params = {"ignore_unavailable": "true"}
        found = self._cluster.read(lambda client: client.indices.get_alias(index=self._alias, params=params))
        if self._alias in found:
            raise ClusterError(f"{self._cluster.address} {TAKEN}")

    def live_name(self) -> str | None:
        """The name of the one behind the alias, if there is one."""
        try:
            return self._cluster.live()
        except IndexMissingError:
            return None

    def free_name(self) -> str:
        """The name of the next generation."""
        numbers = [int(generation.name[-DIGITS:]) for generation in self.all()]
        return f"{self._alias}-{max(numbers, default=0) + 1:0{DIGITS}}"

    def begin(self, contract: Contract, shards: int, facts: Mapping[str, Any]) -> ClusterGeneration:
        """Make a new, empty generation, which nobody sees yet.

        Args:
            contract: what its articles are made with.
            shards: primaries of its articles.
            facts: of the build.
        """
        while not self._created(name := self.free_name(), contract, shards, facts):
            pass
        self._made(files_of(name), file_index())
        return ClusterGeneration(name, {**contract.to_dict(), **facts}, (name,))

    def extend(
        self, generation: ClusterGeneration, shards: int, facts: Mapping[str, Any]
    ) -> ClusterGeneration:
        """Make a new, empty index beside those of a generation, which counts once it is ``complete``.

        Args:
            generation: that is rolled over.
            shards: primaries of the new index.
            facts: of it.

        Returns:
            The index, as if it were a generation.

        Raises:
            ClusterError: it has as many indexes as can be asked together.
        """
        last = generation.indexes[-1]
        number = int(last[-ROLLED_DIGITS:]) + 1 if last != generation.name else 1
        name = f"{generation.name}-{number:0{ROLLED_DIGITS}}"
        if len(f"{generation.index},{name}") > LONGEST_NAMES:
            raise ClusterError(
                f"{generation.name} has {len(generation.indexes)} indexes; more cannot be asked together: "
                "`onneshon index migrate` makes one of them"
            )
        self._remove(name)  # of a roll-over that ended before its time
        self._created(name, generation.contract, shards, facts)
        return ClusterGeneration(name, {**generation.contract.to_dict(), **facts}, (name,))

    def _created(self, name: str, contract: Contract, shards: int, facts: Mapping[str, Any]) -> bool:
        """Whether it was made now, and not by another."""
        return self._made(name, article_index(contract, shards=shards, facts=facts))

    def _made(self, name: str, body: Mapping[str, Any]) -> bool:
        """Whether an index was made now; one of that name may come of a try whose answer was lost."""
        try:
            self._cluster.write(lambda client: client.indices.create(index=name, body=body))
        except ClusterError as error:
            cause = error.__cause__
            if isinstance(cause, RequestError) and kind(cause) == "resource_already_exists_exception":
                return False
            raise
        return True

    def complete(self, generation: ClusterGeneration, facts: Mapping[str, Any]) -> ClusterGeneration:
        """Note that a generation is finished, with further facts."""
        meta = {**generation.meta, **facts, "complete": True}
        self._cluster.write(
            lambda client: client.indices.put_mapping(index=generation.name, body={"_meta": meta})
        )
        return ClusterGeneration(generation.name, meta, generation.indexes)

    def publish(self, name: str) -> None:
        """Make a generation the live one: one step for all readers."""
        indexes = self.of(name).indexes
        others = [index for index in self._behind_alias() if index not in indexes]
        actions = [{"add": {"index": index, "alias": self._alias}} for index in indexes]
        actions += [{"remove": {"index": other, "alias": self._alias}} for other in others]
        self._cluster.write(lambda client: client.indices.update_aliases(body={"actions": actions}))

    def _behind_alias(self) -> list[str]:
        try:
            return list(self._cluster.behind_alias())
        except IndexMissingError:
            return []

    def discard(self, name: str) -> None:
        """Remove a generation whose build failed; one that went live stays, though its answer was lost."""
        if name != self.live_name():
            self.remove([name])

    def remove(self, names: Iterable[str]) -> None:
        """Remove generations with all that is beside them; what is gone already is no fault."""
        for name in names:
            for index in (*self._beside(name), name):  # until the last is gone it is known what is to go
                self._remove(index)

    def _remove(self, index: str) -> None:
        params = {"ignore_unavailable": "true"}
        self._cluster.write(lambda client: client.indices.delete(index=index, params=params))

    def _beside(self, name: str) -> list[str]:
        """The indexes that are called after a generation: its files, and what it was rolled over to."""
        return sorted(self._cluster.read(lambda client: client.indices.get_alias(index=f"{name}-*")))

    def unfinished(self) -> list[str]:
        """Those whose builds ended before their time; with the writer's lock held, nobody works at one."""
        live = self.live_name()
        return [
            generation.name
            for generation in self.all()
            if not generation.is_complete and generation.name != live
        ]

    def superseded(self, keep: int, previous: str | None = None) -> list[str]:
        """Those before the live one but some, as in a directory: what is newer was left by a rollback.

        None is while nothing says which one is live, as any may then be the one to go back to.

        Args:
            keep: how many stay, the live one among them.
            previous: the first to keep beside the live one; None for the newest before it.
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
