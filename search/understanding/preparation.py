"""Loads now what is loaded when a query first needs it: whoever serves has the time before it begins."""

from typing import Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.function_words import sounds_like_function_word
from onneshon.index.analysis.stemmer import prepare as prepare_stems
from onneshon.index.encodings.legacy import in_unicode
from onneshon.index.vocabulary.channels import misspelt, romanised
from onneshon.search.query.lexer import lex
from onneshon.search.understanding.latin_entries import (
    acronyms,
    english_words,
    exonyms,
    letter_names,
    misspelt_name,
)
from onneshon.search.understanding.latin_language import common_english_words, english_function_words
from onneshon.search.understanding.respelling import prepare as prepare_respellings
from onneshon.search.understanding.synonyms import shipped_synonyms
from onneshon.search.understanding.units import find_units

__all__ = ["prepare"]

_UNITS: Final = ("২১শে ফেব্রুয়ারি ১৯৫২ সাল", "একুশে ফেব্রুয়ারি", "৫০% of ৩ কোটি টাকা", "তৃতীয় দিন")
"""Texts whose dates, sums, percentages and numbers in words need every table of them."""

_BIJOY: Final = "Avgvi †mvbvi evsjv"
"""আমার সোনার বাংলা, typed for a font."""


def prepare() -> None:
    """Load every table that queries are understood by: stems, units, Latin words, synonyms, misspellings."""
    prepare_stems()
    prepare_respellings()
    shipped_synonyms().prepare()
    latin = (english_words, english_function_words, common_english_words, exonyms, acronyms, letter_names)
    for table in (*latin, romanised, misspelt):
        table()
    misspelt_name("bramhonbaria")
    sounds_like_function_word("নদী")
    lex("নদী OR পাহাড়")
    in_unicode(_BIJOY)
    for text in _UNITS:
        find_units(text, analyze(text))
