"""Articles as documents of LangChain and as nodes of LlamaIndex.

These are imported where they are used: they take seconds, for which every process of tests would wait.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from onneshon.search import Engine, QueryError, ResultPage, SearchRequest
from tests.fake_engine import FakeEngine

if TYPE_CHECKING:
    from langchain_core.documents import Document

    from onneshon.adapters import langchain, llamaindex

Found = list[tuple[str, str, dict[str, Any]]]
Ask = Callable[..., Found]


def _langchain(**given: Any) -> "langchain.OnneshonRetriever":
    from onneshon.adapters.langchain import OnneshonRetriever  # noqa: PLC0415  # takes seconds

    return OnneshonRetriever(**given)


def _llamaindex(engine: Any, **given: Any) -> "llamaindex.OnneshonRetriever":
    from onneshon.adapters.llamaindex import OnneshonRetriever  # noqa: PLC0415  # takes seconds

    return OnneshonRetriever(engine, **given)


def _by_langchain(engine: Any, query: str, **options: Any) -> Found:
    own = {name: options.pop(name) for name in ("limit", "content") if name in options}
    retriever = _langchain(engine=engine, options=options, **own)
    return [
        (str(document.id), document.page_content, document.metadata) for document in retriever.invoke(query)
    ]


def _by_llamaindex(engine: Any, query: str, **options: Any) -> Found:
    found = _llamaindex(engine, **options).retrieve(query)
    return [(node.node.node_id, node.text, node.metadata | {"score": node.score}) for node in found]


@pytest.fixture(params=[_by_langchain, _by_llamaindex])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Either retriever."""
    found: Ask = request.param
    return found


def test_documents_are_what_a_search_finds(ask: Ask, sample_engine: Engine) -> None:
    """In its order, with whole texts and what is known of each."""
    found = ask(sample_engine, "ভাষা আন্দোলন", limit=3)
    page = sample_engine.search("ভাষা আন্দোলন", limit=3)
    assert [document[0] for document in found] == [hit.id for hit in page]
    (_, text, known), hit = found[0], page.hits[0]
    assert text == hit.body
    assert (known["title"], known["date"]) == (hit.title, hit.date and hit.date.isoformat())
    assert known["score"] == pytest.approx(hit.score)


def test_passages_are_shorter(ask: Ask, sample_engine: Engine) -> None:
    """For models that read little."""
    ((_, passage, _),) = ask(sample_engine, "ভাষা", limit=1, content="passage")
    assert passage == sample_engine.search("ভাষা", limit=1).hits[0].snippet.text


def test_options_narrow_every_search(ask: Ask) -> None:
    """As of any search; one that makes no sense is refused."""
    engine = FakeEngine()
    ask(engine, "নদী", limit=2, category=["খেলা"])
    assert engine.asked == [SearchRequest.of("নদী", limit=2, category=["খেলা"])]
    with pytest.raises(QueryError, match="sort"):
        ask(engine, "নদী", sort="best")


class Watched(FakeEngine):
    """Notes which threads ask."""

    threads: set[int] = set()  # noqa: RUF012 # of all of them

    def search(self, request: SearchRequest, /) -> ResultPage:
        """As ever."""
        self.threads.add(threading.get_ident())
        return super().search(request)


@pytest.mark.parametrize("kind", ["langchain", "llamaindex"])
def test_waiting_for_a_retriever_does_not_hold_the_loop_up(kind: str) -> None:
    """The engine is asked in another thread."""
    engine = Watched()
    engine.threads.clear()

    async def wait() -> int:
        if kind == "langchain":
            return len(await _langchain(engine=engine).ainvoke("নদী"))
        return len(await _llamaindex(engine).aretrieve("নদী"))

    assert anyio.run(wait) == 4
    assert threading.get_ident() not in engine.threads


def test_they_are_parts_of_pipelines(sample_engine: Engine) -> None:
    """Whatever takes a retriever takes ours."""
    from langchain_core.runnables import RunnableLambda  # noqa: PLC0415  # takes seconds
    from llama_index.core.base.base_retriever import BaseRetriever  # noqa: PLC0415  # takes seconds

    def titles(documents: "list[Document]") -> list[str]:
        return [document.metadata["title"] for document in documents]

    chain = _langchain(engine=sample_engine, limit=1) | RunnableLambda(titles)
    assert chain.invoke("ভাষা আন্দোলন") == [sample_engine.search("ভাষা আন্দোলন").hits[0].title]
    assert isinstance(_llamaindex(sample_engine), BaseRetriever)
