"""How a build tells of itself: its phases, how long each takes, and how long all that follow will take."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from onneshon.index.errors import CorpusError


class Progress:
    """Is told how a build goes on; what it makes of that, its subclasses say."""

    def start(self, total_bytes: int | None) -> None:
        """Reading begins; None when nobody knows how much there is."""

    def read(self, count: int) -> None:
        """``count`` more bytes were read."""

    def asked(self, asked: int, named: int) -> None:
        """``asked`` of the ``named`` pages of a site were fetched."""

    def article(self) -> None:
        """One more article was added."""

    def problem(self, problem: CorpusError) -> None:
        """One more article was left out."""

    def stage(self, name: str, left: float | None = None) -> None:
        """All articles were added; this follows.

        Args:
            name: of what follows.
            left: seconds that it and all after it will take; None where nobody knows.
        """

    def phase(self, name: str, seconds: float, articles: int) -> None:
        """A phase is over; it took so many seconds, and so many articles are there."""

    def finish(self) -> None:
        """The build is over, well or not."""


class SilentProgress(Progress):
    """Tells nobody."""


class PassingOn(Progress):
    """Passes on what a build tells.

    Args:
        progress: to be told.
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
    """Takes the time of the phases of a build, and passes on what it tells.

    Args:
        progress: to be told.
        clock: seconds that only go forward.

    Attributes:
        seconds: of each phase that is over, in order.
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
        """Say how many articles the build before had, and how long each of its phases took."""
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
        """A phase is over and another begins; say how long all will take from here."""
        self._end()
        self._name = name
        super().stage(name, self._left(name) if left is None else left)

    def finish(self) -> None:
        """The last phase is over."""
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
        """Seconds that this phase and all that follow will take, as the build before did for its articles."""
        names = list(self._before)
        if name not in names or not self._before_articles:
            return None
        ahead = sum(self._before[each] for each in names[names.index(name) :])
        return ahead * self._articles / self._before_articles
