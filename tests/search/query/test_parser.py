"""The query language: what is an operator and what is plain text."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import Token
from onneshon.search.errors import QueryError
from onneshon.search.query.clauses import MAX_WORDS
from onneshon.search.query.conditions import Filter, Selection
from onneshon.search.query.grammar import MAX_DEPTH
from onneshon.search.query.parser import MAX_CHARACTERS, Parsed, parse
from onneshon.search.query.reading import AlternativeReading, Interpretation, WordReading
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Hint,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    leaves,
)
from onneshon.search.query.words import ReadSpan
from tests.strategies import bengali_text, mixed_text


def shape(query: Query | None) -> object:  # noqa: C901, PLR0911 - one line for each kind of node
    """A query tree as nested tuples of its texts."""
    match query:
        case Term(text, field=field):
            return f"{field}:{text}" if field else text
        case Phrase(words, slop):
            return ("phrase", *(word.text for word in words), *([slop] if slop else []))
        case Prefix(text):
            return f"{text}*"
        case Any(children):
            return ("any", *map(shape, children))
        case All(children, optional):
            more = ("also", *map(shape, optional)) if optional else ()
            return ("all", *map(shape, children), *more)
        case Not(child):
            return ("not", shape(child))
        case Boost(child, factor):
            return ("boost", shape(child), factor)
        case Hint(child):
            return ("hint", shape(child))
        case Filter(name, value):
            return f"{name}={value}"
        case MatchAll():
            return "everything"
    return None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ঢাকা", "ঢাকা"),
        ("ঢাকা বিশ্ববিদ্যালয়", ("any", "ঢাকা", "বিশ্ববিদ্যালয়")),
        ("ঢাকা ঢাকা শহর", ("any", ("boost", "ঢাকা", 2.0), "শহর")),
        ('"সাংহাই সহযোগিতা সংস্থা"', ("phrase", "সাংহাই", "সহযোগিতা", "সংস্থা")),
        ("“সাংহাই সহযোগিতা”", ("phrase", "সাংহাই", "সহযোগিতা")),
        ('"সাংহাই সংস্থা"~2', ("phrase", "সাংহাই", "সংস্থা", 2)),
        ('"সাংহাই সংস্থা"~99', ("phrase", "সাংহাই", "সংস্থা", 10)),
        ('"ঢাকা"', "ঢাকা"),
        ('"ভাষা আন্দোলন" ঢাকা', ("all", ("phrase", "ভাষা", "আন্দোলন"), "also", "ঢাকা")),
        ("+ভাষা আন্দোলন", ("all", "ভাষা", "also", "আন্দোলন")),
        ("ভাষা -আন্দোলন", ("all", "ভাষা", ("not", "আন্দোলন"))),
        ('ভাষা -"ভাষা আন্দোলন"', ("all", "ভাষা", ("not", ("phrase", "ভাষা", "আন্দোলন")))),
        ("-আন্দোলন", ("all", "everything", ("not", "আন্দোলন"))),
        ("ভাষা AND আন্দোলন", ("all", "ভাষা", "আন্দোলন")),
        ("ভাষা OR আন্দোলন", ("any", "ভাষা", "আন্দোলন")),
        ("ভাষা NOT আন্দোলন", ("all", "ভাষা", ("not", "আন্দোলন"))),
        ("ভাষা AND NOT আন্দোলন", ("all", "ভাষা", ("not", "আন্দোলন"))),
        ("ঢাকা ভাষা AND আন্দোলন", ("any", "ঢাকা", ("all", "ভাষা", "আন্দোলন"))),
        ("(ঢাকা OR চট্টগ্রাম) AND ভাষা", ("all", ("any", "ঢাকা", "চট্টগ্রাম"), "ভাষা")),
        ('"ভাষা আন্দোলন" OR ঢাকা', ("any", ("phrase", "ভাষা", "আন্দোলন"), "ঢাকা")),
        ('ঢাকা OR "ভাষা আন্দোলন"', ("any", "ঢাকা", ("phrase", "ভাষা", "আন্দোলন"))),
        ("মুক্তি*", "মুক্তি*"),
        ("শিরোনাম:ঢাকা", "title:ঢাকা"),
        ("title:ঢাকা", "title:ঢাকা"),
        ("title:বাবা-মা", ("phrase", "বাবা", "মা")),
        ("লেখক:নজরুল", "author=নজরুল"),
        ("বিভাগ:খেলা ক্রিকেট", ("all", "ক্রিকেট", "category=খেলা")),
        ('author:"কাজী নজরুল"', "author=কাজী নজরুল"),
        ("title:=ঢাকার", "title:ঢাকার"),
        ("category:(খেলা)", "category=খেলা"),
        ("date:(ক খ)", ("any", "date", ("any", "ক", "খ"))),
    ],
    ids=str,
)
def test_a_query_reads_as_its_operators_say(text: str, expected: object) -> None:
    """Words are alternatives; quotes, signs, operators, fields and stars work as documented."""
    assert shape(parse(text).query) == expected


@pytest.mark.parametrize(
    "text",
    [
        "পুরো বিএনপিই এখন গৃহ হোম আইসোলেশনে -তথ্যমন্ত্রী",
        "গ্রেফতার -২",
        "স্বজনরা --- বিএনপি",
        "বাবা-মা আর শ্বশুর",
        "'এটা আমার নতুন সূচনা'- বললেন তিনি",
        "বর্তমান (২০১৯) চেয়ারম্যান কে ?",
        "হ্যারি: পটার",
        "এবং অথবা নয়",
        "বাংলাদেশ ও ভারত",
    ],
    ids=str,
)
def test_the_punctuation_of_headlines_is_no_operator(text: str) -> None:
    """Hyphens, single quotes, parentheses and conjunctions of headlines exclude and require nothing."""

    def bags(query: Query | None) -> bool:
        return isinstance(query, Term) or (isinstance(query, Any) and all(map(bags, query.children)))

    assert bags(parse(text).query)


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("এক দুই তিন চার -পাঁচ", "পাঁচ"),
        ("এক দুই তিন চার পাঁচ -ছয়", None),
        ("এক দুই তিন চার (পাঁচ) -ছয়", None),
        ('এক দুই তিন চার "পাঁচ ছয়" -সাত', "সাত"),
        ("এক দুই তিন চার পাঁচ* ছয় -সাত", "সাত"),
    ],
)
def test_a_sign_is_one_in_a_short_query_and_punctuation_in_a_long_one(
    text: str, excluded: str | None
) -> None:
    """A query is long with more than five words outside quotes, unless it has a certain operator."""
    query = parse(text).query
    found = [child for child in query.children if isinstance(child, Not)] if isinstance(query, All) else []
    assert [shape(child) for child in found] == ([("not", excluded)] if excluded else [])


def test_quotes_in_a_long_question_prefer_and_do_not_demand() -> None:
    """In a question of many words a quoted title counts as its words, and once more as a phrase hint."""
    query = parse('জীবনানন্দ দাশ রচিত "বনলতা সেন" কবিতাটি কোন সালে প্রথম প্রকাশিত হয় ?').query
    assert isinstance(query, Any)
    once_more = ("hint", ("phrase", "বনলতা", "সেন"))
    assert ("any", "বনলতা", "সেন", once_more) in [shape(child) for child in query.children]
    single = parse('জীবনানন্দ দাশ রচিত "বনলতা" কবিতা কোন সালে').query
    assert shape(single) == ("any", "জীবনানন্দ", "দাশ", "রচিত", "বনলতা", "কবিতা", "কোন", "সালে")


def test_every_word_of_a_phrase_counts() -> None:
    """Function words in a phrase have full weight: they stand where they were typed."""
    phrase, plain = parse('"ভাষা ও আন্দোলন"').query, parse("ভাষা ও আন্দোলন").query
    assert isinstance(phrase, Phrase)
    assert isinstance(plain, Any)
    assert [word.function for word in phrase.words] == [False, False, False]
    assert [word.function for word in plain.children if isinstance(word, Term)] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "values", "ignored"),
    [
        ("category:(খেলা ভ্রমণ)", ["খেলা", "ভ্রমণ"], []),
        ('বিভাগ:("জাতীয় সংবাদ" OR খেলা)', ["জাতীয় সংবাদ", "খেলা"], []),
        ("category:(খেলা) category:ভ্রমণ", ["খেলা", "ভ্রমণ"], []),
        ("category:ভ্রমণ বিভাগ:(খেলা OR বই)", ["ভ্রমণ", "খেলা", "বই"], []),
        ("category:(খেলা -ভ্রমণ বই)", ["খেলা", "বই"], ["-"]),
        ("category:(খেলা (ভ্রমণ))", ["খেলা", "ভ্রমণ"], ["(", ")"]),
        ("category:(খেলা ভ্র* বই)", ["খেলা", "বই"], ["ভ্র*"]),
        ("tags:(চর নদী)", ["চর", "নদী"], []),
        ("lang:(bn ইংরেজি)", ["bn", "en"], []),
        ("lang:(bn-BD EN)", ["bn", "en"], []),
    ],
)
def test_values_between_parentheses_are_alternatives(
    text: str, values: list[str], ignored: list[str]
) -> None:
    """Values in parentheses equal repeated values of the field; other text there is reported as ignored."""
    parsed = parse(text, declared={"tags": "tags"})
    assert isinstance(parsed.query, Selection)
    assert [choice.value for choice in parsed.query.choices if isinstance(choice, Filter)] == values
    assert [piece.text for piece in parsed.ignored] == ignored
    assert isinstance(parse(f"নদী -{text}", declared={"tags": "tags"}).query, All)


def test_dates_between_parentheses_are_alternatives() -> None:
    """Dates may have any form; other text is reported, and with no date at all the field name is a word."""
    query = parse('নদী তারিখ:( ২০১৮ OR "জানুয়ারি ২০২০" )').query
    assert query == parse('নদী তারিখ:২০১৮ তারিখ:"জানুয়ারি ২০২০"').query
    assert [piece.text for piece in parse("তারিখ:(২০১৮ কাল)").ignored] == ["কাল"]


def test_bengali_conjunctions_join_quoted_phrases() -> None:
    """Between two phrases এবং means AND, since it can hardly be a word of the text there."""
    expected = ("all", ("phrase", "ভাষা", "আন্দোলন"), ("phrase", "ঢাকা", "শহর"))
    assert shape(parse('"ভাষা আন্দোলন" এবং "ঢাকা শহর"').query) == expected
    for text in ('এবং "ভাষা আন্দোলন" "ঢাকা শহর"', '"ভাষা আন্দোলন" "ঢাকা শহর" এবং'):
        assert shape(parse(text).query) == (*expected, "also", "এবং")


@pytest.mark.parametrize(
    ("joined", "plain"),
    [
        ("নদী এবং বন্যা", "নদী বন্যা"),
        ("নদী অথবা বন্যা", "নদী বন্যা"),
        ("পদ্মা এবং মেঘনা -ইলিশ", "পদ্মা মেঘনা -ইলিশ"),
    ],
)
def test_bengali_conjunctions_between_plain_words_have_no_weight(joined: str, plain: str) -> None:
    """The query is the same without them; at its end, and in verbatim queries, they are words."""
    assert parse(joined).query == parse(plain).query
    assert parse("বন্যা").query not in [parse("এবং বন্যা").query, parse("বন্যা এবং").query]
    assert parse(joined, verbatim=True).query != parse(plain, verbatim=True).query


@pytest.mark.parametrize(
    "text", ["", "\t\n", "()", '""', "“”", "+", "-", "**", "AND", "((", "))", "?!।", "\x00\x1b"]
)
def test_a_query_without_words_is_no_query(text: str) -> None:
    """A text with nothing to search for gives no query, and no error."""
    query = parse(text).query
    assert query is None or shape(query) == "AND"


@pytest.mark.parametrize("text", ["ক*", "মু*", "ক্ষ*", "*", "ঢাকা *"])
def test_one_cluster_is_too_little_for_a_prefix(text: str) -> None:
    """A star after fewer than two clusters is dropped; a conjunct is one cluster."""
    query = parse(text).query
    assert query is None or not any(isinstance(leaf, Prefix) for leaf in leaves(query))


def test_a_query_that_is_too_long_is_refused_with_the_place() -> None:
    """The error's position is where the allowed length ends."""
    with pytest.raises(QueryError) as caught:
        parse("ক" * 100_000)
    assert caught.value.position == MAX_CHARACTERS


