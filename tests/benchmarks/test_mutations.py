"""Mutants: each differs from the program in one place, and is a program."""

import ast
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import coverage
import pytest
from flask import current_app

from benchmarks.mutants import run
from benchmarks.mutants.applying import apply
from benchmarks.mutants.covering import Covering, _Recorder, record, run_tests
from benchmarks.mutants.mutations import mutants_of
from benchmarks.mutants.run import Trial, is_noticed, plain_id

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
    found = {(mutant.line, mutant.change.partition("  ->  ")[2]) for _, mutant in mutants_of(PROGRAM)}
    assert found == {
        (7, "4"),
        (10, "True"),
        (12, "if not (strict and (not text)):\n    raise ValueError('no text, of 1 letter')"),
        (12, "strict or not text"),
        (14, "return None"),
        (14, "len(text) >= LIMIT"),
    }


def test_numbers_that_constants_and_fields_are_given_are_distinguished_from_others() -> None:
    """Wherever they stand in the value; an operator of it is no number, nor is what a function says."""
    program = (
        "SHARES: Final = {'নদী': 0.5} | {'চর': -2}\n\n\n"
        "class Weights:\n    title: float = 3.5\n    exact = True\n\n\n"
        "def kept(times: int = 2) -> int:\n    most = 7\n    return most * times\n"
    )
    found = [(mutant.change.split("  ->  ")[0], mutant.is_of_constant) for _, mutant in mutants_of(program)]
    assert {change for change, of_constant in found if of_constant} == {"0.5", "2", "3.5"}
    assert {"True", "7", "most * times"} < {change for change, of_constant in found if not of_constant}


def test_every_mutant_can_be_compiled_and_differs() -> None:
    """Another program each."""
    programs = [ast.unparse(mutant.tree) for _, mutant in mutants_of(PROGRAM)]
    assert len(set(programs)) == len(programs)
    for program in programs:
        compile(program, "mutant", "exec")
    assert ast.unparse(ast.parse(PROGRAM)) not in programs


@pytest.mark.parametrize(
    ("value", "mutants"), [("None", []), ("False", ["True"]), ("3", ["return None", "4"])]
)
def test_what_returns_nothing_has_no_mutant_that_returns_nothing(value: str, mutants: list[str]) -> None:
    """It would be the same program to whoever asks, which no test can notice."""
    found = [mutant for _, mutant in mutants_of(f"def answer():\n    return {value}\n")]
    assert [mutant.change.partition("  ->  ")[2] for mutant in found] == mutants


def test_what_is_there_for_types_alone_has_no_mutant() -> None:
    """It never runs."""
    program = "if TYPE_CHECKING:\n\n    def search(text: str, limit: int = 8) -> int: ...\n"
    assert [*mutants_of(program)] == []
    assert len([*mutants_of(program.replace("TYPE_CHECKING", "is_typed"))]) == 2


def test_that_rows_are_as_many_is_no_mutant() -> None:
    """It is an error that no text leads to; that rows may be fewer is a decision."""
    calls = ["zip(words, keys, strict=True)", "zip(words, keys, strict=False)", "read(words, strict=True)"]
    assert [len([*mutants_of(f"found = {call}\n")]) for call in calls] == [0, 1, 1]


def test_a_line_is_tried_by_the_tests_that_run_it_or_its_function(tmp_path: Path) -> None:
    """Those of a value run where it is used; of a function that no test runs none is tried."""
    file = tmp_path / "length.py"
    table = "\n\nTABLE = {LIMITS: 1}\nLIMITS = 5\n"
    file.write_text(PROGRAM + "\n\ndef unused() -> int:\n    return 3\n" + table, encoding="utf-8")
    data = coverage.CoverageData(str(tmp_path / "data"))
    for name, lines in {"": [7, 10], "long": [12, 14], "strict": [12], "other": []}.items():
        data.set_context(name)
        data.add_lines({str(file): lines})
    covering = Covering(data, tmp_path)
    tests = [covering.tests_of(file, line) for line in (7, 12, 13, 14, 18)]
    assert tests == [
        ({"long"}, False),
        ({"long", "strict"}, False),
        ({"long", "strict"}, False),
        ({"long"}, False),
        (set(), False),
    ]
    everything = ({"long", "strict", "other"}, True)
    assert [covering.tests_of(file, line) for line in (10, 21, 22)] == [everything] * 3


