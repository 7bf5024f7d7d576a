"""Compounds written together or apart, decided by what the articles of an index do."""

import pytest

from index.analysis.analyzer import Token, analyze
from search.retrieval.bm25f import DEFAULT_WEIGHTS
from search.retrieval.term_scorer import TermScorer
from search.understanding.compounds import Compound, Compounds
from tests.fakes import article, collection_of, reader_of

TEXTS = [
    *["মুক্তিযুদ্ধ হয়েছিল"] * 9,
    *["মুক্তি যুদ্ধের কথা"] * 2,
    *["পদ্মা সেতু দেখা"] * 9,
    *["পদ্মাসেতু"] * 2,
    *["পদ্মা নদী", "সেতু মেরামত"] * 3,
    *["এসএসসি পরীক্ষা"] * 9,
    *["এসএস পাইপ"] * 20,
    *["ওসমান এলেন"] * 30,
    *["প্রতিবাদ সভা"] * 30,
    *["সমান অধিকার"] * 3,
    *["সাকিব আল হাসান"] * 3,
    *["সরকার বাজার"] * 3,
]


@pytest.fixture(scope="module")
def compounds() -> Compounds:
    """Those of a small index."""
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(TEXTS)])
    return Compounds(TermScorer(collection_of(reader), DEFAULT_WEIGHTS))


def of_word(compounds: Compounds, text: str, *, alone: bool = True) -> Compound | None:
    """What a single word is."""
    (token,) = analyze(text)
    return compounds.of_word(token, alone=alone)


def shown(compound: Compound | None) -> tuple[str | None, list[str], bool] | None:
    """The whole, the parts, and whether the whole is usual."""
    if compound is None:
        return None
    parts = [part.exact for part in compound.parts]
    return compound.whole.exact if compound.whole else None, parts, compound.usual


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("মুক্তিযুদ্ধ", ("মুক্তিযুদ্ধ", ["মুক্তি", "যুদ্ধ"], True)),
        ("মুক্তিযুদ্ধের", ("মুক্তিযুদ্ধের", ["মুক্তি", "যুদ্ধের"], True)),
        ("পদ্মাসেতুর", ("পদ্মাসেতুর", ["পদ্মা", "সেতুর"], False)),
        ("সাকিবআলহাসান", (None, ["সাকিব", "আল", "হাসান"], False)),
        ("প্রতিবাদ", None),
        ("মেরামত", None),
        ("zzz", None),
    ],
)
def test_a_word_is_cut_where_articles_have_its_parts_side_by_side(
    compounds: Compounds, text: str, expected: object
) -> None:
    """Inflection is on the last part; a word that nobody writes apart stays whole."""
    assert shown(of_word(compounds, text)) == expected


def test_a_word_of_no_article_is_cut_into_known_words_only_among_others(compounds: Compounds) -> None:
    """Alone it may be a misspelling of anything; in a headline a space was forgotten."""
    assert of_word(compounds, "বাজারসরকার") is None
    assert shown(of_word(compounds, "বাজারসরকার", alone=False)) == (None, ["বাজার", "সরকার"], False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("মুক্তি যুদ্ধ", {0: ("মুক্তিযুদ্ধ", ["মুক্তি", "যুদ্ধ"], True)}),
        ("মুক্তি যুদ্ধের", {0: ("মুক্তিযুদ্ধের", ["মুক্তি", "যুদ্ধের"], True)}),
        ("পদ্মা সেতু", {0: ("পদ্মাসেতু", ["পদ্মা", "সেতু"], False)}),
        ("এস এস সি", {0: ("এসএসসি", ["এস", "এস", "সি"], True)}),
        ("প্রতি বাদ", {0: ("প্রতিবাদ", ["প্রতি", "বাদ"], True)}),
        ("ও সমান", {}),
        ("সরকার বাজার", {}),
        ("যুদ্ধ মুক্তি", {}),
        ("নদী মুক্তি যুদ্ধ", {1: ("মুক্তিযুদ্ধ", ["মুক্তি", "যুদ্ধ"], True)}),
    ],
)
def test_words_are_joined_where_articles_have_the_one_word(
    compounds: Compounds, text: str, expected: object
) -> None:
    """Names of letters as far as they go; never with a short function word, which stands there by itself."""
    assert {at: shown(one) for at, one in compounds.among(analyze(text)).items()} == expected


def test_an_empty_row_has_no_compounds(compounds: Compounds) -> None:
    """Nor has a single word."""
    assert compounds.among([]) == {}
    assert compounds.among([Token("নদী", 0, 3, "নদী", "নদি")]) == {}
