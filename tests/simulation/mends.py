"""Mends of the product taken out again: what each was made for happens, and the simulation has to see it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import pytest

from onneshon.index.publishing import journal
from onneshon.index.publishing.operation import Operation, encode_request
from onneshon.web.live import LiveEngine

__all__ = ["BY_CLOCK", "WITHOUT", "without"]

BY_CLOCK: Final = "positions of nightly builds"
"""Is taken out by an argument of the world."""


def _each_alone(operations: Sequence[Operation]) -> bytes:
    """Lines that do not say that they came together."""
    return b"".join(encode_request([operation]) for operation in operations)


WITHOUT: Final[dict[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "generations that are expected": lambda patched: patched.setattr(LiveEngine, "expect", lambda *_: None),
    "the mark of what was acknowledged": lambda patched: patched.setattr(
        journal._Mark, "read", lambda _mark: None
    ),
    "frames of requests": lambda patched: patched.setattr(journal, "encode_request", _each_alone),
    BY_CLOCK: lambda _patched: None,
}
"""By what is gone."""


@contextmanager
def without(mend: str) -> Iterator[None]:
    """The product without a mend."""
    with pytest.MonkeyPatch.context() as patched:
        WITHOUT[mend](patched)
        yield
