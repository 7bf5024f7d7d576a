"""The words of a generation: the counts of a build plus later changes."""

from collections.abc import Sequence

import numpy as np
import pytest

from onneshon.opensearch.searching.words import WordPart, Words
from onneshon.opensearch.storage.documents import stem_number
from onneshon.opensearch.storage.word_file import COUNTED, ChangedTitles, IndexedWord, LayerWords, title_key
from tests.opensearch.storage.test_parts import BUILT, CHANGED

GONE = "নদীতে ইলিশ"
"""A title that was deleted, while its words are in others."""


def _part(rows: Sequence[IndexedWord], titles: ChangedTitles | None = None) -> WordPart:
    layers = {}
    for layer in COUNTED:
        found = sorted(row[1:] for row in rows if row.layer == layer)
        counts = [np.array([row[at] for row in found], np.int64) for at in (1, 2)]
        layers[layer] = LayerWords([key for key, *_ in found], *counts)
    return WordPart(layers=layers, titles=titles or ChangedTitles())


@pytest.fixture
def words() -> Words:
    """Words of a build, and of later changes."""
    ilish = IndexedWord("exact", "ইলিশ", 2, 1)
    return Words(4, [_part([*BUILT, ilish]), _part(CHANGED, ChangedTitles(gone=[title_key(GONE)]))])


def test_changes_add_to_what_a_build_counted(words: Words) -> None:
    """Changes may be negative; a word that no article contains any more does not exist."""
    found = [words.key_document_frequency("exact", word) for word in ("নদী", "নদীতে", "নদীর", "চর")]
    assert found == [2, 1, 0, 0]
    assert words.key_document_frequency("exact", "নদী", title=True) == 0
    assert words.prefix_document_frequency("নদী") == 3
    assert words.beginning("exact", "নদী", 5) == (["নদী", "নদীতে"], True)
    assert words.beginning("exact", "নদী", 1) == (["নদী"], False)
    assert words.beginning("exact", "নদী", 5, title=True) == (["নদীতে"], True)
    assert words.begins("exact", "নদীত")
    assert not words.begins("exact", "চ")
    assert set(words.numbers("নদী", 5).tolist()) == {stem_number("নদী"), stem_number("নদীতে")}
    assert len(words.numbers("নদী", 1)) == 1


def test_a_word_is_counted_in_the_field_that_is_named(words: Words) -> None:
    """Counts are by exact form or stem, in both texts or in titles; an unknown word has no stem."""
    fields = ("exact", "stem", "title_exact", "title_stem")
    assert [words.document_frequency(field, "নদী") for field in fields] == [2, 5, 0, 1]
    assert words.document_frequencies("exact", ["নদীতে", "চর"]) == [1, 0]
    assert (words.stem_of("নদী"), words.stem_of("নদীর")) == ("নদি", None)


@pytest.mark.parametrize(
    ("kind", "text", "alive"),
    [
        ("word", "নদী", True),
        ("word", "নদীর", False),
        ("phrase", "নদী", False),  # it is in no title any more
        ("phrase", "নদীতে ইলিশ", True),
        ("phrase", "নদী ইলিশ", False),
        ("title", "নদীতে", True),
        ("title", "নদীর", False),
        ("title", GONE, False),
    ],
)
def test_what_no_article_has_any_more_is_not_suggested(
    words: Words, kind: str, text: str, *, alive: bool
) -> None:
    """A word must be in some text, a phrase of titles in titles; a deleted title is nowhere."""
    assert words._is_alive(kind, text) is alive  # type: ignore[arg-type]


def test_one_part_is_asked_as_it_is(words: Words) -> None:
    """A single part is used directly; several are merged; without any there are no suggestions."""
    assert words.completion is None
    assert words.numbers("চর", 5).tolist() == []
    alone = Words(4, words.parts[:1])
    assert alone.numbers("নদী", 5).tolist() == [stem_number("নদী")]
