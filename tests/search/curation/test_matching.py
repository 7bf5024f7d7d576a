"""Which pins apply to which queries, and what several pins do together."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from onneshon.search import Pin
from onneshon.search.curation.matching import Effect, PinMatcher, UnderstoodQuery, understood_query
from onneshon.search.curation.pins import MOST_ARTICLES
from onneshon.search.query.conditions import Filter
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import (
    Any,
    Boost,
    Fuzzy,
    Hint,
    Not,
    OneOf,
    Phrase,
    Query,
    Term,
    Variant,
    VariantKind,
)
from tests.search.queries import query_of

TODAY = dt.date(2026, 2, 21)


def understood(text: str) -> UnderstoodQuery | None:
    """Return what a query asks for, as an engine without an index understands it."""
    query = parse(text).query
    return None if query is None else understood_query(query)


def test_the_same_words_have_the_same_label() -> None:
    """A query's label is its stems, whatever the order in which they were typed."""
    asked = [understood(text) for text in ("নদীর পদ্মা", "পদ্মা ও নদী", "নদী নদীর পদ্মা")]
    assert {found.label for found in asked if found} == {"নদি পদ্মা"}


def word(text: str, *, sound: bool = False) -> Term:
    """A word of a query: one spelling of it, or a reading of a Latin word."""
    return Term("nodi" if sound else text, text, text, sound=sound)


def written(*ways: tuple[str, VariantKind]) -> OneOf:
    """Return a concept that has the given variants."""
    variants = [
        Variant(Phrase((*map(word, text.split()),)) if " " in text else word(text), 1.0, kind)
        for text, kind in ways
    ]
    return OneOf(ways[0][0], tuple(variants))


@pytest.mark.parametrize(
    ("text", "other", "has", "equals"),
    [
        ("পদ্মা নদী", "নদী পদ্মা", True, True),
        ("পদ্মা নদীর", "পদ্মা নদী", True, True),
        ("পদ্মা ও নদী", "পদ্মা নদী", True, True),
        ("পদ্মা নদী", "নদী", True, False),
        ("নদী", "পদ্মা নদী", False, False),
        ("পদ্মা নদী", "মেঘনা নদী", False, False),
        ("+পদ্মা নদী", "পদ্মা নদী", True, False),
        ('"পদ্মা নদী"', "পদ্মা নদী", False, False),
        ('"পদ্মা নদী"', '"পদ্মা নদীর"', True, True),
        ('"পদ্মা নদী"', '"মেঘনা নদী"', False, False),
        ("নদী", "শিরোনাম:নদী", False, False),
        ("নদী*", "নদী", False, False),
        ("নদী*", "নদী*", True, True),
        ("নদী", "*", False, False),
        ("*", "*", False, False),
    ],
)
def test_a_query_asks_for_what_another_one_does(text: str, other: str, *, has: bool, equals: bool) -> None:
    """``has``: a query asks for all of another and maybe for more; ``equals``: for the same and no more."""
    first, second = understood(text), understood(other)
    assert first is not None
    assert second is not None
    assert (first.has(second), first.equals(second)) == (has, equals)
    if equals:
        assert first.label == second.label


