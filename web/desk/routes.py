"""The pages of the desk: forms, each of which works without a script."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast, get_args

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from onneshon.index import ConfigurationError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.operation import Operation
from onneshon.search import BusyError, IndexStateError, OnneshonError, PinFile, QueryError, SearchRequest
from onneshon.search.curation.pins import MOST_ARTICLES, Pin, converted, new_name
from onneshon.search.understanding.site_synonyms import learned_entries
from onneshon.search.understanding.synonyms_file import SynonymsFile, accepted_line, refused_line
from onneshon.web.desk.changes import FIELDS, Changes
from onneshon.web.desk.imports import KINDS, MAPPED, How, Imports, mapping_of
from onneshon.web.desk.sessions import Sessions, needs
from onneshon.web.desk.store import DeskStore
from onneshon.web.middleware.faults import AccessError
from onneshon.web.operations.monitoring import Check
from onneshon.web.parameters import engine, site
from onneshon.web.publishing.queue import PublishingQueue
from onneshon.web.searches.export import as_csv
from onneshon.web.searches.store import Ranked, SearchStore, Which
from onneshon.web.site.palette import Colours, Palette, palette

__all__ = ["Desk"]

SHOWN: Final = 10
"""Hits of a preview, and of a search for articles."""

ROWS: Final = 50
"""Questions of a list, and learned synonyms of a page."""

_MAX_TEXT: Final = 2_000
"""Characters of what is typed into one line of a form."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the pages need.

    Attributes:
        sessions: who may be here.
        store: what the desk keeps.
        changes: of articles.
        queue: of what is published.
        pins: of the index.
        searches: what readers look for.
        counting: whether that is counted.
        checks: of ``/readyz``.
        records: reads articles as the site says.
        on_queued: told of operations.
    """

    sessions: Sessions
    store: DeskStore
    queue: PublishingQueue
    pins: PinFile
    searches: SearchStore
    counting: bool
    checks: Mapping[str, Check]
    records: Callable[[], SiteRecords]
    on_queued: Callable[[list[Operation]], object]

    @property
    def changes(self) -> Changes:
        """What changes articles."""
        return Changes(self.queue, self.records, self.store, self.on_queued)

    @property
    def imports(self) -> Imports:
        """Files that were dropped in."""
        return Imports(self.pins.path.parent)

    @property
    def synonyms(self) -> SynonymsFile:
        """The site's file of synonyms."""
        return SynonymsFile(self.pins.path.parent / engine().configuration.synonyms)

    def routes(self) -> Blueprint:
        """What is answered under ``/desk``."""
        routes = Blueprint("desk", __name__, url_prefix="/desk")
        routes.before_request(self.sessions.admit)
        routes.after_request(_keep_private)
        routes.register_error_handler(OnneshonError, _told)
        for add in (
            _add_signing,
            _add_overview,
            _add_pins,
            _add_synonyms,
            _add_articles,
            _add_changes,
            _add_imports,
            _add_look,
        ):
            add(routes, self)
        return routes


def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(error: OnneshonError) -> ResponseReturnValue:
    """What an editor is told of what cannot be done; what is wrong with the server is told as everywhere."""
    if isinstance(error, AccessError | IndexStateError | BusyError):
        handler = current_app.error_handler_spec[None][None][OnneshonError]
        return cast("ResponseReturnValue", handler(error))
    return render_template("desk/fault.html", message=str(error)), HTTPStatus.BAD_REQUEST


def _typed(name: str) -> str:
    """A line of a form or of the address.

    Raises:
        QueryError: it is longer than a line.
    """
    text = request.values.get(name, "").strip()
    if len(text) > _MAX_TEXT:
        raise QueryError(f"{name} may have {_MAX_TEXT:,} characters", kind="parameter", parameter=name)
    return text


def _lines(name: str) -> tuple[str, ...]:
    """What stands in a field, one a line."""
    return tuple(
        dict.fromkeys(line.strip() for line in request.values.get(name, "").splitlines() if line.strip())
    )


def _number(name: str, otherwise: int, most: int) -> int:
    """A whole number from 1 on, of a form or of the address; what is none is another one."""
    text = request.values.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return otherwise
    return min(max(int(text), 1), most)


def _back(endpoint: str, done: str, **values: Any) -> ResponseReturnValue:
    return redirect(url_for(endpoint, done=done, **values), HTTPStatus.SEE_OTHER)


def _add_signing(routes: Blueprint, desk: Desk) -> None:
    @routes.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> ResponseReturnValue:
        """Take a key, and begin a session."""
        if request.method == "GET":
            return render_template("desk/sign_in.html", refused=False)
        try:
            cookie = desk.sessions.begin(request.form.get("key", ""))
        except AccessError as error:
            if error.seconds:
                raise
            return render_template("desk/sign_in.html", refused=True), HTTPStatus.FORBIDDEN
        return desk.sessions.give(
            make_response(redirect(url_for("desk.overview"), HTTPStatus.SEE_OTHER)), cookie
        )

    @routes.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        """End the session, whoever has its cookie."""
        desk.sessions.end()
        return desk.sessions.give(make_response(redirect(url_for("desk.sign_in"), HTTPStatus.SEE_OTHER)), "")