def test_a_function_that_runs_when_its_module_is_loaded_is_tried_by_every_test(tmp_path: Path) -> None:
    """As a value that it makes may be used anywhere; and so is a constant that it uses."""
    file = tmp_path / "letters.py"
    source = "def letters() -> str:\n    return 'অআ' * TIMES\n\n\nTIMES = 2\n\n\nLETTERS = letters()\n"
    file.write_text(source, encoding="utf-8")
    data = coverage.CoverageData(str(tmp_path / "data"))
    for name, lines in {"": [2, 5, 8], "packing": [2], "weighing": []}.items():
        data.set_context(name)
        data.add_lines({str(file): lines})
    covering = Covering(data, tmp_path)
    assert [covering.tests_of(file, line) for line in (2, 5)] == [({"packing", "weighing"}, True)] * 2


def test_a_test_that_uses_a_value_of_a_room_and_runs_no_line_of_it_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can notice a mutant of what is made when a module is loaded."""
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "vowels.py").write_text(
        "VOWELS = 'অআ'\n\n\ndef first() -> str:\n    return VOWELS[0]\n", "utf-8"
    )
    (tmp_path / "test_vowels.py").write_text(
        "from vowels import VOWELS, first\n\n\n"
        "def test_first():\n    assert first() == 'অ'\n\n\n"
        "def test_all():\n    assert VOWELS == 'অআ'\n",
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "room")
    data, _ = record(Path("room"), ["test_vowels.py"], tmp_path / "data")
    assert {name.partition("::")[2] for name in data.measured_contexts() - {""}} == {"test_first", "test_all"}


def test_each_case_of_a_table_and_what_is_drawn_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though coverage of a run of all tests watches the first cases of tables alone."""
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "lengths.py").write_text("def is_long(word):\n    return len(word) > 3\n", "utf-8")
    (tmp_path / "conftest.py").write_text("pytest_plugins = ['tests.watching']\n", "utf-8")
    (tmp_path / "test_lengths.py").write_text(
        "import pytest\nfrom hypothesis import given\nfrom hypothesis.strategies import just\n"
        "from lengths import is_long\n\n\n"
        "@pytest.mark.parametrize('letters', range(5))\n"
        "def test_table(letters):\n    assert is_long('ক' * letters) == (letters == 4)\n\n\n"
        "@given(just('মেলা'))\n"
        "def test_drawn(word):\n    assert is_long(word)\n",
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "room")
    data, _ = record(Path("room"), ["test_lengths.py"], tmp_path / "data")
    ran = data.contexts_by_lineno(str(tmp_path / "room" / "lengths.py"))[2]
    cases = {f"test_table[{letters}]" for letters in range(5)}
    assert {name.partition("::")[2] for name in ran} == cases | {"test_drawn"}


def test_tests_of_a_cluster_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others of a room that has such are tried on its mutants."""
    (tmp_path / "room").mkdir()
    for name, group in {"real": "cluster", "docs": "docs site"}.items():
        mark = f"import pytest\n\npytestmark = pytest.mark.xdist_group({group!r})\n"
        (tmp_path / f"test_{name}.py").write_text(f"{mark}\n\ndef test_{name}():\n    pass\n", "utf-8")
    (tmp_path / "test_fake.py").write_text("def test_fake():\n    pass\n", "utf-8")
    noted = _Noted()
    monkeypatch.chdir(tmp_path)
    assert run_tests(["test_real.py", "test_docs.py", "test_fake.py", f"--rootdir={tmp_path}"], noted) == 0
    assert noted.ran == ["test_docs", "test_fake"]


class _Noted:
    """Notes the tests that run."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Of each."""
        self.ran.append(nodeid.partition("::")[2])


