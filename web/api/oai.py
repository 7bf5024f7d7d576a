"""OAI-PMH 2.0: lets libraries and other collections harvest all articles, or those changed since a time.

Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from onneshon.index.analysis.control_characters import xml_text
from onneshon.search.interface import DatedEngine
from onneshon.search.retrieval.changes import LAST_SECOND, Change
from onneshon.web.current import engine, site

AT_ONCE: Final = 100
"""Maximum records of an answer; a resumption token leads to the next."""

_DUBLIN_CORE: Final = "oai_dc"

_LIST: Final = frozenset({"metadataPrefix", "from", "until", "set", "resumptionToken"})
_ARGUMENTS: Final[dict[str, frozenset[str]]] = {
    "Identify": frozenset(),
    "ListMetadataFormats": frozenset({"identifier"}),
    "ListSets": frozenset({"resumptionToken"}),
    "GetRecord": frozenset({"identifier", "metadataPrefix"}),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}
_TOKEN: Final = re.compile(r"([0-9]{1,10}):([0-9]{1,10}):([0-9a-f]{1,16}):([0-9]{1,10}):([\w.~-]*)", re.ASCII)
_NAME: Final = r"[A-Za-z0-9_.!~*'()-]+"
_FORMS: Final = {
    "metadataPrefix": re.compile(_NAME),
    "set": re.compile(f"{_NAME}(?::{_NAME})*"),
    "identifier": re.compile(
        r"(?:[A-Za-z][A-Za-z0-9+.:-]*:)?(?:[A-Za-z0-9._~!$&'()*+,;=@/?-]|%[0-9A-Fa-f]{2})+"
    ),
}
"""Formats of arguments, as in the schema: an argument repeated in an answer must be valid."""

_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?", re.ASCII)

oai = Blueprint("oai", __name__)


class _RefusedError(Exception):
    """An invalid request, with the error code of the protocol."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Span:
    """The range of records in a list, and the place from which it continues.

    Attributes:
        since: the first second.
        until: the last second.
        chosen: the name of a set; empty for all.
        place: the place of a change after which the list continues; None for its beginning.
        passed: the number of records before that place.
    """

    since: int = 0
    until: int = LAST_SECOND
    chosen: str = ""
    place: tuple[int, int] | None = None
    passed: int = 0

    def token(self, last: Change, count: int) -> str:
        """The resumption token for the records after a change, the last of ``count`` in an answer."""
        when, number = last.place
        return f"{self.until}:{when}:{number:x}:{self.passed + count}:{self.chosen}"


@oai.route("/oai", methods=["GET", "POST"])
def harvest() -> Response:
    """Answer a harvester, if the site has named an address for harvesting."""
    ask = engine()
    if not site().oai or not isinstance(ask, DatedEngine):
        abort(404)
    try:
        arguments, values = _answered(ask)
    except _RefusedError as error:
        arguments = {} if error.code in {"badVerb", "badArgument"} else _given()
        values = {"code": error.code, "reason": str(error)}
    now = int(current_app.extensions["onneshon_clock"]().timestamp())
    page = render_template(
        "oai.xml", now=_moment(now), dated=lambda seconds: _moment(min(seconds, now)),
        base=url_for(".harvest", _external=True), identifier=_identifier, set_of=_set_of,
        arguments=arguments, **values,
    )  # fmt: skip
    return Response(xml_text(page), mimetype="text/xml")


def _given() -> dict[str, str]:
    """The arguments of the request; raises _RefusedError where one is repeated."""
    values = request.form if request.method == "POST" else request.args
    if any(len(several) > 1 for _, several in values.lists()):
        raise _RefusedError("badArgument", "an argument comes twice")
    return values.to_dict()


def _answered(ask: DatedEngine) -> tuple[dict[str, str], dict[str, Any]]:
    """The arguments of the request, which the answer repeats, and the values for the template, by name."""
    given = _given()
    verb = given.get("verb", "")
    if verb not in _ARGUMENTS:
        raise _RefusedError("badVerb", f"verb must be one of {', '.join(_ARGUMENTS)}")
    _check(verb, given)
    match verb:
        case "Identify":
            values: dict[str, Any] = {"first": ask.first_change}
        case "ListMetadataFormats":
            values = {"record": _record(ask, given["identifier"])} if "identifier" in given else {}
        case "ListSets":
            if "resumptionToken" in given:  # no such token is ever given: all sets come at once
                raise _bad_token()
            values = {"sets": _sets(ask)}
        case "GetRecord":
            values = {"changes": [_record(ask, given["identifier"])]}
        case _:
            values = _listed(ask, given)
    return given, {"verb": verb, **values}


