"""Bytes that a reader of a format is given: every one is an article or a fault, whatever the pieces."""

import contextlib
import io
import traceback
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from onneshon.index.errors import CorpusError
from onneshon.index.ingest import corpus, streams
from onneshon.index.ingest.readers import pdf, tables
from onneshon.index.ingest.readers.database import Database
from onneshon.index.ingest.readers.registry import READERS
from tests.index.ingest.readers.reading import Reading

__all__ = ["checks"]

_PIECE: Final = 7
"""Bytes of a piece where a file comes in small ones, so that everything is cut somewhere."""

_SEPARATOR: Final = b"\n--8<--\n"
"""Between the members of an archive, which is put together here: a mutated archive has no sound member."""

_MEMBERS: Final = {
    "docx": ("[Content_Types].xml", "word/document.xml", "word/styles.xml", "docProps/core.xml"),
    "odt": ("mimetype", "content.xml", "styles.xml", "meta.xml"),
    "epub": ("mimetype", "META-INF/container.xml", "book.opf", "one.xhtml", "two.xhtml"),
    "xlsx": (
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
    ),
}

_OURS: Final = f"{Path(corpus.__file__).parents[2]}/"


def _archive_of(content: bytes, names: tuple[str, ...]) -> bytes:
    """The archive whose members stand in some bytes, one after another."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in zip(names, content.split(_SEPARATOR), strict=False):
            archive.writestr(name, member)
    return held.getvalue()


def _in_this_process(
    function: Callable[..., Iterator[Any]], *arguments: Any, seconds: float
) -> Iterator[Any]:
    """As in a process of its own, where nothing is learned of which lines of ours were reached."""
    try:
        yield from function(*arguments)
    except Exception as error:
        _refuse_own(error)
        raise ValueError(str(error) or type(error).__name__) from error


def _refuse_own(error: BaseException) -> None:
    """A library may say that it cannot read what it was given; what our own lines run into is a mistake."""
    innermost = traceback.extract_tb(error.__traceback__)[-1].filename
    expected = (CorpusError, OSError, streams.BrokenStreamError, streams.CutShortError)
    if not isinstance(error, expected) and _is_ours(innermost):
        raise AssertionError(f"{type(error).__name__} in {innermost}") from error


def _is_ours(file: str) -> bool:
    return file.startswith(_OURS) or "/onneshon/" in file


@contextlib.contextmanager
def _watched(piece: int) -> Iterator[None]:
    real = corpus._problem

    def problem(opened: Any, error: Exception) -> CorpusError:
        _refuse_own(error)
        return real(opened, error)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(corpus, "_problem", problem)
        patched.setattr(streams, "_CHUNK", piece)
        for module in (pdf, tables):
            patched.setattr(module, "in_a_limited_process", _in_this_process)
        yield


def _read(path: Path, name: str, piece: int) -> Reading:
    with _watched(piece):
        return Reading(path, format=name)


def _check(path: Path, name: str, content: bytes) -> None:
    path.write_bytes(_archive_of(content, _MEMBERS[name]) if name in _MEMBERS else content)
    found = _read(path, name, streams._CHUNK)
    for article in found.articles:
        assert article.id
        assert article.title.strip() or article.body.strip(), "an article without a text"
        for text in (article.id, article.title, article.body, article.category, article.author, article.url):
            str(text).encode()
            assert "\0" not in str(text)
    for _where, _kind, reason in found.faults:
        assert "\n" not in reason, "a reason of several lines"
    if name not in _MEMBERS:
        again = _read(path, name, _PIECE)
        assert (again.articles, again.faults) == (found.articles, found.faults), "read otherwise in pieces"


def checks(folder: Path) -> dict[str, Callable[[bytes], None]]:
    """What checks bytes of each format."""
    return {
        reader.name: partial(_check, folder / f"fuzzed{reader.suffixes[0]}", reader.name)
        for reader in READERS
        if reader.suffixes and reader.name not in {Database.name, "site", "sql", "parquet"}
    }
