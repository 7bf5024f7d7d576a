"""Chunks and clusters of texts, compared with regular expressions and reading by code point."""

import re
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel.texts import Chunks, Clusters
from tests.strategies import mixed_text

SIGNS, INNER, DECIMAL = "\u09be\u09bf\u09cd", "’", ".,"


def _class(letter: str) -> int:
    bits = (
        letter.isspace(),
        letter.isalnum(),
        letter in SIGNS,
        letter in INNER,
        letter in DECIMAL,
        letter.isalpha(),
        letter.isdigit(),
    )
    return sum(bit << place for place, bit in enumerate(bits))


TABLE = bytes(_class(chr(code)) for code in range(0x2020))
CLASSES = bytes([0, 16, 17, 2, 34, 21])
"""Classes of the code points 0 to 5: none, base of signs, sign, consonant, hasanta, joiner."""


def words_in(chunk: str) -> int:
    """The number of words: runs of letters, digits and signs, which may not begin with a sign."""
    word = r"[^\W_]"
    inside = rf"(?:{word}|[{SIGNS}]|[{INNER}](?=[^\W\d_])|[{DECIMAL}](?=\d))*"
    return len(re.findall(word + inside, chunk))


texts = st.text(st.sampled_from("কা১২a b.,’-।\n\u09cd\u00a0"), max_size=60)


@given(texts)
def test_chunks_are_what_stands_between_white_space(text: str) -> None:
    """Each chunk has the number of words before it."""
    chunks = Chunks(text, TABLE)
    found = [*re.finditer(r"\S+", text)]
    assert [chunks[number] for number in range(len(chunks))] == [found_match.span() for found_match in found]
    before = [*accumulate((words_in(chunk[0]) for chunk in found), initial=0)]
    assert [chunks.before(number) for number in range(len(chunks))] == before[:-1]
    for number, (first, stop) in enumerate(pairwise(before)):
        assert all(chunks.holding(word) == number for word in range(first, stop))


@given(mixed_text)
def test_chunks_of_any_text_are_those_of_split(text: str) -> None:
    """White space is what ``str.split`` takes for it."""
    chunks = Chunks(text, TABLE)
    assert [text[slice(*chunks[number])] for number in range(len(chunks))] == text.split()


def test_there_is_no_chunk_beyond_the_last() -> None:
    """Words beyond the end are in the last chunk; a chunk beyond the end is an error."""
    chunks = Chunks("ক খ", TABLE)
    assert (chunks.holding(-3), chunks.holding(9)) == (0, 1)
    for number in (-1, 2):
        with pytest.raises(IndexError):
            chunks[number]
        with pytest.raises(IndexError):
            chunks.before(number)
    assert Chunks("", TABLE).holding(0) == 0


@given(st.text(st.sampled_from([*map(chr, range(6)), "\U0001f600"]), max_size=30))
def test_clusters_begin_where_nothing_is_taken(text: str) -> None:
    """A sign joins its base, and a consonant a hasanta, also across a joiner."""
    kinds = [CLASSES[ord(letter)] if ord(letter) < len(CLASSES) - 1 else CLASSES[-1] for letter in text]
    starts = []
    for at, kind in enumerate(kinds):
        before, earlier = (kinds[at - 1] if at else 0), (kinds[at - 2] if at > 1 else 0)
        taken = kind & before >> 4 or (kind & 2 and before & 4 and earlier & 32)
        if not at or not taken:
            starts.append(at)
    clusters = Clusters(text, CLASSES)
    assert clusters.total == len(starts)
    for place in range(len(text) + 1):
        count = sum(start < place for start in starts)
        assert clusters.before(place) == count
        for width in (0, 1, 3):
            assert clusters.earliest(place, width) == ([*starts, len(text)][max(count - width, 0)])
            assert clusters.latest(place, width) == [*starts, len(text)][min(count + width, len(starts))]


@given(texts)
def test_without_classes_code_points_are_looked_up(text: str) -> None:
    """White space, letters and digits are known of any code point; signs inside words are not."""
    plain, none = text.translate({ord(letter): "-" for letter in SIGNS + INNER + DECIMAL}), Chunks(text, b"")
    chunks = Chunks(plain, TABLE)
    assert [(none[at], none.before(at)) for at in range(len(none))] == [
        (chunks[at], chunks.before(at)) for at in range(len(chunks))
    ]


def test_clusters_need_classes() -> None:
    """Without classes no cluster can be determined."""
    with pytest.raises(ValueError, match="classes"):
        Clusters("ক", b"")
