"""Opening the live generation of an index on a cluster: its contract, its words, its vocabulary."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from onneshon.index.completion.completion import Completion
from onneshon.index.vocabulary.learned import FILE_NAME as LEARNED
from onneshon.index.vocabulary.learned import read_learned
from onneshon.index.vocabulary.pairs import FILE_NAME as PAIRS
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.asking import Asker
from onneshon.opensearch.searching.dsl import LIVE
from onneshon.opensearch.searching.words import Words
from onneshon.opensearch.storage.files import fetch_files, read_state
from onneshon.opensearch.storage.generations import ClusterGeneration
from onneshon.opensearch.storage.word_file import read_word_file
from onneshon.search.retrieval.budget import TimeBudget

__all__ = ["asker_of", "open_words"]


def asker_of(cluster: Cluster, generation: ClusterGeneration) -> Asker:
    """What asks a generation, as it is now."""
    settings = cluster.read(lambda client: client.indices.get_settings(index=generation.name))
    uuid = settings[generation.name]["settings"]["index"]["uuid"]
    return Asker(cluster, generation.name, uuid, read_state(cluster, generation.name).revision)


def open_words(cluster: Cluster, asker: Asker) -> Words:
    """Read all words of a generation.

    Raises:
        IndexMissingError: its files are gone.
        IndexCorruptError: they are not as they were written.
        ClusterError: the cluster does not answer.
    """
    (count,), _ = asker.count([LIVE], TimeBudget())
    with _files(cluster, asker.index) as folder:
        # The open files outlive their names.
        vocabulary, completion = Vocabulary.open(folder), Completion.open(folder)
        pairs, learned = WordPairs.open(folder / PAIRS), read_learned([folder / LEARNED])
        return Words(count, read_word_file(folder), vocabulary, completion, pairs, learned)


@contextmanager
def _files(cluster: Cluster, generation: str) -> Iterator[Path]:
    with TemporaryDirectory(prefix="onneshon-") as name:
        fetch_files(cluster, generation, Path(name))
        yield Path(name)
