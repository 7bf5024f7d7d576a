"""Several tenants in one index: each document has the name of its slice in its id and in a field.

``news.ittefaq-000003`` is an alias that shows what has ``ittefaq-000003`` in field ``slice``, and nothing
else: every search, count, scan and deletion by a query that names it is of that slice, whatever it asks. Only
what reads and writes by ``_id`` passes over the filter of an alias; there the id begins with that name.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

FIELD: Final = "slice"

_SHARED: Final = re.compile(r"[^.]+\.(?P<slice>.+-\d+?)(?:-files)?")
"""What documents of a tenant are asked by; no other index has a dot in its name."""


def slice_of(index: str) -> str:
    """The slice that an alias shows; empty where an index has no other tenants."""
    found = _SHARED.fullmatch(index)
    return found["slice"] if found else ""


def shown_by(index: str, live: str, about: Mapping[str, Any]) -> str:
    """The name of the generation that an alias shows: an index, or the alias of one slice of it.

    Args:
        index: that the alias stands for.
        live: name of the alias.
        about: what the cluster says of the aliases of the index.
    """
    if "." not in live:
        return index
    root, _ = live.split(".")
    return f"{root}.{about['aliases'][live]['filter']['term'][FIELD]['value']}"


def only(index: str) -> dict[str, Any]:
    """What shows the documents of the slice of an alias."""
    return {"term": {FIELD: {"value": slice_of(index)}}}


def id_in(index: str, name: str) -> str:
    """The ``_id`` of a document in an index."""
    return f"{found}/{name}" if (found := slice_of(index)) else name


def name_in(index: str, document_id: str) -> str:
    """What the document of an ``_id`` is called."""
    return document_id.removeprefix(id_in(index, ""))


def marked(index: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document as it is written to an index."""
    return {**document, FIELD: found} if (found := slice_of(index)) else document
