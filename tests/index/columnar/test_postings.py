"""Columns of postings: whatever is written, in whatever pieces, is read back."""

import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onneshon.index.columnar.field_reader import FieldReader
from onneshon.index.columnar.postings import PostingsWriter
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.term_block import TermBlock
from onneshon.index.columnar.term_dictionary import TermDictionary, TermDictionaryWriter, term_bytes
from onneshon.index.indexer.merger import merge_field
from onneshon.index.indexer.parts import Part

pytestmark = pytest.mark.slow

Postings = dict[str, dict[int, list[int]]]
"""Term to document to positions."""

words = st.one_of(
    st.text(st.sampled_from("কখগঘািুে্র্যঁ\u200d0a"), max_size=4),
    st.text(max_size=3),
    st.text("ক", min_size=80, max_size=100),
)
numbers = st.one_of(st.integers(0, 6), st.integers(0, 700), st.integers(0, 2**31))
positions = st.lists(numbers, min_size=1, max_size=5, unique=True).map(sorted)
postings = st.dictionaries(words, st.dictionaries(numbers, positions, min_size=1, max_size=6), max_size=12)


def as_block(found: Postings) -> TermBlock:
    """The postings as one block, the way inversion makes them."""
    terms = sorted(found)
    lists = [sorted(found[term].items()) for term in terms]
    return TermBlock(
        [term_bytes(term) for term in terms],
        np.array([len(docs) for docs in lists], np.int64),
        np.array([doc for docs in lists for doc, _ in docs], np.int64),
        np.array([len(places) for docs in lists for _, places in docs], np.int64),
        np.array([place for docs in lists for _, places in docs for place in places], np.int64),
    )


def reader_of(*blocks: TermBlock) -> FieldReader:
    """Write blocks of rising terms and read them."""
    writer = SectionWriter()
    field = PostingsWriter(writer, "body", frequencies=True, positions=True)
    for block in blocks:
        field.extend(block)
    field.finish()
    return reread(writer)


def reread(writer: SectionWriter) -> FieldReader:
    """Write the file and read its one field."""
    stream = io.BytesIO()
    writer.write_to(stream, "test.inv")
    file = SectionFile(stream.getvalue(), "test.inv")
    file.verify()
    return FieldReader(file, "body", np.zeros(0, np.uint32))


def as_postings(reader: FieldReader) -> Postings:
    """Everything a reader holds."""
    found: Postings = {}
    for ordinal, term in enumerate(reader.terms()):
        docs, freqs = reader.postings(ordinal)
        places = np.split(reader.positions(ordinal), np.cumsum(freqs)[:-1])
        found[term] = {int(doc): part.tolist() for doc, part in zip(docs, places, strict=True)}
    return found


@given(postings, st.integers(1, 5))
def test_postings_come_back_however_they_were_divided(found: Postings, limit: int) -> None:
    """Documents, frequencies and positions of every width survive, and blocks may be of any size."""
    block = as_block(found)
    assert as_postings(reader_of(block)) == found
    assert as_postings(reader_of(*block.pieces(limit))) == found


@given(postings)
def test_numbers_of_terms_add_up(found: Postings) -> None:
    """Document and collection frequencies are those of the postings, alone and in ranges."""
    reader = reader_of(as_block(found))
    terms = sorted(found)
    df = [len(found[term]) for term in terms]
    cf = [sum(map(len, found[term].values())) for term in terms]
    assert [reader.doc_frequency(ordinal) for ordinal in range(len(terms))] == df
    assert [reader.collection_frequency(ordinal) for ordinal in range(len(terms))] == cf
    assert reader.doc_frequencies(0, len(terms)).tolist() == df
    assert reader.collection_frequencies(0, len(terms)).tolist() == cf


@given(postings, st.integers(0, 12), st.integers(0, 12))
def test_a_range_of_terms_is_their_documents_in_turn(found: Postings, start: int, stop: int) -> None:
    """Reading a range at once gives what reading its terms one by one gives."""
    reader = reader_of(as_block(found))
    chosen = sorted(found)[start:stop]
    start = min(start, len(found))
    expected = [doc for term in chosen for doc in sorted(found[term])]
    assert reader.docs_in_range(start, start + len(chosen)).tolist() == expected


