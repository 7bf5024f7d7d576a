"""A made-up language, added as a contributor would add one: a file, and its code in the list."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, chdir
from html import unescape
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from onneshon.index.analysis.script import ASCII_DIGITS
from onneshon.web.languages.catalogues import LANGUAGES, catalogue
from tests.serving import serving

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).parents[3]
QUERIES: Final = (
    *("ভাষা", "bangladesher itihas", "খপুষ্প", "নদী date:x", "ইতীহাস", '"শেষ', "ভাষা date:2023", "বাংলাদেশ খপুষ্প"),
    *("lang:xyzzy নদী", "=নদী", "নামহীন:নদী", "((((((((((((", "Avwg evsjv"),
)
PATHS: Final = (
    *("/", "/help", "/about", "/embed", "/analyze"),
    *("/search?q=x&page=100000", "/search?q=x&sort=x", f"/search?q={quote('বাংলাদেশ')}&page=99"),
    f"/analyze?text={quote('গিয়েছিলেন র‍্যালি')}",
    f"/analyze?query={quote('bangladesher itihas')}",
    *(f"/search?q={quote(query)}" for query in QUERIES),
    f"/search?q={quote('বাংলাদেশ')}&date=2023&sort=newest&-category={quote('নেই')}&group=off",
)
"""Addresses that use every template, also for odd queries and errors."""

ENGLISH: Final = {text for forms in catalogue("en").forms.values() for text in forms if len(text) > 1}

OWN: Final = '[site]\nnoun = { qaa = "book", qaa_crowd = "books" }\nfooter = { bn = "নিচে", qaa = "⟦own⟧" }'


def _made_up(english: str) -> str:
    """The English messages in brackets, with three plurals and another name for a form of nouns."""
    text = english.replace("noun_many", "noun_crowd").replace('"Language: en', '"Language: qaa')
    text = re.sub(r"nplurals=.*;", "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);", text)
    text = re.sub(r'^msgstr\[1\] "(.*)"$', r'msgstr[1] "\1"\nmsgstr[2] "\1"', text, flags=re.MULTILINE)
    text = re.sub(r'^(msgstr\[(\d)\] )"(.*)"$', r'\1"⟦\2 \3⟧"', text, flags=re.MULTILINE)
    return re.sub(r'^msgstr "(.+)"$', r'msgstr "⟦\1⟧"', text, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sample_index: Path) -> Iterator[str]:
    """The real server of a copy of the source, which differs only in that file and that line."""
    folder = tmp_path_factory.mktemp("third")
    package = folder / "onneshon"
    package.mkdir()
    shutil.copy(ROOT / "onneshon" / "__init__.py", package)
    for layer in ("index", "search"):
        (package / layer).symlink_to(ROOT / layer)
    shutil.copytree(ROOT / "web", package / "web")
    languages = package / "web" / "languages"
    (languages / "qaa.po").write_text(_made_up((languages / "en.po").read_text("utf-8")), "utf-8")
    listed = (languages / "catalogues.py").read_text("utf-8")
    lines = re.sub(r"(?m)^(LANGUAGES: Final = \(.*)\)$", r'\1, "qaa")', listed)
    assert lines != listed
    (languages / "catalogues.py").write_text(lines, "utf-8")
    shutil.copytree(sample_index, folder / "index")
    (folder / "index" / "onneshon.toml").write_text(OWN, "utf-8")
    with ExitStack() as stack:
        with chdir(folder):  # the first place where the server's Python looks
            started = stack.enter_context(serving(folder / "index"))
        yield started.url


def _page(address: str) -> str:
    try:
        with urlopen(address) as answer:  # noqa: S310  # our own server
            return str(answer.read().decode())
    except HTTPError as error:
        with error:
            return error.read().decode()


def _switch(html: str, language: str) -> str:
    found = re.search(rf'<a class="language" href="([^"]*)" lang="{language}" hreflang="{language}">', html)
    assert found, language
    return unescape(found[1])


def _said(html: str) -> set[str]:
    """Texts and attributes of a page outside brackets, except links to other languages."""
    html = re.sub(
        r'<a class="language".*?</a>|<script.*?</script>|<meta property="og:type"[^>]*>|[?&]lang=[a-z]+',
        "",
        html,
    )
    while html != (less := re.sub("⟦[^⟦⟧]*⟧", "", html)):
        html = less
    html = html.replace("&lt;", "<").replace("&gt;", ">")  # in lines to copy
    between = re.findall(r">([^<>]+)<", html)
    named = re.findall(r'(?:title|aria-label|placeholder|content|alt|data-[a-z]+)="([^/"][^"]*)"', html)
    texts = (unescape(text).translate(ASCII_DIGITS) for text in (*between, *named))
    return {text.strip(" \n·()0123456789") for text in texts} - {""}


def _articles(site: str) -> list[str]:
    html = _page(urljoin(site, f"/search?q={quote('ভাষা')}"))
    return [unescape(link) for link in re.findall(r'<h2[^>]*><a href="([^"]*)"', html)][:2]


def _foreign(pages: dict[str, str]) -> set[str]:
    """Texts without brackets that are messages, or that are not the same in all languages."""
    assert all(f'<html lang="{language}">' in html for language, html in pages.items())
    bengali, english, made_up = (_said(pages[language]) for language in ("bn", "en", "qaa"))
    return (made_up - (bengali & english)) | (made_up & ENGLISH)


def test_every_page_is_reached_and_whole(site: str) -> None:
    """Every page is linked from the same page in other languages, and has no text of these."""
    for path in (*PATHS, *_articles(site)):
        bengali = _page(urljoin(site, path))
        made_up = _page(urljoin(site, _switch(bengali, "qaa")))
        english = _page(urljoin(site, _switch(made_up, "en")))
        assert _switch(made_up, "bn") == _switch(english, "bn")
        assert not _foreign({"bn": bengali, "qaa": made_up, "en": english}), path


def test_what_is_not_there_is_said_in_it(site: str) -> None:
    """The links of the page for a missing address lead home."""
    assert not _foreign({code: _page(urljoin(site, f"/nothing?lang={code}")) for code in ("bn", "en", "qaa")})


def test_links_and_forms_keep_it(site: str) -> None:
    """Links and forms keep the language."""
    html = _page(urljoin(site, f"/search?lang=qaa&q={quote('ভাষা')}"))
    links = {unescape(link) for link in re.findall(r'<(?:a|form) [^>]*(?:href|action)="(/[^"]*)"', html)}
    links -= {_switch(html, language) for language in LANGUAGES}
    pages = {link for link in links if not link.startswith("/api/")}
    assert len(pages) > 10
    assert all(parse_qs(urlsplit(link).query).get("lang") == ["qaa"] for link in pages if "?" in link)
    assert html.count('<input type="hidden" name="lang" value="qaa">') == html.count("<form") - 1


def test_numbers_take_its_plurals_and_nouns_its_forms(site: str) -> None:
    """The plurals and noun forms are those of its file; other languages have the default noun."""
    home = _page(urljoin(site, "/?lang=qaa"))
    assert "⟦2 72 books in the index⟧" in home
    for text, said in {"নদী": "⟦0 1 word⟧", "নদী খাল": "⟦1 2 words⟧", "নদী খাল বিল": "⟦2 3 words⟧"}.items():
        assert said in _page(urljoin(site, f"/analyze?lang=qaa&text={quote(text)}"))
    assert 'data-lone="⟦0 in 1 book⟧"' in home
    assert "<p>⟦own⟧</p>" in home
    assert "72 articles in the index" in _page(urljoin(site, "/?lang=en"))
    assert "<p>নিচে</p>" in _page(urljoin(site, "/?lang=en"))


def test_programs_get_it_too(site: str) -> None:
    """Feeds, the OpenSearch description and the box for other sites have it."""
    feed = _page(urljoin(site, f"/feed.atom?lang=qaa&q={quote('ভাষা')}"))
    assert 'xml:lang="qaa"' in feed
    assert "<title>⟦⟦Onneshon⟧: ভাষা⟧</title>" in feed
    described = _page(urljoin(site, "/opensearch.xml?lang=qaa"))
    assert "<ShortName>⟦Onneshon⟧</ShortName>" in described
    assert "/search?lang=qaa&q={searchTerms}" in unescape(described)
    assert '"qaa": {' in _page(urljoin(site, "/embed.js"))


def test_a_language_that_nobody_added_is_the_first(site: str) -> None:
    """A code that is not written as in the list counts as unknown."""
    for code in ("qab", "QAA", "qaa-x", ""):
        assert '<html lang="bn">' in _page(urljoin(site, f"/?lang={code}"))


@pytest.mark.browser
def test_a_phone_shows_every_language(site: str, page: Page) -> None:
    """On the narrowest screen the links fit, and the page does not scroll sideways."""
    page.set_viewport_size({"width": 320, "height": 700})
    for path in ("/", f"/search?q={quote('ভাষা')}"):
        page.goto(urljoin(site, path))
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        links = page.locator(".language:visible").all()
        assert links
        for link in links:
            box = link.bounding_box()
            assert box
            assert 0 <= box["x"] < box["x"] + box["width"] <= 320


@pytest.mark.browser
@pytest.mark.parametrize(
    ("tag", "says"),
    [("qaa", "⟦Search⟧"), ("QAA-Latn", "⟦Search⟧"), ("en-GB", "Search"), ("eng", "খুঁজুন"), ("", "খুঁজুন")],
)
def test_the_box_on_another_site_speaks_the_language_of_that_page(
    site: str, page: Page, tag: str, says: str
) -> None:
    """Region and script do not matter; for an unknown language the box has the first one."""
    page.set_content(
        f'<div lang="{tag}"><script type="module" src="{site}embed.js"></script><onneshon-search></div>'
    )
    expect(page.locator("onneshon-search button")).to_have_text(says)
    kept = page.locator("onneshon-search input[name=lang]")
    assert kept.count() == (says != "খুঁজুন")
