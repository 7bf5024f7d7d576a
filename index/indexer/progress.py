"""Progress reports of a build: its phases, the duration of each, and an estimate for those that follow."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from onneshon.index.errors import CorpusError


class Progress:
    """A listener to the progress of a build, which does nothing itself; subclasses display or record it."""

    def start(self, total_bytes: int | None) -> None:
        """Reading begins; ``total_bytes`` is None if the size of the input is not known."""

    def read(self, count: int) -> None:
        """``count`` more bytes were read."""

    def asked(self, asked: int, named: int) -> None:
        """``asked`` of the ``named`` pages of a site were fetched."""

    def article(self) -> None:
        """One more article was added."""

    def problem(self, problem: CorpusError) -> None:
        """One more article was left out."""

    def stage(self, name: str, left: float | None = None) -> None:
        """All articles were added; the named stage follows.

        Args:
            name: the stage's name.
            left: the estimated seconds of this stage and all after it; None if there is no estimate.
        """

    def phase(self, name: str, seconds: float, articles: int) -> None:
        """A phase is over, with its duration and the number of articles added so far."""

    def finish(self) -> None:
        """The build is over, whether it succeeded or failed."""


class PassingOn(Progress):
    """Passes each report of a build on to another listener.

    Args:
        progress: the other listener.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def start(self, total_bytes: int | None) -> None:
        """Pass it on."""
        self._progress.start(total_bytes)

    def read(self, count: int) -> None:
        """Pass it on."""
        self._progress.read(count)

    def asked(self, asked: int, named: int) -> None:
        """Pass it on."""
        self._progress.asked(asked, named)

    def article(self) -> None:
        """Pass it on."""
        self._progress.article()

    def problem(self, problem: CorpusError) -> None:
        """Pass it on."""
        self._progress.problem(problem)

    def stage(self, name: str, left: float | None = None) -> None:
        """Pass it on."""
        self._progress.stage(name, left)

    def phase(self, name: str, seconds: float, articles: int) -> None:
        """Pass it on."""
        self._progress.phase(name, seconds, articles)

    def finish(self) -> None:
        """Pass it on."""
        self._progress.finish()


READING: Final = "reading"
"""The first phase; the others have the names of the stages."""


class Phases(PassingOn):
    """Measures the phases of a build, and passes its reports on.

    Args:
        progress: the listener to pass them on to.
        clock: a monotonic clock, in seconds.

    Attributes:
        seconds: the duration of each finished phase, in order.
    """

    def __init__(self, progress: Progress, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(progress)
        self._before_articles = 0
        self._before: Mapping[str, float] = {}
        self._clock = clock
        self._articles = 0
        self._name = ""
        self._begun = 0.0
        self.seconds: dict[str, float] = {}

    def expect(self, articles: int, seconds: Mapping[str, float]) -> None:
        """Set the previous build's number of articles and the seconds of its phases, for estimates."""
        self._before_articles, self._before = articles, seconds

    def start(self, total_bytes: int | None) -> None:
        """Reading begins."""
        self._name, self._begun = READING, self._clock()
        super().start(total_bytes)

    def article(self) -> None:
        """Count it, and pass it on."""
        self._articles += 1
        super().article()

    def stage(self, name: str, left: float | None = None) -> None:
        """End the current phase and begin another, with an estimate of the time that is left."""
        self._end()
        self._name = name
        super().stage(name, self._left(name) if left is None else left)

    def finish(self) -> None:
        """End the last phase."""
        self._end()
        self._name = ""
        super().finish()

    def _end(self) -> None:
        now = self._clock()
        if self._name:
            self.seconds[self._name] = took = now - self._begun
            self.phase(self._name, took, self._articles)
        self._begun = now

    def _left(self, name: str) -> float | None:
        """The estimated seconds of this phase and all after it, in proportion to the previous build."""
        names = list(self._before)
        if name not in names or not self._before_articles:
            return None
        ahead = sum(self._before[each] for each in names[names.index(name) :])
        return ahead * self._articles / self._before_articles
