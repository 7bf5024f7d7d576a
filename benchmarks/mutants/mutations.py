"""Small changes of a program, any of which a test should notice.

Operators are exchanged, conditions negated, numbers and returned values altered. Annotations, docstrings,
messages and code that is only there for a type checker are left alone.
"""

import ast
import copy
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["Mutant", "count_of", "mutants_of"]

_EXCHANGED: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Continue: ast.Break,
}
_CALLED: Final = {"min": "max", "max": "min", "any": "all", "all": "any", "startswith": "endswith"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program with one change.

    Attributes:
        line: the line of the change.
        change: the code before and after, for people to read.
        tree: the changed program.
        is_of_constant: whether it alters a number in the value of a constant or a field.
    """

    line: int
    change: str
    tree: ast.Module
    is_of_constant: bool = False


def count_of(source: str) -> int:
    """The number of mutants of a program."""
    return sum(1 for node in _sites(ast.parse(source)) for _ in _changes(node))


def mutants_of(source: str, chosen: Container[int] | None = None) -> Iterator[tuple[int, Mutant]]:
    """Changes of a program, one at a time, each with its number.

    Args:
        source: the program.
        chosen: the numbers of the mutants to make; all unless given.
    """
    tree = ast.parse(source)
    of_constants = _numbers_of_constants(tree)
    changes = ((site, node, change) for site, node in enumerate(_sites(tree)) for change in _changes(node))
    for number, (site, node, change) in enumerate(changes):
        if chosen is None or number in chosen:
            changed = copy.deepcopy(tree)
            place = next(other for at, other in enumerate(_sites(changed)) if at == site)
            told = change.apply(place)
            line, fixed = getattr(node, "lineno", 0), ast.fix_missing_locations(changed)
            yield number, Mutant(line, told, fixed, node in of_constants)


def _numbers_of_constants(tree: ast.Module) -> set[ast.AST]:
    """The numbers in the values of a module's constants and of its classes' fields."""
    owners: list[ast.Module | ast.ClassDef] = [
        tree,
        *(node for node in tree.body if isinstance(node, ast.ClassDef)),
    ]
    given = (node for owner in owners for node in owner.body if isinstance(node, ast.Assign | ast.AnnAssign))
    every = (part for node in given if node.value for part in ast.walk(node.value))
    return {part for part in every if isinstance(part, ast.Constant) and type(part.value) in {int, float}}


def _sites(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes that may be changed, in a fixed order."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"} or _must_be_as_many(node, name):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_told(child):
                yield child
                yield from _sites(child)


def _must_be_as_many(node: ast.AST, name: str) -> bool:
    """Whether a field is ``strict=True`` of ``zip``, which only detects errors made elsewhere."""
    match node:
        case ast.Call(func=ast.Name("zip"), keywords=[ast.keyword("strict", ast.Constant(True))]):
            return name == "keywords"
    return False


def _is_told(node: ast.AST) -> bool:
    """Whether a node is a docstring, an error, a message, for types alone, or a list of exported names."""
    if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    names = {target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)}
    is_alias = isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation)
    return "__all__" in names or is_alias


class _Change:
    """A change that can be made to a node.

    Args:
        name: the field of the node.
        value: the field's new value.
        place: the index in the field, where that is a list.
    """

    def __init__(self, name: str, value: object, place: int | None = None) -> None:
        self._name, self._value, self._place = name, value, place

    def apply(self, node: ast.AST) -> str:
        """Make the change; return a description of it."""
        before = ast.unparse(node) if isinstance(node, ast.expr | ast.stmt) else type(node).__name__
        if self._place is None:
            setattr(node, self._name, self._value)
        else:
            getattr(node, self._name)[self._place] = self._value
        return f"{before}  ->  {ast.unparse(node)}"


def _changes(node: ast.AST) -> Iterator[_Change]:
    """The changes that can be made to a node itself."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield _Change("test", ast.UnaryOp(ast.Not(), test))
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) not in {"None", "False"}:
            yield _Change("value", ast.Constant(None))
        case ast.Constant(value=bool() as value):
            yield _Change("value", not value)
        case ast.Constant(value=int() | float() as number):
            yield _Change("value", number + 1)
        case ast.Call(func=ast.Name(id=name) as called) if name in _CALLED:
            yield _Change("func", ast.copy_location(ast.Name(_CALLED[name], ast.Load()), called))
        case _:
            yield from _of_operators(node)


def _of_operators(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare(ops=ops):
            for place, operator in enumerate(ops):
                if other := _EXCHANGED.get(type(operator)):
                    yield _Change("ops", other(), place)
        case ast.BoolOp(op=operator) | ast.BinOp(op=operator) | ast.AugAssign(op=operator):
            if other := _EXCHANGED.get(type(operator)):
                yield _Change("op", other())