def _add_overview(routes: Blueprint, desk: Desk) -> None:
    def ranked(which: Which, days: int, limit: int) -> list[Ranked]:
        today = dt.date.today()  # noqa: DTZ011  # the day of the server, by which it counts
        return desk.searches.ranked(which, today - dt.timedelta(days - 1), today, limit)

    @routes.get("/")
    def overview() -> ResponseReturnValue:
        """How all is, in words, and what there is to do."""
        ask = engine()
        faults = {name: fault for name, check in desk.checks.items() if (fault := check())}
        return render_template(
            "desk/overview.html",
            count=ask.count,
            health=ask.health,
            faults=faults,
            queue=desk.queue.state(),
            held=desk.store.waiting()[:SHOWN],
            counting=desk.counting,
            lacking=ranked("nothing", 7, 5) + ranked("few", 7, 5),
            entries=desk.store.entries(SHOWN) if g.desk.may("editor") else [],
        )

    @routes.get("/searches")
    def searches() -> ResponseReturnValue:
        """What readers look for; with ``format=csv`` as a file."""
        which: Which = request.args.get("which", "nothing")  # type: ignore[assignment]  # checked below
        if which not in get_args(Which):
            raise QueryError(
                f"which is one of {', '.join(get_args(Which))}", kind="parameter", parameter="which"
            )
        days = _number("days", 7, 366)
        if request.args.get("format") == "csv":
            desk.store.note(g.desk.who, "export", which)
            head = {"Content-Disposition": f'attachment; filename="searches-{which}.csv"'}
            return Response(as_csv(ranked(which, days, 10_000)), mimetype="text/csv", headers=head)
        rows = ranked(which, days, ROWS)
        blind = site().result_link == "original"
        return render_template(
            "desk/searches.html", which=which, days=days, rows=rows, counting=desk.counting, blind=blind,
            choices=get_args(Which),
        )  # fmt: skip

    @routes.get("/log")
    @needs("admin")
    def log() -> ResponseReturnValue:
        """Who did what."""
        return render_template("desk/log.html", entries=desk.store.entries())


def _add_pins(routes: Blueprint, desk: Desk) -> None:
    def from_form() -> Pin:
        values = {
            "queries": _lines("queries"),
            "first": _lines("first"),
            "never": _lines("never"),
            "match": _typed("match") or "exact",
            "since": _typed("since") or None,
            "until": _typed("until") or None,
            "name": _typed("name") or new_name(),
        }
        return converted(values)

    def shown(pin: Pin | None, *, gone: set[str]) -> ResponseReturnValue:
        ask, known = engine(), desk.pins.read()
        before = after = None
        if pin is not None:
            asked = SearchRequest(pin.queries[0], limit=SHOWN)
            before = ask.search(asked)
            after = ask.as_if(asked, pins=(*(other for other in known if other.name != pin.name), pin))
        return render_template(
            "desk/pins.html", pins=known, pin=pin, before=before, after=after, gone=gone,
            query=_typed("query"), matches=("exact", "words"),
        )  # fmt: skip

    @routes.get("/pins")
    def pins() -> ResponseReturnValue:
        """The pins; with ``name`` one of them to be changed."""
        known = desk.pins.read()
        name = _typed("name")
        chosen = next((pin for pin in known if pin.name == name), None)
        changes = desk.changes
        gone = {article for pin in known for article in pin.first if changes.current(article) is None}
        return shown(chosen, gone=gone)

    @routes.post("/pins")
    @needs("editor")
    def set_pin() -> ResponseReturnValue:
        """Show what a pin would do, or make it live."""
        pin = from_form()
        changes = desk.changes
        gone = {article for article in pin.first if changes.current(article) is None}
        if "preview" in request.form:
            return shown(pin, gone=gone)
        desk.pins.add(pin)
        desk.store.note(g.desk.who, "pin", f"{pin.name} {' | '.join(pin.queries)}")
        return _back("desk.pins", "pin", name=pin.name)

    @routes.post("/pins/remove")
    @needs("editor")
    def remove_pin() -> ResponseReturnValue:
        """Take a pin away."""
        pin = desk.pins.remove(_typed("name"))
        desk.store.note(g.desk.who, "unpin", f"{pin.name} {' | '.join(pin.queries)}")
        return _back("desk.pins", "unpin")

    @routes.post("/pins/move")
    @needs("editor")
    def move_pin() -> ResponseReturnValue:
        """Give an article another place."""
        pin = desk.pins.move(_typed("name"), _typed("article"), _number("place", 1, MOST_ARTICLES))
        desk.store.note(g.desk.who, "move pin", f"{pin.name} {' | '.join(pin.queries)}")
        return _back("desk.pins", "pin", name=pin.name)


