"""What a word of a query is searched as: a word, a phrase, or several variants with weights."""

from dataclasses import replace

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.search.query.tree import Any, Boost, Hint, OneOf, Phrase, Query, Term, Variant
from onneshon.search.understanding.alternatives import (
    any_variant,
    distinct,
    hints_of,
    is_sound,
    meant_by,
    name_of,
    variants_of,
    written,
)

RIVER = Term("নদী", "নদী", "নদি")
HEARD = replace(RIVER, text="nodi", sound=True)
LEAGUE = Phrase(tuple(map(Term.of, analyze("আওয়ামী লীগ"))))


@pytest.mark.parametrize(
    ("query", "variants"),
    [
        (RIVER, [(RIVER, 1.0, "typed")]),
        (HEARD, [(HEARD, 1.0, "sound")]),
        (LEAGUE, [(LEAGUE, 1.0, "typed")]),
        (Boost(RIVER, 0.5), [(RIVER, 0.5, "typed")]),
        (Any((RIVER, Boost(HEARD, 0.5))), [(RIVER, 1.0, "typed"), (HEARD, 0.5, "sound")]),
        (OneOf("nodi", (Variant(HEARD, 0.5, "sound"),)), [(HEARD, 0.5, "sound")]),
        (Boost(OneOf("nodi", (Variant(HEARD, 0.5, "sound"),)), 0.5), [(HEARD, 0.25, "sound")]),
    ],
)
def test_all_that_a_word_is_searched_as_has_its_weight(
    query: Query, variants: list[tuple[Query, float, str]]
) -> None:
    """Weights of nested variants are multiplied."""
    assert [(way.query, way.weight, way.kind) for way in variants_of(query)] == variants


@pytest.mark.parametrize(
    ("query", "sound"),
    [
        (RIVER, False),
        (HEARD, True),
        (LEAGUE, False),
        (Boost(HEARD, 0.5), True),
        (Any((HEARD, RIVER)), True),
        (Any((RIVER, HEARD)), False),
        (OneOf("nodi", (Variant(HEARD), Variant(RIVER))), True),
        (OneOf("nodi", (Variant(RIVER), Variant(HEARD))), False),
    ],
)
def test_the_likeliest_word_says_whether_it_is_read_by_its_sound(query: Query, sound: bool) -> None:
    """The likeliest variant says whether it is by sound; the meant word has the offsets of the typed one."""
    (typed,) = analyze("nodi")
    assert is_sound(query) is sound
    assert meant_by(typed, query).exact == ("nodi" if query is LEAGUE else "নদী")
    assert meant_by(analyze("নদী")[0], RIVER) == analyze("নদী")[0]


def test_a_name_that_was_typed_as_one_word_has_its_words() -> None:
    """A phrase gives its words, with other variants or without; a word is no name."""
    words = ["আওয়ামী", "লীগ"]
    for query in (LEAGUE, OneOf("awamileague", (Variant(LEAGUE), Variant(RIVER)))):
        assert [token.exact for token in name_of(query)] == [analyze(word)[0].exact for word in words]
    assert name_of(RIVER) == name_of(OneOf("nodi", (Variant(RIVER), Variant(LEAGUE)))) == ()


def test_one_concept_has_each_variant_once() -> None:
    """A variant that finds the same articles is dropped; a word without variants stays a plain word."""
    other, same, heard = (written(text, 0.6, "synonym") for text in ("গাঙ", "নদীর", "নদ"))
    assert other
    assert same
    assert heard
    assert any_variant("নদী", (Variant(RIVER),), [same]) == RIVER
    found = any_variant("নদী", (Variant(RIVER),), [same, other])
    assert isinstance(found, OneOf)
    assert [(way.weight, way.kind) for way in found.variants] == [(1.0, "typed"), (0.6, "synonym")]
    assert distinct([None, same, written("নদী", 0.9, "variant"), other]) == (same, other)
    assert written("।", 1.0, "variant") is None


def test_words_of_one_letter_are_no_reason_to_come_first() -> None:
    """The hints of a name are its longer words, which add three tenths of their weight."""
    phrase = Phrase(tuple(map(Term.of, analyze("এ কে হক"))))
    assert [*hints_of(phrase)] == [Hint(Boost(word, 0.3)) for word in phrase.words[1:]]
