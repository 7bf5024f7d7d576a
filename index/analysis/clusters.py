"""Borders between written units: grapheme clusters with Bengali conjuncts kept whole.

ICU before 74 cuts ক্ষ after its hasanta. A mark or a snippet must not, whatever ICU is installed, so borders
after a hasanta (and the joiners beside it) are taken away here.
"""

import re

from onneshon.index.analysis.icu_text import grapheme_boundaries
from onneshon.index.analysis.script import EXTENDING, HASANTA, JOINERS, JOINING

_BESIDE_HASANTA = JOINERS | {"\u09bc"}
"""Joiners, and the nukta that belongs before a hasanta and is typed after it."""
_SIMPLE = re.compile(r"[ -~\u0964\u0965\u0980-\u09ff]{2}")
"""Two characters between which a border is decided by the second one alone."""
_PLAIN_SPACE = re.compile("[ \n]")
_LONGEST_LOOK_BACK = 256


def cluster_boundaries(text: str) -> list[int]:
    """All borders between clusters, 0 and ``len(text)`` included, ascending, in code points."""
    return [0, *(end for end in grapheme_boundaries(text) if not _inside_conjunct(text, end))]


def is_cluster_border(text: str, i: int) -> bool:
    """Whether a cut at ``i`` (0 to ``len(text)``) leaves every cluster whole."""
    if i <= 0 or i >= len(text):
        return True
    if _inside_conjunct(text, i):
        return False
    if _SIMPLE.match(text, i - 1):
        return text[i] not in EXTENDING
    return i in _borders_near(text, i)


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The smallest range of whole clusters that holds ``text[start:end]``."""
    while not is_cluster_border(text, start):
        start -= 1
    while not is_cluster_border(text, end):
        end += 1
    return start, end


def _inside_conjunct(text: str, i: int) -> bool:
    if i >= len(text) or text[i] not in JOINING:
        return False
    before = i - 1
    while before > 0 and text[before] in _BESIDE_HASANTA:
        before -= 1
    return text[before] == HASANTA


def _borders_near(text: str, i: int) -> set[int]:
    """Borders around ``i``; a space always starts a cluster, so it is enough to look from the one before."""
    floor = max(0, i - _LONGEST_LOOK_BACK)
    start = max(text.rfind(" ", floor, i), text.rfind("\n", floor, i), floor)
    space = _PLAIN_SPACE.search(text, i + 1)
    stop = min(space.start() if space else len(text), i + _LONGEST_LOOK_BACK)
    return {start + border for border in cluster_boundaries(text[start:stop])}
