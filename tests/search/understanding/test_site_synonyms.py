"""Editing a site's table of synonyms line by line: no bad line gets in, and lines do not mix."""

from pathlib import Path

import pytest

from onneshon.search.errors import SynonymError
from onneshon.search.understanding.site_synonyms import SynonymsFile, with_learned
from onneshon.search.understanding.synonyms import Synonyms, parse_synonyms


@pytest.fixture
def file(tmp_path: Path) -> SynonymsFile:
    """A table whose file does not exist yet."""
    return SynonymsFile(tmp_path / "synonyms.txt")


@pytest.mark.parametrize("line", ["নদী", "", "# নদী, নদ", "নদী, নদ\nখাল, নালা", "নদী, নদ\n# দুই লাইন", "\n"])
def test_what_is_no_line_with_an_entry_is_refused(file: SynonymsFile, line: str) -> None:
    """Refused are lines with one side, empty lines, comments, and several lines."""
    with pytest.raises(SynonymError):
        file.with_line(line)
    assert file.text() == ""


@pytest.mark.parametrize("before", ["", "নদী, নদ\n", "নদী, নদ"])
def test_a_line_is_added_behind_the_others(file: SynonymsFile, before: str) -> None:
    """The added text is a line of its own, with or without a newline before it; adding it twice is once."""
    file.path.write_text(before, "utf-8")
    for _ in range(2):
        file.add("খাল => নালা")
    known = ["নদী, নদ"] if before else []
    assert file.path.read_text("utf-8") == "".join(f"{line}\n" for line in [*known, "খাল => নালা"])
    assert [(line.number, line.text) for line in file.lines()][-1] == (len(known) + 1, "খাল => নালা")


def test_a_line_is_taken_away_once(file: SynonymsFile) -> None:
    """The other lines stay as they are; removing it again is an error."""
    file.path.write_text("# সাইটের\nনদী, নদ\nখাল => নালা", "utf-8")
    file.remove("নদী, নদ")
    assert file.path.read_text("utf-8") == "# সাইটের\nখাল => নালা\n"
    with pytest.raises(SynonymError, match="no longer"):
        file.remove("নদী, নদ")


def test_a_file_that_cannot_be_read_is_named(file: SynonymsFile) -> None:
    """An unreadable file is an error, not an empty table."""
    file.path.write_bytes(b"\xff\xfe")
    with pytest.raises(SynonymError, match="cannot be read"):
        file.text()


def test_of_a_word_that_a_table_has_nothing_is_learned() -> None:
    """A word in a table in any form has no learned synonyms; those of others come after the tables."""
    tables = Synonyms(tuple(parse_synonyms("নদীর => নদের", "synonyms.txt")))
    learned = "নদী\t>\tগাঙ\tsynonym\tlearned\nখাল\t>\tনালা\tsynonym\tlearned"
    found = with_learned(tables, learned).entries
    assert [(entry.left, entry.right) for entry in found] == [("খাল", "নালা"), ("নদীর", "নদের")]