def test_parentheses_that_are_too_deep_are_refused_with_the_place() -> None:
    """The error's position is the first parenthesis beyond the limit; up to the limit there is none."""
    assert parse("(" * MAX_DEPTH + "ঢাকা" + ")" * MAX_DEPTH).query is not None
    with pytest.raises(QueryError) as caught:
        parse("(" * (MAX_DEPTH + 1) + "ঢাকা" + ")" * (MAX_DEPTH + 1))
    assert caught.value.position == MAX_DEPTH


@pytest.mark.parametrize("text", ["((((ঢাকা", "(" * 100 + "ঢাকা", "(((ঢাকা)"])
def test_a_parenthesis_that_is_never_closed_is_punctuation(text: str) -> None:
    """Unclosed parentheses are ignored, however many there are."""
    assert shape(parse(text).query) == "ঢাকা"


def test_latin_words_are_read_by_their_sound() -> None:
    """A reader gives readings with weighted alternatives; a reading keeps its offsets."""

    def read(_text: str, _tokens: Sequence[Token]) -> list[WordReading]:
        return [WordReading(1, 2, "বাংলা", "sound", ("বাংলো",), (AlternativeReading("বাংলো", 0.5),))]

    parsed = parse("shonar bangla", read)
    assert shape(parsed.query) == ("any", "shonar", "bangla", ("hint", ("boost", "bangla", 0.5)))
    assert [(reading.start, reading.end, reading.word) for reading in parsed.readings] == [(7, 13, "বাংলা")]


