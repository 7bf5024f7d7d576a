"""Sessions at the desk, begun with a key, and what the role of each session may do.

A signed cookie names the session; browsers send it to the desk only, from pages of this site only, and no
script can read it. Each form has a token of the session (OWASP, Cross-Site Request Forgery Prevention).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.http import parse_cookie

from onneshon.web.access.guard import RateLimit
from onneshon.web.access.keys import Client, KeyFile
from onneshon.web.desk.store import DeskStore
from onneshon.web.middleware.faults import AccessError

Role: TypeAlias = Literal["reader", "editor", "admin"]

ROLES: Final[tuple[Role, ...]] = ("reader", "editor", "admin")
"""``reader`` sees, ``editor`` decides, ``admin`` imports and sees the log; each includes the roles before."""

COOKIE: Final = "onneshon_desk"

SECONDS: Final = 10 * 3600
"""Duration of a session: a day of work."""

_KEPT_SECONDS: Final = 7 * 24 * 3600
"""Time that a browser keeps the cookie: after the session what was typed is still read and shown again."""

_TYPED: Final = {
    **{name: f"desk.field.{name}" for name in ("title", "body", "date", "category", "author", "url")},
    "queries": "desk.pin.queries",
    "line": "desk.synonym.line",
}
"""Form fields that people type into, with the keys of their labels."""

_OPEN: Final = frozenset({"desk.sign_in", "desk.style", "desk.script"})


@dataclass(frozen=True, slots=True)
class Session:
    """An open session.

    Attributes:
        who: the name of the client.
        role: the highest role of the client's key.
        name: the name of the session.
        token: the token that forms of the session send along.
    """

    who: str
    role: Role
    name: str
    token: str

    def may(self, role: Role) -> bool:
        """Whether the session has a role or a higher one."""
        return ROLES.index(self.role) >= ROLES.index(role)


def _role(client: Client) -> Role | None:
    return next((role for role in reversed(ROLES) if role in client.scopes), None)


class Sessions:
    """Opens and ends sessions, and admits requests by them.

    Args:
        keys: the keys of clients.
        store: the database of the desk.
        limit: how often a network address may try to sign in.
    """

    def __init__(self, keys: KeyFile, store: DeskStore, limit: RateLimit) -> None:
        self._keys = keys
        self._store = store
        self._limit = limit
        self._secret = b""

    def _key(self) -> bytes:
        self._secret = self._secret or self._store.secret()
        return self._secret

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._key(), salt="onneshon desk", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def begin(self, key: str) -> str:
        """Begin a session and return its cookie.

        Raises:
            AccessError: the key is not for the desk, or too many keys were tried.
        """
        self._limit.admit(request.remote_addr or "")
        client = self._keys.client(key.strip())
        if client is None or _role(client) is None:
            self._store.note("", "refused")
            raise AccessError(403, "This key is not for the desk.")
        self._store.note(client.name, "sign in")
        return self._serializer().dumps([client.name, client.digest[:16], secrets.token_hex()])

    def of(self, cookie: str) -> Session | None:
        """The session of a cookie; None where that is invalid, expired, of a removed key, or signed out."""
        session = self._begun(cookie, SECONDS)
        if session is None or not session.name or self._store.is_signed_out(session.name):
            return None
        return session

    def _begun(self, cookie: str, seconds: int) -> Session | None:
        """The session of a cookie if it began within the last ``seconds``, even if it was signed out."""
        if not cookie:
            return None
        try:
            name, digest, session = self._serializer().loads(cookie, max_age=seconds)
        except (BadData, ValueError, TypeError):
            return None
        known = next((client for client in self._keys.clients() if client.name == name), None)
        role = _role(known) if known else None
        if known is None or role is None or not hmac.compare_digest(known.digest[:16], digest):
            return None
        token = hmac.new(self._key(), f"form {session}".encode(), hashlib.sha256).hexdigest()
        return Session(name, role, session, token)

    def admit(self) -> ResponseReturnValue | None:
        """Admit the current request with its session in ``g.desk``; without one, redirect to sign in.

        A form of a session that is over, or of an earlier one, changes nothing; typed text is shown again.

        Raises:
            AccessError: the request comes from another site, or lacks the token of its session.
        """
        if not any(_role(client) for client in self._keys.clients()):
            abort(404)
        if request.method not in {"GET", "HEAD"} and not _is_ours():
            raise AccessError(403, "This form was sent by another site.")
        cookie = request.cookies.get(COOKIE, "")
        g.desk = session = self.of(cookie)
        if session or self._begun(cookie, _KEPT_SECONDS):
            request.max_form_memory_size = request.max_content_length  # Flask takes no article of 500 kB
        if request.endpoint in _OPEN:
            return None
        if session is None:
            return _given_back() or redirect(url_for("desk.sign_in"), 303)
        g.client = session.who
        if request.method not in {"GET", "HEAD"}:
            sent = request.form.get("token", "")
            if not hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), session.token.encode()):
                if unsent := _given_back():
                    return unsent
                raise AccessError(403, "The form is no longer good: go back, and send it again.")
        return None

    def admits(self, method: str, path: str, cookie: str) -> bool:
        """Whether a request, before its body is read, may send a long body: it has a session, or had one."""
        if method != "POST" or not path.startswith("/desk/"):
            return False
        session = self._begun(parse_cookie(cookie).get(COOKIE, ""), _KEPT_SECONDS)
        return session is not None and session.may("editor")

    def end(self) -> str:
        """End the session of the current request; return a cookie that only has long forms given back."""
        session: Session = g.desk
        self._store.sign_out(session.name)
        self._store.note(session.who, "sign out")
        name, digest, _ = self._serializer().loads(request.cookies[COOKIE])
        return self._serializer().dumps([name, digest, ""])

    @staticmethod
    def redirect_with(cookie: str, address: str) -> ResponseReturnValue:
        """A redirect that sets the cookie of the session."""
        response = redirect(address, HTTPStatus.SEE_OTHER)
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=_KEPT_SECONDS,
            path=url_for("desk.overview", lang=None),
            httponly=True,
            samesite="Strict",
            secure=request.is_secure,
        )
        return response


def _given_back() -> ResponseReturnValue | None:
    """A page with the typed text to copy, as browsers do not keep it; None where nothing was typed."""
    typed = {name: label for name, label in _TYPED.items() if request.form.get(name)}
    return (render_template("desk/unsent.html", typed=typed), HTTPStatus.FORBIDDEN) if typed else None


def _is_ours() -> bool:
    """Whether a form comes from a page of this server, as far as the browser reports it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc.lower() == request.host.lower()


View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def needs(role: Role) -> Callable[[View], View]:
    """Decorate a view so that it answers only sessions of a role or a higher one.

    Raises:
        AccessError: raised by the view, if the session has a lower role.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def answer(*args: Any, **values: Any) -> ResponseReturnValue:
            if not g.desk.may(role):
                raise AccessError(403, f"This is for {role}s; the key of {g.desk.who} is not for that.")
            return view(*args, **values)

        return answer  # type: ignore[return-value]  # it takes and gives the same

    return decorated
