"""Which client sent a request, and whether it may do what it asks for."""

import base64
import binascii
from typing import Final

from flask import Flask, Response, g, request

from onneshon.web.access.keys import Client, KeyFile, Scope
from onneshon.web.access.rate_limit import RateLimit
from onneshon.web.middleware.faults import AccessError

__all__ = ["Guard", "key_of"]

_OPEN: Final = frozenset({"/healthz", "/readyz"})
"""What answers without a key also where all else is private: it says nothing of articles to strangers."""

_WANTED: Final = "A key is needed: Authorization: Bearer KEY."


def key_of(authorization: str, *, basic: bool = False) -> str:
    """The key in an Authorization header; empty if there is none.

    Args:
        authorization: the header: ``Bearer KEY`` (RFC 6750).
        basic: take ``Basic``, with any name and the key as password, as well. Browsers ask for that and then
            send it with whatever a page makes them send, so that it is of use for reading alone.
    """
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if basic and scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


class Guard:
    """Lets requests through by their keys.

    Args:
        keys: of clients.
        limit: how often each may write.
    """

    def __init__(self, keys: KeyFile, limit: RateLimit) -> None:
        self._keys = keys
        self._limit = limit

    def may_write(self, authorization: str) -> bool:
        """Whether that header has a key to write with; asked before the body of a request is read."""
        client = self._keys.client(key_of(authorization))
        return client is not None and "write" in client.scopes

    def admit_writing(self) -> None:
        """Let the request through if its client may write now; ``g.client`` is its name then.

        Raises:
            AccessError: it may not.
        """
        client = self._admit("write", basic=False)
        if seconds := self._limit.wait(client):
            raise AccessError(429, f"Too many requests; ask again in {seconds} s.", seconds=seconds)

    def _admit(self, scope: Scope, *, basic: bool) -> str:
        client = self._client(basic=basic)
        if client is None:
            challenge = 'Basic realm="Onneshon", charset="UTF-8"' if basic else 'Bearer realm="Onneshon"'
            reason = "The key is not known." if _key(basic=basic) else _WANTED
            raise AccessError(401, reason, challenge=challenge)
        g.client = client.name
        if scope not in client.scopes:
            raise AccessError(403, f"The key of {client.name} is not for {scope}.")
        return client.name

    def _client(self, *, basic: bool) -> Client | None:
        """Who sent the request that is being answered; None where it has no key that is known."""
        key = _key(basic=basic)
        return self._keys.client(key) if key else None

    def close(self, app: Flask) -> None:
        """Have ``app`` answer nobody without a key to search with, or to write with for what writes.

        What watches the server needs none for what it asks; ``g.stranger`` says then that it had none. No
        answer is kept by what stands between, which would give it to others.
        """

        @app.before_request
        def demand_key() -> None:
            writing = bool(request.blueprint == "publishing")
            if request.path in _OPEN:
                g.stranger = self._client(basic=True) is None
            elif request.endpoint != "static" and not writing:
                self._admit("search", basic=True)

        @app.after_request
        def keep_private(response: Response) -> Response:
            if request.endpoint != "static" and not response.cache_control.no_store:
                response.headers.setdefault("Cache-Control", "no-cache")
                response.cache_control.public = False
                response.cache_control.private = True
            return response


def _key(*, basic: bool) -> str:
    """The key of the request that is being answered; empty if it has none."""
    return key_of(request.headers.get("Authorization", ""), basic=basic)
