"""The stored stems of all words in the tables for queries."""

from importlib.resources import files
from pathlib import Path

import pytest

from onneshon.index.analysis import analyzer
from onneshon.index.analysis.analyzer import ChunkCache
from onneshon.index.analysis.stemmer import stem_key
from onneshon.search.understanding import compounds, numerals, synonyms, tables, unit_words

HEADER = """\
# The words of the other tables and their stem keys, so that opening an index does not work them out again.
# Written by `pytest tests/search/understanding/test_tables.py --update-golden`; nobody writes here by hand.
"""

TABLE = Path(str(files("onneshon.search.understanding") / "data" / tables.STEMS))

LOADERS = (
    synonyms.shipped_synonyms,
    numerals._by_key,
    unit_words._months_by_stem,
    unit_words._measures_by_stem,
    compounds.letters,
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The stems computed while the tables are read in a process without stored stems."""
    stems: dict[str, str] = {}
    tables.table_text(synonyms.TABLES[0])  # stored stems are read before, not during the recording

    def recorded(word: str) -> str:
        stems[word] = stem_key(word)
        return stems[word]

    monkeypatch.setattr(analyzer, "stem_key", recorded)
    monkeypatch.setattr(analyzer, "_known_stems", {})
    monkeypatch.setattr(tables, "_known_stems", dict)
    monkeypatch.setattr(analyzer, "_chunks", ChunkCache(analyzer._fields_of, 1 << 20))
    monkeypatch.setattr(analyzer, "_keys", ChunkCache(analyzer._keys_afresh, 1 << 20))
    synonyms.table_stems.cache_clear()
    for loader in LOADERS:
        loader.__wrapped__()
    return stems


def test_the_stems_of_all_words_in_tables_are_known_as_the_stemmer_gives_them(
    asked: dict[str, str], *, update_golden: bool
) -> None:
    """A changed stem, or a word added to a table, shows here."""
    lines = [f"{word}\t{stem}\n" for word, stem in sorted(asked.items())]
    if update_golden:
        TABLE.write_text(HEADER + "".join(lines), encoding="utf-8")
    assert TABLE.read_text("utf-8") == HEADER + "".join(lines)
    assert asked["বিশ্ববিদ্যালয়ের".replace("য়ের", "\u09df")] == "বিস\u09cdববিদ\u09cdযাল\u09df"


def test_a_word_in_a_table_is_not_stemmed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table gives the stem of its words; only their canonical form is computed."""
    tables.table_text(synonyms.TABLES[0])
    monkeypatch.setattr(analyzer, "stem_key", lambda word: pytest.fail(f"{word} was stemmed"))
    assert analyzer._keys_afresh("ঢাবি") == ("ঢাবি", "ঢাবি")


def test_a_word_that_is_known_by_its_stem_is_one_word() -> None:
    """Each word of the table is one token, so a text of such words needs no tokenizer."""
    for word, stem in tables.read_rows(tables.STEMS):
        assert [(token.exact, token.stem) for token in analyzer.analyze_afresh(word)] == [(word, stem)]
