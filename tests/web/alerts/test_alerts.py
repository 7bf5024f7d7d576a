"""Alerts from the page to the mail: requested, confirmed, sent by a real mail server, stopped."""

import asyncio
import datetime as dt
import json
import logging
import re
import shutil
import smtplib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from aiosmtpd.smtp import SMTP, Envelope
from click.testing import CliRunner
from werkzeug.test import TestResponse

from onneshon.index import Article, ConfigurationError, build, open_writer
from onneshon.index.commands.main import main
from onneshon.search import Engine, ResultPage, SearchRequest
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.web.access.guard import RateLimit
from onneshon.web.alerts.mail import AlertSettings, Mail, MailError, MailServer, read_alerts
from onneshon.web.alerts.sending import SHOWN, Sending, Sent
from onneshon.web.alerts.store import MOST_KEPT, MOST_UNCONFIRMED, AlertStore
from onneshon.web.service import Service, Settings
from tests.serving import SECONDS

BASE = "https://news.example.org/search/"
PADMA = Article("1", "পদ্মা সেতু", "পদ্মার উপরে সেতু।", dt.date(2026, 11, 1), "জাতীয়")
READER = "pathok@example.com"


class _Mailbox:
    """A mail server that keeps its mails; asyncio calls it in a thread of its own."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse = ""
        self.refuse_address = ""
        self.refused = 0
        self.refuse_all = ""
        self.refuse_words = ""
        self.meanwhile: Callable[[], object] = bool
        self._loop = asyncio.new_event_loop()
        made = self._loop.create_server(lambda: SMTP(self, hostname="localhost"), "127.0.0.1", 0)
        self._server = self._loop.run_until_complete(made)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    async def handle_MAIL(  # noqa: N802  # aiosmtpd looks for these names
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _: Any
    ) -> str:
        """Accept or refuse the sender of a mail."""
        envelope.mail_from = address
        return self.refuse_all or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _: Any
    ) -> str:
        """Accept or refuse a recipient."""
        if self.refuse and self.refuse_address in address:
            self.refused += 1
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail, or refuse its content."""
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert [mail["To"]] == envelope.rcpt_tos
        if self.refuse_words and self.refuse_words in mail["Subject"]:
            return f"554 {mail['To']} gets no spam"
        self.mails.append(mail)
        self.meanwhile()
        return "250 OK"

    def take(self) -> list[EmailMessage]:
        """The mails since the last call."""
        mails, self.mails = self.mails, []
        return mails

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def close(self) -> None:
        """Stop answering; harmless when repeated."""
        if not self._loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(SECONDS)
            self._loop.close()


@pytest.fixture
def mailbox() -> Iterator[_Mailbox]:
    """A mail server on this machine."""
    box = _Mailbox()
    yield box
    box.close()


