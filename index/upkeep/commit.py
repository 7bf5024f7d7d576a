"""What a writer changes, and the next generation, which shares the files of segments that stay."""

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import fingerprint
from onneshon.index.analysis.icu_text import versions
from onneshon.index.article import Article, schema_fingerprint
from onneshon.index.columnar.segment_list import DIGESTS_FILE, files_of, read_gone, side_folder, write_gone
from onneshon.index.errors import BuildError, IndexMissingError
from onneshon.index.indexer.digests import write_digests
from onneshon.index.ingest.fields import NO_RECORD
from onneshon.index.ranking import Basis
from onneshon.index.storage.durable import link_file
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, FileEntry, Manifest, describe_files, names_in
from onneshon.index.storage.parity import write_parity
from onneshon.index.storage.reader import check_fingerprints, open_folder
from onneshon.index.storage.whoosh_index import write_segments
from onneshon.index.upkeep.merging import (
    OpenSegment,
    first_to_merge,
    merge_segments,
    opened_segments,
    write_side_tables,
)

MOSTLY_DEAD: Final = 1 / 3
"""Of the documents of a segment; a merge in the background writes it anew."""


def empty_manifest() -> Manifest:
    """Of an index that has no generation yet."""
    return Manifest(articles=0, analyzer=fingerprint(), schema=schema_fingerprint(), created="")


class NextGeneration:
    """The next generation, being put together.

    Args:
        working: its folder.
        manifest: of the generation before it.
        segments: what it consists of, the oldest first; those in ``working`` are new.
    """

    def __init__(self, working: Path, manifest: Manifest, segments: Sequence[OpenSegment]) -> None:
        self._working = working
        self._before = manifest
        self.segments = list(segments)
        self._merges = 0
        self._replace([segment for segment in segments if segment.alive])

    def _replace(self, successors: Sequence[OpenSegment]) -> None:
        """Take other segments from now on; files of new ones that are not among them go."""
        for segment in self.segments:
            if segment.folder == self._working and segment not in successors:
                segment.remove()
        self.segments = list(successors)

    def merge(self, most: float) -> int:
        """Merge segments from the one on that ``first_to_merge`` names; how many went into others.

        Args:
            most: bytes that may be merged.
        """
        before = len(self.segments)
        first = first_to_merge([segment.size for segment in self.segments], most)
        if first is not None:
            self.merge_from(first)
        return before - len(self.segments)

    def purge(self, most: float) -> int:
        """Write segments anew that are mostly dead, and not too large; how many."""
        purged = _mostly_dead(self.segments, most)
        for segment in purged:
            anew = self._made_of([segment])
            self._replace([anew if kept is segment else kept for kept in self.segments])
        return len(purged)

    def merge_from(self, first: int) -> None:
        """Make one of all segments from one on."""
        self._replace([*self.segments[:first], self._made_of(self.segments[first:])])

    def _made_of(self, parts: Sequence[OpenSegment]) -> OpenSegment:
        self._merges += 1
        number = self._working.name.partition(".")[0]
        return merge_segments(parts, self._working, f"{number}m{self._merges}")

    @property
    def declared(self) -> set[str]:
        """The fields beside ours that its articles have values of."""
        return {name for segment in self.segments for name in segment.reader.declared}

    def complete(self, samples: Mapping[str, Article], gone: Mapping[str, int]) -> Manifest:
        """Write all that is missing, and compare what was written with what should be there.

        Args:
            samples: some articles that must be in it, by id.
            gone: ids of those that are not in it any more, and since when.

        Raises:
            BuildError: it reads back differently.
        """
        known = {name: entry for segment in self.segments for name, entry in self._shared(segment).items()}
        for segment in self.segments:
            if segment.folder == self._working:
                self._write_side_tables(segment)
                write_parity(self._working, segment.name, files_of(segment.name, names_in(self._working)))
            elif not (side_folder(self._working, segment.name) / DIGESTS_FILE).exists():
                write_digests(side_folder(self._working, segment.name), segment.digests)
        write_segments(self._working, [segment.listed() for segment in self.segments])
        write_gone(self._working, gone)
        manifest = self._manifest(known)
        self._check(manifest, samples)
        (self._working / MANIFEST_FILE).write_bytes(manifest.encode())
        return manifest

    def _shared(self, segment: OpenSegment) -> dict[str, FileEntry]:
        """Link the files of a segment that stays; what the manifest before knew of them."""
        if segment.folder == self._working:
            return {}
        names = files_of(segment.name, self._before.files)
        if not segment.digests.are_those_in(side_folder(segment.folder, segment.name)):
            names = [name for name in names if Path(name).name != DIGESTS_FILE]
        side_folder(self._working, segment.name).mkdir(mode=0o700, exist_ok=True)
        for name in names:
            link_file(segment.folder / name, self._working / name)
        return {name: self._before.files[name] for name in names}

    def _write_side_tables(self, segment: OpenSegment) -> None:
        docs = (~segment.dead).nonzero()[0].tolist()
        titles = [segment.reader.article(doc).title for doc in docs]
        write_side_tables(self._working, segment.name, segment.reader, segment.digests, titles)

    def _manifest(self, known: Mapping[str, FileEntry]) -> Manifest:
        # What a build decided once for all of its segments is kept, whatever it is.
        return replace(
            self._before,
            articles=sum(segment.alive for segment in self.segments),
            created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            versions=versions(),
            files=describe_files(self._working, known),
            basis=self.segments[0].basis.to_dict() if self.segments else self._before.basis,
        )

    def _check(self, manifest: Manifest, samples: Mapping[str, Article]) -> None:
        with open_folder(self._working, self._working.name, manifest) as reader:
            if reader.count != manifest.articles:
                raise BuildError(
                    f"{manifest.articles:,} articles should be there, but {reader.count:,} are there"
                )
            for article_id, article in samples.items():
                if reader.article(article_id) != article:
                    raise BuildError(f"the article {article_id!r} reads back differently")


