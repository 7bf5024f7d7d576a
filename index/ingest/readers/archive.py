"""Documents that are ZIP archives: their members are read in bounded memory, whatever their headers say."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
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
"""Exceptions of reading a member: damaged bytes, a missing member, one that is encrypted or compressed in a
way that Python does not know, content that is not UTF-8 or not XML."""
_DIRECTORY_END: Final = 22 + 0xFFFF
"""Most bytes of the end record, which has the length of the directory: APPNOTE 4.3.16, longest comment."""
_PIECE: Final = 1 << 16


class Target(Protocol):
    """The interface of a target for events of XML, as parsers of Python's ``xml.etree`` call it."""

    def start(self, tag: str, attrib: dict[str, str], /) -> None:
        """An element begins."""

    def end(self, tag: str, /) -> None:
        """An element ends."""

    def data(self, data: str, /) -> None:
        """Text within an element."""

    def close(self) -> None:
        """The document ends."""


class Archive:
    """The members of an archive; names of members are never used as paths on the disk.

    Args:
        archive: the ZIP file.
        trees: defusedxml's ``ElementTree``.
        opened: the source of the archive.
    """

    def __init__(self, archive: zipfile.ZipFile, trees: Any, opened: Opened) -> None:
        self.opened = opened
        self._archive = archive
        self._trees = trees

    def member(self, name: str) -> bytes:
        """The content of a member, regardless of the length in its header.

        Raises:
            CorpusError: the content is too long.
        """
        with self._archive.open(name) as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise CorpusError(f"{self.opened.name}: {name}", "long", f"longer than {MAX_BYTES >> 20} MiB")
        return content

    def tree(self, name: str) -> Any:
        """A member as an XML tree; entities are refused."""
        return self._trees.fromstring(self.member(name))

    def has(self, name: str) -> bool:
        """Whether there is a member of the given name."""
        return name in self._archive.NameToInfo

    def tell(self, name: str, target: Target) -> None:
        """Parse a member as a stream of events for ``target``, without a tree; declared entities are refused.

        Raises:
            CorpusError: reading exceeds the budget, or a single tag is longer than ``MAX_BYTES``.
        """
        heard = _Heard(target)
        parser = self._trees.DefusedXMLParser(target=heard)
        with self._archive.open(name) as stream:
            for piece in iter(partial(stream.read, _PIECE), b""):
                self.opened.budget.unpacked(len(piece))
                heard.silent += len(piece)
                parser.feed(piece)
                if heard.silent > MAX_BYTES:
                    raise CorpusError(
                        f"{self.opened.name}: {name}", "long", f"a tag longer than {MAX_BYTES >> 20} MiB"
                    )
        parser.close()


class _Heard:
    """A wrapper of a target that refuses elements nested deeper than ``MAX_DEPTH``.

    Attributes:
        silent: bytes fed to the parser since the last tag.
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


@contextmanager
def archive_of(opened: Opened, extra: str, what: str) -> Iterator[Archive]:
    """Open a source that is an archive.

    Args:
        opened: the source.
        extra: the extra of Onneshon that installs the library for it.
        what: the name of the expected format, for the message.

    Raises:
        CorpusError: the source is no archive, or is broken.
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
    """The fault of an Office document with a password or in the format before 2007; else None."""
    if opened.head.startswith(_OLE):
        reason = "locked with a password, or of Office before 2007: open it, and save it again without"
        return opened.fault("locked", reason)
    return None


_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _check_directory(path: Path) -> None:
    """Refuse an archive whose directory, which is read as a whole, is longer than ``MAX_BYTES``.

    Raises:
        BadZipFile: the directory is too long.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _DIRECTORY_END))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at >= 0 and int.from_bytes(end[at + 12 : at + 16], "little") > MAX_BYTES:
        raise zipfile.BadZipFile(f"its list of members is longer than {MAX_BYTES >> 20} MiB")
