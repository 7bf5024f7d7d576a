"""A retriever for LangChain: articles as documents, found by their words and not by vectors."""

from typing import Any, Literal

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from onneshon.search import SearchEngine, SearchRequest


class OnneshonRetriever(BaseRetriever):
    """Finds articles for a question; where the retriever is awaited, the search runs in a thread.

    Attributes:
        engine: the engine that searches.
        limit: the maximum number of articles.
        content: the text of each document: the whole body, or the passage that matches best.
        options: options of every search, such as ``{"category": "ইতিহাস"}``; see ``SearchRequest.of``.
    """

    engine: Any
    limit: int = 4
    content: Literal["body", "passage"] = "body"
    options: dict[str, Any] = {}  # noqa: RUF012 # a field of pydantic, which copies it

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager  # not needed: no further runnable is called
        engine: SearchEngine = self.engine
        page = engine.search(SearchRequest.of(query, limit=self.limit, **self.options))
        return [
            Document(
                page_content=hit.body if self.content == "body" else hit.snippet.text,
                id=hit.id,
                metadata=hit.facts() | {"score": hit.score},
            )
            for hit in page.hits
        ]
