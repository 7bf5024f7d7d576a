"""Pages to request, confirm and stop alerts.

A link in a mail shows a page with a button, since malware scanners open links; the request that mail clients
send by themselves to stop an alert (RFC 8058) is a form without a page.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from onneshon.web.access.guard import RateLimit
from onneshon.web.alerts.store import AlertStore, query_of
from onneshon.web.current import MAX_QUERY, language, typed
from onneshon.web.pages.narrowing import asked_listing, narrowing, unread_dates
from onneshon.web.site.settings import is_mail_address

LONGEST: Final = 1_000
"""Maximum length of the parameters of a search that is kept."""


def alert_routes(store: AlertStore, limit: RateLimit) -> Blueprint:
    """The routes under ``/alerts``.

    Args:
        store: the store of alerts.
        limit: how often one network address may ask for an alert.
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
    narrowing(query, 1)  # raises if the query is invalid
    listing = asked_listing(unread_dates())
    parameters = listing.to().partition("?")[2]
    if len(parameters) > LONGEST:
        abort(HTTPStatus.REQUEST_URI_TOO_LONG)
    return parameters


def _add_asking(routes: Blueprint, store: AlertStore, limit: RateLimit) -> None:
    @routes.get("/")
    def ask() -> str:
        """Show the form for an e-mail address."""
        _asked()
        return _page("ask", typed("q", MAX_QUERY))

    @routes.post("/")
    def keep() -> ResponseReturnValue:
        """Note the request; the result is sent by mail only, so the page reveals no known addresses."""
        limit.admit(request.remote_addr or "")
        search, address = _asked(), request.form.get("address", "").strip()
        if not is_mail_address(address):
            return _page("wrong", typed("q", MAX_QUERY)), HTTPStatus.BAD_REQUEST
        store.ask(address, search, language())
        return _page("asked", typed("q", MAX_QUERY))


def _add_confirming(routes: Blueprint, store: AlertStore) -> None:
    @routes.route("/confirm", methods=["GET", "POST"])
    def confirm() -> str:
        """Show the button that confirms an alert; when pressed, confirm it, so that news is sent."""
        alert = store.of(request.args.get("token", "")) or abort(HTTPStatus.NOT_FOUND)
        if request.method == "POST":
            store.confirm(alert)
        return _page("confirmed" if request.method == "POST" else "confirm", query_of(alert))


def _add_stopping(routes: Blueprint, store: AlertStore) -> None:
    @routes.get("/stop")
    def stop() -> str:
        """Show the button that stops an alert."""
        alert = store.of(request.args.get("token", "")) or abort(HTTPStatus.NOT_FOUND)
        return _page("stop", query_of(alert))

    @routes.post("/stop")
    def stopped() -> str:
        """Stop an alert; succeeds also if it was stopped before, as links are clicked twice."""
        alert = store.of(request.args.get("token", ""))
        is_forgotten = alert is not None and store.stop(alert)
        return _page("forgotten" if is_forgotten else "stopped", query_of(alert) if alert else "")
