"""In which bytes a CSV file is: UTF-8, or Windows-1252 as texts for a font of Bijoy were saved."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from onneshon.index.encodings.bijoy_evidence import verdict
from onneshon.index.encodings.bijoy_table import windows_text
from onneshon.index.errors import CorpusError

__all__ = ["Codes", "as_lines", "is_utf8"]

_BENGALI: Final = re.compile("[\u0980-\u09ff]")
_ODD: Final = re.compile("[\udc80-\udcff]")


def as_lines(line: bytes) -> str:
    """A line as text, in which each byte that is not UTF-8 stands as half of a surrogate pair.

    Separators and quotation marks are ASCII in either code, so that rows can be told apart before anybody
    knows in which their texts are.
    """
    return line.decode("utf-8", "surrogateescape")


def is_utf8(row: Sequence[str]) -> bool:
    """Whether there was no other byte in it."""
    return not any(_ODD.search(cell) for cell in row)


class Codes:
    """Judges the bytes of a file that are not UTF-8: a row by itself, and what that leaves open by its file.

    Args:
        head: the first bytes of the file.
    """

    def __init__(self, head: bytes) -> None:
        self._head = head

    @cached_property
    def _is_bijoy(self) -> bool:
        """Whether the file has a line, among its first ones, that can be nothing else."""
        return any(_is_bijoy([as_lines(line)]) for line in self._head.split(b"\n"))

    def texts(self, row: list[str], names: Sequence[str], where: str) -> list[str]:
        """The cells of a row as the texts that they are.

        Args:
            row: its cells, of lines as ``as_lines`` has them.
            names: of the columns, for the message.
            where: its place, for the message.

        Raises:
            CorpusError: it is neither UTF-8 nor Bijoy.
        """
        if is_utf8(row):
            return row
        if _is_bijoy(row) or (self._is_bijoy and not _has_bengali(row)):
            return [_from_windows(cell) for cell in row]
        raise _fault(row, names, where)


def _from_windows(cell: str) -> str:
    return windows_text(cell.encode("utf-8", "surrogateescape").decode("latin-1"))


def _has_bengali(row: Sequence[str]) -> bool:
    return any(_BENGALI.search(cell) for cell in row)


def _is_bijoy(row: Sequence[str]) -> bool:
    """Whether a row is Bijoy by one of its cells; one with Bengali letters is UTF-8 with a stray byte."""
    if is_utf8(row) or _has_bengali(row):
        return False
    return any(verdict(_from_windows(cell)) == "bijoy" for cell in row)


def _fault(row: Sequence[str], names: Sequence[str], where: str) -> CorpusError:
    at, odd = next((at, odd) for at, cell in enumerate(row) if (odd := _ODD.search(cell)))
    column = f"column {names[at]}" if at < len(names) else f"field {at + 1}"
    return CorpusError(where, "utf-8", f"not UTF-8: byte 0x{ord(odd[0]) - 0xDC00:02x} in {column}")
