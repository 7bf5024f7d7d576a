"""The Whoosh schema of articles, and reading articles back from stored values."""

import datetime as dt
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.article import (
    TEXT_FIELDS,
    Article,
    article_from_stored,
    schema_fingerprint,
    stored_values,
)
from onneshon.index.whoosh_codec.analyzer import BengaliAnalyzer
from onneshon.index.whoosh_codec.codec import article_schema
from tests.strategies import mixed_text

full = Article(
    id="a1",
    title="পদ্মা নদীর মাঝি",
    body="কুবের মাঝির কথা।",
    date=dt.date(1936, 5, 9),
    category="সাহিত্য",
    url="https://example.org/a1",
    author="মানিক বন্দ্যোপাধ্যায়",
    lang="bn",
)


@pytest.mark.parametrize("article", [full, Article("x", title="শুধু শিরোনাম"), Article("", body="b", lang="")])
def test_an_article_comes_back_from_what_is_stored(article: Article) -> None:
    """Nothing is lost by storing, whatever the article lacks."""
    assert article_from_stored(stored_values(article)) == article


@given(mixed_text, mixed_text, st.dates() | st.none())
def test_any_article_comes_back(title: str, body: str, date: dt.date | None) -> None:
    """The same for any text and day."""
    article = Article("a", title, body, date)
    assert article_from_stored(stored_values(article)) == article


@pytest.mark.parametrize("layer", ["exact", "stem"])
def test_whooshs_analyzer_gives_the_terms_of_its_layer(layer: str) -> None:
    """Terms, positions and offsets are those of the Bengali analysis."""
    text = "বাংলাদেশের নদীগুলির ইতিহাস, ১৯৭১"
    tokens = [
        (token.text, token.pos, token.startchar, token.endchar) for token in BengaliAnalyzer(layer)(text)
    ]
    assert tokens == [
        (getattr(token, layer), place, token.start, token.end) for place, token in enumerate(analyze(text))
    ]


def test_the_schema_can_be_pickled() -> None:
    """Whoosh pickles it into the index, so that it must not contain objects of ICU."""
    again = pickle.loads(pickle.dumps(article_schema()))  # noqa: S301  # made here
    assert again.names() == article_schema().names()


def test_only_stems_have_positions() -> None:
    """Phrases are matched by stems; exact spellings only add to the score."""
    formats = {name: article_schema()[name].format for name in TEXT_FIELDS}
    assert {name for name, format_ in formats.items() if format_.supports("positions")} == {
        "title_stem",
        "stem",
    }


def test_the_fingerprint_is_that_of_the_shape() -> None:
    """It is the same for equal schemas, and a SHA-256."""
    assert schema_fingerprint() == schema_fingerprint()
    assert len(schema_fingerprint()) == 64


def test_every_field_of_an_article_is_in_the_schema_of_whoosh() -> None:
    """A site's declared fields are too, but Whoosh stores no values of them."""
    schema = article_schema(["tags"])
    assert {*stored_values(full), *TEXT_FIELDS, "tags"} == set(schema.names())
    assert "tags" not in schema.stored_names()
