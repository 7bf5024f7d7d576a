"""The HTTP server of the application: waitress, with limits that a public address needs.

A connection is cheap and a thread is not, so many connections may be open, but none for long without a
request.
"""

import contextlib
import os
import resource
import socket
import struct
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import MultiSocketServer, TcpWSGIServer

from onneshon.web.connections import PIECE, Admits, Channel
from onneshon.web.processes import Balance, EndSignal, Turn
from onneshon.web.site.settings import PublicAddress
from onneshon.web.threads import WorkerThreads

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CONNECTIONS: Final = 1000
"""Maximum open connections; further ones wait to be accepted."""

REQUEST_SECONDS: Final = 15
"""Time from a connection's opening, or the last answer on it, to the last byte of its next request."""

MAX_HEADER: Final = 32 << 10
"""Maximum bytes of request line and headers: 2,000 Bengali characters, percent-encoded, take 18,000."""

MAX_BODY: Final = 64 << 10
"""Maximum bytes of a body, except where articles are put in with a key."""

BACKLOG: Final = 1024
"""Connections that the system queues for us until they are accepted."""

_LEFT_SECONDS: Final = 0.0005
"""Pause before the next poll where a connection was left to another process."""

_QUEUE: Final = struct.Struct("=24xI")
"""``tcpi_unacked`` of ``tcp_info``: for a listening socket, the connections that wait to be accepted."""

_OTHER_FILES: Final = 128
"""File descriptors left for the index, the log, and what Python opens."""


def _waiting(listener: socket.socket) -> int:
    """The number of connections that wait to be accepted, at least 1; 1 where the system reports none."""
    if not sys.platform.startswith("linux"):
        return 1
    with contextlib.suppress(OSError):
        info = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _QUEUE.size)
        (waiting,) = _QUEUE.unpack(info)
        return max(int(waiting), 1)
    return 1


class _Server(TcpWSGIServer):  # type: ignore[misc]  # as above
    """Listens at one address.

    Args:
        balance: the connections of all processes.
        arguments: positional arguments of waitress's own server.
        settings: keyword arguments of waitress's own server.
    """

    channel_class = Channel

    def __init__(self, balance: Balance, *arguments: Any, **settings: Any) -> None:
        self._balance = balance
        self.left = False
        self._turn = Turn(balance)
        super().__init__(*arguments, **settings)

    def readable(self) -> bool:
        """Whether to poll for waiting connections; waitress asks before each poll, at least every second."""
        self.left = False
        self._turn.begin()
        self._balance.tell(len(self._map))
        may: bool = super().readable()
        return may

    def handle_accept(self) -> None:
        """Accept this process's share of the waiting connections, or leave them to a process with fewer."""
        share = self._turn.share(min(_waiting(self.socket), self.adj.connection_limit - len(self._map)))
        for _ in range(share):
            super().handle_accept()
        self._balance.tell(len(self._map))
        self.left = not share

    def accept_last(self) -> None:
        """Accept all connections that wait, and listen no more: later clients may ask elsewhere."""
        if not self.accepting:
            return
        for _ in range(min(_waiting(self.socket), self.adj.connection_limit - len(self._map))):
            super().handle_accept()
        wasyncore.dispatcher.close(self)

    def pull_trigger(self) -> None:
        """Wake the leading thread to send pending output."""
        if not self.task_dispatcher.leads():
            super().pull_trigger()

    def maintenance(self, now: float) -> None:
        """Close late connections by our own rule; waitress calls this every second."""
        for channel in list(self.active_channels.values()):
            channel.close_if_late(now)


