"""Sends the mails of alerts: a link to confirm a requested alert, then once a day the news of its search."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask import Flask, current_app, render_template, url_for

from onneshon.search import FieldFilter, OnneshonError, QueryError
from onneshon.search.interface import DatedEngine
from onneshon.search.request import DEEPEST
from onneshon.search.results.values import Hit
from onneshon.search.retrieval.changes import LAST_SECOND
from onneshon.web.alerts.mail import AlertSettings, Mail, MailServer, RefusedError
from onneshon.web.alerts.store import Alert, AlertStore, query_of
from onneshon.web.current import engine, language, site
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.pages.narrowing import narrowing

log = logging.getLogger(__name__)

SHOWN: Final = 10
"""Maximum articles in a mail; a link leads to the others."""

LOOKED_AT: Final = 100
"""Number of the newest articles of a search that are examined: more news than this in a day is not seen."""

MOST_CHANGED: Final = 1_000
"""Maximum changed articles since the last check that may be news though old. Where more changed, or more than
half of all, the index was built or annotated again, and nobody wants news of each."""

MOST_SEEN: Final = DEEPEST
"""Maximum articles of a search remembered as no news. The first check remembers as many, all that a search
returns, as nothing else distinguishes an old article that was changed from one that was put in."""

_ASKED_FOR: Final = 50
"""Maximum ids in one search; the alert's own filters may have as many values again."""

_BYTES: Final = 8

MOST_ASKED: Final = 200
"""Maximum confirmation links sent in one run; the others wait for the next run."""


class _PartMissingError(OnneshonError):
    """The news of a search cannot be determined, as a part of the index is missing."""


@dataclass(slots=True)
class Sent:
    """The counts of one run.

    Attributes:
        links: mails with a confirmation link.
        digests: mails with news.
        unchanged: searches without news.
        refused: alerts deleted because the mail server does not know their address.
    """

    links: int = 0
    digests: int = 0
    unchanged: int = 0
    refused: int = 0


