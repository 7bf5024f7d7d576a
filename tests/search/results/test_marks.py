"""Where a text is marked: what matches each word of a query, in which field, and within the time budget."""

from itertools import count, pairwise

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.search import Engine
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import OneOf, Phrase, Term, Variant, VariantKind
from onneshon.search.results.chunks import LONGEST_CHUNK, MARKED
from onneshon.search.results.highlight import HighlightTerms, Occurrence, found_as, marked
from onneshon.search.results.values import MatchKind
from onneshon.search.retrieval.budget import TimeBudget
from tests.fakes import article, reader_of


def targets(text: str) -> HighlightTerms:
    """The terms to highlight in a body for a query."""
    query = parse(text).query
    assert query is not None
    return HighlightTerms.of(query, "body")


def words_marked(text: str, terms: HighlightTerms) -> list[tuple[str, MatchKind]]:
    """The marked words of a text with the layer of each match."""
    return [(text[found.start : found.end], found.layer) for found in terms.find(text)]


def written(typed: str, kind: VariantKind, variant: str) -> OneOf:
    """Return a concept with one variant, a word or a phrase."""
    words = tuple(
        Term(token.text, token.exact, token.stem, sound=kind == "sound") for token in analyze(variant)
    )
    return OneOf(typed, (Variant(words[0] if len(words) == 1 else Phrase(words), kind=kind),))


@pytest.mark.parametrize(
    ("typed", "kind", "variant", "ways"),
    [
        ("নদী", "typed", "নদী", ["exact"]),
        ("nodi", "sound", "নদী", ["sound"]),
        ("সাগর", "synonym", "সমুদ্র", ["synonym"]),
        ("গাড়ী", "spelling", "গাড়ি", ["inflection"]),
        ("আন্দলন", "fuzzy", "আন্দোলন", ["inflection"]),
        ("মুক্তি যুদ্ধ", "joined", "মুক্তিযুদ্ধ", ["exact"]),
        ("মুক্তিযুদ্ধ", "joined", "মুক্তি যুদ্ধ", ["exact", "exact"]),
        ("৭ মার্চ", "unit", "৭ মার্চ", ["exact", "exact"]),
        ("7 march", "unit", "৭ মার্চ", ["inflection", "inflection"]),
    ],
)
def test_what_has_the_letters_typed_is_as_typed(
    typed: str, kind: VariantKind, variant: str, ways: list[MatchKind]
) -> None:
    """A match with the letters as typed is exact, spaces aside, whatever kind of variant it is."""
    terms = HighlightTerms.of(written(typed, kind, variant), "body")
    assert [way for _, way in words_marked(f"আজ {variant}।", terms)] == ways
    assert terms.words == [typed]


def test_an_inflected_form_is_never_as_typed() -> None:
    """An inflected form of a variant gets the layer of the variant's kind, and is never exact."""
    for kind, way in {"joined": "inflection", "sound": "sound", "synonym": "synonym"}.items():
        terms = HighlightTerms.of(written("মুক্তি যুদ্ধ", kind, "মুক্তিযুদ্ধ"), "body")  # type: ignore[arg-type]
        assert words_marked("মুক্তিযুদ্ধের গান", terms) == [("মুক্তিযুদ্ধের", way)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("নদী ও শহর", ["নদীর", "শহর", "নদী"]),  # a function word is not marked
        ("=নদীর", ["নদীর"]),
        ('"নদী শহর"', []),
        ('"শহর নদী"', ["শহর", "নদী"]),
        ('"নদীর শহর"~1', ["নদীর", "শহর", "নদী"]),  # words of a phrase with slop are marked everywhere
        ("নদী -শহর", ["নদীর", "নদী"]),
        ("নদী OR শহর", ["নদীর", "শহর", "নদী"]),
        ("শহ* নদী", ["নদীর", "শহর", "নদী", "শহুরে"]),
        ("title:নদী শহর", ["শহর"]),
        ("পাহাড়", []),
    ],
)
def test_each_part_of_a_query_marks_what_finds_the_article(query: str, found: list[str]) -> None:
    """Of each chunk only the matching word is marked."""
    text = "মহানদী, (নদীর) ও শহর— নদী শহুরে।"
    assert [word for word, _ in words_marked(text, targets(query))] == found


@pytest.mark.parametrize(
    ("between", "together"),
    [
        (" ", True),
        ("\n", True),
        (" — ", True),
        (" , “ ", True),
        (" ও ", False),
        (" , “ও ", False),
        (" — ও ", False),
        (" ও — ", False),
    ],
)
def test_words_of_a_phrase_are_adjacent(between: str, *, together: bool) -> None:
    """Only punctuation may be between the words of a phrase; elsewhere its words are not marked."""
    text = f"আন্দোলন ভাষা — খবর ভাষা{between}আন্দোলন"
    start = text.rindex("ভাষা")
    assert [found.start for found in targets('"ভাষা আন্দোলন"').find(text)] == (
        [start, text.rindex("আন্দোলন")] if together else []
    )


