"""The document of an article on a cluster: the same contents as in a directory."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.article import Article
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.segment_reader import SegmentReader
from onneshon.index.indexer.builder import build
from onneshon.index.ingest.articles_in_hand import intake_of
from onneshon.index.ingest.intake import Problems
from onneshon.index.kernel.postings import Postings
from onneshon.index.ranking import Basis, frequencies_of_impacts, impacts
from onneshon.index.storage.reader import IndexReader, open_index
from onneshon.opensearch.storage.documents import (
    BEGINNINGS,
    LONGEST_TERM,
    Analyzed,
    DocumentMaker,
    RefusedTermError,
    stem_number,
    stream_read,
)
from onneshon.opensearch.storage.mapping import IMPACT_FIELDS, Contract, article_index, samples_of
from onneshon.opensearch.writing.workers import BATCH_BYTES, batches

BASIS = Basis(average_title=5.5, average_body=160.25)

WORDS = st.sampled_from(["বাংলা", "বাংলার", "ভাষা", "ভাষায়", "ঢাকা", "ঢাকায়", "ও", "2024", "delta", "।", "ইতিহাস"])
TEXTS = st.lists(WORDS, max_size=30).map(" ".join)


@pytest.fixture(scope="module")
def articles(sample_articles: Path) -> list[Article]:
    """The sample articles."""
    return list(intake_of([sample_articles], Problems()))


@pytest.fixture(scope="module")
def documents(articles: list[Article]) -> dict[str, dict[str, Any]]:
    """The document of each article, by its id."""
    return {article.id: made.document for article, made in zip(articles, made_of(articles), strict=True)}


@pytest.fixture(scope="module")
def embedded(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    """An index of the same articles in a directory, with the same basis."""
    directory = tmp_path_factory.mktemp("embedded")
    build(articles, directory, basis=BASIS)
    return open_index(directory)


def test_each_sample_has_half_of_the_articles_of_the_one_before() -> None:
    """Samples depend on the id alone, and are even for consecutive numbers too."""
    levels = [samples_of(f"খবর-{number}") for number in range(4_000)]
    sizes = [sum(str(level) in held for held in levels) for level in range(1, 5)]
    for size, expected in zip(sizes, (2_000, 1_000, 500, 250), strict=True):
        assert abs(size - expected) < expected**0.5 * 4
    assert all(held == [str(level) for level in range(1, len(held) + 1)] for held in levels)
    assert samples_of("খবর-7") == samples_of("খবর-7")


def test_declared_numbers_are_kept_beside_the_values() -> None:
    """Values that are not numbers are left out, and so is the field of an article without numbers."""
    articles = [
        Article("১", "নদী", keywords={"views": ("১,২০০",), "tags": ("5",)}),
        Article("২", "নদী", keywords={"views": ("অনেক",)}),
        Article("৩", "নদী"),
    ]
    made = [
        analyzed
        for analyzed in DocumentMaker(BASIS, ["views"]).make(articles)
        if isinstance(analyzed, Analyzed)
    ]
    assert [analyzed.document.get("numbers") for analyzed in made] == [{"views": [1200]}, None, None]
    assert made[0].document["keywords"]["views"] == ["১,২০০"]


def test_a_contract_knows_its_numbers() -> None:
    """A contract from before number fields existed has none."""
    contract = Contract("x", BASIS, fields=("tags", "views"), numbers=("views",))
    properties = article_index(contract)["mappings"]["properties"]
    assert properties["numbers"] == {"properties": {"views": {"type": "double"}}}
    kept = contract.to_dict()
    assert Contract.from_dict(kept, "here") == contract
    del kept["numbers"]
    assert Contract.from_dict(kept, "here").numbers == ()


def made_of(articles: list[Article]) -> list[Analyzed]:
    """The analysed documents of articles, all of which must be accepted."""
    found = [made for made in DocumentMaker(BASIS).make(articles) if isinstance(made, Analyzed)]
    assert len(found) == len(articles)
    return found


def postings(text: str) -> dict[str, int]:
    """The terms of a field, as Lucene splits it, with their impacts."""
    pairs = [part.split("|") for part in text.split()]
    return {term: int(impact) for term, impact in pairs}


def only_segment(reader: IndexReader) -> SegmentReader:
    """The only segment of an index from one build."""
    (segment,) = reader.segments
    return segment


@pytest.mark.parametrize("name", IMPACT_FIELDS)
def test_impacts_are_those_of_an_index_in_a_directory(
    name: str, documents: dict[str, dict[str, Any]], embedded: IndexReader
) -> None:
    """The impact of every posting of every field is equal."""
    segment = only_segment(embedded)
    ids = segment.article_ids(range(segment.doc_count))
    field = segment.impacts(name)
    expected: dict[str, dict[str, int]] = {article_id: {} for article_id in ids}
    for ordinal, term in enumerate(field.terms()):
        for doc, impact in zip(*decoded(field, ordinal), strict=True):
            expected[ids[doc]][term] = impact
    assert {article_id: postings(documents[article_id][name]) for article_id in ids} == expected


def decoded(field: ImpactField, ordinal: int) -> tuple[Any, Any]:
    """The documents and impacts of a term."""
    docs, found = Postings([field.postings(ordinal, 0)]).decode()
    return docs.tolist(), found.tolist()


def test_beginnings_are_counted_as_in_a_directory(articles: list[Article], embedded: IndexReader) -> None:
    """A prefix's rarity is derived from its document frequency, which must be equal."""
    counts = Counter(begin for made in made_of(articles) for begin in made.keys[BEGINNINGS])
    beginnings = only_segment(embedded).beginnings
    assert counts
    assert {begin: beginnings.df(begin) for begin in counts} == dict(counts)


