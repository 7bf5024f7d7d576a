"""The server that answers for the application: waitress, with limits that a public address needs.

One connection is cheap and a thread is not, so that many connections may be open, but none for long without
asking something.
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

BACKLOG: Final = 1024
"""Connections that the system holds for us until they are accepted."""

_LEFT_SECONDS: Final = 0.0005
"""How long nothing is looked at where a connection was left to another process."""

_QUEUE: Final = struct.Struct("=24xI")
"""``tcpi_unacked`` of ``tcp_info``: of a socket that listens, how many connections wait to be accepted."""

_OTHER_FILES: Final = 128
"""File descriptors left for the index, the log, and what Python opens."""


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

    channel_class = Channel

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


def sockets_of(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen, as ``listen`` has them, for a command.

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
    """An address to open on this machine."""
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
    settings.send_bytes = PIECE  # head and body of an answer together
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
