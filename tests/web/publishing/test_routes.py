"""Requests and answers for publishing; the index and its writer are stand-ins."""

import base64
import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from onneshon.index.configuration import FILE_NAME, Configuration, KeywordField
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.json_form import json_type
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import CommittedBatch, ProgressFile, Published
from onneshon.web import create_app
from onneshon.web.access.guard import Guard, RateLimit
from onneshon.web.access.keys import KeyFile
from onneshon.web.api import schema
from onneshon.web.api.openapi import document
from onneshon.web.middleware.faults import PositionError
from onneshon.web.publishing.publisher import Publisher
from onneshon.web.publishing.queue import MAX_BYTES, PublishingQueue, Receipt
from onneshon.web.publishing.routes import publishing
from tests.fake_engine import FakeEngine
from tests.publishing import key_for

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@dataclass
class Recorder:
    """A queue in memory, all of which is visible at once by default.

    Attributes:
        generation: the generation in which it is visible; None while nothing becomes visible.
        operations: the queued operations.
        waits: the seconds that each request wanted to wait.
        unknown: the error for every position; empty where each position was given.
    """

    generation: str | None = "000008"
    operations: list[Operation] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    unknown: str = ""

    def publish(self, operations: list[Operation], wait: float) -> Receipt:
        """Record the operations."""
        self.operations += operations
        self.waits.append(wait)
        return self.asked(4096)

    def asked(self, position: int) -> Receipt:
        """Return the same receipt for each position."""
        if self.unknown:
            raise PositionError(self.unknown)
        return Receipt(position, "visible" if self.generation else "waiting", self.generation)

    def newest(self) -> str:
        """Return the generation as if all were visible."""
        return self.generation or ""


ORIGIN = "https://example.org"


