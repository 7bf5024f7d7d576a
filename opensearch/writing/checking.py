"""Checks a generation on a cluster; for the doctor command, the faults found and their remedies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, Final

from onneshon.index.article import LAYERS, article_from_stored
from onneshon.index.errors import IndexCorruptError
from onneshon.index.remote import Finding
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.reading import LIVE, scan
from onneshon.opensearch.storage.documents import Analyzed, DocumentMaker, stream_read
from onneshon.opensearch.storage.files import read_state
from onneshon.opensearch.storage.generations import ClusterGeneration
from onneshon.opensearch.storage.mapping import article_index
from onneshon.opensearch.storage.tenants import generations_of
from onneshon.opensearch.storage.word_file import WordCounts
from onneshon.opensearch.writing.build import count_of
from onneshon.opensearch.writing.parts import words_of_parts
from onneshon.opensearch.writing.word_check import check_all_words, check_some_words
from onneshon.opensearch.writing.workers import BATCH

URL_SAFE: Final = str.maketrans("+/", "-_")
"""Translates the base64 of documents to the URL-safe one of columns."""

COMPARED: Final = 1_000
"""The number of articles that a check analyses again, unless it is deep."""

NEARLY_FULL: Final = 0.15
"""Free space of a node's disk, as a share: below it OpenSearch gives the node no further copies (its low
watermark, of 85 % used), and soon after allows no writing at all."""

_STATES: Final[dict[str, tuple[str, str]]] = {
    "yellow": (
        "a copy of some part is on no node",
        "it is answered in full; bring the missing node back, or ask for fewer `--replicas`",
    ),
    "red": (
        "a part of it is on no node, and is not found",
        "bring the node back that had it, or `onneshon index restore` a snapshot",
    ),
}


@dataclass(frozen=True, slots=True)
class ClusterCheck:
    """The report of a check that found no fault.

    Attributes:
        generation: the name of the live generation.
        articles: the number of its articles.
        words: the number of distinct keys in both layers.
        shards: the number of active primary shards of its articles.
        status: ``green``, or ``yellow`` where replicas are missing.
        compared: the number of articles whose stored texts were analysed again.
        writer: the current writer, for whom the comparison of words was skipped; empty for none.
    """

    generation: str
    articles: int
    words: int
    shards: int
    status: str
    compared: int
    writer: str = ""


def check_cluster(cluster: Cluster, *, deep: bool = False) -> ClusterCheck:
    """Check the mapping, texts and words of the live generation.

    Args:
        cluster: the cluster, with the alias.
        deep: whether to analyse every stored text and count all words; else ``COMPARED`` texts, and the
            words of some articles.

    Raises:
        IndexMissingError: there is no index.
        IndexOutdatedError: another version built it.
        IndexCorruptError: something differs from what it should be, as the message says.
        ClusterError: a shard is on no node, or the cluster does not answer.
    """
    generation = generations_of(cluster).live()
    generation.check()
    _check_mapping(cluster, generation)
    health = cluster.read(lambda client: client.cluster.health(index=generation.index))
    if health["status"] == "red":
        red = f"{generation.name} is red: {health['unassigned_shards']} shards are on no node"
        raise ClusterError(f"{red}: bring the nodes back that had them, or restore a snapshot")
    state, words = read_state(cluster, generation.name), [*words_of_parts(cluster, generation.name)]
    counts, compared = WordCounts(), 0
    for made in islice(analyzed_again(cluster, generation, compare=True), None if deep else COMPARED):
        counts.add(made)
        compared += 1
    if deep:
        check_all_words(generation.name, words, counts)
    writer = "" if deep else check_some_words(cluster, generation, state, words, counts)
    return ClusterCheck(
        generation.name,
        count_of(cluster, generation.index),
        sum(word.layer in LAYERS for word in words),
        health["active_primary_shards"],
        health["status"],
        compared,
        writer,
    )


def _check_mapping(cluster: Cluster, generation: ClusterGeneration) -> None:
    wanted = article_index(generation.contract)["mappings"]["properties"]
    found = cluster.read(lambda client: client.indices.get_mapping(index=generation.index))
    for index, name in product(found, wanted):
        if not _agree(wanted[name], found[index]["mappings"].get("properties", {}).get(name, {})):
            raise IndexCorruptError(
                f"the field {name!r} of {index} is not as it was made: build the index again"
            )


def _agree(expected: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    named = ("analyzer", "similarity", "index_options")
    return bool(found) and all(found.get(name) == expected[name] for name in named if name in expected)


def analyzed_again(
    cluster: Cluster, generation: ClusterGeneration, *, compare: bool = False
) -> Iterator[Analyzed]:
    """Analyse the stored texts of a generation again, article by article.

    Args:
        cluster: the cluster.
        generation: the generation to read.
        compare: whether to refuse an article whose indexed words differ.

    Raises:
        IndexCorruptError: there is such an article.
        ClusterError: as for ``Cluster.read``.
    """
    maker = DocumentMaker(generation.contract.basis)
    columns = ["stream", "fingerprint"] if compare else []
    hits = scan(cluster, generation.index, LIVE, ["id"], source=["article"], columns=columns, page=BATCH)
    while batch := list(islice(hits, BATCH)):
        articles = [article_from_stored(hit["_source"]["article"]) for hit in batch]
        for hit, article, made in zip(batch, articles, maker.make(articles), strict=True):
            if compare and not (isinstance(made, Analyzed) and _is_indexed_so(hit["fields"], made)):
                raise IndexCorruptError(
                    f"the article {article.id!r} of {generation.name} is not indexed as its text says: "
                    f"update it, or build the index again"
                )
            if isinstance(made, Analyzed):
                yield made


def _is_indexed_so(columns: Mapping[str, Any], made: Analyzed) -> bool:
    titles, numbers = stream_read(columns["stream"][0])
    expected, wanted = stream_read(made.document["stream"].translate(URL_SAFE))
    same = titles == expected and numbers.tolist() == wanted.tolist()
    return same and columns["fingerprint"][0] == made.document["fingerprint"]


def examine_cluster(cluster: Cluster) -> Iterator[Finding]:
    """Examine a cluster and the index on it.

    Args:
        cluster: the cluster, with the alias.

    Raises:
        IndexMissingError: there is no index.
        OnneshonError: the cluster does not answer, or the index there is not Onneshon's.
    """
    yield _nodes(cluster)
    yield from _disks(cluster)
    generations = generations_of(cluster)
    live = generations.live()
    live.check()
    read_state(cluster, live.name)  # nothing else here would find its files missing or closed
    text = f"{cluster.address}: {count_of(cluster, live.index):,} articles, generation {live.name}"
    yield Finding("index", "ok", f"{text}, built {live.meta.get('created', 'at no known time')}")
    yield from _parts(cluster, live.everything)
    yield from _blocks(cluster, live.everything)
    if left := generations.unfinished():
        text = f"{', '.join(left)}: not finished, by a build that was stopped or that still runs"
        yield Finding("leftovers", "note", text, "`onneshon index gc`, once no build runs")


def _nodes(cluster: Cluster) -> Finding:
    found = cluster.read(lambda client: client.info())["version"]
    health = cluster.read(lambda client: client.cluster.health())
    nodes = f"{health['number_of_nodes']} nodes, {health['number_of_data_nodes']} of them with data"
    return Finding("cluster", "ok", f"{found.get('distribution', '')} {found['number']}, {nodes}".strip())


def _disks(cluster: Cluster) -> Iterator[Finding]:
    """The free space on the disks of nodes; nothing without permission to ask for it."""
    try:
        nodes = cluster.read(lambda client: client.nodes.stats(metric="fs"))["nodes"].values()
    except ClusterError:
        return
    free = {node["name"]: _share(node["fs"]["total"]) for node in nodes}
    full = [f"{share:.0%} of {name}" for name, share in sorted(free.items()) if share < NEARLY_FULL]
    if full:
        remedy = "make room, such as with `onneshon index gc --only-live`, or add a node"
        yield Finding("disks", "note", f"only {', '.join(full)} are free", remedy)
    elif free:
        yield Finding("disks", "ok", f"{min(free.values()):.0%} or more of each node's are free")


def _share(total: Mapping[str, int]) -> float:
    return total["available_in_bytes"] / (total["total_in_bytes"] or 1)


def _parts(cluster: Cluster, indexes: str) -> Iterator[Finding]:
    health = cluster.read(lambda client: client.cluster.health(index=indexes))
    if health["status"] not in _STATES:
        yield Finding("parts", "ok", f"all {health['active_shards']} copies of its parts are on nodes")
        return
    said, remedy = _STATES[health["status"]]
    wrong = health["status"] == "red"
    text = f"{said} ({health['unassigned_shards']} of the cluster's copies, {health['status']})"
    yield Finding("parts", "wrong" if wrong else "note", text, remedy, exit_code=1 if wrong else 0)


def _blocks(cluster: Cluster, indexes: str) -> Iterator[Finding]:
    """Blocks of the cluster on writing, which it sets by itself where a disk is full."""
    found: Mapping[str, Any] = cluster.read(
        lambda client: client.indices.get_settings(index=indexes, params={"flat_settings": "true"})
    )
    blocked = {
        setting.removeprefix("index.blocks.")
        for index in found.values()
        for setting, value in index["settings"].items()
        if setting.startswith("index.blocks.") and value == "true"
    }
    if blocked:
        text = f"nothing can be written: {', '.join(sorted(blocked))} is set"
        remedy = "make room on the disks; OpenSearch then lifts its own; who set another can lift it"
        yield Finding("blocks", "wrong", text, remedy, exit_code=1)
