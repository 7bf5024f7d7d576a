"""Who may ask over HTTP: whoever comes under a name of this server and, where there are keys, has one."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from onneshon.search import OnneshonError
from onneshon.web.access.guard import admitted
from onneshon.web.access.keys import KeyFile
from onneshon.web.middleware.faults import AccessError, HostError, problem_of
from onneshon.web.middleware.hosts import Hosts


class Access:
    """An application that refuses as ``onneshon serve`` does, in the same words and by the same keys.

    Args:
        app: what answers whoever may ask.
        hosts: names of this server; a page of another site, which says so in ``Origin``, may not ask either.
        keys: of clients, of which those with the scope ``search`` may ask; None where everybody may.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts, keys: KeyFile | None = None) -> None:
        self._app = app
        self._hosts = hosts
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        answer: ASGIApp = self._app
        if scope["type"] == "http":
            try:
                self._admit(Headers(scope=scope))
            except OnneshonError as error:
                answer = _refusal(error)
        await answer(scope, receive, send)

    def _admit(self, headers: Headers) -> None:
        if not self._hosts.allow(host := headers.get("host", "")):
            raise HostError(host)
        origin = headers.get("origin")
        if origin is not None and not self._hosts.allow(urlsplit(origin).netloc):
            raise AccessError(403, f"Pages of {origin[:100]!r} may not ask this server.")
        if self._keys is not None:
            admitted(self._keys, headers.get("authorization", ""), "search")


def _refusal(error: OnneshonError) -> JSONResponse:
    details = problem_of(error)
    challenge = error.challenge if isinstance(error, AccessError) else ""
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    return JSONResponse(
        details, details["status"], headers | {"Cache-Control": "no-store"}, "application/problem+json"
    )
