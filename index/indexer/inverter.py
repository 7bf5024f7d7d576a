"""Documents in, runs out, within a budget of memory; one of these works in each process of a build."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from index.analysis.batch_analyzer import BatchAnalyzer
from index.indexer.given_tokens import GivenTokens
from index.indexer.runs import BYTES_PER_TOKEN, Run, RunBuilder, Tokens
from index.ranking import Basis

__all__ = ["Inverter"]

BYTES_PER_TERM: Final = 350
"""Memory that a distinct word keeps in the analyser's tables."""

LEAST_TOKENS: Final = 1 << 10
"""However small the budget, a run has as many."""


class _Analyzer(Tokens, Protocol):
    def add(self, text: str) -> int: ...


class Inverter:
    """Analyses documents and writes a run whenever the budget is used.

    Args:
        directory: where runs go.
        name: beginning of the runs' names.
        dictionary: for the stored values.
        memory_budget: bytes.
        basis: what impacts are made with.
        analyze: stands in for the batch analyser where given.
    """

    def __init__(
        self,
        directory: Path,
        name: str,
        dictionary: bytes,
        memory_budget: int,
        basis: Basis,
        analyze: Callable[[str], Sequence[Any]] | None = None,
    ) -> None:
        self._directory = directory
        self._name = name
        self._dictionary = dictionary
        self._budget = memory_budget
        self._basis = basis
        self._analyze = analyze
        self._analyzer: _Analyzer = self._new_analyzer()
        self._given = GivenTokens()
        self._tokens = 0
        self._runs: list[Run] = []
        self._builder: RunBuilder | None = None

    def _new_analyzer(self) -> _Analyzer:
        return GivenTokens(self._analyze) if self._analyze else BatchAnalyzer()

    def add(self, encoded: bytes, values: Mapping[str, Any]) -> None:
        """Add a document: its stored values, encoded and as they are; ``title`` and ``body`` are analysed."""
        title = self._analyzer.add(values.get("title", ""))
        body = self._analyzer.add(values.get("body", ""))
        self._added(encoded, values, title + body)

    def add_terms(
        self, encoded: bytes, values: Mapping[str, Any], terms: Mapping[str, Sequence[str]]
    ) -> None:
        """Add a document whose terms are given by field; not in one build with ``add``."""
        tokens = sum(
            self._given.add_terms(terms.get(f"{text}_exact", ()), terms.get(f"{text}_stem", ()))
            for text in ("title", "body")
        )
        self._analyzer = self._given
        self._added(encoded, values, tokens)

    def _added(self, encoded: bytes, values: Mapping[str, Any], tokens: int) -> None:
        if self._builder is None:
            self._builder = RunBuilder(self._directory / f"{self._name}{len(self._runs)}", self._dictionary)
        self._builder.add(encoded, values)
        self._tokens += tokens
        if self._tokens >= self._most_tokens():
            self._flush()

    def _most_tokens(self) -> int:
        return max(LEAST_TOKENS, self._budget // 2 // BYTES_PER_TOKEN)

    def _flush(self) -> None:
        if self._builder is None:
            return
        self._runs.append(self._builder.write(self._analyzer, self._basis))
        self._builder = None
        self._tokens = 0
        # To forget is to analyse the common words anew, so that the tables may outgrow their share.
        if len(self._analyzer.exact_terms) * BYTES_PER_TERM > self._budget:
            self._analyzer = self._new_analyzer()

    def finish(self) -> list[Run]:
        """Write what is left; all runs in order. The analyser's tables make room for the merge."""
        self._flush()
        self._analyzer = self._given = GivenTokens()
        return self._runs

    def close(self) -> None:
        """Give up what was collected."""
        if self._builder is not None:
            self._builder.close()
