"""The articles over which the contract tests an engine, and the configuration of their site."""

import datetime as dt
from typing import Any, Final

from onneshon.index import Article
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.search.interface import SearchEngine
from onneshon.search.request import SearchRequest

ARTICLES: Final = (
    Article(
        "ঢাকা-১",
        body="ঢাকা শহরের নদী।",
        title="নদী",
        category="পরিবেশ",
        author="ক খ",
        date=dt.date(2019, 1, 5),
        keywords={"section": ("প্রথম পাতা",), "tags": ("জল", "শহর"), "views": ("৫০",), "price": ("3",)},
    ),
    Article(
        "ঢাকা-২",
        body="ঢাকার মেলা ও নদী।",
        category="উৎসব",
        author="গ",
        date=dt.date(2020, 6, 15),
        keywords={"section": ("শেষ পাতা",), "tags": ("শহর", "বাড়ি"), "views": ("1,200",), "price": ("12.5",)},
    ),
    Article(
        "ঢাকা-৩",
        body="ঢাকায় নদী নেই।",
        category="পরিবেশ",
        date=dt.date(2020, 6, 30),
        keywords={"tags": ("বা\u09dcি", "বাড\u09bcি"), "views": ("-7.5",), "price": ("0",)},
    ),
    Article(
        "৪",
        body="পদ্মা নদী",
        category="উৎসব",
        date=dt.date(2021, 12, 31),
        keywords={"section": ("0",), "views": ("50.0",)},
    ),
    Article("৫", body="মেলার বই", title="বই"),
)


SITE = Configuration(
    fields=(
        KeywordField("section", labels={"bn": "পাতা", "en": "Page"}),
        KeywordField("tags", several=True),
        KeywordField("desk"),
        KeywordField("views", labels={"bn": "পঠিত"}, type="number", ranges=(0, 50, 1000)),
        KeywordField("price", type="number"),
    )
)


def ids(engine: SearchEngine, text: str = "", **options: Any) -> list[str]:
    """The ids of the hits of a search."""
    return [hit.id for hit in engine.search(SearchRequest.of(text, **options))]
