"""What is sent: to who asked, a link to confirm that; to who did, once a day what is new for the search."""

import datetime as dt
import logging
import smtplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask import Flask, current_app, render_template, url_for

from onneshon.search import FieldFilter, QueryError
from onneshon.search.interface import DatedEngine
from onneshon.search.results.values import Hit
from onneshon.search.retrieval.changes import LAST_SECOND
from onneshon.web.alerts.mail import AlertSettings, Mail, message
from onneshon.web.alerts.store import Alert, AlertStore, query_of
from onneshon.web.current import engine, language, site
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.pages.narrowing import narrowing

log = logging.getLogger(__name__)

SHOWN: Final = 10
"""Articles of a mail; a link leads to the others."""

LOOKED_AT: Final = 100
"""The newest articles of a search: of a day, more are not told apart."""

MOST_CHANGED: Final = 1_000
"""Articles that changed since the last look, which may be news though old. Where more did, or more than half
of all, they were built anew or marked anew, and nobody is to hear of each."""

MOST_SEEN: Final = 2_000
"""Articles of a search of which is known that they are no news; more than one look can find."""

_ASKED_FOR: Final = 50
"""Ids of a search; the alert's own filters may have as many values again."""

_BYTES: Final = 8

MOST_ASKED: Final = 200
"""Links to confirm by that are sent at a time; the others wait for the next one."""


@dataclass(slots=True)
class Sent:
    """What was done.

    Attributes:
        links: mails with a link to confirm by.
        digests: mails with news.
        unchanged: searches for which there was nothing new.
        refused: alerts whose address the server of mail knows not; they are gone.
    """

    links: int = 0
    digests: int = 0
    unchanged: int = 0
    refused: int = 0


