"""The server that answers for the application: waitress, with limits that a public address needs.

One connection is cheap and a thread is not, so that many connections may be open, but none for long without
asking something.
"""

import contextlib
import resource
import socket
import struct
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, TcpWSGIServer

from onneshon.web.middleware.http_requests import Admits, Refusal, RequestParser
from onneshon.web.processes import Balance, ToldToEnd, Turn
from onneshon.web.site.settings import PublicAddress
from onneshon.web.threads import WorkerThreads

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CONNECTIONS: Final = 1000
"""Most connections at a time; further ones wait to be accepted."""

REQUEST_SECONDS: Final = 15
"""From the opening of a connection, or the last answer on it, to the last byte of the next request."""

MAX_HEADER: Final = 32 << 10
"""Bytes of the request line and the headers: 2,000 Bengali characters, percent-encoded, take 18,000."""

MAX_BODY: Final = 64 << 10
"""Bytes of a body, which nothing here reads but where articles are put in with a key."""

MAX_DISCARDED: Final = 64 << 20
"""Bytes of a refused request that are read and thrown away, so that its client gets to see the refusal."""

_PIECE: Final = 1 << 16

BACKLOG: Final = 1024
"""Connections that the system holds for us until they are accepted."""

_LEFT_SECONDS: Final = 0.0005
"""How long nothing is looked at where a connection was left to another process."""

_QUEUE: Final = struct.Struct("=24xI")
"""``tcpi_unacked`` of ``tcp_info``: of a socket that listens, how many connections wait to be accepted."""

_OTHER_FILES: Final = 128
"""File descriptors left for the index, the log, and what Python opens."""


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One connection. Unlike waitress's own it is closed for being slow, not only for being silent."""

    parser_class = RequestParser
    error_task_class = Refusal

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.waiting_since = time.time()  # the clock that waitress hands to ``maintenance``
        self._refused = self._ending = self._late = False
        self._discarded = 0

    def service(self) -> None:
        """Answer a request."""
        self._refused = bool(self.requests[0].error)
        super().service()
        self.waiting_since = time.time()
        if self.connected and self.server.task_dispatcher.leads() and self.writable():
            wasyncore.write(self)

    def handle_write(self) -> None:
        """Send what there is to send; after a refusal, listen on."""
        if self._refused and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if self.connected and not (self.total_outbufs_len or self.will_close):
                self._listen_on()
        else:
            super().handle_write()

    def _listen_on(self) -> None:
        """Say that nothing more is answered, and throw away what is still sent.

        A client that is still sending when its connection is closed gets a reset instead of the answer
        (RFC 9112, 9.6).
        """
        with contextlib.suppress(OSError):  # the client is gone
            self.socket.shutdown(socket.SHUT_WR)
        self.waiting_since = time.time()
        self.close_when_flushed, self._ending = False, True

    def handle_read(self) -> None:
        """Take what was sent."""
        if not self._ending:
            super().handle_read()
            return
        with contextlib.suppress(BlockingIOError):  # all there is was read
            while self._discarded < MAX_DISCARDED and (data := self.recv(_PIECE)):
                self._discarded += len(data)
            if self.connected:  # it sent too much
                self.handle_close()

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Wait until the client has taken most of a large answer, while another thread answers others."""
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            with self.adj.aside():
                if not self.server.task_dispatcher.leads():  # else nobody else sends: a file holds it
                    super()._flush_outbufs_below_high_watermark()

    def close_if_late(self, now: float) -> None:
        """Close it if its next request should have arrived by now, or if nobody takes the answer.

        It has to be late twice in a row: the first time it may be this process that was held up, and the
        request lies there unread; whatever has come is read before the second time.
        """
        if self.requests or self.total_outbufs_len:
            self.waiting_since = now
        last = self.last_activity if self.total_outbufs_len else self.waiting_since
        was_late, self._late = self._late, now - last >= self.adj.channel_timeout
        if was_late and self._late:
            self._hang_up()

    def _hang_up(self) -> None:
        """Let the next look at all connections find this one ended, and close it.

        waitress's own ``will_close`` waits until the client takes something, and a thread with it. Closed
        here, its number would be free while it still is among those that are looked at, and the connection
        that is accepted next, under the same number, would be closed in its stead.
        """
        with contextlib.suppress(OSError):  # the client has hung up
            self.socket.shutdown(socket.SHUT_RDWR)


def _waiting(listener: socket.socket) -> int:
    """How many connections wait to be accepted where some do; 1 where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return 1
    with contextlib.suppress(OSError):
        told = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _QUEUE.size)
        (waiting,) = _QUEUE.unpack(told)
        return max(int(waiting), 1)
    return 1


