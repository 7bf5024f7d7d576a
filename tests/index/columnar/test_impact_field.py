"""Fields with impacts are read back as written, in any number of pieces, and damage is detected."""

import io
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.columnar import impact_field
from onneshon.index.columnar.impact_field import PADDING, ImpactField, ImpactWriter
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.term_dictionary import GONE, Beginnings, TermBlock, term_bytes
from onneshon.index.errors import REPAIR, BuildError, IndexCorruptError
from onneshon.index.kernel.postings import CheckedBlocks, checksum

Lists = dict[str, dict[int, tuple[int, list[int]]]]
"""Term to document number to impact and positions."""

DOCUMENTS = 500

words = st.text(st.sampled_from("কখগঘািুে্র্যঁa"), max_size=6)
positions = st.lists(st.integers(0, 70_000), min_size=1, max_size=4, unique=True).map(sorted)
lists = st.dictionaries(
    words,
    st.dictionaries(
        st.integers(0, DOCUMENTS - 1), st.tuples(st.integers(1, 255), positions), min_size=1, max_size=9
    ),
    max_size=12,
)


def as_block(found: Lists) -> TermBlock:
    """The lists as one block, in the form that inversion makes."""
    terms = sorted(found)
    rows = [(doc, *found[term][doc]) for term in terms for doc in sorted(found[term])]
    return TermBlock(
        [term_bytes(term) for term in terms],
        np.array([len(found[term]) for term in terms], np.int64),
        np.array([doc for doc, _, _ in rows], np.int64),
        np.array([len(places) for _, _, places in rows], np.int64),
        np.array([place for _, _, places in rows for place in places], np.int64),
        impacts=np.array([impact for _, impact, _ in rows], np.uint8),
    )


def file_of(writer: SectionWriter) -> SectionFile:
    """The written file, opened for reading."""
    stream = io.BytesIO()
    writer.write_to(stream, "test.inv")
    return SectionFile(bytearray(stream.getvalue()), "test.inv")


def written(*blocks: TermBlock) -> SectionFile:
    """A file with the field ``stem``, written in blocks of ascending terms."""
    sections = SectionWriter()
    writer = ImpactWriter(sections, "stem", positions=True, beginnings=True)
    for block in blocks:
        writer.extend(block)
    writer.finish()
    return file_of(sections)


def as_lists(field: ImpactField) -> Lists:
    """All posting lists of a field."""
    found: Lists = {}
    for ordinal, term in enumerate(field.terms()):
        rows = np.split(field.positions(ordinal), np.cumsum(field.freqs(ordinal))[:-1])
        found[term] = {
            int(doc): (int(impact), part.tolist())
            for doc, impact, part in zip(field.docs(ordinal), field.impacts(ordinal), rows, strict=True)
        }
    return found


@pytest.mark.no_cover  # many tries of lines that other tests cover
@given(lists, st.integers(1, 5))
def test_lists_come_back_however_they_were_divided(found: Lists, limit: int) -> None:
    """Blocks may be of any size, and document frequencies of prefixes are counted across blocks."""
    terms = sorted(found)
    pieces = [terms[start : start + limit] for start in range(0, len(terms), limit)]
    blocks = [as_block({term: found[term] for term in piece}) for piece in pieces]
    for file in (written(as_block(found)), written(*blocks)):
        field = ImpactField(file, "stem", DOCUMENTS)
        assert as_lists(field) == found
        assert field.dfs().tolist() == [len(found[term]) for term in sorted(found)]
        asked = [*terms, "নেই", "হ"]
        assert field.frequencies(asked) == [len(found.get(term, ())) for term in asked]
        assert field.ordinals(asked) == [*range(len(terms)), -1, -1]
        for length in (3, 4):
            starts = {term[:length] for term in found if len(term) >= length and term[0] != "a"}
            for start in starts:
                docs = {doc for term in found if term.startswith(start) for doc in found[term]}
                assert Beginnings(file, "stem").df(start) == len(docs)


@pytest.mark.no_cover  # many tries of lines that other tests cover
@given(lists, st.integers(1, 4))
def test_documents_that_are_left_out_take_their_words_with_them(found: Lists, every: int) -> None:
    """Remaining documents are renumbered in order; a term without any of them is removed."""
    stay = [doc for doc in range(DOCUMENTS) if doc % every or every == 4]
    numbers = np.full(DOCUMENTS, GONE, np.uint32)
    numbers[stay] = np.arange(len(stay))
    field = ImpactField(written(as_block(found).renumbered(numbers)), "stem", DOCUMENTS)
    kept = {
        term: {stay.index(doc): row for doc, row in docs.items() if doc in stay}
        for term, docs in found.items()
    }
    assert as_lists(field) == {term: docs for term, docs in kept.items() if docs}


