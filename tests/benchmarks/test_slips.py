"""Which words the benchmark of slips takes for slips."""

import pytest

from benchmarks.reading.slips import slips
from onneshon.index.analysis.canonical import canonical


def found(articles: dict[str, int], stems: dict[str, str] | None = None) -> dict[str, str]:
    """Slips among some words, each with a stem of its own unless told."""
    counts = {canonical(word): count for word, count in articles.items()}
    return dict(slips(counts, {word: word for word in counts} | (stems or {})))


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("জলবদ্ধতা", "জলাবদ্ধতা"), ("জলাবদ্ধাতা", "জলাবদ্ধতা"), ("মৃত্যুরবণ", "মৃত্যুবরণ")],
    ids=["one less", "one more", "changed places"],
)
def test_slips_are_found_among_other_words(slip: str, meant: str) -> None:
    """One letter more or less, or two that changed places."""
    assert found({slip: 2, meant: 20, "নদী": 500, "জলাবদ্ধতায়": 3}) == {canonical(slip): canonical(meant)}


def test_the_most_frequent_word_is_meant() -> None:
    """Of several that are near."""
    assert found({"কাউন্সিলার": 2, "কাউন্সিলর": 90, "কাউন্সিলারা": 30}) == {"কাউন্সিলার": "কাউন্সিলর"}


@pytest.mark.parametrize(("typed", "meant"), [(2, 19), (12, 500)])
def test_other_frequencies_make_no_slip(typed: int, meant: int) -> None:
    """Ten times as many must have the other, and not twelve the word."""
    assert found({"জলবদ্ধতা": typed, "জলাবদ্ধতা": meant}) == {}


def test_what_its_stem_finds_is_no_slip() -> None:
    """Nothing would be gained."""
    words = {"জলবদ্ধতা": 2, "জলাবদ্ধতা": 20}
    assert found(words) == {"জলবদ্ধতা": "জলাবদ্ধতা"}
    assert found(words, dict.fromkeys(words, "জল")) == {}