def _add_synonyms(routes: Blueprint, desk: Desk) -> None:
    def shown(line: str, query: str, draft: str = "") -> ResponseReturnValue:
        before = after = None
        if line:
            asked = SearchRequest(query or line.replace("=>", ",").split(",")[0].strip(), limit=SHOWN)
            before = engine().search(asked)
            after = engine().as_if(asked, synonyms=desk.synonyms.with_line(line))
        lines = desk.synonyms.lines()
        decided = {line.text.partition("\t")[0] for line in lines if "\t" in line.text}
        learned = [entry for entry in learned_entries(engine().learned) if entry.left not in decided]
        return render_template(
            "desk/synonyms.html", lines=lines, learned=learned[:ROWS], more=max(len(learned) - ROWS, 0),
            line=line or draft, query=query, before=before, after=after,
        )  # fmt: skip

    @routes.get("/synonyms")
    def synonyms() -> ResponseReturnValue:
        """The site's synonyms and those that the index learned; with ``line`` what one more would do."""
        if "draft" in request.args:  # a line that is begun, and makes no sense yet
            return shown("", _typed("query"), draft=request.args.get("line", ""))
        return shown(_typed("line"), _typed("query"))

    @routes.post("/synonyms")
    @needs("editor")
    def add_synonym() -> ResponseReturnValue:
        """Make a line live."""
        line = _typed("line")
        desk.synonyms.add(line)
        desk.store.note(g.desk.who, "add synonym", line)
        return _back("desk.synonyms", "synonym")

    @routes.post("/synonyms/remove")
    @needs("editor")
    def remove_synonym() -> ResponseReturnValue:
        """Take a line away; as it is written, spaces and all."""
        line = request.form.get("line", "")
        desk.synonyms.remove(line)
        desk.store.note(g.desk.who, "remove synonym", line)
        return _back("desk.synonyms", "unsynonym")

    @routes.post("/synonyms/learned")
    @needs("editor")
    def decide_learned() -> ResponseReturnValue:
        """Accept or refuse what the index learned."""
        left, right = _typed("left"), _typed("right")
        for entry in learned_entries(engine().learned):
            if (entry.left, entry.right) == (left, right):
                accepted = request.form.get("decision") == "accept"
                desk.synonyms.add((accepted_line if accepted else refused_line)(entry))
                desk.store.note(g.desk.who, "accept" if accepted else "refuse", f"{left}, {right}")
                return _back("desk.synonyms", "learned")
        raise QueryError(f"the index has not learned {left}, {right}", kind="parameter", parameter="left")


def _add_articles(routes: Blueprint, desk: Desk) -> None:
    @routes.get("/articles")
    def articles() -> ResponseReturnValue:
        """Find articles by words or by their id."""
        query = _typed("q")
        found = engine().search(SearchRequest(query, limit=SHOWN * 2, group=False)) if query else None
        named = desk.changes.current(query) if query else None
        return render_template(
            "desk/articles.html", query=query, found=found, named=named, held=desk.store.waiting()
        )

    @routes.get("/article")
    def article() -> ResponseReturnValue:
        """One article as it is found, to be corrected; its versions."""
        article_id = _typed("id")
        stored = desk.changes.current(article_id) if article_id else None
        versions = desk.store.versions(article_id) if article_id else []
        held = desk.store.held(article_id)
        if article_id and stored is None and not versions and held is None:
            raise QueryError(f"there is no article {article_id}", kind="parameter", parameter="id")
        draft = desk.changes.draft(article_id) if article_id else None
        fields = {name: getattr(draft, name, "") or "" for name in FIELDS}
        if draft is None:
            fields |= {"title": _typed("title"), "lang": "bn"}
        zone = dt.datetime.now().astimezone().strftime("%z")
        return render_template(
            "desk/article.html", article_id=article_id, stored=stored, fields=fields, versions=versions,
            held=held, zone=zone,
        )  # fmt: skip


def _until(text: str) -> dt.datetime:
    """A time as a browser's field has it, by the clock of the server.

    Raises:
        QueryError: it is none.
    """
    try:
        return dt.datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        reason = f"{text[:40]!r} is no time as 2026-02-21T18:00"
        raise QueryError(reason, kind="parameter", parameter="until") from None


