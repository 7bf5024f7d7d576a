"""Pages of the desk to find, correct and hold back single articles, and to import files of articles."""

import datetime as dt
from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.index import Article
from onneshon.search import QueryError, SearchRequest
from onneshon.web.api.schema import revision
from onneshon.web.current import engine
from onneshon.web.desk.changes import FIELDS, UnseenChangeError, new_id, shown
from onneshon.web.desk.desk import (
    SHOWN,
    Desk,
    DeskFault,
    back,
    number,
    taken,
    typed,
)
from onneshon.web.desk.imports import KINDS, MAPPED, How, mapping_of
from onneshon.web.desk.sessions import needs
from onneshon.web.publishing.queue import Receipt


def add_articles(routes: Blueprint, desk: Desk) -> None:
    """Add routes to find and see articles."""

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
        """Show the form to correct an article, and its versions. A new article gets its id from the address.

        So sending the form twice, or returning to it, writes one article only.
        """
        named = typed("id") or typed("new")
        if not named:
            page = url_for("desk.article", new=new_id(), title=typed("title") or None)
            return redirect(page, HTTPStatus.SEE_OTHER)
        return _form(desk, named, {})


def _form(
    desk: Desk,
    article_id: str,
    given: Mapping[str, str],
    seen: str | None = None,
    *,
    is_unread: bool = False,
    fault: DeskFault | None = None,
) -> str:
    """The form of an article.

    Args:
        desk: the desk.
        article_id: the id of an article that exists or existed, or of a new one.
        given: the fields of a form that was not accepted, because the article was changed meanwhile or the
            form has a fault; else empty.
        seen: the revision on which the form is based; by default that of the current draft.
        is_unread: whether to report that a withdrawal or an undo was refused, as the article had changed.
        fault: why the form was not accepted; None if there is no fault.
    """
    known = desk.changes.is_known(article_id)
    if not known and typed("id") and not given:
        raise QueryError(f"there is no article {article_id}", parameter="id")
    stored, draft = desk.changes.current(article_id), desk.changes.draft(article_id)
    versions, held = desk.store.versions(article_id), desk.store.held(article_id)
    fields = {name: shown(draft or Article("", typed("title")), name) for name in FIELDS}
    zone = dt.datetime.now().astimezone().strftime("%z")
    return render_template(
        "desk/article.html", article_id=article_id, known=known, stored=stored, draft=draft, held=held,
        fields={**fields, **given}, given=given, is_unread=is_unread, fault=fault, versions=versions,
        zone=zone, seen=(revision(draft) if draft else "") if seen is None else seen,
    )  # fmt: skip


def _until(text: str) -> dt.datetime:
    """A time from a browser's field, in the server's time zone.

    Raises:
        QueryError: the text is no time.
    """
    try:
        return dt.datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        reason = f"{text[:40]!r} is no time as 2026-02-21T18:00"
        raise QueryError(reason, parameter="until") from None


def _corrected(
    desk: Desk, article_id: str, given: Mapping[str, str], seen: str | None
) -> ResponseReturnValue:
    changes, who = desk.changes, g.desk.who
    try:
        if until := typed("until"):
            return back("desk.article", "held", id=changes.hold(article_id, given, _until(until), who, seen))
        article_id, receipt = changes.correct(article_id, given, who, seen)
    except UnseenChangeError as error:
        return _form(desk, article_id, given, error.now), HTTPStatus.CONFLICT
    return back("desk.article", receipt.state, id=article_id)


def _acted(desk: Desk, act: Callable[[str | None], Receipt]) -> ResponseReturnValue:
    """Run the action of a button on an article's page, which has the revision shown there; then redirect."""
    try:
        receipt = act(request.form.get("seen"))
    except UnseenChangeError as error:
        return _form(desk, typed("id"), {}, error.now, is_unread=True), HTTPStatus.CONFLICT
    return back("desk.article", receipt.state, id=typed("id"))


def add_changes(routes: Blueprint, desk: Desk) -> None:
    """Add routes to change articles."""

    @routes.post("/article")
    @needs("editor")
    def correct() -> ResponseReturnValue:
        """Publish an article from a form, now or from a time on; what was typed is never lost."""
        given = {name: request.form[name] for name in FIELDS if name in request.form}
        article_id, seen = typed("id"), request.form.get("seen")

        def again(fault: DeskFault) -> str:
            return _form(desk, article_id, given, seen, fault=fault)

        if {"title", "body"} <= given.keys() and not (given["title"] + given["body"]).strip():
            return again(DeskFault("empty")), HTTPStatus.BAD_REQUEST
        return taken(lambda: _corrected(desk, article_id, given, seen), again)

    @routes.post("/article/withdraw")
    @needs("editor")
    def withdraw() -> ResponseReturnValue:
        """Take an article out and keep its version. If it is out already, show its page."""
        if desk.changes.is_known(typed("id")) and desk.changes.current(typed("id")) is None:
            return redirect(url_for("desk.article", id=typed("id")), HTTPStatus.SEE_OTHER)
        return _acted(desk, lambda seen: desk.changes.withdraw(typed("id"), g.desk.who, seen))

    @routes.post("/article/undo")
    @needs("editor")
    def undo() -> ResponseReturnValue:
        """Restore an earlier version of an article."""
        version = number("version", 0, 1 << 60)
        return _acted(desk, lambda seen: desk.changes.undo(typed("id"), version, g.desk.who, seen))

    @routes.post("/article/release")
    @needs("editor")
    def release() -> ResponseReturnValue:
        """Publish an article that is held back now, or drop it."""
        desk.changes.let_go(typed("id"), g.desk.who, publish="publish" in request.form)
        return back("desk.articles", "released")


def add_imports(routes: Blueprint, desk: Desk) -> None:
    """Add routes to import files."""

    @routes.get("/import")
    @needs("admin")
    def imports() -> ResponseReturnValue:
        """Show the form for a file; with ``name`` the preview of an import, or its progress."""
        return _shown(desk, typed("name"), {})

    @routes.post("/import")
    @needs("admin")
    def receive_import() -> ResponseReturnValue:
        """Store a file that was dropped in."""
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise QueryError("choose a file", parameter="file")
        taken = desk.imports.receive(sent.stream, sent.filename, g.desk.who)
        desk.store.note(g.desk.who, "receive", f"{taken.name} {taken.file}")
        return redirect(url_for("desk.imports", name=taken.name), HTTPStatus.SEE_OTHER)

    @routes.post("/import/start")
    @needs("admin")
    def start_import() -> ResponseReturnValue:
        """Preview an import with other columns, or read it into the index."""
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
        """Cancel a running import."""
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
