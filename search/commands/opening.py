"""The engine of a command; where the live index is damaged, an older one and a warning."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.commands.terminal import say
from search.engine import Engine

__all__ = ["opened"]


@contextmanager
def opened(directory: Path) -> Iterator[Engine]:
    """Open an index for a command.

    Raises:
        IndexStateError: there is none that can be searched.
    """
    with Engine.open(directory) as engine:
        if warning := engine.health.warning:
            say(f"onneshon: warning: {warning}", err=True, indent="")
        yield engine