def test_a_field_without_positions_says_only_which_documents_have_a_word() -> None:
    """Each document counts once, without a position; documents can be left out all the same."""
    block = TermBlock([b"a", b"b"], np.array([2, 1]), np.array([1, 3, 3]))
    sections = SectionWriter()
    writer = ImpactWriter(sections, "stem", positions=False)
    numbers = np.array([GONE, GONE, GONE, 0], np.uint32)
    impacts = np.array([5, 6, 7], np.uint8)
    writer.extend(replace(block, impacts=impacts).renumbered(numbers))
    writer.finish()
    field = ImpactField(file_of(sections), "stem", 1)
    assert [field.docs(ordinal).tolist() for ordinal in (0, 1)] == [[0], [0]]
    assert [field.impacts(ordinal).tolist() for ordinal in (0, 1)] == [[6], [7]]
    assert (field.freqs(0).tolist(), field.positions(0).tolist()) == ([1], [])
    assert block.renumbered(numbers).impacts is None


def test_lists_that_no_start_can_point_behind_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that exceeds the limit is refused at once, with advice; one that just fits is written."""
    block = as_block({"নদী": {3: (9, [1, 7])}})
    room = ImpactField(written(block), "stem", DOCUMENTS).size - PADDING
    monkeypatch.setattr(impact_field, "LIMIT", room)
    written(block)
    monkeypatch.setattr(impact_field, "LIMIT", room - 1)
    with closing(SectionWriter()) as sections:
        writer = ImpactWriter(sections, "stem", positions=True)
        with pytest.raises(BuildError, match="build several smaller indexes"):
            writer.extend(block)


def test_beginnings_are_counted_of_fields_that_are_searched_by_them() -> None:
    """They take space, and other fields are not searched by prefix."""
    sections = SectionWriter()
    writer = ImpactWriter(sections, "exact", positions=True)
    writer.extend(as_block({"নদীর": {3: (9, [1])}}))
    writer.finish()
    assert "exact/begin/df" not in file_of(sections)
    assert "stem/begin/df" in written(as_block({"নদীর": {3: (9, [1])}}))


@pytest.mark.parametrize("base", [None, 1000])
def test_documents_are_numbered_on_from_the_segments_before(base: int | None) -> None:
    """Every way of reading a list adds the base; without a base numbers start from 0."""
    field = ImpactField(written(as_block({"নদী": {0: (9, [1]), 4: (7, [2])}})), "stem", DOCUMENTS)
    options = {} if base is None else {"base": base}
    found = field.list_of("নদী", **options)
    assert found is not None
    for each in (found, field.postings(0, **options), *field.lists(range(1), **options)):
        assert each.docs().tolist() == [base or 0, (base or 0) + 4]


@pytest.mark.parametrize(
    ("start", "terms", "lists", "stop"),
    [(0, 9, 0, 1), (0, 9, 1.5, 1), (0, 9, 2, 2), (1, 2, 9, 3), (3, 9, 9, 4), (4, 9, 9, 4), (1, 0, 9, 1)],
    ids=["one at least", "whole lists", "and no more", "few terms", "to the last", "behind it", "no terms"],
)
def test_as_many_lists_are_merged_at_once_as_there_is_room_for(
    start: int, terms: int, lists: float, stop: int
) -> None:
    """The limit is in the space of equal lists."""
    found: Lists = {word: {doc: (7, [doc]) for doc in range(9)} for word in ("নদী", "নদীর", "মেলা", "হাট")}
    field = ImpactField(written(as_block(found)), "stem", DOCUMENTS)
    assert field.reach(start, terms, int(lists * (field.size - PADDING) / len(found))) == stop


def test_long_lists_know_how_long_they_are() -> None:
    """Lengths are stored in one byte or several."""
    sizes = {"ক": 1, "খ": 127, "গ": 128, "ঘ": 499}
    found: Lists = {term: {doc: (7, [doc]) for doc in range(size)} for term, size in sizes.items()}
    field = ImpactField(written(as_block(found)), "stem", DOCUMENTS)
    assert field.dfs().tolist() == [field.df(ordinal) for ordinal in range(4)] == list(sizes.values())
    assert as_lists(field) == found


def test_a_damaged_list_is_refused_where_it_is_read() -> None:
    """The checksum shows the damage, or the content where somebody forged the checksums."""
    found: Lists = {"ক": {doc: (7, [doc]) for doc in range(300)}, "খ": {3: (9, [1])}}
    file = written(as_block(found))
    data = file.section("stem/data").unchecked
    data.flags.writeable = True
    data[2] ^= 0xFF
    with pytest.raises(IndexCorruptError, match=r"test\.inv is damaged in stem/data") as error:
        ImpactField(file, "stem", DOCUMENTS).docs(0)
    assert str(error.value).endswith(REPAIR)
    file.section("stem/data").blocks = CheckedBlocks(
        data, np.array([checksum(data)], np.uint32), len(data), AssertionError
    )
    with pytest.raises(IndexCorruptError, match=r"damaged in stem/data \(a posting list is damaged\)"):
        ImpactField(file, "stem", 10).docs(0)
    assert ImpactField(file, "stem", 10).docs(1).tolist() == [3]


def test_a_field_that_is_not_there_has_no_terms() -> None:
    """No caller needs to check whether the field exists."""
    field = ImpactField(written(as_block({})), "title_stem", DOCUMENTS)
    assert (field.term_count, field.ordinal("ক"), list(field.terms())) == (0, None, [])
    assert field.dfs().tolist() == []
    assert not field.begins("ক")
