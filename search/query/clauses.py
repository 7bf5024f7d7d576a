"""What stands side by side in a query, until it is known what it is together."""

from dataclasses import dataclass, field

from onneshon.search.query.conditions import Condition, Selection
from onneshon.search.query.tree import All, MatchAll, Not, Query
from onneshon.search.query.words import any_of, words_of


@dataclass(slots=True)
class Clauses:
    """What stands side by side in a query or between its parentheses."""

    required: list[Query] = field(default_factory=list)
    optional: list[Query] = field(default_factory=list)
    excluded: list[Query] = field(default_factory=list)
    choice: bool = False
    """Whether any of ``optional`` is an alternative by OR."""
    chosen: dict[str, int] = field(default_factory=dict)
    """Where in ``required`` the filter on a field stands that takes further values as alternatives."""

    def choose(self, condition: Condition) -> None:
        """Demand a value of a filter or one of several, or of those of the same field typed before."""
        further = condition.choices if isinstance(condition, Selection) else (condition,)
        name = further[0].name
        if name not in self.chosen:
            self.chosen[name] = len(self.required)
            self.required.append(condition)
            return
        before = self.required[self.chosen[name]]
        choices = before.choices if isinstance(before, Selection) else (before,)
        self.required[self.chosen[name]] = Selection((*choices, *further))

    def add(self, sign: str, operand: Query, *, demanded: bool, alternative: bool) -> None:
        """Put an operand where it belongs.

        Args:
            sign: before it: ``+``, ``-`` or none.
            operand: what it is.
            demanded: it must match even without a sign.
            alternative: it stands beside OR, where nothing is demanded.
        """
        if sign == "-":
            self.excluded.append(operand)
        elif isinstance(operand, Condition) and not sign and not alternative:
            self.choose(operand)
        elif (demanded or sign == "+") and not alternative:
            self.required.append(operand)
        else:
            self.optional.append(operand)

    def query(self) -> Query | None:
        """All of them as one; None where there is none."""
        required, optional = self.required, self.optional
        if optional and all(isinstance(clause, Condition) for clause in required):
            either = any_of(optional) if self.choice else words_of(optional)
            required, optional = [either, *required], []
        if not required and not self.excluded:
            return None
        if len(required) == 1 and not optional and not self.excluded:
            return required[0]
        negations = [Not(clause) for clause in self.excluded]
        return All((*(required or [MatchAll()]), *negations), tuple(optional))
