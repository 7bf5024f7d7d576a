"""Measures rankings by judged queries, with confidence intervals, and compares two rankings by preference.

File formats are those of TREC, so that any other tool reads them too:
queries ``id TAB text``, judgments ``query 0 article gain``, runs ``query Q0 article rank score tag``.

People who compare two lists must not know which is which: the sides are drawn at random for each query, and
the draw is kept in a separate file until all is judged.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from statistics import fmean
from typing import Any, Final, Literal, TypeAlias

import msgspec
import numpy as np

from onneshon.index.errors import CorpusError, OnneshonError
from onneshon.index.json_checks import decoded
from onneshon.search.errors import QueryError

DEPTH = 100
"""The number of hits to request per query: as many as the deepest measure uses."""

MEASURES = {"nDCG@10": "nDCG@10", "MRR@10": "RR@10", "recall@100": "R@100", "success@1": "Success@1"}
"""Our name of each measure and the one ir-measures knows it by."""

Judgments: TypeAlias = dict[str, dict[str, int]]
"""Query id -> article id -> gain; 0 is judged and not relevant."""

Run: TypeAlias = dict[str, list[tuple[str, float]]]
"""Query id -> (article id, score), best first."""

Scores: TypeAlias = dict[str, dict[str, float]]
"""Measure -> query id -> value between 0 and 1."""

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between two rankings on the same queries.

    Attributes:
        difference: mean of the paired differences; positive when the first is better.
        low: lower end of the 95 % bootstrap interval.
        high: upper end of it; the difference is significant when 0 lies outside.
    """

    difference: float
    low: float
    high: float


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig") as lines:
        try:
            yield from lines
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            raise CorpusError(str(path), "utf-8", f"not UTF-8: byte 0x{byte:02x}; save it as UTF-8") from None


def _rows(path: Path, columns: int, separator: str | None) -> Iterator[tuple[str, list[str]]]:
    for number, line in enumerate(_lines(path), start=1):
        if line.strip():
            row = line.rstrip("\r\n").split(separator, columns - 1)
            if len(row) < columns:
                raise CorpusError(
                    f"{path}:{number}", "columns", f"{columns} columns expected, {len(row)} found"
                )
            yield f"{path}:{number}", row


def read_queries(path: Path, limit: int | None = None) -> dict[str, str]:
    """Query texts by id, in the order of the file, the first ``limit`` of them.

    Raises:
        CorpusError: a line is not ``id TAB text``.
    """
    queries: dict[str, str] = {}
    for _, (query, text) in _rows(path, 2, "\t"):
        if limit is not None and len(queries) >= limit:
            break
        queries[query] = text
    return queries


def read_judgments(path: Path) -> Judgments:
    """Gains by query and article.

    Gains that are averages over assessors are rounded, but a gain above 0 becomes at least 1.

    Raises:
        CorpusError: a line is not ``query 0 article gain``.
    """
    judgments: Judgments = {}
    for where, (query, _, article, gain) in _rows(path, 4, None):
        try:
            value = float(gain)
            whole = round(value)
        except (ValueError, OverflowError):  # no figure, or no finite one
            raise CorpusError(where, "gain", f"the gain {gain.strip()!r} is not a number") from None
        judgments.setdefault(query, {})[article] = max(whole, int(value > 0))
    return judgments


def read_run(path: Path) -> Run:
    """A run file, each query's articles in the order of their ranks.

    Raises:
        CorpusError: a line is not ``query Q0 article rank score tag``.
    """
    ranked: dict[str, list[tuple[int, str, float]]] = {}
    for where, (query, _, article, rank, score, _) in _rows(path, 6, None):
        try:
            ranked.setdefault(query, []).append((int(rank), article, float(score)))
        except ValueError:
            raise CorpusError(where, "run", "rank and score must be numbers") from None
    return {query: [(article, score) for _, article, score in sorted(rows)] for query, rows in ranked.items()}


def read_baseline(path: Path, queries: Iterable[str]) -> Run:
    """A run file as an earlier answer to some queries; queries without a line in it found nothing.

    Raises:
        CorpusError: as for ``read_run``.
        OnneshonError: the file answers none of the queries.
    """
    found = read_run(path)
    run = {query: found.get(query, []) for query in queries}
    if not any(run.values()):
        raise OnneshonError(f"{path} answers none of the queries: do their ids agree?")
    return run


def write_run(path: Path, run: Run, tag: str = "onneshon") -> None:
    """Write a run file that trec_eval and ir-measures read."""
    with path.open("w", encoding="utf-8") as file:
        for query, ranked in run.items():
            for rank, (article, score) in enumerate(ranked, start=1):
                file.write(f"{query} Q0 {article} {rank} {score:.6f} {tag}\n")