class _Servers(MultiSocketServer):  # type: ignore[misc]  # as above
    """The servers of all addresses together.

    Args:
        servers: one server for each address.
        watched: all polled objects, by their file descriptors.
        end: knows whether this process was told to end.
        settings: the settings of waitress.
        threads: the threads that answer.
    """

    def __init__(
        self,
        servers: Sequence[_Server],
        watched: dict[int, Any],
        end: EndSignal,
        settings: Adjustments,
        threads: WorkerThreads,
    ) -> None:
        listen = [server.socket.getsockname()[:2] for server in servers]
        super().__init__(watched, settings, listen, threads)
        self._servers = servers
        self._end = end

    def run(self) -> None:
        """Answer until this process is told to end."""
        try:
            self.task_dispatcher.run(self.look, self._servers[0].trigger.pull_trigger, self._end.is_set)
        except KeyboardInterrupt:
            self.close()

    def close(self) -> None:
        """Answer the requests that have come, send the answers, and close all connections."""
        self.adj.ending = True
        self.task_dispatcher.shutdown(busy=self._is_busy)
        wasyncore.close_all(self.map)

    def _is_busy(self) -> bool:
        """Whether a request is being read or answered, or an answer was not sent yet."""
        return any(isinstance(found, Channel) and found.is_busy for found in list(self.map.values()))

    def look(self, seconds: float) -> None:
        """Poll the connections, and handle what happened.

        Args:
            seconds: the maximum time to wait.
        """
        if self.adj.ending:
            for server in self._servers:
                server.accept_last()
        wasyncore.poll2(seconds, self.map)
        if any(server.left for server in self._servers) and not self.task_dispatcher.has_tasks:
            time.sleep(_LEFT_SECONDS)


def _connections() -> int:
    """CONNECTIONS, or as many as the limit of open files allows once it is raised as far as permitted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, soft - _OTHER_FILES)


def listen(host: str, port: int) -> list[socket.socket]:
    """Listening sockets, one for each address of a host; clients that connect wait until a server is made.

    Args:
        host: name or address to listen on; a name may stand for several addresses.
        port: the port to listen on; 0 takes any.

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


def sockets_of(host: str, port: int) -> list[socket.socket]:
    """The sockets of ``listen``, with errors reported as a command does.

    Raises:
        ClickException: the address cannot be listened on.
    """
    try:
        return listen(host, port)
    except (OSError, ValueError) as error:
        system = isinstance(error, OSError) and error.errno
        reason = os.strerror(system) if system else str(error).rstrip(".")
        raise click.ClickException(
            f"Cannot listen on {host} port {port}: {reason}. Try another --port or --host."
        ) from error


def shown_address(host: str, port: int, path: str) -> str:
    """The address at which a browser on this machine reaches the server."""
    shown = "127.0.0.1" if host in {"0.0.0.0", ""} else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{shown}:{port}{path}"


def make_server(
    application: "WSGIApplication",
    sockets: Sequence[socket.socket],
    threads: WorkerThreads,
    *,
    request_seconds: int = REQUEST_SECONDS,
    admits: Admits | None = None,
    address: PublicAddress | None = None,
    balance: Balance | None = None,
    end: EndSignal | None = None,
) -> Any:
    """A server whose ``run`` returns on KeyboardInterrupt, once requests under way are answered.

    Args:
        application: the WSGI application that answers.
        sockets: sockets that listen already, see ``listen``; several processes may share them.
        threads: the threads that answer; the server starts them when it runs.
        request_seconds: the timeout that REQUEST_SECONDS describes.
        admits: which requests may have a larger body, and how large it may be; None for none.
        address: where a proxy shows the site; None where there is no proxy.
        balance: the connections of all processes that share the sockets; None for a single process.
        end: the handler of signals to end; None where Python itself handles them.
    """
    settings = Adjustments(
        sockets=[*sockets],
        backlog=BACKLOG,
        ident=None,
        server_name="localhost",  # for requests without a Host header, which HTTP/1.0 allows
        clear_untrusted_proxy_headers=True,
        asyncore_use_poll=True,  # select() takes at most 1,024 files
        connection_limit=_connections(),
        channel_timeout=request_seconds,
        cleanup_interval=1,
        max_request_header_size=MAX_HEADER,
        max_request_body_size=MAX_BODY,
    )
    settings.admits, settings.aside = admits, threads.aside
    settings.address, settings.ending = address, False
    settings.send_bytes = PIECE  # head and body of an answer together
    watched: dict[int, Any] = {}
    servers = []
    for listener in sockets:
        sockinfo = (listener.family, listener.type, listener.proto, listener.getsockname())
        # The server adds itself to ``watched``.
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
    return _Servers(servers, watched, EndSignal() if end is None else end, settings, threads)
