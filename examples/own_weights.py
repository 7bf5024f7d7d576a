"""Rank with weights of your own, which are best tried on judged queries first."""

from dataclasses import replace

from onneshon import Article, Engine
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS

ARTICLES = [
    Article("as typed, once", "", "নদীর ধারে আমাদের ছোট একটি গ্রাম।"),
    Article("in another form, often", "", "নদী আর নদী, নদী ছাড়া কথা নেই।"),
]

for weights in (replace(DEFAULT_WEIGHTS, exact=4.0), replace(DEFAULT_WEIGHTS, exact=0.1)):
    with Engine.of(ARTICLES, weights=weights) as engine:
        print(weights.exact, [article_id for article_id, _score in engine.rank("নদীর")])

# prints:
# 4.0 ['as typed, once', 'in another form, often']
# 0.1 ['in another form, often', 'as typed, once']