@pytest.mark.parametrize(
    ("query", "same", "others"),
    [
        (written(("বই", "typed"), ("গ্রন্থ", "synonym"), ("বঈ", "fuzzy")), ["বই"], ["গ্রন্থ", "বঈ"]),
        (written(("হাই কোর্ট", "typed"), ("হাইকোর্ট", "joined")), ["হাইকোর্ট"], ["হাই"]),
        (written(("নদী", "sound"), ("nodi", "typed")), ["নদী", "nodi"], ["চর"]),
        (Any((word("নদী", sound=True), word("নাদি", sound=True))), ["নদী"], ["নাদি", "nodi"]),
    ],
    ids=["synonyms", "in one word or two", "read and typed", "several readings"],
)
def test_what_is_said_of_a_word_is_said_of_its_spellings_alone(
    query: Query, same: Sequence[str], others: Sequence[str]
) -> None:
    """A pin for a word applies to its spellings and likeliest reading, not to synonyms or fuzzy variants."""
    asked = understood_query(query)
    for texts, equal in ((same, True), (others, False)):
        for text in texts:
            assert asked.equals(understood_query(word(text))) == equal


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        (query_of("পদ্মা নদী"), True),
        (query_of("পদ্মা মেলা*"), True),
        (query_of('"পদ্মা নদী"'), True),
        (Fuzzy("নদী", "নদী"), True),
        (Boost(word("নদী"), 2.0), True),
        (Any((word("নদী"), Hint(word("মেলা")))), True),
        (query_of("+পদ্মা নদী"), False),
        (query_of("পদ্মা -মেলা"), False),
        (query_of("নদী বিভাগ:খেলা"), False),
        (Any((word("নদী"), Not(word("মেলা")))), False),
        (Any((word("নদী"), Boost(Filter("author", "হাসান"), 0.5))), False),
        (Any((word("নদী"), Hint(Filter("author", "হাসান")))), False),
    ],
)
def test_a_query_is_plain_unless_an_article_must_have_something(query: Query, *, plain: bool) -> None:
    """A query is plain unless a clause requires or excludes something."""
    assert understood_query(query).plain is plain


def effect(text: str, *pins: Pin) -> Effect:
    """The effect that the given pins have on the hits of a query."""
    asked = understood(text)
    assert asked is not None
    return PinMatcher(pins, understood).effect(asked, TODAY)


RIVER = Pin(("নদী",), first=("চর",), match="words", name="river")
PADMA = Pin(("নদী পদ্মা", "padma"), first=("ইলিশ", "চর"), never=("বিল",), name="padma")
NOTHING = Pin(("।", "*"), first=("আকাশ",), name="nothing")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("পদ্মা নদী", Effect(("ইলিশ", "চর"), ("বিল",), ("padma", "river"))),
        ("padma", Effect(("ইলিশ", "চর"), ("বিল",), ("padma",))),
        ("যমুনা নদী", Effect(("চর",), (), ("river",))),
        ("যমুনা", Effect()),
        ("*", Effect()),
    ],
)
def test_each_pin_that_holds_says_something(text: str, expected: Effect) -> None:
    """A pin applies for any of its queries; one for the exact query goes first; articles are named once."""
    found = effect(text, RIVER, PADMA, NOTHING)
    assert found == expected
    assert bool(found) == bool(expected.pins)


def test_what_is_never_shown_is_not_put_first() -> None:
    """``never`` of any pin outweighs ``first`` of another; a pin may only hide articles."""
    hiding = Pin(("নদী",), never=("চর", "মাঠ"), name="hiding")
    assert effect("নদী", RIVER, hiding) == Effect((), ("চর", "মাঠ"), ("hiding", "river"))
    assert effect("নদী", hiding)
    assert not effect("নদী")


def test_no_more_are_put_first_than_by_one_pin() -> None:
    """All pins together put no more articles first than one may: half of a screen is for what was found."""
    many = [Pin(("নদী",), first=(f"চর {at}",), name=f"p{at}") for at in range(MOST_ARTICLES + 5)]
    assert effect("নদী", *many).first == tuple(f"চর {at}" for at in range(MOST_ARTICLES))


@pytest.mark.parametrize(("since", "until"), [(-1, None), (0, None), (None, 0), (None, 1), (0, 0), (-1, 1)])
def test_a_pin_holds_from_its_first_day_to_its_last(since: int | None, until: int | None) -> None:
    """A pin applies from its first to its last day, both included; a missing day sets no bound."""
    first, last = (None if day is None else TODAY + dt.timedelta(day) for day in (since, until))
    held = Pin(("নদী",), first=("চর",), since=first, until=last)
    held.check()
    days = [TODAY + dt.timedelta(day) for day in range(-3, 4)]
    assert [held.holds_on(day) for day in days] == [
        (since is None or day >= since) and (until is None or day <= until) for day in range(-3, 4)
    ]
    assert effect("নদী", held)
    assert not effect("নদী", replace(held, since=TODAY + dt.timedelta(1), until=None))
