"""How a build tells of itself while it goes on."""

from onneshon.index.errors import CorpusError

__all__ = ["Progress", "SilentProgress"]


class Progress:
    """Is told how a build goes on; what it makes of that, its subclasses say."""

    def start(self, total_bytes: int | None) -> None:
        """Reading begins; None when nobody knows how much there is."""

    def read(self, count: int) -> None:
        """So many more bytes were read."""

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
