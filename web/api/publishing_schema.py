"""Requests that change the index, and their answers, as types; only where the server has keys."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from onneshon.web.api.request_schema import Value
from onneshon.web.api.schema import Ok

__all__ = [
    "MAX_WAIT",
    "ArticleBody",
    "NamedPublishParameters",
    "Publication",
    "PublishParameters",
    "Queue",
]

MAX_WAIT: Final = 30
"""Seconds for which a request may wait to be told the generation."""


class PublishParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How long to wait for the answer."""

    wait: Annotated[
        float,
        Meta(ge=0, le=MAX_WAIT, description="Seconds to wait until all is visible; 0: the position at once."),
    ] = 10


class NamedPublishParameters(PublishParameters, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same for an article whose id no path can hold."""

    id: Annotated[Value, Meta(description="The article's id.")]


class ArticleBody(Struct, frozen=True):
    """An article as a corpus has it: with a title, a body, or both. Names of other fields are told."""

    id: str | int | None = None
    title: str | None = None
    body: str | None = None
    date: str | None = None
    category: str | None = None
    url: str | None = None
    author: str | None = None
    lang: str | None = None


class Publication(Struct, frozen=True, forbid_unknown_fields=True):
    """What was queued; `generation` is null until all of it is visible."""

    ok: Ok
    position: int
    visible: bool
    generation: str | None
    articles: int | None = None
    unused: Annotated[
        list[str] | None, Meta(description="Names of fields that nothing was made of, if there are any.")
    ] = None


class Queue(Struct, frozen=True, forbid_unknown_fields=True):
    """How the queue is."""

    ok: Ok
    position: int
    published: int
    waiting_bytes: int
    waiting_since: str | None
    generation: str | None
    refused: int