class _World:
    """A site with a mailbox and a clock of its own."""

    def __init__(self, directory: Path, mailbox: _Mailbox) -> None:
        self.directory = directory
        self.mailbox = mailbox
        self.now = dt.datetime(2026, 11, 29, 7, tzinfo=dt.UTC)
        (directory / "onneshon.toml").write_text(
            f'[site]\naddress = "{BASE}"\n[site.alerts]\nsender = "khobor@example.org"\n'
            f'server = "127.0.0.1"\nport = {mailbox.port}\nhour = 0\n',
            "utf-8",
        )
        self.service = Service(
            Settings(location=directory, public_names=("news.example.org",), alerts=RateLimit(0.001, 30))
        )
        self.client = self.service.app.test_client()
        self.store = AlertStore(directory, lambda: self.now)
        self.settings = AlertSettings(
            sender="khobor@example.org", server="127.0.0.1", port=mailbox.port, hour=6
        )

    def get(self, path: str) -> TestResponse:
        """The response for a path below the site's."""
        return self.client.get(f"/search{path}")

    def post(self, path: str, **options: Any) -> TestResponse:
        """The response to a form sent to a path."""
        return self.client.post(f"/search{path}", **options)

    def ask(self, query: str = "q=পদ্মা", address: str = READER) -> int:
        """Request an alert on the page, and return the status."""
        return self.post(f"/alerts/?{query}", data={"address": address}).status_code

    def send(self) -> Sent:
        """Send all due mails as the command does."""
        self.service._live.current().reload()
        sending = Sending(self.service.app, BASE, self.store, self.settings, lambda: self.now)
        with MailServer(self.settings, self.directory) as server:
            return sending.all(server)

    def open(self, mail: EmailMessage, what: str) -> tuple[int, int]:
        """Open the page of a mail's link, then press its button; the two statuses."""
        address = re.search(rf"{BASE}alerts/{what}\?token=\S+", _plain(mail))
        assert address is not None
        path = "/" + address[0].removeprefix(BASE)
        return self.get(path).status_code, self.post(path).status_code

    def publish(self, *articles: Article) -> None:
        """Add articles to the index."""
        with open_writer(self.directory) as writer:
            for article in articles:
                writer.add(article)

    def confirmed(self, query: str = "q=পদ্মা", address: str = READER) -> None:
        """Confirm an alert and let it run once."""
        self.ask(query, address)
        self.send()
        (mail,) = self.mailbox.take()
        assert self.open(mail, "confirm") == (200, 200)
        assert self.send() == Sent(unchanged=1)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of one article."""
    directory = tmp_path_factory.mktemp("alerts") / "index"
    build([PADMA], directory)
    return directory


@pytest.fixture
def world(
    index: Path, tmp_path: Path, mailbox: _Mailbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[_World]:
    """A site of one article; templates are compiled on demand, as compiling all takes longer than a test."""
    monkeypatch.setattr("onneshon.web.service.load_templates", lambda _app: None)
    made = _World(shutil.copytree(index, tmp_path / "index"), mailbox)
    yield made
    made.service.close()


@pytest.fixture(scope="module")
def quiet(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[_World]:
    """A site whose mail no test reads."""
    box = _Mailbox()
    made = _World(shutil.copytree(index, tmp_path_factory.mktemp("quiet") / "index"), box)
    yield made
    made.service.close()
    box.close()


def _plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _html(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_nobody_gets_news_who_did_not_confirm(world: _World) -> None:
    """Opening the link does nothing, since programs open links; its button confirms."""
    assert world.ask() == 200
    assert world.send() == Sent(links=1)
    (mail,) = world.mailbox.take()
    assert (mail["To"], mail["From"]) == (READER, "অন্বেষণ <khobor@example.org>")
    assert mail["Subject"] == "নিশ্চিত করুন: নতুন নিবন্ধ এলে চিঠি"
    world.publish(Article("2", "পদ্মার ইলিশ", date=dt.date(2026, 11, 28)))
    assert world.send() == Sent()
    world.get("/" + re.findall(rf"{BASE}(\S+)", _plain(mail))[0])
    assert world.send() == Sent()
    assert world.open(mail, "confirm")[1] == 200
    assert world.send() == Sent(unchanged=1)
    assert world.mailbox.take() == []


def test_a_mail_that_nobody_asked_for_has_no_words_of_a_stranger(world: _World) -> None:
    """A mail to another's address does not contain the query; only the page of its link shows it."""
    world.ask("q=লটারি জিতেছেন evil.example", "victim@example.org")
    world.send()
    (mail,) = world.mailbox.take()
    assert not [
        text for text in (mail["Subject"], _plain(mail), _html(mail)) if "লটারি" in text or "evil" in text
    ]
    page = world.get("/" + re.findall(rf"{BASE}(\S+)", _plain(mail))[0])
    assert "লটারি জিতেছেন evil.example" in page.text


def test_what_is_new_comes_once_a_day_after_its_hour(world: _World) -> None:
    """Only articles that are new since the last mail are sent."""
    world.confirmed()
    world.publish(
        Article("2", "পদ্মার ইলিশ <b>", "পদ্মা নদীতে।", dt.date(2026, 11, 28), url="https://example.org/ilish"),
        Article("3", "মেঘনা", date=dt.date(2026, 11, 28)),
    )
    assert world.send() == Sent()
    world.now += dt.timedelta(hours=20)
    assert world.send() == Sent()
    world.now += dt.timedelta(hours=4)
    assert world.send() == Sent(digests=1)
    (mail,) = world.mailbox.take()
    assert mail["Subject"] == "‘পদ্মা’: নতুন নিবন্ধ"
    assert "https://example.org/ilish" in _plain(mail)
    assert "পদ্মার ইলিশ &lt;b&gt;" in _html(mail)
    assert "মেঘনা" not in _plain(mail)
    assert "পদ্মা সেতু" not in _plain(mail)
    assert f"{BASE}search?q=" in _plain(mail)
    world.now += dt.timedelta(1)
    assert world.send() == Sent(unchanged=1)


