"""What a query tree searches for: its concepts, their variants, and which words are one."""

import pytest

from onneshon.search.query.parser import parse
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Fuzzy,
    Hint,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Sought,
    Term,
    Variant,
    content,
    counted,
    is_group,
    is_one_word,
    leaves,
    sought,
)


def word(text: str, *, function: bool = False, sound: bool = False, spelt: str = "") -> Term:
    """A word; ``spelt`` is the form by which a word read by its sound is found."""
    return Term(text, spelt or text, spelt or text, function=function, sound=sound)


def read(text: str) -> Query:
    """The query tree of a text."""
    query = parse(text).query
    assert query is not None
    return query


NODI = word("nodi", sound=True, spelt="নদী")
NADI = word("nodi", sound=True, spelt="নাদি")
COMPOUND = OneOf(
    "মুক্তিযুদ্ধ",
    (
        Variant(word("মুক্তিযুদ্ধ")),
        Variant(Phrase((word("মুক্তি"), word("যুদ্ধ"))), 0.8, "joined"),
        Variant(word("সংগ্রাম"), 0.5, "synonym"),
    ),
)


def test_words_are_what_they_are_without_a_sign() -> None:
    """By default a word matches in any form and field, and a fuzzy word with edits by its length."""
    assert read("কলম") == Term("কলম", "কলম", "কলম", None, function=False, sound=False, spelt_so=False)
    assert read("কলম~") == Fuzzy("কলম", "কলম", edits=0) == Fuzzy("কলম", "কলম")
    assert read("=কলম") == Term("কলম", "কলম", "কলম", spelt_so=True) != word("কলম") == read("কলম")


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("নদী ভাষা", ["নদী", "ভাষা"]),
        ('"ভাষা আন্দোলন" নদী*', ["", "নদী*"]),
        ("+নদী ভাষা -শহর", ["নদী", "ভাষা"]),
        ("নদী OR (ভাষা AND শহর)", ["নদী", "ভাষা", "শহর"]),
        ("নদী নদী category:খেলা", ["নদী"]),
        ("নদী~ ভাষা", ["ভাষা"]),
        ("category:খেলা", []),
    ],
)
def test_what_is_looked_for_is_labelled_as_typed(text: str, labels: list[str]) -> None:
    """Exclusions and conditions are not among the labels; a phrase has no label."""
    assert [concept.label for concept in sought(read(text))] == labels


def test_each_way_to_write_a_concept_is_looked_for_under_its_label() -> None:
    """Each variant has the label and its kind; other readings of a word are named, the shown one is not."""
    assert [(found.label, found.kind, found.reading) for found in sought(COMPOUND)] == [
        ("মুক্তিযুদ্ধ", "typed", ""),
        ("মুক্তিযুদ্ধ", "joined", ""),
        ("মুক্তিযুদ্ধ", "synonym", ""),
    ]
    assert [way.weight for way in COMPOUND.variants] == [1, 0.8, 0.5]
    pair = Phrase((word("নদী"), word("নালা")))
    sounds = OneOf("nodi", tuple(Variant(query, 1.0, "sound") for query in (NODI, NADI, pair)))
    assert [found.reading for found in sought(sounds)] == ["", "নাদি", "নদী নালা"]
    assert next(sought(sounds)) == Sought("nodi", NODI, "sound", "")


def test_hints_and_what_is_nearly_spelt_so_are_not_looked_for() -> None:
    """Hints only add to a score, and a fuzzy word is replaced by words of the index."""
    query = Any((word("নদী"), Hint(Phrase((word("নদী"), word("তীর")))), Fuzzy("ভাসা", "ভাসা"), MatchAll()))
    assert [*leaves(query)] == [word("নদী")]
    assert [*content(query)] == [word("নদী")]


def test_concepts_are_counted_once_in_all_their_writings() -> None:
    """Function words and exclusions are no concepts; several readings of a word are one concept."""
    readings = Any((NODI, NADI))
    query = All(
        (COMPOUND, Boost(readings, 2.0), Not(word("শহর"))), (word("ও", function=True), Prefix("চর", "চর"))
    )
    assert [*content(query)] == [COMPOUND, readings, Prefix("চর", "চর")]
    assert [*content(Any((NODI, word("ভাষা"))))] == [NODI, word("ভাষা")]


def test_function_words_and_readings_are_counted_each_by_itself() -> None:
    """Function words and single readings come after the concepts with several variants."""
    function = word("ও", function=True)
    query = Any((word("নদী"), function, COMPOUND, Any((NODI, NADI))))
    assert [*counted(query)] == [COMPOUND, word("নদী"), function, NODI, NADI]


@pytest.mark.parametrize(
    ("query", "one_word"),
    [
        (Any((NODI, NADI)), True),
        (Any((NODI, Boost(NADI, 0.5))), True),
        (Any((NODI, word("pora", sound=True, spelt="পড়া"))), False),
        (Any((NODI, word("nodi"))), False),
        (Any((word("নদী"), word("নদী"))), False),
        (Any((NODI, Phrase((NODI, NADI)))), False),
        (Any((Phrase((NODI, NADI)), NODI)), False),
        (Any(()), False),
    ],
)
def test_readings_of_one_latin_word_are_one_word(query: Any, *, one_word: bool) -> None:
    """Readings of one word share what was typed, and all are read by sound."""
    assert is_one_word(query) == one_word


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("নদী ভাষা", True),
        ("নদী (ভাষা)", True),
        ("নদী OR ভাষা", False),
        ("নদী", False),
        ("+নদী ভাষা", False),
        ("ও নদী", False),
    ],
)
def test_adjacent_words_are_a_group(text: str, *, group: bool) -> None:
    """A group has at least two concepts; alternatives are no group."""
    assert is_group(read(text)) == group
