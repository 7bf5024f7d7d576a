"""Answers that stay as long as what they are made of: a client that has one is told that it is still good."""

from collections.abc import Callable
from hashlib import sha256

from flask import Response, request

__all__ = ["lasting"]


def lasting(edition: str, make: Callable[[], tuple[Response, bool]]) -> Response:
    """The answer 304 where the client's copy is of this edition and this address; else one with its tag.

    Args:
        edition: of the engine that answers.
        make: gives the answer, and whether it is whole: what time cut short may be whole the next time, and
            has no tag.
    """
    tag = sha256(f"{edition}\n{request.full_path}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
    if request.if_none_match.contains_weak(tag):
        same = Response(status=304)
        same.set_etag(tag, weak=True)
        return same
    answer, whole = make()
    if whole:
        answer.set_etag(tag, weak=True)  # weak, since it also says how long the search took
        answer.headers["Cache-Control"] = "no-cache"
    return answer
