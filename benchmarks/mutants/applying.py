"""Puts a mutant in place of a loaded module: a function gets other code, or a name another value.

What a module creates while it is loaded (a class, a table, a pattern) needs the module to be loaded again.
"""

import ast
import gc
import importlib.abc
import importlib.util
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from benchmarks.mutants.mutations import Mutant

__all__ = ["Loader", "apply", "constant_at", "function_at", "loaded_from"]


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """An importer that gives a module that is not loaded yet other code.

    Args:
        name: the module's name.
        code: the code that it runs.
        file: the file that it seems to be read from.
    """

    def __init__(self, name: str, code: CodeType, file: Path) -> None:
        self._name, self._code, self._file = name, code, file

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """The spec of the one module; None for any other."""
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._file, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the other code."""
        exec(self._code, module.__dict__)  # noqa: S102  # that is the purpose


def function_at(tree: ast.Module, line: int) -> ast.FunctionDef | None:
    """The function or method with a line in its body; None for a line that runs when the module is loaded."""
    owners: list[ast.Module | ast.ClassDef] = [
        tree,
        *(node for node in tree.body if isinstance(node, ast.ClassDef)),
    ]
    functions = (node for owner in owners for node in owner.body if isinstance(node, ast.FunctionDef))
    return next((node for node in functions if node.body[0].lineno <= line <= (node.end_lineno or 0)), None)


def constant_at(tree: ast.Module, line: int) -> tuple[str, ast.expr] | None:
    """The name that a line of a module assigns, and its value; None where the line assigns none."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= line <= (node.end_lineno or 0):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and node.value is not None:
                return target.id, node.value
    return None


def loaded_from(file: Path) -> ModuleType | None:
    """The loaded module of a file; None where it is not loaded, such as a command that nobody has run."""
    modules = [*sys.modules.values()]
    return next((known for known in modules if _is_of(getattr(known, "__file__", ""), file)), None)


def apply(file: Path, mutant: Mutant) -> None:
    """Put a mutant of a function or a constant in place of its loaded module.

    Args:
        file: the module's file.
        mutant: a mutant within a function, or within a constant that only functions use.
    """
    if function := function_at(mutant.tree, mutant.line):
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
        module = compile(mutant.tree, str(file), "exec")
        changed = next(found for found in _codes(module) if _key(found) == (function.name, first))
        codes = _by_key(changed)
        for made in _functions(file):
            if code := codes.get(_key(made.__code__)):
                made.__code__ = code
    elif constant := constant_at(mutant.tree, mutant.line):
        _set(file, *constant)


def _set(file: Path, name: str, value: ast.expr) -> None:
    """Give a name another value in every module that imported it."""
    module = loaded_from(file)
    if module is None:
        raise ValueError(f"{file} is not loaded")
    before = vars(module)[name]
    changed = eval(compile(ast.Expression(value), str(file), "eval"), {**vars(module)})  # noqa: S307  # that is the purpose
    setattr(module, name, changed)
    for other in [*sys.modules.values()]:
        is_imported = vars(other).get(name) is before and other.__name__.startswith("onneshon.")
        # A module that annotates the name has a constant of its own, which may be the same number.
        if is_imported and name not in getattr(other, "__annotations__", {}):
            setattr(other, name, changed)


def _is_of(path: str | None, file: Path) -> bool:
    return bool(path) and Path(path or "").name == file.name and Path(path or "").resolve() == file


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_name, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _by_key(changed: CodeType) -> dict[tuple[str, int], CodeType]:
    """The code of a function and of those defined in it; several lambdas on one line are left out."""
    times = Counter(map(_key, _codes(changed)))
    return {_key(code): code for code in _codes(changed) if times[_key(code)] == 1}


def _functions(file: Path) -> list[FunctionType]:
    """The functions of a module, wherever they are referenced."""
    gc.unfreeze()  # objects that tests had frozen are otherwise not listed by the collector
    return [
        made
        for made in gc.get_objects()
        if isinstance(made, FunctionType) and _is_of(made.__code__.co_filename, file)
    ]
