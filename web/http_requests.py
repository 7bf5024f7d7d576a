"""What waitress reads and what it refuses by itself, before any application is asked."""

import json
from http import HTTPStatus
from typing import Final

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask

from index.control_characters import visible
from web.security import HEADERS

__all__ = ["Refusal", "RequestParser", "for_programs"]

_OPENING_BYTES: Final = 512
"""So much of a request is kept to know whom a refusal is for."""

_MESSAGE_CHARACTERS: Final = 200
"""Most of a refusal's reason that is sent: it may quote the request."""


def for_programs(path: str) -> bool:
    """Whether what lies at this path is asked for by programs."""
    return path.startswith("/api/") or path == "/healthz"


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

    opening = b""

    def received(self, data: bytes) -> int:
        """Take bytes of a request; says how many of them belong to it."""
        missing = _OPENING_BYTES - len(self.opening)
        if missing > 0:
            self.opening = (self.opening + data[:missing]).lstrip()
        taken: int = super().received(data)
        return taken

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

    @property
    def from_program(self) -> bool:
        """Whether a program asks, as far as the beginning of the request tells."""
        words = self.opening.partition(b"\r\n")[0].split(b" ")
        path = words[1] if len(words) > 1 else b""
        return for_programs(path.partition(b"?")[0].decode("latin-1"))


class Refusal(ErrorTask):  # type: ignore[misc]  # as above
    """Answers a request that never reaches the application, in the shape of all other failures."""

    def execute(self) -> None:
        """Send the answer and close."""
        fault = self.request.error
        reason = visible(" ".join(str(fault.body).split()))[:_MESSAGE_CHARACTERS]
        if self.channel.requests[0].from_program:
            kind = "application/json"
            text = json.dumps({"ok": False, "error": reason, "status": fault.code}) + "\n"
        else:
            kind = "text/plain; charset=utf-8"
            text = f"{fault.code} {HTTPStatus(fault.code).phrase}: {reason}\n"
        body = text.encode()
        self.status = f"{fault.code} {HTTPStatus(fault.code).phrase}"
        self.response_headers += [("Content-Type", kind), ("Cache-Control", "no-store"), *HEADERS.items()]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
