"""Where a command listens, and what it says of it."""

import os
import socket

import click

from onneshon.web.server import listen


def sockets_of(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen.

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
