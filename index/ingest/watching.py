"""Being told when files of articles change, by watchfiles."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Final

from index.ingest.readers.extras import needed
from index.ingest.readers.registry import FORMATS, SUFFIXES
from index.ingest.sources import plain_name

__all__ = ["watched"]

_LOOK: Final = 500
"""Milliseconds after which it is looked whether to stop."""

_LONGEST: Final = 30
"""Times ``settle`` after which changes are told of, though they go on."""


def watched(
    paths: Sequence[Path],
    stop: Event,
    *,
    settle: float = 1.0,
    polling: bool = False,
    format_name: str | None = None,
) -> Iterator[int]:
    """How many files of articles have changed, each time that some have; 0 at once, when watching has begun.

    What changes while the number that was given is worked on is told of afterwards.

    Args:
        paths: folders and files.
        stop: set to end.
        settle: seconds without a change after which changes are told of.
        polling: look at the files from time to time instead of being told by the system, which does not know
            what happens on other machines.
        format_name: the format whose files count; None for all.

    Raises:
        CorpusError: watchfiles is not installed.
    """
    watchfiles = needed("watchfiles", "watch", ", ".join(map(str, paths)))
    suffixes = FORMATS[format_name].suffixes if format_name else tuple(SUFFIXES)
    given = {str(path.resolve()) for path in paths if not path.is_dir()}

    def is_of_articles(_change: object, name: str) -> bool:
        path = Path(name)
        hidden = path.name.startswith(".")
        return name in given or (not hidden and plain_name(path.name).lower().endswith(suffixes))

    begun = False
    for changes in watchfiles.watch(
        *(path.resolve() for path in paths),
        watch_filter=is_of_articles,
        step=max(50, int(settle * 1000)),
        debounce=max(50, int(settle * 1000 * _LONGEST)),
        stop_event=stop,
        rust_timeout=_LOOK,
        yield_on_timeout=True,
        raise_interrupt=True,
        force_polling=polling or None,
        ignore_permission_denied=True,
    ):
        if not begun or changes:
            begun = True
            yield len({name for _change, name in changes})
