"""From a text and its marks to HTML: the only place that makes markup of them, and so that escapes it."""

from collections.abc import Iterable
from html import escape

from onneshon.index.analysis.control_characters import visible


def html_of(pieces: Iterable[tuple[str, str | None]], ids: Iterable[str] = ()) -> str:
    """The pieces of a text in their order, as HTML.

    Args:
        pieces: of the text; each with the class of its mark, None where it has none.
        ids: of the marks, in their order; marks beyond them have none.
    """
    html, names = [], iter(ids)
    for text, kind in pieces:
        if not text:
            continue
        safe = escape(visible(text, isolated=True))
        if kind is not None:
            name = next(names, None)
            identity = "" if name is None else f' id="{escape(name)}"'
            safe = f'<mark class="{escape(kind)}"{identity}>{safe}</mark>'
        html.append(safe)
    return "".join(html)
