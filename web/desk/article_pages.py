"""Articles and pins at the desk: articles are found, changed, held back; a draft of a pin is seen before."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.search import OnneshonError, PinFile, QueryError, SearchRequest
from onneshon.search.curation.pins import Pin, converted, new_name
from onneshon.web.api.schema import revision
from onneshon.web.desk.changes import FIELDS, UnseenChangeError
from onneshon.web.desk.desk import SHOWN, Desk, back, lines, needs, number, typed
from onneshon.web.desk.faults import Told, fault_page, told
from onneshon.web.desk.imports import KINDS, MAPPED, How, mapping_of
from onneshon.web.parameters import engine


def add_articles(routes: Blueprint, desk: Desk) -> None:
    """Let articles be found and seen."""

    @routes.get("/articles")
    def articles() -> ResponseReturnValue:
        """Find articles by words or by their id."""
        query = typed("q")
        found = (
            engine().search(SearchRequest(query, limit=SHOWN * 2, group=False, exact_totals=True))
            if query
            else None
        )
        named = desk.changes.current(query) if query else None
        return render_template(
            "desk/articles.html", query=query, found=found, named=named, held=desk.store.waiting()
        )

    @routes.get("/article")
    def article() -> ResponseReturnValue:
        """One article as it is found, to be corrected; its versions."""
        return _form(desk, typed("id"), {})


def _form(desk: Desk, article_id: str, given: Mapping[str, str], seen: str = "") -> str:
    """The form of an article.

    Args:
        desk: what it has.
        article_id: empty for a new one.
        given: what somebody wrote who had not read the article as it is now, and is told so; else nothing.
        seen: the revision that whoever reads this page knows of; that of the article unless told.
    """
    stored = desk.changes.current(article_id) if article_id else None
    versions = desk.store.versions(article_id) if article_id else []
    held = desk.store.held(article_id)
    if article_id and stored is None and not versions and held is None:
        raise QueryError(f"there is no article {article_id}", kind="parameter", parameter="id")
    draft = desk.changes.draft(article_id) if article_id else None
    fields = {name: getattr(draft, name, "") or "" for name in FIELDS}
    if draft is None:
        fields |= {"title": typed("title"), "lang": "bn"}
    zone = dt.datetime.now().astimezone().strftime("%z")
    return render_template(
        "desk/article.html", article_id=article_id, stored=stored, fields={**fields, **given}, given=given,
        versions=versions, held=held, zone=zone, seen=seen or (revision(draft) if draft else ""), draft=draft,
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


def _corrected(
    desk: Desk, article_id: str, given: Mapping[str, str], seen: str | None
) -> ResponseReturnValue:
    changes, who = desk.changes, g.desk.who
    if until := typed("until"):
        return back("desk.article", "held", id=changes.hold(article_id, given, _until(until), who, seen))
    article_id, receipt = changes.correct(article_id, given, who, seen)
    return back("desk.article", receipt.state, id=article_id)


def add_changes(routes: Blueprint, desk: Desk) -> None:
    """Let them be changed."""

    @routes.post("/article")
    @needs("editor")
    def correct() -> ResponseReturnValue:
        """Publish an article as the form has it, now or from a time on."""
        given = {name: request.form[name] for name in FIELDS if name in request.form}
        if {"title", "body"} <= given.keys() and not (given["title"] + given["body"]).strip():
            return fault_page(Told("empty"))
        try:
            return _corrected(desk, typed("id"), given, request.form.get("seen"))
        except UnseenChangeError as error:
            return _form(desk, typed("id"), given, error.now), HTTPStatus.CONFLICT

    @routes.post("/article/withdraw")
    @needs("editor")
    def withdraw() -> ResponseReturnValue:
        """Take an article out; what it was is kept."""
        receipt = desk.changes.withdraw(typed("id"), g.desk.who)
        return back("desk.article", receipt.state, id=typed("id"))

    @routes.post("/article/undo")
    @needs("editor")
    def undo() -> ResponseReturnValue:
        """Make an article what it was."""
        receipt = desk.changes.undo(typed("id"), number("version", 0, 1 << 60), g.desk.who)
        return back("desk.article", receipt.state, id=typed("id"))

    @routes.post("/article/release")
    @needs("editor")
    def release() -> ResponseReturnValue:
        """Publish now what is held back, or drop it."""
        desk.changes.let_go(typed("id"), g.desk.who, publish="publish" in request.form)
        return back("desk.articles", "released")


def add_imports(routes: Blueprint, desk: Desk) -> None:
    """Let files be dropped in."""

    @routes.get("/import")
    @needs("admin")
    def imports() -> ResponseReturnValue:
        """Take a file; with ``name`` what would be read of one, or how far it is."""
        return _shown(desk, typed("name"), {})

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
        name, mapping = typed("name"), mapping_of(request.form)
        if "preview" in request.form:
            return _shown(desk, name, mapping)
        how: How = "build" if request.form.get("how") == "build" else "update"
        bad = number("bad", 0, 1 << 40, least=0) if "bad" in request.form else None
        begun = desk.imports.start(name, how, mapping, bad)
        desk.store.note(g.desk.who, how, f"{begun.name} {begun.file}")
        return redirect(url_for("desk.imports", name=name), HTTPStatus.SEE_OTHER)

    @routes.post("/import/cancel")
    @needs("admin")
    def cancel_import() -> ResponseReturnValue:
        """End one that runs."""
        desk.imports.cancel(typed("name"))
        desk.store.note(g.desk.who, "cancel", typed("name"))
        return redirect(url_for("desk.imports", name=typed("name")), HTTPStatus.SEE_OTHER)


def _shown(desk: Desk, name: str, mapping: Mapping[str, str]) -> ResponseReturnValue:
    chosen = desk.imports.named(name) if name else None
    found = None
    if chosen and chosen.state not in {"running", "done"}:
        mapping = mapping or chosen.mapping
        found = desk.imports.preview(name, engine().configuration, mapping)
    page = render_template(
        "desk/imports.html", chosen=chosen, found=found, mapping=mapping, mapped=MAPPED, kinds=KINDS,
        known=desk.imports.all(),
    )  # fmt: skip
    return page, HTTPStatus.ACCEPTED if chosen and chosen.state == "running" else HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class Draft:
    """A pin that somebody is making.

    Attributes:
        queries, first, never, match, since, until, name: as those of a pin, as they were typed.
        find: words by which articles are looked for.
    """

    queries: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    match: str = "exact"
    since: str = ""
    until: str = ""
    name: str = ""
    find: str = ""

    @classmethod
    def of_pin(cls, pin: Pin) -> "Draft":
        """A pin that is to be changed."""
        since, until = (day.isoformat() if day else "" for day in (pin.since, pin.until))
        return cls(pin.queries, pin.first, pin.never, pin.match, since, until, pin.name)

    @classmethod
    def of_form(cls) -> "Draft":
        """As the form has it."""
        names = ("match", "since", "until", "name", "find")
        plain = {name: text for name in names if (text := typed(name))}
        return cls(lines("queries"), lines("first"), lines("never"), **plain)

    @property
    def is_whole(self) -> bool:
        """Whether it says of which queries it is, and of which articles."""
        return bool(self.queries and (self.first or self.never))

    def after(self, act: str) -> "Draft":
        """The draft after a button: ``first``, ``never``, ``drop``, ``up`` or ``down``, and an id."""
        what, _, article = act.partition(" ")
        if what in {"up", "down"}:
            return replace(self, first=_moved(self.first, article, -1 if what == "up" else 1))
        if what not in {"first", "never", "drop"}:
            return self
        first, never = (
            tuple(name for name in names if name != article) for names in (self.first, self.never)
        )
        added = (article,) if article else ()
        return replace(
            self,
            first=first + (added if what == "first" else ()),
            never=never + (added if what == "never" else ()),
            find=self.find if what == "drop" else "",
        )

    def pin(self) -> Pin:
        """What it makes.

        Raises:
            PinError: nothing that has a sense.
        """
        return converted(
            {
                "queries": self.queries,
                "first": self.first,
                "never": self.never,
                "match": self.match,
                "since": self.since or None,
                "until": self.until or None,
                "name": self.name or new_name(),
            }
        )


def _moved(names: tuple[str, ...], name: str, by: int) -> tuple[str, ...]:
    if name not in names:
        return names
    others = [other for other in names if other != name]
    others.insert(max(names.index(name) + by, 0), name)
    return tuple(others)


def _preview(draft: Draft, pins: PinFile) -> dict[str, Any]:
    """The first page for the first query, without the pin and with it; or why there can be none."""
    if not draft.is_whole:
        return {}
    try:
        pin = draft.pin()
        asked = SearchRequest(pin.queries[0], limit=SHOWN, exact_totals=True)
        others = (other for other in pins.read() if other.name != pin.name)
        return {"before": engine().search(asked), "after": engine().as_if(asked, pins=(*others, pin))}
    except OnneshonError as error:
        return {"fault": told(error)}


def add_pins(routes: Blueprint, desk: Desk) -> None:
    """Let the pins be seen and changed."""

    def shown(draft: Draft, act: str = "") -> str:
        known, changes = desk.pins.read(), desk.changes
        named = {*draft.first, *draft.never, *(name for pin in known for name in (*pin.first, *pin.never))}
        current = {name: changes.current(name) for name in named}
        asked = SearchRequest(draft.find, limit=SHOWN // 2, group=False, exact_totals=True)
        return render_template(
            "desk/pins.html",
            pins=known,
            draft=draft,
            titles={name: article.title or name for name, article in current.items() if article},
            found=engine().search(asked) if draft.find else None,
            named=changes.current(draft.find) if draft.find else None,
            matches=("exact", "words"),
            lacking=act == "preview" and not draft.is_whole,
            **_preview(draft, desk.pins),
        )

    @routes.get("/pins")
    def pins() -> ResponseReturnValue:
        """The pins; with ``name``, or a ``query`` that one has, that one to be changed; else a new one."""
        name, query = typed("name"), typed("query")
        chosen = next((pin for pin in desk.pins.read() if pin.name == name or query in pin.queries), None)
        return shown(Draft.of_pin(chosen) if chosen else Draft(queries=(query,) if query else (), find=query))

    @routes.post("/pins")
    @needs("editor")
    def set_pin() -> ResponseReturnValue:
        """Change the draft and show what it would do, or make it live."""
        draft = Draft.of_form()
        if "act" in request.form:
            return shown(draft.after(request.form["act"]), request.form["act"])
        if not draft.is_whole:
            return fault_page(Told("pin"))
        pin = draft.pin()
        desk.pins.add(pin)
        desk.store.note(g.desk.who, "pin", f"{pin.name} {' | '.join(pin.queries)}")
        return back("desk.pins", "pin", name=pin.name)

    @routes.post("/pins/remove")
    @needs("editor")
    def remove_pin() -> ResponseReturnValue:
        """Take a pin away."""
        pin = desk.pins.remove(typed("name"))
        desk.store.note(g.desk.who, "unpin", f"{pin.name} {' | '.join(pin.queries)}")
        return back("desk.pins", "unpin")
