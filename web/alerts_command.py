"""``onneshon alerts``: mail to those who keep a search."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path

import click

from onneshon.index import ConfigurationError
from onneshon.index.commands.terminal import configuration_of, json_option, location_option, say, say_json
from onneshon.index.remote import Location, site_directory
from onneshon.index.storage.watched_file import change_lock
from onneshon.web.alerts.mail import MailError, connected, read_alerts
from onneshon.web.alerts.sending import Sending
from onneshon.web.alerts.store import AlertStore
from onneshon.web.service import Service, Settings


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
    service = Service(Settings(location=location))
    address = service.address
    if not settings.sender or not address.host:
        key = "address" if settings.sender else "alerts.sender"
        raise ConfigurationError(configuration.path, f"site.{key}", "is needed to send alerts")
    store = AlertStore(site_directory(location))
    base = f"{address.scheme}://{address.host}{address.path}/"
    sending = Sending(service.app, base, store, settings, lambda: dt.datetime.now().astimezone())
    folder = configuration.path.parent if configuration.path else Path()
    try:
        with change_lock(store.path, MailError), connected(settings, folder) as server:
            sent = sending.all(server)
    finally:
        service.close()
    if as_json:
        say_json(asdict(sent))
    else:
        say(f"{sent.links:,} links to confirm by, {sent.digests:,} mails with news")
        say(f"{sent.unchanged:,} searches without any; {sent.refused:,} addresses that there are not")
