"""Opening an engine by a directory, or the address of one on a cluster; loading what its queries need."""

from pathlib import Path
from typing import Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.stemmer import prepare as prepare_stems
from onneshon.index.analysis.stemmer import sounds_like_function_word
from onneshon.index.encodings.legacy import in_unicode
from onneshon.index.remote import Location, location_of, site_directory
from onneshon.index.vocabulary.channels import misspelt, romanised, scholarly
from onneshon.search.engine.local_engine import Engine
from onneshon.search.engine.searching import TIME_LIMIT
from onneshon.search.interface import OpenedEngine
from onneshon.search.query.lexer import lex
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.understanding.latin_entries import prepare as prepare_latin
from onneshon.search.understanding.respelling import prepare as prepare_respellings
from onneshon.search.understanding.synonyms import shipped_synonyms
from onneshon.search.understanding.units import find_units


def open_engine(
    place: str | Location,
    *,
    weights: Weights | None = None,
    time_limit: float | None = TIME_LIMIT,
    costly: int | None = None,
) -> OpenedEngine:
    """Opens the live generation of an index, wherever it is.

    with open_engine("opensearch://127.0.0.1:9200/news") as engine:
        page = engine.search("বাংলাদেশের ইতিহাস")

    Args:
        place: a directory, or an address as ``opensearch://host:9200/name``, see ``index.remote``. What a
            site says of an index at an address is read from ``onneshon.toml`` in the working directory.
        weights: constants of the ranking; None for those that ``onneshon.toml`` says, or ours.
        time_limit: seconds one search may take.
        costly: how many costly queries are answered at a time; None for as many as are asked.

    Raises:
        IndexMissingError: there is no index there.
        ConfigurationError: nothing provides an index at such an address.
        OnneshonError: what the engine raises when it is opened.
    """
    place = location_of(place) if isinstance(place, str) else place
    if isinstance(place, Path):
        return Engine.open(place, weights=weights, time_limit=time_limit, costly=costly)
    engine: OpenedEngine = place.open_engine(
        directory=site_directory(place), weights=weights, time_limit=time_limit, costly=costly
    )
    return engine


_UNITS: Final = ("২১শে ফেব্রুয়ারি ১৯৫২ সাল", "একুশে ফেব্রুয়ারি", "৫০% of ৩ কোটি টাকা", "তৃতীয় দিন")
"""Texts whose dates, sums, percentages and numbers in words need every table of them."""

_BIJOY: Final = "Avgvi †mvbvi evsjv"
"""আমার সোনার বাংলা, typed for a font."""


def prepare() -> None:
    """Load every table that queries are understood by: stems, units, Latin words, synonyms, misspellings.

    Else the first query that needs one waits for it; who serves has the time before.
    """
    prepare_stems()
    prepare_respellings()
    prepare_latin()
    shipped_synonyms().prepare()
    for table in (romanised, scholarly, misspelt):
        table()
    sounds_like_function_word("নদী")
    lex("নদী OR পাহাড়")
    in_unicode(_BIJOY)
    for text in _UNITS:
        find_units(text, analyze(text))
