"""The application for another server than waitress, such as gunicorn.

gunicorn 'onneshon.web.wsgi:application(directory="var/index", public_names=["search.example.org"])'
"""

import atexit
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from flask import Flask

from onneshon.index.commands.terminal import log_to_stderr
from onneshon.index.remote import location_of
from onneshon.web.access.guard import RateLimit
from onneshon.web.service import RATE, Service, Settings
from onneshon.web.site.settings import parse_address


class ServingOptions(TypedDict, total=False):
    """Attributes of ``Settings`` that ``application`` passes on unchanged."""

    listening: str
    public_names: Sequence[str]
    origins: Sequence[str]
    metrics: bool
    access_log: str
    private: bool
    follows: str
    pushes: str


def application(
    directory: str = "var/index",
    *,
    keys: str = "",
    rate: float = RATE,
    public_url: str = "",
    **settings: Unpack[ServingOptions],
) -> Flask:
    """The same application that ``onneshon serve`` serves.

    Args:
        directory: the directory of the index, or its address as for ``open_engine``.
        keys: file with the keys of clients that may put articles in; empty where nobody may.
        rate: write requests a second that each key may send to each process.
        public_url: where a proxy shows the site, such as ``https://example.org/search``; empty for what
            ``onneshon.toml`` next to the index says.
        settings: further attributes of ``Settings``.

    Raises:
        OSError: the access log cannot be written.
        OnneshonError: ``directory`` is an invalid address, the keys cannot be read, or the queue cannot be
            made.
        ValueError: ``public_url`` is no address.
    """
    log_to_stderr()
    service = Service(
        Settings(
            location=location_of(directory),
            keys=Path(keys) if keys else None,
            limit=RateLimit(rate),
            address=parse_address(public_url) if public_url else None,
            **settings,
        )
    )
    service.start()
    atexit.register(service.close)
    return service.app
