"""The engine of a command; where the live index is damaged, an older one and a warning."""

from collections.abc import Iterator
from contextlib import contextmanager

from onneshon.index.commands.terminal import Location, say
from onneshon.search.interface import OpenedEngine
from onneshon.search.opening import open_engine

__all__ = ["opened"]


@contextmanager
def opened(location: Location) -> Iterator[OpenedEngine]:
    """Open an index for a command.

    Raises:
        IndexStateError: there is none that can be searched.
    """
    with open_engine(location) as engine:
        if warning := engine.health.warning:
            say(f"onneshon: warning: {warning}", err=True, indent="")
        yield engine
