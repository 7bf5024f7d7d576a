"""Authors: which names are of one person, and names that look like it."""

from collections.abc import KeysView
from typing import Final

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from onneshon.search.retrieval.authors import alike, parse_authors
from onneshon.web.desk.desk import Desk
from onneshon.web.desk.forms import back, typed
from onneshon.web.desk.sessions import needs
from onneshon.web.parameters import engine

_ROWS: Final = 50
"""Groups of names of a page."""


def add_authors(routes: Blueprint, desk: Desk) -> None:
    """Let names of one author be brought together."""

    @routes.get("/authors")
    def authors() -> str:
        """What was decided, and what might be."""
        file = desk.authors
        known = parse_authors(file.text(), str(file.path))
        groups = alike(engine().values("author"), known)
        lines = {group: _line(group[0], group[1:]) for group in groups[:_ROWS]}
        return render_template(
            "desk/authors.html", lines=file.lines(), groups=lines, more=max(len(groups) - _ROWS, 0)
        )

    @routes.post("/authors")
    @needs("editor")
    def add_author() -> ResponseReturnValue:
        """Bring names together; those that are already with one of them come along."""
        line = typed("line") or _line(typed("name"), typed("spellings").split(";"))
        desk.authors.with_line(line)  # raises what is wrong with it
        ((name, spellings),) = parse_authors(line, "line").names.items()
        before = [known.text for known in desk.authors.lines() if _names(known.text) & {name, *spellings}]
        every = dict.fromkeys([*spellings, *(each for text in before for each in _names(text))])
        line = _line(name, [each for each in every if each != name])
        desk.authors.add(line, before)
        desk.store.note(g.desk.who, "add author", line)
        return back("desk.authors", "author")

    @routes.post("/authors/remove")
    @needs("editor")
    def remove_author() -> ResponseReturnValue:
        """Let them be several again; the line as it is written, spaces and all."""
        line = request.form.get("line", "")
        desk.authors.remove(line)
        desk.store.note(g.desk.who, "remove author", line)
        return back("desk.authors", "unauthor")


def _names(line: str) -> KeysView[str]:
    return parse_authors(line, "line").every.keys()


def _line(name: str, spellings: tuple[str, ...] | list[str]) -> str:
    return f"{name} = {'; '.join(each.strip() for each in spellings if each.strip())}"
