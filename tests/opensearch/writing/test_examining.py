"""The doctor's findings on a cluster that tests make sick."""

from typing import TYPE_CHECKING, Any, cast

import pytest

from onneshon.index.analysis.analyzer import fingerprint
from onneshon.index.errors import IndexOutdatedError
from onneshon.index.ranking import Basis
from onneshon.index.remote import Finding
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.storage.mapping import Contract
from onneshon.opensearch.writing.checking import examine_cluster

if TYPE_CHECKING:
    from onneshon.opensearch.connection.client import Cluster

LIVE = "news-000007"
BUILT = {**Contract(fingerprint(), Basis(1.0, 10.0)).to_dict(), "complete": True, "created": "2026-11-28"}


FIXED = {
    "info": {"version": {"distribution": "opensearch", "number": "3.1.0"}},
    "count": {"count": 1234},
}
"""Answers to requests that do not depend on the sickness."""


class Sick:
    """A cluster with two data nodes; each request is answered by its name."""

    address = Address.parse("opensearch://127.0.0.1:9200/news")
    alias = "news"

    def __init__(self) -> None:
        self.health = {"number_of_nodes": 3, "number_of_data_nodes": 2, "status": "green"}
        self.health |= {"active_shards": 6, "unassigned_shards": 1}
        self.free: list[int] | ClusterError = [60, 40]
        self.settings = {"index.blocks.read_only_allow_delete": "false", "index.number_of_shards": "1"}
        self.generations: dict[str, dict[str, Any]] = {LIVE: BUILT}
        self.closed = ""

    def behind_alias(self, *, local: bool = False) -> list[str]:
        """The indexes behind the alias."""
        assert not local
        return [LIVE]

    def generation_among(self, indexes: list[str]) -> str:
        """The generation of the indexes."""
        return indexes[0]

    def live(self) -> str:
        """The live generation."""
        return LIVE

    def read(self, ask: Any) -> Any:
        """Answer a request."""
        asked = Recorder()
        ask(asked)
        match ".".join(asked.names):
            case "info" | "count" as name:
                return FIXED[name]
            case "cluster.health":
                return self.health
            case "nodes.stats":
                return self.disks()
            case "get":
                return self.files()
            case "indices.get_settings":
                return {LIVE: {"settings": self.settings}}
            case "indices.get_mapping":
                return {name: {"mappings": {"_meta": meta}} for name, meta in self.generations.items()}
        raise AssertionError(asked.names)

    def files(self) -> dict[str, Any]:
        """The state of the files."""
        if self.closed:
            raise ClusterError(f"has an index that somebody closed: `POST /{self.closed}/_open`")
        return {"found": True, "_source": {"state": {"revision": 1, "parts": []}}}

    def disks(self) -> dict[str, Any]:
        """The disks of the nodes, a hundred bytes each."""
        if isinstance(self.free, ClusterError):
            raise self.free
        totals = [{"available_in_bytes": free, "total_in_bytes": 100} for free in self.free]
        return {"nodes": {str(n): {"name": f"node-{n}", "fs": {"total": t}} for n, t in enumerate(totals)}}


class Recorder:
    """Records the names of the methods that a request calls."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __getattr__(self, name: str) -> "Recorder":
        self.names.append(name)
        return self

    def __call__(self, **_given: Any) -> None:
        """Answer nothing: the names identify the request."""


def found(cluster: Sick) -> dict[str, Finding]:
    """The findings by name."""
    return {finding.name: finding for finding in examine_cluster(cast("Cluster", cluster))}


def test_all_is_well_with_a_cluster() -> None:
    """Version, nodes, disks, the index and its shards are reported as sound."""
    said = found(Sick())
    assert {name: finding.state for name, finding in said.items()} == dict.fromkeys(
        ["cluster", "disks", "index", "parts"], "ok"
    )
    assert said["cluster"].text == "opensearch 3.1.0, 3 nodes, 2 of them with data"
    assert said["disks"].text == "40% or more of each node's are free"
    assert "1,234 articles, generation news-000007, built 2026-11-28" in said["index"].text


@pytest.mark.parametrize(("status", "state", "code"), [("yellow", "note", 0), ("red", "wrong", 1)])
def test_parts_that_are_on_no_node_are_reported(status: str, state: str, code: int) -> None:
    """Missing replicas are a note, as all is still found; a missing shard is wrong."""
    cluster = Sick()
    cluster.health["status"] = status
    parts = found(cluster)["parts"]
    assert (parts.state, parts.exit_code) == (state, code)
    assert status in parts.text
    assert "node back" in parts.remedy


def test_a_disk_that_is_nearly_full_is_reported_before_writing_ends() -> None:
    """The finding names the node."""
    cluster = Sick()
    cluster.free = [60, 14]
    disks = found(cluster)["disks"]
    assert (disks.state, disks.text) == ("note", "only 14% of node-1 are free")


@pytest.mark.parametrize(("free", "state"), [([15, 90], "ok"), ([14, 15], "note")])
def test_a_disk_has_room_as_long_as_the_cluster_gives_it_copies(free: list[int], state: str) -> None:
    """The limit is the free share at which OpenSearch still assigns replicas to a node."""
    cluster = Sick()
    cluster.free = [*free]
    assert found(cluster)["disks"].state == state


def test_who_may_not_ask_for_disks_hears_all_else() -> None:
    """Other findings are still reported, as permissions may be limited to the index."""
    cluster = Sick()
    cluster.free = ClusterError("does not allow this")
    assert list(found(cluster)) == ["cluster", "index", "parts"]


def test_an_index_that_may_not_be_written_is_reported() -> None:
    """The finding names the block, which OpenSearch sets after a disk was full."""
    cluster = Sick()
    cluster.settings["index.blocks.read_only_allow_delete"] = "true"
    blocks = found(cluster)["blocks"]
    assert (blocks.state, blocks.exit_code) == ("wrong", 1)
    assert "read_only_allow_delete" in blocks.text


def test_files_that_somebody_closed_end_it() -> None:
    """A closed index of files is an error, even if the cluster is green."""
    cluster = Sick()
    cluster.closed = f"{LIVE}-files"
    with pytest.raises(ClusterError, match=f"`POST /{LIVE}-files/_open`"):
        found(cluster)


def test_what_a_build_left_is_reported() -> None:
    """Unfinished generations are named; a later build removes them too."""
    cluster = Sick()
    cluster.generations["news-000008"] = {**BUILT, "complete": False}
    assert "news-000008: not finished" in found(cluster)["leftovers"].text


def test_an_index_of_another_analysis_ends_it() -> None:
    """The error is that of any outdated index."""
    cluster = Sick()
    cluster.generations[LIVE] = {**BUILT, "analyzer": "another"}
    with pytest.raises(IndexOutdatedError, match="onneshon index migrate"):
        found(cluster)
