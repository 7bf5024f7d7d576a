"""What waitress reads and what it refuses by itself, before any application is asked."""

import json
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask

from index.analysis.control_characters import visible
from web.middleware.security import HEADERS

if TYPE_CHECKING:
    from web.site.public_address import PublicAddress

__all__ = ["Admits", "Refusal", "RequestParser", "for_programs"]

_OPENING_BYTES: Final = 512
"""So much of a request is kept to know whom a refusal is for."""

_DRAINED_BYTES: Final = 1 << 20
"""So much of a request that is too large is read and thrown away before it is answered.

A client that is still sending when the server closes gets a reset instead of the answer (RFC 9112, 9.6).
"""

_MESSAGE_CHARACTERS: Final = 200
"""Most of a refusal's reason that is sent: it may quote the request."""


@dataclass(frozen=True, slots=True)
class Admits:
    """Whose bodies may be larger than others.

    Attributes:
        body: bytes that they may have.
        admits: whether a request with that method, path and Authorization header is one of them.
    """

    body: int
    admits: Callable[[str, str, str], bool]


_WATCHED: Final = frozenset({"/healthz", "/readyz", "/metrics"})


def for_programs(path: str) -> bool:
    """Whether what lies at this path is asked for by programs."""
    return path.startswith("/api/") or path in _WATCHED


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
    """Takes raw UTF-8 in addresses, and asks for the Host header as RFC 9112, 3.2, has it."""

    error: Any
    expect_continue: Any
    adj: Any
    opening = b""
    _left = 0
    _last = b""
    _tail = b""

    def received(self, data: bytes) -> int:
        """Take bytes of a request; says how many of them belong to it."""
        if self._left:
            return self._throw_away(data)
        missing = _OPENING_BYTES - len(self.opening)
        if missing > 0:
            self.opening = (self.opening + data[:missing]).lstrip()
        taken: int = super().received(data)
        if not self.error:
            return taken
        if self.expect_continue:
            self.expect_continue = False  # the client waits for an answer before it sends the rest
            return taken
        return self._plan_the_rest(taken, data)

    def _plan_the_rest(self, taken: int, data: bytes) -> int:
        """Find out how much of a refused request is yet to come; says how much of the data belongs to it."""
        if self.error.code == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            self._left, self._last = _DRAINED_BYTES, b"\r\n\r\n"
        elif self.error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and self.chunked:
            self._left, self._last = _DRAINED_BYTES, b"\r\n0\r\n\r\n"
        elif self.error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            rest = self.content_length - (len(data) - taken)
            self._left = rest if rest <= _DRAINED_BYTES else 0
        if self._last and self._last in data:
            self._left = 0
        self._tail = data[-8:]
        self.completed = not self._left
        return len(data) if self._left else taken

    def _throw_away(self, data: bytes) -> int:
        self._left = max(0, self._left - len(data))
        if self._last and self._last in self._tail + data:
            self._left = 0
        self._tail = (self._tail + data)[-8:]
        self.completed = not self._left
        return len(data)

    def parse_header(self, header_plus: bytes) -> None:
        """Understand the request line and the headers.

        Raises:
            ParsingError: they cannot be understood.
        """
        line, end, headers = header_plus.partition(b"\r\n")
        try:
            super().parse_header(_percent_encoded(line) + end + headers)
        except ValueError as error:  # urlsplit, of an address such as http://[
            raise ParsingError("Bad URI") from error
        if self.version == "1.1" and "HOST" not in self.headers:
            raise ParsingError("The Host header is missing.")
        if self.chunked and "CONTENT_LENGTH" in self.headers:  # how requests are smuggled past a proxy
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other.")
        self._allow_larger_body()

    def _allow_larger_body(self) -> None:
        """Before a byte of the body is taken: only who has a key may send much."""
        rule: Admits | None = getattr(self.adj, "admits", None)
        if rule and rule.admits(self.command, self._inner(self.path), self.headers.get("AUTHORIZATION", "")):
            self.adj = copy(self.adj)  # of this request alone
            self.adj.max_request_body_size = rule.body + 1

    def _inner(self, path: str) -> str:
        address: PublicAddress | None = getattr(self.adj, "address", None)
        return address.inner(path) if address else path

    @property
    def from_program(self) -> bool:
        """Whether a program asks, as far as the beginning of the request tells."""
        words = self.opening.partition(b"\r\n")[0].split(b" ")
        path = words[1] if len(words) > 1 else b""
        path = path.partition(b"?")[0]
        # Under whatever path the pages are.
        return b"/api/" in path or path.endswith((b"/healthz", b"/readyz", b"/metrics"))


class Refusal(ErrorTask):  # type: ignore[misc]  # as above
    """Answers a request that never reaches the application, in the shape of all other failures."""

    def execute(self) -> None:
        """Send the answer and close."""
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
