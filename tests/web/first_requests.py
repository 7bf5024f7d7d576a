"""How fresh processes take their first requests, all at once: ``first_requests.py INDEX KEYS TRIALS``.

A program of its own, as a process that has threads cannot be forked safely. Each trial forks a process in
which nothing was asked yet, has a thread for each request wait at one barrier, and compares every answer with
that of a process which was asked the same in turn. Prints how the trials ended, as JSON; after one that ended
otherwise there is no other.
"""

import faulthandler
import gc
import json
import os
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

from flask import Flask

from onneshon.index.commands.terminal import say
from onneshon.search import Engine, prepare
from onneshon.web.access.guard import RateLimit
from onneshon.web.api.openapi import parameters_of, parameters_type
from onneshon.web.api.operations import operations
from onneshon.web.app import create_app, load_templates
from onneshon.web.publishing.publisher import Publisher
from tests.publishing import key_for

SWITCH_SECONDS = 1e-5
"""A switch interval far below the default: races between two threads are a hundred times as likely."""

SECONDS = 120
"""The limit of a trial: SIGALRM ends a longer one, which counts as dead."""

QUERIES = (
    "নদী",
    "বাংলাদেশের ইতিহাস",
    '"ভাষা আন্দোলন"',
    "নদী OR পাহাড়",
    "ভা*",
    "title:নদী -পাহাড়",
    "bangladesh",
    "bramhonbaria",
    "Avgvi †mvbvi evsjv",
    "২১শে ফেব্রুয়ারি ১৯৫২",
    "৫০% of ৩ কোটি টাকা",
    "নদি ভাংগন~",
    "how to lose weight",
    "অস্তিত্বহীনশব্দ",
)
"""Queries each of which needs tables, lists and readings that the others do not."""

GIVEN = {"q": QUERIES[1], "query": QUERIES[2], "text": QUERIES[1], "facets": "category", "id": "{id}"}
"""Values for the parameters that an operation has."""

LONG = "analysis.html", "help.html"
"""The templates that take longest to compile; threads compile the others."""

_VARIES = re.compile(
    rb'"(?:took_ms|verified|position|waiting_bytes|waiting_since)": ?[^,}]+|<span class="took">[^<]*'
)

Request = tuple[str, str]
Answer = tuple[int, str]


def requests(app: Flask, article: str, other: str) -> list[Request]:
    """The method and target of every route, and further queries.

    Args:
        app: the application with the routes.
        article: the id of an article that is read, added and deleted.
        other: the id of an article that is patched; the answer shows what was queued before.
    """
    asked = [*_of_api(article, other), *_of_pages(app, article)]
    for query in QUERIES:
        asked += [
            ("GET", f"{path}?q={quote(query)}") for path in ("/search", "/api/v1/search", "/api/v1/suggest")
        ]
    return list(dict.fromkeys(asked))


def _of_api(article: str, other: str) -> Iterator[Request]:
    for operation in operations(writing=True):
        named = other if operation.method == "patch" else article
        values = {name: value.replace("{id}", named) for name, value in GIVEN.items()}
        names = {about["name"] for about in parameters_of(parameters_type(operation, ()))}
        chosen = {name: value for name, value in values.items() if name in names}
        if "text" in chosen:
            yield operation.method.upper(), f"{operation.path}?{urlencode({'query': chosen.pop('query')})}"
        path = operation.path.replace("{id}", quote(named)).replace("{position}", "0")
        yield operation.method.upper(), f"{path}?{urlencode(chosen)}"


def _of_pages(app: Flask, article: str) -> Iterator[Request]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/"):
            path = rule.rule.replace("<path:article_id>", quote(article))
            yield "GET", path.replace("<path:filename>", "style.css")


def answer(app: Flask, request: Request, key: str) -> Answer:
    """The status and body of an answer, without what differs between requests."""
    method, target = request
    article = {"title": "নদী"} | ({"id": "new"} if method == "POST" else {})
    body = json.dumps(article) if method in {"PUT", "POST", "PATCH"} else ""
    target += "" if method == "GET" else "&wait=0"
    response = app.test_client().open(
        target, method=method, data=body, headers={"Authorization": f"Bearer {key}"}
    )
    return response.status_code, _VARIES.sub(b"", response.get_data()).decode()


def at_once(app: Flask, asked: list[Request], key: str) -> dict[Request, Answer]:
    """The answers to all requests, sent by as many threads at one barrier."""
    barrier, answers = threading.Barrier(len(asked)), {}

    def ask(request: Request) -> None:
        barrier.wait()
        answers[request] = answer(app, request, key)

    threads = [threading.Thread(target=ask, args=(request,)) for request in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def forked(work: Callable[[], bytes]) -> tuple[int, bytes]:
    """The exit code of a forked process, negative for a signal, and the bytes it returned."""
    heard, told = os.pipe()
    if not (pid := os.fork()):
        signal.alarm(SECONDS)
        with os.fdopen(told, "wb") as stream:
            stream.write(work())
        os._exit(0)
    os.close(told)
    with os.fdopen(heard, "rb") as stream:
        made = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), made


def main(directory: Path, keys: Path, trials: int) -> None:
    """Run the trials."""
    faulthandler.enable()  # a process that dies prints the stack of each thread
    key = key_for(keys, "first", "search", "write")
    with Engine.open(directory) as engine:
        article, other = (hit.article.id for hit in engine.search("নদী", limit=2))
    prepare()
    load_templates(app := create_app(lambda: None))  # otherwise each process would compile these
    with app.test_request_context():
        for name in LONG:
            app.jinja_env.get_or_select_template(name)
    gc.freeze()

    def application() -> Flask:
        """The application of a process: as in a server, file locks are made after the fork."""
        publisher = Publisher(directory, keys, RateLimit(1e6))
        app = create_app(lambda: Engine.open(directory, time_limit=None), blueprints=[publisher.routes])
        load_templates(app)
        return app

    def in_turn() -> bytes:
        app = application()
        answers = [(request, answer(app, request, key)) for request in requests(app, article, other)]
        return json.dumps(answers).encode()

    told = json.loads(forked(in_turn)[1])
    expected = {(method, target): (status, body) for (method, target), (status, body) in told}

    def trial() -> bytes:
        app = application()
        sys.setswitchinterval(SWITCH_SECONDS)
        answers = at_once(app, [*expected], key)
        return json.dumps(
            [request for request in expected if answers.get(request) != expected[request]]
        ).encode()

    ended: Counter[str] = Counter()
    while ended.total() < trials and not ended.keys() - {"[]"}:
        code, wrong = forked(trial)
        ended[f"ended with {code}" if code else wrong.decode()] += 1
    statuses = Counter(status for status, _ in expected.values())
    say(json.dumps({"statuses": statuses, "trials": ended}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
