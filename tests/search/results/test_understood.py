"""How a query was understood, as ``Engine.understand`` reports it."""

from collections.abc import Iterator

import pytest

from onneshon.search import Engine
from onneshon.search.results.understood import UnderstoodWord, WordWriting
from tests.fakes import article, reader_of

ARTICLES = [
    article("a", "নদী ও শহর। ভাষা আন্দোলন নিয়ে মেলা।"),
    article("b", "ভাষা নিয়ে যত আন্দোলন। নদীর নাম।"),
    article("c", "নদীমাতৃক দেশ।"),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine in memory over the articles of this module."""
    with Engine(reader_of(ARTICLES)) as opened:
        yield opened


def typed(text: str, articles: int) -> UnderstoodWord:
    """A word that is searched for as typed."""
    return UnderstoodWord(text, "typed", articles, (WordWriting(text, "typed", 1.0, articles),))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("নদী", [typed("নদী", 2)]),
        ("নদী মেলা", [typed("নদী", 2), typed("মেলা", 1)]),
        ("+নদী মেলা", [typed("নদী", 2), typed("মেলা", 1)]),
        ("নদী -মেলা", [typed("নদী", 2), typed("মেলা", 1)]),
        ("নদী -(মেলা OR নাম)", [typed("নদী", 2), typed("মেলা", 1), typed("নাম", 1)]),
        ('"ভাষা আন্দোলন"', [typed("ভাষা আন্দোলন", 1)]),
        ("নদী*", [typed("নদী", 3)]),
        ("category:খেলা", []),
        ("*", []),
        ("", []),
    ],
)
def test_each_concept_is_reported_with_its_articles(
    engine: Engine, query: str, words: list[UnderstoodWord]
) -> None:
    """Concepts are in the order typed, excluded ones included; conditions are left out."""
    assert engine.understand(query) == words


def test_a_word_read_otherwise_has_its_writings(sample_engine: Engine) -> None:
    """A word read by sound has its kind, its reading and its other readings."""
    (word,) = sample_engine.understand("mela")
    assert (word.typed, word.kind, word.others) == ("mela", "sound", ("মেলে", "মিলে"))
    assert [(writing.text, writing.kind) for writing in word.writings] == [("মেলা", "sound")]
    assert word.articles == sample_engine.search("মেলা").total


def test_a_less_likely_reading_weighs_less(sample_engine: Engine) -> None:
    """A reading's weight depends on its likelihood; each is reported with the word that was typed."""
    first, *further = sample_engine.understand("nodi pora")[1:]
    assert first.writings[0].weight == 1
    assert [word.typed for word in further] == ["pora"] * len(further)
    weights = [word.writings[0].weight for word in further]
    assert weights == sorted(weights, reverse=True)
    assert all(0 < weight < 1 for weight in weights)


def test_only_the_word_read_otherwise_is_reported(sample_engine: Engine) -> None:
    """The words next to it are reported as typed."""
    words = sample_engine.understand("nodi মেলা 1971")
    assert [(word.typed, word.kind) for word in words] == [
        ("nodi", "sound"),
        ("মেলা", "typed"),
        ("1971", "typed"),
    ]


def test_a_synonym_weighs_less_than_the_word(sample_engine: Engine) -> None:
    """An article with both the word and its synonym counts once."""
    (word,) = sample_engine.understand("সাগর")
    assert [(writing.text, writing.kind) for writing in word.writings] == [
        ("সাগর", "typed"),
        ("সমুদ্র", "synonym"),
    ]
    assert word.writings[1].weight < word.writings[0].weight == 1
    assert word.articles == sample_engine.search("সাগর").total


def test_a_slip_is_reported_as_one(sample_engine: Engine) -> None:
    """The writing is the word that was meant."""
    language, movement = sample_engine.understand("ভাষা আন্দলন")
    assert (language.kind, movement.kind) == ("typed", "spelling")
    assert movement.writings[0].text == "আন্দোলন"


def test_words_read_together_are_read_by_sound(sample_engine: Engine) -> None:
    """Words read jointly have no single reading, so their kind is the sound; a unit is as typed."""
    together, *_ = sample_engine.understand("dhaka biswabidyalay")
    assert (together.typed, together.kind) == ("dhaka biswabidyalay", "sound")
    day, *_ = sample_engine.understand("7 march")
    assert (day.typed, day.kind) == ("7 march", "typed")


def test_a_phrase_is_read_as_its_first_word_was(sample_engine: Engine) -> None:
    """A phrase read by sound as a whole has that kind, and the other readings of its first word."""
    (phrase,) = sample_engine.understand('"mela nodi"')
    assert (phrase.typed, phrase.kind) == ("মেলা নদী", "sound")
    assert phrase.others[:1] == ("মেলে",)
    for half in ('"nodi মেলা"', '"মেলা nodi"'):
        (mixed,) = sample_engine.understand(half)
        assert (mixed.kind, mixed.others) == ("typed", ())
        assert mixed.writings[0].kind == "typed"
