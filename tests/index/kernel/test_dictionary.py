"""Look-up of terms in front-coded dictionaries."""

from bisect import bisect_left
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.term_dictionary import TermDictionaryWriter
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.terms import Dictionary

pytestmark = pytest.mark.no_cover  # many tries of lines that other tests cover

WORDS = ["", "আ", "আম", "আমরা", "আমাদের", "ঢাকা", "ঢাকার", "পদ্মা", "পদ্মার", "সেতু", "সেতুর", "অ" * 200, "অ" * 201]

terms = st.one_of(
    st.sampled_from(WORDS), st.text(alphabet="আমকঢতা্", max_size=8), st.text(max_size=5), st.just("\ud800")
).map(lambda text: text.encode("utf-8", "surrogatepass"))


def parts_of(words: list[bytes]) -> list[NDArray[Any]]:
    """The sections of a dictionary."""
    writer = SectionWriter()
    TermDictionaryWriter(writer, "stem").extend(words)
    stream = BytesIO()
    writer.write_to(stream, "terms")
    file = SectionFile(stream.getvalue(), "terms")
    return [file.section(f"stem/{part}").whole() for part in ("terms", "shared", "endings", "groups")]


@given(st.lists(terms, max_size=300), st.integers(0, 300))
@example([b"%03d" % number for number in range(130)], 70)
def test_terms_written_in_pieces_are_as_those_written_at_once(held: list[bytes], cut: int) -> None:
    """Groups and shared prefixes continue from one piece to the next."""
    words = sorted(set(held))
    writer = SectionWriter()
    written = TermDictionaryWriter(writer, "stem")
    for piece in (words[:cut], words[cut:]):
        written.extend(piece)
    stream = BytesIO()
    writer.write_to(stream, "terms")
    file = SectionFile(stream.getvalue(), "terms")
    found = [file.section(f"stem/{part}").whole() for part in ("terms", "shared", "endings", "groups")]
    assert [part.tolist() for part in found] == [part.tolist() for part in parts_of(words)]


def test_what_terms_share_is_looked_for_in_their_first_letters() -> None:
    """At most 48 bytes of a prefix are shared; an ending of 255 bytes or more has its length before it."""
    letters = "অ" * 90
    words = [f"{letters}{number}".encode() for number in range(3)]
    endings, shared, lengths, groups = (part.tolist() for part in parts_of(words))
    assert shared == [0, 48, 48]
    assert lengths == [255, 223, 223]
    assert groups == [0]
    assert bytes(endings) == (271).to_bytes(4, "little") + words[0] + words[1][48:] + words[2][48:]


@given(st.lists(terms, max_size=300), st.lists(terms, min_size=1, max_size=20), st.integers(0, 6))
@example([b"a" * 16 + b"%d" % number for number in range(300)], [b"a" * 16, b"a" * 15, b"a" * 17, b"b"], 9)
@example([b"a", *(b"a" + bytes(number) for number in range(1, 200))], [b"a", b"a\0"], 9)
def test_terms_are_found_as_by_bisection(held: list[bytes], asked: list[bytes], sampled: int) -> None:
    """The ordinal of a term or of its place, and whether it exists, for any number of sampled prefixes."""
    words = sorted(set(held))
    found = Dictionary(*parts_of(words), sampled=sampled)
    assert len(found) == len(words)
    for term in [*asked, *words]:
        assert found.find(term) == (bisect_left(words, term), term in words)


@given(st.lists(terms, max_size=300), st.lists(terms, max_size=20))
def test_terms_are_found_many_at_a_time_and_read_by_ordinal(held: list[bytes], asked: list[bytes]) -> None:
    """Looking up many terms gives the ordinal of each, and an ordinal gives its term."""
    words = sorted(set(held))
    found = Dictionary(*parts_of(words))
    assert [found.term(ordinal) for ordinal in range(len(words))] == words
    texts = [term.decode("utf-8", "surrogatepass") for term in asked + words]
    expected = [words.index(term) if term in words else -1 for term in asked + words]
    assert found.ordinals(texts) == [found.ordinal(text) for text in texts] == expected
    for ordinal in (-1, len(words)):
        with pytest.raises(IndexError):
            found.term(ordinal)


