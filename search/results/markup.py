"""From a text and its marks to HTML: the only place that makes markup of them, and so that escapes it."""

from collections.abc import Iterable
from html import escape

from index.analysis.control_characters import visible

__all__ = ["html_of"]


def html_of(pieces: Iterable[tuple[str, str | None]], first: str | None = None) -> str:
    """The pieces of a text in their order, as HTML.

    Args:
        pieces: of the text; each with the class of its mark, None where it has none.
        first: the id of the first mark; None where nobody links to it.
    """
    html = []
    for text, kind in pieces:
        if not text:
            continue
        safe = escape(visible(text, isolated=True))
        if kind is not None:
            identity = "" if first is None else f' id="{escape(first)}"'
            safe, first = f'<mark class="{escape(kind)}"{identity}>{safe}</mark>', None
        html.append(safe)
    return "".join(html)