class Sending:
    """Sends mail for alerts.

    Args:
        app: the application to whose pages links lead, and whose engine runs the searches.
        base: the address at which readers reach the application, such as ``https://example.org/search/``.
        store: the store of alerts.
        settings: the site's settings for alerts.
        now: returns the current time.
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

    def all(self, server: MailServer) -> Sent:
        """Send all mails that are due; each is noted once the server has accepted it, so that none is lost.

        Searches that were just confirmed come first, at any hour and without a mail: only articles put in
        later are news for them.

        Raises:
            MailError: the server accepts no more mail; the mails that it accepted are noted.
        """
        sent, day = Sent(), self._now().date()
        due = self._store.due()
        self._digests([alert for alert in due if not alert.sent], day, server, sent)
        for alert in self._store.asked(MOST_ASKED):
            with self._asking(alert):
                if self._send(server, self._link(alert), alert, sent):
                    self._store.mailed(alert)
                    sent.links += 1
        if self._now().hour >= self._settings.hour:
            self._digests([alert for alert in due if alert.sent], day, server, sent)
        return sent

    def _digests(self, alerts: Sequence[Alert], day: dt.date, server: MailServer, sent: Sent) -> None:
        """Check alerts for news, except those that are stopped meanwhile."""
        for alert in alerts:
            if self._store.is_kept(alert):
                try:
                    with self._asking(alert):
                        self._digest(server, alert, day, sent)
                except _PartMissingError as error:
                    log.warning("alert %d: not looked for news: %s", alert.number, error)

    @contextmanager
    def _asking(self, alert: Alert) -> Iterator[None]:
        """A request context as for the page of results of an alert, in its language."""
        asked = [(name, value) for name, value in parse_qsl(alert.search) if name != "lang"]
        if alert.language != LANGUAGES[0]:
            asked.append(("lang", alert.language))
        with self._app.test_request_context(f"/search?{urlencode(asked)}", base_url=self._base):
            yield

    def _send(self, server: MailServer, mail: Mail, alert: Alert, sent: Sent) -> bool:
        try:
            server.send(mail, site().names[language()])
        except RefusedError as error:
            if error.is_unknown:
                self._store.stop(alert)
                sent.refused += 1
            else:
                log.warning("alert %d: its mail was not taken (%s)", alert.number, error)
                self._store.refused(alert, is_for_now=error.is_for_now)
            return False
        return True

    def _link(self, alert: Alert) -> Mail:
        confirm = url_for("alerts.confirm", token=self._store.link(alert), _external=True)
        return self._mail(alert, "alerts.link_subject", {}, (), hits=[], confirm=confirm, more=0)

    def _digest(self, server: MailServer, alert: Alert, day: dt.date, sent: Sent) -> None:
        """Send the news of an alert; at the first check there is none, as all articles were there before."""
        newest = self._found(alert, LOOKED_AT if alert.sent else MOST_SEEN)
        changed = self._changed(alert) if len(newest) >= LOOKED_AT else {}
        known = [alert.seen[at : at + _BYTES] for at in range(0, len(alert.seen), _BYTES)]
        fresh = _fresh(newest, changed, frozenset(known)) if alert.sent else []
        if fresh and not self._send(server, self._news(alert, fresh), alert, sent):
            return
        seen = dict.fromkeys([*changed, *newest, *known])  # the articles seen last are forgotten last
        self._store.looked(alert, day, b"".join([*seen][:MOST_SEEN]))
        sent.digests += bool(fresh)
        sent.unchanged += not fresh

    def _found(self, alert: Alert, limit: int, ids: Sequence[str] = ()) -> dict[bytes, Hit]:
        """The newest articles of a search, by their digests; if ``ids`` are given, among these only."""
        try:
            asked = narrowing(query_of(alert), 1)
            filters = (*asked.filters, FieldFilter("id", tuple(ids))) if ids else asked.filters
            asked = replace(asked, limit=limit, facets=(), sort="newest", group=False, filters=filters)
            page = engine().search(asked)
        except QueryError:
            return {}  # for a field that the site no longer has
        if page.partial_reason == "part":  # the missing articles would be news once they are back
            raise _PartMissingError("a part of the index is missing")
        return {_mark(hit.article.id): hit for hit in page.hits}

    def _changed(self, alert: Alert) -> dict[bytes, Hit]:
        """The articles of a search among those changed since the day of the last check, inclusive."""
        today = self._now().date().isoformat()
        day = min(alert.sent or today, today)  # if the clock was ahead, the last check was tomorrow
        if day not in self._changed_since:
            self._changed_since[day] = self._ids_since(day)
        ids = self._changed_since[day]
        slices = (ids[at : at + _ASKED_FOR] for at in range(0, len(ids), _ASKED_FOR))
        return {mark: hit for some in slices for mark, hit in self._found(alert, LOOKED_AT, some).items()}

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
        news = [hit.article.id for hit in fresh]
        return self._mail(
            alert, "alerts.news_subject", headers, news, hits=fresh[:SHOWN], stop=stop, more=max(more, 0)
        )

    def _mail(
        self, alert: Alert, subject: str, headers: dict[str, str], news: Sequence[str], **values: object
    ) -> Mail:
        renderer = current_app.extensions["onneshon_renderers"][language()]
        query = query_of(alert)
        asked = url_for("pages.results", lang=None, _external=True) + f"?{alert.search}"
        text, html = (
            render_template(f"alert_mail.{kind}", query=query, asked=asked, **values)
            for kind in ("txt", "html")
        )
        key = _key(self._base, alert, subject, news)
        return Mail(alert.address, renderer.text(subject, query=query).striptags(), text, html, headers, key)


def _fresh(newest: Mapping[bytes, Hit], changed: Mapping[bytes, Hit], known: frozenset[bytes]) -> list[Hit]:
    """The hits that are news; in a full list, not those older than all known ones: they only moved up."""
    marks = [*newest]
    if len(marks) == LOOKED_AT and (places := [at for at, mark in enumerate(marks) if mark in known]):
        marks = marks[: places[-1]]
    hits = {**newest, **changed}
    return [hits[mark] for mark in dict.fromkeys([*marks, *changed]) if mark not in known]


def _mark(article_id: str) -> bytes:
    return blake2b(article_id.encode(), digest_size=_BYTES).digest()


def _key(*said: object) -> str:
    """A digest of all that distinguishes an alert's mails; the last check is a part of ``Alert``."""
    return blake2b(repr(said).encode(), digest_size=20).hexdigest()