@given(st.lists(terms, max_size=300), st.integers(0, 64))
def test_groups_of_terms_are_read_whole_or_in_part(held: list[bytes], count: int) -> None:
    """The first ``count`` terms of a group; more than it has are an error."""
    words = sorted(set(held))
    found = Dictionary(*parts_of(words))
    for group in range(-(-len(words) // 64)):
        members = words[group * 64 : group * 64 + 64]
        if count <= len(members):
            assert found.group(group, count) == members[:count]
        else:
            with pytest.raises(IndexError):
                found.group(group, count)
    for group in (-1, -(-len(words) // 64)):
        with pytest.raises(IndexError):
            found.group(group, 0)


@given(st.lists(terms, min_size=1, max_size=100), st.integers(0, 2**32), st.integers(1, 9))
def test_terms_of_damaged_dictionaries_are_not_read_beyond_their_ends(
    held: list[bytes], seed: int, changes: int
) -> None:
    """The result is any term or a ``DamageError``."""
    parts = [part.copy() for part in parts_of(sorted(set(held)))]
    random = np.random.default_rng(seed)
    for _ in range(changes):
        part = parts[random.integers(0, len(parts))]
        if len(part):
            part[random.integers(0, len(part))] = random.integers(0, np.iinfo(part.dtype).max, endpoint=True)
    found = Dictionary(*parts)
    for ordinal in range(len(found)):
        with suppress(DamageError):
            assert isinstance(found.term(ordinal), bytes)
    for first in range(0, len(found), 64):
        with suppress(DamageError):
            assert len(found.group(first // 64, min(64, len(found) - first))) <= 64


@given(st.lists(terms, max_size=300), terms)
def test_terms_that_begin_alike_are_a_range(held: list[bytes], prefix: bytes) -> None:
    """The range is from the first term with the prefix to the one after the last."""
    words = sorted(set(held))
    found = Dictionary(*parts_of(words))
    start, stop = found.range(prefix)
    assert words[start:stop] == [word for word in words if word.startswith(prefix)]
    assert found.begins(prefix.decode("utf-8", "surrogatepass")) == (start < stop)


@pytest.mark.parametrize("prefix", [b"\xff", b"\xff\xff", b"a\xff"])
def test_a_beginning_that_nothing_is_greater_than_reaches_to_the_end(prefix: bytes) -> None:
    """No byte is greater than 255."""
    words = [b"a", b"a\xff", b"a\xff\xff", b"b", b"\xff", b"\xff\xff"]
    start, stop = Dictionary(*parts_of(words)).range(prefix)
    assert words[start:stop] == [word for word in words if word.startswith(prefix)]


@given(st.lists(terms, min_size=1, max_size=200), st.data())
def test_damage_gives_an_error_or_a_wrong_place_and_no_crash(held: list[bytes], data: st.DataObject) -> None:
    """Any part of a dictionary may change."""
    parts = [part.copy() for part in parts_of(sorted(set(held)))]
    for _ in range(data.draw(st.integers(1, 3))):
        part = data.draw(st.sampled_from([part for part in parts if len(part)]))
        most = np.iinfo(part.dtype).max
        part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, most))
    parts[0] = parts[0][: data.draw(st.sampled_from([len(parts[0]), len(parts[0]) // 2]))]
    words = data.draw(st.lists(terms, min_size=1, max_size=5))
    with suppress(DamageError):
        damaged = Dictionary(*parts)
        assert all(0 <= damaged.find(word)[0] <= len(damaged) for word in words)


def test_parts_of_different_lengths_are_refused() -> None:
    """They are refused before any look-up."""
    terms, shared, endings, groups = parts_of([b"a", b"b"])
    with pytest.raises(DamageError):
        Dictionary(terms, shared[:1], endings, groups)
    with pytest.raises(DamageError):
        Dictionary(terms, shared, endings, groups[:0])
