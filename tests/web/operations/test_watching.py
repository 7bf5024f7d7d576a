"""Metrics and logs of requests say what was done, and never who asked or what for."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onneshon.index import Article, build
from onneshon.index.errors import BusyError, IndexCorruptError, OnneshonError
from onneshon.search import Health, ResultPage, SearchEngine, SearchRequest, open_engine
from onneshon.web import create_app
from onneshon.web.live import LiveEngine
from onneshon.web.operations.monitoring import Metrics
from onneshon.web.operations.watching import AccessLog, Answered, line
from tests.fake_engine import FakeEngine
from tests.serving import serving

if TYPE_CHECKING:
    from flask.testing import FlaskClient

NOW = dt.datetime(2026, 11, 25, 6, 30, tzinfo=dt.UTC)


class Watched:
    """An application, and all that it reported of its requests."""

    def __init__(self, engine: SearchEngine) -> None:
        self.answered: list[Answered] = []
        live = LiveEngine(engine)
        self.metrics = Metrics(live, built=lambda: NOW - dt.timedelta(hours=2), now=lambda: NOW)
        app = create_app(live, observers=[self.metrics.observe, self.answered.append])
        self.metrics.expose(app)
        self.client: FlaskClient = app.test_client()

    def figures(self) -> dict[str, float]:
        """The metrics by name and labels."""
        lines = self.client.get("/metrics").get_data(as_text=True).splitlines()
        told = (text.rpartition(" ") for text in lines if not text.startswith("#"))
        return {name: float(value) for name, _, value in told}


@pytest.fixture
def watched() -> Watched:
    """A watched application over a fake engine."""
    return Watched(FakeEngine())


SEARCHES = [
    ("/api/v1/search?q=নদী", "found"),
    ("/search?q=নদী", "found"),
    ("/search?q=খপুষ্প", "nothing"),
    ("/api/v1/search?q=(((", "refused"),
    ("/search?q=(((", "refused"),
    ("/api/v1/search?q=ভি\u09dc", "busy"),
    ("/api/v1/search?q=boom", "failed"),
]


@pytest.mark.parametrize(("address", "outcome"), SEARCHES)
def test_searches_are_counted_by_what_came_of_them(watched: Watched, address: str, outcome: str) -> None:
    """Each search counts once, from pages and from the API."""
    watched.client.get(address)
    assert watched.answered[0].outcome == outcome
    figures = watched.figures()
    counts = {name: value for name, value in figures.items() if name.startswith("onneshon_searches_total")}
    assert counts.pop(f'onneshon_searches_total{{outcome="{outcome}"}}') == 1
    assert not any(counts.values())


def test_an_answer_that_the_client_has_is_a_search_unchanged(watched: Watched) -> None:
    """The client sent back its tag."""
    tag = watched.client.get("/api/v1/search?q=নদী").headers["ETag"]
    watched.client.get("/api/v1/search?q=নদী", headers={"If-None-Match": tag})
    assert [request.outcome for request in watched.answered] == ["found", "unchanged"]


@pytest.mark.parametrize("address", ["/", "/search", "/api/v1/suggest?q=ব", "/static/style.css", "/নেই"])
def test_other_requests_are_no_searches(watched: Watched, address: str) -> None:
    """Pages, suggestions, files and missing addresses do not count as searches."""
    watched.client.get(address).close()
    assert watched.answered[0].outcome is None


def test_latency_is_counted_by_route_and_not_by_address(watched: Watched) -> None:
    """Two articles are one route; all unknown addresses are one route, all unknown methods one method."""
    for address in ("/api/v1/articles/3", "/api/v1/articles/4", "/a", "/b"):
        watched.client.get(address)
    watched.client.open("/", method="BREW")
    watched.client.open("/", method="STEEP")
    figures = watched.figures()
    name = "onneshon_request_seconds_count"
    route = "/api/v1/articles/<path:article_id>"
    assert figures[f'{name}{{method="GET",route="{route}",status="200"}}'] == 2
    assert figures[f'{name}{{method="GET",route="none",status="404"}}'] == 2
    assert figures[f'{name}{{method="other",route="none",status="405"}}'] == 2


def test_the_index_and_its_age_are_reported(watched: Watched) -> None:
    """The metrics have the generation, the articles, and the seconds since the build."""
    figures = watched.figures()
    assert figures["onneshon_index_up"] == 1
    assert figures["onneshon_index_sound"] == 1
    assert figures["onneshon_index_generation"] == 7
    assert figures["onneshon_index_articles"] == 17757
    assert figures["onneshon_index_age_seconds"] == 7200


def test_damage_is_a_figure_of_its_own() -> None:
    """A damaged index has a metric of its own, as searches may still be answered."""
    figures = Watched(FakeEngine(damage="x is broken")).figures()
    assert (figures["onneshon_index_up"], figures["onneshon_index_sound"]) == (1, 0)


def test_an_older_generation_in_place_of_a_damaged_one_is_reported() -> None:
    """Everything is answered, but an administrator should look."""

    class Older(FakeEngine):
        @property
        def health(self) -> Health:
            return Health("000006", self.count, warning="000007 is damaged; 000006 answers")

    figures = Watched(Older()).figures()
    assert (figures["onneshon_index_up"], figures["onneshon_index_sound"]) == (1, 0)


class Searched(FakeEngine):
    """An engine that opened without a fault.

    Args:
        found: the total of each search, or the error that it raises.
    """

    def __init__(self, found: int | OnneshonError) -> None:
        super().__init__()
        self._found = found

    def search(self, request: SearchRequest, /) -> ResultPage:
        """All articles for ``*``, and the given total or error for a word."""
        page = super().search(request)
        if request.text == "*":
            return page
        if isinstance(self._found, OnneshonError):
            raise self._found
        return replace(page, total=self._found)


@pytest.mark.parametrize(
    ("found", "up"),
    [(5, 1), (0, 0), (IndexCorruptError("a list is broken"), 0), (BusyError(2), 1)],
    ids=["found", "nothing found", "damage", "too many searches"],
)
def test_an_index_is_up_while_a_search_succeeds(found: int | OnneshonError, up: int) -> None:
    """Opening it is not enough: a search for a word of an article must have a hit now."""
    assert Watched(Searched(found)).figures()["onneshon_index_up"] == up


def test_an_index_without_articles_is_up() -> None:
    """An empty index has nothing to find."""

    class Empty(FakeEngine):
        def search(self, request: SearchRequest, /) -> ResultPage:
            return replace(super().search(request), hits=(), total=0)

    assert Watched(Empty()).figures()["onneshon_index_up"] == 1


@pytest.mark.parametrize("title", ["NOT নদী", "OR", "AND", "ক" * 2000 + " নদী", '"নদী', "১২:৩০"])
def test_an_index_is_up_whatever_its_articles_begin_with(title: str, tmp_path: Path) -> None:
    """An operator, or an overlong text, is no fault of the index."""
    build([Article("a", title, "")], tmp_path / "index")
    assert Watched(open_engine(tmp_path / "index")).figures()["onneshon_index_up"] == 1


def test_the_word_that_is_searched_is_looked_up_once_an_edition() -> None:
    """Metrics are read every few seconds."""
    engine = FakeEngine()
    watched = Watched(engine)
    watched.figures()
    watched.figures()
    assert [request.text for request in engine.asked] == ["*", "বাংলাদেশের", "বাংলাদেশের"]


def test_metrics_are_there_without_an_index() -> None:
    """Without an index the metrics say that there is none."""
    live = LiveEngine(lambda: None)
    metrics = Metrics(live)
    app = create_app(live, observers=[metrics.observe])
    metrics.expose(app)
    answer = app.test_client().get("/metrics")
    assert answer.mimetype == "text/plain"
    assert "\nonneshon_index_up 0.0\n" in answer.get_data(as_text=True)


def test_nothing_is_watched_unless_asked() -> None:
    """Metrics must not be public by accident."""
    assert create_app(FakeEngine()).test_client().get("/metrics").status_code == 404


SECRETS = ["গোপন", "10.9.8.7", "Mozilla", "referrer.example", "ইতিহাস-1"]


def test_a_line_of_the_log_says_nothing_of_who_asked_or_what_for(watched: Watched) -> None:
    """Logs and metrics have no query, address, browser, referrer or article."""
    headers = {
        "User-Agent": "Mozilla/5.0",
        "Referer": "https://referrer.example/",
        "X-Forwarded-For": "10.9.8.7",
    }
    place = {"REMOTE_ADDR": "10.9.8.7"}
    for address in ("/api/v1/search?q=গোপন", "/article/ইতিহাস-1?q=গোপন", "/গোপন"):
        watched.client.get(address, headers=headers, environ_base=place)
    told = "\n".join(line(request, NOW) for request in watched.answered)
    told += watched.client.get("/metrics").get_data(as_text=True)
    assert "/article/<path:article_id>" in told
    assert not [secret for secret in SECRETS if secret in told]


def test_a_line_of_the_log_is_json_of_one_form() -> None:
    """The fields are in this order; unknown ones are left out."""
    answered = Answered("0123abcd", "GET", "/search", 200, 0.01234, 5120, "found")
    assert line(answered, NOW) == (
        '{"time": "2026-11-25T06:30:00.000+00:00", "request_id": "0123abcd", "method": "GET", '
        '"route": "/search", "status": 200, "ms": 12.3, "bytes": 5120, "outcome": "found"}'
    )


def test_the_log_goes_on_in_a_new_file_when_the_old_one_is_moved(tmp_path: Path) -> None:
    """Logging continues in a new file after logrotate has moved the old one."""
    path = tmp_path / "access.jsonl"
    write = AccessLog(str(path), now=lambda: NOW)
    answered = Answered("0123abcd", "GET", "/", 200, 0.01, 1, None)
    write(answered)
    path.rename(tmp_path / "access.jsonl.1")
    write(answered)
    write.close()
    assert (tmp_path / "access.jsonl.1").read_text("utf-8") == path.read_text("utf-8")


def test_of_lines_that_the_disk_refuses_the_first_is_reported_and_nothing_else(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Logging prints a traceback for each request, on a disk that is full already."""
    write = AccessLog("/dev/full", now=lambda: NOW)
    for _ in range(3):
        write(Answered("0123abcd", "GET", "/", 200, 0.01, 1, None))
    write.close()
    told = "the disk is full (writing /dev/full): free some space and try again"
    assert caplog.messages == [f"Requests are missing in the access log: {told}"]
    assert capsys.readouterr().err == ""


