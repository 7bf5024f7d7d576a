"""Bytes of posting lists and dictionaries as the kernel reads them: an error or wrong numbers, no crash."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.kernel.postings import PostingList
from onneshon.index.kernel.terms import Dictionary
from tests.index.kernel.plain_lists import PADDING
from tests.index.kernel.test_damage import (
    DOCUMENTS,
    errors_of,
    found_inside,
    section,
    sound,
    ways_to_read,
)

__all__ = ["checks", "dictionary_bytes"]

GROUP: Final = 64
"""Terms of a group of a dictionary."""


def _check_list(content: bytes) -> None:
    """The first byte says whether it has positions."""
    positions = bool(content[:1] > b"\x7f")
    data = content[1:]
    make = partial(
        PostingList, section(np.frombuffer(data, np.uint8)).data, 0, len(data), DOCUMENTS, positions=positions
    )
    if errors_of(make):
        return
    other = section(np.frombuffer(sound(300, positions, 7), np.uint8))
    good = PostingList(other.data, 0, len(other) - len(PADDING), DOCUMENTS, positions=positions)
    for read in ways_to_read(make(), good, positions=positions):
        errors_of(read)


def dictionary_bytes(parts: Sequence[NDArray[Any]]) -> bytes:
    """The parts of a dictionary one after another, behind the number of its terms, as they are read here."""
    terms, shared, endings, groups = parts
    return len(shared).to_bytes(2) + b"".join(part.tobytes() for part in (shared, endings, groups, terms))


def _check_dictionary(content: bytes) -> None:
    count = int.from_bytes(content[:2])
    groups = -(-count // GROUP) * 4
    data = np.frombuffer(content[2:], np.uint8)
    if len(data) < 2 * count + groups:
        return
    shared, endings, starts, terms = np.split(data, np.cumsum([count, count, groups]))
    parts: list[NDArray[Any]] = [terms.copy(), shared.copy(), endings.copy(), starts.copy().view(np.uint32)]
    make = partial(Dictionary, *parts)
    if not errors_of(make):
        dictionary = make()
        for word in (terms[:5].tobytes(), terms[-9:].tobytes(), b"", b"\xff" * 300):
            errors_of(partial(found_inside, dictionary, word))


def checks() -> dict[str, Callable[[bytes], None]]:
    """What checks bytes of each structure."""
    return {"list": _check_list, "dictionary": _check_dictionary}
