"""What a build did, for people and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["BuildReport"]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        generation: the name of the generation that is live now.
        seen: how many articles were met; always ``articles`` plus all of ``skipped``.
        articles: how many of them were indexed.
        skipped: how many were left out, by kind of fault.
        seconds: how long it took, all in all.
        index_bytes: size of the generation.
        previous: how many articles the index that was live before holds; None when there was none that can
            be read.
        kept: names of the generations that are there now, oldest first.
        converted: how many articles were typed for a font of Bijoy and are indexed in Unicode.
        values: how many values articles were taken without, by kind of fault.
        passed: what was met and is no article, such as redirects, by what it is.
    """

    generation: str
    seen: int
    articles: int
    skipped: Mapping[str, int]
    seconds: float
    index_bytes: int
    previous: int | None = None
    kept: tuple[str, ...] = ()
    converted: int = 0
    values: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether no article was left out."""
        return not self.skipped

    @property
    def articles_per_second(self) -> float:
        """Speed over the whole build."""
        return self.articles / self.seconds if self.seconds else 0.0
