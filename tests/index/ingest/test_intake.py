"""Fields of articles typed for Bijoy, together with names in Latin letters."""

from dataclasses import replace

import pytest

from onneshon.index.article import Article
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.intake import article_in_unicode

UNICODE = Article("১", title="নদীর কথা", body="পদ্মা একটি নদী।")
BIJOY = Article("২", title="Avgvi †mvbvi evsjv", body="Avwg evsjvi Mvb MvB|")

LABELS = [
    ("ivRbxwZ", "রাজনীতি"),
    ("†Ljvayjv", "খেলাধুলা"),
    ("kvgmyi ivngvb", "শামসুর রাহমান"),
    ("we‡bv`b", "বিনোদন"),
    ("Kvwg¸b †ivkbx 2018", "কামিগুন রোশনী ২০১৮"),
]

LATIN = [
    "John Smith",
    "Sheikh Hasina",
    "M. A. AZIZ",
    "Sports",
    "Op-Ed",
    "Staff Reporter",
    "bdnews24.com",
    "GDP",
    "BGB",
    "T20",
    "LGBTQ",
    "8fNYvvDbzDZ",
    "P2hMqBgNjjN",
    "García Márquez",
    "https://example.org/AvMgvgx",
    "2018",
    "",
]


def labelled(article: Article, text: str) -> Article:
    """The article with a text in all the fields that are compared as a whole."""
    return replace(article, author=text, category=text, keywords={"section": (text,)} if text else {})


@pytest.mark.parametrize("article", [UNICODE, BIJOY], ids=["unicode", "bijoy"])
@pytest.mark.parametrize(("typed", "read"), LABELS)
def test_fields_typed_for_a_font_become_unicode(article: Article, typed: str, read: str) -> None:
    """Labels are converted even if the article's text was typed in Unicode."""
    found = article_in_unicode(labelled(article, typed), "news:1")
    assert (found.author, found.category, found.keywords) == (read, read, {"section": (read,)})


@pytest.mark.parametrize("text", LATIN)
def test_names_and_codes_in_latin_letters_stay(text: str) -> None:
    """With a text in Bijoy or in Unicode; in the latter case the same article is returned."""
    article = labelled(UNICODE, text)
    assert article_in_unicode(article, "news:1") is article
    found = article_in_unicode(labelled(BIJOY, text), "news:1")
    assert labelled(found, text) == found


@pytest.mark.parametrize("text", ["Kwe", "Dev", "Kim Ki-duk", "Zimbabwe", "Xavi", "web", "vivo"])
def test_a_short_word_decides_nothing_by_itself(text: str) -> None:
    """It may be Bijoy or a name."""
    article = labelled(UNICODE, text)
    assert article_in_unicode(article, "news:1") is article


def test_only_those_values_of_a_field_change_that_are_bijoy() -> None:
    """Other values stay, and all keep their order."""
    article = replace(UNICODE, keywords={"tags": ("ivRbxwZ", "Sports", "খেলা"), "code": ("A-17",)})
    found = article_in_unicode(article, "news:1")
    assert found.keywords == {"tags": ("রাজনীতি", "Sports", "খেলা"), "code": ("A-17",)}


def test_a_field_in_bijoy_is_refused_where_none_is_to_be_converted() -> None:
    """A text in Bijoy is refused in the same way."""
    with pytest.raises(CorpusError, match="not to be converted"):
        article_in_unicode(labelled(UNICODE, "ivRbxwZ"), "news:1", convert=False)
