"""A figure next to its budget, as a line of a table."""

from dataclasses import dataclass

__all__ = ["Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and its budget; with ``least`` the budget is a minimum."""

    name: str
    figure: float
    budget: float
    unit: str
    least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the figure is within the budget."""
        return self.figure >= self.budget if self.least else self.figure <= self.budget

    def __str__(self) -> str:
        """Format the row as a line of a table."""
        sign = "≥" if self.least else "≤"
        verdict = "ok" if self.kept else "EXCEEDED"
        return f"{self.name:<52}{self.figure:>9.3g} {sign} {self.budget:g} {self.unit:<6} {verdict}"
