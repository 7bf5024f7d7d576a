"""The pointer of an index, ``CURRENT``: the name of the live generation, and the digest of its manifest."""

import re
from typing import Final

_POINTER: Final = re.compile(rb"([0-9]{6,}) ([0-9a-f]{64})\n")
_LEGIBLE_NAME: Final = re.compile(rb"([0-9]{6,}) ")
_LEGIBLE_SHA256: Final = re.compile(rb"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")


def pointer_to(name: str, sha256: str) -> bytes:
    """The content of the pointer to a generation.

    Args:
        name: of the generation.
        sha256: of its manifest, in lower-case hexadecimal.
    """
    return f"{name} {sha256}\n".encode()


def pointed_at(content: bytes) -> tuple[str, str] | None:
    """The name and the digest that a pointer has; None where it is not as ``pointer_to`` made it."""
    found = _POINTER.fullmatch(content)
    return (found[1].decode(), found[2].decode()) if found else None


def may_have_been(content: bytes, name: str, sha256: str) -> bool:
    """Whether what is left of a damaged pointer lets it have been the one to a generation.

    So it is where a name or a digest can still be read in it and is the right one, and where neither can.

    Args:
        content: of the pointer; empty where it is lost.
        name: as for ``pointer_to``.
        sha256: the same.
    """
    left = [
        (_LEGIBLE_NAME.match(content), name),
        (_LEGIBLE_SHA256.search(content), sha256),
    ]
    agree = [found[1] == value.encode() for found, value in left if found]
    return any(agree) or not agree
