"""A record of a library or an archive as OAI-PMH 2.0 gives it, in Dublin Core."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from onneshon.index.errors import CorpusError

_KEPT: Final = b"<OAI-PMH>\n"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGES: Final = {"ben": "bn", "bengali": "bn", "বাংলা": "bn", "eng": "en", "english": "en"}
"""Of what libraries call languages; codes of two letters are as they are."""
_HEADER: Final = frozenset({"identifier", "datestamp"})


@dataclass(slots=True)
class OaiRecord:
    """What a record says.

    Attributes:
        identifier: of the record in its repository.
        datestamp: when it was changed there.
        is_deleted: whether it says that it is gone.
        values: of Dublin Core, by the names of elements.
    """

    identifier: str = ""
    datestamp: str = ""
    is_deleted: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)


class _Building:
    """Makes a record of what a parser comes upon."""

    def __init__(self) -> None:
        self.record = OaiRecord()
        self._path: list[str] = []
        self._text: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._path.append(name.rpartition(":")[2])
        self._text = []
        if self._path[1:] == ["header"]:
            self.record.is_deleted = attributes.get("status") == "deleted"

    def end(self, _name: str) -> None:
        text = "".join(self._text).strip()
        match self._path[1:]:
            case ["header", name] if name in _HEADER:
                setattr(self.record, name, text)
            case ["metadata", "dc", name] if text:
                self.record.values.setdefault(name, []).append(text)
        self._path.pop()
        self._text = []

    def text(self, data: str) -> None:
        self._text.append(data)


def read_record(content: bytes) -> OaiRecord:
    """A record.

    Args:
        content: from its tag to the end of its closing tag; no declaration of an entity precedes it.

    Raises:
        ExpatError: it is no XML.
    """
    building, parser = _Building(), ParserCreate("utf-8")
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.text
    parser.Parse(content, True)  # it takes no names
    return building.record


def kept_record(content: bytes) -> bytes:
    """A record as it is kept by itself."""
    return _KEPT + content


def fields_of_kept_record(content: bytes, where: str) -> Mapping[str, object] | None:
    """The fields of a record that was kept by itself; None where the content is something else.

    Raises:
        CorpusError: it is no XML.
    """
    if not content.startswith(_KEPT):
        return None
    try:
        return _fields(read_record(content.removeprefix(_KEPT)).values)
    except ExpatError as error:
        raise CorpusError(where, "xml", f"a record that is no XML: {error}") from error


def _fields(values: Mapping[str, list[str]]) -> Mapping[str, object]:
    """The fields of an article; what has no place among them stays under its own name."""

    def every(name: str) -> list[str]:
        return values.get(name, [])

    language = (every("language") or [""])[0].lower()
    return {
        **{name: found if len(found) > 1 else found[0] for name, found in values.items()},
        "title": " / ".join(every("title")),
        "body": "\n\n".join(every("description")),
        "date": next((found[0] for text in every("date") if (found := _DAY.match(text))), ""),
        "author": ", ".join(every("creator")),
        "category": (every("subject") or [""])[0],
        "url": next((text for text in every("identifier") if text.startswith(("http://", "https://"))), ""),
        "lang": _LANGUAGES.get(language, language if len(language) == 2 else ""),  # noqa: PLR2004  # ISO 639-1
    }