def test_the_value_of_an_unknown_field_is_not_read() -> None:
    """The value of an unknown field is searched for as typed."""
    read = lambda _text, _tokens: [WordReading(0, 1, "বার", "sound")]  # noqa: E731 - a stub
    parsed = parse("foo:bar", read)
    assert (shape(parsed.query), parsed.unknown_fields, parsed.readings) == ("bar", ("foo",), ())
    assert isinstance(parsed.query, Term)
    assert parsed.query.exact == "bar"


def test_a_reading_that_finds_is_a_variant_of_the_word() -> None:
    """The reading is the first variant; an alternative of several words is a phrase."""

    def read(_text: str, _tokens: Sequence[Token]) -> list[WordReading]:
        return [
            WordReading(0, 1, "ফেসবুক", "loan", alternatives=(AlternativeReading("ফেইস বুক", 0.5, finds=True),))
        ]

    query = parse("facebook", read).query
    assert isinstance(query, OneOf)
    first, second = query.variants
    assert (first.weight, second.weight, type(second.query)) == (1.0, 0.5, Phrase)


def test_alternatives_give_a_query_no_content() -> None:
    """*amr ase* is two function words; they keep full weight whatever else *ase* may be read as."""

    def read(_text: str, _tokens: Sequence[Token]) -> list[WordReading]:
        ase = WordReading(1, 2, "আছে", "sound", alternatives=(AlternativeReading("এসি", 0.2),))
        return [WordReading(0, 1, "আমার", "sound"), ase]

    query = parse("amr ase", read).query
    assert isinstance(query, Any)
    assert [term.function for term in query.children if isinstance(term, Term)] == [False, False]


