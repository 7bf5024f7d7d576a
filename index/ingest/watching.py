"""Being told when files of articles change, by watchfiles."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from onneshon.index.ingest.readers.extras import needed
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ingest.readers.registry import FORMATS, SUFFIXES
from onneshon.index.ingest.sources import Sources, plain_name

__all__ = ["watched"]

_LOOK: Final = 500
"""Milliseconds after which it is looked whether to stop."""

_LONGEST: Final = 30
"""Times ``settle`` after which changes are told of, though they go on."""


def watched(
    paths: Sequence[Path],
    stop: Event,
    reading: ReadingOptions | None = None,
    *,
    settle: float = 1.0,
    polling: bool = False,
) -> Iterator[int]:
    """How many files of articles have changed, each time that some have; 0 at once, when watching has begun.

    What changes while the number that was given is worked on is told of afterwards.

    Args:
        paths: folders and files.
        stop: set to end.
        reading: how they are read: files of one format count where one is asked for. Where links are
            followed, so is what happens behind those to folders, and to the files that others lead to now.
        settle: seconds without a change after which changes are told of.
        polling: look at the files from time to time instead of being told by the system, which does not know
            what happens on other machines.

    Raises:
        CorpusError: watchfiles is not installed.
    """
    watchfiles = needed("watchfiles", "watch", ", ".join(map(str, paths)))
    reading = reading or ReadingOptions()
    rules = _rules([*paths, *_linked(paths, reading)], reading)
    watches = [
        watchfiles.watch(
            *sorted(rule.folders),
            watch_filter=rule.counts,
            recursive=rule.recursive,
            step=max(50, int(settle * 1000)),
            debounce=max(50, int(settle * 1000 * _LONGEST)),
            stop_event=stop,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            raise_interrupt=True,
            force_polling=polling or None,
            ignore_permission_denied=True,
        )
        for rule in rules
    ]
    begun = False
    # Each in its turn: what happens meanwhile to what the others watch is kept for them.
    for found in zip(*watches, strict=False):
        changed = {name for changes in found for _change, name in changes}
        if not begun or changed:
            begun = True
            yield len(changed)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Folders that are watched in one way, and what counts in them.

    Attributes:
        folders: that are watched.
        recursive: with all that is below them.
        names: of files that count whatever they are called.
        suffixes: of others that count.
        follow_links: whether they count behind a link to a folder, which the system tells of all the same.
    """

    folders: frozenset[Path]
    recursive: bool
    names: frozenset[str]
    suffixes: tuple[str, ...] = ()
    follow_links: bool = False

    def counts(self, _change: object, name: str) -> bool:
        """Whether what happened to a file is to be told of."""
        if name in self.names:
            return True
        plain = plain_name(Path(name).name)
        if plain.startswith(".") or not plain.lower().endswith(self.suffixes):
            return False
        folder = os.path.dirname(name)  # noqa: PTH120  # compared as a text
        return self.follow_links or os.path.realpath(folder) == folder


def _linked(paths: Sequence[Path], reading: ReadingOptions) -> list[Path]:
    """Files that links in folders lead to: the system tells of changes by the folder that a file is in."""
    if not reading.follow_links:
        return []
    sources = Sources(paths, reading.format, follow_links=True)
    return [source.path for source in sources if source.path.is_symlink()]


def _rules(paths: Sequence[Path], reading: ReadingOptions) -> list[_Rule]:
    """How paths are watched: folders as they are, files by their folders.

    The system watches a file and not its name: it would tell nothing of another file that takes its place.
    """
    folders = frozenset(path.resolve() for path in paths if path.is_dir())
    files = [path for path in paths if not path.is_dir()]
    # A link may be made to lead elsewhere, and what it leads to may change.
    named = frozenset(name for path in files for name in (path.resolve(), path.parent.resolve() / path.name))
    names = frozenset(map(str, named))
    parents = frozenset(name.parent for name in named)
    suffixes = FORMATS[reading.format].suffixes if reading.format else tuple(SUFFIXES)
    rules = (_Rule(folders, True, names, suffixes, reading.follow_links), _Rule(parents, False, names))
    return [rule for rule in rules if rule.folders]
