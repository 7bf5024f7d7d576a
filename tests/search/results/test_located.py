"""Matches found by stored positions are those found by analysing the whole text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.icu_text import widen
from onneshon.index.kernel.passages import Finder
from onneshon.search.query.parser import parse
from onneshon.search.results.chunks import (
    CHUNK_CLASSES,
    CLUSTER_CLASSES,
    LONGEST_CHUNK,
    MARKED,
    StemPosition,
    words_of,
)
from onneshon.search.results.highlight import FARTHEST, FINDER, HighlightTerms, Occurrence
from tests.strategies import bengali_words, mixed_text

WORDS = ["নদী", "নদীর", "শহরে", "ঢাকা-র", "মেলা,শহর", "১,২৩৪", "ভাষা।", "—", "A4", "“শহর”", "৮দিন", "U.S."]
QUERIES = ["নদী শহর", '"নদী শহর"', '"নদী শহর"~2', "নদী মেলা ভাষা", "মেলা শহর -নদী"]

prose = st.lists(st.sampled_from(WORDS) | bengali_words, max_size=40).map(" ".join)


def positions_of(text: str, stems: set[str]) -> list[StemPosition]:
    """The positions and stems that the index has for a text."""
    return [(at, token.stem) for at, token in enumerate(analyze(text)) if token.stem in stems]


def targets_of(query: str) -> HighlightTerms:
    """The terms to highlight in a body for a query."""
    tree = parse(query).query
    assert tree is not None
    return HighlightTerms.of(tree, "body")


@given(prose | mixed_text, st.sampled_from(QUERIES))
def test_positions_lead_to_what_analysis_finds(text: str, query: str) -> None:
    """Positions give the same matches for words and phrases, however chunks around them are counted."""
    targets = targets_of(query)
    positions = positions_of(text, set(targets.stems))
    assert targets.find(text, positions=positions) == targets.find(text)


@given(prose, st.data())
def test_the_words_are_those_of_the_analysis(text: str, data: st.DataObject) -> None:
    """The words at the positions have the ranges and keys of the analysis, if they can be located at all."""
    tokens = analyze(text)
    chosen = data.draw(st.sets(st.sampled_from([token.stem for token in tokens]))) if tokens else set()
    positions = positions_of(text, chosen)
    found = FINDER.words_at(text, positions)
    if found is not None:
        assert [(exact, stem) for _, _, exact, stem in found] == [
            (tokens[position].exact, stem) for position, stem in positions
        ]
        assert all(text[start:end] for start, end, _, _ in found)


class Recorded(dict[str, Any]):
    """The analysed words of chunks; it records which chunks were asked for."""

    def __missing__(self, chunk: str) -> Any:
        self[chunk] = words_of[chunk]
        return self[chunk]


def test_only_what_holds_a_word_is_analysed() -> None:
    """Chunks without the word are skipped, also those that only begin like it."""
    text = "আকাশ নদীমাতৃক " * 50 + "নদীর ধারে " + "বাতাস " * 50
    positions = positions_of(text, set(targets_of("নদী").stems))
    analysed = Recorded()
    finder = Finder(analysed, CHUNK_CLASSES, CLUSTER_CLASSES, FARTHEST, widen, Occurrence)
    assert finder.words_at(text, positions) == [(700, 704, "নদীর", positions[0][1])]
    assert [*analysed] == ["নদীর"]


@pytest.mark.parametrize("before", [1, FARTHEST, 8 * FARTHEST])
def test_chunks_that_are_counted_otherwise_move_what_is_behind(before: int) -> None:
    """Up to ``FARTHEST`` such chunks a word is found by its position; beyond, the whole text is analysed."""
    text = "অচল-হাচল-সচল-এর " * before + "নদী আকাশ নদীর"
    targets = targets_of("নদী")
    positions = positions_of(text, set(targets.stems))
    assert len(targets.find(text, positions=positions)) == 2
    assert (FINDER.words_at(text, positions) is None) == (before > FARTHEST)


@pytest.mark.parametrize(
    "chunk",
    [
        *("১,২৩৪", "৩.৫", "(৫)", "৫/৭", "১০:৩০", "১:২", "১’২", "A4", "—", "৫%"),
        *("বন,মাঠ", "১.ক", "ক:খ", "মো:", "ড.", "‘সেতু’", "ঢাকা'র", "চাঁদ\u200bপুর", "র\u200d্যাব"),
    ],
    ids=ascii,
)
def test_words_of_a_chunk_are_counted_as_analysis_counts_them(chunk: str) -> None:
    """A full stop within a number joins, one between words separates; a word after many such is found."""
    before = f"{chunk} " * 3 * FARTHEST
    text = f"{before}নদীর{' আকাশ' * 6 * FARTHEST}"
    positions = positions_of(text, set(targets_of("নদী").stems))
    assert FINDER.words_at(text, positions) == [(len(before), len(before) + 4, "নদীর", positions[0][1])]


def test_in_what_has_no_spaces_nothing_stands_at_a_position() -> None:
    """In a very long chunk nothing is found, with or without positions; words next to it are."""
    text = f"নদীর {'নদী,' * (LONGEST_CHUNK // 4 + 1)} নদী"
    targets = targets_of("নদী")
    found = targets.find(text, positions=positions_of(text, set(targets.stems)))
    assert [text[occurrence.start : occurrence.end] for occurrence in found] == ["নদীর", "নদী"]


def test_positions_of_another_text_are_not_believed() -> None:
    """A word that is not at its position is searched for in the whole text."""
    targets = targets_of("নদী")
    (stem,) = targets.stems
    assert len(targets.find("আকাশ নদী", positions=[(0, stem), (1, stem)])) == 1
    assert FINDER.words_at("আকাশ", [(0, stem)]) is None


def test_of_a_very_long_text_a_part_is_searched() -> None:
    """A very long text may have positions beyond the part that is marked."""
    text = "নদী " + "আকাশ " * (MARKED // 5) + "নদী"
    targets = targets_of("নদী")
    assert len(targets.find(text, positions=positions_of(text, set(targets.stems)))) == 1
