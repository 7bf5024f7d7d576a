"""The generation that a writer changes: its segments, and which of their documents are dead by now."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.errors import IndexMissingError
from onneshon.index.ingest.record_digests import NO_RECORD
from onneshon.index.ranking import Basis
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import Manifest
from onneshon.index.storage.reader import check_fingerprints
from onneshon.index.upkeep.held import HeldSegment, held_segments
from onneshon.index.upkeep.succession import empty_manifest

__all__ = ["Base"]

_PAYS: Final = 1_000
"""Documents of whose numbers a set is made in the time that one article takes to be read and looked for."""


class _Living:
    """The numbers that documents have which are not dead; asked often, it costs a set of all.

    Args:
        segments: whose documents they are.
        numbers: those of the documents of one.
    """

    def __init__(
        self, segments: Sequence[HeldSegment], numbers: Callable[[HeldSegment], NDArray[np.uint64]]
    ) -> None:
        self._segments = segments
        self._numbers = numbers
        self._asked = 0
        self._all: set[int] | None = None

    def has(self, number: int) -> bool:
        """Whether one of them has it; False as well before it pays to look."""
        self._asked += 1
        if self._all is None:
            if self._asked * _PAYS < sum(len(part.dead) for part in self._segments):
                return False
            self._all = {one for part in self._segments for one in self._numbers(part)[~part.dead].tolist()}
        return number in self._all

    def discard(self, segment: HeldSegment, doc: int) -> None:
        """A document has its number no more."""
        if self._all is not None:
            self._all.discard(int(self._numbers(segment)[doc]))


class Base:
    """What is live, and what is deleted of it.

    Args:
        name: of the generation; empty where there is none yet.
        manifest: of the generation.
        segments: of the generation, in their order.
    """

    def __init__(self, name: str, manifest: Manifest, segments: Sequence[HeldSegment]) -> None:
        self.name = name
        self.manifest = manifest
        self.segments = segments
        self._contents = _Living(segments, lambda segment: segment.digests.contents)
        self._records = _Living(segments, lambda segment: segment.digests.records)

    @classmethod
    def load(cls, generations: Generations) -> Self:
        """Open the live generation.

        Raises:
            IndexStateError: there is one, but it cannot be opened.
        """
        try:
            live = generations.current()
        except IndexMissingError:
            if generations.all():
                raise
            return cls("", empty_manifest(), ())
        manifest = live.check(digests=False)
        check_fingerprints(manifest)
        return cls(live.name, manifest, held_segments(live.folder))

    @property
    def alive(self) -> int:
        """How many articles are not dead."""
        return sum(segment.alive for segment in self.segments)

    @property
    def dictionary(self) -> bytes | None:
        """By what stored texts are compressed; None where there are none yet."""
        return self.segments[0].dictionary if self.segments else None

    @property
    def basis(self) -> Basis | None:
        """What impacts are made with, chosen when the index was first built; None where there is none yet."""
        return None if self.manifest.basis is None else Basis.from_dict(self.manifest.basis)

    def stem_of(self, word: str) -> str | None:
        """The stem key of a word in canonical spelling, if the oldest segment, mostly the largest, has it."""
        return self.segments[0].reader.stem_of(word) if self.segments else None

    def ids(self, records: Collection[int] = ()) -> Iterator[str]:
        """The ids of the articles that are not dead, in no order, but for those made of some records."""
        passed = np.fromiter(records, np.uint64, len(records))
        for segment in self.segments:
            wanted = ~segment.dead & ~np.isin(segment.digests.records, passed)
            yield from segment.reader.article_ids(wanted.nonzero()[0])

    def holds(self, digest: int) -> bool:
        """Whether an article of that digest is here and not dead; where few ask, False without looking."""
        return self._contents.has(digest)

    def knows(self, record: int) -> bool:
        """Whether an article is here and not dead that was made of that record; as ``holds``."""
        return record != NO_RECORD and self._records.has(record)

    def remember(self, article_id: str, record: int) -> None:
        """From now on an article that is here is known by that record."""
        found = self._find(article_id)
        if found is not None:
            segment, doc = found
            self._records.discard(segment, doc)
            segment.digests.records[doc] = record

    def digest_of(self, article_id: str) -> int | None:
        """The digest of an article; None where there is none, or it is dead."""
        found = self._find(article_id)
        return None if found is None else int(found[0].digests.contents[found[1]])

    def delete(self, article_id: str) -> bool:
        """Let an article be dead; False where there is none."""
        found = self._find(article_id)
        if found is not None:
            segment, doc = found
            segment.dead[doc] = True
            self._contents.discard(segment, doc)
            self._records.discard(segment, doc)
        return found is not None

    def _find(self, article_id: str) -> tuple[HeldSegment, int] | None:
        for segment in reversed(self.segments):
            doc = segment.find(article_id)
            if doc is not None:
                return segment, doc
        return None
