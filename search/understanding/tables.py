"""Reads the tables of ``search/understanding/data``: UTF-8, tab-separated, ``#`` opens a comment line.

They concern queries only; no index depends on them.
"""

from functools import cache
from importlib.resources import files

from onneshon.index.analysis.analyzer import know_stems, word_keys
from onneshon.index.analysis.canonical import canonical
from onneshon.index.tables import rows_of

_TABLES = files("onneshon.search.understanding") / "data"

STEMS = "stems.tsv"
"""The stems of the words in the other tables: to work them out takes most of the time of opening an index."""


def table_text(name: str) -> str:
    """The whole of one table as it is written; its words are known to the analysis from then on."""
    _known_stems()
    return _text(name)


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The fields of each line of a table, comment lines and empty lines left out."""
    return rows_of(table_text(name))


def _text(name: str) -> str:
    return (_TABLES / name).read_text(encoding="utf-8")


def table_keys(text: str) -> list[tuple[str, str]]:
    """The exact and stem keys of the words of a text, as ``word_keys`` gives them; at once where known."""
    stems = _known_stems()
    known = [(word, stems.get(word, "")) for word in text.split(" ")]
    # A word that is known by its stem is one to the tokenizer, too.
    return known if all(stem for _, stem in known) else word_keys(text)


@cache
def _known_stems() -> dict[str, str]:
    stems: dict[str, str] = dict(rows_of(_text(STEMS)))  # type: ignore[arg-type]  # two columns, as a test sees to
    know_stems(stems)
    return stems


def word_set(text: str) -> frozenset[str]:
    """The words of a text between spaces, in canonical spelling."""
    return frozenset(map(canonical, text.split()))
