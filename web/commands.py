"""``onneshon serve``, ``demo`` of the sample articles, and ``alerts``: mail to those who keep a search."""

import datetime as dt
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from onneshon.index import ConfigurationError, read_configuration
from onneshon.index.analysis.analyzer import analysis_bytes
from onneshon.index.commands.doctor import Check
from onneshon.index.commands.terminal import (
    NumberRange,
    configuration_of,
    counted,
    json_option,
    location_option,
    log_to_stderr,
    parsed_by,
    say,
    say_json,
)
from onneshon.index.remote import Finding, Location, site_directory
from onneshon.index.storage.durable import cores
from onneshon.index.storage.watched_file import change_lock
from onneshon.search.opening import prepare
from onneshon.web.access.guard import RateLimit
from onneshon.web.alerts.mail import MailError, MailServer, read_alerts
from onneshon.web.alerts.sending import Sending
from onneshon.web.alerts.store import AlertStore
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.live import collect_seldom
from onneshon.web.middleware.answers import parse_origin
from onneshon.web.middleware.hosts import parse_name
from onneshon.web.operations.monitoring import SHARED
from onneshon.web.processes import Answering, Balance, EndSignal, Keeper, can_keep
from onneshon.web.server import make_server, shown_address, sockets_of
from onneshon.web.service import RATE, Service, Settings
from onneshon.web.site.settings import parse_address
from onneshon.web.threads import WorkerThreads

SWITCH_SECONDS = 0.001
"""How long a thread may run Python while others wait; a request that changes threads waits as long."""

_SAMPLE = files("onneshon") / "sample" / "articles.jsonl"


host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
"""Decorator for every command that serves; passes ``host: str``."""

port_option = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes any."
)
"""Decorator for every command that serves; passes ``port: int``."""


