"""Snippets: passages of the stored text, cut at cluster boundaries, with the words of the query marked."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.search import Article, Engine
from onneshon.search.query.parser import parse
from onneshon.search.query.reading import WordReading
from onneshon.search.results.chunks import ClusterLengths
from onneshon.search.results.highlight import HighlightTerms, Occurrence, found_as, marked
from onneshon.search.results.page import WIDTH, snippet
from onneshon.search.results.values import Snippet
from tests.strategies import bengali_words, mixed_text


def targets_of(text: str) -> HighlightTerms:
    """The terms to highlight in a body for a query."""
    query = parse(text).query
    assert query is not None
    return HighlightTerms.of(query, "body")


def cut(text: str, query: str, width: int = WIDTH) -> Snippet:
    """The snippet of a text where every word of the query has the same weight."""
    targets = targets_of(query)
    return snippet(text, targets.find(text), [1.0] * len(targets.words), width)


def marks(shown: Snippet) -> list[tuple[str, str]]:
    """The marked words of a snippet with the layer of each match."""
    return [(shown.text[match.start : match.end], match.layer) for match in shown.matches]


def clusters(text: str) -> int:
    """The number of clusters in a text."""
    return len(cluster_boundaries(text)) - 1


FILLER = "আজ সকালে আকাশ মেঘলা ছিল এবং বাতাস বইছিল ধীরে। " * 12


def test_inflected_and_exact_words_are_marked_with_their_layer() -> None:
    """The word as typed is exact; another form of it is an inflection."""
    text = "বাংলাদেশের রাজধানী ঢাকা। বাংলাদেশ নদীর দেশ।"
    assert marks(cut(text, "বাংলাদেশ")) == [("বাংলাদেশের", "inflection"), ("বাংলাদেশ", "exact")]


def test_words_read_by_their_sound_are_marked_as_such() -> None:
    """A Bengali word found for a Latin word is marked, and reported under what was typed."""
    query = parse("bangladesh", lambda _text, _tokens: [WordReading(0, 1, "বাংলাদেশ", "sound")]).query
    assert query is not None
    targets = HighlightTerms.of(query, "body")
    found = targets.find("বাংলাদেশে বৃষ্টি")
    assert [occurrence.layer for occurrence in found] == ["sound"]
    assert found_as(targets, found) == ({"bangladesh": "sound"}, {})


def test_a_word_is_found_in_the_best_of_its_ways() -> None:
    """A word exact in the title and inflected in the body counts as exact; missing words are left out."""
    query = parse("নদী পাহাড়").query
    assert query is not None
    targets = HighlightTerms.of(query, "body")
    body, title = targets.find("নদীর পাড়ে"), targets.find("নদী")
    assert [found_as(targets, *texts)[0] for texts in ((body,), (body, title), (title, body))] == [
        {"নদী": "inflection"},
        {"নদী": "exact"},
        {"নদী": "exact"},
    ]


def test_readings_of_a_word_are_reported_once_each() -> None:
    """Readings are reported in the order found."""
    targets = HighlightTerms(words=["hari"])
    found = [Occurrence(0, 3, "sound", 0, reading) for reading in ("হাড়ি", "", "হারি", "হাড়ি")]
    assert found_as(targets, found)[1] == {"hari": ("হাড়ি", "হারি")}


def test_a_phrase_marks_only_where_it_stands_together() -> None:
    """The words of a phrase are not marked elsewhere."""
    text = "ভাষা নিয়ে কথা। ভাষা আন্দোলনের কথা। আন্দোলন থামেনি।"
    assert [word for word, _ in marks(cut(text, '"ভাষা আন্দোলন"'))] == ["ভাষা", "আন্দোলনের"]


def test_a_prefix_marks_whole_words() -> None:
    """The whole word is marked, not only its beginning."""
    assert marks(cut("মুক্তিযুদ্ধের গল্প", "মুক্তি*")) == [("মুক্তিযুদ্ধের", "exact")]


@pytest.mark.parametrize(
    "word", ["বা\u09a1\u09bcি", "বাড়ি", "র\u200d্যাব", "ক্ষমা", "SCO-তে", "২০২৪-এর"], ids=ascii
)
def test_a_mark_holds_the_word_as_it_is_stored(word: str) -> None:
    """The mark covers exactly the stored word, however the word is encoded."""
    assert marks(cut(f"আজ ({word}) কাল", word)) == [(word, "exact")]


def test_without_a_match_the_beginning_is_shown() -> None:
    """An article found by its title shows how its body begins."""
    shown = cut(FILLER, "অন্যকিছু")
    assert FILLER.startswith(shown.text.rstrip("…"))
    assert 60 < clusters(shown.text) <= WIDTH
    assert shown.matches == ()


def test_a_snippet_begins_with_the_sentence_where_there_is_room() -> None:
    """The passage starts at the sentence with the match."""
    shown = cut(f"{FILLER}বাংলা ভাষার জন্য আন্দোলন হয়েছিল। {FILLER}", "আন্দোলন")
    assert "বাংলা ভাষার জন্য আন্দোলন হয়েছিল।" in shown.text
    assert not shown.text.startswith("…")
    assert shown.text.endswith("।")


def test_words_far_apart_are_shown_in_several_passages() -> None:
    """Several passages that together show both words are joined by an ellipsis."""
    shown = cut(f"ইলিশ মাছ সুস্বাদু। {FILLER}{FILLER}পদ্মা নদী বিশাল।", "ইলিশ পদ্মা")
    assert [word for word, _ in marks(shown)] == ["ইলিশ", "পদ্মা"]
    assert " … " in shown.text


def test_the_passage_with_more_of_the_words_is_chosen() -> None:
    """A passage with both words beats an earlier one with one of them."""
    text = f"ইলিশ মাছ। {FILLER}{FILLER}পদ্মার ইলিশ বিখ্যাত।"
    assert [word for word, _ in marks(cut(text, "পদ্মা ইলিশ"))] == ["পদ্মার", "ইলিশ"]


def test_a_sentence_without_end_is_cut_between_words() -> None:
    """A long text without punctuation is cut at spaces, which ellipses show."""
    text = "শব্দমালা " * 100 + "ইলিশ " + "শব্দমালা " * 100
    shown = cut(text, "ইলিশ")
    assert shown.text.startswith("… শব্দমালা")
    assert shown.text.endswith("শব্দমালা…")
    assert clusters(shown.text) <= WIDTH


def test_a_text_without_spaces_is_cut_between_clusters() -> None:
    """Where there is no word boundary, the cut is still between clusters."""
    text = "ক্ষ্মি" * 300
    shown = cut(text, "অন্য", width=100)
    assert 90 <= clusters(shown.text) <= 100
    assert set(shown.text.removesuffix("…").split("ক্ষ্মি")) == {""}


def standing_at(text: str, part: str, after: int) -> list[int]:
    """Every position of a part in a text from a given offset on."""
    return [start for start in range(after, len(text) - len(part) + 1) if text.startswith(part, start)]


def passages(text: str, shown: str) -> list[list[tuple[int, int]]]:
    """The ways in which the passages of a snippet may lie in its text, which contains no ellipsis."""
    if shown == text:
        return [[(0, len(text))]]
    ways: list[list[tuple[int, int]]] = [[]]
    for part in shown.removeprefix("… ").removesuffix("…").split(" … "):
        ways = [
            [*way, (start, start + len(part))]
            for way in ways
            for start in standing_at(text, part, way[-1][1] if way else 0)
        ]
    return ways


@given(
    st.lists(mixed_text, max_size=12).map("। ".join),
    bengali_words,
    st.integers(20, 60),
    st.sampled_from([" ", "", "\n"]),
)
@example("বাংলাদেশ\u0981", "বাংলাদেশ", 20, "")  # what is shown is at a border, its first position is not
def test_passages_are_short_ordered_parts_of_the_text(text: str, word: str, width: int, between: str) -> None:
    """At most two passages within the width, in order, cut and marked at cluster boundaries."""
    text = between.join([text, word, text, text, f" {word} ", text]).replace("…", "")
    query = parse(f"{word} {' '.join(text.split()[:2])}"[:500].replace("(", "")).query
    if query is None:
        return
    targets = HighlightTerms.of(query, "body")
    found = targets.find(text)
    shown = snippet(text, found, [1.0] * len(targets.words), width)
    assert clusters(shown.text) <= width
    ways = passages(text, shown.text)
    assert {len(way) for way in ways} <= {1, 2}
    borders = set(cluster_boundaries(text))
    assert any({edge for part in way for edge in part} <= borders for way in ways)
    inside = set(cluster_boundaries(shown.text))
    assert all({match.start, match.end} <= inside for match in shown.matches)
    ends = [edge for match in shown.matches for edge in (match.start, match.end)]
    assert ends == sorted(ends)
    assert bool(shown.matches) == bool(found)


@given(mixed_text)
@example("ঢাকা\U0001f1e7\U0001f1e9")  # beyond the table nothing belongs to what is before
def test_clusters_are_never_more_than_counted(text: str) -> None:
    """The quick count between boundaries is an upper bound, and exact where all is Bengali."""
    lengths = ClusterLengths(text)
    borders = cluster_boundaries(text)
    counts = [lengths.before(border) for border in borders]
    assert all(later - count >= 1 for count, later in pairwise(counts))
    assert lengths.total >= len(borders) - 1
    for start, count in zip(borders, counts, strict=True):
        assert lengths.earliest(start, 0) <= start <= lengths.latest(start, 0)
        assert lengths.before(lengths.latest(start, 5)) - count <= 5


@pytest.mark.parametrize(
    "word",
    ["ক্ষমা", "স্ত্রী", "র\u200d্যাব", "শাহ্\u200cবাগ", "চাঁদ", "দুঃখ", "বা\u09a1\u09bcি", "ঢাকা 2024।"],
    ids=ascii,
)
def test_clusters_of_bengali_are_counted_exactly(word: str) -> None:
    """The quick count is exact for letters with signs, conjuncts, joiners and digits."""
    assert ClusterLengths(f"{word} {word}").total == len(cluster_boundaries(f"{word} {word}")) - 1


def test_each_word_is_shown_once_where_that_is_possible() -> None:
    """A passage with a new word beats one that repeats a word; there are never three passages."""
    text = f"ইলিশ ইলিশ। {FILLER}{FILLER}ইলিশ ইলিশ ইলিশ। {FILLER}{FILLER}পদ্মা। {FILLER}{FILLER}মেঘনা।"
    shown = cut(text, "ইলিশ পদ্মা")
    assert {word for word, _ in marks(shown)} == {"ইলিশ", "পদ্মা"}
    assert cut(text, "ইলিশ পদ্মা মেঘনা").text.count("…") <= 3


def test_a_word_longer_than_a_snippet_is_cut_and_marked_as_far_as_shown() -> None:
    """Even such a word is cut to the width, between clusters."""
    word = "ক্ষি" * 120
    shown = cut(f"{FILLER} {word} {FILLER}", word, width=60)
    assert 50 < clusters(shown.text) <= 60
    assert marks(shown) == [(shown.text.strip("… "), "exact")]


@given(mixed_text, bengali_words)
def test_marks_of_a_whole_text_are_ordered_disjoint_and_whole(text: str, word: str) -> None:
    """Marking a text changes nothing in it and splits no cluster."""
    query = parse(f"{word} ক খ").query
    assert query is not None
    whole = f"{text} {word}\u0981 {word}"
    shown = marked(whole, HighlightTerms.of(query, "body"))
    assert shown.text == whole
    borders = set(cluster_boundaries(whole))
    assert all({match.start, match.end} <= borders for match in shown.matches)
    ends = [edge for match in shown.matches for edge in (match.start, match.end)]
    assert ends == sorted(ends)


def test_a_word_that_was_asked_for_in_the_title_is_marked_there_alone() -> None:
    """Other words are marked in both title and body."""
    with Engine.of([Article("ক", "নদীর মেলা", "নদীর ধারে মেলা বসে")]) as engine:
        (hit,) = engine.search("title:নদী মেলা")
    marked = [
        [shown.text[match.start : match.end] for match in shown.matches]
        for shown in (hit.marked_title, hit.snippet)
    ]
    assert marked == [["নদীর", "মেলা"], ["মেলা"]]
