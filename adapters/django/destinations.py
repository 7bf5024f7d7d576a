"""Where articles are published: in the index itself, or on a server that has it."""

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from onneshon.adapters.django.changes import Change, present_articles
from onneshon.adapters.django.settings import directory, option
from onneshon.index import open_writer
from onneshon.index.errors import CorpusError
from onneshon.index.json_form import to_json
from onneshon.search import Article, OnneshonError

log = logging.getLogger(__name__)

WAIT: Final = 30
"""Seconds to wait for another writer of the index, or for a server."""

_REFUSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def publish_together(changes: Iterable[Change]) -> None:
    """Publish what changed objects are now, all at once; one that is no good article is logged and left out.

    Raises:
        OnneshonError, OSError: the index could not be written, or the server took them not.
    """
    (_send if option("server") else _write)(changes)


def _write(changes: Iterable[Change]) -> None:
    with open_writer(directory(), wait=WAIT) as writer:
        for articles in present_articles(
            changes
        ):  # read by one writer after the other: the last has the newest
            for name, article in articles.items():
                try:
                    writer.add(article) if article else writer.delete(name)
                except CorpusError as error:
                    _log_refused(name, error)


def _log_refused(name: str, reason: object) -> None:
    log.error("%s was saved, but not published: %s", name, reason)


def _send(changes: Iterable[Change]) -> None:
    for articles in present_articles(changes):
        if articles:
            _post({name: _line(name, article) for name, article in articles.items()})


def _line(name: str, article: Article | None) -> bytes:
    return json.dumps(to_json(article) if article else {"id": name, "deleted": True}).encode()


def _post(lines: Mapping[str, bytes]) -> None:
    """Send lines in one request; where one of them is refused, and so all, the others without it."""
    server, names = option("server"), [*lines]
    headers = {"Authorization": f"Bearer {option('key')}", "Content-Type": "application/x-ndjson"}
    address = f"{server.rstrip('/')}/api/v1/articles?wait=0"
    request = Request(address, b"\n".join(lines.values()), headers)  # noqa: S310 # as the project says
    try:
        with urlopen(request, timeout=WAIT):  # noqa: S310 # as above
            return
    except HTTPError as error:
        with error:
            status, told = error.code, error.read(1000).decode("utf-8", "replace")
    if status not in _REFUSED:
        raise OnneshonError(f"{server} did not take {', '.join(names[:3])}: {status} {told}")
    if len(names) == 1:
        _log_refused(names[0], f"{server} did not take it: {status} {told}")
        return
    for half in (names[: len(names) // 2], names[len(names) // 2 :]):
        _post({name: lines[name] for name in half})
