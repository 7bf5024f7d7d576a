"""Pages for the site's synonyms, its authors' names, and the colours of its pages."""

import re
from collections.abc import Callable, KeysView, Mapping
from typing import Any, Final

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from onneshon.index import ConfigurationError
from onneshon.search import QueryError, SearchRequest
from onneshon.search.retrieval.authors import alike, parse_authors
from onneshon.search.understanding.site_synonyms import accepted_line, learned_entries, refused_line
from onneshon.web.current import engine
from onneshon.web.desk.desk import SHOWN, Desk, DeskFault, back, taken, typed
from onneshon.web.desk.sessions import needs
from onneshon.web.site.palette import Colours, palette

_ROWS: Final = 50
"""Number of learned synonyms, or of groups of authors' names, on a page."""

_COLOURS: Final = ("accent", "accent_dark", "mark", "mark_dark")
_NEAREST: Final = re.compile(r"site\.colours\.(\w+).*which (#[0-9a-f]{6}) has", re.ASCII)


def add_synonyms(routes: Blueprint, desk: Desk) -> None:
    """Add routes to see and change synonyms."""

    @routes.get("/synonyms")
    def synonyms() -> ResponseReturnValue:
        """Show the site's synonyms and those the index learned; with ``line`` the effect of one more."""
        line, query = (request.args.get(name, "").strip() for name in ("line", "query"))
        if "draft" in request.args:  # an unfinished line, which is not valid yet
            return _shown(desk, line, query)
        return taken(
            lambda: _shown(desk, line, query, **_effect(desk, typed("line"), typed("query"))),
            lambda fault: _shown(desk, line, query, fault=fault),
        )

    @routes.post("/synonyms")
    @needs("editor")
    def add_synonym() -> ResponseReturnValue:
        """Add a line to the synonyms."""
        return taken(
            lambda: _changed(desk, desk.synonyms.add, typed("line"), "add synonym", "synonym"),
            lambda fault: _shown(desk, request.form.get("line", ""), fault=fault),
        )

    @routes.post("/synonyms/remove")
    @needs("editor")
    def remove_synonym() -> ResponseReturnValue:
        """Remove a line, given exactly as written, including spaces."""
        return _changed(
            desk, desk.synonyms.remove, request.form.get("line", ""), "remove synonym", "unsynonym"
        )

    @routes.post("/synonyms/learned")
    @needs("editor")
    def decide_learned() -> ResponseReturnValue:
        """Accept or refuse a synonym that the index learned."""
        accepted = request.form.get("decision") == "accept"
        return _decided(desk, typed("left"), typed("right"), accepted=accepted)


def _effect(desk: Desk, line: str, query: str) -> dict[str, Any]:
    """Results for a query without one more line, and with it; nothing for no line."""
    if not line:
        return {}
    words = query or line.replace("=>", ",").split(",")[0].strip()
    asked = SearchRequest(words, limit=SHOWN, exact_totals=True)
    changed = desk.synonyms.with_line(line)
    return {"before": engine().search(asked), "after": engine().as_if(asked, synonyms=changed)}


def _shown(desk: Desk, line: str, query: str = "", **more: Any) -> str:
    """The page with a line in its form, and what else is known of that line: its effect or its fault."""
    lines = desk.synonyms.lines()
    decided = {line.text.partition("\t")[0] for line in lines if "\t" in line.text}
    learned = [entry for entry in learned_entries(engine().learned) if entry.left not in decided]
    return render_template(
        "desk/synonyms.html", lines=lines, learned=learned[:_ROWS], more=max(len(learned) - _ROWS, 0),
        line=line, query=query, **more,
    )  # fmt: skip


def _decided(desk: Desk, left: str, right: str, *, accepted: bool) -> ResponseReturnValue:
    for entry in learned_entries(engine().learned):
        if (entry.left, entry.right) == (left, right):
            desk.synonyms.add((accepted_line if accepted else refused_line)(entry))
            desk.store.note(g.desk.who, "accept" if accepted else "refuse", f"{left}, {right}")
            return back("desk.synonyms", "learned")
    raise QueryError(f"the index has not learned {left}, {right}", parameter="left")


