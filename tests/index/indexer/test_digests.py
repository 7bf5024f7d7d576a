"""Fingerprints, which are similar for nearly equal texts, and digests of whole articles."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article, build
from onneshon.index.columnar.segment_list import open_segments
from onneshon.index.indexer import digests as module
from onneshon.index.indexer.digests import (
    SHINGLE,
    SHORT,
    Digests,
    content_digest,
    digests_of,
    fingerprints,
    read_digests,
    term_hashes,
    write_digests,
)
from onneshon.index.ingest.fields import NO_RECORD

WORDS = [f"শব্দ{number}" for number in range(4_000)]
HASHES = term_hashes(WORDS)
Text = list[int]


def prints(*texts: Text) -> list[int]:
    """The fingerprints of texts of numbered words."""
    numbers = np.array([number for text in texts for number in text], np.uint32)
    lengths = np.array([len(text) for text in texts], np.uint32)
    return [int(found) for found in fingerprints(HASHES, numbers, lengths)]


def apart(text: Text, other: Text) -> int:
    """The number of bits in which the fingerprints of two texts differ."""
    first, second = prints(text, other)
    return (first ^ second).bit_count()


def straightforward(text: Text) -> list[int]:
    """For each bit the number of word runs whose hash has it, counted one by one."""
    runs = module._runs(HASHES[text]).tolist()
    return [sum(run >> bit & 1 for run in runs) for bit in range(64)]


@pytest.mark.parametrize("length", [SHORT + SHINGLE - 1, SHORT + SHINGLE, 300, 700])
def test_each_bit_is_that_of_the_majority(length: int) -> None:
    """Also with more runs than a byte can count."""
    text = [(7 * number * number) % 3_001 for number in range(length)]
    ones = straightforward(text)
    expected = [2 * count > length - SHINGLE + 1 for count in ones]
    (found,) = prints(text)
    # Bytes are little-endian and bits within one are not.
    bits = np.unpackbits(np.array([found], np.uint64).view(np.uint8))
    order = [8 * byte + 7 - bit for byte in range(8) for bit in range(8)]
    assert [bool(bits[place]) for place in order] == expected


def test_a_changed_word_changes_few_bits() -> None:
    """One changed word of three hundred."""
    text = list(range(300))
    assert apart(text, [*text[:150], 999, *text[151:]]) <= 8


def test_other_words_change_half_of_the_bits() -> None:
    """The texts have no run of words in common."""
    assert 16 < apart(list(range(300)), list(range(1000, 1300))) < 48


def test_short_texts_are_alike_if_they_are_equal() -> None:
    """One changed word of ten makes a difference."""
    text = list(range(10))
    assert apart(text, text) == 0
    assert apart(text, [*text[:9], 99]) > 8


def test_a_text_of_too_few_words_has_none() -> None:
    """The fingerprint is zero; so is that of a text without words."""
    assert prints([], [1], [1, 2]) == [0, 0, 0]


@given(st.lists(st.lists(st.integers(0, 50), max_size=60), max_size=8))
def test_a_text_has_the_same_fingerprint_wherever_it_stands(texts: list[Text]) -> None:
    """It may be between other texts, at the beginning of a piece or at its end."""
    before = module.PIECE
    module.PIECE = 8  # type: ignore[misc]  # many pieces of few runs
    try:
        together = prints(*texts)
    finally:
        module.PIECE = before  # type: ignore[misc]
    assert together == [print_ for text in texts for print_ in prints(text)]


WHOLE = Article(
    "খবর-১",
    "নদী",
    "নদীর চর",
    dt.date(1971, 12, 16),
    "পরিবেশ",
    url="https://a.example/1",
    author="রহিম",
    lang="bn",
    image="https://a.example/1.png",
    keywords={"tags": ("চর", "পলি")},
)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "খবর-২"},
        {"title": "নদ"},
        {"body": "নদীর ঘাট"},
        {"date": dt.date(1971, 12, 17)},
        {"date": None},
        {"category": "ভ্রমণ"},
        {"url": "https://a.example/2"},
        {"author": "করিম"},
        {"lang": "en"},
        {"image": "https://a.example/2.png"},
        {"image": ""},
        {"keywords": {"tags": ("পলি", "চর")}},
        {"keywords": {"tags": ("চর",), "পলি": ()}},
        {"keywords": {"desk": ("চর", "পলি")}},
        {"keywords": {}},
    ],
    ids=str,
)
def test_whatever_differs_of_an_article_its_digest_does(changed: dict[str, Any]) -> None:
    """Equal articles have equal digests."""
    assert (
        content_digest(replace(WHOLE, **changed)) != content_digest(WHOLE) == content_digest(replace(WHOLE))
    )


def test_a_segment_without_digests_has_those_of_what_it_stores(tmp_path: Path) -> None:
    """Digests are computed from stored texts; records and change dates are unknown."""
    articles = [WHOLE, Article("খবর-২", "মেলা", "নদীর ধারে মেলা")]
    build(articles, tmp_path)
    [folder] = (tmp_path / "generations").iterdir()
    [segment] = open_segments(folder)
    found, written = digests_of(segment), read_digests(folder, 2)
    assert written is not None
    assert found.contents.tolist() == written.contents.tolist() == [*map(content_digest, articles)]
    assert (found.records.tolist(), found.changed.tolist()) == ([NO_RECORD] * 2, [0, 0])
    assert read_digests(folder, 3) is None
    (folder / "digests.bin").unlink()
    assert read_digests(folder, 2) is None


def test_a_folder_has_just_the_digests_that_were_written_there(tmp_path: Path) -> None:
    """Digests of records count too; a folder without digests or with another number of them has none such."""
    contents, records = np.array([7, 9], np.uint64), np.array([1, NO_RECORD], np.uint64)
    digests = Digests.new(contents, records, 1_000)
    assert not digests.are_those_in(tmp_path)
    write_digests(tmp_path, digests)
    assert digests.are_those_in(tmp_path)
    assert not Digests.new(contents, records[::-1].copy(), 1_000).are_those_in(tmp_path)
    assert not Digests.new(contents[:1], records[:1], 1_000).are_those_in(tmp_path)


def test_what_was_there_before_keeps_its_date() -> None:
    """An article with an equal digest keeps it, also when segments are joined and documents deleted."""
    before = Digests(*(np.array(column) for column in ([5, 3, 8], [0, 0, 0], [50, 30, 80])))
    now = Digests(*(np.array(column) for column in ([3, 4, 8, 9], [1, 2, 3, 4], [100] * 4)))
    assert now.dated_as(before).changed.tolist() == [30, 100, 80, 100]
    assert now.dated_as(before.of(np.zeros(3, np.bool_))).changed.tolist() == [100] * 4
    whole = Digests.joined([before, now]).of(np.array([False, True, False, True, False, False, True]))
    assert (whole.contents.tolist(), whole.records.tolist()) == ([3, 3, 9], [0, 1, 4])
