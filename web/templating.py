"""Templates as they are compiled: once for each language and path, with all in place that is known by then.

A page of results spent most of its time on what every reader gets: messages, addresses, templates that
include and extend each other. Here a template becomes one function in which these stand as they are. What
comes from articles and readers is escaped when the page is made, as ever.
"""

import datetime as dt
from collections.abc import Callable
from types import CodeType
from typing import Any, Final

from flask import Flask, request
from flask.templating import Environment
from jinja2 import Template, nodes
from markupsafe import Markup

from onneshon.search.query.conditions import FILTER_FIELDS
from onneshon.web.addresses import address
from onneshon.web.languages.catalogues import LANGUAGES
from onneshon.web.pages.render import Renderer
from onneshon.web.parameters import chosen_language, language, numbers, site, today
from onneshon.web.site.settings import Site
from onneshon.web.template_trees import CALLED, Code, Whole, called

_COMPILED: Final[dict[tuple[str, str | None, Site], dict[str | None, CodeType]]] = {}
"""What templates became in this process, for each path, language and site: each takes as long as a page."""


class Templates(Environment):
    """Keeps a compiled form of every template for each language, and each path that the site is under."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, trim_blocks=True, lstrip_blocks=True, **options)
        self.code_generator_class = Code
        self._forms: dict[tuple[str, str | None], Templates] = {}
        self._compiled: dict[str | None, CodeType] = {}

    def get_or_select_template(self, *args: Any, **kwargs: Any) -> Template:
        """A template in the form for the request that is being answered."""
        return self.form().get_template(*args, **kwargs)

    def form(self) -> "Templates":
        """All templates in the form for the request that is being answered."""
        key = (request.script_root, chosen_language())
        if key not in self._forms:
            self._forms[key] = self._formed()
        return self._forms[key]

    def _formed(self) -> "Templates":
        form = self.overlay(cache_size=-1)
        form._compiled = _COMPILED.setdefault((request.script_root, chosen_language(), site()), {})  # noqa: SLF001
        functions = _functions(self.app.extensions["onneshon_renderers"][language()])
        fixed = {"lang": language(), "chosen_lang": chosen_language(), "site_name": site().names[language()]}
        form.globals = {**self.globals, **functions, **fixed}
        form.filters = {**self.filters, **functions, CALLED: called}
        return form

    def compile(self, source: Any, name: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """The code of a template."""
        if name is None:
            return super().compile(source, name, *args, **kwargs)
        if name not in self._compiled:
            self._compiled[name] = super().compile(source, name, *args, **kwargs)
        return self._compiled[name]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        whole = Whole(self.globals, self.filters, self.parsed).of(self._read(source, name, filename))
        whole.set_environment(self)
        return whole

    def parsed(self, name: str) -> nodes.Template:
        """A template as it was written."""
        assert self.loader  # noqa: S101  # applications have one
        source, filename, _ = self.loader.get_source(self, name)
        return self._read(source, name, filename)

    def _read(self, *source: Any) -> nodes.Template:
        tree = super()._parse(*source)
        tree.set_environment(None)  # type: ignore[arg-type]  # or each copy of a part has one of its own
        return tree


def _functions(renderer: Renderer) -> dict[str, Callable[..., Any]]:
    """What templates call to say something in a language."""

    def ago(day: dt.date) -> Markup:
        return renderer.ago(day, today())

    def valued(field: str, value: str) -> Markup:
        number = field not in FILTER_FIELDS and field in numbers()
        return renderer.numbers(value) if number else renderer.quoted(value)

    return {
        "url_for": address,
        "t": renderer.text,
        "counted": renderer.counted,
        "number": renderer.number,
        "decimal": renderer.decimal,
        "date": renderer.date,
        "ago": ago,
        "period": renderer.period,
        "month": renderer.month,
        "quoted": renderer.quoted,
        "valued": valued,
        "step_name": renderer.step,
    }


_FIRST: Final = ("home.html", "results.html", "article.html", "error.html")


def load_templates(app: Flask) -> None:
    """Compile what readers ask for most, which takes as long as some fifty pages: none is to wait for it."""
    under = {"SCRIPT_NAME": app.extensions["onneshon_site"].address.path}
    for code in LANGUAGES:
        with app.test_request_context(query_string={"lang": code}, environ_overrides=under):
            for name in _FIRST:
                app.jinja_env.get_or_select_template(name)
