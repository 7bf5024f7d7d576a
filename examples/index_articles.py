"""Index a list of articles, and then search the index without building it again."""

from pathlib import Path
from tempfile import TemporaryDirectory

from onneshon import Article, Engine, build

ARTICLES = [
    Article("1", "পদ্মার ইলিশ", "বর্ষায় পদ্মা নদীতে ইলিশ ধরা পড়ে।"),
    Article("2", "মেঘনার চর", "মেঘনার বুকে নতুন চর জেগেছে।"),
]

with TemporaryDirectory() as folder:  # replace it by a directory that persists
    directory = Path(folder) / "index"
    report = build(ARTICLES, directory)
    print(report.articles, "articles in generation", report.generation)

    with Engine.open(directory) as engine:
        for hit in engine.search("পদ্মা নদী").hits:
            print(hit.id, hit.title)

# prints:
# 2 articles in generation 000001
# 1 পদ্মার ইলিশ