def test_what_functions_of_a_room_remember_is_forgotten_before_each_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands for the program of a request, which is none now, is not asked what it is."""
    module = ModuleType("onneshon.room.vowels")
    asked: list[str] = []
    vars(module).update(current=current_app, remembering=lru_cache(asked.append))
    monkeypatch.setitem(sys.modules, "onneshon.room.vowels", module)
    recorder = _Recorder(coverage.Coverage(data_file=tmp_path / "data"), Path("room"))
    for _ in range(2):
        module.remembering("নদী")
        recorder._forget()
    assert asked == ["নদী", "নদী"]


def test_a_test_is_known_however_often_it_was_collected() -> None:
    """The letters of its cases are escaped once more each time that a process collects it."""
    first, again = "test_words[\\u09a8\\u09a6\\u09c0]", "test_words[\\\\u09a8\\\\u09a6\\\\u09c0]"
    assert plain_id(again) == plain_id(first) == first
    assert plain_id("test_words[\\u09a8]") != first


@pytest.mark.parametrize("changed", [True, False])
def test_a_module_that_only_a_test_loads_has_its_mutant_then(
    monkeypatch: pytest.MonkeyPatch, *, changed: bool
) -> None:
    """As that of a command; as it is without a change, nothing is noticed."""
    source = (run.ROOT / "index" / "literals.py").read_text("utf-8")
    mutant = next(found for _, found in mutants_of(source) if found.change.endswith("return None"))
    mutant = mutant if changed else replace(mutant, tree=ast.parse(source))
    monkeypatch.delitem(sys.modules, "onneshon.index.literals", raising=False)
    monkeypatch.setattr(
        run, "run_tests", lambda *_: import_module("onneshon.index.literals").number_of("৭") != 7
    )
    trial = Trial(run.ROOT / "index" / "literals.py", 0, mutant, {"any"}, anew=False)
    assert is_noticed(trial) == changed


def test_what_fails_in_a_mutant_leaves_alone_what_others_use(tmp_path: Path) -> None:
    """A value that cannot be made is noticed; its process ends without closing what it got of the other."""
    ((_, mutant),) = mutants_of("SPELT = {'নদী': 1} | {'চর': 2}\n", {0})
    with TemporaryDirectory() as folder:
        assert is_noticed(Trial(tmp_path / "spelt.py", 0, mutant, {"any"}, anew=False))
        assert Path(folder).exists()


def test_a_mutant_that_waits_for_ever_has_been_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a lock that nobody gives back, which takes no time of the processor."""
    monkeypatch.setattr(run, "PATIENCE", 1)
    monkeypatch.setattr(run, "loaded_from", lambda _file: run)
    monkeypatch.setattr(run, "apply", lambda *_: signal.pause())
    ((_, mutant),) = mutants_of("LONGEST = 3\n", {0})
    assert is_noticed(Trial(tmp_path / "locks.py", 0, mutant, {"any"}, anew=False, seconds=1))


def longer_than(least: int) -> Callable[[str], bool]:
    """What a mutant is put in the place of: a function, and the one that it makes."""
    if least < 1:
        raise ValueError(least)

    def is_longer(text: str) -> bool:
        return len(text) > least

    return is_longer


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("condition", ["least < 1", "len(text) > least"])
def test_a_function_that_is_loaded_gets_the_code_of_its_mutant(condition: str) -> None:
    """Whoever holds it already runs the other code, and whoever holds one that it made before does, too."""
    file = Path(__file__).resolve()
    source = file.read_text(encoding="utf-8")
    line = next(number for number, text in enumerate(source.splitlines(), 1) if condition in text)
    mutant = next(
        found for _, found in mutants_of(source) if found.line == line and found.change.startswith(condition)
    )
    is_longer = longer_than(3)
    outer, inner = longer_than.__code__, is_longer.__code__
    try:
        apply(file, mutant)
        assert is_longer("নদী") == (condition != "least < 1")
        with pytest.raises(ValueError, match="1") if condition == "least < 1" else nullcontext():
            longer_than(1)
    finally:
        longer_than.__code__, is_longer.__code__ = outer, inner
    assert not is_longer("নদী")
    assert longer_than(1)("নদী")


def test_a_constant_is_changed_where_it_was_imported_and_no_other_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that another module has for itself may be as great, and the same object."""
    source = "from typing import Final\n\nSHOWN: Final = 10\n"
    modules = {name: ModuleType(f"onneshon.{name}") for name in ("mail", "page", "command")}
    for name, text in {"mail": source, "page": source, "command": "SHOWN = None"}.items():
        file = tmp_path / f"{name}.py"
        modules[name].__file__ = str(file)
        exec(compile(text, str(file), "exec"), vars(modules[name]))  # noqa: S102  # as an import would
        monkeypatch.setitem(sys.modules, f"onneshon.{name}", modules[name])
    vars(modules["command"])["SHOWN"] = vars(modules["mail"])["SHOWN"]
    ((_, mutant),) = mutants_of(source)
    apply((tmp_path / "mail.py").resolve(), mutant)
    assert {name: module.SHOWN for name, module in modules.items()} == {"mail": 11, "page": 10, "command": 11}
