"""What the words of a query are searched as, anywhere in the query: units, readings, alternatives."""

from collections.abc import Mapping, Sequence

import pytest

from onneshon.index.analysis.analyzer import Token
from onneshon.search.query.parser import parse
from onneshon.search.query.reading import AlternativeReading, WordReader, WordReading
from onneshon.search.query.tree import OneOf, Phrase, Query, Term, leaves
from onneshon.search.query.words import ReadSpan
from tests.search.query.test_parser import Tens, shape


def each(meant: Mapping[str, str], *alternatives: AlternativeReading) -> WordReader:
    """A reader that reads the given words by sound, whatever is next to them."""

    def read(_text: str, tokens: Sequence[Token]) -> list[WordReading]:
        return [
            WordReading(at, at + 1, meant[token.exact], "sound", alternatives=alternatives)
            for at, token in enumerate(tokens)
            if token.exact in meant
        ]

    return read


def exact_words(query: Query | None) -> list[str]:
    """The exact forms that are searched for, in order."""
    assert query is not None
    return [
        word.exact
        for leaf in leaves(query)
        for word in (leaf.words if isinstance(leaf, Phrase) else (leaf,))
        if isinstance(word, Term)
    ]


def test_words_of_a_unit_are_not_read_and_those_around_it_are() -> None:
    """Two units divide the query; each of its words is searched for once, in its place."""
    read = each({"nodi": "নদী", "khal": "খাল", "bil": "বিল", "দশ": "দাস", "টাকা": "টাকি"})
    parsed = parse("nodi দশ টাকা khal দশ bil", read, Tens())
    assert exact_words(parsed.query) == ["নদী", "দশ", "খাল", "বিল"]
    assert shape(parsed.query) == (
        "any", "nodi", ("boost", "unit nodi দশ টাকা khal দশ bil", 2.0), "khal", "bil",
    )  # fmt: skip
    assert [(reading.start, reading.end, reading.word) for reading in parsed.readings] == [
        (0, 4, "নদী"),
        (13, 17, "খাল"),
        (21, 24, "বিল"),
    ]


def test_a_unit_after_other_parts_of_a_query_takes_its_alternatives_along() -> None:
    """*dosh* before টাকা is ten; the alternatives of the word next to them stay."""
    read = each({"dosh": "দশ", "nodi": "নদী"}, AlternativeReading("দাস", 0.4))
    parsed = parse("-খাল nodi dosh টাকা", read, Tens())
    assert shape(parsed.query) == (
        "all",
        ("any", "nodi", "unit nodi dosh টাকা", ("hint", ("boost", "nodi", 0.4))),
        ("not", "খাল"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+দশ-টাকা", "unit দশ-টাকা"),
        ("+দশ-টাকা-খাল", ("phrase", "দশ", "টাকা", "খাল")),
        ("+খাল-দশ", ("phrase", "খাল", "দশ")),
        ("+খাল-বিল", ("phrase", "খাল", "বিল")),
        ("+খাল", "খাল"),
    ],
)
def test_a_piece_without_spaces_is_a_unit_where_all_of_it_is(text: str, expected: object) -> None:
    """If all words of such a piece are a unit it is one, otherwise they are a phrase."""
    assert shape(parse(text, interpreter=Tens()).query) == expected


def test_what_says_nothing_before_a_word_is_counted_from_where_the_words_begin() -> None:
    """Offsets are right also after other words of the query."""
    text = "নদী in Dhaka of"
    ways = [WordReading(1, 4, "ঢাকা", "name", before=1, after=1)]
    parsed = parse(text, lambda _text, _tokens: ways)
    assert parsed.readings == (ReadSpan(4, 15, "ঢাকা", "name", before=3, after=3),)
    assert parsed.readings[0].typed(text) == "Dhaka"


@pytest.mark.parametrize(
    ("others", "weights"),
    [((), [1.0, 1.0]), ((AlternativeReading("ফেসবই", 0.4, finds=True),), [1.0, 1.0, 0.4])],
)
def test_a_reading_and_the_word_as_typed_weigh_the_same(
    others: tuple[AlternativeReading, ...], weights: list[float]
) -> None:
    """The weight of other alternatives is what their reading says."""
    reading = WordReading(0, 1, "ফেসবুক", "loan", typed_too=True, alternatives=others)
    query = parse("facebook", lambda _text, _tokens: [reading]).query
    assert isinstance(query, OneOf)
    assert [way.weight for way in query.variants] == weights


@pytest.mark.parametrize(
    ("text", "where", "slop", "label"),
    [
        ('"নদী Dhaka"', None, 0, "“নদী Dhaka”"),
        ('"নদী Dhaka"~2', None, 2, "“নদী Dhaka”"),
        ('title:"নদী Dhaka"', "title", 0, "title:“নদী Dhaka”"),
    ],
)
@pytest.mark.parametrize("others", [(), (AlternativeReading("ঢাকাই", 0.4, finds=True),)])
def test_a_quotation_is_looked_for_with_its_latin_words_as_they_are_too(
    text: str, where: str | None, slop: int, label: str, others: tuple[AlternativeReading, ...]
) -> None:
    """The text may have the quotation in Latin letters; the reading alone would not find it there."""
    reading = WordReading(1, 2, "ঢাকা", "name", typed_too=True, alternatives=others)
    query = parse(text, lambda _text, _tokens: [reading]).query
    assert isinstance(query, OneOf)
    assert query.text == label
    found = [variant.query for variant in query.variants if isinstance(variant.query, Phrase)]
    assert [exact_words(phrase) for phrase in found] == [["নদী", "ঢাকা"], ["নদী", "dhaka"]]
    assert {(phrase.field, phrase.slop) for phrase in found} == {(where, slop)}


@pytest.mark.parametrize("typed_too", [True, False])
def test_latin_words_of_a_quotation_that_no_article_has_are_read_alone(*, typed_too: bool) -> None:
    """Words joined by hyphens are not a quotation either."""
    others = (AlternativeReading("ঢাকাই", 0.4, finds=True),)
    reading = WordReading(1, 2, "ঢাকা", "name", typed_too=typed_too, alternatives=others)
    quoted, joined = (
        parse(text, lambda _text, _tokens: [reading]).query for text in ('"নদী Dhaka"', "+নদী-Dhaka")
    )
    assert isinstance(quoted, OneOf if typed_too else Phrase)
    assert isinstance(joined, Phrase)