def has_to_merge(segments: Sequence[OpenSegment], most: float = math.inf) -> bool:
    """Whether ``merge_some`` would change anything."""
    sizes = [segment.size for segment in segments]
    return bool(_mostly_dead(segments, most)) or first_to_merge(sizes, most) is not None


def _mostly_dead(segments: Sequence[OpenSegment], most: float) -> list[OpenSegment]:
    return [segment for segment in segments if segment.dead_share > MOSTLY_DEAD and segment.size <= most]


def merge_some(next_generation: NextGeneration, most: float) -> int:
    """Merge in the background; what is mostly dead is written anew; how many segments went.

    Args:
        next_generation: of the segments.
        most: bytes that may be merged, and of a segment that may be written anew.
    """
    purged = next_generation.purge(most)
    return purged + next_generation.merge(most)


def merge_all(next_generation: NextGeneration) -> int:
    """Make one segment of all, without dead documents; how many there were."""
    before = len(next_generation.segments)
    if next_generation.segments:
        next_generation.merge_from(0)
    return before


_PAYS: Final = 1_000
"""Documents of whose numbers a set is made in the time that one article takes to be read and looked for."""


class _LiveNumbers:
    """The numbers that documents have which are not dead; asked often, it costs a set of all.

    Args:
        segments: whose documents they are.
        numbers: those of the documents of one.
    """

    def __init__(
        self, segments: Sequence[OpenSegment], numbers: Callable[[OpenSegment], NDArray[np.uint64]]
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
            self._all = {
                number for part in self._segments for number in self._numbers(part)[~part.dead].tolist()
            }
        return number in self._all

    def discard(self, segment: OpenSegment, doc: int) -> None:
        """A document has its number no more."""
        if self._all is not None:
            self._all.discard(int(self._numbers(segment)[doc]))


class BaseGeneration:
    """What is live, and what is deleted of it.

    Args:
        name: of the generation; empty where there is none yet.
        manifest: of the generation.
        segments: of the generation, in their order.
        gone: ids of articles that are not in it any more, and since when.
    """

    def __init__(
        self,
        name: str,
        manifest: Manifest,
        segments: Sequence[OpenSegment],
        gone: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.name = name
        self.gone = gone
        self.manifest = manifest
        self.segments = segments
        self._contents = _LiveNumbers(segments, lambda segment: segment.digests.contents)
        self._records = _LiveNumbers(segments, lambda segment: segment.digests.records)

    @classmethod
    def load(cls, generations: Generations) -> Self:
        """Open the live generation.

        Raises:
            IndexStateError: there is one, but it cannot be opened.
        """
        try:
            live = generations.current()
        except IndexMissingError:
            return cls("", empty_manifest(), ())
        manifest = live.check(digests=False)
        check_fingerprints(manifest)
        return cls(live.name, manifest, opened_segments(live.folder), read_gone(live.folder))

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
            # By sorting: a table of numbers so large overflows in NumPy 2.0.
            wanted = ~segment.dead & ~np.isin(segment.digests.records, passed, kind="sort")
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

    def _find(self, article_id: str) -> tuple[OpenSegment, int] | None:
        for segment in reversed(self.segments):
            doc = segment.find(article_id)
            if doc is not None:
                return segment, doc
        return None
