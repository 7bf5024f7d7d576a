"""Runs the application of ``onneshon serve`` in this process, for its answers and processor times.

Run by ``benchmarks.serving.beside`` with the packages of one checkout: reads from standard input a line of
JSON for each turn, ``{"targets": [...], "headers": {...}}``, and writes a line with the times and answers.
"""

import gc
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from time import thread_time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from onneshon.search.opening import prepare
from onneshon.web import live
from onneshon.web import service as serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

__all__ = ["ask", "environment", "without_time"]

_TIMES: Final = (
    re.compile(rb'("took_ms":)[0-9.e-]+'),
    re.compile(rb'(<span class="took">)[^<]*(?=</span></p>)'),
)
"""The parts of an answer that differ each time: the time of the search."""


def environment(target: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """The WSGI environment of a request to a target.

    Args:
        target: path and query string, as a client sends them.
        headers: further entries, by their names in the environment.
    """
    path, _, query = target.partition("?")
    shared = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    return {**shared, **headers}


def ask(application: "WSGIApplication", target: str, headers: Mapping[str, str]) -> tuple[float, str, bytes]:
    """Send a request; return the thread's processor milliseconds, the status, and the body."""
    given = environment(target, headers)
    status = ""

    def start(line: str, _headers: list[tuple[str, str]], _error: Any = None) -> Any:
        nonlocal status
        status = line

    began = thread_time()
    parts: Iterable[bytes] = application(given, start)
    body = b"".join(parts)
    return (thread_time() - began) * 1000, status, body


def without_time(body: bytes) -> bytes:
    """An answer without the time of the search."""
    for pattern in _TIMES:
        body = pattern.sub(rb"\1", body)
    return body


def main() -> None:
    """Answer turn after turn."""
    service = serving.Service(serving.Settings(location=Path(sys.argv[1])))
    prepare()
    # Earlier checkouts have the function elsewhere, or neither.
    getattr(live, "collect_seldom", getattr(serving, "collect_seldom", gc.freeze))()
    join_pages: Callable[[], None] = getattr(live, "join_pages", lambda: None)
    for line in sys.stdin:
        join_pages()  # all pages: ``onneshon serve`` joins them over time, a page every few seconds
        turn = json.loads(line)
        rows = [ask(service.app, target, turn["headers"]) for target in turn["targets"]]
        answers = [
            f"{status}\n{without_time(body).decode('utf-8', 'replace') if turn['bodies'] else len(body)}"
            for _, status, body in rows
        ]
        print(json.dumps({"ms": [row[0] for row in rows], "answers": answers}), flush=True)


if __name__ == "__main__":
    main()
