"""``onneshon serve``."""

import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import click

from index.analysis.chunk_cache import analysis_bytes
from index.commands.options import index_option
from index.commands.terminal import log_to_stderr, say
from search import Engine
from search.retrieval.lane import QUEUE
from web.app import create_app
from web.live import LiveEngine
from web.middleware.hosts import Hosts
from web.server import make_server

__all__ = ["commands", "serve"]

THREADS = QUEUE + 16
"""Requests answered at a time; further ones wait their turn. Those whose costly queries wait for each other
hold a thread and need no processor."""

SWITCH_SECONDS = 0.001
"""How long a thread may run Python while others wait: a request waits so long whenever it changes threads."""


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
    "--public-name",
    multiple=True,
    metavar="NAME",
    help="Host name under which others reach the server, besides --host; may be given again.",
)
@click.option(
    "--cors",
    multiple=True,
    metavar="ORIGIN",
    help="Site whose pages may read the API, such as https://example.org; may be given again; * for all.",
)
def serve(
    directory: Path,
    *,
    host: str,
    port: int,
    public_name: tuple[str, ...],
    cors: tuple[str, ...],
) -> None:
    """Serve the search page and the HTTP API until Ctrl-C.

    Starts without an index too, and shows one as soon as it is built.
    """
    log_to_stderr()
    logging.getLogger("web").setLevel(logging.INFO)
    costly = max(1, (os.cpu_count() or 1) // 2)
    engine = LiveEngine(lambda: Engine.open(directory, costly=costly), verify=True)
    app = create_app(engine, hosts=Hosts.of(host, public_name), origins=cors)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        server = make_server(app, host, port, THREADS)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise click.ClickException(
            f"Cannot listen on {host} port {port}: {reason}. Try another --port or --host."
        ) from error
    # Ctrl-C too: whatever starts programs in the background has them ignore it.
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    say(f"Onneshon is at {_address(host, server.effective_listen[0][1])} (Ctrl-C ends it)", err=True)
    say(f"It keeps up to {analysis_bytes() >> 20} MB of analysed text in memory.", err=True)
    server.run()  # returns on KeyboardInterrupt, once requests under way are answered
    say("Ended.", err=True)


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", ""} else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{shown}:{port}/"


commands: Sequence[click.Command] = (serve,)
"""For the ``onneshon`` command."""
