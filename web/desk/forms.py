"""What an editor typed into a form, and where to go once it is done."""

from http import HTTPStatus
from typing import Any, Final

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from onneshon.search import QueryError

_MAX_TEXT: Final = 2_000
"""Characters of what is typed into one line of a form."""


def typed(name: str) -> str:
    """A line of a form or of the address.

    Raises:
        QueryError: it is longer than a line.
    """
    text = request.values.get(name, "").strip()
    if len(text) > _MAX_TEXT:
        raise QueryError(f"{name} may have {_MAX_TEXT:,} characters", kind="parameter", parameter=name)
    return text


def lines(name: str) -> tuple[str, ...]:
    """What stands in the fields of a name, one a line."""
    every = (line.strip() for text in request.values.getlist(name) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in every if line))


def number(name: str, otherwise: int, most: int) -> int:
    """A whole number from 1 on, of a form or of the address; what is none is another one."""
    text = request.values.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return otherwise
    return min(max(int(text), 1), most)


def back(endpoint: str, done: str, **values: Any) -> ResponseReturnValue:
    """To a page that says that it is done."""
    return redirect(url_for(endpoint, done=done, _anchor="content", **values), HTTPStatus.SEE_OTHER)