def test_a_reading_is_searched_together_with_the_word_as_typed() -> None:
    """The typed word and its reading are variants of one word, where articles have both."""
    read = lambda _text, _tokens: [WordReading(0, 1, "ফেসবুক", "loan", typed_too=True)]  # noqa: E731 - a stub
    query = parse("Facebook", read).query
    assert isinstance(query, OneOf)
    assert [(way.kind, way.query.exact) for way in query.variants if isinstance(way.query, Term)] == [
        ("sound", "ফেসবুক"),
        ("typed", "facebook"),
    ]


@pytest.mark.parametrize(("typed_too", "meant"), [(True, "খুজে"), (False, "খুঁজে")])
def test_in_quotation_marks_a_word_that_articles_have_is_no_other(*, typed_too: bool, meant: str) -> None:
    """A quoted word that articles contain is meant as typed; a word that none contains is read as usual."""
    slip = WordReading(0, 1, "খুঁজে", "spelling", typed_too=typed_too)
    query = parse('"খুজে পাওয়া"', lambda _text, _tokens: [slip]).query
    assert isinstance(query, Phrase)
    assert query.words[0].exact == meant


def test_one_word_read_as_several_is_one_thing_and_several_typed_are_several() -> None:
    """WHO is a name and so a phrase; a road accident is two words, as if typed in Bengali."""
    whole = parse("WHO", lambda _text, _tokens: [WordReading(0, 1, "বিশ্ব স্বাস্থ্য সংস্থা", "acronym")])
    assert shape(whole.query) == ("phrase", "বিশ্ব", "স্বাস্থ্য", "সংস্থা")
    words = parse("road accident", lambda _text, _tokens: [WordReading(0, 2, "সড়ক দুর্ঘটনা", "meaning")])
    assert shape(words.query) == ("any", "সড়ক", "দুর্ঘটনা")


def test_a_reading_that_is_not_shown_is_searched_all_the_same() -> None:
    """Two spellings of one word are no correction to show."""
    found = parse("পল্লি", lambda _text, _tokens: [WordReading(0, 1, "পল্লী", "spelling", shown=False)])
    assert isinstance(found.query, Term)
    assert (found.query.text, found.query.exact, found.readings) == ("পল্লি", "পল্লী", ())


def test_words_that_are_read_as_nothing_are_ignored() -> None:
    """Words with an empty reading are not searched for."""
    found = parse("where is dhaka", lambda _text, _tokens: [WordReading(0, 2, "", "meaning")])
    assert found.query == parse("dhaka").query
    assert found.readings == ()


def test_words_of_a_reading_that_are_ignored_are_not_searched_as_typed() -> None:
    """*Dhaka* is searched for without the words around it, and reported alone."""
    ways = [WordReading(0, 3, "ঢাকা", "name", typed_too=True, before=1, after=1)]
    parsed = parse("in Dhaka of", lambda _text, _tokens: ways)
    assert isinstance(parsed.query, OneOf)
    assert parsed.query.text == "Dhaka"
    assert [shape(way.query) for way in parsed.query.variants] == ["Dhaka", "Dhaka"]
    assert parsed.readings == (ReadSpan(0, 11, "ঢাকা", "name", before=3, after=3),)
    assert parsed.readings[0].typed("in Dhaka of") == "Dhaka"
    assert parsed.as_read("in Dhaka of") == "ঢাকা"


