"""The server that answers for the application: waitress, with limits that a public address needs.

One connection is cheap and a thread is not, so that many connections may be open, but none for long without
asking something.
"""

import logging
import resource
import time
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from web.middleware.http_requests import Admits, Refusal, RequestParser
from web.site.public_address import PublicAddress

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

__all__ = ["CONNECTIONS", "MAX_BODY", "MAX_HEADER", "REQUEST_SECONDS", "make_server"]

CONNECTIONS: Final = 1000
"""Most connections at a time; further ones wait to be accepted."""

REQUEST_SECONDS: Final = 15
"""From the opening of a connection, or the last answer on it, to the last byte of the next request."""

MAX_HEADER: Final = 32 << 10
"""Bytes of the request line and the headers: 2,000 Bengali characters, percent-encoded, take 18,000."""

MAX_BODY: Final = 64 << 10
"""Bytes of a body, which nothing here reads but where articles are put in with a key."""

_OTHER_FILES: Final = 128
"""File descriptors left for the index, the log, and what Python opens."""


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One connection. Unlike waitress's own it is closed for being slow, not only for being silent."""

    parser_class = RequestParser
    error_task_class = Refusal

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.waiting_since = time.time()  # the clock that waitress hands to ``maintenance``

    def service(self) -> None:
        """Answer a request."""
        super().service()
        self.waiting_since = time.time()

    def close_if_late(self, now: float) -> None:
        """Close it if its next request should have arrived by now, or if nobody takes the answer."""
        if self.requests or self.total_outbufs_len:
            self.waiting_since = now
        last = self.last_activity if self.total_outbufs_len else self.waiting_since
        if now - last >= self.adj.channel_timeout:
            # waitress's own ``will_close`` waits until the client takes something, and a thread with it.
            self.handle_close()


class _Server(TcpWSGIServer):  # type: ignore[misc]  # as above
    """Listens at one address."""

    channel_class = _Channel

    def maintenance(self, now: float) -> None:
        """Close connections that are late; waitress calls it every second."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            channel.close_if_late(now)


def _connections() -> int:
    """CONNECTIONS, or as many as the limit of open files allows once it is raised as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, soft - _OTHER_FILES)


def make_server(
    application: "WSGIApplication",
    host: str,
    port: int,
    threads: int,
    *,
    request_seconds: int = REQUEST_SECONDS,
    admits: Admits | None = None,
    address: PublicAddress | None = None,
) -> Any:
    """A server that listens already; its ``run`` returns on KeyboardInterrupt, once requests are answered.

    Args:
        application: what answers.
        host: name or address to listen on; a name may stand for several addresses.
        port: to listen on; 0 takes any.
        threads: requests answered at a time.
        request_seconds: as REQUEST_SECONDS has it.
        admits: which requests may have a larger body, and how large it may be; None for none.
        address: where a proxy shows it; None where there is none.

    Raises:
        OSError: the address cannot be listened on.
        ValueError: there is no such host.
    """
    # It warns of every request that waits for a thread: thousands of lines a minute under load.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = Adjustments(
        host=host,
        port=port,
        threads=threads,
        ident=None,
        server_name="localhost",  # of requests without a Host header, which HTTP/1.0 allows
        clear_untrusted_proxy_headers=True,
        asyncore_use_poll=True,  # select() knows no more than 1,024 files
        connection_limit=_connections(),
        channel_timeout=request_seconds,
        cleanup_interval=1,
        max_request_header_size=MAX_HEADER,
        max_request_body_size=MAX_BODY,
    )
    settings.admits = admits
    settings.address = address
    sockets: dict[int, Any] = {}
    dispatcher = ThreadedTaskDispatcher()
    try:
        servers = [
            _Server(application, sockets, dispatcher=dispatcher, adj=settings, sockinfo=place)
            for place in settings.listen
        ]
    except OSError:
        wasyncore.close_all(sockets)
        raise
    dispatcher.set_thread_count(threads)
    listening = [(server.effective_host, int(server.effective_port)) for server in servers]
    return MultiSocketServer(sockets, settings, listening, dispatcher)