class _Server(TcpWSGIServer):  # type: ignore[misc]  # as above
    """Listens at one address.

    Args:
        balance: of connections among processes.
        arguments: as of waitress's own.
        settings: the same.
    """

    channel_class = _Channel

    def __init__(self, balance: Balance, *arguments: Any, **settings: Any) -> None:
        self._balance = balance
        self.left = False
        self._turn = Turn(balance)
        super().__init__(*arguments, **settings)

    def readable(self) -> bool:
        """Whether to look for connections that wait; waitress asks before it looks, at least every second."""
        self.left = False
        self._turn.begin()
        self._balance.tell(len(self._map))
        may: bool = super().readable()
        return may

    def handle_accept(self) -> None:
        """Accept this process's share of the connections that wait, or leave them to one that has fewer."""
        share = self._turn.share(min(_waiting(self.socket), self.adj.connection_limit - len(self._map)))
        for _ in range(share):
            super().handle_accept()
        self._balance.tell(len(self._map))
        self.left = not share

    def pull_trigger(self) -> None:
        """Have the thread that leads look at what there is to send."""
        if not self.task_dispatcher.leads():
            super().pull_trigger()

    def maintenance(self, now: float) -> None:
        """Close connections that are late, instead of waitress's way to; it calls this every second."""
        for channel in list(self.active_channels.values()):
            channel.close_if_late(now)


class _Servers(MultiSocketServer):  # type: ignore[misc]  # as above
    """All addresses together.

    Args:
        servers: one for each address.
        watched: by their numbers all files that are looked at.
        told: whether this process shall end.
        settings: of waitress.
        threads: that answer.
    """

    def __init__(
        self,
        servers: Sequence[_Server],
        watched: dict[int, Any],
        told: ToldToEnd,
        settings: Adjustments,
        threads: WorkerThreads,
    ) -> None:
        listen = [server.socket.getsockname()[:2] for server in servers]
        super().__init__(watched, settings, listen, threads)
        self._servers = servers
        self._told = told

    def run(self) -> None:
        """Answer until this process is told to end."""
        try:
            self.task_dispatcher.run(self.look, self._servers[0].trigger.pull_trigger, self._told.is_set)
        except KeyboardInterrupt:
            self.close()

    def look(self, seconds: float) -> None:
        """Wait until something happens at a connection, and take it in.

        Args:
            seconds: to wait at most.
        """
        wasyncore.poll2(seconds, self.map)
        if any(server.left for server in self._servers) and not self.task_dispatcher.has_tasks:
            time.sleep(_LEFT_SECONDS)


def _connections() -> int:
    """CONNECTIONS, or as many as the limit of open files allows once it is raised as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, soft - _OTHER_FILES)


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen, one for each address of a host; whoever connects waits until a server is made.

    Args:
        host: name or address to listen on; a name may stand for several addresses.
        port: to listen on; 0 takes any.

    Raises:
        OSError: the address cannot be listened on.
        ValueError: there is no such host.
    """
    sockets: list[socket.socket] = []
    try:
        for family, _, _, address in Adjustments(host=host, port=port).listen:
            sockets.append(socket.create_server(address, family=family, backlog=BACKLOG))
    except OSError:
        for listener in sockets:
            listener.close()
        raise
    return sockets


def make_server(
    application: "WSGIApplication",
    sockets: Sequence[socket.socket],
    threads: WorkerThreads,
    *,
    request_seconds: int = REQUEST_SECONDS,
    admits: Admits | None = None,
    address: PublicAddress | None = None,
    balance: Balance | None = None,
    told: ToldToEnd | None = None,
) -> Any:
    """A server whose ``run`` returns on KeyboardInterrupt, once requests are answered.

    Args:
        application: what answers.
        sockets: that listen already, see ``listen``; several processes may share them.
        threads: that answer, which the server begins when it runs.
        request_seconds: as REQUEST_SECONDS has it.
        admits: which requests may have a larger body, and how large it may be; None for none.
        address: where a proxy shows it; None where there is none.
        balance: of connections among processes that share the sockets; None where there is one process.
        told: what handles signals to end; None where nothing does but Python itself.
    """
    settings = Adjustments(
        sockets=[*sockets],
        backlog=BACKLOG,
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
    settings.admits, settings.aside = admits, threads.aside
    settings.address = address
    settings.send_bytes = _PIECE  # head and body of an answer together
    watched: dict[int, Any] = {}
    servers = []
    for listener in sockets:
        sockinfo = (listener.family, listener.type, listener.proto, listener.getsockname())
        # It notes itself in what is watched.
        server = _Server(
            balance or Balance(),
            application,
            watched,
            _sock=listener,
            bind_socket=False,
            dispatcher=threads,
            adj=settings,
            sockinfo=sockinfo,
        )
        servers.append(server)
    return _Servers(servers, watched, ToldToEnd() if told is None else told, settings, threads)