def test_fingerprints_are_those_of_a_directory(
    documents: dict[str, dict[str, Any]], embedded: IndexReader
) -> None:
    """Fingerprints are equal as signed numbers, the type in OpenSearch."""
    segment = only_segment(embedded)
    ids = segment.article_ids(range(segment.doc_count))
    signed = segment.fingerprints().view(np.int64).tolist()
    assert {name: documents[name]["fingerprint"] for name in ids} == dict(zip(ids, signed, strict=True))


def test_the_stream_says_where_each_stem_stands() -> None:
    """The stream has the stems of the title, then those of the body."""
    (made,) = made_of([Article("১", "বাংলা ভাষা", "ভাষার ইতিহাস")])
    titles, numbers = stream_read(made.document["stream"].translate(str.maketrans("+/", "-_")))
    stems = made.document["title_stems"].split() + made.document["body_stems"].split()
    assert titles == 2
    assert numbers.tolist() == [stem_number(stem) for stem in stems]


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_an_article_is_the_same_document_alone_and_among_others(texts: list[tuple[str, str]]) -> None:
    """Making many documents in one pass changes none of them."""
    articles = [Article(str(number), *pair) for number, pair in enumerate(texts)]
    together = DocumentMaker(BASIS).make(articles)
    alone = [DocumentMaker(BASIS).make([article])[0] for article in articles]
    for document, other in zip(together, alone, strict=True):
        assert isinstance(document, Analyzed)
        assert isinstance(other, Analyzed)
        assert sorted_fields(document.document) == sorted_fields(other.document)


def sorted_fields(document: dict[str, Any]) -> dict[str, Any]:
    """The document with sorted terms, whose order depends on which words were numbered first."""
    return {
        name: sorted(value.split()) if name in IMPACT_FIELDS else value for name, value in document.items()
    }


def test_values_are_kept_whole_and_by_their_words() -> None:
    """A repeated value counts once."""
    article = Article("১", "শিরোনাম", category="খেলা ও ক্রীড়া", keywords={"tags": ("ঢাকা শহর", "ঢাকা শহর", "মাঠ")})
    (made,) = made_of([article])
    assert made.document["keywords"]["tags"] == ["ঢাকা শহর", "মাঠ"]
    assert made.document["words"]["tags"] == ["ঢাকা শহর", "মাঠ"]
    assert made.document["keywords"]["lang"] == ["bn"]


def test_two_encodings_of_a_value_are_one() -> None:
    """Filters and facets see one value, while the stored article keeps the given encoding."""
    first, second = (made_of([Article("১", "ক", category=form)])[0] for form in ("ব\u09dc", "ব\u09a1\u09bc"))
    assert first.document["keywords"] == second.document["keywords"]
    assert first.document["article"] != second.document["article"]


def test_a_word_too_long_for_lucene_is_refused_and_others_are_not() -> None:
    """An overlong word refuses its article alone; Lucene would refuse the whole request."""
    longest = "ক" * LONGEST_TERM
    refused, made = DocumentMaker(BASIS).make([Article("১", longest), Article("২", "ভাষা")])
    assert isinstance(refused, RefusedTermError)
    assert "too long" in str(refused)
    assert isinstance(made, Analyzed)


@pytest.mark.parametrize("text", ["ক|খ", "a|b|c", "ক\u00a0খ", "ক\u2003খ", "নদী\u200bপাড়", "এক |২| তিন"])
def test_no_word_holds_what_parts_words(text: str) -> None:
    """Terms have neither of Lucene's separators; other kinds of spaces may stay."""
    (made,) = made_of([Article("১", text, text)])
    for term in (*postings(made.document["exact"]), *made.document["body_stems"].split(" ")):
        assert "|" not in term
        assert " " not in term


def test_impacts_stand_for_the_frequencies_they_were_made_of() -> None:
    """Conversions between impacts and frequencies are inverse."""
    frequencies = frequencies_of_impacts(BASIS.k1)[1:255]
    assert impacts(frequencies, BASIS.k1).tolist() == list(range(1, 255))


def test_long_articles_fill_a_batch_sooner() -> None:
    """A batch is limited by the number of articles and by the size of their texts."""
    long = Article("১", "", "ক" * BATCH_BYTES)
    assert [len(batch) for batch in batches([long, long, *[Article("২", "খ")] * 450])] == [1, 1, 200, 200, 50]
