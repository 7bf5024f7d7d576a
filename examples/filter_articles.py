"""Filter a search by category, author and day; with an empty query, list all that the filters select."""

import datetime as dt

from onneshon import Article, Engine

ARTICLES = [
    Article("1", "ইলিশের মৌসুম", "নদীতে ইলিশ।", dt.date(2022, 8, 5), "পরিবেশ", author="রফিকুল ইসলাম"),
    Article("2", "নদী দখল", "নদী ভরাট হচ্ছে।", dt.date(2024, 1, 9), "পরিবেশ", author="শর্মিলা সেন"),
    Article("3", "নদীর গান", "ভাটিয়ালি নদীর গান।", dt.date(2024, 3, 1), "সংস্কৃতি", author="শর্মিলা সেন"),
]

with Engine.of(ARTICLES) as engine:
    print([hit.id for hit in engine.search("নদী", category="পরিবেশ", since=dt.date(2024, 1, 1)).hits])
    print([hit.id for hit in engine.search('নদী লেখক:"শর্মিলা সেন"').hits])
    print([hit.id for hit in engine.search("", category="পরিবেশ").hits])

# prints:
# ['2']
# ['2', '3']
# ['1', '2']