def test_words_that_nothing_sounds_like_are_reported_together() -> None:
    """Adjacent unreadable words are reported as one piece, without the words around them."""
    parsed = parse("নদী xyzzy qwrt খাল", lambda _text, _tokens: [WordReading(1, 3, "", "sound")])
    assert shape(parsed.query) == ("any", "নদী", "খাল")
    assert [(piece.kind, piece.text, piece.start, piece.end) for piece in parsed.ignored] == [
        ("unread", "xyzzy qwrt", 4, 14)
    ]


def test_there_is_room_for_so_many_words_in_all_parts_of_a_query_together() -> None:
    """The limit on words is for the whole query; words beyond it are reported and not searched for."""
    text = " ".join(f"{number}" for number in range(100, 140)) + " (" + " ".join(["খাল"] * 40) + ") বিল"
    parsed = parse(text)
    assert parsed.query is not None
    assert not [leaf for leaf in leaves(parsed.query) if isinstance(leaf, Term) and leaf.text == "বিল"]
    beyond = next(piece for piece in parsed.ignored if piece.kind == "words")
    assert beyond.start == text.index("খাল") + 4 * (MAX_WORDS - 40)


class Tens:
    """An interpreter that takes each দশ, with a following টাকা, for a unit."""

    def units(self, text: str, tokens: Sequence[Token]) -> list[Interpretation]:
        """The units among the words as they are read."""
        found = [at for at, token in enumerate(tokens) if token.exact == "দশ"]
        ends = [at + 1 + ([token.exact for token in tokens[at + 1 : at + 2]] == ["টাকা"]) for at in found]
        return [
            Interpretation(at, end, (Term("unit " + text, "দশ", "দশ"),))
            for at, end in zip(found, ends, strict=True)
        ]

    def words(self, tokens: Sequence[Token], queries: Sequence[Query]) -> Sequence[Query]:  # noqa: ARG002
        """Leave the words as they are."""
        return queries


@pytest.mark.parametrize(
    ("typed", "alternatives", "wanted"),
    [
        ("dosh", (), "unit dosh"),
        ("dosh", (AlternativeReading("দাস", 0.4, finds=True),), None),
        ("dosh টাকা", (AlternativeReading("দাস", 0.4, finds=True),), "unit dosh টাকা"),
        ("dosh টাকা", (AlternativeReading("দাস", 0.4),), "unit dosh টাকা"),
    ],
)
def test_what_was_read_may_be_a_unit(
    typed: str, alternatives: tuple[AlternativeReading, ...], wanted: str | None
) -> None:
    """A single word must have no alternatives to be a unit; of several words no alternative is added."""
    parsed = parse(
        typed, lambda _text, _tokens: [WordReading(0, 1, "দশ", "sound", alternatives=alternatives)], Tens()
    )
    assert shape(parsed.query) == wanted
    assert parsed.readings == (ReadSpan(0, 4, "দশ"),)


@pytest.mark.parametrize(
    ("typed_too", "wanted"),
    [(False, "unit দষ টাকা"), (True, ("any", None, "টাকা"))],
)
def test_what_a_misspelt_word_was_read_as_may_be_a_unit(*, typed_too: bool, wanted: object) -> None:
    """Where the word is searched as typed too, it stays one."""
    parsed = parse(
        "দষ টাকা",
        lambda _text, _tokens: [WordReading(0, 1, "দশ", "spelling", typed_too=typed_too)],
        Tens(),
    )
    assert shape(parsed.query) == wanted
    assert parsed.readings == (ReadSpan(0, 2, "দশ", "spelling"),)


@pytest.mark.parametrize("text", ["=ঢাকার", "=Facebook", "+=ঢাকার"])
def test_a_word_after_an_equals_sign_is_searched_exactly_as_typed(text: str) -> None:
    """A word after ``=`` matches in no other form, and is never read otherwise."""
    query = parse(text, lambda _text, _tokens: [WordReading(0, 1, "ঢাকা", "sound")]).query
    assert isinstance(query, Term)
    assert (query.text, query.spelt_so, query.sound) == (text.lstrip("+="), True, False)


def test_a_query_may_be_verbatim_as_a_whole() -> None:
    """The words of phrases are then exact too."""
    query = parse('"ঢাকার শহর" নদী', verbatim=True).query
    assert {leaf.spelt_so for leaf in leaves(query) if isinstance(leaf, Term)} == {True}  # type: ignore[arg-type]
    assert shape(query) == ("all", ("all", ("phrase", "ঢাকার", "শহর"), "ঢাকার", "শহর"), "also", "নদী")