def _changed(
    desk: Desk, change: Callable[[str], None], line: str, note: str, done: str
) -> ResponseReturnValue:
    change(line)
    desk.store.note(g.desk.who, note, line)
    return back("desk.synonyms", done)


def add_authors(routes: Blueprint, desk: Desk) -> None:
    """Add routes to join names of one author."""

    @routes.get("/authors")
    def authors() -> str:
        """Show the joined names, and groups of similar names to join."""
        return _names_shown(desk)

    @routes.post("/authors")
    @needs("editor")
    def add_author() -> ResponseReturnValue:
        """Join names; names already joined with one of them are included."""
        return taken(lambda: _joined(desk), lambda fault: _names_shown(desk, request.form, fault))

    @routes.post("/authors/remove")
    @needs("editor")
    def remove_author() -> ResponseReturnValue:
        """Separate names again; the line is given exactly as written, including spaces."""
        line = request.form.get("line", "")
        desk.authors.remove(line)
        desk.store.note(g.desk.who, "remove author", line)
        return back("desk.authors", "unauthor")


def _names_shown(desk: Desk, given: Mapping[str, str] | None = None, fault: DeskFault | None = None) -> str:
    """The page of authors' names, with what was typed into its form and the fault of that."""
    file = desk.authors
    known = parse_authors(file.text(), str(file.path))
    groups = alike(engine().values("author"), known)
    lines = {group: _line(group[0], group[1:]) for group in groups[:_ROWS]}
    return render_template(
        "desk/authors.html", lines=file.lines(), groups=lines, more=max(len(groups) - _ROWS, 0),
        given=given or {}, fault=fault,
    )  # fmt: skip


def _joined(desk: Desk) -> ResponseReturnValue:
    """Join the names of a form with one another, and with all that are joined with one of them already."""
    line = typed("line") or _line(typed("name"), typed("spellings").split(";"))
    desk.authors.with_line(line)  # raises if the line is invalid
    ((name, spellings),) = parse_authors(line, "line").names.items()
    before = [known.text for known in desk.authors.lines() if _names(known.text) & {name, *spellings}]
    every = dict.fromkeys([*spellings, *(each for text in before for each in _names(text))])
    line = _line(name, [each for each in every if each != name])
    desk.authors.add(line, before)
    desk.store.note(g.desk.who, "add author", line)
    return back("desk.authors", "author")


def _names(line: str) -> KeysView[str]:
    return parse_authors(line, "line").every.keys()


def _line(name: str, spellings: tuple[str, ...] | list[str]) -> str:
    return f"{name} = {'; '.join(each.strip() for each in spellings if each.strip())}"


def _given() -> dict[str, str]:
    """The colours of a request, each with a ``#`` in front even if it was typed without."""
    every = {name: text for name in _COLOURS if (text := typed(name).lower())}
    return {name: text if text.startswith("#") else f"#{text}" for name, text in every.items()}


def _judged(given: dict[str, str]) -> dict[str, Any]:
    """Values for the page: why the colours lack contrast, if they do, and the nearest that have enough."""
    try:
        palette(None, Colours(**given))
    except ConfigurationError as error:
        better = _NEAREST.search(str(error))
        return {"fault": str(error), "nearest": given | {better[1]: better[2]} if better else None}
    return {"fault": ""}


def add_look(routes: Blueprint, desk: Desk) -> None:
    """Add routes to see and change colours."""

    @routes.get("/look")
    def look() -> ResponseReturnValue:
        """Preview other colours, whether they can be read, and the settings to write for them."""
        given, live = _given(), desk.look.given()
        return render_template(
            "desk/look.html", names=_COLOURS, given=given or live, live=live, **_judged(given or live)
        )

    @routes.post("/look")
    @needs("admin")
    def set_look() -> ResponseReturnValue:
        """Make colours live, or restore those of ``onneshon.toml``."""
        given = _given()
        desk.look.write(given)
        desk.store.note(g.desk.who, "look", " ".join(f"{name} {text}" for name, text in given.items()))
        return back("desk.look", "look")

    @routes.get("/look.css")
    def look_style() -> ResponseReturnValue:
        """The stylesheet with the colours of the request."""
        return Response(palette(None, Colours(**_given())).stylesheet, mimetype="text/css")
