"""A retriever for LlamaIndex: articles as nodes, found by their words and not by vectors."""

from typing import Any, Literal

from anyio import to_thread
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from onneshon.search import SearchEngine, SearchRequest


class OnneshonRetriever(BaseRetriever):
    """Finds articles for a question; where the retriever is awaited, the search runs in a thread.

    Args:
        engine: the engine that searches.
        limit: the maximum number of articles.
        content: the text of each node: the whole body, or the passage that matches best.
        options: options of every search, such as ``category="ইতিহাস"``; see ``SearchRequest.of``.
    """

    def __init__(
        self,
        engine: SearchEngine,
        *,
        limit: int = 4,
        content: Literal["body", "passage"] = "body",
        **options: Any,
    ) -> None:
        super().__init__()
        self._engine = engine
        self._limit = limit
        self._content = content
        self._options = options

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        request = SearchRequest.of(query_bundle.query_str, limit=self._limit, **self._options)
        page = self._engine.search(request)
        return [
            NodeWithScore(
                node=TextNode(
                    id_=hit.id,
                    text=hit.body if self._content == "body" else hit.snippet.text,
                    metadata=hit.facts(),
                ),
                score=hit.score,
            )
            for hit in page.hits
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await to_thread.run_sync(self._retrieve, query_bundle)
