"""A query that was typed for a font of Bijoy finds what its Unicode finds, and says so."""

from pathlib import Path

import pytest

from benchmarks.bijoy.typist import Typist
from index.encodings.legacy import in_unicode
from search import Engine

TABLES = Path(__file__).parents[3] / "search" / "understanding" / "data"
LATIN = [
    row.split("\t")[0]
    for name in ("english_words.tsv", "exonyms.tsv", "acronyms.tsv")
    for row in (TABLES / name).read_text("utf-8").splitlines()
    if row and not row.startswith("#")
]
BANGLISH = [
    "bangladesh",
    "ami banglay gan gai",
    "Kyiv web GB",
    "bhasha andolon",
    "mukti juddho",
    "MVP kgf",
    "vv xx",
]


@pytest.mark.parametrize("query", ["ভাষা আন্দোলন", "বাংলাদেশ", "মুক্তিযুদ্ধ", "রাষ্ট্রভাষা", "ছাত্রছাত্রীরা মিছিল"])
def test_it_finds_what_the_same_in_unicode_finds(sample_engine: Engine, query: str) -> None:
    """The same articles in the same order, with what was understood and the way back."""
    typed = Typist()(query)
    page, unicode = sample_engine.search(typed), sample_engine.search(query)
    assert [hit.id for hit in page] == [hit.id for hit in unicode]
    assert page.total == unicode.total > 0
    assert page.understanding is not None
    assert page.understanding.encoding == "bijoy"
    assert (page.query, page.understanding.original, page.understanding.literal) == (typed, typed, typed)
    assert page.understanding.understood == in_unicode(typed, near=True).text


def test_operators_stay_what_they_are(sample_engine: Engine) -> None:
    """Quotation marks, AND, a minus; what they stand around is converted."""
    typed = Typist()
    query = f'"{typed("ভাষা আন্দোলন")}" AND {typed("মিছিল")}'
    page = sample_engine.search(query)
    assert page.total == sample_engine.search('"ভাষা আন্দোলন" AND মিছিল').total > 0


def test_literally_it_is_what_was_typed(sample_engine: Engine) -> None:
    """No article of the sample has it."""
    page = sample_engine.search(Typist()("ভাষা আন্দোলন"), literal=True)
    assert (page.total, page.understanding) == (0, None)


@pytest.mark.parametrize("query", [*BANGLISH, " ".join(LATIN[:40]), *LATIN[::25]])
def test_latin_words_are_never_taken_for_it(sample_engine: Engine, query: str) -> None:
    """English, names, abbreviations, and Bengali in Latin letters."""
    found = sample_engine.search(query[:500]).understanding
    assert found is None or found.encoding == "unicode"


def test_what_no_article_has_is_left_as_typed(sample_engine: Engine) -> None:
    """However much its letters are those of Bijoy."""
    found = sample_engine.search(Typist()("ঘ্রুঙ্ঘ ঢ়ৌঞ্ঝ ঝ্রীড্ড")).understanding
    assert found is None or found.encoding == "unicode"


def test_each_thing_of_it_is_explained(sample_engine: Engine) -> None:
    """The words understood are those in Unicode."""
    words = sample_engine.understand(Typist()("ভাষা আন্দোলন"))
    assert [word.articles for word in words] == [
        word.articles for word in sample_engine.understand("ভাষা আন্দোলন")
    ]
