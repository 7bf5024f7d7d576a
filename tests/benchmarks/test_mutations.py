"""Mutants: each differs from the program in one place, and is a program."""

import ast
from pathlib import Path

import coverage

from benchmarks.mutants.covering import Covering
from benchmarks.mutants.mutations import mutants_of

PROGRAM = '''"""A module."""

from typing import Final

__all__ = ["is_long"]

LIMIT: Final = 3


def is_long(text: str, *, strict: bool = False) -> bool:
    """Whether a text has more than so many letters."""
    if strict and not text:
        raise ValueError("no text, of 1 letter")
    return len(text) > LIMIT
'''


def test_each_mutant_has_one_change() -> None:
    """Of conditions, operators, numbers and answers; not of names, types and messages."""
    found = {(mutant.line, mutant.change.partition("  ->  ")[2]) for mutant in mutants_of(PROGRAM)}
    assert found == {
        (7, "4"),
        (10, "True"),
        (12, "if not (strict and (not text)):\n    raise ValueError('no text, of 1 letter')"),
        (12, "strict or not text"),
        (14, "return None"),
        (14, "len(text) >= LIMIT"),
    }


def test_every_mutant_can_be_compiled_and_differs() -> None:
    """Another program each."""
    programs = [ast.unparse(mutant.tree) for mutant in mutants_of(PROGRAM)]
    assert len(set(programs)) == len(programs)
    for program in programs:
        compile(program, "mutant", "exec")
    assert ast.unparse(ast.parse(PROGRAM)) not in programs


def test_a_line_is_tried_by_the_tests_that_run_it_or_its_function(tmp_path: Path) -> None:
    """Of a module's own lines every test sees what they say; of a function that no test runs none does."""
    file = tmp_path / "length.py"
    file.write_text(PROGRAM + "\n\ndef unused() -> int:\n    return 3\n", encoding="utf-8")
    data = coverage.CoverageData(str(tmp_path / "data"))
    for name, lines in {"": [7, 10], "long": [12, 14], "strict": [12], "other": []}.items():
        data.set_context(name)
        data.add_lines({str(file): lines})
    covering = Covering(data)
    tests = [covering.tests_of(file, line) for line in (7, 12, 13, 14, 18)]
    assert tests == [{"long", "strict", "other"}, {"long", "strict"}, {"long", "strict"}, {"long"}, set()]
