"""``onneshon serve``."""

import logging
import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import click
import waitress

from index.cli import index_option
from search import Engine
from web.app import create_app
from web.live import LiveEngine

__all__ = ["commands", "serve"]

THREADS = 8
"""Requests answered at a time; further ones wait their turn."""


def _end(_number: int, _frame: FrameType | None) -> None:
    """Treat a polite request to end (SIGINT, SIGTERM) as Python treats Ctrl-C."""
    raise KeyboardInterrupt


@click.command()
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes any."
)
@click.option(
    "--cache",
    metavar="MB",
    type=click.IntRange(min=0),
    help="Memory for lists of words that may come again; by default as suits the index and the machine.",
)
def serve(directory: Path, host: str, port: int, cache: int | None) -> None:
    """Serve the search page and the HTTP API until Ctrl-C.

    Starts without an index too, and shows one as soon as it is built.
    """
    cache_bytes = None if cache is None else cache << 20
    logging.basicConfig(format="%(message)s")
    logging.getLogger("web").setLevel(logging.INFO)
    app = create_app(LiveEngine(lambda: Engine.open(directory, cache_bytes=cache_bytes), verify=True))
    try:
        server = waitress.create_server(
            app, host=host, port=port, threads=THREADS, ident=None, clear_untrusted_proxy_headers=True
        )
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host} port {port}: {error.strerror}. Try another --port."
        ) from error
    # Ctrl-C too: whatever starts programs in the background has them ignore it.
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    click.echo(f"Onneshon is at {_address(host, server.effective_port)} (Ctrl-C ends it)", err=True)
    server.run()  # returns on KeyboardInterrupt, once requests under way are answered
    click.echo("Ended.", err=True)


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", ""} else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{shown}:{port}/"


commands: Sequence[click.Command] = (serve,)
"""For the ``onneshon`` command."""