@pytest.mark.parametrize(
    ("text", "unknown", "expected"),
    [
        ("foo:bar", ("foo",), "bar"),
        ("নদী foo:bar", ("foo",), ("any", "নদী", "bar")),
        ('autor:"নজরুল ইসলাম"', ("autor",), ("phrase", "নজরুল", "ইসলাম")),
        ("নদী autor:“নজরুল ইসলাম”", ("autor",), ("all", ("phrase", "নজরুল", "ইসলাম"), "also", "নদী")),
        ('নদী -autor:"নজরুল ইসলাম"', ("autor",), ("all", "নদী", ("not", ("phrase", "নজরুল", "ইসলাম")))),
        ("autor:(নজরুল OR রফিক)", ("autor",), ("any", "নজরুল", "রফিক")),
        ("নদী -autor:(নজরুল রফিক)", ("autor",), ("all", "নদী", ("not", ("any", "নজরুল", "রফিক")))),
        ('date:"একদিন"', (), ("all", "একদিন", "also", "date")),
        ("title:ঢাকা", (), "title:ঢাকা"),
        ("ঢাকা 10:30", (), ("any", "ঢাকা", "10", "30")),
        ("ঢাকা: রাজধানী", (), ("any", "ঢাকা", "রাজধানী")),
    ],
)
def test_an_unknown_field_is_reported_and_ignored(
    text: str, unknown: tuple[str, ...], expected: object
) -> None:
    """The field name is no word to be read by sound; times of day and colons of prose are no fields."""
    parsed = parse(text)
    assert parsed.unknown_fields == unknown
    assert shape(parsed.query) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title:(ঢাকা নদী)", ("any", "title:ঢাকা", "title:নদী")),
        ("শিরোনাম:(ঢাকা AND -নদী) খাল", ("all", ("all", "title:ঢাকা", ("not", "title:নদী")), "also", "খাল")),
        ('title:("ভাষা আন্দোলন" OR মুক্তি*)', ("any", ("phrase", "ভাষা", "আন্দোলন"), "মুক্তি*")),
        ("title:(ঢাকা) নদী", ("all", "title:ঢাকা", "also", "নদী")),
        ("title:(ঢাকা category:খেলা)", ("all", "title:ঢাকা", "category=খেলা")),
    ],
)
def test_parentheses_after_a_field_confine_all_between_them(text: str, expected: object) -> None:
    """The field applies to all between the parentheses, and to nothing after them."""
    query = parse(text).query
    assert shape(query) == expected
    if text.startswith("title:(") and text.endswith(")"):
        assert query is not None
        assert {leaf.field for leaf in leaves(query)} == {"title"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("author:-নজরুল", "-author:নজরুল"),
        ("নদী title:-খাল", "নদী -title:খাল"),
        ("নদী title:-(খাল বিল)", "নদী -title:(খাল বিল)"),
        ('নদী author:-"কাজী নজরুল"', 'নদী -author:"কাজী নজরুল"'),
        ("নদী title:+খাল", "নদী +title:খাল"),
        ("নদী tags:-চর", "নদী -tags:চর"),
    ],
)
def test_a_sign_after_the_colon_is_one_before_the_field(text: str, meant: str) -> None:
    """A sign after the colon works as one before the field; before a digit it belongs to the value."""
    assert parse(text, declared=DECLARED).query == parse(meant, declared=DECLARED).query
    assert parse(text, declared=DECLARED, strict=True).ignored == ()
    assert shape(parse("tags:-5", declared=DECLARED).query) == "tags=-5"


DECLARED = {"section": "section", "পাতা": "section", "tags": "tags"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("section:খেলা", "section=খেলা"),
        ('নদী পাতা:"প্রথম পাতা"', ("all", "নদী", "section=প্রথম পাতা")),
        ("নদী -tags:চর", ("all", "নদী", ("not", "tags=চর"))),
        ("পাতা: খেলা", ("any", "পাতা", "খেলা")),
        ("পাতা খেলা", ("any", "পাতা", "খেলা")),
    ],
)
def test_fields_of_a_site_are_operators(text: str, expected: object) -> None:
    """A site's fields work by any of their names, and only before a value."""
    assert shape(parse(text, declared=DECLARED).query) == expected


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("শিরোনাম:নদী", "title:নদী"),
        ("বিষয়:নদী", "topic=নদী"),
        ("গাড়ি:নদী", "car=নদী"),
        ("আষাঢ়:নদী", "rain=নদী"),
        ("সৌধ:নদী", "site=নদী"),
        ("-বিষয়:(নদী খাল)", ("all", "everything", ("not", None))),
    ],
)
def test_the_name_of_a_field_is_the_same_in_either_encoding(
    form: Literal["NFC", "NFD"], text: str, expected: object
) -> None:
    """Field names match in any Unicode normal form, as words and declared labels do."""
    names = {"বিষয়": "topic", "গাড়ি": "car", "আষাঢ়": "rain", "সৌধ": "site"}
    declared = {normalize("NFC", label): name for label, name in names.items()}
    whole = {"\u09af\u09bc": "\u09df", "\u09a1\u09bc": "\u09dc", "\u09a2\u09bc": "\u09dd"}
    as_one = re.sub("|".join(whole), lambda found: whole[found[0]], normalize("NFC", text))
    for typed in (normalize(form, text), as_one):
        parsed = parse(typed, declared=declared)
        assert (shape(parsed.query), parsed.ignored) == (expected, ())


