"""Templates that are compiled into one function each."""

from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader, Environment

from onneshon.web.app import Templates, create_app
from onneshon.web.service import Service, Settings
from onneshon.web.site.settings import Site

TEMPLATES: Final = {
    "base": "<title>{% block title %}নাম{% endblock %}</title>{% block head %}<hr>{% endblock %}"
    "{% block body %}{% endblock %}",
    "middle": '{% extends "base" %}{% macro bold(text, kind="b", end=false) %}<{{ kind }}>{{ text }}'
    "{% if not end %}!{% endif %}</{{ kind }}>{% endmacro %}{% set mine = word %}"
    "{% block body %}{% block inner %}ভিতরে{% endblock %}{% endblock %}",
    "part": "{% set word = word ~ '+' %}{% set kind = 'part' %}<i>{{ word }}{{ loop.index }}</i>",
    "includes": "{% for word in words %}{% include 'part' %}{{ word }}{{ loop.last }}{% endfor %}{{ kind }}",
    "extends": "{% extends 'base' %}{% set word = 'ধান' %}{% block body %}{{ word }}{% endblock %}",
    "super": "{% extends 'middle' %}{% block head %}আগে {{ super() }} পরে{% endblock %}",
    "self": "{% extends 'base' %}{% block title %}{{ self.body() }}:{{ word }}{% endblock %}"
    "{% block body %}{% set word = 'নদী' %}{{ word }}{% endblock %}",
    "nested": "{% extends 'middle' %}{% block inner %}{{ bold(word) }}"
    "{{ bold(mine, end=true) }}{% endblock %}",
    "macros": "{% macro row(name, here, follow=false) %}{% set label = caller() %}"
    "{% set _ = seen.append(name) %}"
    "<a{% if here %} class=here{% endif %}{% if follow %} rel{% else %} none{% endif %}>{{ label }}{{ name }}"
    "</a>{% endmacro %}{% set seen = [] %}{% set here = true %}{% for name in words %}"
    "{% call row('x', here) %}{{ name }}{% endcall %}{% call row(name, false, follow=true) %}<b>{% endcall %}"
    "{% endfor %}{{ seen|join(',') }}",
    "named": "{% macro sign() %}<hr>{% endmacro %}{% set drawn = sign() %}{{ drawn }}{{ sign() }}",
    "methods": "{{ word.upper() }}{{ word.startswith('<') }}{{ known.get('a', '<') }}"
    "{{ known.items()|list }}",
    "attributes": "{{ known.b }}{{ known.b.real }}{{ word.নাই }}{{ known.near.far or 'নাই' }}"
    "{{ deep.real.imag }}{% if word.title is defined %}!{% endif %}{{ known.none }}",
    "markup": "{{ word|e }}{{ word|safe }}{{ 7 }}{{ none }}{{ words }}{% set said %}{{ word }}{% endset %}"
    "{{ said }}{% filter upper %}{{ word }}{% endfilter %}{{ '<' ~ said }}",
    "own": "{% for t in words %}{{ t }}{% endfor %}{% set number = word %}{{ number }}"
    "{% set lang = word %}{{ lang }}",
}
VALUES: Final[dict[str, Any]] = {
    "word": "<ধান & নদী>",
    "words": ["<ক>", "খ"],
    "known": {"b": "<", "near": {}},
    "deep": 3j,
}


def _app(**site: Any) -> Flask:
    return create_app(lambda: None, whose=Site(**site))


@pytest.mark.parametrize(
    "name",
    sorted(TEMPLATES.keys() - {"base", "middle", "part"}),
)
def test_a_template_says_what_jinja_makes_of_it(name: str) -> None:
    """A compiled template renders as in Jinja, whatever it includes, extends, calls and names."""
    app = _app(names={"bn": "যেমন জিনজা", "en": "As Jinja has it"})
    app.jinja_env.loader = DictLoader(TEMPLATES)
    plain = Environment(loader=DictLoader(TEMPLATES), autoescape=True)
    app.jinja_env.autoescape = True
    with app.test_request_context():
        assert render_template(name, **VALUES) == plain.get_template(name).render(**VALUES)


@pytest.fixture(scope="module")
def app() -> Flask:
    """An application whose site name no other has."""
    app = _app(names={"bn": "ধানসিঁড়ি", "en": "Dhansiri"})
    texts = {
        "said": "{{ t('site.skip') }}|{{ url_for('pages.help') }}|{{ site_name }}|"
        "{{ t('feed.title', query=q) }}",
        "external": "{{ url_for('pages.help', _external=True) }}",
    }
    app.jinja_env.loader = DictLoader(texts)
    app.jinja_env.autoescape = True
    return app


def test_each_language_and_path_has_a_form_of_its_own(app: Flask) -> None:
    """Messages and addresses are those of the request's language and path."""
    said = {}
    for path in ("", "/khoj"):
        for code in ("bn", "en"):
            with app.test_request_context(
                query_string={"lang": code}, environ_overrides={"SCRIPT_NAME": path}
            ):
                said[path, code] = render_template("said", q="নদী").split("|")
    assert said["", "bn"][:3] == ["মূল অংশে যান", "/help", "ধানসিঁড়ি"]
    assert said["/khoj", "en"][1:3] == ["/khoj/help?lang=en", "Dhansiri"]
    assert said["", "en"][0] != said["", "bn"][0]


def test_what_a_reader_typed_is_escaped(app: Flask) -> None:
    """Typed text is escaped, in messages, too."""
    with app.test_request_context():
        assert "&lt;script&gt;" in render_template("said", q="<script>")


def test_what_is_known_is_looked_up_no_more(app: Flask) -> None:
    """Constant parts are in the code of the template, joined to the text around them."""
    source = "{% macro sign(kind) %}<{{ kind }}>{% endmacro %}"
    source += "{{ t('site.skip') }}<br>{{ number(1234) }}{{ sign('hr') }}"
    with app.test_request_context():
        code = app.jinja_env.form().compile(source, raw=True)  # type: ignore[attr-defined]  # ours
    assert "মূল অংশে যান<br>১,২৩৪" in code
    assert "'hr'" not in code


def test_an_address_with_a_host_is_that_of_the_request(app: Flask) -> None:
    """An address has the host of its own request, after it was made for another."""
    for host in ("a.example", "b.example"):
        with app.test_request_context(base_url=f"https://{host}"):
            assert render_template("external") == f"https://{host}/help"


def test_two_sites_of_one_process_share_no_template(app: Flask) -> None:
    """The names of the sites are in the templates."""
    other = _app(names={"bn": "রূপসী", "en": "Ruposhi"})
    other.jinja_env.loader, other.jinja_env.autoescape = app.jinja_env.loader, True
    said = {}
    for each in (app, other):
        with each.test_request_context():
            said[each] = render_template("said", q="").split("|")[2]
    assert (said[app], said[other]) == ("ধানসিঁড়ি", "রূপসী")


def test_the_first_reader_waits_for_no_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The most used templates are compiled when the service is made, in each language."""
    (tmp_path / "onneshon.toml").write_text('[site]\nname = "প্রথম পাঠক"\n', "utf-8")
    service = Service(Settings(location=tmp_path))
    monkeypatch.setattr(Templates, "_parse", None)
    for code in ("bn", "en"):
        assert (
            service.app.test_client().get("/search", query_string={"q": "নদী", "lang": code}).status_code
            == 503
        )
    service.close()
