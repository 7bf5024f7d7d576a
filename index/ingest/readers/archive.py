"""Documents that are archives in ZIP: their members, in bounded memory whatever they say of themselves."""

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import MAX_DEPTH
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import needed
from onneshon.index.ingest.streams import MAX_BYTES

BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    KeyError,
    RuntimeError,
    ValueError,
    SyntaxError,
)
"""What reading a member raises: of bytes that were altered, of a name that is not there, of one that is
encrypted or packed in a way that Python does not know, of what is no UTF-8, of what is no XML."""
_DIRECTORY_END: Final = 22 + 0xFFFF
"""Bytes within which the list of members says how long it is: APPNOTE 4.3.16, with the longest comment."""
_PIECE: Final = 1 << 16


class Target(Protocol):
    """What is called for the elements of some XML, as parsers of Python's ``xml.etree`` do."""

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """An element begins."""

    def end(self, tag: str, /) -> None:
        """It ends."""

    def data(self, data: str, /) -> None:
        """Text in it."""

    def close(self) -> None:
        """There is no more."""


class Archive:
    """The members of an archive; its names are never names of files on the disk.

    Args:
        archive: the archive.
        trees: defusedxml's ``ElementTree``.
        opened: the file.
    """

    def __init__(self, archive: zipfile.ZipFile, trees: Any, opened: Opened) -> None:
        self.opened = opened
        self._archive = archive
        self._trees = trees

    def member(self, name: str) -> bytes:
        """The content of a member, however much its header says that there is.

        Raises:
            CorpusError: it is too long.
        """
        with self._archive.open(name) as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise CorpusError(f"{self.opened.name}: {name}", "long", f"longer than {MAX_BYTES >> 20} MiB")
        return content

    def tree(self, name: str) -> Any:
        """A member as XML; entities are refused."""
        return self._trees.fromstring(self.member(name))

    def has(self, name: str) -> bool:
        """Whether there is such a member."""
        return name in self._archive.NameToInfo

    def tell(self, name: str, target: Target) -> None:
        """Tell of the elements of a member, of which no tree is made; declared entities are refused.

        Raises:
            CorpusError: it costs more than it may, or has more in one sign than any program writes.
        """
        heard = _Heard(target)
        parser = self._trees.DefusedXMLParser(target=heard)
        with self._archive.open(name) as stream:
            for piece in _pieces(stream.read):
                self.opened.budget.unpacked(len(piece))
                heard.silent += len(piece)
                parser.feed(piece)
                if heard.silent > MAX_BYTES:
                    raise CorpusError(
                        f"{self.opened.name}: {name}", "long", f"a tag longer than {MAX_BYTES >> 20} MiB"
                    )
        parser.close()


class _Heard:
    """A target that refuses elements nested deeper than anybody writes them.

    Attributes:
        silent: bytes since it was given anything.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._depth = 0
        self.silent = 0
        self.data = target.data
        self.close = target.close

    def start(self, tag: str, attrib: dict[str, str]) -> None:
        self.silent = 0
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError(f"more than {MAX_DEPTH:,} elements within each other")
        self._target.start(tag, attrib)

    def end(self, tag: str) -> None:
        self.silent = 0
        self._depth -= 1
        self._target.end(tag)


def _pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while piece := read(_PIECE):
        yield piece


@contextmanager
def archive_of(opened: Opened, extra: str, what: str) -> Iterator[Archive]:
    """The archive that a source is.

    Args:
        opened: the source.
        extra: what installs what reads it.
        what: it should be, for the message.

    Raises:
        CorpusError: it is none, or broken.
    """
    trees = needed("defusedxml.ElementTree", extra, opened.name)
    try:
        path = opened.file()
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            yield Archive(archive, trees, opened)
    except BROKEN as error:
        raise opened.fault("file", f"not a whole {what}: {str(error)[:200]}") from error


def locked(opened: Opened) -> CorpusError | None:
    """What is wrong with a document of Office in the form of those that have a password; else None."""
    if opened.head.startswith(_OLE):
        reason = "locked with a password, or of Office before 2007: open it, and save it anew without"
        return opened.fault("locked", reason)
    return None


_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _check_directory(path: Path) -> None:
    """Refuse an archive whose list of members, which is read as a whole, is longer than a document may be.

    Raises:
        BadZipFile: it is.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _DIRECTORY_END))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at >= 0 and int.from_bytes(end[at + 12 : at + 16], "little") > MAX_BYTES:
        raise zipfile.BadZipFile(f"its list of members is longer than {MAX_BYTES >> 20} MiB")
