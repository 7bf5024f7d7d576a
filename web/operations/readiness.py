"""Whether the server should be sent requests now: ``/readyz``, for a proxy or a rolling upgrade."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TypeAlias

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from onneshon.search import OnneshonError
from onneshon.web.live import LiveEngine
from onneshon.web.middleware.faults import problem

__all__ = ["Check", "expose_readiness", "index_check"]

Check: TypeAlias = Callable[[], str]
"""Says what is wrong, in a sentence; nothing when all is well."""


def index_check(live: LiveEngine) -> Check:
    """That there is an index, and that none of its files is known to be damaged."""

    def check() -> str:
        try:
            health = live.current().health
        except OnneshonError:
            return "There is no index that can be opened."
        return "A file of the index is damaged; see /healthz." if health.damage else ""

    return check


def expose_readiness(app: Flask, checks: Mapping[str, Check]) -> None:
    """Answer at ``/readyz``: 200 when all checks are well, else 503 with what is not.

    Args:
        app: the application.
        checks: by what they look at.
    """

    @app.get("/readyz")
    def ready() -> ResponseReturnValue:
        said = {name: check() for name, check in checks.items()}
        faults = {name: text for name, text in said.items() if text}
        headers = {"Cache-Control": "no-store"}
        if not faults:
            return jsonify(ok=True, checks=dict.fromkeys(said, "ok")), HTTPStatus.OK, headers
        states = {name: text or "ok" for name, text in said.items()}
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return problem(status, " ".join(faults.values()), checks=states), status, headers
