"""The application for another server than waitress, such as gunicorn.

gunicorn 'onneshon.web.wsgi:application(directory="var/index", public_names=["search.example.org"])'
"""

import atexit
from collections.abc import Iterable
from pathlib import Path

from flask import Flask

from onneshon.index.commands.terminal import log_to_stderr
from onneshon.index.remote import location_of
from onneshon.web.access.guard import RateLimit
from onneshon.web.service import RATE, Service, Settings
from onneshon.web.site.settings import parse_address


def application(
    directory: str = "var/index",
    *,
    listening: str = "127.0.0.1",
    public_names: Iterable[str] = (),
    origins: Iterable[str] = (),
    metrics: bool = False,
    access_log: str = "",
    keys: str = "",
    rate: float = RATE,
    private: bool = False,
    public_url: str = "",
    follows: str = "",
    pushes: str = "",
) -> Flask:
    """The same application that ``onneshon serve`` serves.

    Args:
        directory: the index; or the address of one, as ``open_engine`` takes it.
        listening: the address that the server listens on, a name that is answered to.
        public_names: further names, such as that of a proxy.
        origins: of other sites, whose pages may read the API.
        metrics: whether ``/metrics`` is answered.
        access_log: a file for a line a request, ``-`` for standard error; empty for none.
        keys: file of the keys of those who may put articles in; empty where nobody may.
        rate: requests a second that each of them may send to each process.
        private: whether reading needs a key too.
        public_url: where a proxy shows it, such as ``https://example.org/search``; empty for what
            ``onneshon.toml`` beside the index says.
        follows: address of an object store that the index is kept at; empty where it follows none.
        pushes: address of one to which each generation goes that is published here; empty for none.

    Raises:
        OSError: the access log cannot be written.
        OnneshonError: ``directory`` is an address that makes no sense, the keys cannot be read, or the queue
            cannot be made.
        ValueError: ``public_url`` is no address.
    """
    log_to_stderr()
    settings = Settings(
        location=location_of(directory),
        listening=listening,
        public_names=tuple(public_names),
        origins=tuple(origins),
        metrics=metrics,
        access_log=access_log,
        keys=Path(keys) if keys else None,
        limit=RateLimit(rate),
        private=private,
        follows=follows,
        pushes=pushes,
        address=parse_address(public_url) if public_url else None,
    )
    service = Service(settings)
    service.start()
    atexit.register(service.close)
    return service.app
