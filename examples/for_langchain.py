"""Retrieve the articles that a LangChain pipeline should read (pip install 'onneshon[langchain]')."""

from onneshon import Article, Engine
from onneshon.adapters.langchain import OnneshonRetriever

ARTICLES = [
    Article(id="1", title="পদ্মার ইলিশ", body="নদীতে ধরা পড়ছে ইলিশ।"),
    Article(id="2", title="ভাষা আন্দোলন", body="একুশে ফেব্রুয়ারি।"),
]

retriever = OnneshonRetriever(engine=Engine.of(ARTICLES), limit=1)
for document in retriever.invoke("ইলিশ কোথায় ধরা পড়ে?"):
    print(document.metadata["title"], "-", document.page_content)

# prints:
# পদ্মার ইলিশ - নদীতে ধরা পড়ছে ইলিশ।