@given(st.lists(postings, min_size=1, max_size=4), st.integers(1, 30))
def test_merged_parts_equal_one_index_of_all(parts: list[Postings], window: int) -> None:
    """Merging shifts documents and joins terms, in windows of any size."""
    parts = [{term: shrink(docs) for term, docs in part.items()} for part in parts]
    writer = SectionWriter()
    field = PostingsWriter(writer, "body", frequencies=True, positions=True)
    merge_field(
        [Part(reader_of(as_block(part)), 1000 * number) for number, part in enumerate(parts)], field, window
    )
    field.finish()
    expected: Postings = {}
    for number, part in enumerate(parts):
        for term, docs in part.items():
            moved = {doc + 1000 * number: places for doc, places in docs.items()}
            expected.setdefault(term, {}).update(moved)
    assert as_postings(reread(writer)) == expected


def shrink(docs: dict[int, list[int]]) -> dict[int, list[int]]:
    """Documents below 1,000, as a part has."""
    return {doc % 1000: places for doc, places in docs.items()}


def test_common_words_of_a_large_index_come_back() -> None:
    """Thousands of documents, many terms to a group, gaps and positions on both sides of every width."""
    random = np.random.default_rng(20)
    found: Postings = {}
    for number in range(200):
        spread = int(random.choice([2, 200, 400, 5_000, 100_000]))
        docs = np.cumsum(random.integers(1, spread, int(random.integers(1, 400)))).tolist()
        far = int(random.choice([100, 300, 70_000]))
        found[f"w{number:03}"] = {
            doc: sorted(set(random.integers(0, far, int(random.choice([1, 1, 1, 2, 9, 300]))).tolist()))
            for doc in docs
        }
    reader = reader_of(*as_block(found).pieces(5_000))
    assert as_postings(reader) == found
    assert reader.docs_in_range(3, 190).tolist() == [
        doc for term in sorted(found)[3:190] for doc in sorted(found[term])
    ]


@pytest.mark.parametrize("word", ["বাংলা", "বাংলাদেশ", "", "ঢ়", "ক্ষ", "\ud800", "😀"])
def test_a_word_is_found_at_its_place(word: str) -> None:
    """Look-up works for words of any script, for the empty one and for lone surrogates."""
    words = sorted({"অ", "বাংলা", "বাংলাদেশ", "বাংলাদেশের", "", "ঢ়", "ক্ষ", "\ud800", "😀", "zebra"})
    reader = reader_of(as_block({word: {0: [0]} for word in words}))
    assert reader.ordinal(word) == words.index(word)
    assert reader.term(words.index(word)) == word
    assert reader.ordinal(word + "x") is None


@given(st.sets(words, max_size=300), words)
@example(set(), "ক")
@example({f"ক{number:05}" for number in range(700)}, "ক003")
@example({"ক" * 20 + f"{number:03}" for number in range(200)}, "ক" * 20 + "07")
@example({"ক" * 90 + f"{number:03}" for number in range(200)}, "ক" * 90 + "1")
@example({"ক" * number for number in range(1, 150)}, "ক" * 75 + "খ")
def test_a_prefix_is_a_range_of_terms(terms: set[str], prefix: str) -> None:
    """The range holds exactly the terms that begin so, and a look-up says where a term would stand."""
    writer = SectionWriter()
    written = sorted(map(term_bytes, terms))
    dictionary = TermDictionaryWriter(writer, "body")
    dictionary.extend(written[:100])
    dictionary.extend(written[100:])
    stream = io.BytesIO()
    writer.write_to(stream, "test.inv")
    reader = TermDictionary(SectionFile(stream.getvalue(), "test.inv"), "body")
    begun = term_bytes(prefix)
    assert list(reader.from_ordinal()) == written
    assert [reader[place] for place in reader.prefix_range(begun)] == [
        term for term in written if term.startswith(begun)
    ]
    assert reader.find(begun) == (sum(term < begun for term in written), begun in written)