def _check(verb: str, given: Mapping[str, str]) -> None:
    known = _ARGUMENTS[verb]
    if unknown := given.keys() - known - {"verb"}:
        raise _RefusedError("badArgument", f"{verb} has no argument {min(unknown)}")
    for name, form in _FORMS.items():
        if name in given and not form.fullmatch(given[name]):
            raise _RefusedError("badArgument", f"{name} has a sign that it cannot have")
    if "resumptionToken" in given:
        if len(given) > 2:  # noqa: PLR2004  # with the verb
            raise _RefusedError("badArgument", "resumptionToken comes alone")
        return
    required = known & {"metadataPrefix", *({"identifier"} if verb == "GetRecord" else ())}
    if missing := required - given.keys():
        raise _RefusedError("badArgument", f"{verb} needs {min(missing)}")
    if given.get("metadataPrefix", _DUBLIN_CORE) != _DUBLIN_CORE:
        raise _RefusedError("cannotDisseminateFormat", f"metadataPrefix must be {_DUBLIN_CORE}")


def _listed(ask: DatedEngine, given: Mapping[str, str]) -> dict[str, Any]:
    """The records of a list; raises _RefusedError where there are none."""
    span = _resumed(given["resumptionToken"]) if "resumptionToken" in given else _span(given)
    if span.chosen:
        _sets(ask)
    found = ask.changes(
        span.since, span.until, after=span.place, category=_category(span.chosen), limit=AT_ONCE
    )
    if not found.changes:
        raise _RefusedError("noRecordsMatch", "nothing changed in that time")
    more = found.left > len(found.changes)
    return {
        "changes": found.changes,
        "token": span.token(found.changes[-1], len(found.changes)) if more else "",
        "passed": span.passed,
        "total": span.passed + found.left,
    }


def _bad_token() -> _RefusedError:
    return _RefusedError("badResumptionToken", "begin again without a token")


def _resumed(token: str) -> _Span:
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise _bad_token()
    until, when, passed = (int(parts[at]) for at in (1, 2, 4))
    if max(until, when) > LAST_SECOND:
        raise _bad_token()
    return _Span(0, until, parts[5], (when, int(parts[3], 16)), passed)


def _span(given: Mapping[str, str]) -> _Span:
    since, until = given.get("from"), given.get("until")
    if since and until and len(since) != len(until):
        raise _RefusedError("badArgument", "from and until must be as precise as each other")
    first = _seconds(since, 0) if since is not None else 0
    last = _seconds(until, 86_399) if until is not None else LAST_SECOND
    if since and until and first > last:
        raise _RefusedError("badArgument", "until is before from")
    return _Span(max(first, 0), min(max(last, 0), LAST_SECOND), given.get("set", ""))


def _seconds(text: str, of_day: int) -> int:
    """A day, or a time in the format of ``_moment``, as Unix seconds; ``of_day`` is added to a day."""
    try:
        found = dt.datetime.fromisoformat(text if _TIME.fullmatch(text) else "")
    except ValueError:
        raise _RefusedError("badArgument", "a time is as 2026-11-29 or 2026-11-29T06:30:00Z") from None
    seconds = int(found.replace(tzinfo=dt.UTC).timestamp())
    return seconds if found.tzinfo else seconds + of_day


def _moment(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sets(ask: DatedEngine) -> list[str]:
    """The categories of the site; raises _RefusedError where it has none."""
    if not (sections := ask.values("category")):
        raise _RefusedError("noSetHierarchy", "articles have no sections here")
    return sections


def _set_of(category: str) -> str:
    """The set name of a category, encoded in the few characters that set names may have."""
    return quote(category, safe="").replace("~", "%7E").replace("%", "~")


def _category(name: str) -> str | None:
    return unquote(name.replace("~", "%")) if name else None


def _prefix() -> str:
    return f"oai:{urlsplit(request.url_root).hostname}:"


def _identifier(article_id: str) -> str:
    return _prefix() + quote(article_id, safe="")


def _record(ask: DatedEngine, identifier: str) -> Change:
    prefix = _prefix()
    found = ask.change(unquote(identifier.removeprefix(prefix))) if identifier.startswith(prefix) else None
    if found is None:
        raise _RefusedError("idDoesNotExist", "no article has that identifier")
    return found
