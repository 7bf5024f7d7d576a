"""Rank by weights of your own; try them on judged queries before you keep them."""

from dataclasses import replace

from search import Article, Engine
from search.retrieval.bm25f import DEFAULT_WEIGHTS

ARTICLES = [
    Article("in the title", "নদী", "ভাঙনের খবর।"),
    Article("in the body", "ভাঙনের খবর", "নদী আর নদী, নদী ছাড়া কথা নেই।"),
]

for weights in (replace(DEFAULT_WEIGHTS, title=20.0), replace(DEFAULT_WEIGHTS, title=0.1)):
    with Engine.of(ARTICLES, weights=weights) as engine:
        print(weights.title, [article_id for article_id, _score in engine.rank("নদী")])

# prints:
# 20.0 ['in the title', 'in the body']
# 0.1 ['in the body', 'in the title']
