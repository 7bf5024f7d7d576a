"""Connections: what waitress reads from each, which requests it refuses itself, and how long it waits.

A request refused here never reaches the application, unless a person is to be shown a page: see ``Unread``.
"""

import contextlib
import json
import socket
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, Task, WSGITask

from onneshon.index.analysis.control_characters import visible
from onneshon.web.middleware.answers import HEADER, HEADERS, PROBES, UNREAD, id_given

if TYPE_CHECKING:
    from onneshon.web.site.settings import PublicAddress

MAX_DISCARDED: Final = 64 << 20
"""Bytes of a refused request that are read and discarded, so that its client gets to see the refusal."""

PIECE: Final = 1 << 16
"""Bytes read or sent at a time."""

_VERSIONS: Final = frozenset({"1.0", "1.1"})

_OPENING_BYTES: Final = 512
"""Bytes of a request that are kept, to know whether a refusal goes to a program or a person."""

_MESSAGE_CHARACTERS: Final = 200
"""Maximum characters of a refusal's reason, which may quote the request."""


@dataclass(frozen=True, slots=True)
class Admits:
    """The rule by which some requests may have a larger body.

    Attributes:
        body: the maximum bytes of such a body.
        admits: whether a request with that method, path, Authorization and Cookie header may have one.
    """

    body: int
    admits: Callable[[str, str, str, str], bool]


def _percent_encoded(line: bytes) -> bytes:
    """The request line with raw UTF-8 in its address encoded as RFC 3986, 2.5, asks of the client.

    curl and many libraries send an address as it was typed.

    Raises:
        ParsingError: bytes that are not UTF-8.
    """
    if line.isascii():
        return line
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParsingError(
            f"The address is not UTF-8, at byte {error.start + 1} of the first line."
        ) from error
    return b"".join(b"%%%02X" % byte if byte > 0x7F else b"%c" % byte for byte in line)  # noqa: PLR2004  # ASCII


class RequestParser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Accepts raw UTF-8 in addresses, and demands a Host header as RFC 9112, 3.2, does."""

    error: Any
    expect_continue: Any
    adj: Any
    opening = b""

    def received(self, data: bytes) -> int:
        """Read bytes of a request; return how many of them belong to it."""
        missing = _OPENING_BYTES - len(self.opening)
        if missing > 0:
            self.opening = (self.opening + data[:missing]).lstrip()
        taken: int = super().received(data)
        if not self.error:
            return taken
        self.expect_continue = False  # else the client would be told to send the rest
        self.completed = True
        return len(data)  # a connection is not used further after an invalid request

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the request line and the headers.

        Raises:
            ParsingError: they are invalid.
        """
        line, end, headers = header_plus.partition(b"\r\n")
        try:
            super().parse_header(_percent_encoded(line) + end + headers)
        except ValueError as error:  # from urlsplit, for an address such as http://[
            raise ParsingError("Bad URI") from error
        if self.version not in _VERSIONS:
            raise ParsingError("The version of HTTP is none that is spoken here: HTTP/1.1 and HTTP/1.0.")
        if self.version == "1.1" and "HOST" not in self.headers:
            raise ParsingError("The Host header is missing.")
        if "," in self.headers.get("HOST", ""):
            raise ParsingError("There are two Host headers.")
        if self.proxy_netloc:  # an absolute address overrides the header (RFC 9112, 3.2.2)
            self.headers["HOST"] = self.proxy_netloc
        if self.chunked and "CONTENT_LENGTH" in self.headers:  # how requests are smuggled past a proxy
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other.")
        self._allow_larger_body()

    def _allow_larger_body(self) -> None:
        """Raise the limit, before the body is read, for clients with a key: only they may send much."""
        rule: Admits | None = getattr(self.adj, "admits", None)
        sent = self.headers.get("AUTHORIZATION", ""), self.headers.get("COOKIE", "")
        if rule and rule.admits(self.command, self._inner(self.path), *sent):
            self.adj = copy(self.adj)  # for this request alone
            self.adj.max_request_body_size = rule.body + 1

    def _inner(self, path: str) -> str:
        address: PublicAddress | None = getattr(self.adj, "address", None)
        return address.inner(path) if address else path

    @property
    def from_program(self) -> bool:
        """Whether the request comes from a program, judged by the path in its first bytes."""
        words = self.opening.partition(b"\r\n")[0].split(b" ")
        path = words[1] if len(words) > 1 else b""
        path = path.partition(b"?")[0]
        # Whatever path the site is mounted at.
        return b"/api/" in path or path.endswith(tuple(probe.encode() for probe in PROBES))


