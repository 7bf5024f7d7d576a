"""Measure a ranking by queries, people's judgments of relevance, and measures of TREC (needs ir-measures)."""

from onneshon import Article, Engine
from onneshon.search.evaluation.measures import means, measure, run_queries

ARTICLES = [
    Article("1", "ভাষা আন্দোলন", "১৯৫২ সালে ভাষার দাবিতে আন্দোলন।"),
    Article("2", "কৃষক আন্দোলন", "তেভাগার দাবিতে কৃষকের আন্দোলন।"),
    Article("3", "ভাষার কথা", "বাংলা ভাষার উপভাষা।"),
]
QUERIES = {"q1": "ভাষা আন্দোলন", "q2": "কৃষকদের দাবি"}
JUDGMENTS = {"q1": {"1": 2, "3": 1}, "q2": {"2": 1}}

with Engine.of(ARTICLES) as engine:
    run = run_queries(engine.rank, QUERIES)

for name, value in means(measure(run, JUDGMENTS)).items():
    print(f"{name:<12}{value:.3f}")

# prints:
# nDCG@10     0.975
# MRR@10      1.000
# recall@100  1.000
# success@1   1.000