class Site:
    """An application that accepts articles, and a client with a key for writing."""

    configuration = Configuration()
    """The settings of the site."""

    def __init__(self, folder: Path, rate: float = 1000, *, private: bool = False) -> None:
        file = folder / "keys"
        self.key = key_for(file)
        self.reader = key_for(file, "reader", "search")
        self.queue = Recorder()
        guard = Guard(KeyFile(file), RateLimit(rate, max(1, int(rate))))
        routes = publishing(
            self.queue,  # type: ignore[arg-type]  # a stand-in
            guard,
            lambda: SiteRecords(self.configuration),
        )
        app = create_app(FakeEngine(), blueprints=[routes], origins=[ORIGIN])
        if private:
            guard.close(app)
        self.client: FlaskClient = app.test_client()

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> "TestResponse":
        """A response; a body that is not bytes is sent as JSON."""
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        key = self.key if key is None else key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return self.client.open(path, method=method, data=content, headers=headers)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site that accepts any rate of requests."""
    return Site(tmp_path)


ARTICLE = {"title": "হাওরে শীতের পাখি", "date": "2026-11-25", "category": "পরিবেশ"}


@pytest.mark.parametrize(
    ("path", "article_id"),
    [
        ("/api/v1/articles/ইতিহাস-1", "ইতিহাস-1"),
        ("/api/v1/articles/2026/11/পাখি", "2026/11/পাখি"),
        ("/api/v1/articles?id=../x", "../x"),
    ],
)
def test_an_article_is_queued_under_the_id_of_its_address(site: Site, path: str, article_id: str) -> None:
    """The answer names the generation."""
    answer = site.ask("PUT", path, ARTICLE)
    told = msgspec.convert(answer.get_json(), schema.Publication)
    assert (answer.status_code, told.visible, told.generation, told.articles) == (200, True, "000008", 1)
    article = site.queue.operations[0].article(SiteRecords(Configuration()))
    assert article is not None
    assert (article.id, article.title, article.category) == (article_id, ARTICLE["title"], "পরিবেশ")
    assert site.queue.operations[0].client == "wordpress"


def test_names_that_are_no_fields_are_reported(site: Site) -> None:
    """Values under unknown names are not in the article, which a client should learn from the answer."""
    answer = site.ask("PUT", "/api/v1/articles/ক", {**ARTICLE, "text": "শীতের হাওর"})
    told = msgspec.convert(answer.get_json(), schema.Publication)
    assert (told.articles, told.unused) == (1, ["text"])
    lines = b'{"id": "a", "title": "b", "tag": 1}\n{"id": "b", "title": "b", "tag": 2, "views": 3}'
    assert site.ask("POST", "/api/v1/articles", lines).get_json()["unused"] == ["tag", "views"]
    assert "unused" not in site.ask("PUT", "/api/v1/articles/ক", ARTICLE).get_json()


def test_a_site_gives_fields_names_of_its_own(site: Site) -> None:
    """The site also has fields of its own."""
    site.configuration = Configuration(fields=(KeywordField("tags"),), mapping={"title": ("headline",)})
    answer = site.ask("PUT", "/api/v1/articles/ক", {"headline": "পাখি", "tags": "শীত"})
    assert (answer.status_code, "unused" in answer.get_json()) == (200, False)
    answer = site.ask("PUT", "/api/v1/articles/ক", {"headline": "পাখি", "tags": ["শীত", "হাওর"]})
    assert answer.status_code == 400
    assert "tags has 2 values" in answer.get_json()["detail"]


def test_an_article_in_the_bytes_of_bijoy_is_taken(site: Site) -> None:
    """The bytes are decoded as a file of them is; the queued record is text."""
    record = '{"title": "Avgvi †mvbvi evsjv", "body": "Avgvi †mvbvi evsjv, Avwg evsjvi Mvb MvB|"}'
    assert site.ask("PUT", "/api/v1/articles/ক", record.encode("cp1252")).status_code == 200
    article = site.queue.operations[0].article(SiteRecords(Configuration()))
    assert article is not None
    assert article.title == "আমার সোনার বাংলা"


@pytest.mark.parametrize("said", ["[fieldss]", "[weights]\nexac = 1", '[facets]\nshown = ["catagory"]'])
def test_nothing_is_queued_while_the_site_is_invalid(tmp_path: Path, said: str) -> None:
    """Nothing could become visible then, so the client is told to retry."""
    (tmp_path / FILE_NAME).write_text(said, "utf-8")
    keys = tmp_path / "keys"
    key = key_for(keys)
    publisher = Publisher(tmp_path, keys, RateLimit(100))
    client = create_app(FakeEngine(), blueprints=[publisher.routes]).test_client()
    answer = client.put("/api/v1/articles/ক", json=ARTICLE, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, "nothing was queued" in answer.get_json()["detail"]) == (503, True)
    assert Journal(tmp_path).end() == 0


def test_a_file_of_keys_that_is_lost_is_a_fault_of_the_server(tmp_path: Path) -> None:
    """Clients can do nothing about it, and monitoring reports it."""
    keys = tmp_path / "keys"
    key_for(keys)
    publisher = Publisher(tmp_path, keys, RateLimit(100))
    client = create_app(FakeEngine(), checks={"keys": publisher.checks(private=True)["keys"]}).test_client()
    assert client.get("/readyz").get_json()["checks"]["keys"] == "ok"
    keys.rename(tmp_path / "kept")
    answer = client.get("/readyz")
    assert (answer.status_code, "no key opens anything" in answer.get_json()["detail"]) == (503, True)
    assert str(tmp_path) not in answer.get_data(as_text=True)
    (tmp_path / "kept").rename(keys)
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/articles/ইতিহাস-1", "/api/v1/articles?id=ইতিহাস-1"])
def test_an_article_is_taken_out(site: Site, path: str) -> None:
    """The article need not exist."""
    assert site.ask("DELETE", path).status_code == 200
    assert [(operation.id, operation.record) for operation in site.queue.operations] == [("ইতিহাস-1", None)]


def test_many_lines_are_many_operations(site: Site) -> None:
    """Empty lines are skipped; a line may end with CRLF."""
    body = '{"id": "ক", "title": "নদী"}\r\n\n{"id": 7, "deleted": 1}\n{"id": "খ", "title": "পাখি"}'
    answer = site.ask("POST", "/api/v1/articles", body.encode())
    assert (answer.status_code, answer.get_json()["articles"]) == (200, 3)
    assert [(operation.id, operation.record is None) for operation in site.queue.operations] == [
        ("ক", False),
        ("7", True),
        ("খ", False),
    ]


def test_who_does_not_wait_is_told_where_to_ask(site: Site) -> None:
    """Status 202 means that it is durably queued and not yet visible."""
    site.queue.generation = None
    answer = site.ask("PUT", "/api/v1/articles/ক?wait=0", ARTICLE)
    assert (answer.status_code, answer.get_json()["generation"]) == (202, None)
    assert site.queue.waits == [0]
    place = answer.headers["Location"]
    assert place.endswith("/api/v1/publications/4096")
    assert site.ask("GET", place).get_json() == {
        "ok": True,
        "position": 4096,
        "visible": False,
        "state": "waiting",
        "generation": None,
    }
    site.queue.generation = "000009"
    assert site.ask("GET", place).get_json()["generation"] == "000009"


REFUSED: list[tuple[str, str, Any, str]] = [
    ("PUT", "/api/v1/articles/ক", b"", "not JSON"),
    ("PUT", "/api/v1/articles/ক", b"[]", "an array instead of an object"),
    ("PUT", "/api/v1/articles/ক", b"\xff", "not UTF-8"),
    ("PUT", "/api/v1/articles/ক", {}, "neither title nor body"),
    ("PUT", "/api/v1/articles/ক", {"title": 5}, "title is a number"),
    ("PUT", "/api/v1/articles/ক", {"title": "a", "date": "গতকাল"}, "no date"),
    ("PUT", "/api/v1/articles/ক", {"id": "খ", "title": "a"}, "not that of the address"),
    ("PUT", "/api/v1/articles/" + "ক" * 200, {"title": "a"}, "longer than 512 bytes"),
    ("DELETE", "/api/v1/articles/" + "ক" * 200, None, "longer than 512 bytes"),
    ("DELETE", "/api/v1/articles?id=%0A", None, "control character"),
    ("PUT", "/api/v1/articles?id=caf%E9", {"title": "নদী"}, "the address: not UTF-8: byte 0xe9"),
    ("DELETE", "/api/v1/articles?id=%E0%A6", None, "the address: not UTF-8: byte 0xe0"),
    ("DELETE", "/api/v1/articles", None, "id"),
    ("PUT", "/api/v1/articles/ক?wait=31", {"title": "a"}, "wait"),
    ("PUT", "/api/v1/articles/ক?colour=red", {"title": "a"}, "colour"),
    ("POST", "/api/v1/articles", b"\n", "no line has an article: send one"),
    (
        "POST",
        "/api/v1/articles",
        b'{"id": "a", "title": "b"}\n{"title": "c"}',
        "line 2: the id is missing: give",
    ),
    (
        "POST",
        "/api/v1/articles",
        b'{"id": "a", "title": "b"}\nx\ny',
        "2 lines are wrong, and nothing was queued",
    ),
    ("POST", "/api/v1/articles", b"[" * 60_000, "nested beyond measure"),
    ("POST", "/api/v1/articles", b'{"deleted": true}', "no id that says which: give it"),
    ("POST", "/api/v1/articles", b'{"id": [], "deleted": true}', "no id that says which: give it"),
    ("POST", "/api/v1/articles", b'{"id": "a", "title": "b", "deleted": "maybe"}', "neither true nor false"),
    ("PUT", "/api/v1/articles/ক", {"title": "নদী", "deleted": True}, "take it out with DELETE"),
    ("PUT", "/api/v1/articles/ক", {"title": "নদী", "deleted": "maybe"}, "neither true nor false"),
    ("GET", "/api/v1/publications/1?x=1", None, "x"),
]


@pytest.mark.parametrize(("method", "path", "body", "reason"), REFUSED, ids=lambda part: str(part)[:60])
def test_what_is_no_article_is_refused_with_the_reason(
    site: Site, method: str, path: str, body: Any, reason: str
) -> None:
    """Nothing of the request is queued."""
    answer = site.ask(method, path, body)
    problem = msgspec.convert(answer.get_json(), json_type(schema.Problem))
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert reason in problem.detail
    assert not site.queue.operations


def test_a_position_that_was_never_given_is_no_address(site: Site) -> None:
    """Programs that wait for it stop at once, and get the last position."""
    site.queue.unknown = "No request was given position 99999, the last one is 4096"
    answer = site.ask("GET", "/api/v1/publications/99999")
    assert (answer.status_code, answer.get_json()["detail"]) == (404, site.queue.unknown)


WRITES = [
    ("PUT", "/api/v1/articles/ক"),
    ("PUT", "/api/v1/articles?id=ক"),
    ("DELETE", "/api/v1/articles/ক"),
    ("DELETE", "/api/v1/articles?id=ক"),
    ("POST", "/api/v1/articles"),
    ("GET", "/api/v1/publications"),
    ("GET", "/api/v1/publications/1"),
]


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_nothing_is_changed_without_a_key_to_write_with(site: Site, method: str, path: str) -> None:
    """No key, a wrong key and a key for searching are refused."""
    for key, status in (("", 401), ("onn_wrong", 401), (site.reader, 403)):
        answer = site.ask(method, path, ARTICLE, key=key)
        assert answer.status_code == status
        assert ("WWW-Authenticate" in answer.headers) is (status == 401)
        msgspec.convert(answer.get_json(), json_type(schema.Problem))
    assert not site.queue.operations


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_nothing_can_be_written_where_there_are_no_keys(method: str, path: str) -> None:
    """Without keys these routes do not exist."""
    answer = create_app(FakeEngine()).test_client().open(path, method=method, data=b"{}")
    assert answer.status_code in {404, 405}


def test_a_browser_cannot_be_made_to_write(site: Site) -> None:
    """Browsers send a name and a password by themselves, so these do not allow writing."""
    word = base64.b64encode(f"x:{site.key}".encode()).decode()
    answer = site.client.delete("/api/v1/articles/3", headers={"Authorization": f"Basic {word}"})
    assert answer.status_code == 401


def test_who_sends_too_much_is_told_when_to_go_on(tmp_path: Path) -> None:
    """Each client has its own rate."""
    site = Site(tmp_path, rate=0.1)
    assert site.ask("PUT", "/api/v1/articles/ক", ARTICLE).status_code == 200
    answer = site.ask("PUT", "/api/v1/articles/ক", ARTICLE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
    assert len(site.queue.operations) == 1


def test_a_private_server_answers_nobody_without_a_key(tmp_path: Path) -> None:
    """Pages ask for a password, which is the key; health needs none; a key for writing cannot read."""
    site = Site(tmp_path, private=True)
    for path in ("/", "/search?q=নদী", "/api/v1/search?q=নদী", "/article/3", "/feed.atom?q=নদী"):
        answer = site.ask("GET", path, key="")
        assert (answer.status_code, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")
        assert "বাংলাদেশ" not in answer.get_data(as_text=True)
        assert site.ask("GET", path, key=site.key).status_code == 403
        assert site.ask("GET", path, key=site.reader).status_code == 200
    word = base64.b64encode(f"x:{site.reader}".encode()).decode()
    assert site.client.get("/", headers={"Authorization": f"Basic {word}"}).status_code == 200
    assert site.ask("GET", "/healthz", key="").status_code == 200
    assert site.ask("PUT", "/api/v1/articles/ক", ARTICLE).status_code == 200


def test_pages_of_other_sites_may_ask_a_private_server_with_a_key(tmp_path: Path) -> None:
    """A browser's preflight has no key and is allowed; pages for readers stay closed."""
    site = Site(tmp_path, private=True)
    asks = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    preflight = site.client.options("/api/v1/search?q=নদী", headers=asks)
    assert (preflight.status_code, preflight.get_data()) == (200, b"")
    assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert site.client.options("/search?q=নদী", headers=asks).status_code == 401
    assert site.client.get("/api/v1/search?q=নদী", headers=asks).status_code == 401


