"""Authors of whom articles have several names: conditions on any of them, and counts of all."""

from collections.abc import Iterable, Sequence
from unicodedata import normalize

from onneshon.search.query.conditions import Choice, Condition, Filter, Selection
from onneshon.search.retrieval.authors import Authors
from onneshon.search.retrieval.facets import FacetValue
from onneshon.search.retrieval.filters import holding


def spelt_out(condition: Condition, authors: Authors) -> Condition:
    """A condition in which each author is named in every way.

    Args:
        condition: any.
        authors: which names are of one author.
    """
    if isinstance(condition, Selection):
        choices = tuple(name for choice in condition.choices for name in _named(choice, authors))
        return Selection(choices, condition.negated)
    named = _named(condition, authors)
    return Selection(named) if len(named) > 1 else condition


def _named(choice: Choice, authors: Authors) -> tuple[Choice, ...]:
    if not isinstance(choice, Filter) or choice.name != "author":
        return (choice,)
    if choice.whole:
        meant = {normalize("NFC", choice.value)} & authors.every.keys()
    else:
        meant = {*filter(holding(choice), authors.every)}
    spellings = sorted({name for known in meant for name in authors.every[known]})
    return (choice, *(Filter("author", name, whole=True) for name in spellings))


def counted_together(
    best: Sequence[FacetValue],
    exact: Sequence[FacetValue],
    kept: Iterable[str],
    different: int,
    authors: Authors,
) -> tuple[list[FacetValue], list[FacetValue], int]:
    """The counts of authors from those of their names.

    Args:
        best: the most frequent names, so many more than are shown as there are names of the table.
        exact: counts of all names of the table, and of those that are chosen.
        kept: names that are chosen.
        different: how many names any article found has.
        authors: which names are of one author.

    Returns:
        The most frequent authors, those that are chosen, and how many there are.
    """
    counts: dict[str, int] = {}
    known = [value for value in exact if value.value in authors.every and value.count]
    for value in known:
        name = authors.name_of(value.value)
        counts[name] = counts.get(name, 0) + value.count
    others = {value.value: value for value in (*best, *exact) if value.value not in authors.every}
    every = [*others.values(), *(FacetValue(name, count) for name, count in counts.items())]
    every.sort(key=lambda value: (-value.count, value.value))
    chosen = {normalize("NFC", authors.name_of(name)) for name in kept}
    return every, [value for value in every if value.value in chosen], different - len(known) + len(counts)
