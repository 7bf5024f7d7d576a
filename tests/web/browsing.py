"""A browser to look at the pages with, and servers with engines that tests can steer."""

import shutil
import threading
from collections.abc import Iterator

import waitress

from web import create_app

__all__ = ["CHROMIUM", "serve"]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def serve(source: object) -> Iterator[str]:
    """The address of a server with that engine, or with what opens one."""
    app = create_app(source)  # type: ignore[arg-type]
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)
