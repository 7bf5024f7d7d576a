"""Reads the tables of ``search/understanding/data``: UTF-8, tab-separated, ``#`` opens a comment line.

The tables concern queries only; no index depends on them.
"""

from functools import cache
from importlib.resources import files

from onneshon.index.analysis.analyzer import know_stems, word_keys
from onneshon.index.analysis.canonical import canonical
from onneshon.index.tables import rows_of

_TABLES = files("onneshon.search.understanding") / "data"

STEMS = "stems.tsv"
"""The stems of the words in the other tables: computing them takes most of the time of opening an index."""


def table_text(name: str) -> str:
    """The text of one table, unparsed; the analysis knows the stems of its words from then on."""
    _known_stems()
    return _text(name)


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The fields of each line of a table, comment lines and empty lines left out."""
    return rows_of(table_text(name))


def _text(name: str) -> str:
    return (_TABLES / name).read_text(encoding="utf-8")


def table_keys(text: str) -> list[tuple[str, str]]:
    """The exact and stem keys of the words of a text, as from ``word_keys``; looked up if all are known."""
    stems = _known_stems()
    known = [(word, stems.get(word, "")) for word in text.split(" ")]
    # A word in the table of stems is a single token to the tokenizer, too.
    return known if all(stem for _, stem in known) else word_keys(text)


@cache
def _known_stems() -> dict[str, str]:
    stems: dict[str, str] = dict(rows_of(_text(STEMS)))  # type: ignore[arg-type]  # two columns, as a test sees to
    know_stems(stems)
    return stems


def word_set(text: str) -> frozenset[str]:
    """The words of a text between spaces, in canonical spelling."""
    return frozenset(map(canonical, text.split()))
