"""Bytes that come over a connection: each request is answered, whole, and the server has not failed."""

import http.client
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore
from types import SimpleNamespace
from typing import Any, Final

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.task import WSGITask

from onneshon.search import Engine
from onneshon.web.access.guard import RateLimit
from onneshon.web.app import create_app
from onneshon.web.connections import Admits, Channel, Refusal, RequestParser
from onneshon.web.middleware.hosts import Hosts
from onneshon.web.publishing.publisher import Publisher
from onneshon.web.publishing.routes import MAX_BODY as LARGEST
from onneshon.web.server import MAX_BODY, MAX_HEADER
from tests.publishing import key_for

__all__ = ["Connection", "checks"]

_QUEUE_BYTES: Final = 1 << 20
"""The queue is emptied when it is longer."""

_UNESCAPED: Final = re.compile(rb"FUZZ<(?!/[a-z]+>)")
"""What seeds have before a tag, and a tag that is not the page's own at the end of an element."""

_KEY: Final = b"KEY"
"""Stands in bytes for a key that may write."""


class Connection:
    """What waitress has of a connection, without sockets and threads; it keeps what is answered.

    Args:
        application: that answers.
        admits: whose bodies may be larger.
    """

    addr = ("127.0.0.1", 1)
    creation_time = 0
    close_when_flushed = False

    def __init__(self, application: Flask, admits: Admits) -> None:
        self.adj = Adjustments(ident=None, max_request_header_size=MAX_HEADER, max_request_body_size=MAX_BODY)
        self.adj.admits, self.adj.address = admits, None
        self.server = SimpleNamespace(
            application=application,
            adj=self.adj,
            server_name="localhost",
            effective_port=80,
            effective_host="",
        )
        self.requests: list[Any] = []
        self.sent = bytearray()

    def write_soon(self, data: Any) -> int:
        """Keep a piece of an answer."""
        content = data if isinstance(data, bytes | bytearray) else b"".join(data)
        self.sent += content
        return len(content)

    def check_client_disconnected(self) -> bool:
        """It is there."""
        return False

    def ask(self, content: bytes) -> tuple[str, bytes] | None:
        """Take bytes; the method and the answer of the first request, None while it is not whole."""
        parser = RequestParser(self.adj)
        while content and not parser.completed:
            content = content[parser.received(content) :]
        if not parser.completed or parser.empty:
            return None
        self.requests, self.sent = [parser], bytearray()
        task = (Channel.error_task_class if parser.error else WSGITask)(self, parser)
        task.service()
        return "GET" if isinstance(task, Refusal) else parser.command, bytes(self.sent)


class _Given:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._content)


def _check_answer(method: str, content: bytes) -> None:
    answer = http.client.HTTPResponse(_Given(content), method=method)  # type: ignore[arg-type]  # enough of a socket
    answer.begin()
    body = answer.read()
    assert answer.status != HTTPStatus.INTERNAL_SERVER_ERROR
    kind = answer.headers.get_content_type()
    assert "X-Content-Type-Options" in answer.headers
    if method == "HEAD" or not body or answer.headers.get("Content-Encoding"):
        return
    if kind in {"application/json", "application/problem+json"}:
        told = json.loads(body)
        assert not isinstance(told, dict) or told.get("ok", True) == (answer.status < 400), told
    elif "xml" in kind:
        ET.fromstring(body)  # noqa: S314  # our own
    elif kind == "text/html":
        assert not _UNESCAPED.search(body), "what came stands unescaped in the page"


def checks(directory: Path, engine: Engine) -> dict[str, Callable[[bytes], None]]:
    """What checks bytes of requests to the application.

    Args:
        directory: for the queue, which nobody publishes from.
        engine: that answers.
    """
    directory.mkdir(exist_ok=True)
    keys = directory.with_name("keys")
    keys.unlink(missing_ok=True)
    key = key_for(keys, "fuzz", "search", "write").encode()
    publisher = Publisher(directory, keys, RateLimit(1e9))
    publisher.queue._waiting = BoundedSemaphore(0)  # nothing is published that could be waited for
    application = create_app(engine, Hosts(), blueprints=[publisher.routes])
    admits = Admits(LARGEST, lambda *sent: publisher.admits(*sent[:3]))
    connection = Connection(application, admits)
    journal = directory / "publishing" / "journal"

    def check(content: bytes) -> None:
        answered = connection.ask(content.replace(_KEY, key))
        if answered:
            _check_answer(*answered)
        for path in journal.glob("*.log"):
            if path.stat().st_size > _QUEUE_BYTES:
                path.unlink()

    return {"request": check}