def test_an_old_article_is_no_news_where_a_newer_one_went(
    world: _World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old article may appear among the newest once one is deleted, but is no news."""
    monkeypatch.setattr("onneshon.web.alerts.sending.LOOKED_AT", 3)
    old = [Article(f"o{day}", f"পদ্মা {day}", date=dt.date(2025, 1, day)) for day in range(1, 5)]
    world.publish(*old)
    world.confirmed()
    with open_writer(world.directory) as writer:
        writer.delete("o4")
    world.now += dt.timedelta(1)
    assert world.send() == Sent(unchanged=1)
    with open_writer(world.directory) as writer:
        writer.delete("o3")
    world.publish(Article("2", "পদ্মার ইলিশ", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)
    assert world.send() == Sent(digests=1)
    (mail,) = world.mailbox.take()
    assert _plain(mail).count("* ") == 1
    assert "পদ্মার ইলিশ" in _plain(mail)


@pytest.fixture
def archive(world: _World, monkeypatch: pytest.MonkeyPatch) -> _World:
    """A site with more articles for a search than are examined, which was done yesterday."""
    monkeypatch.setattr("onneshon.web.alerts.sending.LOOKED_AT", 2)
    clock = SimpleNamespace(time=lambda: dt.datetime.timestamp(world.now))
    monkeypatch.setattr("onneshon.index.columnar.change_dates.time", clock)
    world.now = (dt.datetime.now(dt.UTC) + dt.timedelta(1)).replace(hour=7)  # after the hour of the settings
    world.publish(*(Article(f"o{n}", f"পদ্মা {n}", date=dt.date(1999, 1, n)) for n in range(1, 21)))
    world.now += dt.timedelta(1)
    world.confirmed()
    world.now += dt.timedelta(1)
    return world


def test_an_old_article_that_an_archive_puts_in_is_news(archive: _World) -> None:
    """An old article that is added is sent once, however many are later, whatever is corrected afterwards."""
    found = Article("letter", "পদ্মার চরের চিঠি", date=dt.date(1951, 2, 21))
    archive.publish(found, Article("else", "মেঘনার চিঠি", date=dt.date(1951, 2, 21)))
    assert archive.send() == Sent(digests=1)
    (mail,) = archive.mailbox.take()
    assert _plain(mail).count("* ") == 1
    assert "পদ্মার চরের চিঠি" in _plain(mail)
    archive.now += dt.timedelta(1)
    archive.publish(found, replace(found, body="পদ্মা।"))
    assert archive.send() == Sent(unchanged=1)


def test_an_old_article_is_news_though_the_clock_was_ahead_at_the_last_look(archive: _World) -> None:
    """Changes are taken from the current day on, not from a day in the future."""
    archive.now += dt.timedelta(365)
    assert archive.send() == Sent(unchanged=1)
    archive.now -= dt.timedelta(365)
    archive.publish(Article("letter", "পদ্মার চরের চিঠি", date=dt.date(1951, 2, 21)))
    assert archive.send() == Sent(digests=1)


@pytest.mark.parametrize("count", [3, 15])
def test_articles_that_all_changed_are_no_news(
    archive: _World, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """After a rebuild half of all articles, or more than are examined, are no news."""
    monkeypatch.setattr("onneshon.web.alerts.sending.MOST_CHANGED", 2 if count == 3 else 1_000)
    archive.publish(
        *(Article(f"o{n}", f"পদ্মা নদী {n}", date=dt.date(1999, 1, n)) for n in range(1, count + 1))
    )
    assert archive.send() == Sent(unchanged=1)


def test_an_old_article_of_the_day_of_the_first_look_is_no_news(archive: _World) -> None:
    """An article in the index when the alert was requested is no news."""
    archive.publish(Article("letter", "পদ্মার চরের চিঠি", date=dt.date(1951, 2, 21)))
    archive.store.ask(READER, "q=পদ্মা OR চর", "bn")
    for alert in archive.store.asked(1):
        archive.store.confirm(alert)
    assert archive.send() == Sent(digests=1, unchanged=1)
    archive.now += dt.timedelta(1)
    assert archive.send() == Sent(unchanged=2)


def test_what_was_seen_last_is_forgotten_last(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more articles than are remembered, the oldest are forgotten first."""
    monkeypatch.setattr("onneshon.web.alerts.sending.MOST_SEEN", 4)
    world.confirmed()
    for day in range(1, 13):
        world.publish(Article(f"n{day}", "পদ্মা", date=dt.date(2026, 11, 28)))
        world.now += dt.timedelta(1)
        assert world.send() == Sent(digests=1)
        with open_writer(world.directory) as writer:
            writer.delete(f"n{day}")
    world.publish(Article("n11", "পদ্মা", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)
    assert world.send() == Sent(unchanged=1)


def test_a_program_of_mail_stops_an_alert_by_one_request(world: _World) -> None:
    """RFC 8058's request works from any mail of the alert, however old; the address is then forgotten."""
    world.confirmed()
    for day in (1, 2):
        world.publish(Article(f"n{day}", f"পদ্মা {day}", date=dt.date(2026, 11, 28)))
        world.now += dt.timedelta(1)
        assert world.send() == Sent(digests=1)
    first, _second = world.mailbox.take()
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = first["List-Unsubscribe"].strip("<>")
    assert address.startswith(BASE)
    answer = world.post(
        "/" + address.removeprefix(BASE),
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example.com"},
    )
    assert answer.status_code == 200
    world.publish(Article("last", "পদ্মা", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)
    assert world.send() == Sent()
    assert READER.encode() not in b"".join(path.read_bytes() for path in world.directory.glob("alerts*"))


def test_a_link_in_a_mail_stops_it_by_a_button(world: _World) -> None:
    """Pressing it again says the same."""
    world.confirmed()
    world.publish(*(Article(f"x{n}", f"পদ্মা {n}", date=dt.date(2026, 11, 28)) for n in range(SHOWN + 3)))
    world.now += dt.timedelta(1)
    world.send()
    (mail,) = world.mailbox.take()
    assert "আরও ৩টি আছে।" in _plain(mail)
    assert world.open(mail, "stop") == (200, 200)
    assert world.open(mail, "stop") == (404, 200)


def test_an_address_is_forgotten_with_the_last_of_its_searches_and_not_before(world: _World) -> None:
    """The page says whether it is forgotten."""
    for query in ("q=পদ্মা", "q=সেতু"):
        world.confirmed(query)
    world.publish(Article("n", "পদ্মা সেতু", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)
    assert world.send() == Sent(digests=2)
    said = []
    for mail in world.mailbox.take():
        address = mail["List-Unsubscribe"].strip("<>")
        said.append(world.post("/" + address.removeprefix(BASE)).text)
    assert ["আর চিঠি যাবে না" in text for text in said] == [True, True]
    assert ["মুছে ফেলা" in text for text in said] == [False, True]
    assert READER.encode() not in b"".join(path.read_bytes() for path in world.directory.glob("alerts*"))


def test_filters_and_language_of_the_page_are_kept(world: _World) -> None:
    """A search in a section finds no other section; the mail is in the reader's language."""
    world.confirmed("q=পদ্মা&category=জাতীয়&lang=en")
    world.publish(
        Article("2", "পদ্মার খেলা", date=dt.date(2026, 11, 28), category="খেলা"),
        Article("3", "পদ্মার রেল", date=dt.date(2026, 11, 28), category="জাতীয়"),
    )
    world.now += dt.timedelta(1)
    world.send()
    (mail,) = world.mailbox.take()
    assert mail["Subject"] == "‘পদ্মা’: new articles"
    assert "পদ্মার রেল" in _plain(mail)
    assert "পদ্মার খেলা" not in _plain(mail)
    assert "November 28, 2026" in _plain(mail)


def test_every_page_of_an_alert_is_in_the_language_of_the_reader(world: _World) -> None:
    """The language is kept from the results to the mail and back; in another one it is the same alert."""
    results = "/search?q=পদ্মা&lang=en"
    (offer, *_) = re.findall(r'href="/search(/alerts/[^"]*)"', world.get(results).text)
    assert "E-mail address" in world.get(unescape(offer)).text
    world.confirmed(unescape(offer).partition("?")[2])
    world.publish(Article("2", "পদ্মার রেল", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)
    world.send()
    plain = _plain(world.mailbox.take()[0])
    found, stop = (re.search(rf"{label}: {BASE}(\S+)", plain) for label in ("All results", "Stop this mail"))
    assert found
    assert stop
    assert "</mark> রেল" in world.get("/" + found[1]).text
    page = world.get("/" + stop[1]).text
    assert "Stop this mail" in page
    (other, *_) = re.findall(r'href="/search(/alerts/stop[^"]*)"', page)
    assert "চিঠি বন্ধ করুন" in world.get(unescape(other)).text


def test_what_was_typed_stands_in_a_mail_as_it_is_and_in_its_line(world: _World) -> None:
    """A phrase keeps its quotes, but no line breaks."""
    typed = '"পদ্মা" & <সেতু> এখানে'
    world.confirmed("q=" + quote(typed.replace(" এখানে", "\n\nএখানে")))
    world.publish(Article("2", "পদ্মা সেতু এখানে", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)
    world.send()
    (mail,) = world.mailbox.take()
    assert mail["Subject"] == f"‘{typed}’: নতুন নিবন্ধ"
    assert f"‘{typed}’" in _plain(mail)
    assert "<সেতু>" not in _html(mail)


def test_secrets_are_kept_as_digests_alone(world: _World) -> None:
    """The file cannot be used to stop an alert, and only its owner can read it."""
    world.ask()
    world.send()
    (mail,) = world.mailbox.take()
    (secret,) = set(re.findall(r"token=(\S+)", _plain(mail)))
    content = b"".join(path.read_bytes() for path in world.directory.glob("alerts*"))
    assert READER.encode() in content
    assert secret.encode() not in content
    assert (world.directory / "alerts.sqlite").stat().st_mode & 0o077 == 0


def test_a_stranger_gets_few_mails_and_nobody_learns_who_is_known(world: _World) -> None:
    """An address gets few mails, however often it is typed in; the answer is always the same."""
    answers = {
        len(world.post(f"/alerts/?q={letter}", data={"address": READER.upper()}).text) for letter in "কখগঘচছ"
    }
    assert len(answers) == 1
    assert world.send() == Sent(links=MOST_UNCONFIRMED)


def test_what_nobody_confirmed_is_forgotten_after_a_week(tmp_path: Path) -> None:
    """Unconfirmed alerts make room for others after a week."""
    now = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    store = AlertStore(tmp_path, lambda: now)
    for number in range(MOST_UNCONFIRMED):
        store.ask(READER, f"q={number}", "bn")
    now += dt.timedelta(8)
    assert store.asked(10) == []
    store.ask(READER, "q=মেঘনা", "bn")
    assert [alert.search for alert in store.asked(10)] == ["q=মেঘনা"]


def test_a_clock_that_was_ahead_keeps_no_news_back(tmp_path: Path) -> None:
    """Once the clock is set right a search is due again, not only on that future day."""
    now = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    store = AlertStore(tmp_path, lambda: now)
    store.ask(READER, "q=মেঘনা", "bn")
    for alert in store.asked(1):
        store.confirm(alert)
    for alert in store.due():
        store.looked(alert, now.date(), b"")
    assert store.due() == []
    now = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
    assert [alert.search for alert in store.due()] == ["q=মেঘনা"]


def test_an_address_keeps_so_many_searches(world: _World) -> None:
    """Each search is stored once, up to the limit."""
    for number in range(MOST_KEPT + 2):
        world.store.ask(READER, f"q={number}", "bn")
        world.store.ask(READER, f"q={number}", "bn")
        for alert in world.store.asked(10):
            world.store.confirm(alert)
    assert len(world.store.due()) == MOST_KEPT


def test_one_address_of_the_network_asks_so_often(world: _World) -> None:
    """Further requests get status 429."""
    assert {world.ask(f"q={number}", f"p{number}@example.com") for number in range(30)} == {200}
    assert world.ask() == 429


@pytest.mark.parametrize(
    "address", ["", "pathok", "a@b", "a@b.c\nBcc: x@y.zz", "a b@example.com", "ক@example.com"]
)
def test_what_is_no_address_is_reported_in_the_form(quiet: _World, address: str) -> None:
    """The form shows an example."""
    answer = quiet.post("/alerts/?q=পদ্মা", data={"address": address})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/alerts/?q=পদ্মা", 200),
        ("/alerts/", 404),
        ("/alerts/?q=পদ্মা&sort=x", 400),
        (f"/alerts/?q=পদ্মা{'&author=' + 'প' * 400}", 414),
        ("/alerts/confirm?token=x", 404),
        ("/alerts/stop", 404),
    ],
)
def test_an_invalid_address_of_alerts_is_refused(quiet: _World, path: str, status: int) -> None:
    """Impossible addresses get the statuses that they get elsewhere."""
    assert quiet.get(path).status_code == status
    if status == 414:
        assert quiet.post(path, data={"address": READER}).status_code == status


def test_a_page_of_results_offers_an_alert_if_the_site_has_them(world: _World) -> None:
    """The link has the search's filters."""
    assert "/alerts/?q=" in world.get("/search?q=পদ্মা").text
    (world.directory / "onneshon.toml").unlink()
    without = Service(Settings(location=world.directory))
    assert "/alerts/" not in without.app.test_client().get("/search?q=পদ্মা").text
    assert without.app.test_client().get("/alerts/?q=পদ্মা").status_code == 404
    without.close()


def test_an_address_that_there_is_not_is_forgotten_and_one_that_is_full_is_tried_again(world: _World) -> None:
    """The code of the mail server decides."""
    world.ask()
    world.mailbox.refuse = "452 full"
    assert world.send() == Sent()
    world.mailbox.refuse = ""
    assert world.send() == Sent(links=1)
    world.open(world.mailbox.take()[0], "confirm")
    world.send()
    world.publish(Article("2", "পদ্মা", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)
    world.mailbox.refuse = "452 full"
    assert world.send() == Sent()
    world.mailbox.refuse = "550 nobody"
    assert world.send() == Sent(refused=1)
    world.mailbox.refuse = ""
    assert world.send() == Sent()


def test_a_mail_whose_words_are_refused_holds_no_other_up(
    world: _World, caplog: pytest.LogCaptureFixture
) -> None:
    """A mail refused for its words is logged without the address, and tried again."""
    for river in ("মেঘনা", "পদ্মা"):
        world.confirmed(f"q={river}")
        world.publish(Article(river, f"{river} নদী", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)
    world.mailbox.refuse_words = "মেঘনা"
    assert world.send() == Sent(digests=1)
    assert "554" in caplog.text
    assert not [record for record in caplog.records if "web" in record.name and READER in record.getMessage()]
    world.mailbox.refuse_words = ""
    assert world.send() == Sent(digests=1)


@pytest.mark.parametrize(
    ("said", "tried"),
    [
        ("554 5.7.1 not wanted here", [0, 1, 2, 3, 5, 8, 14, 25, 47, 71]),
        ("450 4.7.1 too many this hour", [hour for hour in range(72) if (hour + 7) % 24 >= 6]),
    ],
)
def test_a_mail_that_is_refused_again_and_again_is_tried_less_and_less_often(
    world: _World, said: str, tried: list[int]
) -> None:
    """A refused mail is tried at least once a day, whatever the clock was before, with all current news."""
    world.confirmed()
    world.publish(Article("2", "পদ্মার ইলিশ", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)
    world.mailbox.refuse = said
    assert [hour for hour in range(72) if _refusals(world)] == tried
    world.publish(Article("3", "পদ্মার চর", date=dt.date(2026, 11, 29)))
    world.now -= dt.timedelta(2)
    world.mailbox.refuse = ""
    assert world.send() == Sent(digests=1)
    assert _plain(world.mailbox.take()[0]).count("* ") == 2
    world.now += dt.timedelta(1)
    assert world.send() == Sent(unchanged=1)


def _refusals(world: _World) -> int:
    """The number of refusals of one sending, after which the clock advances by an hour."""
    world.mailbox.refused = 0
    world.send()
    world.now += dt.timedelta(hours=1)
    return world.mailbox.refused


def test_links_that_are_refused_hold_up_no_others(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused addresses do not delay other mails, however many are typed in."""
    monkeypatch.setattr("onneshon.web.alerts.sending.MOST_ASKED", 2)
    world.mailbox.refuse, world.mailbox.refuse_address = "554 5.7.1 not wanted here", "@evil.example"
    for name in ("a", "b"):
        world.ask(address=f"{name}@evil.example")
    world.ask()
    assert [world.send() for _ in range(3)] == [Sent(), Sent(), Sent(links=1)]


def test_the_command_sends_and_says_how_much(world: _World, caplog: pytest.LogCaptureFixture) -> None:
    """No address appears on the terminal or in logs."""
    caplog.set_level(logging.DEBUG)
    world.ask()
    ran = CliRunner().invoke(main, ["alerts", "send", "--index", str(world.directory), "--json"])
    assert json.loads(ran.output) == {"links": 1, "digests": 0, "unchanged": 0, "refused": 0}
    ran = CliRunner().invoke(main, ["alerts", "send", "--index", str(world.directory)])
    assert "0 links" in ran.output
    world.mailbox.refuse = "550 nobody"
    world.ask("q=মেঘনা")
    ran = CliRunner().invoke(main, ["alerts", "send", "--index", str(world.directory)])
    assert "1 addresses" in ran.output
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert READER not in ran.output + "".join(ours)


def test_the_command_misses_no_article_on_a_slow_disk(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page leaves out what a timed search cannot read; in a mail it would be late or missing."""
    world.confirmed()
    world.now += dt.timedelta(1)
    world.publish(Article("2", "পদ্মার ইলিশ", date=dt.date(2026, 11, 28)))
    made = "onneshon.search.engine.searching.TimeBudget"  # any limit is over at once
    monkeypatch.setattr(made, lambda seconds, clock: TimeBudget(seconds and 0.0, clock))
    ran = CliRunner().invoke(main, ["alerts", "send", "--index", str(world.directory), "--json"])
    assert json.loads(ran.output)["digests"] == 1


def test_a_server_of_mail_that_is_away_is_reported(world: _World) -> None:
    """The error has its address and its reply; no alert is lost."""
    world.ask()
    world.mailbox.close()
    ran = CliRunner().invoke(main, ["alerts", "send", "--index", str(world.directory)])
    assert ran.exit_code == 1
    assert "cannot be reached" in ran.output
    assert len(world.store.asked(10)) == 1


def test_what_a_server_of_mail_says_is_not_repeated(world: _World) -> None:
    """A reply of the mail server may contain addresses, so the error does not repeat it."""
    world.ask()
    world.mailbox.refuse_all = f"550 not {READER}"
    with pytest.raises(MailError, match="SMTPSenderRefused") as raised:
        world.send()
    assert READER not in str(raised.value)
    assert len(world.store.asked(10)) == 1


def _write(settings: AlertSettings, folder: Path) -> None:
    with MailServer(settings, folder) as server:
        server.send(Mail(READER, "পদ্মা", "পদ্মা", "পদ্মা", {}, "key"), "অন্বেষণ")


def test_a_password_goes_only_to_who_proves_who_it_is(world: _World) -> None:
    """Without TLS no password is sent."""
    settings = AlertSettings("x@example.org", "127.0.0.1", world.mailbox.port, security="starttls", user="x")
    with pytest.raises(MailError, match="SMTPNotSupportedError"):
        _write(settings, world.directory)
    with pytest.raises(MailError, match=r"cannot be reached .*: see server and port"):
        _write(AlertSettings("x@example.org", "127.0.0.1", 9, security="tls"), world.directory)


def test_a_password_that_cannot_be_read_is_reported(world: _World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file, and does not blame the mail server."""
    monkeypatch.setattr(smtplib.SMTP, "starttls", lambda *_, **__: None)
    secret = {"security": "starttls", "user": "x", "password_file": "mail.txt"}
    settings = msgspec.structs.replace(world.settings, **secret)
    with pytest.raises(MailError, match=r"mail\.txt cannot be read"):
        _write(settings, world.directory)


@pytest.mark.parametrize(
    "table",
    [
        {"sender": "x"},
        {"server": "localhost"},
        {"sender": "x@example.org", "security": "yes"},
        {"sender": "x@example.org", "hour": 24},
        {"sender": "x@example.org", "user": "x"},
        {"sender": "x@example.org", "speed": 1},
    ],
)
def test_settings_that_make_no_sense_are_refused(table: dict[str, Any]) -> None:
    """The error names the key."""
    with pytest.raises(ConfigurationError, match=r"site\.alerts"):
        read_alerts(None, table)


def test_alerts_need_to_know_where_readers_reach_the_site(world: _World) -> None:
    """Links in mails lead to that address."""
    (world.directory / "onneshon.toml").write_text('[site.alerts]\nsender = "x@example.org"\n', "utf-8")
    ran = CliRunner().invoke(main, ["alerts", "send", "--index", str(world.directory)])
    assert ran.exit_code == 1
    assert "site.address" in ran.output


def _readers(world: _World, *readers: str) -> None:
    """Set up confirmed alerts of readers, for which there is news today."""
    for reader in readers:
        world.confirmed(address=reader)
    world.publish(Article("2", "পদ্মার ইলিশ", date=dt.date(2026, 11, 28)))
    world.now += dt.timedelta(1)


def test_a_mail_at_which_the_server_hangs_up_holds_up_no_other(world: _World) -> None:
    """The connection is opened again for the next mail; only if each one fails is that an error."""
    _readers(world, "amena@example.com", READER, "zahir@example.com")
    world.mailbox.refuse, world.mailbox.refuse_address = "421 bye", READER
    assert world.send() == Sent(digests=2)
    world.mailbox.refuse = ""
    assert world.send() == Sent(digests=1)
    world.now += dt.timedelta(1)
    world.publish(Article("3", "পদ্মার চর", date=dt.date(2026, 11, 29)))
    world.mailbox.refuse, world.mailbox.refuse_address = "421 bye", ""
    with pytest.raises(MailError, match="took no mail"):
        world.send()


@pytest.mark.parametrize(
    ("said", "is_unknown"),
    [
        ("550 5.1.1 no such user", True),
        ("550 5.2.1 disabled", True),
        ("556 5.1.10 takes no mail", True),
        ("551 not here", True),
        ("554 5.7.1 Relay access denied", False),
        ("550 relay not permitted", False),
        ("550 5.1.8 the address of the sender is wrong", False),
        ("550 5.7.26 of a sender that nobody vouches for", False),
        ("552 5.2.2 full", False),
    ],
)
def test_alerts_are_forgotten_only_where_there_is_no_such_address(
    world: _World, said: str, *, is_unknown: bool
) -> None:
    """A server that relays no mail says so for every reader, and their alerts must not be lost."""
    world.ask()
    world.mailbox.refuse = said
    assert world.send() == Sent(refused=int(is_unknown))
    world.mailbox.refuse = ""
    assert world.send() == Sent(links=int(not is_unknown))


def test_who_stops_an_alert_while_mail_is_sent_gets_none(world: _World) -> None:
    """All other readers get theirs."""
    _readers(world, "amena@example.com", READER, "zahir@example.com")
    stopped = [alert for alert in world.store.due() if alert.address == READER]
    world.mailbox.meanwhile = lambda: [world.store.stop(alert) for alert in stopped]
    assert world.send() == Sent(digests=2)
    assert [mail["To"] for mail in world.mailbox.take()] == ["amena@example.com", "zahir@example.com"]


def test_what_comes_after_the_confirmation_is_news_though_no_mail_can_be_sent_yet(world: _World) -> None:
    """Articles after the confirmation are news, before the hour of sending and while the server is down."""
    world.now = world.now.replace(hour=1)
    world.ask()
    world.send()
    world.open(world.mailbox.take()[0], "confirm")
    world.ask("q=মেঘনা")
    world.mailbox.refuse_all = "450 later"
    with pytest.raises(MailError):
        world.send()
    world.publish(Article("2", "পদ্মার ইলিশ", date=dt.date(2026, 11, 28)))
    world.mailbox.refuse_all = ""
    world.now += dt.timedelta(1, hours=6)
    assert world.send() == Sent(links=1, digests=1)


def test_an_old_article_that_was_there_is_no_news_once_it_is_changed(archive: _World) -> None:
    """A changed old article is no news, however many articles have later dates."""
    archive.publish(Article("o1", "পদ্মা ১", "বানান ঠিক করা হলো।", date=dt.date(1999, 1, 1)))
    assert archive.send() == Sent(unchanged=1)


def test_an_old_article_of_a_common_word_is_no_news_once_it_is_changed(archive: _World) -> None:
    """A changed old article is no news, even if up to ten thousand have later dates."""
    archive.publish(*(Article(f"m{n}", "মেঘনা", date=dt.date(2020, 1, 1)) for n in range(2_100)))
    archive.publish(Article("old", "মেঘনার চর", date=dt.date(1951, 2, 21)))
    archive.now += dt.timedelta(1)
    assert archive.send() == Sent(unchanged=1)
    archive.confirmed("q=মেঘনা", "zahir@example.com")
    archive.now += dt.timedelta(1)
    archive.publish(Article("old", "মেঘনার চর", "বানান ঠিক করা হলো।", date=dt.date(1951, 2, 21)))
    assert archive.send() == Sent(unchanged=2)


def test_a_mail_that_is_sent_again_has_the_id_of_the_first(
    world: _World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender may be killed before it stores that the mail was accepted; mails of other news differ."""
    _readers(world, READER)
    with monkeypatch.context() as killing:
        killing.setattr(AlertStore, "looked", lambda *_: pytest.exit("killed"))
        with pytest.raises(pytest.exit.Exception):
            world.send()
    assert world.send() == Sent(digests=1)
    first, again = world.mailbox.take()
    assert first["Message-ID"] == again["Message-ID"]
    world.publish(Article("3", "পদ্মার চর", date=dt.date(2026, 11, 29)))
    world.now += dt.timedelta(1)
    assert world.send() == Sent(digests=1)
    assert world.mailbox.take()[0]["Message-ID"] != again["Message-ID"]


def test_who_confirms_before_it_is_noted_that_the_link_was_sent_stays_confirmed(world: _World) -> None:
    """A mail may be read sooner than the disk is written."""
    world.ask()
    world.mailbox.meanwhile = lambda: [*map(world.store.confirm, world.store.asked(1))]
    assert world.send() == Sent(links=1)
    assert [alert.address for alert in world.store.due()] == [READER]


def test_mail_that_is_sent_over_midnight_is_that_of_the_day_before(world: _World) -> None:
    """The next mail is sent in the morning, with the changes since."""
    _readers(world, READER)
    world.now = world.now.replace(hour=23)

    def midnight() -> None:
        world.now += dt.timedelta(hours=2)

    world.mailbox.meanwhile = midnight
    assert world.send() == Sent(digests=1)
    world.mailbox.meanwhile = bool
    world.now += dt.timedelta(hours=7)
    assert world.send() == Sent(unchanged=1)


def test_a_search_is_not_checked_while_a_part_of_the_index_is_missing(
    world: _World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles of the missing part are no news once it is back."""
    asked = "onneshon.search.engine.local_engine.Engine.search"
    search = Engine.search

    def without_a_part(engine: Engine, request: SearchRequest) -> ResultPage:
        return replace(search(engine, request), hits=(), partial=True, partial_reason="part")

    world.ask()
    world.send()
    world.open(world.mailbox.take()[0], "confirm")
    with monkeypatch.context() as missing:
        missing.setattr(asked, without_a_part)
        assert world.send() == Sent()
    assert world.send() == Sent(unchanged=1)
