"""Trees of templates: one of a template, all that it extends and includes, and the macros that it calls.

Jinja keeps these apart until a page is made, and asks each time where each is and what it wants. Put together
when a template is compiled, they are one function, and what is known by then stands in it as text.
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
"""The filter in the place of methods."""


def called(value: Any, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """What a method gives."""
    return getattr(value, name)(*args, **kwargs)


_escaped_text: Final[Callable[[str], str]] = getattr(markupsafe, "_escape_inner", markupsafe.escape)


def put_out(value: Any) -> str:
    """A value escaped, unless it is markup; but not as markup, which what is only joined need not be."""
    if type(value) is Markup:
        markup: str = value
        return markup
    return _escaped_text(value) if type(value) is str else markupsafe.escape(value)


class Code(CodeGenerator):
    """Escapes what is put out but for what functions say is markup: they escaped what is in it.

    Attributes, of which a page asks for hundreds, are looked for without a function that tells what there is.
    """

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """A whole template."""
        self.writeline(f"from {__name__} import put_out")
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """An attribute, or what Jinja takes for it where there is none."""
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
    """Puts values in the place of names, and filters in that of functions.

    Jinja calls a filter as it is, and does so when it compiles a template if all that it is given is known
    then; of what else is called it asks each time what it wants.
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
        """A name."""
        known = node.name in self._values
        return nodes.Const(self._values[node.name], lineno=node.lineno) if known else node

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        """A call; an address with its host is another for each host."""
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
"""What gives a name to something, which those that a template is included in shall not see."""


class Whole(NodeTransformer):
    """Makes one tree of a template, those that it extends, and those that it includes.

    Args:
        values: what names stand for in any template.
        functions: names of those that are called as filters.
        read: gives the tree of a template by its name.
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
        """A template and all others, in one."""
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
        """Remember the blocks of a template, behind those of what extends it."""
        _Known(*self._known, tree).visit(tree)
        for block in tree.find_all(nodes.Block):
            self._blocks.setdefault(block.name, []).append(block.body)

    def visit_Block(self, node: nodes.Block) -> Body:
        """A block, as the last that extends its template has it."""
        return self._block(self._blocks[node.name])

    def _block(self, bodies: list[Body]) -> Body:
        self._extended.append(bodies[1:])
        body = self._scope(deepcopy(bodies[0]))
        self._extended.pop()
        return body

    def visit_Include(self, node: nodes.Include) -> Body:
        """What is included."""
        tree = self._read(node.template.as_const())
        _Known(*self._known, tree).visit(tree)
        return self._scope(tree.body)

    def visit_Output(self, node: nodes.Output) -> Body:
        """Texts and values, between which blocks may be called."""
        found: Body = []
        for part in node.nodes:
            said = self._said(part) if isinstance(part, nodes.Call) else None
            found += [nodes.Output([part], lineno=node.lineno)] if said is None else said
        return found

    def _said(self, call: nodes.Call) -> Body | None:
        """What a macro or a block says that is called."""
        if macro := self._macro(call):
            return self._expanded(macro, call, [])
        block = self._called(call)
        return None if block is None else self._block(block)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        """A macro, which is put in wherever it is called."""
        self.generic_visit(node)
        self._macros[node.name] = node
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node | Body:
        """A call of a macro with a text."""
        self.generic_visit(node)
        macro = self._macro(node.call)
        return self._expanded(macro, node.call, node.body) if macro else node

    def _macro(self, call: nodes.Call) -> nodes.Macro | None:
        return self._macros.get(call.node.name) if isinstance(call.node, nodes.Name) else None

    def _expanded(self, macro: nodes.Macro, call: nodes.Call, text: Body) -> Body:
        """What a macro says of its arguments, which are names of its own, and of a text."""
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
        """The block that is called, by its name or as the template has it that is extended."""
        if isinstance(node.node, nodes.Name) and node.node.name == "super":
            return self._extended[-1]
        if isinstance(node.node, nodes.Getattr) and node.node.node == nodes.Name("self", "load"):
            return self._blocks[node.node.attr]
        return None

    def _scope(self, body: Body) -> Body:
        """The same, whose names are its own."""
        whole = [part for node in body for part in self.visit_list(node)]
        if not any(isinstance(node, _SETTING) for node in whole):
            return whole
        return [nodes.Scope(_joined(whole), lineno=whole[0].lineno)]

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        """Anything else."""
        super().generic_visit(node, *args, **kwargs)
        for name in {"body", "else_"}.intersection(node.fields):
            setattr(node, name, _joined(getattr(node, name)))
        return node


class _Put(NodeTransformer):
    """Puts in the place of names what is known of them, and in that of ``caller()`` the text."""

    def __init__(self, values: Mapping[str, nodes.Const]) -> None:
        self._values = values

    def visit_Name(self, node: nodes.Name) -> nodes.Expr:
        """A name."""
        return self._values.get(node.name, node)

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        """A call."""
        self.generic_visit(node)
        return node.node if node.node == nodes.Name("caller", "load") else node

    def visit_If(self, node: nodes.If) -> nodes.Node | Body:
        """A condition, of which one side is left where it is known which."""
        self.generic_visit(node)
        test, negated = (node.test.node, True) if isinstance(node.test, nodes.Not) else (node.test, False)
        if not isinstance(test, nodes.Const) or node.elif_:
            return node
        return node.else_ if bool(test.value) is negated else node.body


class _Without(NodeTransformer):
    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node | None:
        """A macro."""
        return None if node.name in self._names else node


def _joined(body: Body) -> Body:
    """The same, with outputs that follow each other in one."""
    joined: Body = []
    for node in body:
        last = joined[-1] if joined else None
        if isinstance(node, nodes.Output) and isinstance(last, nodes.Output):
            last.nodes += node.nodes
        else:
            joined.append(node)
    return joined