def test_values_of_one_declared_field_are_alternatives() -> None:
    """Repeated values of a site's field are alternatives, as those of a category are."""
    query = parse("নদী tags:চর tags:মাছ", declared=DECLARED).query
    assert isinstance(query, All)
    assert Selection((Filter("tags", "চর"), Filter("tags", "মাছ"))) in query.children


def test_without_its_site_a_field_is_unknown() -> None:
    """Field names belong to one index."""
    assert parse("section:খেলা").unknown_fields == ("section",)


STRICT = [
    ("foo:bar নদী", "field", 0),
    ("নদী রঙ:লাল", "field", 4),
    ("নদী title:", "field", 4),
    ("title:(", "field", 0),
    ("category:()", "parenthesis", 9),
    ("category:(OR)", "parenthesis", 9),
    ('নদী autor:"নজরুল ইসলাম"', "field", 4),
    ("autor:(নজরুল ইসলাম)", "field", 0),
    ('নদী রঙ:"লাল"', "field", 4),
    ("নদী date:একদিন", "value", 4),
    ("lang:ক্লিংগন", "value", 0),
    ("নদী - খাল", "sign", 4),
    ("নদী -১৯৭১", "sign", 4),
    ("নদী +-খাল", "sign", 4),
    ("+নদী OR খাল", "sign", 0),
    ("= নদী", "sign", 0),
    ("ক=খ", "sign", 0),
    ("AND নদী", "operator", 0),
    ("নদী AND", "operator", 4),
    ("নদী OR", "operator", 4),
    ("OR নদী", "operator", 0),
    ("নদী OR OR খাল", "operator", 7),
    ("নদী NOT", "operator", 4),
    ("নদী OR -খাল", "operator", 4),
    ("নদী OR NOT খাল", "operator", 4),
    ("নদী OR -author:নজরুল", "operator", 4),
    ("-নদী OR খাল", "operator", 5),
    ("নদী (বিল OR -খাল)", "operator", 9),
    ("নদী AND AND খাল", "operator", 4),
    ('"নদী', "quote", 0),
    ('নদী ""', "quote", 4),
    ("নদী ”", "quote", 4),
    ("(নদী খাল", "parenthesis", 0),
    ("নদী) খাল", "parenthesis", 3),
    ("নদী ()", "parenthesis", 4),
    ("ক*", "star", 0),
    ("নদী *", "star", 4),
    ("ক*খ নদী", "star", 0),
    ("category:খেলা*", "star", 9),
    ("river~ নদী", "tilde", 0),
    ("নদী ক~", "tilde", 4),
    ("শব্দ~5", "tilde", 0),
    ("নদী =পদ্মা~", "tilde", 4),
    ("=পদ্মা*", "star", 0),
    ("title:=পদ্মা*", "star", 6),
    ('tags:"নদী"~2', "tilde", 10),
    ('tags:(খাল "নদী"~2)', "tilde", 15),
    ('date:"2016"~2', "tilde", 11),
    ("-author:-নজরুল", "sign", 0),
    ('"নদী খাল"~99', "tilde", 9),
    ("নদী~ খাল~ মুক্তি~", "tilde", 10),
    (" ".join(["নদী"] * 65), "words", 64 * 4),
    (" ".join(["নদী"] * 64) + " মুক্তি*", "words", 64 * 4),
    (" ".join(["নদী"] * 64) + " মুক্তি~", "words", 64 * 4),
    (" ".join(["নদী"] * 64) + " =মুক্তি", "words", 64 * 4 + 1),
    ("নদী\x07 খাল", "character", 3),
]


@pytest.mark.parametrize(("text", "kind", "position"), STRICT, ids=[case[0][:20] for case in STRICT])
def test_strict_passes_over_nothing(text: str, kind: str, position: int) -> None:
    """What lenient parsing reports as ignored is an error with a position in strict parsing."""
    first = parse(text, declared=DECLARED).ignored[0]
    assert (first.kind, first.start) == (kind, position)
    assert first.text in text[first.start : first.end]
    with pytest.raises(QueryError) as caught:
        parse(text, declared=DECLARED, strict=True)
    assert caught.value.position == position


@pytest.mark.parametrize(
    "text",
    [
        "নদী",
        "ঢাকা, চট্টগ্রাম ও কোভিড-১৯",
        '+"ভাষা আন্দোলন"~2 -(খাল OR "বিল ঝিল") title:মুক্তি* মুক্তিযুদ্দ~1 =ঢাকার',
        "title:(নদী খাল) date:২০১৯.. lang:bn category:খেলা -author:নজরুল",
        "NOT নদী",
        "নদী AND খাল AND -বিল",
        "*",
        "",
    ],
)
def test_strict_takes_what_makes_sense(text: str) -> None:
    """A correct query has the same tree in strict parsing."""
    assert parse(text, strict=True) == parse(text)


