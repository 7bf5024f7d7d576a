"""The examples of docs/whoosh.md work as written."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from onneshon.index.article import ID_FIELD, KEYWORD_FIELDS, TEXT_FIELDS, TEXTS
from tests.index.whoosh_codec.suite import EXPECTED

TEXT = (Path(__file__).parents[2] / "docs" / "whoosh.md").read_text("utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("code", "printed"), PROGRAMS, ids=["index", "analyzer"])
def test_its_programs_print_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, printed: str
) -> None:
    """The output equals the shown text."""
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()) as stream:
        exec(code, {})  # noqa: S102  # it is ours
    assert stream.getvalue() == printed


def test_every_field_of_the_schema_is_described() -> None:
    """The table has every field."""
    described = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE))))
    assert described == {ID_FIELD, *KEYWORD_FIELDS, *TEXT_FIELDS, *TEXTS, "url"}


def test_the_tests_of_whoosh_that_fail_are_counted() -> None:
    """The documented number equals that of tests expected to fail."""
    total, passed = (int(number) for number in re.findall(r"(\d+) (?:tests|pass)\b", TEXT))
    assert total - passed == len(EXPECTED)
