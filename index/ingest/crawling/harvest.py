"""A repository of a library or an archive: its records by OAI-PMH 2.0, later only what changed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlencode
from xml.parsers.expat import ExpatError

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import LIST_BYTES
from onneshon.index.ingest.crawling.address import Address, parse_address
from onneshon.index.ingest.crawling.network import UnansweredError
from onneshon.index.ingest.crawling.store import PageStore
from onneshon.index.ingest.crawling.visitor import LATER, Visitor
from onneshon.index.ingest.readers.markup import Elements
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.site import OaiRecord, kept_record, read_record
from onneshon.index.ingest.streams import BrokenStreamError, CutShortError

_OK: Final = 200
_DUBLIN_CORE: Final = "oai_dc"
_NAMES: Final = ("record", "resumptionToken", "error")
_DATE: Final = re.compile(rb"<responseDate>\s*([0-9-]{10})")
_TEXT: Final = re.compile(r"<[^>]*>")
_CODE: Final = re.compile(rb"""code\s*=\s*["'](\w+)""")
_MOST_EMPTY: Final = 100
"""Answers without a record, one after another, after which a repository is taken to lead nowhere."""

Take = Callable[[OaiRecord, bytes], bool]
"""Is given a record and what is to be kept of it; says whether there is room for more."""


class Harvest:
    """Asks a repository for its records, list by list.

    How far it is is kept with the records, so that an interrupted harvest goes on where it was.

    Args:
        store: keeps how far it is.
        visitor: asks.
        file: where a list is put to be read.
        take: is given the records.
    """

    def __init__(self, store: PageStore, visitor: Visitor, file: Path, take: Take) -> None:
        self._store = store
        self._visitor = visitor
        self._file = file
        self._take = take
        self._began = ""

    def read(self, start: Address) -> None:
        """Read all records that were changed since the last harvest that came to its end.

        Args:
            start: of the repository; of its query ``set``, ``from`` and ``until`` count.

        Raises:
            CorpusError: it answers otherwise than OAI-PMH says, or has nothing.
        """
        base, _, query = start.url.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if asked.get("metadataPrefix", _DUBLIN_CORE) != _DUBLIN_CORE:
            raise _fault(start.url, "only Dublin Core is read: say metadataPrefix=oai_dc")
        since = self._store.remembered("harvested") or asked.get("from", "")
        chosen = {"set": asked.get("set", ""), "from": since, "until": asked.get("until", "")}
        named = {name: value for name, value in chosen.items() if value}
        first = {"verb": "ListRecords", "metadataPrefix": _DUBLIN_CORE, **named}
        token, self._began = (self._store.remembered(name) for name in ("token", "harvest_began"))
        if self._all(base, first, token) and not chosen["until"]:
            self._store.remember(harvested=self._began)
        self._store.remember(token="", harvest_began="")

    def _all(self, base: str, first: dict[str, str], token: str) -> bool:
        """Read list after list, from a token on if there is one; whether there was room for all."""
        empty = 0
        while True:
            asked = {"verb": "ListRecords", "resumptionToken": token} if token else first
            if not token:
                self._began = ""
            url = f"{base}?{urlencode(asked)}"
            records, following, code = self._list(url)
            if code == "badResumptionToken" and token:
                token = ""  # it was too old: from the beginning, of what is kept nothing changes
                continue
            if code and code != "noRecordsMatch":
                raise _fault(url, f"the repository answers {code}")
            if not following:
                return following is not None
            empty = 0 if records else empty + 1
            if following == token or empty > _MOST_EMPTY:
                raise _fault(url, "the repository leads from list to list without an end")
            token = following
            self._store.remember(token=token, harvest_began=self._began)
            self._store.commit()

    def _list(self, url: str) -> tuple[int, str | None, str]:
        """Take the records of a list.

        Returns:
            How many there were; by what the next list is had, empty where this is the last one, None where
            there is no room for more; the code of what was wrong.
        """
        opened = self._opened(url)
        elements = Elements(opened, opened.chunks(), _NAMES)
        records, token, code = 0, "", ""
        try:
            for element in elements:
                content = element.content or b""
                if element.name == "error":
                    code = found[1].decode() if (found := _CODE.search(content)) else "an error"
                elif element.name == "resumptionToken":
                    token = _TEXT.sub("", content.decode("utf-8", "replace")).strip()
                elif not self._record(content):
                    return records, None, ""
                records += element.name == "record"
        except (BrokenStreamError, CutShortError) as error:
            raise opened.fault("compression", str(error)) from error
        if b"OAI-PMH>" not in elements.tail:
            raise UnansweredError(url, "the list of records is cut short: try again later; what came is kept")
        if not self._began and (date := _DATE.search(elements.head)):
            self._began = date[1].decode()
        return records, token, code

    def _opened(self, url: str) -> Opened:
        answer = self._visitor.get(parse_address(url), {}, LIST_BYTES)
        if answer.status in LATER:
            raise UnansweredError(url, f"answers {answer.status}: try again later; what was fetched is kept")
        if answer.status != _OK:
            raise _fault(url, f"answers {answer.status}")
        self._file.write_bytes(answer.body.read_bytes())
        return Opened(url, url, self._file, lambda _count: None)

    def _record(self, content: bytes) -> bool:
        try:
            record = read_record(content)
        except ExpatError:
            return True  # a record that is broken costs itself alone; nobody can say which it is
        return not record.identifier or self._take(record, kept_record(content))


def _fault(url: str, reason: str) -> CorpusError:
    return CorpusError(url, "http", reason, ends_source=True)