@click.command()
@location_option
@host_option
@port_option
@click.option(
    "--public-name",
    "public_names",
    multiple=True,
    metavar="NAME",
    callback=parsed_by(parse_name),
    help="Host name under which others reach the server, besides --host; may be given again.",
)
@click.option(
    "--public-url",
    "address",
    metavar="URL",
    callback=parsed_by(parse_address),
    help="Where a proxy shows the server, such as https://example.org/search, as links have it.",
)
@click.option(
    "--cors",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    callback=parsed_by(parse_origin),
    help="Site whose pages may read the API, such as https://example.org; may be given again; * for all.",
)
@click.option("--metrics", is_flag=True, help="Answer at /metrics with figures for Prometheus.")
@click.option(
    "--access-log",
    default="",
    metavar="FILE",
    help="Write a line of JSON for each request, without addresses and queries; - for standard error.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    envvar="ONNESHON_KEYS",
    metavar="FILE",
    help="Let clients put articles in and take them out whose keys are in this file (`onneshon keys add`).",
)
@click.option(
    "--rate",
    type=NumberRange(min=0, min_open=True),
    default=RATE,
    show_default=True,
    metavar="N",
    help="Requests a second that each key may write with.",
)
@click.option(
    "--from",
    "follows",
    default="",
    envvar="ONNESHON_FROM",
    metavar="STORE",
    help="Keep the index at what `onneshon index push` made live at s3://, gs://, az:// or file:// STORE.",
)
@click.option(
    "--push",
    "pushes",
    default="",
    envvar="ONNESHON_PUSH",
    metavar="STORE",
    help="With --keys: take each generation to STORE, and say that an article is visible once it is there.",
)
@click.option("--private", is_flag=True, help="Answer nobody without a key to search with.")
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that answer, each of which uses about one core; as many as there are cores unless told.",
)
def serve(
    location: Location,
    *,
    host: str,
    port: int,
    rate: float,
    processes: int | None,
    **options: Any,
) -> None:
    """Serve the search page and the HTTP API until Ctrl-C.

    Starts without an index too, and shows one as soon as it is built.
    """
    log_to_stderr()
    logging.getLogger("onneshon").setLevel(logging.INFO)
    threads = WorkerThreads(waiting=not isinstance(location, Path))
    settings = Settings(location=location, listening=host, limit=RateLimit(rate), threads=threads, **options)
    _check_keys(settings)
    processes = _processes(processes, metrics=settings.metrics)
    costly = max(1, cores() // 2 // processes)
    settings = replace(settings, costly=costly, counter=settings.new_counter())
    sockets = sockets_of(host, port)
    shown = shown_address(host, sockets[0].getsockname()[1], f"{settings.site().address.path}/")
    sys.setswitchinterval(SWITCH_SECONDS)
    prepare()  # loads the tables of word analysis, so that no request waits for them
    collect_seldom()
    end = EndSignal()
    if processes == 1:
        # Ctrl-C too: shells that start programs in the background have them ignore it.
        signal.signal(signal.SIGINT, end)
        _answer(settings, sockets, end, partial(_say_where, shown))
    elif answering := _one_of(Keeper(processes, sockets), shown):
        _answer(settings, sockets, end, answering.begin, answering.balance)
        return
    say("Ended.", err=True)


def _check_keys(settings: Settings) -> None:
    """Refuse options that cannot be combined with keys, or that need them."""
    if settings.private and settings.keys is None:
        raise click.UsageError("--private needs --keys: they say who may read")
    if settings.pushes and settings.keys is None:
        raise click.UsageError("--push needs --keys: without them nothing is published from here")
    if settings.follows and settings.keys is not None:
        raise click.UsageError("--from is of a server that reads, and --keys of the one that writes")


def _processes(asked: int | None, *, metrics: bool) -> int:
    """The number of processes that answer: the number asked for, or one per core where several can run."""
    several = can_keep() and not (metrics and not os.environ.get(SHARED))
    if asked is None:
        return cores() if several else 1
    if asked > 1:
        _check_several(metrics=metrics)
    return asked


def _check_several(*, metrics: bool) -> None:
    if not can_keep():
        raise click.UsageError("--processes needs an operating system that forks, such as Linux or macOS")
    if metrics and not os.environ.get(SHARED):
        raise click.UsageError(
            f"--metrics of several processes needs {SHARED} in the environment: an empty folder, in which "
            "they add their counts up"
        )


def _answer(
    settings: Settings,
    sockets: Sequence[socket.socket],
    end: EndSignal,
    ready: Callable[[], None],
    balance: Balance | None = None,
) -> None:
    """Answer requests in this process until it is told to end; call ``ready`` once it can answer."""
    service = _service(settings)
    server = make_server(
        service.app,
        sockets,
        settings.threads,
        admits=service.admits,
        address=service.address,
        balance=balance,
        end=end,
    )
    try:
        try:
            signal.signal(signal.SIGTERM, end)
            service.warm()
            ready()
            service.start()
        except KeyboardInterrupt:  # told to end before it answers
            server.close()
        else:
            server.run()  # returns on KeyboardInterrupt, once requests under way are answered
    finally:
        service.close()


def _one_of(keeper: Keeper, shown: str) -> Answering | None:
    """Fork the processes; return each its ``Answering``, and the keeper None once all have ended."""
    answering = keeper.fork()
    if answering is not None:
        return answering
    _say_where(shown)
    return keeper.stay()


def _say_where(shown: str) -> None:
    say(f"Onneshon is at {shown} (Ctrl-C ends it)", err=True)
    say(f"It keeps up to {analysis_bytes() >> 20} MB of analysed text in memory.", err=True)


def _service(settings: Settings) -> Service:
    try:
        return Service(settings)
    except OSError as error:
        raise click.ClickException(
            f"The log {settings.access_log} cannot be written: {error.strerror}."
        ) from error


@click.command()
@host_option
@port_option
@click.pass_context
def demo(context: click.Context, host: str, port: int) -> None:
    """Serve the sample articles until Ctrl-C; nothing is left of them then.

    Your own: `onneshon index build PATH...`, then `onneshon serve`.
    """
    from onneshon.index import build  # noqa: PLC0415  # who serves an index loads nothing that builds one

    with TemporaryDirectory(prefix="onneshon-demo-") as folder:
        directory = Path(folder) / "index"
        with as_file(_SAMPLE) as articles:
            report = build([articles], directory)
        say(
            f"{counted(report.articles, 'article')} to try: search for নদী, or type bhasha andolon.", err=True
        )
        say("Your own: onneshon index build PATH..., then onneshon serve", err=True)
        context.invoke(serve, location=directory, host=host, port=port, processes=1)


@click.group(name="alerts")
def alerts_group() -> None:
    """Send mail to readers who keep a search."""


@alerts_group.command()
@location_option
@json_option
def send(location: Location, *, as_json: bool) -> None:
    """Send links to who asked for alerts, and once a day what is new to who confirmed; for cron.

    [site.alerts] of onneshon.toml says from whom and by which server.
    """
    configuration = configuration_of(location)
    settings = read_alerts(configuration.path, configuration.site.get("alerts", {}))
    service = Service(Settings(location=location, time_limit=None))  # nobody waits, and none is to be missed
    address = service.address
    if not settings.sender or not address.host:
        key = "address" if settings.sender else "alerts.sender"
        raise ConfigurationError(configuration.path, f"site.{key}", "is needed to send alerts")
    store = AlertStore(site_directory(location))
    base = f"{address.scheme}://{address.host}{address.path}/"
    sending = Sending(service.app, base, store, settings, lambda: dt.datetime.now().astimezone())
    folder = configuration.path.parent if configuration.path else Path()
    try:
        with change_lock(store.path, MailError), MailServer(settings, folder) as server:
            sent = sending.all(server)
    finally:
        service.close()
    if as_json:
        say_json(asdict(sent))
    else:
        say(f"{sent.links:,} links to confirm by, {sent.digests:,} mails with news")
        say(f"{sent.unchanged:,} searches without any; {sent.refused:,} addresses that there are not")


def examine_site(directory: Path) -> Finding | None:
    """Check ``[site]`` of the configuration for `onneshon doctor`; None where there is no such table."""
    try:
        if not read_configuration(directory).site:
            return None
    except ConfigurationError:
        return None  # which the doctor itself reports
    try:
        site = Settings(location=directory).site()
    except ConfigurationError as error:
        return Finding(
            "site",
            "wrong",
            str(error),
            "mend the file: until then no server starts",
            exit_code=error.exit_code,
        )
    return Finding("site", "ok", site.names[LANGUAGES[0]])


checks: Sequence[Check] = (examine_site,)
"""The checks of this layer for `onneshon doctor`."""
