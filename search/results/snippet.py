"""The passages of a text that show best why it matches.

A passage is a span of the stored text, cut at the end of a sentence or between words, never inside a
cluster.
"""

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from onneshon.index.analysis.clusters import is_cluster_border
from onneshon.search.results.chunks import ClusterLengths
from onneshon.search.results.highlight import Occurrence
from onneshon.search.results.values import Match, Snippet

__all__ = ["WIDTH", "snippet"]

WIDTH = 190
"""Clusters of a snippet at most, ellipses included."""

ELLIPSIS = "…"
BEFORE, BETWEEN = f"{ELLIPSIS} ", f" {ELLIPSIS} "

PASSAGES = 2
"""Passages that one snippet may be made of."""

SIGNS = (len(BEFORE) + len(ELLIPSIS), len(BEFORE) + len(BETWEEN) + len(ELLIPSIS))
"""Clusters that ellipses may take in a snippet of one passage and of two."""

COST_OF_A_CUT = 0.12
"""A further passage must show so much more of the query, as a share of what can be shown."""

REPEAT = 0.05
"""What a word counts that a passage shows again."""

NEIGHBOURS = 0.3
"""What two words of the query that stand together count, as a share of the lesser's weight."""

MOST_OF_A_WEIGHT = 1 + NEIGHBOURS + 1e-6
"""What a word can count at most, as a multiple of its weight, and a little for rounding."""

LITTLE = 0.1
"""Words worth less than this share of the most informative one do not decide which passage is shown."""

MOST_FOUND = 1_000
"""Later occurrences in a very long text are not weighed."""

SENTENCE_END = "।॥?!\n"

_SENTENCE = re.compile(rf"[{SENTENCE_END}][”’\"')]*\s*")
_SPACE = re.compile(r"\s+")


class _Spot(NamedTuple):
    """A word of the query in the text; ``start`` and ``end`` are counted in clusters."""

    start: int
    end: int
    word: int
    found: Occurrence


