"""The glossary has words that the code uses, and no others; prose has the words of the field."""

import io
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest

from tests.packages import PACKAGES, ROOT

pytestmark = pytest.mark.no_cover  # many tries of lines that other tests cover

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROWS = re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", GLOSSARY, re.MULTILINE)
NAMES = sorted({name for _term, meaning in ROWS for name in re.findall("`(.+?)`", meaning)})
CODE = "\n".join(path.read_text("utf-8") for name in PACKAGES for path in (ROOT / name).rglob("*.py"))

PLAIN = {
    "as it is spelt": "the exact form",
    "looked at": "read, examined, scored",
    "of now": "current",
    "passed over": "skipped, ignored",
    "who asks": "the caller, the client",
    "whoever": "the caller, those who",
}
"""Phrases that a reader stops at, and what says the same (CONTRIBUTING.md, Style)."""


@cache
def _prose(path: Path) -> str:
    """The comments and docstrings of a module."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
    kinds = (tokenize.COMMENT, tokenize.STRING)
    return "\n".join(
        " ".join(token.string.split())
        for token in tokens
        if token.type in kinds and token.string.startswith(("#", '"""'))
    )


@pytest.mark.parametrize("phrase", PLAIN)
def test_prose_says_it_in_the_words_of_the_field(phrase: str) -> None:
    """Every docstring and comment of the product is read once by an engineer who is new here."""
    paths = (path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    assert not [str(path) for path in paths if re.search(rf"\b{phrase}\b", _prose(path))]


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