class Refusal(ErrorTask):  # type: ignore[misc]  # as above
    """Answers a request that never reaches the application, in the same format as all other failures."""

    def execute(self) -> None:
        """Send the answer and close the connection."""
        fault = self.request.error
        reason = self._reason()
        if self.channel.requests[0].from_program:
            kind = "application/problem+json"
            phrase = HTTPStatus(fault.code).phrase
            said = {"ok": False, "error": reason, "status": fault.code, "type": "about:blank"}
            text = json.dumps(said | {"title": phrase, "detail": reason}) + "\n"
        else:
            kind = "text/plain; charset=utf-8"
            text = f"{fault.code} {HTTPStatus(fault.code).phrase}: {reason}\n"
        body = text.encode()
        self.status = f"{fault.code} {HTTPStatus(fault.code).phrase}"
        self.response_headers += [("Content-Type", kind), ("Cache-Control", "no-store"), *HEADERS.items()]
        headers = self.channel.requests[0].headers  # those that were read
        self.response_headers.append((HEADER, id_given(headers.get("X_REQUEST_ID", ""))))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)

    def _reason(self) -> str:
        fault, limits = self.request.error, self.channel.requests[0].adj
        if fault.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return f"A body may have no more than {limits.max_request_body_size - 1} bytes."
        if fault.code == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            return f"Address and headers may have no more than {limits.max_request_header_size - 1} bytes."
        return visible(" ".join(str(fault.body).split()))[:_MESSAGE_CHARACTERS]


class Unread(WSGITask):  # type: ignore[misc]  # as above
    """Lets the application answer a request whose body is too large to be read, with a page for people."""

    def get_environment(self) -> dict[str, Any]:
        """The environment of the request, as if it had no body."""
        return {**super().get_environment(), "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0", UNREAD: True}

    def execute(self) -> None:
        """Send the answer and close the connection."""
        self.set_close_on_finish()
        super().execute()


def _refusing(channel: HTTPChannel, refused: RequestParser) -> Task:
    """The task that answers a request that is refused."""
    is_large = refused.error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return (Unread if is_large and not refused.from_program else Refusal)(channel, refused)


class Channel(HTTPChannel):  # type: ignore[misc]  # as above
    """One connection. Unlike waitress's own, it is closed for being slow, not only for being silent."""

    parser_class = RequestParser
    error_task_class = staticmethod(_refusing)

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.waiting_since = time.time()  # the clock that waitress passes to ``maintenance``
        self._refused = self._ending = self._late = False
        self._discarded = 0

    def service(self) -> None:
        """Answer a request."""
        self._refused = bool(self.requests[0].error)
        if self.adj.ending and not self._refused:
            self.requests[0].headers["CONNECTION"] = "close"  # so that its client opens a new one elsewhere
        super().service()
        self.waiting_since = time.time()
        if self.connected and self.server.task_dispatcher.leads() and self.writable():
            wasyncore.write(self)

    @property
    def is_busy(self) -> bool:
        """Whether a request is being read or answered here, or an answer is being sent."""
        return bool(self.requests or self.request or self.total_outbufs_len)

    def handle_write(self) -> None:
        """Send pending output; after a refusal, keep reading."""
        if self._refused and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if self.connected and not (self.total_outbufs_len or self.will_close):
                self._listen_on()
        else:
            super().handle_write()

    def _listen_on(self) -> None:
        """Shut down the sending side, and discard what the client still sends.

        A client that is still sending when its connection is closed gets a reset instead of the answer
        (RFC 9112, 9.6).
        """
        with contextlib.suppress(OSError):  # the client is gone
            self.socket.shutdown(socket.SHUT_WR)
        self.waiting_since = time.time()
        self.close_when_flushed, self._ending = False, True

    def handle_read(self) -> None:
        """Read what the client sent; after a refusal, discard it."""
        if not self._ending:
            super().handle_read()
            return
        with contextlib.suppress(BlockingIOError):  # everything available was read
            while self._discarded < MAX_DISCARDED and (data := self.recv(PIECE)):
                self._discarded += len(data)
            if self.connected:  # the client sent too much
                self.handle_close()

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Wait until the client has taken most of a large answer, while another thread answers others."""
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            with self.adj.aside():
                if not self.server.task_dispatcher.leads():  # else nobody sends: a file keeps the answer
                    super()._flush_outbufs_below_high_watermark()

    def close_if_late(self, now: float) -> None:
        """Close the connection if its next request is overdue, or if the client does not read the answer.

        It has to be late at two consecutive checks: at the first, this process may itself have been delayed
        with the request still unread; all input is read before the second.
        """
        if self.requests or self.total_outbufs_len:
            self.waiting_since = now
        last = self.last_activity if self.total_outbufs_len else self.waiting_since
        was_late, self._late = self._late, now - last >= self.adj.channel_timeout
        if was_late and self._late:
            self._hang_up()

    def _hang_up(self) -> None:
        """Let the next poll of the connections find this one ended, and close it.

        waitress's own ``will_close`` waits until the client reads something, and a thread with it. Closed
        here, its file descriptor would be free while still being polled, and the connection accepted next,
        under the same descriptor, would be closed in its stead.
        """
        with contextlib.suppress(OSError):  # the client has closed it already
            self.socket.shutdown(socket.SHUT_RDWR)
