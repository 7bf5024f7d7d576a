"""The routes of the desk: pages with forms, each of which works without JavaScript."""

import datetime as dt
from http import HTTPStatus
from typing import Any, Final, get_args
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    g,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from onneshon.search import OnneshonError, QueryError
from onneshon.web.current import engine, language, live, site
from onneshon.web.desk.article_pages import add_articles, add_changes, add_imports
from onneshon.web.desk.desk import Desk, number, on_error
from onneshon.web.desk.pin_pages import add_pins
from onneshon.web.desk.sessions import needs
from onneshon.web.desk.site_pages import add_authors, add_look, add_synonyms
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.middleware.faults import AccessError
from onneshon.web.searches.store import Ranked, Which, as_csv

_ENTRIES: Final = 10
"""Number of log entries on the overview; it shows as many articles that are held back."""

_ROWS: Final = 50
"""Number of questions in a list."""


def desk_routes(desk: Desk) -> Blueprint:
    """The routes under ``/desk``."""
    routes = Blueprint("desk", __name__, url_prefix="/desk")
    routes.before_request(desk.sessions.admit)
    routes.after_request(_keep_private)
    routes.register_error_handler(OnneshonError, on_error)
    routes.context_processor(_words)
    for add in (
        _add_signing,
        _add_overview,
        add_pins,
        add_synonyms,
        add_authors,
        add_articles,
        add_changes,
        add_imports,
        add_look,
    ):
        add(routes, desk)
    return routes


def _words() -> dict[str, Any]:
    """Names for templates of the desk: times in the server's time zone, links to other languages."""
    return {"stamp": _local} if request.method == "GET" else {"stamp": _local, "other_languages": _languages}


def _local(text: str) -> dt.datetime:
    """A time from the desk's files, in the server's time zone."""
    return dt.datetime.fromisoformat(text).astimezone()


def _languages() -> list[tuple[str, str]]:
    """The page of a form in each other language, so that a language link does not send the form again."""
    sent = url_for(request.endpoint or "desk.overview")
    page = sent if sent.count("/") <= url_for("desk.overview").count("/") else sent.rpartition("/")[0]
    kept = {name: text for name in ("id", "name") if (text := _sent(name))}
    return [
        (other, f"{page}?{urlencode(kept | ({'lang': other} if other != LANGUAGES[0] else {}))}")
        for other in LANGUAGES
        if other != language()
    ]


def _sent(name: str) -> str:
    """The value of a name in the form or the address; in the address alone if the form is too large."""
    try:
        return request.values.get(name, "")
    except RequestEntityTooLarge:
        return request.args.get(name, "")


def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _add_signing(routes: Blueprint, desk: Desk) -> None:
    @routes.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> ResponseReturnValue:
        """Ask for a key, and begin a session with it."""
        if request.method == "GET":
            return render_template("desk/sign_in.html", refused=False)
        try:
            cookie = desk.sessions.begin(request.form.get("key", ""))
        except AccessError as error:
            if error.seconds:
                raise
            return render_template("desk/sign_in.html", refused=True), HTTPStatus.FORBIDDEN
        return desk.sessions.redirect_with(cookie, url_for("desk.overview"))

    @routes.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        """End the session, for every browser that has its cookie."""
        return desk.sessions.redirect_with(desk.sessions.end(), url_for("desk.sign_in"))


def _add_overview(routes: Blueprint, desk: Desk) -> None:
    def ranked(which: Which, days: int, limit: int) -> list[Ranked]:
        today = dt.date.today()  # noqa: DTZ011  # the day of the server, by which it counts
        return desk.searches.ranked(which, today - dt.timedelta(days - 1), today, limit)

    @routes.get("/")
    def overview() -> ResponseReturnValue:
        """Show the state of the server in words, and what there is to do."""
        ask = engine()
        found = {name: check() for name, check in desk.checks.items()} | {"live": live().fault}
        faults = {name: fault for name, fault in found.items() if fault}
        return render_template(
            "desk/overview.html",
            count=ask.count,
            health=ask.health,
            faults=faults,
            queue=desk.queue.state(),
            held=desk.store.waiting(),
            counting=desk.counting,
            lacking=ranked("nothing", 7, 5) + ranked("few", 7, 5),
            entries=desk.store.entries(_ENTRIES, of_sessions=False) if g.desk.may("editor") else [],
        )

    @routes.get("/searches")
    def searches() -> ResponseReturnValue:
        """List what readers search for; with ``format=csv`` as a file."""
        which: Which = request.args.get("which", "nothing")  # type: ignore[assignment]  # checked below
        if which not in get_args(Which):
            raise QueryError(f"which is one of {', '.join(get_args(Which))}", parameter="which")
        days = number("days", 7, 366)
        if request.args.get("format") == "csv":
            desk.store.note(g.desk.who, "export", which)
            head = {"Content-Disposition": f'attachment; filename="searches-{which}.csv"'}
            return Response(as_csv(ranked(which, days, 10_000)), mimetype="text/csv", headers=head)
        rows = ranked(which, days, _ROWS)
        blind = site().result_link == "original"
        return render_template(
            "desk/searches.html", which=which, days=days, rows=rows, counting=desk.counting, blind=blind,
            choices=get_args(Which),
        )  # fmt: skip

    @routes.get("/log")
    @needs("admin")
    def log() -> ResponseReturnValue:
        """Show the log of who did what."""
        return render_template("desk/log.html", entries=desk.store.entries())
