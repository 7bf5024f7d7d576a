"""Answers that stay as long as their generation: a client that has one is told that it is still good."""

from hashlib import sha256

from flask import Response, request

__all__ = ["stamp", "unchanged"]


def _tag(generation: str) -> str:
    return sha256(f"{generation}\n{request.full_path}".encode("utf-8", "surrogatepass")).hexdigest()[:20]


def unchanged(generation: str) -> Response | None:
    """The answer 304 where the client's copy is of this generation and this address; else None."""
    tag = _tag(generation)
    if not request.if_none_match.contains_weak(tag):
        return None
    answer = Response(status=304)
    answer.set_etag(tag, weak=True)
    return answer


def stamp(answer: Response, generation: str) -> Response:
    """Give an answer its tag; weak, since it also says how long the search took."""
    answer.set_etag(_tag(generation), weak=True)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
