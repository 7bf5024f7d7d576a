"""A desk over a small index, and people with keys for it."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onneshon.index import Article, build
from onneshon.index.publishing.applying import Applier
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.web.access.guard import RateLimit
from onneshon.web.access.keys import Scope, add_key
from onneshon.web.desk import changes
from onneshon.web.searches.store import Counted, SearchStore
from onneshon.web.service import Service, Settings

DAY = dt.date(2026, 11, 25)
HOSTILE = '<script>alert("অ")</script>\'"><img src=x onerror=alert(1)>'
ARTICLES = [
    *(Article(f"n{at}", "পদ্মা নদীর খবর", f"পদ্মায় পানি বেড়েছে, দিন {at}। " + "গান। " * at) for at in range(6)),
    Article("cricket", "বিশ্বকাপে ক্রিকেট", "মাঠে দল জিতেছে।", dt.date(2024, 5, 1), "খেলা", "", "রহিম"),
    Article("hostile", f"{HOSTILE} পদ্মা", f"{HOSTILE} পদ্মা"),
]


@dataclass
class AtDesk:
    """A person with a browser.

    Attributes:
        client: the browser.
        directory: the folder of the index.
        service: the service of the desk.
    """

    client: FlaskClient
    directory: Path
    service: Service

    def get(self, path: str, **options: Any) -> TestResponse:
        """The response for a page of the desk."""
        return self.client.get(f"/desk{path}", **options)

    def text(self, path: str) -> str:
        """The HTML of an existing page."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def token(self) -> str:
        """The token that this session's forms send; empty without a session."""
        found = re.search(r'name="token" value="([0-9a-f]{64})"', self.get("/").get_data(as_text=True))
        return found[1] if found else ""

    def post(self, path: str, /, **form: Any) -> TestResponse:
        """Send a form as the page does."""
        return self.client.post(f"/desk{path}", data={"token": self.token(), **form})

    def apply(self) -> None:
        """Apply queued changes as the publishing process does."""
        assert Applier(self.directory, open_writer).step()
        assert self.service.desk is not None
        self.service._live.current().reload()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service over the index, with a file of keys of every scope."""
    directory = tmp_path_factory.mktemp("desk") / "index"
    build(ARTICLES, directory)
    SearchStore(directory).add(
        [
            Counted(dt.date.today(), "বিশকাপ", "বিশকাপ", 9, 0, 0),  # noqa: DTZ011  # as the desk has it
            Counted(dt.date.today(), "x", HOSTILE, 7, 0, 0),  # noqa: DTZ011
        ],
        30,
        dt.date.today(),  # noqa: DTZ011
    )
    keys = directory / "keys.txt"
    scopes: tuple[Scope, ...] = ("reader", "editor", "admin", "search", "write")
    for scope in scopes:
        (directory / scope).write_text(add_key(keys, scope, (scope,), DAY), "utf-8")
    return Service(Settings(location=directory, keys=keys, sign_ins=RateLimit(1e6)))


def _begin_anew(served: Service) -> None:
    """Remove the changes of all editors."""
    desk = served.desk
    assert desk is not None
    for name in ("pins.json", "synonyms.txt", "authors.txt", "look.json"):
        (desk.pins.path.parent / name).unlink(missing_ok=True)
    for held in desk.store.waiting():
        desk.store.let_go(held, "", "drop")
    engine: Any = served._live.current()
    for file in (engine._pins.file, engine._site_synonyms, engine._site_authors, served.look):
        file.look_again()


@pytest.fixture
def at_desk(served: Service, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AtDesk]:
    """Sign people in with a key of the given scope; without a scope nobody is signed in."""
    monkeypatch.setattr(changes, "WAIT_SECONDS", 0)
    monkeypatch.setattr("onneshon.index.storage.watched_file.RECHECK_SECONDS", 0)
    _begin_anew(served)
    assert isinstance(served._settings.location, Path)
    directory = served._settings.location

    def signed_in(scope: str = "") -> AtDesk:
        person = AtDesk(served.app.test_client(), directory, served)
        if scope:
            answer = person.client.post("/desk/sign-in", data={"key": (directory / scope).read_text("utf-8")})
            assert answer.status_code == (303 if scope in {"reader", "editor", "admin"} else 403)
        return person

    return signed_in
