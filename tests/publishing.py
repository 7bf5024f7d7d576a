"""A server that accepts articles, and a client with a key."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from onneshon.web.access.keys import Scope, add_key
from tests.serving import SECONDS, serving

__all__ = ["Publisher", "key_for", "publishing"]


def key_for(file: Path, name: str = "wordpress", *scopes: Scope) -> str:
    """Add a new client's key to a file of keys."""
    return add_key(file, name, scopes or ("write",), dt.date(2026, 11, 25))


@dataclass(frozen=True)
class Publisher:
    """A client of a server.

    Attributes:
        port: the server's port on 127.0.0.1.
        key: the key for its requests.
    """

    port: int
    key: str

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        """Send a request, with a body as JSON unless it is bytes; return status and JSON of the answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        key = self.key if key is None else key
        try:
            connection.request(method, path, content, {"Authorization": f"Bearer {key}"} if key else {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def put(self, article_id: str, title: str, wait: float = 20) -> tuple[int, Any]:
        """Put an article."""
        return self.ask("PUT", f"/api/v1/articles/{quote(article_id)}?wait={wait}", {"title": title})

    def delete(self, article_id: str, wait: float = 20) -> tuple[int, Any]:
        """Delete an article."""
        return self.ask("DELETE", f"/api/v1/articles/{quote(article_id)}?wait={wait}")

    def title(self, article_id: str) -> str | None:
        """The title of an article as it is served; None if it is not found."""
        status, answer = self.ask("GET", f"/api/v1/articles/{quote(article_id)}", key="")
        return answer["article"]["title"] if status == 200 else None

    def await_position(self, position: int) -> str:
        """Wait until all up to a position is visible; return the generation."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            _, answer = self.ask("GET", f"/api/v1/publications/{position}")
            if answer["visible"]:
                generation: str = answer["generation"]
                return generation
            time.sleep(0.05)
        raise AssertionError(f"not visible after {SECONDS} s")


@contextmanager
def publishing(directory: Path, *options: str, log: list[str] | None = None) -> Iterator[Publisher]:
    """Run the real server over an index, with keys in a file next to it; yield a client that may write."""
    keys = directory.with_name("keys")
    key = key_for(keys, f"client-{time.monotonic_ns()}")
    with serving(directory, "--keys", str(keys), *options, log=log) as site:
        yield Publisher(site.port, key)
