"""The passages of a text that show best why it matches.

A passage is a stretch of the stored text, cut at the end of a sentence or between words, never inside a
cluster.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from index.analysis.clusters import widen
from search.results.highlight import Occurrence
from search.results.values import Match, Snippet

__all__ = ["WIDTH", "snippet"]

WIDTH = 360
"""Code points of all passages together, about 200 clusters of Bengali."""

PASSAGES = 3
"""Passages that one snippet may be made of."""

COST_OF_A_CUT = 0.12
"""A further passage must show so much more of the query, as a share of what can be shown."""

REPEAT = 0.05
"""What a word counts that a passage shows again."""

NEIGHBOURS = 0.3
"""What two words of the query that stand together count, as a share of the lesser's weight."""

MOST_OF_A_WEIGHT = 1 + NEIGHBOURS + 1e-6
"""What a word can count at most, as a multiple of its weight, and a little for rounding."""

LITTLE = 0.1
"""Words worth less than this share of the most telling one do not decide which passage is shown."""

MOST_FOUND = 1_000
"""Later occurrences in a very long text are not weighed."""

ELLIPSIS = "…"
SENTENCE_END = "।॥?!\n"

_SENTENCE = re.compile(rf"[{SENTENCE_END}][”’\"')]*\s*")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Window:
    """Occurrences ``first`` to ``last``, both included, and what showing them is worth."""

    first: int
    last: int
    worth: float


def snippet(text: str, found: Sequence[Occurrence], weights: Sequence[float], width: int = WIDTH) -> Snippet:
    """The best passages of a text with their marks; its beginning where nothing is found.

    Args:
        text: as stored.
        found: where the words of the query are in it, in order.
        weights: what showing each word of the query is worth.
        width: code points of all passages together.
    """
    spans = [_around(text, 0, 0, width)]
    if found:
        telling = _telling(found, weights)
        windows = _best_windows(telling, weights, width)
        share = width // len(windows)
        spans = _merged(
            [_around(text, telling[one.first].start, telling[one.last].end, share) for one in windows]
        )
    return _assembled(text, spans, found)


def _telling(found: Sequence[Occurrence], weights: Sequence[float]) -> Sequence[Occurrence]:
    """The occurrences that decide what is shown: not those of words that are nearly everywhere."""
    least = max(weights[one.word] for one in found) * LITTLE
    return [one for one in found if weights[one.word] >= least][:MOST_FOUND]


def _best_windows(found: Sequence[Occurrence], weights: Sequence[float], width: int) -> list[_Window]:
    """As few windows as show nearly all that any number of them can."""
    possible = sum(weights[word] for word in {one.word for one in found}) or 1.0
    best, best_worth = [_Window(0, 0, 0.0)], float("-inf")
    for number in range(1, PASSAGES + 1):
        windows, shown = _greedy(found, weights, width // number, number)
        worth = shown / possible - COST_OF_A_CUT * (len(windows) - 1)
        if worth > best_worth:
            best, best_worth = windows, worth
        if shown >= possible or len(windows) < number:
            break
    return best


def _greedy(
    found: Sequence[Occurrence], weights: Sequence[float], width: int, number: int
) -> tuple[list[_Window], float]:
    """Windows chosen one by one, each for what it adds; and the weight of the words they show."""
    shown: set[int] = set()
    windows: list[_Window] = []
    for _ in range(number):
        window = _widest_worth(found, weights, width, shown)
        words = {one.word for one in found[window.first : window.last + 1]}
        if windows and words <= shown:
            break
        windows.append(window)
        shown |= words
    return sorted(windows, key=lambda one: one.first), sum(weights[word] for word in shown)


def _widest_worth(
    found: Sequence[Occurrence], weights: Sequence[float], width: int, shown: set[int]
) -> _Window:
    best = _Window(0, 0, float("-inf"))
    last = 0
    before = [*accumulate((weights[one.word] for one in found), initial=0.0)]
    for first, opening in enumerate(found):
        last = max(last, first)
        while last + 1 < len(found) and found[last + 1].end - opening.start <= width:
            last += 1
        if first and last == best.last:
            continue  # a part of the window before
        if (before[last + 1] - before[first]) * MOST_OF_A_WEIGHT < best.worth:
            continue
        worth = _worth(found[first : last + 1], weights, shown)
        if worth > best.worth:
            best = _Window(first, last, worth)
    return best


def _worth(part: Sequence[Occurrence], weights: Sequence[float], shown: set[int]) -> float:
    seen = set(shown)
    total = 0.0
    previous: Occurrence | None = None
    for one in part:
        weight = weights[one.word]
        total += weight * (REPEAT if one.word in seen else 1.0)
        if previous and previous.word != one.word and one.start - previous.end <= 1:
            total += NEIGHBOURS * min(weight, weights[previous.word])
        seen.add(one.word)
        previous = one
    return total


def _around(text: str, start: int, end: int, width: int) -> tuple[int, int]:
    """A passage of about ``width`` code points that holds ``text[start:end]``."""
    if len(text) <= width:
        return 0, len(text)
    opening = _opening(text, start, end, width)
    closing = _closing(text, opening, end, width)
    if closing == len(text):
        opening = min(opening, _forward(text, closing - width, opening))
    while opening < closing and text[opening].isspace():
        opening += 1
    while opening < closing and text[closing - 1].isspace():
        closing -= 1
    return widen(text, opening, closing)


def _opening(text: str, start: int, end: int, width: int) -> int:
    """Where the sentence begins, if there is room for it; else between two words not far before ``start``."""
    earliest = max(0, end - width)
    begins = max(text.rfind(mark, 0, start) for mark in SENTENCE_END)
    if begins + 1 >= earliest:
        sentence = _SENTENCE.match(text, begins) if begins >= 0 else None
        return min(sentence.end(), start) if sentence else 0
    return _forward(text, max(0, start - max(0, width - (end - start)) // 3), start)


def _forward(text: str, place: int, limit: int) -> int:
    """The first beginning of a word from ``place`` to ``limit``."""
    if place <= 0:
        return 0
    space = _SPACE.search(text, place - 1, limit)
    return space.end() if space else place if limit - place > 1 else limit


def _closing(text: str, opening: int, end: int, width: int) -> int:
    """The end of the last sentence that fits, if it is not too short; else between two words."""
    latest = max(end, opening + width)
    if latest >= len(text):
        return len(text)
    least = max(end, opening + width * 2 // 3)
    closes = max(text.rfind(mark, least, latest) for mark in SENTENCE_END)
    if closes >= 0:
        return closes + 1
    space = max(text.rfind(mark, end, latest + 1) for mark in " \n\t")
    return space if space > end else latest


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged = [spans[0]]
    for start, end in spans[1:]:
        if start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _assembled(text: str, spans: Sequence[tuple[int, int]], found: Sequence[Occurrence]) -> Snippet:
    shown = ""
    marks: list[Match] = []
    for start, end in spans:
        shown += _before(text, start, first=not shown)
        shift = len(shown) - start
        marks += [
            Match(one.start + shift, one.end + shift, one.layer)
            for one in found
            if start <= one.start and one.end <= end
        ]
        shown += text[start:end]
    last = spans[-1][1]
    whole = last == len(text) or shown.endswith(tuple(SENTENCE_END))
    return Snippet(shown if whole else f"{shown}{ELLIPSIS}", tuple(marks))


def _before(text: str, start: int, *, first: bool) -> str:
    if not first:
        return f" {ELLIPSIS} "
    begun = text[:start].rstrip()[-1:] if start else ""
    return "" if not begun or begun in SENTENCE_END or text[start - 1] == "\n" else f"{ELLIPSIS} "
