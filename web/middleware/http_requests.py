"""What waitress reads and refuses by itself, and the headers that tell a browser what to trust."""

import json
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask

from onneshon.index.analysis.control_characters import visible

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from onneshon.web.site.settings import PublicAddress

HEADERS = {
    # Nothing inline and nothing from elsewhere: text that slipped through escaping could still not run.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # What was searched for is nobody else's business: other sites see neither path nor query.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Sent with every response."""


def protect(app: Flask, pictures: Iterable[str] = ()) -> None:
    """Send the headers with every response of ``app``, errors and static files included.

    Args:
        app: of which all responses get them.
        pictures: hosts from which its pages may load pictures.
    """
    name = "Content-Security-Policy"
    policy = HEADERS[name].replace("img-src 'self'", " ".join(["img-src 'self'", *sorted(pictures)]))
    headers = HEADERS | {name: policy, "Cache-Control": "no-cache"}
    app.wsgi_app = _with_headers(headers, app.wsgi_app)  # type: ignore[assignment, method-assign]  # so Flask says


def _with_headers(headers: Mapping[str, str], application: "WSGIApplication") -> "WSGIApplication":
    """The application, whose answers have some headers, each unless one of that name is there."""
    added = [(name.lower(), (name, value)) for name, value in headers.items()]

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, sent: list[tuple[str, str]], *error: Any) -> Any:
            present = {name.lower() for name, _ in sent}
            return start_response(status, sent + [row for name, row in added if name not in present], *error)

        return application(environ, start)

    return answer


_VERSIONS: Final = frozenset({"1.0", "1.1"})

_OPENING_BYTES: Final = 512
"""Bytes of a request that are kept, to know whom a refusal is for."""

_MESSAGE_CHARACTERS: Final = 200
"""Most characters of a refusal's reason that are sent: it may quote the request."""


@dataclass(frozen=True, slots=True)
class Admits:
    """Whose bodies may be larger than others.

    Attributes:
        body: bytes that they may have.
        admits: whether a request with that method, path, Authorization and Cookie header is one of them.
    """

    body: int
    admits: Callable[[str, str, str, str], bool]


PROBES: Final = ("/healthz", "/readyz", "/metrics")
"""What watches the server asks for, directly and without the path of a proxy."""


def for_programs(path: str) -> bool:
    """Whether what lies at this path is asked for by programs."""
    return path.startswith("/api/") or path in PROBES


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

    def received(self, data: bytes) -> int:
        """Take bytes of a request; says how many of them belong to it."""
        missing = _OPENING_BYTES - len(self.opening)
        if missing > 0:
            self.opening = (self.opening + data[:missing]).lstrip()
        taken: int = super().received(data)
        if not self.error:
            return taken
        self.expect_continue = False  # else the client would be told to send the rest
        self.completed = True
        return len(data)  # nothing is asked on a connection after what cannot be understood

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
        if self.version not in _VERSIONS:
            raise ParsingError("The version of HTTP is none that is spoken here: HTTP/1.1 and HTTP/1.0.")
        if self.version == "1.1" and "HOST" not in self.headers:
            raise ParsingError("The Host header is missing.")
        if "," in self.headers.get("HOST", ""):
            raise ParsingError("There are two Host headers.")
        if self.proxy_netloc:  # an absolute address: it counts, and the header does not (RFC 9112, 3.2.2)
            self.headers["HOST"] = self.proxy_netloc
        if self.chunked and "CONTENT_LENGTH" in self.headers:  # how requests are smuggled past a proxy
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other.")
        self._allow_larger_body()

    def _allow_larger_body(self) -> None:
        """Before a byte of the body is taken: only who has a key may send much."""
        rule: Admits | None = getattr(self.adj, "admits", None)
        sent = self.headers.get("AUTHORIZATION", ""), self.headers.get("COOKIE", "")
        if rule and rule.admits(self.command, self._inner(self.path), *sent):
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
        return b"/api/" in path or path.endswith(tuple(probe.encode() for probe in PROBES))


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
