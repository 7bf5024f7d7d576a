"""A browser to look at the pages with, and servers with engines that tests can steer."""

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
"""One that makes no windows rather than one that does, with all that belongs to them, for each page."""


@contextmanager
def listening(application: "WSGIApplication") -> Iterator[str]:
    """The address of a server in a thread of its own that asks that application."""
    sockets: dict[int, Any] = {}
    server = waitress.create_server(application, map=sockets, host="127.0.0.1", port=0, threads=4)

    def end() -> None:
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)

    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    # In the server's own thread, since it may be waiting for something from just the sockets to be closed.
    server.trigger.pull_trigger(end)
    thread.join(timeout=SECONDS)
    assert not thread.is_alive()


def serve(source: object) -> Iterator[str]:
    """The address of a server with that engine, or with what opens one."""
    with listening(create_app(source)) as address:  # type: ignore[arg-type]
        yield address


SETTLED = """Promise.all([...document.fonts].map(font => font.load())).then(() => new Promise(drawn =>
    requestAnimationFrame(() => requestAnimationFrame(drawn))))"""
WATCH = """window.moved = []; new PerformanceObserver(list => {
    for (const shift of list.getEntries()) window.moved.push(
        `${shift.value}: ${shift.sources.map(({node}) => node?.className || node?.nodeName)}`);
}).observe({type: "layout-shift", buffered: false});"""


def watch_moves(page: "Page") -> None:
    """Note from now on what moves on a page; what fonts move is drawn before, were they asked for or not."""
    page.evaluate(SETTLED)
    page.evaluate(WATCH)


def moved(page: "Page") -> list[str]:
    """How much moved on a page since it is watched, and what, layout shift by layout shift."""
    shifts: list[str] = page.evaluate("window.moved")
    return shifts


def objections(page: "Page") -> list[str]:
    """What axe finds to object to in a page as it is now, and whether it is wider than its window."""
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
