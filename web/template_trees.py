"""Merges syntax trees: a template, all that it extends and includes, and the macros it calls become one.

Jinja keeps these apart until a page is rendered, and then looks up each one and its arguments every time.
Merged when a template is compiled, they become one function that contains all known values as constants.
"""

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from typing import Any, Final

import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

Body = list[nodes.Node]

CALLED: Final = "called"
"""The filter that replaces method calls."""


def called(value: Any, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """Call a method of a value by its name."""
    return getattr(value, name)(*args, **kwargs)


_escaped_text: Final[Callable[[str], str]] = getattr(markupsafe, "_escape_inner", markupsafe.escape)


def put_out(value: Any) -> str:
    """A value escaped unless it is markup; as a plain string, which is enough where text is only joined."""
    if type(value) is Markup:
        markup: str = value
        return markup
    return _escaped_text(value) if type(value) is str else markupsafe.escape(value)


class Code(CodeGenerator):
    """Generates code that escapes output, except for filters annotated as returning Markup: they escape it.

    Attributes, which a page reads by the hundred, are read inline, without a call of ``environment.getattr``.
    """

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """Begin the module of a template with the import of ``put_out``."""
        self.writeline(f"from {__name__} import put_out")
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Read an attribute, or what Jinja uses in its place where there is none."""
        self.write("(got if (got := getattr(of := (")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else environment.getattr(of, {node.attr!r}))")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_markup(node):
            return
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("put_out(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, *rest: Any) -> None:
        if not self._is_markup(node):
            super()._output_child_post(node, *rest)

    def _is_markup(self, node: nodes.Expr) -> bool:
        function = self.environment.filters[node.name] if isinstance(node, nodes.Filter) else None
        return getattr(function, "__annotations__", {}).get("return") is Markup


class _Known(NodeTransformer):
    """Replaces names by their values, and calls of functions by filters.

    Jinja calls a filter directly, and already when it compiles a template if all arguments are constants;
    of any other callable it checks at each call which extra arguments it takes.
    """

    def __init__(self, values: Mapping[str, Any], functions: Collection[str], tree: nodes.Template) -> None:
        own = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
        self._values = {
            name: value
            for name, value in values.items()
            if name not in own and isinstance(value, str | int | None)
        }
        self._functions = {*functions} - own

    def visit_Name(self, node: nodes.Name) -> nodes.Expr:
        """Replace a name whose value is known by that value."""
        known = node.name in self._values
        return nodes.Const(self._values[node.name], lineno=node.lineno) if known else node

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        """Replace a call by a filter, except for addresses with their host, which differ by request."""
        self.generic_visit(node)
        function, name, args = node.node, "", node.args
        if isinstance(function, nodes.Name) and not any(pair.key == "_external" for pair in node.kwargs):
            name = function.name
        elif isinstance(function, nodes.Getattr) and function.node != nodes.Name("self", "load"):
            name, args = CALLED, [function.node, nodes.Const(function.attr, lineno=node.lineno), *args]
        if name not in self._functions:
            return node
        given = (args[1:], node.kwargs, node.dyn_args, node.dyn_kwargs)
        return nodes.Filter(args[0], name, *given, lineno=node.lineno)


_SETTING: Final = (nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.FromImport)
"""Nodes that bind a name, which templates that include this one must not see."""


class Whole(NodeTransformer):
    """Makes one tree of a template, the templates that it extends, and those that it includes.

    Args:
        values: the values of names that are the same in every template.
        functions: names of the functions that are called as filters.
        read: returns the tree of a template by its name.
    """

    def __init__(
        self, values: Mapping[str, Any], functions: Collection[str], read: Callable[[str], nodes.Template]
    ) -> None:
        self._known = values, functions
        self._read = read
        self._blocks: dict[str, list[Body]] = {}
        self._extended: list[list[Body]] = []
        self._macros: dict[str, nodes.Macro] = {}
        self._put_in: set[str] = set()

    def of(self, tree: nodes.Template) -> nodes.Template:
        """The tree of a template with all other templates that it uses put in."""
        before: Body = []
        while extends := tree.find(nodes.Extends):
            self._note(tree)
            before += [node for node in tree.body if isinstance(node, _SETTING)]
            tree = self._read(extends.template.as_const())
        self._note(tree)
        tree.body[:0] = before
        whole: nodes.Template = self.visit(tree)
        named = {name.name for name in whole.find_all(nodes.Name) if name.ctx == "load"}
        _Without(self._put_in - named).visit(whole)
        return whole

    def _note(self, tree: nodes.Template) -> None:
        """Remember the blocks of a template, after those of the templates that extend it."""
        _Known(*self._known, tree).visit(tree)
        for block in tree.find_all(nodes.Block):
            self._blocks.setdefault(block.name, []).append(block.body)

    def visit_Block(self, node: nodes.Block) -> Body:
        """Replace a block by its body in the most derived template."""
        return self._block(self._blocks[node.name])

    def _block(self, bodies: list[Body]) -> Body:
        self._extended.append(bodies[1:])
        body = self._scope(deepcopy(bodies[0]))
        self._extended.pop()
        return body

    def visit_Include(self, node: nodes.Include) -> Body:
        """Replace an include by the body of the included template."""
        tree = self._read(node.template.as_const())
        _Known(*self._known, tree).visit(tree)
        return self._scope(tree.body)

    def visit_Output(self, node: nodes.Output) -> Body:
        """Split an output of texts and values at its calls of macros and blocks, which are put in."""
        found: Body = []
        for part in node.nodes:
            said = self._said(part) if isinstance(part, nodes.Call) else None
            found += [nodes.Output([part], lineno=node.lineno)] if said is None else said
        return found

    def _said(self, call: nodes.Call) -> Body | None:
        """The body of the macro or block that is called; None for any other call."""
        if macro := self._macro(call):
            return self._expanded(macro, call, [])
        block = self._called(call)
        return None if block is None else self._block(block)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        """Remember a macro, to be put in wherever it is called."""
        self.generic_visit(node)
        self._macros[node.name] = node
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node | Body:
        """Replace a ``call`` block, a macro call with a text, by the macro's body."""
        self.generic_visit(node)
        macro = self._macro(node.call)
        return self._expanded(macro, node.call, node.body) if macro else node

    def _macro(self, call: nodes.Call) -> nodes.Macro | None:
        return self._macros.get(call.node.name) if isinstance(call.node, nodes.Name) else None

    def _expanded(self, macro: nodes.Macro, call: nodes.Call, text: Body) -> Body:
        """The body of a macro with its arguments, which are names of its own scope, and with a text."""
        self._put_in.add(macro.name)
        names = [name.name for name in macro.args]
        optional = names[len(names) - len(macro.defaults) :]
        values = dict(zip(optional, macro.defaults, strict=True)) | dict(zip(names, call.args, strict=False))
        values |= {pair.key: pair.value for pair in call.kwargs}
        own = {name.name for part in macro.body for name in part.find_all(nodes.Name) if name.ctx == "store"}
        known = {
            name: value
            for name, value in values.items()
            if isinstance(value, nodes.Const) and name not in own
        }
        targets = [nodes.Name(name, "param", lineno=call.lineno) for name in names if name not in known]
        body = [part for node in deepcopy(macro.body) for part in _Put(known).visit_list(node)]
        within = nodes.With(targets, [values[name.name] for name in targets], body, lineno=call.lineno)
        if not text:
            return [within]
        said = nodes.Name("caller", "store", lineno=call.lineno)
        return [nodes.Scope([nodes.AssignBlock(said, None, text, lineno=call.lineno), within])]

    def _called(self, node: nodes.Call) -> list[Body] | None:
        """The bodies of the block called by ``self.NAME()`` or ``super()``; None for any other call."""
        if isinstance(node.node, nodes.Name) and node.node.name == "super":
            return self._extended[-1]
        if isinstance(node.node, nodes.Getattr) and node.node.node == nodes.Name("self", "load"):
            return self._blocks[node.node.attr]
        return None

    def _scope(self, body: Body) -> Body:
        """The visited body, in a scope of its own if it binds names."""
        whole = [part for node in body for part in self.visit_list(node)]
        if not any(isinstance(node, _SETTING) for node in whole):
            return whole
        return [nodes.Scope(_joined(whole), lineno=whole[0].lineno)]

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        """Visit any other node, and join consecutive outputs in its bodies."""
        super().generic_visit(node, *args, **kwargs)
        for name in {"body", "else_"}.intersection(node.fields):
            setattr(node, name, _joined(getattr(node, name)))
        return node


class _Put(NodeTransformer):
    """Replaces a macro's parameters by their constant arguments, and ``caller()`` by the name of the text."""

    def __init__(self, values: Mapping[str, nodes.Const]) -> None:
        self._values = values

    def visit_Name(self, node: nodes.Name) -> nodes.Expr:
        """Replace a parameter whose argument is a constant."""
        return self._values.get(node.name, node)

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        """Replace ``caller()`` by the name ``caller``."""
        self.generic_visit(node)
        return node.node if node.node == nodes.Name("caller", "load") else node

    def visit_If(self, node: nodes.If) -> nodes.Node | Body:
        """Replace a condition whose test is a constant by the branch taken."""
        self.generic_visit(node)
        test, negated = (node.test.node, True) if isinstance(node.test, nodes.Not) else (node.test, False)
        if not isinstance(test, nodes.Const) or node.elif_:
            return node
        return node.else_ if bool(test.value) is negated else node.body


class _Without(NodeTransformer):
    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node | None:
        """Drop a macro that was put in everywhere."""
        return None if node.name in self._names else node


def _joined(body: Body) -> Body:
    """The body with consecutive outputs joined into one."""
    joined: Body = []
    for node in body:
        last = joined[-1] if joined else None
        if isinstance(node, nodes.Output) and isinstance(last, nodes.Output):
            last.nodes += node.nodes
        else:
            joined.append(node)
    return joined
