"""Pins at the desk: a draft, a preview of results without and with it, and the pins in force."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from onneshon.search import OnneshonError, PinFile, SearchRequest
from onneshon.search.curation.pins import Pin, converted, new_name, revision
from onneshon.search.errors import PinError
from onneshon.web.current import engine
from onneshon.web.desk.desk import (
    SHOWN,
    Desk,
    DeskFault,
    back,
    fault_of,
    lines,
    taken,
    typed,
)
from onneshon.web.desk.sessions import needs


@dataclass(frozen=True, slots=True)
class Draft:
    """A pin that is being made or changed.

    Attributes:
        queries, first, never, match, since, until, name: the attributes of a pin, as typed.
        find: words with which to search for articles.
        seen: the revision of the pin that the draft is based on, empty for a new pin; None if unknown.
    """

    queries: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    match: str = "exact"
    since: str = ""
    until: str = ""
    name: str = ""
    find: str = ""
    seen: str | None = None

    @classmethod
    def of_pin(cls, pin: Pin) -> "Draft":
        """The draft that changes an existing pin."""
        since, until = (day.isoformat() if day else "" for day in (pin.since, pin.until))
        return cls(
            pin.queries,
            pin.first,
            pin.never,
            pin.match,
            since,
            until,
            pin.name,
            seen=revision((pin,), pin.name),
        )

    @classmethod
    def of_form(cls) -> "Draft":
        """The draft in the current form."""
        names = ("match", "since", "until", "name", "find")
        plain = {name: text for name in names if (text := typed(name))}
        seen = request.form.get("seen")
        return cls(lines("queries"), lines("first"), lines("never"), **plain, seen=seen)

    @property
    def is_whole(self) -> bool:
        """Whether the draft names queries and articles."""
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
        """The pin of this draft.

        Raises:
            PinError: the draft is no valid pin.
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
    """The first page of results for the first query, without and with the pin; or the fault of the draft."""
    if not draft.is_whole:
        return {}
    try:
        pin = draft.pin()
        asked = SearchRequest(pin.queries[0], limit=SHOWN, exact_totals=True)
        others = (other for other in pins.read() if other.name != pin.name)
        return {"before": engine().search(asked), "after": engine().as_if(asked, pins=(*others, pin))}
    except OnneshonError as error:
        return {"fault": fault_of(error)}


def _shown(desk: Desk, draft: Draft, act: str = "", *, note: str = "", fault: DeskFault | None = None) -> str:
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
        note=note,
        lacking=act == "preview" and not draft.is_whole,
        revisions={pin.name: revision((pin,), pin.name) for pin in known},
        **({"fault": fault} if fault else _preview(draft, desk.pins)),
    )


def _is_of_change(error: PinError) -> bool:
    """Whether an error is that the pin was changed unread meanwhile."""
    return error.kind == "changed"


def _made_live(desk: Desk, draft: Draft) -> ResponseReturnValue:
    pin = draft.pin()
    try:
        desk.pins.add(pin, draft.seen)
    except PinError as error:
        if not _is_of_change(error):
            raise
        now = revision(desk.pins.read(), draft.name)
        return _shown(desk, replace(draft, seen=now), note="desk.pin.changed"), HTTPStatus.CONFLICT
    desk.store.note(g.desk.who, "pin", f"{pin.name} {' | '.join(pin.queries)}")
    return back("desk.pins", "pin", name=pin.name)


def add_pins(routes: Blueprint, desk: Desk) -> None:
    """Add routes to see and change pins."""

    @routes.get("/pins")
    def pins() -> ResponseReturnValue:
        """Show the pins, and the form of the pin with that ``name`` or ``query``, else of a new one.

        A new pin gets its name here, so that sending the form twice makes one pin only.
        """
        name, query = typed("name"), typed("query")
        chosen = next((pin for pin in desk.pins.read() if pin.name == name or query in pin.queries), None)
        if chosen:
            return _shown(desk, Draft.of_pin(chosen))
        new = Draft((query,) if query else (), find=query, name=new_name(), seen="")
        return _shown(desk, new)

    @routes.post("/pins")
    @needs("editor")
    def set_pin() -> ResponseReturnValue:
        """Change the draft and preview it, or make it live, unless the pin was changed unread meanwhile."""
        draft = Draft.of_form()
        if "act" in request.form:
            return _shown(desk, draft.after(request.form["act"]), request.form["act"])
        if not draft.is_whole:
            return _shown(desk, draft, fault=DeskFault("pin")), HTTPStatus.BAD_REQUEST
        return taken(lambda: _made_live(desk, draft), lambda fault: _shown(desk, draft, fault=fault))

    @routes.post("/pins/remove")
    @needs("editor")
    def remove_pin() -> ResponseReturnValue:
        """Remove a pin, unless it was changed unread meanwhile: then show it."""
        name = typed("name")
        try:
            pin = desk.pins.remove(name, request.form.get("seen"))
        except PinError as error:
            if not _is_of_change(error):
                raise
            now = Draft.of_pin(desk.pins.named(name))
            return _shown(desk, now, note="desk.pin.unread"), HTTPStatus.CONFLICT
        desk.store.note(g.desk.who, "unpin", f"{pin.name} {' | '.join(pin.queries)}")
        return back("desk.pins", "unpin")
