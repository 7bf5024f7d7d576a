"""The command ``onneshon mcp``."""

import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onneshon.index.commands.terminal import location_option, log_to_stderr, parsed_by, say
from onneshon.index.remote import Location
from onneshon.search import OnneshonError, open_engine
from onneshon.web.access.keys import KeyFile
from onneshon.web.live import LiveEngine
from onneshon.web.middleware.hosts import Hosts, parse_name
from onneshon.web.server import shown_address, sockets_of

if TYPE_CHECKING:
    from mcp.server import MCPServer


@click.command("mcp")
@click.option("--http", is_flag=True, help="Answer over HTTP at /mcp until Ctrl-C, not over standard input.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes any."
)
@click.option(
    "--public-name",
    multiple=True,
    metavar="NAME",
    callback=parsed_by(parse_name),
    help="Host name under which agents reach the server, besides those of this machine; may be given again.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    envvar="ONNESHON_KEYS",
    metavar="FILE",
    help="Over HTTP, answer nobody without a key in this file (`onneshon keys add NAME --scope search`).",
)
@location_option
def mcp_command(
    location: Location, *, http: bool, host: str, port: int, public_name: tuple[str, ...], keys: Path | None
) -> None:
    """Let agents search by the Model Context Protocol: tools search, article, suggest, facets."""
    log_to_stderr()
    live = LiveEngine(partial(open_engine, location))
    server = _server(live)
    if http:
        _answer(server, host, port, public_name, KeyFile(keys) if keys else None)
    else:
        _answer_parent(server)


def _answer_parent(server: "MCPServer") -> None:
    """Answer the process that started this one over standard input, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # else Python waits for the library's reading thread
    try:
        server.run()
    except BaseExceptionGroup as failed:
        if failed.split(BrokenPipeError)[1]:
            raise
        raise SystemExit(1) from None


def _server(live: LiveEngine) -> "MCPServer":
    try:
        from onneshon.adapters.mcp.server import mcp_server  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise OnneshonError(
            f"agents are answered by the package mcp: install it with `pip install 'onneshon[mcp]'` ({error})"
        ) from error
    return mcp_server(live.current)


def _answer(
    server: "MCPServer", host: str, port: int, public_names: tuple[str, ...], keys: KeyFile | None
) -> None:
    """Answer over HTTP until told to end; refuse other host names, which mean DNS rebinding by a page."""
    import uvicorn  # noqa: PLC0415  # an extra
    from mcp.server.transport_security import TransportSecuritySettings  # noqa: PLC0415  # an extra

    from onneshon.adapters.mcp.server import Access  # noqa: PLC0415  # the same

    ours = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # Access does it, like our server
    app = server.streamable_http_app(
        transport_security=ours, stateless_http=True, json_response=True, host=host
    )
    sockets = sockets_of(host, port)
    shown = shown_address(host, sockets[0].getsockname()[1], "/mcp")
    say(f"Agents are answered at {shown} (Ctrl-C ends it)", err=True)
    uvicorn.Server(uvicorn.Config(Access(app, Hosts.of(host, public_names), keys), log_level="warning")).run(
        sockets=sockets
    )
