from pathlib import Path

import pytest

from onneshon.index import ConfigurationError, read_configuration
from onneshon.web.site.settings import NAME, Site, read_site

WHOLE = """
[site]
name = { bn = "আমাদের খবর", en = "Our news" }
tagline = "১৯৫৩ থেকে"
logo = "logo.svg"
noun = "খবর"
home = { bn = "প্রথম\\nদ্বিতীয়" }
footer = "© আমরা"
category_order = ["খেলা", "জাতীয়", "খেলা"]
result_link = "original"
address = "https://News.example.org:8443/search/"
[site.colours]
accent = "#006a4e"
"""


def _site(folder: Path, text: str) -> Site:
    (folder / "onneshon.toml").write_text(text, "utf-8")
    return read_site(read_configuration(folder))


def test_without_a_word_it_is_ours(tmp_path: Path) -> None:
    """Without the file, or without [site], the defaults hold."""
    assert read_site(read_configuration(tmp_path)) == Site()
    assert Site().names == NAME
    assert not Site().named
    assert Site().words("bn") == {
        "site": "অন্বেষণ",
        "noun": "নিবন্ধ",
        "noun_in": "নিবন্ধে",
        "noun_of": "নিবন্ধের",
    }


def test_each_key_of_a_site_is_in_force(tmp_path: Path) -> None:
    """A text in one language serves for all languages."""
    (tmp_path / "logo.svg").write_text("<svg/>", "utf-8")
    site = _site(tmp_path, WHOLE)
    assert site.named
    assert (site.names["bn"], site.names["en"]) == ("আমাদের খবর", "Our news")
    assert site.taglines["en"] == "১৯৫৩ থেকে"
    assert site.logo is not None
    assert (site.logo.data, site.logo.kind) == (b"<svg/>", "image/svg+xml")
    assert site.words("en") == {"site": "Our news", "noun": "story", "noun_many": "stories"}
    assert site.home["bn"].splitlines() == ["প্রথম", "দ্বিতীয়"]
    assert site.categories == ("খেলা", "জাতীয়")
    assert site.result_link == "original"
    assert (site.address.scheme, site.address.host) == ("https", "news.example.org:8443")
    assert site.address.path == "/search"
    assert "#006a4e" in site.palette.stylesheet


def test_a_noun_may_be_of_ones_own(tmp_path: Path) -> None:
    """The Bengali forms of an own noun are made by rule, its English plural is given."""
    site = _site(tmp_path, '[site]\nnoun = { bn = "মামলা", en = "case", en_many = "cases" }')
    assert site.words("bn")["noun_in"] == "মামলায়"
    assert site.words("en")["noun_many"] == "cases"


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("nane = 'x'", "site.nane", "'name'"),
        ("name = 3", "site.name", "a text in quotes"),
        ("name = { bn = 'ক', eng = 'x' }", "site.name.eng", "'en'"),
        ("noun = 'মাছ'", "site.noun", "খবর"),
        ("noun = { bn = 'মামলা', en = 'case' }", "site.noun", "en_many"),
        ("noun = { bn = 'মামলা', one = 'case' }", "site.noun.one", "en"),
        ("logo = '../x.svg'", "site.logo", "beside"),
        ("logo = 'x.html'", "site.logo", ".svg"),
        ("logo = 'gone.png'", "site.logo", "gone.png cannot be read"),
        ("logo = 'large.png'", "site.logo", "100,001"),
        ("result_link = 'there'", "site.result_link", "must be 'here' or 'original'"),
        ("address = 'search'", "site.address", "/search"),
        ("scan = 'https://{issue}/1'", "site.scan", "iiif"),
        ("scan = 'https://x.example/1'", "site.scan", "iiif"),
        ("oai = 'archive'", "site.oai", "archive@example.org"),
        ("address = 'ftp://x.example/'", "site.address", "https"),
        ("address = '/a/../b'", "site.address", "a path"),
        ("address = 'https://a@x.example/'", "site.address", "https"),
        ("address = 'https://x.example/?q=1'", "site.address", "https"),
        ("address = 'https://x.example:port/'", "site.address", "https"),
        ("address = '/খোঁজ'", "site.address", "a-z"),
        ("[site.colours]\naccnet = '#000'", "site.colours.accnet", "'accent'"),
        ("[site.colours]\naccent = '#ff0'", "site.colours.accent", "contrast"),
    ],
)
def test_what_is_invalid_is_said(tmp_path: Path, text: str, key: str, said: str) -> None:
    """Before anything is served, the error names the key, the reason and what is allowed."""
    (tmp_path / "large.png").write_bytes(bytes(100_001))
    with pytest.raises(ConfigurationError) as caught:
        _site(tmp_path, f"[site]\n{text}")
    assert caught.value.key == key
    assert said in caught.value.reason
    assert str(tmp_path / "onneshon.toml") in str(caught.value)
