"""Words of a generation in parts: changes are added to the counts of a build."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from onneshon.index.errors import IndexCorruptError
from onneshon.opensearch.storage.word_file import (
    ChangedTitles,
    IndexedWord,
    read_titles,
    read_word_file,
    summed,
    title_key,
    write_titles,
    write_word_file,
)

BUILT = [
    IndexedWord("exact", "নদী", 3, 1),
    IndexedWord("exact", "নদীর", 2, 0),
    IndexedWord("stem", "নদী", 5, 1),
    IndexedWord("begin", "নদী", 5, 0),
]
CHANGED = [
    IndexedWord("exact", "নদী", -1, -1),
    IndexedWord("exact", "নদীতে", 1, 1),
    IndexedWord("exact", "নদীর", -2, 0),
    IndexedWord("stem", "নদীতে", 1, 1),
    IndexedWord("begin", "নদী", -2, 0),
]


def test_the_words_of_parts_add_up(tmp_path: Path) -> None:
    """Words that no article contains are left out of the sum."""
    parts = []
    for name, rows in (("1", BUILT), ("2", CHANGED)):
        (tmp_path / name).mkdir()
        write_word_file(tmp_path / name, rows)
        parts.append(read_word_file(tmp_path / name))
    found = {word[:2]: word[2:] for word in summed(parts)}
    expected: Counter[tuple[str, str]] = Counter()
    for word in (*BUILT, *CHANGED):
        expected[word[:2]] += word.articles
    assert {key: articles for key, (articles, _) in found.items()} == {
        key: count for key, count in expected.items() if count
    }


def test_a_title_that_came_again_is_not_gone() -> None:
    """A title that returned is not gone, and one that went is not new."""
    first = ChangedTitles(["ঢাকায় বইমেলা", "নদী রক্ষা"], [title_key("ইলিশ")])
    later = ChangedTitles(["ইলিশ"], [title_key("নদী রক্ষা")])
    joined = ChangedTitles.joined([first, later])
    assert joined == ChangedTitles(["ঢাকায় বইমেলা", "ইলিশ"], [title_key("নদী রক্ষা")])


def test_titles_are_kept_in_a_file(tmp_path: Path) -> None:
    """A part of a build has no titles; a damaged file raises an error."""
    assert read_titles(tmp_path) == ChangedTitles()
    titles = ChangedTitles(["নদী"], ["চর"])
    write_titles(tmp_path, titles)
    assert ChangedTitles(*map(list, read_titles(tmp_path))) == titles
    (tmp_path / "titles.json").write_text("[[", "utf-8")
    with pytest.raises(IndexCorruptError, match="build the index again"):
        read_titles(tmp_path)


def test_a_damaged_file_of_words_is_reported(tmp_path: Path) -> None:
    """Any damage to the file raises an error."""
    np.savez(tmp_path / "words.npz", nothing=np.zeros(1))
    with pytest.raises(IndexCorruptError, match="build the index again"):
        read_word_file(tmp_path)