def _add_changes(routes: Blueprint, desk: Desk) -> None:
    @routes.post("/article")
    @needs("editor")
    def correct() -> ResponseReturnValue:
        """Publish an article as the form has it, now or from a time on."""
        given = {name: request.form[name] for name in FIELDS if name in request.form}
        until = _typed("until")
        if until:
            return _back(
                "desk.article", "held", id=desk.changes.hold(_typed("id"), given, _until(until), g.desk.who)
            )
        article_id, receipt = desk.changes.correct(_typed("id"), given, g.desk.who)
        return _back("desk.article", receipt.state, id=article_id)

    @routes.post("/article/withdraw")
    @needs("editor")
    def withdraw() -> ResponseReturnValue:
        """Take an article out; what it was is kept."""
        receipt = desk.changes.withdraw(_typed("id"), g.desk.who)
        return _back("desk.article", receipt.state, id=_typed("id"))

    @routes.post("/article/undo")
    @needs("editor")
    def undo() -> ResponseReturnValue:
        """Make an article what it was."""
        receipt = desk.changes.undo(_typed("id"), _number("version", 0, 1 << 60), g.desk.who)
        return _back("desk.article", receipt.state, id=_typed("id"))

    @routes.post("/article/release")
    @needs("editor")
    def release() -> ResponseReturnValue:
        """Publish now what is held back, or drop it."""
        desk.changes.let_go(_typed("id"), g.desk.who, publish="publish" in request.form)
        return _back("desk.articles", "released")


def _add_imports(routes: Blueprint, desk: Desk) -> None:
    def shown(name: str, mapping: Mapping[str, str]) -> ResponseReturnValue:
        chosen = desk.imports.named(name) if name else None
        found = None
        if chosen and chosen.state not in {"running", "done"}:
            mapping = mapping or chosen.mapping
            found = desk.imports.preview(name, engine().configuration, mapping)
        return render_template(
            "desk/imports.html", chosen=chosen, found=found, mapping=mapping, mapped=MAPPED, kinds=KINDS,
            known=desk.imports.all(),
        )  # fmt: skip

    @routes.get("/import")
    @needs("admin")
    def imports() -> ResponseReturnValue:
        """Take a file; with ``name`` what would be read of one, or how far it is."""
        return shown(_typed("name"), {})

    @routes.post("/import")
    @needs("admin")
    def receive_import() -> ResponseReturnValue:
        """Keep a file that was dropped in."""
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise QueryError("choose a file", kind="parameter", parameter="file")
        taken = desk.imports.receive(sent.stream, sent.filename, g.desk.who)
        desk.store.note(g.desk.who, "receive", f"{taken.name} {taken.file}")
        return redirect(url_for("desk.imports", name=taken.name), HTTPStatus.SEE_OTHER)

    @routes.post("/import/start")
    @needs("admin")
    def start_import() -> ResponseReturnValue:
        """Show it with other columns, or read it into the index."""
        name, mapping = _typed("name"), mapping_of(request.form)
        if "preview" in request.form:
            return shown(name, mapping)
        how: How = "build" if request.form.get("how") == "build" else "update"
        begun = desk.imports.start(name, how, mapping)
        desk.store.note(g.desk.who, how, f"{begun.name} {begun.file}")
        return redirect(url_for("desk.imports", name=name), HTTPStatus.SEE_OTHER)

    @routes.post("/import/cancel")
    @needs("admin")
    def cancel_import() -> ResponseReturnValue:
        """End one that runs."""
        desk.imports.cancel(_typed("name"))
        desk.store.note(g.desk.who, "cancel", _typed("name"))
        return redirect(url_for("desk.imports", name=_typed("name")), HTTPStatus.SEE_OTHER)


_COLOURS: Final = ("accent", "accent_dark", "mark", "mark_dark")
_NEAREST: Final = re.compile(r"site\.colours\.(\w+).*which (#[0-9a-f]{6}) has", re.ASCII)


def _colours() -> tuple[dict[str, str], Palette]:
    """The colours of a request, and what follows from them.

    Raises:
        ConfigurationError: one is none, or cannot be read where it stands.
    """
    given = {name: text for name in _COLOURS if (text := _typed(name).lower())}
    return given, palette(None, Colours(**given))


def _add_look(routes: Blueprint, _desk: Desk) -> None:
    @routes.get("/look")
    def look() -> ResponseReturnValue:
        """How the pages are with other colours, which of them can be read, and what to write for them."""
        given = {name: text for name in _COLOURS if (text := _typed(name).lower())}
        fault, nearest = "", None
        try:
            _colours()
        except ConfigurationError as error:
            fault = str(error)
            if better := _NEAREST.search(fault):
                nearest = given | {better[1]: better[2]}
        return render_template(
            "desk/look.html", names=_COLOURS, given=given, good=not fault, fault=fault, nearest=nearest
        )

    @routes.get("/look.css")
    def look_style() -> ResponseReturnValue:
        """The rule that puts colours in force."""
        return Response(_colours()[1].stylesheet, mimetype="text/css")
