"""Alerts, asked for on pages: a link to confirm that, then once a day what is new for the search.

A link in a mail shows a button, since programs that look for harm open links; what programs of mail send by
themselves to stop an alert (RFC 8058) is a form without a page.
"""

import datetime as dt
import logging
import smtplib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlencode

from flask import Blueprint, Flask, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.search import QueryError
from onneshon.search.results.values import Hit
from onneshon.web.access.guard import RateLimit
from onneshon.web.alerts.mail import AlertSettings, Mail, message
from onneshon.web.alerts.store import Alert, AlertStore
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.middleware.faults import AccessError
from onneshon.web.pages.narrowing import asked_listing, narrowing, unread_dates
from onneshon.web.parameters import MAX_QUERY, engine, language, site, typed
from onneshon.web.site.settings import is_mail_address

LONGEST: Final = 1_000
"""Bytes of the parameters of a search that is kept."""


def query_of(alert: Alert) -> str:
    """What was typed."""
    return parse_qs(alert.search)["q"][0]


def alert_routes(store: AlertStore, limit: RateLimit) -> Blueprint:
    """What is answered under ``/alerts``.

    Args:
        store: of alerts.
        limit: how often one address of the network may ask for some.
    """
    routes = Blueprint("alerts", __name__, url_prefix="/alerts")
    _add_asking(routes, store, limit)
    _add_confirming(routes, store)
    _add_stopping(routes, store)
    return routes


def _page(state: str, query: str) -> str:
    return render_template("alerts.html", state=state, query=query, token=request.args.get("token"))


def _asked() -> str:
    query = typed("q", MAX_QUERY)
    if not query.strip():
        abort(HTTPStatus.NOT_FOUND)
    narrowing(query, 1)  # raises what is wrong with it
    listing = asked_listing(unread_dates())
    parameters = listing.to().partition("?")[2]
    if len(parameters) > LONGEST:
        abort(HTTPStatus.REQUEST_URI_TOO_LONG)
    return parameters


def _add_asking(routes: Blueprint, store: AlertStore, limit: RateLimit) -> None:
    @routes.get("/")
    def ask() -> str:
        """A form for an address."""
        _asked()
        return _page("ask", typed("q", MAX_QUERY))

    @routes.post("/")
    def keep() -> ResponseReturnValue:
        """Note the wish; what comes of it, mail alone says: nobody is told whose address is known."""
        if seconds := limit.wait(request.remote_addr or ""):
            raise AccessError(429, f"Too many tries; try again in {seconds} s.", seconds=seconds)
        search, address = _asked(), request.form.get("address", "").strip()
        if not is_mail_address(address):
            return _page("wrong", typed("q", MAX_QUERY)), HTTPStatus.BAD_REQUEST
        store.ask(address, search, language())
        return _page("asked", typed("q", MAX_QUERY))


def _add_confirming(routes: Blueprint, store: AlertStore) -> None:
    @routes.route("/confirm", methods=["GET", "POST"])
    def confirm() -> str:
        """A button to confirm by, and what becomes of it: from now on there is mail."""
        alert = store.of(request.args.get("token", "")) or abort(HTTPStatus.NOT_FOUND)
        if request.method == "POST":
            store.confirm(alert)
        return _page("confirmed" if request.method == "POST" else "confirm", query_of(alert))


def _add_stopping(routes: Blueprint, store: AlertStore) -> None:
    @routes.get("/stop")
    def stop() -> str:
        """A button to stop by."""
        alert = store.of(request.args.get("token", "")) or abort(HTTPStatus.NOT_FOUND)
        return _page("stop", query_of(alert))

    @routes.post("/stop")
    def stopped() -> str:
        """No more mail; also where there was none any more, as mail is clicked twice."""
        if alert := store.of(request.args.get("token", "")):
            store.stop(alert)
        return _page("stopped", query_of(alert) if alert else "")


log = logging.getLogger(__name__)

SHOWN: Final = 10
"""Articles of a mail; a link leads to the others."""

LOOKED_AT: Final = 100
"""The newest articles of a search: of a day, more are not told apart."""

MOST_SEEN: Final = 1_000
"""Articles of a search of which is known that they are no news."""

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
        hits = {_mark(hit.article.id): hit for hit in self._newest(query_of(alert))}
        known = [alert.seen[at : at + _BYTES] for at in range(0, len(alert.seen), _BYTES)]
        fresh = _fresh(hits, frozenset(known)) if alert.sent else []
        if fresh and not self._send(server, self._news(alert, fresh), alert, sent):
            return
        seen = dict.fromkeys([*hits, *known])  # what was seen last is forgotten last
        self._store.looked(alert, b"".join([*seen][:MOST_SEEN]))
        sent.digests += bool(fresh)
        sent.unchanged += not fresh

    def _newest(self, query: str) -> tuple[Hit, ...]:
        try:
            asked = replace(narrowing(query, 1), limit=LOOKED_AT, facets=(), sort="newest", group=False)
            return tuple(engine().search(asked).hits)
        except QueryError:
            return ()  # a field that the site has no more

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


def _fresh(hits: Mapping[bytes, Hit], known: frozenset[bytes]) -> list[Hit]:
    """The hits that are news; in a full list, older ones than all that are known rose as others went."""
    marks = [*hits]
    if len(marks) == LOOKED_AT and (places := [at for at, mark in enumerate(marks) if mark in known]):
        marks = marks[: places[-1]]
    return [hits[mark] for mark in marks if mark not in known]


def _mark(article_id: str) -> bytes:
    return blake2b(article_id.encode(), digest_size=_BYTES).digest()
