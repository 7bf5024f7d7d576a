"""The glossary has words that the code uses, and no others."""

import re

import pytest

from tests.packages import PACKAGES, ROOT

pytestmark = pytest.mark.no_cover  # many tries of lines that other tests cover

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROWS = re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", GLOSSARY, re.MULTILINE)
NAMES = sorted({name for _term, meaning in ROWS for name in re.findall("`(.+?)`", meaning)})
CODE = "\n".join(path.read_text("utf-8") for name in PACKAGES for path in (ROOT / name).rglob("*.py"))


@pytest.mark.parametrize("term", [term for term, _meaning in ROWS])
def test_every_term_is_used_in_the_code(term: str) -> None:
    """The code contains each term as it is written, more than once."""
    assert len(re.findall(rf"\b{term}s?\b", CODE, re.IGNORECASE)) > 1


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_code_in_the_glossary_exist(name: str) -> None:
    """Every class or file that the glossary names exists."""
    assert re.search(rf'\bclass {name}\b|"{name}"', CODE)


def test_a_term_stands_once() -> None:
    """A word with two meanings has one row."""
    terms = [term for term, _meaning in ROWS]
    assert len(terms) == len(set(terms)) > 10
