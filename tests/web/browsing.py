"""A browser to look at pages with, and servers with engines that tests control."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import waitress
from waitress import wasyncore

from onneshon.web import create_app
from tests.serving import SECONDS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from playwright.sync_api import Page

__all__ = ["CHROMIUM", "listening", "moved", "objections", "serve", "watch_moves"]

BROWSERS = "chromium-headless-shell", "chromium", "google-chrome"
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
"""The browser, preferably one without windows, with all its files, for each page."""


@contextmanager
def listening(application: "WSGIApplication") -> Iterator[str]:
    """Yield the address of a server for the application, in a thread of its own."""
    sockets: dict[int, Any] = {}
    server = waitress.create_server(application, map=sockets, host="127.0.0.1", port=0, threads=4)

    def end() -> None:
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)

    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    # This runs in the server's own thread, since that may be waiting for the sockets that are closed.
    server.trigger.pull_trigger(end)
    thread.join(timeout=SECONDS)
    assert not thread.is_alive()


def serve(source: object) -> Iterator[str]:
    """Yield the address of a server for an engine, or for a function that opens one."""
    with listening(create_app(source)) as address:  # type: ignore[arg-type]
        yield address


SETTLED = """Promise.all([...document.fonts].map(font => font.load())).then(() => new Promise(drawn =>
    requestAnimationFrame(() => requestAnimationFrame(drawn))))"""
WATCH = """window.moved = []; new PerformanceObserver(list => {
    for (const shift of list.getEntries()) window.moved.push(
        `${shift.value}: ${shift.sources.map(({node}) => node?.className || node?.nodeName)}`);
}).observe({type: "layout-shift", buffered: false});"""


def watch_moves(page: "Page") -> None:
    """Start recording what moves on a page, after fonts have settled."""
    page.evaluate(SETTLED)
    page.evaluate(WATCH)


def moved(page: "Page") -> list[str]:
    """The layout shifts since recording began, and what moved in each."""
    shifts: list[str] = page.evaluate("window.moved")
    return shifts


def objections(page: "Page") -> list[str]:
    """The violations that axe finds in a page, and whether the page is wider than its window."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(
        "axe.run().then(all => all.violations.map(rule => `${rule.id}: ${rule.nodes[0].html}`))"
    )
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the page is wider than its window")
    return found


@cache
def _axe() -> str:
    return (Path(__file__).parents[1] / "assets" / "axe.min.js").read_text("utf-8")
