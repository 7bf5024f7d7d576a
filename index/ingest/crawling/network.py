"""HTTP requests to hosts whose IP addresses were checked, with limits of bytes and seconds."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import certifi
import urllib3

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import REQUEST_SECONDS
from onneshon.index.ingest.crawling.address import Address, Resolver, is_public, resolve, site_fault

_PIECE: Final = 1 << 16
_CONNECT_SECONDS: Final = 10.0
_SILENT_SECONDS: Final = 20.0
_MOST_TRIED: Final = 4
"""Most IP addresses of a host that are tried, one after another."""

_CERTIFICATE: Final = (
    "its certificate is not valid ({}): open it in a browser to see why; of an authority of your own, "
    "name the file of its certificate in SSL_CERT_FILE"
)


class UnansweredError(CorpusError):
    """There was no answer, but a retry may get one.

    Args:
        where: the address.
        reason: the cause, with advice.
    """

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, "http", reason)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a server.

    Attributes:
        address: the address that was requested.
        status: the HTTP status.
        headers: the headers, by names in lower case.
        body: a file with the body, compressed as it was sent; the next answer overwrites it.
        size: the bytes of the body.
    """

    address: Address
    status: int
    headers: Mapping[str, str]
    body: Path
    size: int


class _Kept:
    """A connection that keeps its socket, which the library drops while a body is still being read."""

    sock: Any
    kept: Any = None

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]  # of the connection beside it
        self.kept = self.sock

    def end(self) -> None:
        """Shut the socket down, so that threads waiting for it stop waiting."""
        for open_socket in {self.sock, self.kept} - {None}:
            try:
                open_socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Plain(_Kept, urllib3.connection.HTTPConnection):
    """A connection over TCP."""


class _Secure(_Kept, urllib3.connection.HTTPSConnection):
    """A connection over TLS."""