class _Window(NamedTuple):
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
        width: clusters of the whole snippet, ellipses included, at most; 9 or more.
    """
    lengths = ClusterLengths(text)
    if lengths.total <= width:
        return _assembled(text, [(0, len(text))], found)
    if not found:
        return _assembled(text, [_around(text, lengths, 0, 0, width - SIGNS[0])], found)
    spots = _spots(lengths, _informative(found, weights))
    windows = _best_windows(spots, weights, width)
    share = (width - SIGNS[len(windows) - 1]) // len(windows)
    spans = [
        _around(
            text, lengths, spots[window.first].found.start, spots[_needed(spots, window)].found.end, share
        )
        for window in windows
    ]
    return _assembled(text, _merged(spans), found)


def _spots(lengths: ClusterLengths, found: Sequence[Occurrence]) -> list[_Spot]:
    return [
        _Spot(lengths.before(occurrence.start), lengths.before(occurrence.end), occurrence.word, occurrence)
        for occurrence in found
    ]


def _informative(found: Sequence[Occurrence], weights: Sequence[float]) -> Sequence[Occurrence]:
    """The occurrences that decide what is shown: not those of words that are nearly everywhere."""
    least = max(weights[occurrence.word] for occurrence in found) * LITTLE
    return [occurrence for occurrence in found if weights[occurrence.word] >= least][:MOST_FOUND]


def _best_windows(found: Sequence[_Spot], weights: Sequence[float], width: int) -> list[_Window]:
    """As few windows as show nearly all that any number of them can."""
    possible = sum(weights[word] for word in {occurrence.word for occurrence in found}) or 1.0
    best, best_worth = [_Window(0, 0, 0.0)], float("-inf")
    for number in range(1, PASSAGES + 1):
        share = (width - SIGNS[number - 1]) // number
        windows, shown = _greedy(found, weights, share, number)
        worth = shown / possible - COST_OF_A_CUT * (len(windows) - 1)
        if worth > best_worth:
            best, best_worth = windows, worth
        if shown >= possible or len(windows) < number:
            break
    return best


def _greedy(
    found: Sequence[_Spot], weights: Sequence[float], width: int, number: int
) -> tuple[list[_Window], float]:
    """Windows chosen one by one, each for what it adds; and the weight of the words they show."""
    shown: set[int] = set()
    windows: list[_Window] = []
    for _ in range(number):
        window = _widest_worth(found, weights, width, shown)
        words = {occurrence.word for occurrence in found[window.first : window.last + 1]}
        if windows and words <= shown:
            break
        windows.append(window)
        shown |= words
    return sorted(windows, key=lambda part: part.first), sum(weights[word] for word in shown)


def _widest_worth(found: Sequence[_Spot], weights: Sequence[float], width: int, shown: set[int]) -> _Window:
    best = _Window(0, 0, float("-inf"))
    last = 0
    before = [*accumulate((weights[occurrence.word] for occurrence in found), initial=0.0)]
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


def _needed(found: Sequence[_Spot], window: _Window) -> int:
    """The last occurrence of a window that shows a word for the first time; the rest may be cut off."""
    first = {found[at].word: at for at in range(window.last, window.first - 1, -1)}
    return max(first.values())


def _worth(part: Sequence[_Spot], weights: Sequence[float], shown: set[int]) -> float:
    seen = set(shown)
    total = 0.0
    previous: _Spot | None = None
    for spot in part:
        weight = weights[spot.word]
        total += weight * (REPEAT if spot.word in seen else 1.0)
        if previous and previous.word != spot.word and spot.start - previous.end <= 1:
            total += NEIGHBOURS * min(weight, weights[previous.word])
        seen.add(spot.word)
        previous = spot
    return total


def _around(text: str, lengths: ClusterLengths, start: int, end: int, width: int) -> tuple[int, int]:
    """A passage of at most ``width`` clusters: ``text[start:end]`` with what there is room for around it."""
    opening = _opening(text, lengths, start, end, width)
    closing = _closing(text, lengths, opening, end, width)
    if closing == len(text):
        opening = min(opening, _forward(text, lengths.earliest(closing, width), opening))
    while opening < closing and text[opening].isspace():
        opening += 1
    while opening < closing and text[closing - 1].isspace():
        closing -= 1
    return _narrowed(text, opening, closing)


def _narrowed(text: str, start: int, end: int) -> tuple[int, int]:
    """The largest range of whole clusters in ``text[start:end]``."""
    while start < end and not is_cluster_border(text, start):
        start += 1
    while end > start and not is_cluster_border(text, end):
        end -= 1
    return start, end


def _opening(text: str, lengths: ClusterLengths, start: int, end: int, width: int) -> int:
    """Where the sentence begins, if there is room for it; else between two words not far before ``start``."""
    earliest = min(lengths.earliest(end, width), start)
    begins = max(text.rfind(mark, max(earliest - 1, 0), start) for mark in SENTENCE_END)
    if begins >= 0 or earliest == 0:
        sentence = _SENTENCE.match(text, begins) if begins >= 0 else None
        return min(sentence.end(), start) if sentence else 0
    shown = lengths.before(end) - lengths.before(start)
    offset = lengths.earliest(start, max(0, width - shown) // 3)
    return _forward(text, offset, start)


def _forward(text: str, offset: int, limit: int) -> int:
    """The first beginning of a word from ``offset`` to ``limit``."""
    if offset <= 0:
        return 0
    space = _SPACE.search(text, offset - 1, limit)
    return space.end() if space else offset if limit - offset > 1 else limit


def _closing(text: str, lengths: ClusterLengths, opening: int, end: int, width: int) -> int:
    """The end of the last sentence that fits, if it is not too short; else between two words."""
    latest = lengths.latest(opening, width)
    if latest >= len(text):
        return len(text)
    least = max(end, lengths.latest(opening, width * 2 // 3))
    closes = max(text.rfind(mark, least, latest) for mark in SENTENCE_END)
    if closes >= 0:
        return closes + 1
    space = max(text.rfind(mark, end, latest + 1) for mark in " \n\t")
    return space if space >= end else latest


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
            Match(occurrence.start + shift, (min(end, occurrence.end)) + shift, occurrence.layer)
            for occurrence in found
            if start <= occurrence.start < end
        ]
        shown += text[start:end]
    last = spans[-1][1]
    whole = last == len(text) or shown.endswith(tuple(SENTENCE_END))
    return Snippet(shown if whole else f"{shown}{ELLIPSIS}", tuple(marks))


def _before(text: str, start: int, *, first: bool) -> str:
    if not first:
        return BETWEEN
    begun = text[:start].rstrip()[-1:] if start else ""
    return "" if not begun or begun in SENTENCE_END or text[start - 1] == "\n" else BEFORE
