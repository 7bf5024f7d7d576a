"""What an article must meet besides its words: a category, an author, a language, a day, an id."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

__all__ = ["FILTER_FIELDS", "Condition", "Filter", "FilterField", "Keyword", "Period", "Selection"]

Keyword: TypeAlias = Literal["category", "author", "lang", "id"]
"""What an article has one value of, which is compared as a whole."""

FilterField: TypeAlias = Literal["category", "author", "lang", "date", "id"]
"""What a search may be narrowed by."""

FILTER_FIELDS: Final[tuple[FilterField, ...]] = get_args(FilterField)


@dataclass(frozen=True, slots=True)
class Filter:
    """Articles of a category, an author or a language, or of an id; adds nothing to the score.

    Attributes:
        name: the keyword that is compared.
        value: what it must be.
        whole: the keyword must equal ``value``, both in Unicode's form NFC; otherwise it is enough that it
            holds its words in a row.
    """

    name: Keyword
    value: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``since`` to ``until``, both included; None leaves an end open.

    Articles without a day are in no period.
    """

    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles that meet any of several conditions on one field; or, negated, none of them."""

    choices: tuple[Filter | Period, ...]
    negated: bool = False


Condition: TypeAlias = Filter | Period | Selection