class Network:
    """Sends single requests. A host is resolved once, and requests go to the IP addresses checked then.

    Args:
        body: the file that bodies are written to.
        allow_private: whether hosts may be on this machine or in a network without public addresses.
        resolve: the resolver of hosts.
        seconds: most seconds to the last byte of an answer.
    """

    def __init__(
        self,
        body: Path,
        *,
        allow_private: bool = False,
        resolve: Resolver = resolve,
        seconds: float = REQUEST_SECONDS,
    ) -> None:
        self._body = body
        self._allow_private = allow_private
        self._resolve = resolve
        self._seconds = seconds
        self._pools: dict[tuple[str, str, int], list[Any]] = {}
        self._open: list[_Kept] = []

    def close(self) -> None:
        """Close all connections."""
        for pool in (pool for pools in self._pools.values() for pool in pools):
            pool.close()

    def get(self, address: Address, headers: Mapping[str, str], most: int) -> Answer:
        """Send one request; redirects are returned like other answers.

        Args:
            address: the address to request.
            headers: the headers of the request.
            most: most bytes of the body.

        Raises:
            CorpusError: the host is not public, its certificate is not valid, or the body is too long.
            UnansweredError: there is no answer, or not all of it in time.
        """
        named = {**headers, "Host": address.origin.partition("://")[2]}
        pools = self._pools_of(address)
        for pool in pools:
            try:
                return self._asked(pool, address, named, most)
            except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
                failed = error
        raise UnansweredError(
            address.origin, f"nobody answers there ({_why(failed)}): look at the address, and at your network"
        ) from failed

    def _pools_of(self, address: Address) -> list[Any]:
        key = (address.scheme, address.host, address.port)
        if key not in self._pools:
            self._pools[key] = [self._pool(address, ip) for ip in self._checked(address)]
        return self._pools[key]

    def _checked(self, address: Address) -> Sequence[str]:
        """The IP addresses of a host that requests may go to."""
        try:
            found = self._resolve(address.host, address.port)
        except (OSError, UnicodeError) as error:
            reason = f"no host {address.host} is known ({_why(error)}): look at its name, and at your network"
            raise UnansweredError(address.origin, reason) from error
        public = [ip for ip in found if self._allow_private or is_public(ip)]
        if not public:
            reason = (
                f"{address.host} is {', '.join(found)}, an address of this machine or of a private network: "
                f"if it is meant, give --allow-private"
            )
            raise site_fault(address.origin, reason)
        return public[:_MOST_TRIED]

    def _pool(self, address: Address, ip: str) -> Any:
        timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_SILENT_SECONDS)
        pool: Any
        if address.scheme == "http":
            pool = urllib3.HTTPConnectionPool(ip, address.port, timeout=timeout)
            kind: Any = _Plain
        else:
            pool = urllib3.HTTPSConnectionPool(
                ip, address.port, timeout=timeout, ssl_context=_trust(), server_hostname=address.host
            )
            kind = _Secure
        pool.ConnectionCls = lambda **given: self._noted(kind(**given))
        return pool

    def _noted(self, connection: _Kept) -> _Kept:
        self._open = [*self._open[-_MOST_TRIED:], connection]
        return connection

    def _asked(self, pool: Any, address: Address, headers: Mapping[str, str], most: int) -> Answer:
        response = None
        with self._in_time(address) as is_late:
            try:
                response = pool.urlopen(
                    "GET",
                    address.target,
                    headers=headers,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                    assert_same_host=False,
                )
                size = self._write(response, address, most)
                response.release_conn()
            except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
                raise
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                raise self._fault(address, error, is_late=is_late.is_set()) from error
            finally:
                if response is not None and response.connection is not None:
                    response.close()  # without reading the rest of the body
        sent = {name.lower(): value for name, value in response.headers.items()}
        return Answer(address, response.status, sent, self._body, size)

    @contextmanager
    def _in_time(self, address: Address) -> Iterator[threading.Event]:
        """End connections once an answer takes too long in all; the library itself ends silent ones."""
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            for connection in self._open:
                connection.end()

        timer = threading.Timer(self._seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield is_late
            if is_late.is_set():
                raise self._fault(address, None, is_late=True)
        finally:
            timer.cancel()

    def _write(self, response: Any, address: Address, most: int) -> int:
        """Write a body to the file, and return its bytes; a body over ``most`` bytes is an error."""
        length = response.headers.get("content-length", "")
        size = int(length) if length.isascii() and length.isdigit() and len(length) < len(str(1 << 63)) else 0
        if size > most:
            raise _too_long(address, most)
        size = 0
        with self._body.open("wb") as file:
            while piece := response.read1(_PIECE):
                size += len(piece)
                if size > most:
                    raise _too_long(address, most)
                file.write(piece)
        return size

    def _fault(self, address: Address, error: Exception | None, *, is_late: bool) -> CorpusError:
        if is_late:
            return UnansweredError(address.url, f"the answer takes more than {self._seconds:g} s")
        if isinstance(error, urllib3.exceptions.SSLError):
            return site_fault(address.origin, _tls_fault(error))
        return UnansweredError(address.url, f"the answer breaks off ({_why(error)})")


def _too_long(address: Address, most: int) -> CorpusError:
    return CorpusError(address.url, "long", f"longer than {most >> 20} MiB")


def _tls_fault(error: Exception) -> str:
    """The message for a failed TLS connection."""
    found = error.args[0] if error.args else error
    if isinstance(found, ssl.SSLCertVerificationError | ssl.CertificateError):
        return _CERTIFICATE.format(getattr(found, "verify_message", "") or found)
    return f"no HTTPS is spoken there ({getattr(found, 'reason', None) or found}): try http://"


def _why(error: BaseException | None) -> str:
    """The cause of a failure in the words of the system, without the library's wrapping of it."""
    while error is not None and (error.__cause__ or error.__context__):
        error = error.__cause__ or error.__context__
    return str(getattr(error, "strerror", None) or error or "no reason given")[:200]


def _trust() -> ssl.SSLContext:
    """A TLS context that trusts the authorities of the system and of Mozilla, as small systems have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