def test_a_private_server_tells_strangers_nothing_of_its_articles(tmp_path: Path) -> None:
    """Monitoring needs no key; the number of articles does."""
    site = Site(tmp_path, private=True)
    told = {key: site.ask("GET", "/healthz", key=key).get_json()["articles"] for key in ("", site.reader)}
    assert told == {"": None, site.reader: FakeEngine().count}


def test_answers_of_a_private_server_are_for_who_asked(tmp_path: Path) -> None:
    """No shared cache may keep them."""
    site = Site(tmp_path, private=True)
    paths = [
        "/",
        "/search?q=নদী",
        "/article/3",
        "/api/v1/search?q=নদী",
        "/feed.atom?q=নদী",
        "/embed.js",
        "/site.css",
    ]
    for path in (*paths, "/healthz", "/api/v1/articles/none", "/nowhere"):
        kept = site.ask("GET", path, key=site.reader).cache_control
        assert kept.private or kept.no_store, path
        assert not kept.public, path
    again = {"If-None-Match": site.ask("GET", paths[3], key=site.reader).headers["ETag"]}
    authorized = {"Authorization": f"Bearer {site.reader}"}
    answer = site.client.get(paths[3], headers=again | authorized)
    assert (answer.status_code, answer.cache_control.private) == (304, True)


