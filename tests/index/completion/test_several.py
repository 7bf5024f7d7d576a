"""Suggestions of several segments, merged into those of one index."""

from pathlib import Path

import pytest

from onneshon.index.completion.completion import Kind, TypedWord
from onneshon.index.completion.several import SeveralCompletions
from onneshon.index.errors import IndexCorruptError
from tests.index.completion.suggesting import completion_of, damaged


def merged(
    tmp_path: Path, *segments: dict[str, int], dead: frozenset[str] = frozenset()
) -> SeveralCompletions:
    """The merged suggestions of segments with these words; ``dead`` words are in no remaining article."""
    parts = [completion_of(tmp_path / str(number), words) for number, words in enumerate(segments)]

    def is_alive(_kind: Kind, text: str) -> bool:
        return text not in dead

    return SeveralCompletions(parts, is_alive)


def test_rows_of_all_segments_are_added_up(tmp_path: Path) -> None:
    """Rows are ordered by the sum of their weights."""
    completion = merged(tmp_path, {"নদী": 4, "নগর": 5}, {"নদী": 3, "নকশা": 6})
    rows = completion.beginning("word", "ন", 3)
    assert [(row.text, row.weight, row.articles) for row in rows] == [
        ("নদী", 7.0, 7),
        ("নকশা", 6.0, 6),
        ("নগর", 5.0, 5),
    ]


def test_what_is_second_everywhere_may_be_first_of_all(tmp_path: Path) -> None:
    """So more rows are read from each segment than are shown."""
    completion = merged(tmp_path, {"নগর": 9, "নদী": 8}, {"নকশা": 9, "নদী": 8})
    assert [row.text for row in completion.beginning("word", "ন", 1)] == ["নদী"]
    typed = TypedWord.of("ন")
    assert [found.row.text for found in completion.word_beginnings(typed, 1)] == ["নদী"]
    assert [found.row.text for found in completion.sounding("n", 1)] == ["নদী"]


def test_twice_as_many_of_each_segment_are_compared(tmp_path: Path) -> None:
    """Three are wanted: a row that is sixth in both segments comes first, and the seventh is not read."""
    first, second = (["নকশা", "নখ", "নগদ", "নজর", "নট"], ["নড়া", "নথ", "নদ", "নবম", "নভ"])
    parts = [dict.fromkeys(words, 20) | {"নমুনা": 12, "নরম": 11} for words in (first, second)]
    completion = merged(tmp_path, *parts)
    rows = completion.beginning("word", "ন", 3)
    assert (rows[0].text, rows[0].articles) == ("নমুনা", 24)
    assert "নরম" not in [row.text for row in rows]


def test_conjuncts_come_after_the_consonant(tmp_path: Path) -> None:
    """The consonant alone comes first, whatever the weights, like in one segment."""
    completion = merged(tmp_path, {"ক্ষমতা": 90, "কথা": 5}, {"ক্ষমতা": 90})
    assert [row.text for row in completion.beginning("word", "ক", 2)] == ["কথা", "ক্ষমতা"]


def test_what_is_deleted_is_not_suggested(tmp_path: Path) -> None:
    """The next word takes its place."""
    completion = merged(tmp_path, {"নগর": 9, "নদী": 8}, {"নগর": 9}, dead=frozenset(["নগর"]))
    assert [row.text for row in completion.beginning("word", "ন", 1)] == ["নদী"]
    assert [found.row.text for found in completion.word_beginnings(TypedWord.of("ন"), 1)] == ["নদী"]
    assert [found.row.text for found in completion.sounding("nagar", 1)] == []


def test_a_word_is_misspelt_in_any_segment(tmp_path: Path) -> None:
    """The word comes once, with its total of articles."""
    completion = merged(tmp_path, {"মুক্তিযুদ্ধ": 5}, {"মুক্তিযুদ্ধ": 6, "মুকুট": 3})
    found = completion.misspelt(TypedWord.of("মুক্তিযুদ্দ"), 4)
    assert [(candidate.row.text, candidate.row.articles) for candidate in found] == [("মুক্তিযুদ্ধ", 11)]
    assert found[0].distance > 0


def test_a_word_is_written_as_the_first_segment_that_knows_better(tmp_path: Path) -> None:
    """A segment without a title that contains the word knows no better."""
    first = completion_of(tmp_path / "0", {"র্যাব": 3})
    second = completion_of(tmp_path / "1", {"র্যাব": 3}, ["র\u200d্যাব"])
    completion = SeveralCompletions([first, second], lambda _kind, _text: True)
    assert completion.written("র্যাব") == "র\u200d্যাব"
    assert completion.written("নদী") == "নদী"


def test_damage_in_any_segment_is_reported(tmp_path: Path) -> None:
    """Verification reads every segment, not only the first."""
    parts = [completion_of(tmp_path / "0", {"নদী": 3}), completion_of(tmp_path / "1", {"নগর": 3})]
    SeveralCompletions(parts, lambda _kind, _text: True).verify()
    completion = SeveralCompletions([parts[0], damaged(tmp_path / "1", "নগর")], lambda _kind, _text: True)
    with pytest.raises(IndexCorruptError):
        completion.verify()


@pytest.mark.parametrize(
    ("text", "is_one", "begins"),
    [
        ("সোনার তরী", True, True),
        ("“সোনার” তরী!", True, True),
        ("সোনার", False, True),
        ("সোনার ত", False, True),
        ("তরী", False, False),
        ("শেষের কবিতা", True, True),
        ("মানসী", False, False),  # whose article is deleted
    ],
)
def test_a_title_of_any_segment_is_known_by_its_words(
    tmp_path: Path, text: str, *, is_one: bool, begins: bool
) -> None:
    """All words must match, in one segment or several; other prefixes may continue to a title."""
    titles = (["সোনার তরী", "মানসী"], ["শেষের কবিতা"])
    parts = [completion_of(tmp_path / str(number), {}, each) for number, each in enumerate(titles)]
    several = SeveralCompletions(parts, lambda _kind, title: title != "মানসী")
    assert (several.has_title(text), several.begins_title(text)) == (is_one, begins)
    assert parts[0].has_title(text) == (text in {"সোনার তরী", "“সোনার” তরী!", "মানসী"})
