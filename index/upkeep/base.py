"""The generation that a writer changes: its segments, and which of their documents are dead by now."""

from collections.abc import Iterator, Sequence
from typing import Final, Self

from index.errors import IndexMissingError
from index.ranking import Basis
from index.storage.generations import Generations
from index.storage.manifest import Manifest
from index.storage.reader import check_fingerprints
from index.upkeep.held import HeldSegment, held_segments
from index.upkeep.succession import empty_manifest

__all__ = ["Base"]

_MANY: Final = 500
"""Look-ups that pay for a set of all digests."""


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
        self._living: set[int] | None = None
        self._asked = 0

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

    def ids(self) -> Iterator[str]:
        """The ids of the articles that are not dead, in no order."""
        for segment in self.segments:
            yield from segment.reader.article_ids((~segment.dead).nonzero()[0])

    def holds(self, digest: int) -> bool:
        """Whether an article of that digest is here and not dead; asked often, it costs a set of all."""
        self._asked += 1
        if self._living is None:
            if self._asked < _MANY:
                return False  # which looking for its id will tell as well
            self._living = {one for part in self.segments for one in part.digests[~part.dead].tolist()}
        return digest in self._living

    def digest_of(self, article_id: str) -> int | None:
        """The digest of an article; None where there is none, or it is dead."""
        found = self._find(article_id)
        return None if found is None else int(found[0].digests[found[1]])

    def delete(self, article_id: str) -> bool:
        """Let an article be dead; False where there is none."""
        found = self._find(article_id)
        if found is not None:
            segment, doc = found
            segment.dead[doc] = True
            if self._living is not None:
                self._living.discard(int(segment.digests[doc]))
        return found is not None

    def _find(self, article_id: str) -> tuple[HeldSegment, int] | None:
        for segment in reversed(self.segments):
            doc = segment.find(article_id)
            if doc is not None:
                return segment, doc
        return None