def test_requests_are_answered_while_the_log_cannot_be_opened_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As when its folder is moved; once there is one again, the log goes on."""
    path = tmp_path / "logs" / "access.jsonl"
    path.parent.mkdir()
    app = create_app(FakeEngine(), observers=[write := AccessLog(str(path), now=lambda: NOW)])
    client = app.test_client()
    path.parent.rename(tmp_path / "old")
    assert [client.get("/search?q=নদী").status_code for _ in range(2)] == [200, 200]
    assert [text.rpartition(" (")[2] for text in caplog.messages if "access log" in text] == [f"{path})"]
    path.parent.mkdir()
    client.get("/search?q=নদী")
    write.close()
    assert len(path.read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("f9ed4675f1c53513c61a3b3b4e25b4c0", True),
        ("6e04d0d1-8d4f-4b4b-9d53-ff7c7e8f8f77", True),
        ("short", False),
        ("x" * 65, False),
        ('forged" "status": 200', False),
    ],
)
def test_a_request_has_the_name_that_a_proxy_gave_it(watched: Watched, sent: str, kept: bool) -> None:
    """A name that could be no id is replaced by a new one; answer and log have the same."""
    answer = watched.client.get("/", headers={"X-Request-Id": sent})
    assert (answer.headers["X-Request-Id"] == sent) is kept
    assert answer.headers["X-Request-Id"] == watched.answered[0].request_id != ""


def test_failures_have_a_name_too(watched: Watched) -> None:
    """A reader can give the id to the administrator."""
    answers = [watched.client.get(address) for address in ("/api/v1/search?q=boom", "/api/v1/search?q=boom")]
    names = {answer.headers["X-Request-Id"] for answer in answers}
    assert len(names) == 2


def test_the_server_logs_and_counts_its_requests(sample_index: Path, tmp_path: Path) -> None:
    """The real server runs with both options."""
    log = tmp_path / "access.jsonl"
    with serving(sample_index, "--metrics", "--access-log", str(log)) as site:
        answer = site.get("/api/v1/search?q=নদী".encode())
        metrics = site.get(b"/metrics").decode()
    assert 'onneshon_searches_total{outcome="found"} 1.0' in metrics
    assert "onneshon_index_age_seconds " in metrics
    assert "process_resident_memory_bytes " in metrics
    lines = [json.loads(text) for text in log.read_text("utf-8").splitlines()]
    assert [entry["route"] for entry in lines] == ["/api/v1/search", "/metrics"]
    assert f"X-Request-Id: {lines[0]['request_id']}".encode() in answer


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The server then exits before it serves anything."""
    from tests.serving import start  # noqa: PLC0415  # of this test alone

    with start(tmp_path, "--port", "0", "--access-log", str(tmp_path / "none" / "log")) as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "cannot be written: No such file or directory" in errors
    assert "Traceback" not in errors