def run_queries(rank: Callable[[str], Sequence[tuple[str, float]]], queries: Mapping[str, str]) -> Run:
    """The ranking of every query; a query that is refused, for its length for example, finds nothing.

    Args:
        rank: text of a query -> (article id, score), best first.
        queries: query texts by id.
    """
    run: Run = {}
    for query, text in queries.items():
        try:
            run[query] = list(rank(text))
        except QueryError:
            run[query] = []
    return run


def measure(run: Run, judgments: Judgments) -> Scores:
    """Every measure for every query of the run that has judgments; a query that finds nothing counts 0.

    Raises:
        OnneshonError: ir-measures is not installed, or no query of the run is judged.
    """
    try:
        import ir_measures  # noqa: PLC0415 (an optional extra)
    except ImportError:
        raise OnneshonError(
            "measuring needs the package ir-measures; install it with: pip install 'onneshon[evaluate]'"
        ) from None
    judged = {query: judgments[query] for query in run if query in judgments}
    if not judged:
        raise OnneshonError("no query of the run is judged: do the ids of queries and judgments agree?")
    parsed = {ir_measures.parse_measure(theirs): ours for ours, theirs in MEASURES.items()}
    scores: Scores = {name: dict.fromkeys(judged, 0.0) for name in MEASURES}
    # Ranks replace scores: the measuring tool would break ties of scores in its own way.
    ranks = {query: {article: -float(at) for at, (article, _) in enumerate(run[query])} for query in judged}
    for value in ir_measures.iter_calc(list(parsed), judged, ranks):
        scores[parsed[value.measure]][value.query_id] = value.value
    return scores


def means(scores: Scores) -> dict[str, float]:
    """The mean of each measure over the queries."""
    return {name: fmean(values.values()) for name, values in scores.items()}


def compare(ours: Mapping[str, float], theirs: Mapping[str, float]) -> Comparison:
    """Paired bootstrap of one measure over the queries that both have.

    Args:
        ours: value by query.
        theirs: value by query of the ranking to compare with.

    Raises:
        OnneshonError: the two have no query in common.
    """
    shared = sorted(ours.keys() & theirs.keys())
    if not shared:
        raise OnneshonError("the two runs have no query in common")
    differences = np.array([ours[query] - theirs[query] for query in shared])
    low, high = np.quantile(_resampled_means(differences, np.random.default_rng(0)), (0.025, 0.975))
    return Comparison(float(differences.mean()), float(low), float(high))


def _resampled_means(values: "np.typing.NDArray[np.float64]", random: np.random.Generator) -> list[float]:
    return [float(values[random.integers(0, len(values), len(values))].mean()) for _ in range(RESAMPLES)]


SHOWN: Final = 10
"""The number of hits of a list that are compared."""

Choice: TypeAlias = Literal["left", "right", "same"]


class Listed(msgspec.Struct, frozen=True):
    """A hit as it is shown in a list to compare."""

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
        CorpusError: a line is no such list.
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
    """The number of hits that both lists have, as a share of the longer list; 1 for two empty lists."""
    most = max(len(ours), len(theirs))
    return len({hit.id for hit in ours} & {hit.id for hit in theirs}) / most if most else 1.0


def sign_test(better: int, worse: int) -> float:
    """The p-value of the sign test (exact, two-sided): that numbers so unequal come by chance."""
    number = better + worse
    tail = sum(comb(number, count) for count in range(min(better, worse) + 1))
    return min(1.0, 2.0 * tail / float(2**number))


@dataclass(frozen=True, slots=True)
class Preference:
    """For how many queries each of two rankings is better.

    Attributes:
        better: the number of queries for which ours is better.
        worse: the number of queries for which theirs is better.
        same: the number of queries for which neither is better.
    """

    better: int
    worse: int
    same: int

    @property
    def chance(self) -> float:
        """The p-value of ``sign_test``."""
        return sign_test(self.better, self.worse)

    @classmethod
    def of(cls, differences: Iterable[float]) -> "Preference":
        """Count the signs of differences of a measure, ours minus theirs."""
        signs = [(value > 0) - (value < 0) for value in differences]
        return cls(signs.count(1), signs.count(-1), signs.count(0))


def blinded(queries: Sequence[str], seed: int) -> dict[str, bool]:
    """For each query whether our list is on the left; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  # a draw, and no secret
    return {query: dice.random() < 0.5 for query in queries}  # noqa: PLR2004  # a coin


def preference(choices: Path, key: Path) -> Preference:
    """Count how often people preferred our list.

    Args:
        choices: the file that the page wrote: for each query ``left``, ``right`` or ``same``.
        key: the file of the draw: for each query whether our list was on the left.

    Raises:
        CorpusError: a file is invalid, or the two do not belong to the same page.
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
    except msgspec.DecodeError as error:
        raise CorpusError(
            str(path), "choices", f"not as `onneshon compare` and its page write it: {error}"
        ) from error
    return found
