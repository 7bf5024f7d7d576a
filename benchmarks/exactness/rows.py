"""Every operator, filter, facet and sort, each with a real request and its meaning in plain Python."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from benchmarks.exactness.plain import Found, PlainArticles
from onneshon.index import Article
from onneshon.index.configuration import Configuration, KeywordField

__all__ = ["ROWS", "SITE", "Row", "with_fields"]

SITE = Configuration(
    fields=(
        KeywordField("section", labels={"bn": "পাতা", "en": "Section"}),
        KeywordField("tags", several=True),
    )
)
SECTIONS = ("প্রথম পাতা", "শেষ পাতা", "ভেতরের পাতা")
TAGS = ("নদী", "খেলা", "শহর", "গ্রাম", "বই", "ভোট")
AUTHORS = ("নিজস্ব প্রতিবেদক", "ঢাকা অফিস", "কুমিল্লা প্রতিনিধি")


def with_fields(articles: Sequence[Article], seed: int = 1952) -> list[Article]:
    """Articles with an author, a day, a section and tags; missing values are drawn by lot."""
    draw = Random(seed)  # noqa: S311 - no secret
    return [_with_fields(article, draw) for article in articles]


def _with_fields(article: Article, draw: Random) -> Article:
    keywords: dict[str, tuple[str, ...]] = {}
    if draw.random() < 0.8:
        keywords["section"] = (draw.choice(SECTIONS),)
    if tags := tuple(draw.sample(TAGS, draw.randrange(4))):
        keywords["tags"] = tags
    day = article.date or (
        None if draw.random() < 0.1 else dt.date(2017, 1, 1) + dt.timedelta(draw.randrange(1800))
    )
    return replace(article, author=article.author or draw.choice((*AUTHORS, "")), date=day, keywords=keywords)


@dataclass(frozen=True, slots=True)
class Row:
    """A request and its expected result.

    Attributes:
        what: the operator, filter, facet or sort that the row tests.
        text: the query.
        means: the articles that it selects.
        options: further options of the search.
        counted: the articles that each facet counts, where these are not the selected ones.
    """

    what: str
    text: str
    means: Callable[[PlainArticles], Found]
    options: dict[str, Any] | Callable[[PlainArticles], dict[str, Any]] = field(default_factory=dict)
    counted: Callable[[PlainArticles], Found] | None = None


def _facet(name: str) -> Row:
    return Row(f"facet {name}", "ক্রিকেট", lambda p: p.word("ক্রিকেট"), {"facets": [name]})


ROWS = (
    Row("word", "ইলিশ", lambda p: p.word("ইলিশ")),
    Row("words", "পদ্মা ইলিশ ট্রলার", lambda p: p.side_by_side("পদ্মা ইলিশ ট্রলার")),
    Row("phrase", '"সড়ক দুর্ঘটনা"', lambda p: p.phrase("সড়ক দুর্ঘটনা")),
    Row("phrase, curly", "“সড়ক দুর্ঘটনা”", lambda p: p.phrase("সড়ক দুর্ঘটনা")),
    Row("phrase ~2", '"বাংলাদেশ দল"~2', lambda p: p.phrase("বাংলাদেশ দল", 2)),
    Row("+", "+ইলিশ ট্রলার", lambda p: p.word("ইলিশ")),
    Row("-", "ইলিশ -ট্রলার", lambda p: p.word("ইলিশ") - p.word("ট্রলার")),
    Row('- "…"', 'সড়ক -"সড়ক দুর্ঘটনা"', lambda p: p.word("সড়ক") - p.phrase("সড়ক দুর্ঘটনা")),
    Row("AND", "ইলিশ AND ট্রলার", lambda p: p.word("ইলিশ") & p.word("ট্রলার")),
    Row("OR", "ইলিশ OR ট্রলার", lambda p: p.word("ইলিশ") | p.word("ট্রলার")),
    Row(
        "OR ( )",
        "ইলিশ OR (পদ্মা মেঘনা ট্রলার)",
        lambda p: p.word("ইলিশ") | p.side_by_side("পদ্মা মেঘনা ট্রলার"),
    ),
    Row("NOT", "ইলিশ NOT ট্রলার", lambda p: p.word("ইলিশ") - p.word("ট্রলার")),
    Row("NOT alone", "NOT বাংলাদেশ", lambda p: p.all() - p.word("বাংলাদেশ")),
    Row(
        "( )",
        "(পদ্মা OR মেঘনা) AND (ইলিশ OR ট্রলার)",
        lambda p: (p.word("পদ্মা") | p.word("মেঘনা")) & (p.word("ইলিশ") | p.word("ট্রলার")),
    ),
    Row("এবং", "পদ্মা এবং ইলিশ অথবা ট্রলার", lambda p: p.side_by_side("পদ্মা ইলিশ ট্রলার")),
    Row(
        "এবং, অথবা",
        '"সড়ক দুর্ঘটনা" এবং ("পদ্মা সেতু" অথবা "মেঘনা নদী")',
        lambda p: p.phrase("সড়ক দুর্ঘটনা") & (p.phrase("পদ্মা সেতু") | p.phrase("মেঘনা নদী")),
    ),
    Row("*", "*", lambda p: p.all()),
    Row("শব্দ*", "মুক্তিযো*", lambda p: p.beginning("মুক্তিযো")),
    Row("শব্দ~", "মুক্তিযুদ্দ~", lambda p: p.like("মুক্তিযুদ্দ")),
    Row("শব্দ~1", "হাসপাতাল~1", lambda p: p.like("হাসপাতাল", 1)),
    Row("=", "=ঢাকার", lambda p: p.exactly("ঢাকার")),
    Row("literal", "ঢাকার", lambda p: p.exactly("ঢাকার"), {"literal": True}),
    Row("title:", "title:ইলিশ", lambda p: p.word("ইলিশ", title=True)),
    Row("title:=", "title:=ঢাকার", lambda p: p.exactly("ঢাকার", title=True)),
    Row("শিরোনাম:", 'শিরোনাম:"সড়ক দুর্ঘটনা"', lambda p: p.phrase("সড়ক দুর্ঘটনা", title=True)),
    Row("title:…*", "title:মুক্তিযো*", lambda p: p.beginning("মুক্তিযো", title=True)),
    Row(
        "title:( )",
        "title:(ইলিশ OR ট্রলার)",
        lambda p: p.word("ইলিশ", title=True) | p.word("ট্রলার", title=True),
    ),
    Row(
        "category:",
        "নদী category:সংবাদ",
        lambda p: p.word("নদী") & p.keyword_words("category", "সংবাদ"),
    ),
    Row("বিভাগ:", "বিভাগ:খেলাধুলা", lambda p: p.keyword_words("category", "খেলাধুলা")),
    Row(
        "category:( )",
        'নদী category:("জাতীয় সংবাদ" OR মহানগর)',
        lambda p: (
            p.word("নদী") & (p.keyword_words("category", "জাতীয় সংবাদ") | p.keyword_words("category", "মহানগর"))
        ),
    ),
    Row("author:", "author:প্রতিনিধি", lambda p: p.keyword_words("author", "প্রতিনিধি")),
    Row("লেখক:", 'লেখক:"ঢাকা অফিস"', lambda p: p.keyword_words("author", "ঢাকা অফিস")),
    Row("date:", "নদী date:2019..2020-06", lambda p: p.word("নদী") & p.days("2019..2020-06")),
    Row("তারিখ:", 'নদী তারিখ:"জানুয়ারি ২০২০"', lambda p: p.word("নদী") & p.days("জানুয়ারি ২০২০")),
    Row("date:..", "নদী date:২০২১..", lambda p: p.word("নদী") & p.days("২০২১..")),
    Row(
        "date:( )",
        'নদী date:(2018 OR "জুন ২০২০")',
        lambda p: p.word("নদী") & (p.days("2018") | p.days("জুন ২০২০")),
    ),
    Row("lang:", "নদী lang:bn", lambda p: p.word("নদী") & p.keyword("lang", "bn")),
    Row("ভাষা:", "নদী ভাষা:বাংলা", lambda p: p.word("নদী") & p.keyword("lang", "bn")),
    Row("section:", "নদী section:শেষ", lambda p: p.word("নদী") & p.keyword_words("section", "শেষ")),
    Row("পাতা:", 'নদী পাতা:"প্রথম পাতা"', lambda p: p.word("নদী") & p.keyword("section", "প্রথম পাতা")),
    Row(
        "tags: tags: -tags:",
        "নদী tags:নদী tags:শহর -tags:ভোট",
        lambda p: p.word("নদী") & p.keyword("tags", "নদী", "শহর") - p.keyword("tags", "ভোট"),
    ),
    Row(
        "filter category",
        "নদী",
        lambda p: p.word("নদী") & p.keyword("category", "জাতীয় সংবাদ", "মহানগর"),
        {"category": ["জাতীয় সংবাদ", "মহানগর"]},
    ),
    Row(
        "filter -category",
        "নদী",
        lambda p: p.word("নদী") - p.keyword("category", "জাতীয় সংবাদ"),
        {"not_category": "জাতীয় সংবাদ"},
    ),
    Row(
        "filter author",
        "নদী",
        lambda p: p.word("নদী") & p.keyword("author", "ঢাকা অফিস"),
        {"author": "ঢাকা অফিস"},
    ),
    Row("filter lang", "নদী", lambda _: frozenset(), {"lang": "en"}),
    Row(
        "filter date",
        "নদী",
        lambda p: p.word("নদী") & (p.days("2018") | p.days("জুন ২০২০")),
        {"date": ["2018", "জুন ২০২০"]},
    ),
    Row("filter -date", "নদী", lambda p: p.word("নদী") - p.days("..2019"), {"not_date": "..2019"}),
    Row(
        "since, until",
        "নদী",
        lambda p: p.word("নদী") & p.days("2018-02..2018-11-05"),
        {"since": "2018-02", "until": dt.date(2018, 11, 5)},
    ),
    Row(
        "filter id",
        "",
        lambda p: frozenset({0, len(p.articles) - 1}),
        lambda p: {"ids": [p.articles[0].id, p.articles[-1].id]},
    ),
    Row(
        "filter section",
        "নদী",
        lambda p: p.word("নদী") & p.keyword("section", "প্রথম পাতা", "শেষ পাতা"),
        {"section": ["প্রথম পাতা", "শেষ পাতা"]},
    ),
    Row(
        "filter tags -tags",
        "নদী",
        lambda p: p.word("নদী") & p.keyword("tags", "নদী", "বই") - p.keyword("tags", "ভোট"),
        {"tags": ["নদী", "বই"], "not_tags": "ভোট"},
    ),
    *map(_facet, ("category", "author", "lang", "year", "month", "day", "section", "tags")),
    Row(
        "facet, its own filter",
        "ক্রিকেট",
        lambda p: p.word("ক্রিকেট") & p.keyword("tags", "নদী"),
        {"facets": ["tags"], "tags": "নদী"},
        lambda p: p.word("ক্রিকেট"),
    ),
    Row("sort newest", "ক্রিকেট", lambda p: p.word("ক্রিকেট"), {"sort": "newest"}),
    Row("sort oldest", "ক্রিকেট", lambda p: p.word("ক্রিকেট"), {"sort": "oldest"}),
    Row("sort relevance", "ক্রিকেট", lambda p: p.word("ক্রিকেট"), {"sort": "relevance"}),
    Row("group off", "ক্রিকেট", lambda p: p.word("ক্রিকেট"), {"group": False}),
    Row("strict", "+ইলিশ -ট্রলার", lambda p: p.word("ইলিশ") - p.word("ট্রলার"), {"strict": True}),
)
"""Rows for a test over the sample and for the table over a corpus."""
