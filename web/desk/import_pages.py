"""Files that are dropped in: looked at, and read into the index."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.search import QueryError
from onneshon.web.desk.desk import Desk
from onneshon.web.desk.forms import typed
from onneshon.web.desk.imports import KINDS, MAPPED, How, mapping_of
from onneshon.web.desk.sessions import needs
from onneshon.web.parameters import engine


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
        begun = desk.imports.start(name, how, mapping)
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
