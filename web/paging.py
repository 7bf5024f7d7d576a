"""Which pages of results there are, and which of them to link to."""

from dataclasses import dataclass

__all__ = ["MAX_PAGE", "PAGE_SIZE", "Paging", "page_number"]

PAGE_SIZE = 10
"""Hits on a page."""

MAX_PAGE = 100
"""Deepest page served: nobody reads further, and every page costs as much as all those before it."""

MOST_DIGITS = 10
"""A number of more digits is not even read."""


def page_number(text: str) -> int:
    """The page asked for; digits of any script are understood, what is no page means the first.

    Raises:
        ValueError: a page further than is served.
    """
    if not text.isdecimal():
        return 1
    if len(text) > MOST_DIGITS or int(text) > MAX_PAGE:
        raise ValueError(text)
    return max(int(text), 1)


@dataclass(frozen=True, slots=True)
class Paging:
    """The place of one page among all.

    Attributes:
        number: this page, from 1.
        total: how many hits there are in all.
    """

    number: int
    total: int

    @property
    def last(self) -> int:
        """The last page that can be asked for; 1 when nothing was found."""
        return max(1, min(-(-self.total // PAGE_SIZE), MAX_PAGE))

    @property
    def capped(self) -> bool:
        """Whether there are more hits than pages to show them."""
        return self.total > MAX_PAGE * PAGE_SIZE

    @property
    def previous(self) -> int | None:
        """The page before."""
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        """The page after."""
        return self.number + 1 if self.number < self.last else None

    @property
    def first_hit(self) -> int:
        """Rank of the first hit on this page, from 1."""
        return self.offset + 1

    @property
    def offset(self) -> int:
        """How many hits precede this page."""
        return (self.number - 1) * PAGE_SIZE

    @property
    def reachable(self) -> int:
        """How many hits can be paged to."""
        return self.last * PAGE_SIZE

    def window(self) -> list[int | None]:
        """Pages to link to, in order; None stands for a gap.

        The first, the last, and the neighbours of this one; a gap of a single page is that page. They are
        seven at most, for which one row of a phone has room. Where there are more hits than pages, the last
        page served is not the last of the hits, and none is linked to.
        """
        near = {1, *range(self.number - 1, self.number + 2)} | (set() if self.capped else {self.last})
        pages = sorted(page for page in near if 1 <= page <= self.last)
        links: list[int | None] = []
        for page in pages:
            if links and page - (links[-1] or 0) > 1:
                links.append(page - 1 if page - (links[-1] or 0) == 2 else None)  # noqa: PLR2004
            links.append(page)
        return [*links, None] if self.capped and pages[-1] < self.last else links
