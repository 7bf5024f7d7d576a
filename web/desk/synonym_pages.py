"""Synonyms of the site: what a line would change, and what the index learned."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from onneshon.search import QueryError, SearchRequest
from onneshon.search.understanding.site_synonyms import accepted_line, learned_entries, refused_line
from onneshon.web.desk.desk import SHOWN, Desk
from onneshon.web.desk.forms import back, typed
from onneshon.web.desk.sessions import needs
from onneshon.web.parameters import engine

_ROWS: Final = 50
"""Learned synonyms of a page."""


def add_synonyms(routes: Blueprint, desk: Desk) -> None:
    """Let synonyms be seen and changed."""

    @routes.get("/synonyms")
    def synonyms() -> ResponseReturnValue:
        """The site's synonyms and those that the index learned; with ``line`` what one more would do."""
        if "draft" in request.args:  # a line that is begun, and makes no sense yet
            return _shown(desk, "", typed("query"), draft=request.args.get("line", ""))
        return _shown(desk, typed("line"), typed("query"))

    @routes.post("/synonyms")
    @needs("editor")
    def add_synonym() -> ResponseReturnValue:
        """Make a line live."""
        return _changed(desk, desk.synonyms.add, typed("line"), "add synonym", "synonym")

    @routes.post("/synonyms/remove")
    @needs("editor")
    def remove_synonym() -> ResponseReturnValue:
        """Take a line away; as it is written, spaces and all."""
        return _changed(
            desk, desk.synonyms.remove, request.form.get("line", ""), "remove synonym", "unsynonym"
        )

    @routes.post("/synonyms/learned")
    @needs("editor")
    def decide_learned() -> ResponseReturnValue:
        """Accept or refuse what the index learned."""
        accepted = request.form.get("decision") == "accept"
        return _decided(desk, typed("left"), typed("right"), accepted=accepted)


def _shown(desk: Desk, line: str, query: str, draft: str = "") -> ResponseReturnValue:
    before = after = None
    if line:
        asked = SearchRequest(
            query or line.replace("=>", ",").split(",")[0].strip(), limit=SHOWN, exact_totals=True
        )
        before = engine().search(asked)
        after = engine().as_if(asked, synonyms=desk.synonyms.with_line(line))
    lines = desk.synonyms.lines()
    decided = {line.text.partition("\t")[0] for line in lines if "\t" in line.text}
    learned = [entry for entry in learned_entries(engine().learned) if entry.left not in decided]
    return render_template(
        "desk/synonyms.html", lines=lines, learned=learned[:_ROWS], more=max(len(learned) - _ROWS, 0),
        line=line or draft, query=query, before=before, after=after,
    )  # fmt: skip


def _decided(desk: Desk, left: str, right: str, *, accepted: bool) -> ResponseReturnValue:
    for entry in learned_entries(engine().learned):
        if (entry.left, entry.right) == (left, right):
            desk.synonyms.add((accepted_line if accepted else refused_line)(entry))
            desk.store.note(g.desk.who, "accept" if accepted else "refuse", f"{left}, {right}")
            return back("desk.synonyms", "learned")
    raise QueryError(f"the index has not learned {left}, {right}", kind="parameter", parameter="left")


def _changed(
    desk: Desk, change: Callable[[str], None], line: str, note: str, done: str
) -> ResponseReturnValue:
    change(line)
    desk.store.note(g.desk.who, note, line)
    return back("desk.synonyms", done)
