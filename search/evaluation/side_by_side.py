"""Two rankings of the same queries beside each other: how much they share, and which of them people prefer.

Who judges must not know which is which: lists are shown in an order drawn for each query, and what was drawn
is kept apart until all is judged.
"""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import msgspec

from onneshon.index.errors import CorpusError
from onneshon.index.json_form import decoded

SHOWN: Final = 10
"""Hits of a list that are compared."""

Choice: TypeAlias = Literal["left", "right", "same"]


class Listed(msgspec.Struct, frozen=True):
    """A hit as it is shown beside others."""

    id: str
    title: str = ""
    snippet: str = ""


Lists: TypeAlias = dict[str, list[Listed]]
"""Query text -> its hits, best first."""


class _Line(msgspec.Struct):
    query: str
    hits: list[Listed]


def read_hits(path: Path) -> Lists:
    """Lists of hits of any search, a line of JSON each: ``{"query": ..., "hits": [{"id": ..., ...}]}``.

    Raises:
        CorpusError: a line is none.
    """
    lists: Lists = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            try:
                found = decoded(line, _Line)
            except msgspec.DecodeError as error:
                reason = f'no line such as {{"query": "নদী", "hits": [{{"id": "7", "title": "…"}}]}}: {error}'
                raise CorpusError(f"{path}:{number}", "hits", reason) from error
            lists[found.query] = found.hits[:SHOWN]
    return lists


def overlap(ours: Sequence[Listed], theirs: Sequence[Listed]) -> float:
    """The share of the longer list that both have; 1 of two empty ones."""
    most = max(len(ours), len(theirs))
    return len({hit.id for hit in ours} & {hit.id for hit in theirs}) / most if most else 1.0


def sign_test(better: int, worse: int) -> float:
    """How likely it is that so unequal numbers come by chance where both are as good (exact, two-sided)."""
    number = better + worse
    tail = sum(comb(number, count) for count in range(min(better, worse) + 1))
    return min(1.0, 2.0 * tail / float(2**number))


@dataclass(frozen=True, slots=True)
class Preference:
    """How often each of two is better.

    Attributes:
        better: queries of which ours is.
        worse: of which theirs is.
        same: of which neither is.
    """

    better: int
    worse: int
    same: int

    @property
    def chance(self) -> float:
        """As ``sign_test``."""
        return sign_test(self.better, self.worse)

    @classmethod
    def of(cls, differences: Iterable[float]) -> "Preference":
        """Of differences of a measure, ours less theirs."""
        signs = [(value > 0) - (value < 0) for value in differences]
        return cls(signs.count(1), signs.count(-1), signs.count(0))


def blinded(queries: Sequence[str], seed: int) -> dict[str, bool]:
    """For each query whether ours stands on the left; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  # a draw, and no secret
    return {query: dice.random() < 0.5 for query in queries}  # noqa: PLR2004  # a coin


def preference(choices: Path, key: Path) -> Preference:
    """What people preferred.

    Args:
        choices: what the page wrote: for each query ``left``, ``right`` or ``same``.
        key: what was drawn: for each query whether ours was on the left.

    Raises:
        CorpusError: one of them is not what it should be, or they are not of the same page.
    """
    chosen, drawn = _object(choices, dict[str, Choice]), _object(key, dict[str, bool])
    if not chosen or not chosen.keys() <= drawn.keys():
        raise CorpusError(str(choices), "choices", f"it has no choices, or queries that {key} has not")
    signs = [
        0 if side == "same" else 1 if (side == "left") == drawn[query] else -1
        for query, side in chosen.items()
    ]
    return Preference.of(signs)


def _object(path: Path, kind: Any) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = decoded(path.read_bytes(), kind)
    except (msgspec.DecodeError, json.JSONDecodeError) as error:
        raise CorpusError(
            str(path), "choices", f"not as `onneshon compare` and its page write it: {error}"
        ) from error
    return found