class Sending:
    """Sends mail for alerts.

    Args:
        app: whose pages links lead to, and whose engine is asked.
        base: where readers reach it, as ``https://example.org/search/``.
        store: of alerts.
        settings: of the site.
        now: tells the time.
    """

    def __init__(
        self,
        app: Flask,
        base: str,
        store: AlertStore,
        settings: AlertSettings,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._app = app
        self._base = base
        self._store = store
        self._settings = settings
        self._now = now
        self._changed_since: dict[str, list[str]] = {}

    def all(self, server: smtplib.SMTP) -> Sent:
        """Send all that is due; each mail is noted once the server has taken it, so that none is lost.

        Raises:
            smtplib.SMTPException: the server takes no more; what it took is noted.
        """
        sent = Sent()
        for alert in self._store.asked(MOST_ASKED):
            with self._asking(alert):
                if self._send(server, self._link(alert), alert, sent):
                    self._store.mailed(alert)
                    sent.links += 1
        if self._now().hour >= self._settings.hour:
            for alert in self._store.due():
                with self._asking(alert):
                    self._digest(server, alert, sent)
        return sent

    @contextmanager
    def _asking(self, alert: Alert) -> Iterator[None]:
        """As if the page of results of an alert was being answered, in its language."""
        asked = [(name, value) for name, value in parse_qsl(alert.search) if name != "lang"]
        if alert.language != LANGUAGES[0]:
            asked.append(("lang", alert.language))
        with self._app.test_request_context(f"/search?{urlencode(asked)}", base_url=self._base):
            yield

    def _send(self, server: smtplib.SMTP, mail: Mail, alert: Alert, sent: Sent) -> bool:
        made = message(mail, site().names[language()], self._settings.sender)
        try:
            server.send_message(made, self._settings.sender, [mail.address])
        except smtplib.SMTPRecipientsRefused as error:
            if any(code >= 500 for code, _ in error.recipients.values()):  # noqa: PLR2004  # else later, maybe
                self._store.stop(alert)
                sent.refused += 1
        except smtplib.SMTPDataError as error:  # of this mail alone, as for its words; others go on
            log.warning("alert %d: its mail was not taken (%d)", alert.number, error.smtp_code)
        else:
            return True
        return False

    def _link(self, alert: Alert) -> Mail:
        confirm = url_for("alerts.confirm", token=self._store.link(alert), _external=True)
        return self._mail(alert, "alerts.link_subject", {}, hits=[], confirm=confirm, more=0)

    def _digest(self, server: smtplib.SMTP, alert: Alert, sent: Sent) -> None:
        """Send what is new; the first time nothing is, as what is there was there when it was asked for."""
        newest = self._found(alert)
        changed = self._changed(alert) if len(newest) == LOOKED_AT else {}
        known = [alert.seen[at : at + _BYTES] for at in range(0, len(alert.seen), _BYTES)]
        fresh = _fresh(newest, changed, frozenset(known)) if alert.sent else []
        if fresh and not self._send(server, self._news(alert, fresh), alert, sent):
            return
        seen = dict.fromkeys([*newest, *changed, *known])  # what was seen last is forgotten last
        self._store.looked(alert, b"".join([*seen][:MOST_SEEN]))
        sent.digests += bool(fresh)
        sent.unchanged += not fresh

    def _found(self, alert: Alert, ids: Sequence[str] = ()) -> dict[bytes, Hit]:
        """The newest articles of a search, by their marks; of some articles alone where these are given."""
        try:
            asked = narrowing(query_of(alert), 1)
            filters = (*asked.filters, FieldFilter("id", tuple(ids))) if ids else asked.filters
            asked = replace(asked, limit=LOOKED_AT, facets=(), sort="newest", group=False, filters=filters)
            return {_mark(hit.article.id): hit for hit in engine().search(asked).hits}
        except QueryError:
            return {}  # a field that the site has no more

    def _changed(self, alert: Alert) -> dict[bytes, Hit]:
        """Of what changed since the day of the last look, that included, the articles of a search."""
        day = alert.sent or self._now().date().isoformat()
        if day not in self._changed_since:
            self._changed_since[day] = self._ids_since(day)
        ids = self._changed_since[day]
        slices = (ids[at : at + _ASKED_FOR] for at in range(0, len(ids), _ASKED_FOR))
        return {mark: hit for some in slices for mark, hit in self._found(alert, some).items()}

    def _ids_since(self, day: str) -> list[str]:
        ask = engine()
        if not isinstance(ask, DatedEngine):
            return []
        midnight = dt.datetime.fromisoformat(day).replace(tzinfo=self._now().tzinfo)
        found = ask.changes(int(midnight.timestamp()), LAST_SECOND, limit=MOST_CHANGED)
        if found.left > min(MOST_CHANGED, ask.count // 2):
            return []
        return [change.article_id for change in found.changes if change.article]

    def _news(self, alert: Alert, fresh: list[Hit]) -> Mail:
        stop = url_for("alerts.stop", token=self._store.link(alert), _external=True)
        headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        more = len(fresh) - SHOWN
        return self._mail(
            alert, "alerts.news_subject", headers, hits=fresh[:SHOWN], stop=stop, more=max(more, 0)
        )

    def _mail(self, alert: Alert, subject: str, headers: dict[str, str], **values: object) -> Mail:
        renderer = current_app.extensions["onneshon_renderers"][language()]
        query = query_of(alert)
        asked = url_for("pages.results", lang=None, _external=True) + f"?{alert.search}"
        text, html = (
            render_template(f"alert_mail.{kind}", query=query, asked=asked, **values)
            for kind in ("txt", "html")
        )
        return Mail(alert.address, renderer.text(subject, query=query).striptags(), text, html, headers)


def _fresh(newest: Mapping[bytes, Hit], changed: Mapping[bytes, Hit], known: frozenset[bytes]) -> list[Hit]:
    """The hits that are news; in a full list, older ones than all that are known rose as others went."""
    marks = [*newest]
    if len(marks) == LOOKED_AT and (places := [at for at, mark in enumerate(marks) if mark in known]):
        marks = marks[: places[-1]]
    hits = {**newest, **changed}
    return [hits[mark] for mark in dict.fromkeys([*marks, *changed]) if mark not in known]


def _mark(article_id: str) -> bytes:
    return blake2b(article_id.encode(), digest_size=_BYTES).digest()
