"""A query typed for a Bijoy font finds what its Unicode form finds, and the page says so."""

from pathlib import Path

import pytest

from benchmarks.bijoy.typist import Typist
from onneshon.index.encodings.legacy import in_unicode
from onneshon.search import Engine
from onneshon.search.understanding.decoding import _is_latin, _is_short_latin, from_bijoy_query
from tests.search.understanding.word_lists import WordList

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
    """Articles and order are the same; the page has the Unicode text and the text as typed."""
    typed = Typist()(query)
    page, unicode = sample_engine.search(typed), sample_engine.search(query)
    assert [hit.id for hit in page] == [hit.id for hit in unicode]
    assert page.total == unicode.total > 0
    assert page.understanding is not None
    assert page.understanding.encoding == "bijoy"
    assert (page.query, page.understanding.original, page.understanding.literal) == (typed, typed, typed)
    assert page.understanding.understood == in_unicode(typed, near=True).text


def test_operators_stay_what_they_are(sample_engine: Engine) -> None:
    """Quotation marks, AND and minus keep their meaning; the words between them are converted."""
    typed = Typist()
    query = f'"{typed("ভাষা আন্দোলন")}" AND {typed("মিছিল")}'
    page = sample_engine.search(query)
    assert page.total == sample_engine.search('"ভাষা আন্দোলন" AND মিছিল').total > 0


def test_literally_it_is_what_was_typed(sample_engine: Engine) -> None:
    """A literal search does not convert; no article of the sample has these letters."""
    page = sample_engine.search(Typist()("ভাষা আন্দোলন"), literal=True)
    assert (page.total, page.understanding) == (0, None)


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("query", [*BANGLISH, " ".join(LATIN[:40]), *LATIN[::25]])
def test_latin_words_are_never_taken_for_it(sample_engine: Engine, query: str) -> None:
    """English words, names, abbreviations and Bengali in Latin letters are not taken for Bijoy."""
    found = sample_engine.search(query[:500]).understanding
    assert found is None or found.encoding == "unicode"


def test_what_no_article_has_is_left_as_typed(sample_engine: Engine) -> None:
    """A query whose Unicode form is in no article is not converted, even if its letters are Bijoy's."""
    found = sample_engine.search(Typist()("ঘ্রুঙ্ঘ ঢ়ৌঞ্ঝ ঝ্রীড্ড")).understanding
    assert found is None or found.encoding == "unicode"


def test_each_thing_of_it_is_explained(sample_engine: Engine) -> None:
    """The explained words are those of the Unicode form."""
    words = sample_engine.understand(Typist()("ভাষা আন্দোলন"))
    assert [word.articles for word in words] == [
        word.articles for word in sample_engine.understand("ভাষা আন্দোলন")
    ]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("gvbyl", "মানুষ"),
        ("cywjk", "পুলিশ"),
        ("b`x", "নদী"),
        ("†`k", "দেশ"),
        ("eB", "বই"),
        ("evev", "বাবা"),
        ("K_v", "কথা"),
        ("nvZ", "হাত"),
        ("Mí", "গল্প"),
    ],
)
def test_a_short_word_of_it_is_known_by_what_articles_have(tmp_path: Path, typed: str, word: str) -> None:
    """A few letters prove little, but a word that articles contain is hardly read by chance."""
    assert from_bijoy_query(typed, WordList(tmp_path, {word: 500})) == word
    assert from_bijoy_query(typed, WordList(tmp_path, {})) is None


@pytest.mark.parametrize(
    ("typed", "word", "left_over"),
    [("evsjv‡`k", "বাংলাদেশ", ["evsjv"]), ("cwievi", "পরিবার", ["cwievi"]), ("we‡kl", "বিশেষ", ["we", "kl"])],
)
def test_what_was_left_in_articles_is_no_latin_word(
    tmp_path: Path, typed: str, word: str, left_over: list[str]
) -> None:
    """A few articles have unconverted Bijoy words, and many the same words in Unicode."""
    assert from_bijoy_query(typed, WordList(tmp_path, {word: 500} | dict.fromkeys(left_over, 3))) == word
    assert from_bijoy_query(typed, WordList(tmp_path, {word: 3} | dict.fromkeys(left_over, 3))) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Kiev", "করবা"),
        ("evm", "বাস"),
        ("PVC", "চঠঈ"),
        ("Avi", "আর"),
        ("GB", "এই"),
        ("5G mv", "সা"),
        ("Ki & web", "বিন"),
    ],
)
def test_short_latin_words_are_not_taken_for_it(tmp_path: Path, typed: str, read: str) -> None:
    """Names and abbreviations may by chance read as a word that all articles contain."""
    everywhere = WordList(tmp_path, {read: 500, "কর": 500, "৫এ": 500})
    assert from_bijoy_query(typed, everywhere) is None


@pytest.mark.parametrize(("typed", "read"), [("Aviv", "আরা"), ("Zizi", "তরুর"), ("web", "বিন")])
def test_short_latin_words_of_articles_are_not_taken_for_it(tmp_path: Path, typed: str, read: str) -> None:
    """Latin words of articles are not converted even if the converted word is in more articles."""
    assert from_bijoy_query(typed, WordList(tmp_path, {read: 500, typed: 1})) is None


def test_a_short_word_beside_longer_ones_is_no_latin_name(tmp_path: Path) -> None:
    """Alone *mi* is a Latin word; in a Bijoy text its letters are converted."""
    index = WordList(tmp_path, {"বাংলা": 500, "গর": 500})
    assert from_bijoy_query("evsjv Mi", index) == "বাংলা গর"
    assert from_bijoy_query("Mi", index) is None


@pytest.mark.parametrize(
    ("typed", "length"), [("Avgvi " * 99 + "evsjv " * 3, 512), ("Avgvi " * 98 + "evsjv " * 4, 0)]
)
def test_a_query_may_become_as_long_as_one_may_be(tmp_path: Path, typed: str, length: int) -> None:
    """The Unicode form has another length, and at most 512 code points."""
    index = WordList(tmp_path, {"বাংলা": 500, "আমার": 500})
    assert len(from_bijoy_query(typed.strip(), index) or "") == length


@pytest.mark.parametrize(
    ("text", "articles", "latin"),
    [
        ("Aviv", [3], True),
        ("Avivs", [3], False),
        ("Aviv Zizi", [3, 2], True),
        ("Aviv Zizi", [3, 0], False),
        ("Aviv", [], False),
        ("Aviv rice", [], True),
        ("Aviv mvB", [3, 2], False),
    ],
)
def test_short_words_are_latin_where_articles_or_the_tables_have_them(
    text: str, articles: list[int], latin: bool
) -> None:
    """All words must be in articles or one in a table, each of at most four letters, with usual capitals."""
    assert _is_short_latin(text, articles) is latin


@pytest.mark.parametrize(("text", "latin"), [("PVC kgf", True), ("PVC kGf", False), ("PVC Kiev", False)])
def test_words_look_latin_one_and_all(text: str, latin: bool) -> None:
    """Whether a text is Latin depends on its letters and on the number of its words."""
    assert _is_latin(text, 3) is latin
