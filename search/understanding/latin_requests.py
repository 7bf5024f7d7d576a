"""English words of a query that ask for articles and say nothing of their subject: *tell me about*.

They say nothing of its language either: who begins so goes on in whatever words there are (*padma setu*).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from onneshon.search.understanding.latin_entries import english_function_words
from onneshon.search.understanding.latin_spans import LatinSpan

_POLITE: Final = (
    "(?:what|how|much|do|is|there|please|pls|kindly|can|could|will|would|you|i|we|am|want|wanna|need|like"
    "|looking|trying|to)"
)
_VERB: Final = "(?:tell|show|give|get|find|send|bring|know|knowing|learn|read|hear|search|teach|write|talk)"
_FILLER: Final = "(?:me|us|more|some|something|anything|everything|all|any|the|a|an|bit|little|latest|new)"
_NOUN: Final = "(?:information|info|informations|details?|facts?|data|news|articles?|things|stuff|notes?)"
_OPENING: Final = re.compile(
    f"(?:{_POLITE} )*(?:{_VERB}|(?:{_FILLER} )*{_NOUN}|looking)(?: {_FILLER})*(?: {_NOUN})?"
    " (?:about|on|regarding|concerning)"
)

TELLING: Final = frozenset(["about", "on", "regarding", "concerning", "located", "situated"])
"""A query without any of these words asks for nothing so."""

_MOST: Final = 12
"""Words of an opening."""

_PLACED: Final = frozenset(("located", "situated"))
"""What ends a question for a place."""


def without_requests(spans: Sequence[LatinSpan]) -> tuple[list[LatinSpan], list[LatinSpan], list[LatinSpan]]:
    """Words that ask before the subject of a query, the subject, and words that ask behind it.

    Args:
        spans: of the query, in order. Those that ask come back as words that are passed over.
    """
    first = _opening(spans)
    asks_where = len(spans) > first and spans[first].typed == "where"
    last = len(spans) - (asks_where and spans[-1].typed in _PLACED)
    if not _is_subject(spans[first:last]):
        return [], [*spans], []
    return _passed_over(spans[:first]), [*spans[first:last]], _passed_over(spans[last:])


def _opening(spans: Sequence[LatinSpan]) -> int:
    """How many words ask before the subject: the longest opening."""
    typed = [span.typed for span in spans[:_MOST]]
    lengths = range(len(typed), 1, -1)
    return next((length for length in lengths if _OPENING.fullmatch(" ".join(typed[:length]))), 0)


def _is_subject(spans: Sequence[LatinSpan]) -> bool:
    """Whether words say more than function words do."""
    return any(span.typed not in english_function_words() for span in spans)


def _passed_over(spans: Sequence[LatinSpan]) -> list[LatinSpan]:
    return [replace(span, candidates=(), dropped=True) for span in spans]
