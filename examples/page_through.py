"""Read all hits of a query, ten at a time: pages follow one another without gaps."""

from onneshon import Article, Engine

ARTICLES = [Article(f"{number:02}", f"মেলার দিন {number}", "মেলা বসেছে।") for number in range(1, 24)]

with Engine.of(ARTICLES) as engine:
    offset = 0
    while hits := (page := engine.search("মেলা", limit=10, offset=offset)).hits:
        print(f"{offset + 1} to {offset + len(hits)} of {page.total}: {hits[0].id} … {hits[-1].id}")
        offset += len(hits)

# prints:
# 1 to 10 of 23: 01 … 10
# 11 to 20 of 23: 11 … 20
# 21 to 23 of 23: 21 … 23
