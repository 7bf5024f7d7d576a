"""Plain text: a file is one article."""

from collections.abc import Iterator

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, one_record
from onneshon.index.ingest.records import decoded
from onneshon.index.ingest.titles import first_sentence

__all__ = ["PlainText"]


class PlainText:
    """All of a file is the body, and its first sentence the title."""

    name = "text"
    suffixes = (".txt",)
    extra = ""

    def begins(self, _head: bytes, /) -> bool:
        """Any file does; its name has to say that it is text."""
        return False

    def read(self, opened: Opened) -> Iterator[Found]:
        """One record."""
        beside = f"text {opened.identity}"
        yield from one_record(opened, _fields, beside)


def _fields(content: bytes, where: str) -> dict[str, str]:
    text = decoded(content, where)
    if "\0" in text:
        raise CorpusError(where, "nul", "a NUL character in the text: is it a text file, and UTF-8?")
    return {"title": first_sentence(text), "body": text}
