"""The words, adjacent pairs, vocabulary and suggestions of a generation, in parts: changes add small ones.

The first part is that of the build; those of changes have differences of document frequencies. When there are
many, the last ones are merged: as few as together are small compared with the part before them. So the work
of changes is a few times their size, and seldom that of a whole index.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from onneshon.index.completion.titles import TitleSpool
from onneshon.index.completion.writer import write_completion
from onneshon.index.vocabulary.file import write_vocabulary
from onneshon.index.vocabulary.learned import LEARNED_FILE, learned_table
from onneshon.index.vocabulary.pair_counts import PairCounts, joined
from onneshon.index.vocabulary.pairs import FILE_NAME as PAIRS
from onneshon.index.vocabulary.pairs import WordPairs, write_pairs
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.reading import LIVE, scan
from onneshon.opensearch.storage.files import FilePart, fetch_part, keep_part, read_state
from onneshon.opensearch.storage.generations import ClusterGeneration
from onneshon.opensearch.storage.word_file import (
    ChangedTitles,
    IndexedWord,
    WordCounts,
    read_titles,
    read_word_file,
    suggested,
    summed,
    title_key,
    write_titles,
    write_word_file,
)

GONE: Final = "gone.bin"
"""The file of the pairs of articles that were removed."""

MOST_PARTS: Final = 8
"""The most parts; beyond, some are merged."""

SMALL: Final = 4
"""Parts are small compared with one that has this many times their articles."""


@dataclass(slots=True)
class WordChanges:
    """The effects of some changes on words and titles.

    Attributes:
        counts: the changed counts of words and pairs.
        added: the added titles.
        gone: the keys of the removed titles, see ``title_key``.
    """

    counts: WordCounts = field(default_factory=WordCounts)
    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def add(self, other: WordCounts, came: Iterable[str], went: Iterable[str]) -> None:
        """Add the effects of a batch: its counts, the titles it added, and those it removed."""
        self.counts.merge(other)
        self.added += came
        self.gone += map(title_key, went)

    @property
    def size(self) -> int:
        """The number of articles that were added or removed; a changed one counts as both."""
        return len(self.added) + len(self.gone)


def write_first_part(
    cluster: Cluster, generation: str, counts: WordCounts, titles: Iterable[str], articles: int
) -> None:
    """Store the words of all articles of a generation, in place of all its parts.

    Args:
        cluster: the cluster.
        generation: the name of the generation.
        counts: the counts over all articles.
        titles: the titles of all articles.
        articles: the number of articles.
    """
    pairs = counts.pairs.total()
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write_words(folder, [*counts.rows()], titles, articles)
        write_pairs(folder / PAIRS, pairs)
        (folder / LEARNED_FILE).write_text(learned_table(pairs, counts.explanations), "utf-8")
        keep_part(cluster, generation, folder, articles=articles)


def add_part(cluster: Cluster, generation: str, changes: WordChanges) -> None:
    """Store the effects of changes as a new part of a generation."""
    tally = changes.counts.pairs
    with TemporaryDirectory() as name:
        folder = Path(name)
        titles = ChangedTitles.joined([ChangedTitles((), changes.gone), ChangedTitles(changes.added)])
        _write_change(folder, [*changes.counts.rows()], titles, tally.added.parts(), tally.gone.parts())
        keep_part(
            cluster,
            generation,
            folder,
            articles=len(changes.added),
            gone=len(changes.gone),
            after=len(read_state(cluster, generation).parts),
        )


def _write_words(folder: Path, words: Sequence[IndexedWord], titles: Iterable[str], articles: int) -> None:
    found = suggested(words)
    write_vocabulary(folder, [(word.word, word.articles) for word in found])
    write_completion(folder, found, titles, articles)
    write_word_file(folder, words)


def _write_change(
    folder: Path,
    words: Sequence[IndexedWord],
    titles: ChangedTitles,
    added: Sequence[PairCounts],
    gone: Sequence[PairCounts],
) -> None:
    _write_words(folder, words, titles.added, len(titles.added))
    write_titles(folder, titles)
    write_pairs(folder / PAIRS, joined(added))
    write_pairs(folder / GONE, joined(gone))


def merge_parts(
    cluster: Cluster,
    live: ClusterGeneration,
    check: Callable[[], object],
    merging: Callable[[], object] = bool,
) -> None:
    """Merge the last parts into one, if there are many.

    Args:
        cluster: the cluster.
        live: the generation of the parts.
        check: raises if the writer's lease is lost.
        merging: is called if all parts are merged, which takes time in proportion to their size.
    """
    generation = live.name
    parts = read_state(cluster, generation).parts
    if len(parts) <= MOST_PARTS:
        return
    first = first_to_merge([part.articles + part.gone for part in parts])
    if not first:
        merging()
    with TemporaryDirectory() as name:
        folder, target = Path(name), Path(name) / "merged"
        target.mkdir()
        folders = [fetch_part(cluster, generation, part, folder) for part in parts[first:]]
        if first:
            _merge_changes(folders, target)
        else:
            _merge_all(folders, target, _titles(cluster, live.index))
        check()
        articles, gone = _sizes(parts[first:], whole=not first)
        keep_part(cluster, generation, target, articles=articles, gone=gone, after=first)


def first_to_merge(sizes: Sequence[int]) -> int:
    """The first part to merge: the later ones are few, and small compared with the part before."""
    for first in range(len(sizes) - 2, 0, -1):
        if sizes[first - 1] >= SMALL * sum(sizes[first:]):
            return first
    return 0


def _sizes(parts: Sequence[FilePart], *, whole: bool) -> tuple[int, int]:
    articles, gone = sum(part.articles for part in parts), sum(part.gone for part in parts)
    return (max(articles - gone, 0), 0) if whole else (articles, gone)


def _pairs(folders: Iterable[Path], name: str = PAIRS) -> list[PairCounts]:
    found = (WordPairs.open(folder / name) for folder in folders)
    return [pairs.counts() for pairs in found if pairs is not None]


def _merge_changes(folders: Sequence[Path], target: Path) -> None:
    words = [*summed([*map(read_word_file, folders)])]
    titles = ChangedTitles.joined(map(read_titles, folders))
    _write_change(target, words, titles, _pairs(folders), _pairs(folders, GONE))


def _merge_all(folders: Sequence[Path], target: Path, titles_there: Iterable[str]) -> None:
    """Write all words as a build would; the table learned from articles stays that of the build."""
    words = [*summed([*map(read_word_file, folders)])]
    with TemporaryDirectory() as name, closing(TitleSpool(Path(name))) as titles:
        count = 0
        for title in titles_there:
            titles.add(title)
            count += 1
        _write_words(target, words, titles, count)
    write_pairs(target / PAIRS, joined(_pairs(folders), _pairs(folders, GONE)))
    (target / LEARNED_FILE).write_bytes((folders[0] / LEARNED_FILE).read_bytes())


def _titles(cluster: Cluster, index: str) -> Iterator[str]:
    cluster.write(lambda client: client.indices.refresh(index=index))
    for hit in scan(cluster, index, LIVE, ["id"], source=["article.title"]):
        yield hit["_source"].get("article", {}).get("title", "")  # an article without a title has no entry


def words_of_parts(cluster: Cluster, generation: str) -> Iterator[IndexedWord]:
    """The words of a generation with their document frequencies; errors as for ``fetch_part``."""
    with TemporaryDirectory() as name:
        parts = read_state(cluster, generation).parts
        folders = [fetch_part(cluster, generation, part, Path(name)) for part in parts]
        yield from summed([*map(read_word_file, folders)])
