"""The words of a generation with their document frequencies, which an engine has in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.columnar.sections import distinct
from onneshon.index.completion.completion import Completion, Kind
from onneshon.index.completion.several import SeveralCompletions
from onneshon.index.vocabulary.learned import LEARNED_FILE
from onneshon.index.vocabulary.pairs import FILE_NAME as PAIRS
from onneshon.index.vocabulary.pairs import SeveralWordPairs, WordPairs
from onneshon.index.vocabulary.several import SeveralVocabularies, read_learned
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.opensearch.storage.documents import BEGINNINGS, stem_number
from onneshon.opensearch.storage.files import FilePart
from onneshon.opensearch.storage.word_file import (
    ChangedTitles,
    LayerWords,
    read_titles,
    read_word_file,
    title_key,
)
from onneshon.search.retrieval.collection import Layer

REMEMBERED: Final = 16_384
"""The number of words whose counts are cached: one query asks several times for each."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WordPart:
    """The open files with the words of some articles, or of changes to articles.

    Attributes:
        layers: the keys of each layer with their counts; those of changes may be negative.
        vocabulary: the Bengali words with their sounds, if they were written.
        completion: the suggestions while typing, if they were written.
        pairs: the counts of adjacent words, if they were written.
        learned: a table of the variants and abbreviations that the articles teach.
        titles: the titles that changes added and removed.
        gone: the number of articles that were changed or deleted.
        source: the files of the part, which identify it; None for a part without files.
    """

    layers: dict[str, LayerWords]
    vocabulary: Vocabulary | None = None
    completion: Completion | None = None
    pairs: WordPairs | None = None
    learned: str = ""
    titles: ChangedTitles = field(default_factory=ChangedTitles)
    gone: int = 0
    source: FilePart | None = None

    @cached_property
    def numbers(self) -> NDArray[np.uint32]:
        """The number of each stem, see ``stem_number``; kept as long as the part is open."""
        return np.array([*map(stem_number, self.layers["stem"].keys)], np.uint32)

    @classmethod
    def open(cls, folder: Path, source: FilePart) -> Self:
        """Open the files of a part; raises IndexCorruptError if one is damaged."""
        return cls(
            layers=read_word_file(folder),
            vocabulary=Vocabulary.open(folder),
            completion=Completion.open(folder),
            pairs=WordPairs.open(folder / PAIRS),
            learned=read_learned([folder / LEARNED_FILE]),
            titles=read_titles(folder),
            gone=source.gone,
            source=source,
        )


class Words:
    """The words of a generation: a ``WordIndex``, with vocabulary and suggestions. Threads may share it.

    Args:
        count: the number of articles.
        parts: the open parts, the earliest first.

    Attributes:
        learned: a table of the variants and abbreviations that the articles teach.
    """

    def __init__(self, count: int, parts: Sequence[WordPart]) -> None:
        self.count = count
        self.parts = parts
        self.learned = "".join(part.learned for part in parts)
        self._known = lru_cache(REMEMBERED)(self._key_document_frequency)
        self._gone = frozenset(ChangedTitles.joined(part.titles for part in parts).gone)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The Bengali words with their sounds."""
        found = [part.vocabulary for part in self.parts if part.vocabulary is not None]
        gone = sum(part.gone for part in self.parts)
        if len(found) == 1:
            return found[0]
        return SeveralVocabularies(found, lambda word: self.key_document_frequency("exact", word), gone)

    @cached_property
    def completion(self) -> Completion | None:
        """The suggestions while typing, if the index was built with them."""
        found = [part.completion for part in self.parts if part.completion is not None]
        if len(found) < 2:  # noqa: PLR2004  # no need to combine
            return found[0] if found else None
        return SeveralCompletions(found, self._is_alive)

    @cached_property
    def pairs(self) -> WordPairs:
        """The counts of adjacent words."""
        found = [part.pairs for part in self.parts if part.pairs is not None]
        return found[0] if len(found) == 1 else SeveralWordPairs(found)

    def _is_alive(self, kind: Kind, text: str) -> bool:
        """Whether a word, a phrase of titles or a title is in an article that exists."""
        words = [exact for exact, _ in word_keys(text)]
        if kind == "word":
            return self.key_document_frequency("exact", " ".join(words)) > 0
        if kind == "title" and self._gone and title_key(text) in self._gone:
            return False
        return all(self.key_document_frequency("exact", word, title=True) > 0 for word in words)

    def stem_of(self, word: str) -> str | None:
        """The stem key of a word in canonical spelling; None where no article has it."""
        return stem_key(word) if self.key_document_frequency("exact", word) else None

    def document_frequency(self, field: str, term: str) -> int:
        """The document frequency of a term in a field of words."""
        layer: Layer = "stem" if field.endswith("stem") else "exact"
        return self.key_document_frequency(layer, term, title=field.startswith("title_"))

    def document_frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """The document frequency of each term in a field of words."""
        return [self.document_frequency(field, term) for term in terms]

    def key_document_frequency(self, layer: Layer, key: str, *, title: bool = False) -> int:
        """The number of articles that contain a key of a layer, anywhere or in their titles."""
        return self._known(layer, key, title)

    def prefix_document_frequency(self, start: str) -> int:
        """The number of articles that contain a stem with a prefix of three or of four characters."""
        return self._known(BEGINNINGS, start, False)

    def _key_document_frequency(self, layer: str, key: str, title: bool) -> int:
        count = 0
        for part in self.parts:
            words = part.layers[layer]
            if (index := words.index(key)) >= 0:
                count += int((words.titles if title else words.articles)[index])
        return max(count, 0)

    def begins(self, layer: Layer, start: str) -> bool:
        """Whether a key of a layer has a prefix."""
        ranges = (part.layers[layer].range(start) for part in self.parts)
        return any(found.stop > found.start for found in ranges)

    def beginning(
        self, layer: Layer, start: str, most: int, *, title: bool = False
    ) -> tuple[list[str], bool]:
        """The keys of a layer with a prefix, in order, and whether these are all.

        Args:
            layer: the layer.
            start: the prefix.
            most: the largest number of keys; the most frequent are kept, of equal ones the first.
            title: whether only keys in titles count, by their frequency there.
        """
        counts: Counter[str] = Counter()
        for part in self.parts:
            words = part.layers[layer]
            found = words.range(start)
            counted = (words.titles if title else words.articles)[found].tolist()
            counts.update(dict(zip(words.keys[found], counted, strict=True)))
        present = sorted((-count, key) for key, count in counts.items() if count > 0)
        return sorted(key for _, key in present[:most]), len(present) <= most

    def numbers(self, start: str, most: int) -> NDArray[np.uint32]:
        """The stem numbers, as in column ``stream``, of stems with a prefix; the first ``most`` of them."""
        found = [part.numbers[part.layers["stem"].range(start)] for part in self.parts]
        return found[0][:most] if len(found) == 1 else distinct(np.concatenate(found))[:most]