def test_what_is_excluded_is_no_alternative() -> None:
    """OR next to an exclusion is reported once; in parentheses an exclusion is an alternative."""
    assert shape(parse("নদী OR -খাল").query) == shape(parse("নদী -খাল").query)
    assert [piece.start for piece in parse("-নদী OR -খাল").ignored] == [5]
    either = parse("নদী OR (NOT খাল)", strict=True).query
    assert shape(either) == ("any", "নদী", ("all", "everything", ("not", "খাল")))
    assert parse("নদী OR বিল -খাল", strict=True) == parse("নদী OR বিল -খাল")


def test_strict_knows_no_prose() -> None:
    """In strict parsing the signs of a long query are operators too."""
    text = "এক দুই তিন চার পাঁচ ছয় -সাত"
    assert parse(text).ignored == ()
    assert shape(parse(text, strict=True).query) == ("all", *_bag_and(text), ("not", "সাত"))


def _bag_and(text: str) -> tuple[object, ...]:
    return (("any", *text.split()[:-1]),)


def test_strict_wants_a_word() -> None:
    """A query of punctuation alone is an error in strict parsing."""
    assert parse("।।").query is None
    with pytest.raises(QueryError, match="no word"):
        parse("।।", strict=True)


def test_a_phrase_takes_the_likeliest_sound() -> None:
    """Latin words in quotes are read too, each as its best candidate."""
    words = {"amar": "আমার", "bangla": "বাংলা"}
    query = parse(
        '"amar bangla"',
        lambda _text, tokens: [
            WordReading(position, position + 1, words[token.exact], "sound")
            for position, token in enumerate(tokens)
        ],
    ).query
    assert isinstance(query, Phrase)
    assert [word.exact for word in query.words] == ["আমার", "বাংলা"]


SIGNS = ['"', "“", "”", "(", ")", "+", "-", "~2", "*", ":", "AND", "OR", "NOT", "শিরোনাম:", "লেখক:"]

operators = (
    st.lists(st.sampled_from([*SIGNS, " "]) | bengali_text, max_size=40)
    .map("".join)
    .filter(lambda text: len(text) <= MAX_CHARACTERS)
)


@given(operators | mixed_text.filter(lambda text: len(text) <= MAX_CHARACTERS))
def test_any_text_is_a_query_unless_too_deep(text: str) -> None:
    """Only depth makes the parser refuse a short text; a tree has no more leaves than characters."""
    if text.count("(") > MAX_DEPTH:
        with suppress(QueryError):
            parse(text)
    else:
        parsed = parse(text)
        assert parsed.query is None or len(list(leaves(parsed.query))) <= len(text)
        starts = [piece.start for piece in parsed.ignored]
        assert starts == sorted(starts)
        assert all(0 <= piece.start < piece.end <= len(text) for piece in parsed.ignored)
        with suppress(QueryError):  # what strict parsing accepts has nothing ignored
            assert parse(text, strict=True).ignored == ()


@pytest.mark.parametrize(
    ("text", "read"),
    [("bcb 2019", "বিসিবি ২০১৯"), ("bcb 2019 xyz", "বিসিবি 2019 xyz"), ("bcb ঢাকা~2", "বিসিবি ঢাকা~2")],
    ids=["Bengali", "both scripts", "an operator"],
)
def test_what_was_read_is_written_in_one_script(text: str, read: str) -> None:
    """Digits become Bengali too, unless Latin letters remain; numbers of operators stay."""
    assert Parsed(None, (ReadSpan(0, 3, "বিসিবি"),)).as_read(text) == read
    after = Parsed(None, (ReadSpan(4, 7, "বিসিবি"),)).as_read(f"নদী {text}")
    assert after == f"নদী {read}"


@pytest.mark.parametrize(
    ("text", "skipped", "read"),
    [
        ("where is the zygote of india", [(0, 12), (13, 19)], "ভারত"),
        ("india zygote", [(6, 12)], "ভারত"),
        ("ঢাকা the india", [(5, 8)], "ঢাকা ভারত"),
        ('"zygote of india" ঢাকা', [(1, 7)], '"ভারত" ঢাকা'),
        ('"india zygote"  ঢাকা', [(7, 13)], '"ভারত"  ঢাকা'),
    ],
)
def test_what_was_read_has_no_word_that_was_skipped(
    text: str, skipped: Sequence[tuple[int, int]], read: str
) -> None:
    """A page asserts no search for a word that was not searched; the space of one goes with it."""
    start = text.index("of india") if "of india" in text else text.index("india")
    india = ReadSpan(start, text.index("india") + len("india"), "ভারত")
    assert Parsed(None, (india,), skipped=tuple(skipped)).as_read(text) == read