def test_every_route_that_writes_is_described(site: Site) -> None:
    """The routes of the application and the document agree."""
    described = {
        (method.upper(), path)
        for path, methods in document(writing=True)["paths"].items()
        for method, about in methods.items()
        if "security" in about
    }
    rules = site.client.application.url_map.iter_rules()
    there = {
        (method, rule.rule.replace("<path:article_id>", "{id}").replace("<int:position>", "{position}"))
        for rule in rules
        if rule.endpoint.startswith("publishing.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == there
    assert site.client.get("/api/v1/openapi.json").get_json() == json.loads(
        json.dumps(document(writing=True))
    )
    reference = site.client.get("/api/v1/reference").get_data(as_text=True)
    assert all(f"{method} {path}" in reference for method, path in described)


def test_a_queue_waits_until_all_is_visible(tmp_path: Path) -> None:
    """Publishing also returns when the time is over, and then gives the position."""
    moments = iter(range(1000))
    queue = PublishingQueue(tmp_path, clock=lambda: next(moments) / 10, sleep=lambda _: None)
    receipt = queue.publish([Operation("ক", None)], 1)
    assert receipt == Receipt(Journal(tmp_path).end(), "waiting")
    assert queue.state().waiting_bytes == receipt.position

    def commit(_seconds: float) -> None:
        ProgressFile(tmp_path).write(Published((CommittedBatch(Journal(tmp_path).end(), "000042"),)))

    queue = PublishingQueue(tmp_path, clock=lambda: 0, sleep=commit)
    assert queue.publish([Operation("খ", None)], 1).generation == "000042"
    assert queue.state().waiting_bytes == 0
    assert queue.state().generation == "000042"


def test_a_queue_that_is_full_takes_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client is told to retry, and not told of the server's disk."""
    queue = PublishingQueue(tmp_path)
    monkeypatch.setattr(Journal, "end", lambda _: MAX_BYTES + 1)
    site.queue.publish = queue.publish  # type: ignore[method-assign]
    answer = site.ask("PUT", "/api/v1/articles/ক", ARTICLE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "nothing was queued" in answer.get_json()["detail"]
    assert str(tmp_path) not in answer.get_data(as_text=True)


def test_the_entry_tells_of_each_method_of_a_path_by_itself(site: Site) -> None:
    """Reading and deleting an article have one path, and a line each."""
    listed = site.ask("GET", "/api/v1/").get_json()["paths"]
    described = document(writing=True)["paths"]
    assert {(path, method.lower()) for path in listed for method in listed[path]} == {
        (path, method) for path in described for method in described[path]
    }
    path = listed["/api/v1/articles/{id}"]
    assert [path[method].split()[0] for method in ("GET", "PUT", "DELETE")] == ["One", "Put", "Take"]


@pytest.mark.parametrize("path", ["/api/v1/articles/ক", "/api/v1/articles"])
def test_a_compressed_body_is_refused_by_what_it_is(site: Site, path: str) -> None:
    """The message does not complain of bytes that are not UTF-8."""
    line = json.dumps({"id": "ক", **ARTICLE}).encode()
    headers = {"Authorization": f"Bearer {site.key}", "Content-Encoding": "gzip"}
    method = "POST" if path == "/api/v1/articles" else "PUT"
    answer = site.client.open(path, method=method, data=gzip.compress(line), headers=headers)
    assert (answer.status_code, "Content-Encoding" in answer.get_json()["detail"]) == (400, True)
    assert not site.queue.operations