def test_a_chunk_is_marked_where_it_stands_between_spaces() -> None:
    """A match inside another chunk is not marked."""
    text = "নদীনালা মহানদী নদী\nউপনদী নদী"
    assert [found.start for found in targets("=নদী").find(text)] == [15, 25]


def test_words_of_a_title_are_marked_there_alone() -> None:
    """Words searched for in titles are not marked in bodies; other words are marked in both."""
    with Engine(reader_of([article("a", "নদীর ভাষা", title="নদী ও ভাষা")])) as engine:
        for query, in_title, in_body in (
            ("title:নদী", ["নদী"], []),
            ("title:নদী ভাষা", ["নদী", "ভাষা"], ["ভাষা"]),
            ("নদী", ["নদী"], ["নদীর"]),
        ):
            shown = engine.marked("a", query)
            for text, words in ((shown.title, in_title), (shown.body, in_body)):
                assert [text.text[match.start : match.end] for match in text.matches] == words


def test_without_a_query_nothing_is_marked() -> None:
    """Without a query no search for matches is run, so the result is not partial."""
    with Engine(reader_of([article("a", "নদী", title="মেলা")])) as engine:
        shown = engine.marked("a", " ")
        assert (shown.title.text, shown.body.text, shown.has_words, shown.partial) == (
            "মেলা",
            "নদী",
            False,
            False,
        )
        assert engine.marked("a", "নদী").has_words


def test_the_nearest_way_tells_how_a_word_was_found() -> None:
    """An exact match goes before another form, that before a match by sound, and that before a synonym."""
    terms = HighlightTerms(words=["নদী"])
    ways: list[MatchKind] = ["exact", "inflection", "sound", "synonym"]
    for nearer, farther in pairwise(ways):
        for pair in ((nearer, farther), (farther, nearer)):
            assert found_as(terms, [Occurrence(0, 3, way, 0) for way in pair])[0] == {"নদী": nearer}


def test_marks_end_with_the_time() -> None:
    """A long text is marked as far as time allows; without time nothing is marked, not even by positions."""
    text = " ".join(f"নদী {'ক' * n}" for n in range(1, 300))
    whole = targets("নদী").find(text)
    some = targets("নদী").find(text, TimeBudget(60, count().__next__))
    assert 0 < len(some) < len(whole) == 299
    phrase = targets('"নদী ক"')
    assert phrase.find(text)
    assert phrase.find(text, TimeBudget(2, count().__next__)) == []
    positions = [(0, analyze("নদী")[0].stem)]
    assert len(targets("নদী").find("নদী", TimeBudget(), positions)) == 1
    assert targets("নদী").find("নদী", TimeBudget(-1), positions) == []


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_of_a_very_long_text_the_first_megabyte_is_marked() -> None:
    """Words beyond the first megabyte are not marked, nor the word at its end, and the page says so."""
    text = "নদী " + "ক " * (MARKED // 2 - 3) + "নদীর নদী"
    shown = marked(text, targets("নদী"))
    assert shown.text == text
    assert [match.start for match in shown.matches] == [0]
    whole = "নদী " + "ক " * (MARKED // 2 - 4) + " নদী"
    with Engine(reader_of([article("a", text), article("b", "নদী"), article("c", whole)])) as engine:
        assert engine.marked("a", "নদী").partial
        assert not engine.marked("b", "নদী").partial
        assert not engine.search("নদী").partial
        of_whole = engine.marked("c", "নদী")
    assert len(whole) == MARKED
    assert (len(of_whole.body.matches), of_whole.partial) == (2, False)


def test_a_very_long_text_of_nothing_has_no_marks() -> None:
    """White space alone is no failure either."""
    assert targets("নদী").find(" " * (MARKED + 1)) == []


@pytest.mark.parametrize("query", ["নদী", '"নদী নদী"'])
def test_what_has_no_spaces_is_no_text_of_words(query: str) -> None:
    """A very long chunk costs as little as a short one; up to ``LONGEST_CHUNK`` its words are found."""
    stretch = "নদী," * (LONGEST_CHUNK // 4)
    assert len(stretch) == LONGEST_CHUNK
    assert len(targets(query).find(stretch)) == LONGEST_CHUNK // 4
    assert len(targets("নদী").find(f"নদী {stretch}। নদী")) == 2


def test_an_article_is_marked_within_the_time() -> None:
    """The page of an article says that it was marked only in part."""
    with Engine(reader_of([article("a", "নদী")]), time_limit=-1) as engine:
        shown = engine.marked("a", "নদী")
    assert (shown.body.text, shown.body.matches, shown.partial) == ("নদী", (), True)
