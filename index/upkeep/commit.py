"""The next generation of an index, which shares the files of segments that stay, and merges others."""

import datetime as dt
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from onneshon.index.analysis.icu_text import versions
from onneshon.index.article import Article
from onneshon.index.columnar.change_dates import DIGESTS_FILE, write_gone
from onneshon.index.columnar.segment_list import INDEX_NAME, files_of, side_folder
from onneshon.index.completion.writer import FILE_NAME as COMPLETION_FILE
from onneshon.index.errors import BuildError
from onneshon.index.indexer.digests import write_digests
from onneshon.index.storage.durable import link_file
from onneshon.index.storage.manifest import MANIFEST_FILE, FileEntry, Manifest, describe_files, looks_sound
from onneshon.index.storage.parity import PARITY_EXT, rewrite_parity, write_parity
from onneshon.index.storage.reader import open_folder
from onneshon.index.storage.whoosh_index import write_segments
from onneshon.index.upkeep.merging import (
    OpenSegment,
    first_to_merge,
    merge_segments,
    write_side_tables,
)
from onneshon.index.vocabulary.file import FILE_NAME as VOCABULARY_FILE

log = logging.getLogger(__name__)

MOSTLY_DEAD: Final = 1 / 3
"""Share of deleted documents above which a background merge rewrites a segment."""


class NextGeneration:
    """The next generation, while it is assembled.

    Args:
        working: the folder of the next generation.
        manifest: the manifest of the generation before it.
        segments: its segments, the oldest first; those in ``working`` are new.
    """

    def __init__(self, working: Path, manifest: Manifest, segments: Sequence[OpenSegment]) -> None:
        self._working = working
        self._before = manifest
        self.segments = list(segments)
        self._merges = 0
        self._replace([segment for segment in segments if segment.alive])

    def _replace(self, successors: Sequence[OpenSegment]) -> None:
        """Replace the list of segments; the files of new segments that are not in it are removed."""
        for segment in self.segments:
            if segment.folder == self._working and segment not in successors:
                segment.remove()
        self.segments = list(successors)

    def merge(self, most: float) -> int:
        """Merge all segments from the one that ``first_to_merge`` returns; return by how many they are fewer.

        Args:
            most: the most bytes that may be merged.
        """
        before = len(self.segments)
        first = first_to_merge([segment.size for segment in self.segments], most)
        if first is not None:
            self.merge_from(first)
        return before - len(self.segments)

    def purge(self, most: float) -> int:
        """Rewrite segments of at most ``most`` bytes that are mostly dead; return their number."""
        purged = _mostly_dead(self.segments, most)
        for segment in purged:
            anew = self._made_of([segment])
            self._replace([anew if kept is segment else kept for kept in self.segments])
        return len(purged)

    def merge_from(self, first: int) -> None:
        """Merge all segments from number ``first`` on into one."""
        self._replace([*self.segments[:first], self._made_of(self.segments[first:])])

    def _made_of(self, parts: Sequence[OpenSegment]) -> OpenSegment:
        for part in parts:
            self._tell_damage(part)
        self._merges += 1
        number = self._working.name.partition(".")[0]
        return merge_segments(parts, self._working, f"{number}m{self._merges}")

    def _tell_damage(self, part: OpenSegment) -> None:
        """Log damage to side tables, which a merge makes again unread: the disk may have altered more."""
        for name in files_of(part.name, self._before.files):
            path = part.folder / name
            if path.name in (VOCABULARY_FILE, COMPLETION_FILE) and not looks_sound(
                path, self._before.files[name], digests=True
            ):
                log.warning("%s was altered after it was built, and is made again: check the disk", path)

    @property
    def declared(self) -> set[str]:
        """The names of the site's own fields that its articles have values of."""
        return {name for segment in self.segments for name in segment.reader.declared}

    def complete(self, samples: Mapping[str, Article], gone: Mapping[str, int]) -> Manifest:
        """Write all files that are missing, and compare the written generation with what it should contain.

        Args:
            samples: some articles that the generation must contain, by id.
            gone: the ids of removed articles, each with the time of its removal.

        Raises:
            BuildError: the generation reads back differently.
        """
        known = {name: entry for segment in self.segments for name, entry in self._shared(segment).items()}
        for segment in self.segments:
            if segment.folder == self._working:
                self._write_side_tables(segment)
                write_parity(self._working, segment.name)
            elif not (side_folder(self._working, segment.name) / DIGESTS_FILE).exists():
                self._write_digests(segment)
        write_segments(self._working, [segment.listed() for segment in self.segments])
        write_gone(self._working, gone)
        write_parity(self._working, INDEX_NAME)
        manifest = self._manifest(known)
        self._check(manifest, samples)
        (self._working / MANIFEST_FILE).write_bytes(manifest.encode())
        return manifest

    def _write_digests(self, segment: OpenSegment) -> None:
        """Write the digests of a segment that stays, and the parity of its files again."""
        side = side_folder(self._working, segment.name)
        write_digests(side, segment.digests)
        changed = (side / DIGESTS_FILE).relative_to(self._working).as_posix()
        rewrite_parity(segment.folder, self._working, segment.name, changed)

    def _shared(self, segment: OpenSegment) -> dict[str, FileEntry]:
        """Link the files of a segment that stays; return their entries from the previous manifest."""
        if segment.folder == self._working:
            return {}
        names = files_of(segment.name, self._before.files)
        if not segment.digests.are_those_in(side_folder(segment.folder, segment.name)):
            names = [name for name in names if not name.endswith((DIGESTS_FILE, PARITY_EXT))]
        side_folder(self._working, segment.name).mkdir(mode=0o700, exist_ok=True)
        for name in names:
            link_file(segment.folder / name, self._working / name)
        return {name: self._before.files[name] for name in names}

    def _write_side_tables(self, segment: OpenSegment) -> None:
        docs = (~segment.dead).nonzero()[0].tolist()
        titles = [segment.reader.article(doc).title for doc in docs]
        write_side_tables(self._working, segment.name, segment.reader, segment.digests, titles)

    def _manifest(self, known: Mapping[str, FileEntry]) -> Manifest:
        # The other fields, which a build decided for all segments, are kept as they are.
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
    """Merge in the background and rewrite mostly dead segments; return how many were rewritten or merged.

    Args:
        next_generation: the generation with the segments.
        most: the most bytes that may be merged, and of a segment that may be rewritten.
    """
    purged = next_generation.purge(most)
    return purged + next_generation.merge(most)


def merge_all(next_generation: NextGeneration) -> int:
    """Merge all segments into one, without dead documents; return how many there were."""
    before = len(next_generation.segments)
    if next_generation.segments:
        next_generation.merge_from(0)
    return before
