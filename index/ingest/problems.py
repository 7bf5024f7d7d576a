"""What was wrong with the input: counted by kind, so that every article is accounted for."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from onneshon.index.errors import CorpusError

KINDS: Final = {
    "budget": "more bytes or time than its size allows",
    "compression": "compressed data broken, cut short, compressed twice, or in need of too much memory",
    "csv": "not CSV",
    "database": "the database did not answer",
    "date": "not a date",
    "duplicate": "id already taken",
    "empty": "neither title nor body",
    "file": "file unreadable or cut short",
    "font": "typed for a font, not as text",
    "format": "a file of another program",
    "html": "a page without an article",
    "http": "no page was sent",
    "id": "id unusable",
    "json": "not JSON",
    "link": "a link that leads out of its folder",
    "locked": "locked with a password",
    "long": "too long",
    "nul": "NUL character in a text",
    "number": "not a number",
    "object": "JSON, but not an object",
    "refused": "refused by the cluster",
    "scan": "pages that are pictures",
    "surrogate": "half of a surrogate pair",
    "type": "wrong type of a field",
    "utf-8": "not UTF-8",
    "xml": "broken XML",
}
"""Each kind of fault, with what it means in a few words."""


def _ignore(_problem: CorpusError) -> None:
    pass


class Problems:
    """Takes each fault of the input as it is found.

    Args:
        strict: raise the first one instead of going on.
        listener: called with each one.

    Attributes:
        counts: how many of each kind.
        first: the first one of each kind.
        values: how many values of each kind articles were taken without.
        unreadable: how many sources could not be read, or not to their end.
        first_unreadable: what was wrong with the first of them.
    """

    def __init__(self, *, strict: bool = False, listener: Callable[[CorpusError], None] = _ignore) -> None:
        self.counts: Counter[str] = Counter()
        self.values: Counter[str] = Counter()
        self.first: dict[str, CorpusError] = {}
        self.unreadable = 0
        self.first_unreadable: CorpusError | None = None
        self._strict = strict
        self._listener = listener

    @property
    def total(self) -> int:
        """How many articles were left out."""
        return self.counts.total()

    def report_value(self, problem: CorpusError) -> None:
        """Count a fault of a value without which its article is taken; raises as ``report``."""
        self._note(problem, self.values)

    def report(self, problem: CorpusError) -> None:
        """Count a fault and report it.

        Raises:
            CorpusError: under ``strict``, the fault itself.
        """
        self._note(problem, self.counts)

    def _note(self, problem: CorpusError, counts: Counter[str]) -> None:
        counts[problem.kind] += 1
        self.first.setdefault(problem.kind, problem)
        if problem.ends_source:
            self.unreadable += 1
            self.first_unreadable = self.first_unreadable or problem
        if self._strict:
            raise problem
        self._listener(problem)
