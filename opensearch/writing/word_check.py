"""Checks whether the counted words of a generation are those of its articles: not so after a killed writer.

An update counts its words some thousand articles later than it writes these. So a look at the number of
articles, at the words of those that were changed last, and of some that were read anyway, finds mostly what a
count of all words does.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from onneshon.index.article import article_from_stored
from onneshon.index.errors import IndexCorruptError
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.reading import LIVE
from onneshon.opensearch.storage.documents import Analyzed, DocumentMaker
from onneshon.opensearch.storage.files import FileState, read_state
from onneshon.opensearch.storage.generations import ClusterGeneration, files_of
from onneshon.opensearch.storage.word_file import IndexedWord, WordCounts
from onneshon.opensearch.writing.build import count_of
from onneshon.opensearch.writing.lease import Lease

LOOKED_AT: Final = 20
"""The number of articles, those changed last, whose words are checked."""

MOST_WORDS: Final = 1_000
"""The most words of these articles to check, the rarest: the cluster has to count each one."""


def check_all_words(generation: str, words: Iterable[IndexedWord], counts: WordCounts) -> None:
    """Compare the stored word counts of a generation with those of all its articles.

    Raises:
        IndexCorruptError: they differ.
    """
    kept = {(word.layer, word.key): word for word in words}
    for word in counts.rows():
        there = kept.pop(word[:2], None)
        if there != word:
            raise _miscounted(generation, word.key, there.articles if there else 0, word.articles)
    for word in kept.values():
        raise _miscounted(generation, word.key, word.articles, 0)


def check_some_words(
    cluster: Cluster,
    generation: ClusterGeneration,
    state: FileState,
    words: Sequence[IndexedWord],
    some: WordCounts,
) -> str:
    """Check on samples whether the words of changes were counted.

    Args:
        cluster: the cluster.
        generation: the generation to check.
        state: the state of its files, from before the words were read.
        words: the stored word counts.
        some: the counts of some of the articles.

    Returns:
        The current writer, who makes the result uncertain; empty where all was compared.

    Raises:
        IndexCorruptError: words were not counted.
        ClusterError: as for ``Cluster.read``.
    """
    lease = Lease(cluster)
    if holder := lease.holder():
        return holder
    wrong = (
        _wrong_number(cluster, generation, state)
        or _too_few(generation, words, some)
        or _wrong_word(cluster, generation, words)
    )
    if wrong is None:
        return ""
    if read_state(cluster, generation.name).revision != state.revision:
        return "another process"
    if holder := lease.holder():
        return holder
    raise wrong


def _wrong_number(
    cluster: Cluster, generation: ClusterGeneration, state: FileState
) -> IndexCorruptError | None:
    there = count_of(cluster, generation.index)
    if there == state.articles:
        return None
    words_of = f"{files_of(generation.name)} has the words of {state.articles:,} articles"
    return IndexCorruptError(f"{words_of}, and there are {there:,}: {_REMEDY}")


def _too_few(
    generation: ClusterGeneration, words: Iterable[IndexedWord], some: WordCounts
) -> IndexCorruptError | None:
    """An error if a word's stored count is lower than its count in the articles that were read alone."""
    kept = {(word.layer, word.key): word.articles for word in words}
    for word in some.rows():
        if (there := kept.get(word[:2], 0)) < word.articles:
            return _miscounted(generation.name, word.key, there, word.articles)
    return None


def _wrong_word(
    cluster: Cluster, generation: ClusterGeneration, words: Iterable[IndexedWord]
) -> IndexCorruptError | None:
    kept = {word.key: word.articles for word in words if word.layer == "exact"}
    looked_at = sorted(_last_words(cluster, generation), key=lambda key: (kept.get(key, 0), key))[:MOST_WORDS]
    for key, there in zip(looked_at, _counted(cluster, generation.index, looked_at), strict=True):
        if there != kept.get(key, 0):
            return _miscounted(generation.name, key, kept.get(key, 0), there)
    return None


def _last_words(cluster: Cluster, generation: ClusterGeneration) -> set[str]:
    """The exact forms of the words of the articles that were changed last."""
    body = {
        "query": {"bool": {"filter": [LIVE, {"exists": {"field": "changed"}}]}},
        "sort": [{"changed": "desc"}, {"place": "asc"}],
        "size": LOOKED_AT,
        "_source": ["article"],
    }
    found = cluster.read(lambda client: client.search(index=generation.index, body=body))
    articles = [article_from_stored(hit["_source"]["article"]) for hit in found["hits"]["hits"]]
    made = DocumentMaker(generation.contract.basis).make(articles)
    return {key for each in made if isinstance(each, Analyzed) for key in each.keys["exact"]}


def _counted(cluster: Cluster, index: str, keys: Sequence[str]) -> list[int]:
    """The number of articles that contain each of the words."""
    if not keys:
        return []
    filters = [{"term": {"exact": {"value": key}}} for key in keys]
    body: Mapping[str, Any] = {"query": LIVE, "size": 0, "aggs": {"each": {"filters": {"filters": filters}}}}
    found = cluster.read(lambda client: client.search(index=index, body=body))
    return [bucket["doc_count"] for bucket in found["aggregations"]["each"]["buckets"]]


_REMEDY: Final = "count the words again with `onneshon index repair`"


def _miscounted(generation: str, key: str, kept: int, found: int) -> IndexCorruptError:
    return IndexCorruptError(
        f"{files_of(generation)} says that {kept:,} articles hold {key!r}, and {found:,} do: {_REMEDY}"
    )
